"""The networks of valence and arousal: the paper's counts, the four quarters by hand, and odd inputs."""

import numpy as np
import pytest

from labkit import models
from labkit.errors import LabkitError


@pytest.fixture(scope="module")
def pooling():
    from labkit.models.affect_cnn import QuadrantPooling

    return QuadrantPooling


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(3, 33, 47, 1)).astype("float32")


def test_the_cnn_has_the_papers_parameters():
    card = models.MODELS["affect-cnn"]
    convolutions = 25 * (1 * 64 + 64 * 128 + 128 * 256)  # without biases
    dense = (4 * 256 + 1) * 300 + (300 + 1) * 2
    assert card.trainable == 2 + convolutions + dense  # the normalisation's scale and shift
    assert card.parameters_with(2) == 1_333_706  # and its mean and variance; the registry's tests build it
    assert card.parameters_with(8) == 1_333_706 + 6 * 301


@pytest.mark.parametrize(("kind", "count"), [("simple", 40_302), ("gru-1", 120_802), ("gru-3", 204_102)])
def test_the_rnns_have_the_papers_parameters(kind, count):
    from labkit.models.affect_rnn import affect_rnn

    model = affect_rnn(kind)
    assert model.count_params() == count
    assert model.input_shape == (None, 100, 300) and model.output_shape == (None, 2)


def test_an_rnn_answers_windows_of_any_length_and_hears_their_last_step():
    from labkit.models.affect_rnn import affect_rnn

    model = affect_rnn("gru-3", features=4, outputs=1, length=None)
    windows = np.random.default_rng(0).normal(size=(2, 7, 4)).astype("float32")
    changed = windows.copy()
    changed[:, -1] += 1
    before, after = np.asarray(model(windows)), np.asarray(model(changed))
    assert before.shape == (2, 1) and not np.allclose(before, after)
    assert np.asarray(model(windows[:, :3])).shape == (2, 1)


def test_an_unknown_rnn_is_refused():
    from labkit.models.affect_rnn import affect_rnn

    with pytest.raises(LabkitError, match="choose one of simple, gru-1, gru-3"):
        affect_rnn("lstm")


def test_quadrants_are_pooled_by_hand(pooling):
    picture = np.arange(8, dtype="float32").reshape(1, 2, 4, 1)  # rows 0 1 2 3 and 4 5 6 7
    np.testing.assert_array_equal(np.asarray(pooling()(picture))[0, :, :, 0], [[0.5, 2.5], [4.5, 6.5]])
    np.testing.assert_array_equal(np.asarray(pooling("max")(picture))[0, :, :, 0], [[1, 3], [5, 7]])


def test_an_odd_sides_middle_belongs_to_both_halves(pooling):
    picture = np.array([1.0, 2, 6, 7, 9], "float32").reshape(1, 1, 5, 1).repeat(3, axis=1)
    quadrants = np.asarray(pooling()(picture))[0, :, :, 0]
    np.testing.assert_allclose(quadrants, [[3, 22 / 3]] * 2, rtol=1e-6)


@pytest.mark.parametrize("mode", ["average", "max"])
def test_a_mirrored_picture_has_mirrored_quadrants(pooling, mode, faces):
    quadrants, mirrored = (np.asarray(pooling(mode)(images)) for images in (faces, faces[:, :, ::-1]))
    assert quadrants.shape == (3, 2, 2, 1)
    np.testing.assert_allclose(mirrored, quadrants[:, :, ::-1], atol=1e-6)


def test_what_cannot_be_pooled_is_refused(pooling):
    with pytest.raises(LabkitError, match="not 'mean'"):
        pooling("mean")
    with pytest.raises(LabkitError, match="1×4 has no quadrants"):
        pooling()(np.zeros((1, 1, 4, 1), "float32"))


def test_features_are_the_values_before_the_last_layer_and_may_be_negative(faces):
    from labkit.models.vgg import feature_extractor

    model = models.build("affect-cnn", (33, 47, 1), width=1 / 32)
    features = np.asarray(feature_extractor(model)(faces))
    assert features.shape == (3, 300) and features.min() < 0 < features.max()
    kernel, bias = model.get_weights()[-2:]
    np.testing.assert_allclose(np.asarray(model(faces)), features @ kernel + bias, atol=1e-5)


def test_the_cnn_can_be_saved_and_tell_expressions_apart(faces, tmp_path):
    from labkit.backend import keras

    model = models.build("affect-cnn", (33, 47, 1), 8, head="softmax", width=1 / 32)
    answers = np.asarray(model(faces))
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    model.save(tmp_path / "affect.keras")
    loaded = keras.models.load_model(tmp_path / "affect.keras")
    np.testing.assert_allclose(np.asarray(loaded(faces)), answers, atol=1e-6)


def test_the_smallest_picture_is_32_pixels_wide():
    model = models.build("affect-cnn", (32, 32, 3), width=1 / 32)
    assert model.get_layer("conv3").output.shape[1:3] == (2, 2)
    with pytest.raises(LabkitError, match="at least 32×32 pixels, not 31×31"):
        models.build("affect-cnn", (31, 31, 1))
    with pytest.raises(LabkitError, match="one of linear, softmax, not 'tanh'"):
        models.build("affect-cnn", head="tanh")
