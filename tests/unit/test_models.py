"""The networks against counts that are known from elsewhere, and on odd inputs."""

import itertools
import subprocess
import sys

import h5py
import numpy as np
import pytest

from labkit import models
from labkit.backend import keras
from labkit.errors import LabkitError
from labkit.models import MODELS, augmentation
from labkit.models.augmentation import FaceVariation, augmented, without_augmentation
from labkit.models.drawing import network_figure
from labkit.models.local_contrast import LocalContrastNormalization
from labkit.models.lstm import lstm
from labkit.models.transfer import load_weights, parameter_counts, save_weights, transfer
from labkit.models.vgg import feature_extractor
from labkit.preprocessing.normalization import local_contrast


def trainable(model) -> int:
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_weights)


def outlined(name: str, *arguments, **options) -> keras.Model:
    """A network whose weights have shapes and no values yet: enough to count, in a tenth of the time."""
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(name, *arguments, **options)
    keras.utils.clear_session(free_memory=False)  # or the next network built would give them their values
    return model


def convolutions(model) -> int:
    return sum(type(layer).__name__ == "Conv2D" for layer in model.layers)


BLOCK = {
    width: 2 * 9 * width**2 + 2 * 2 * width for width in (64, 128, 256, 512)
}  # two convolutions, two norms
KNOWN = {
    "alexnet": 62_378_344,
    "googlenet": 6_998_552,
    "resnet-4": 11_689_512 - sum(BLOCK.values()),  # ResNet-18 with one block less in each stage
    "resnet-8": 11_689_512,  # elsewhere ResNet-18
    "resnet-10": 11_689_512 + BLOCK[128] + BLOCK[256],
    "resnet-34": 21_797_672,
    "resnet-50": 25_557_032,
    "resnet-101": 44_549_160,
    "resnet-152": 60_192_808,
}


@pytest.mark.parametrize("name", KNOWN)
def test_parameters_with_1000_classes_are_the_known_ones(name):
    assert MODELS[name].trainable_with(1000) == KNOWN[name]


@pytest.mark.parametrize("name", MODELS)
def test_the_card_counts_what_is_built(name):
    card = MODELS[name]
    model = outlined(name)
    assert model.output_shape == (None, card.classes)
    assert trainable(model) == card.trainable
    assert model.count_params() == card.parameters_with(card.classes)
    assert model.layers[-1].kernel.shape[0] == card.features


def test_the_second_papers_networks_have_the_parameters_it_prints():
    with_four = models.table(classes=4).set_index("name")
    assert with_four.loc["lenet", "parameters"] == 61_496
    assert with_four.loc["alexnet", "parameters"] == 58_297_732
    assert with_four.loc["alexnet-tutorial", "parameters"] == 56_337_156  # it prints 56,377,156
    assert with_four.loc["alexnet-tutorial", "trainable"] == 56_337_156 - 2 * (96 + 256 + 384 + 384 + 256)


def test_two_group_alexnet_with_four_classes():
    assert trainable(outlined("alexnet", classes=4, groups=2)) == 56_884_612


def test_two_group_alexnet_with_1000_classes():
    assert trainable(outlined("alexnet", classes=1000, groups=2)) == 60_965_224


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("lenet", 2),
        ("alexnet", 5),
        ("alexnet-tutorial", 5),
        ("googlenet", 57),
        ("resnet-4", 12),
        ("resnet-8", 20),
        ("resnet-10", 24),
        ("resnet-20", 19 + 2),
        ("resnet-34", 33 + 3),
        ("vgg", 7),
    ],
)
def test_convolutions_are_counted_as_documented(name, count):
    assert convolutions(outlined(name, (64, 64, 3))) == count


@pytest.mark.parametrize("name", ["alexnet", "googlenet"])
def test_no_batch_normalisation_where_the_original_has_none(name):
    kinds = {type(layer).__name__ for layer in outlined(name, (64, 64, 3)).layers}
    assert "BatchNormalization" not in kinds
    assert "LocalResponseNormalization" in kinds


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("lenet", (12, 12, 1)),
        ("lenet", (33, 47, 3)),
        ("alexnet", (57, 57, 3)),
        ("alexnet-tutorial", (57, 57, 3)),
        ("alexnet", (64, 96, 3)),
        ("googlenet", (32, 32, 3)),
        ("resnet-4", (33, 47, 1)),
        ("resnet-50", (32, 32, 3)),
        ("vgg", (16, 45, 1)),
        ("gudi", (21, 26, 1)),
    ],
)
def test_small_and_oblong_inputs_give_probabilities(name, shape):
    images = np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")
    answers = np.asarray(models.build(name, shape, classes=5)(images))
    assert answers.shape == (2, 5)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("lenet", 11),
        ("alexnet", 56),
        ("alexnet-tutorial", 56),
        ("googlenet", 31),
        ("resnet-4", 20),
        ("vgg", 15),
        ("gudi", 20),
    ],
)
def test_an_input_below_the_minimum_is_refused_in_words(name, size):
    with pytest.raises(LabkitError, match=f"not {size}×{size}"):
        models.build(name, (size, size, 3))


def test_unknown_names_and_depths_are_refused():
    with pytest.raises(LabkitError, match="choose one of lenet, alexnet"):
        models.build("alexnett")
    with pytest.raises(LabkitError, match="no ResNet-7"):
        models.build("resnet-4", (64, 64, 3), depth=7)


def convolution_parameters(*channels: int) -> int:
    """Of 3×3 convolutions with biases, one behind the other."""
    return sum((9 * before + 1) * after for before, after in itertools.pairwise(channels))


def test_the_third_papers_extractor_has_the_parameters_of_its_rounds():
    convolutional = convolution_parameters(1, 32, 32, 64, 64, 128, 128, 128)
    dense = (4 * 128 + 1) * 512  # the means of four quarters
    assert MODELS["vgg"].trainable == convolutional + dense + (512 + 1) * 7
    halved = outlined("vgg", (48, 48, 1), width=0.5)
    assert halved.get_layer("features").output.shape == (None, 512)
    assert feature_extractor(halved).count_params() == (
        convolution_parameters(1, 16, 16, 32, 32, 64, 64, 64) + (4 * 64 + 1) * 512
    )


def test_the_extractor_has_no_normalisation_and_the_same_weights_at_every_size():
    tiny, small, large = (models.build("vgg", (size, size, 1)) for size in (25, 48, 256))
    assert not [layer for layer in small.layers if "Normalization" in type(layer).__name__]
    for other in (tiny, large):
        assert [w.shape for w in other.get_weights()] == [w.shape for w in small.get_weights()]
    assert large.get_layer("pool3").output.shape == (None, 32, 32, 128)


def test_the_extractor_ends_at_the_features_and_shares_its_weights():
    model = augmented(models.build("vgg", (16, 16, 1), classes=3))
    extractor = feature_extractor(model)
    faces = np.random.default_rng(0).normal(size=(4, 16, 16, 1)).astype("float32")
    features = np.asarray(extractor(faces))
    assert features.shape == (4, 512) and features.min() == 0 and features.max() > 0
    kernel, bias = model.get_weights()[-2:]
    scores = np.exp(features @ kernel + bias)
    np.testing.assert_allclose(np.asarray(model(faces)), scores / scores.sum(axis=1)[:, None], atol=1e-5)
    model.set_weights([2 * weights for weights in model.get_weights()])
    assert not np.allclose(np.asarray(extractor(faces)), features)


def test_a_network_without_features_has_no_extractor():
    with pytest.raises(LabkitError, match="no layer named 'features'"):
        feature_extractor(models.build("lenet"))


def test_gudis_network_has_the_parameters_of_its_layers_and_fewer_with_a_second_pooling():
    convolutional = (25 + 1) * 64 + (25 * 64 + 1) * 64 + (16 * 64 + 1) * 128
    last = (3072 + 1) * 7
    # 48 − 4 = 44, pooled 21, − 4 = 17, pooled again or not 8, − 3 = 14 or 5.
    assert MODELS["gudi"].trainable == convolutional + (14 * 14 * 128 + 1) * 3072 + last
    assert trainable(outlined("gudi", pools=2)) == convolutional + (5 * 5 * 128 + 1) * 3072 + last


def test_gudis_network_learns_through_its_contrast_and_can_be_saved(tmp_path):
    model = models.build("gudi", (31, 31, 1), pools=2, width=1 / 64)
    faces = np.random.default_rng(0).normal(size=(3, 31, 31, 1)).astype("float32")
    faces[0] = 0  # a flat picture has no contrast
    first = model.get_layer("conv1").get_weights()[0]
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.train_on_batch(faces, np.arange(3))
    assert not np.array_equal(model.get_layer("conv1").get_weights()[0], first)
    answers = np.asarray(model(faces))
    assert np.isfinite(answers).all()
    model.save(tmp_path / "gudi.keras")
    loaded = keras.models.load_model(tmp_path / "gudi.keras")
    np.testing.assert_allclose(np.asarray(loaded(faces)), answers, atol=1e-6)
    assert feature_extractor(model).output_shape == (None, 3072 // 64)


def test_gudis_network_has_one_pooling_or_two():
    with pytest.raises(LabkitError, match="one max pooling or two, not 3"):
        models.build("gudi", pools=3)
    with pytest.raises(LabkitError, match="at least 31×31"):
        models.build("gudi", (30, 30, 1), pools=2)


def test_local_contrast_follows_its_formula():
    maps = np.random.default_rng(0).normal(scale=3, size=(2, 5, 7, 4))
    y, x = np.mgrid[:5, :7]

    def local_mean(values: np.ndarray) -> np.ndarray:
        means = np.empty((2, 5, 7, 1))
        for row, column in np.ndindex(5, 7):
            weights = np.exp(-((y - row) ** 2 + (x - column) ** 2) / (2 * 1.5**2))[..., None]
            channels = values.shape[-1]
            means[:, row, column, 0] = (values * weights).sum(axis=(1, 2, 3)) / (channels * weights.sum())
        return means

    rest = maps - local_mean(maps)
    deviation = np.sqrt(local_mean(rest**2))
    expected = rest / np.maximum(deviation, deviation.mean(axis=(1, 2, 3), keepdims=True))
    found = np.asarray(LocalContrastNormalization(1.5)(maps.astype("float32")))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_local_contrast_in_a_network_is_that_of_the_preprocessing():
    faces = np.random.default_rng(0).integers(0, 256, (3, 24, 24, 1)).astype("float32")
    layer = np.asarray(LocalContrastNormalization(2.0)(faces))
    np.testing.assert_allclose(layer[..., 0], local_contrast(faces, window=2 / 24), atol=1e-3)


def test_local_contrast_of_a_flat_map_is_nothing():
    flat = np.asarray(LocalContrastNormalization()(np.full((1, 9, 9, 2), 2, "float32")))
    np.testing.assert_allclose(flat, 0, atol=0.01)


@pytest.mark.parametrize("name", ["alexnet", "alexnet-tutorial"])
def test_a_quarter_of_the_width_is_a_quarter_in_every_layer(name):
    def widths(model) -> list[int]:
        return [layer.kernel.shape[-1] for layer in model.layers if hasattr(layer, "kernel")]

    full, quarter = (outlined(name, (64, 64, 3), classes=4, width=width) for width in (1, 0.25))
    assert widths(quarter) == [channels // 4 for channels in widths(full)[:-1]] + [4]
    with pytest.raises(LabkitError, match="a width above 0"):
        models.build(name, (64, 64, 3), width=0)


def test_seed_decides_the_first_weights():
    first, same, other = (
        models.build("resnet-4", (32, 32, 3), seed=seed).get_weights()[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_local_response_normalisation_follows_its_formula():
    from labkit.models.blocks import LocalResponseNormalization

    inputs = np.random.default_rng(0).normal(scale=20, size=(2, 3, 4, 7)).astype("float32")
    expected = np.empty_like(inputs)
    for channel in range(7):
        window = inputs[..., max(0, channel - 2) : channel + 3]
        scale = (1 + 0.5 / 5 * (window**2).sum(axis=-1)) ** 0.75
        expected[..., channel] = inputs[..., channel] / scale
    found = np.asarray(LocalResponseNormalization(alpha=0.5)(inputs))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_the_table_lists_every_network_without_keras():
    code = (
        "import sys, labkit.models as m, labkit.training.recipe, labkit.evaluation.report_card\n"
        "assert list(m.table()['name']) == list(m.MODELS)\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_drawing_shows_what_each_layer_makes():
    figure = network_figure(models.build("alexnet-tutorial", (57, 57, 3), width=1 / 32))
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert labels == [
        "input\n57×57\n×3",
        "conv 11×11\n15×15\n×8",
        "conv 5×5\n7×7\n×8",
        "conv 3×3\n3×3\n×16",
        "conv 1×1\n3×3\n×16",
        "conv 1×1\n3×3\n×8",
        "2 × dense\n128",
        "dense\n4",
    ]


def test_a_drawing_shows_sequences_too():
    labels = [text.get_text() for text in network_figure(lstm(steps=16)).axes[0].texts]
    assert labels == ["input\n16 × 512", "LSTM\n16 × 128", "LSTM\n64", "dense\n7"]
    assert network_figure(lstm()).axes[0].texts[0].get_text() == "input\nsteps × 512"


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    """Scaled floats (6, 28, 28, 3), all the same picture: a bright disc left of the middle."""
    y, x = np.mgrid[:28, :28]
    disc = np.where((x - 9) ** 2 + (y - 13.5) ** 2 < 16, 2.0, -0.5)
    return np.repeat(disc[None, ..., None], 3, axis=-1).repeat(6, axis=0).astype("float32")


def test_augmentation_does_nothing_at_inference_and_has_no_parameters(faces):
    network = models.build("lenet")
    model = augmented(network)
    assert model.count_params() == network.count_params()
    assert without_augmentation(model) is network
    plain = network.predict(faces, verbose=0)
    np.testing.assert_array_equal(model.predict(faces, verbose=0), plain)
    assert not np.allclose(np.asarray(model(faces, training=True)), plain, atol=1e-4)


def test_each_image_is_changed_in_its_own_way_and_by_the_seed(faces):
    first, again, other = (np.asarray(FaceVariation(seed)(faces, training=True)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    assert len(np.unique(first.reshape(6, -1), axis=0)) == 6


def test_changes_stay_small_and_mirror_half_the_images(faces):
    changed = np.asarray(FaceVariation(0)(faces[:1].repeat(400, axis=0), training=True))[..., 0]
    darkest = changed.min(axis=(1, 2), keepdims=True)
    assert np.abs(darkest + 0.5).max() <= augmentation.BRIGHTNESS + 1e-3
    light = changed - darkest
    columns = np.arange(28)
    centre = (light * columns).sum(axis=(1, 2)) / light.sum(axis=(1, 2))
    mirrored = centre > 13.5
    assert 0.4 < mirrored.mean() < 0.6
    moved = np.where(mirrored, 27 - centre, centre) - 9
    assert np.abs(moved).max() < 28 * augmentation.SHIFT + 4.5 * augmentation.ZOOM + 1
    assert np.abs(moved).std() > 0.3


def test_an_augmented_network_trains_its_network_and_can_be_saved(faces, tmp_path):
    network = models.build("lenet")
    before = network.get_weights()[0].copy()
    model = augmented(network, seed=1)
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(faces, np.arange(6) % 4, epochs=1, verbose=0)
    assert not np.array_equal(before, network.get_weights()[0])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(faces, verbose=0), network.predict(faces, verbose=0), atol=1e-6)


def test_variants_show_a_picture_as_training_may_see_it(photograph):
    picture = photograph[100:228, 150:278]
    shown = augmentation.variants(picture, 5, seed=2)
    assert shown.shape == (5, 128, 128, 3) and shown.dtype == np.uint8
    np.testing.assert_array_equal(shown, augmentation.variants(picture, 5, seed=2))
    assert all(np.abs(shown[i].mean() - picture.mean()) < 0.6 * picture.std() for i in range(5))


def narrow(seed: int = 0, classes: int = 6):
    """A network with batch normalisation and dropout that builds fast."""
    return models.build("alexnet-tutorial", (57, 57, 3), classes, width=1 / 32, seed=seed)


def fitted_once(model, learning_rate: float = 0.1):
    """``model`` after one step on noise."""
    random = np.random.default_rng(1)
    images = random.normal(size=(8, *model.input_shape[1:])).astype("float32")
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
    model.train_on_batch(images, random.integers(0, 2, 8))
    return model


@pytest.mark.parametrize("source", [narrow, lambda: augmented(narrow())], ids=["plain", "augmented"])
def test_transfer_takes_every_layer_but_the_last(source):
    source = source()
    before = source.get_weights()
    model = fitted_once(transfer(source, 4, frozen=True, seed=2))
    assert model.output_shape == (None, 4)
    for taken, given in zip(model.get_weights()[:-2], before[:-2], strict=True):
        np.testing.assert_array_equal(taken, given)  # running averages too, after a step of training
    for after, given in zip(source.get_weights(), before, strict=True):
        np.testing.assert_array_equal(after, given)


def test_a_frozen_transfer_moves_its_head_and_a_free_one_everything():
    source = narrow()

    def moved(frozen: bool) -> list[bool]:
        model = transfer(source, 4, frozen=frozen)
        before = model.get_weights()
        after = fitted_once(model).get_weights()
        return [not np.array_equal(one, two) for one, two in zip(before, after, strict=True)]

    *body, kernel, bias = moved(frozen=True)
    assert kernel and bias and not any(body)
    assert all(moved(frozen=False))


def test_what_was_frozen_can_be_thawed():
    lenet = models.build("lenet")
    assert trainable(transfer(transfer(lenet, 5, frozen=True), 4, frozen=False)) == 61_496


def test_a_transfer_takes_what_its_source_takes_without_a_warning(recwarn):
    model = transfer(models.build("lenet"), 4, frozen=True)
    model(np.zeros((1, 28, 28, 3), "float32"))
    model.predict_on_batch(np.zeros((1, 28, 28, 3), "float32"))
    assert not [warning for warning in recwarn if "structure of" in str(warning.message)]


def test_transfer_is_the_same_for_the_same_seed():
    lenet = models.build("lenet")
    first, same, other = (transfer(lenet, 4, frozen=True, seed=seed).get_weights()[-2] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_transfer_refuses_what_has_no_last_dense_layer():
    inputs = keras.Input((4,))
    with pytest.raises(LabkitError, match="does not end in a dense layer"):
        transfer(keras.Model(inputs, keras.layers.ReLU()(inputs)), 4, frozen=True)


def test_parameters_are_counted_as_trained_or_held():
    lenet = parameter_counts(transfer(models.build("lenet"), 4, frozen=True))
    assert lenet.loc["all"].to_dict() == {"trained": 340, "held": 61_496 - 340}
    assert lenet.index.tolist() == ["conv1", "conv2", "fc3", "fc4", "probabilities", "all"]
    assert parameter_counts(narrow()).loc["conv1_norm"].to_dict() == {"trained": 16, "held": 16}
    assert parameter_counts(augmented(models.build("lenet"))).loc["all", "trained"] == 61_496


def test_weights_come_back_from_their_file(tmp_path):
    network, path = narrow(seed=1), tmp_path / "new" / "narrow.weights.h5"
    save_weights(augmented(network), path)
    again = narrow(seed=2)
    load_weights(again, path)
    for one, two in zip(again.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert [file.name for file in path.parent.iterdir()] == ["narrow.weights.h5"]


def test_another_networks_or_damaged_weights_are_refused_and_change_nothing(tmp_path):
    network, path = narrow(), tmp_path / "narrow.weights.h5"
    save_weights(network, path)
    with pytest.raises(LabkitError, match=r"holds the weights of alexnet-tutorial .*6 classes.*transfer\(\)"):
        load_weights(narrow(classes=4), path)
    with pytest.raises(LabkitError, match="There is no file of weights"):
        load_weights(network, tmp_path / "none.weights.h5")

    with h5py.File(path, "a") as file:
        del file["layers/dense_1"]
    other = narrow(seed=3)
    before = other.get_weights()
    with pytest.raises(LabkitError, match="is damaged"):
        load_weights(other, path)
    for one, two in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, two)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(LabkitError, match="is damaged"):
        load_weights(other, path)


def test_an_interrupt_while_weights_are_written_leaves_the_older_ones_and_nothing_else(tmp_path):
    network, path = narrow(), tmp_path / "narrow.weights.h5"
    path.write_text("older")

    class Interrupted(keras.Model):
        def save_weights(self, path):
            path.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_weights(Interrupted(network.input, network.output), path)
    assert path.read_text() == "older" and list(tmp_path.iterdir()) == [path]


def test_weights_that_cannot_be_written_are_an_error_in_words(tmp_path):
    with pytest.raises(LabkitError, match=r"must end in \.weights\.h5"):
        save_weights(models.build("lenet"), tmp_path / "lenet.h5")
    (tmp_path / "file").touch()
    with pytest.raises(LabkitError, match="cannot be written"):
        save_weights(models.build("lenet"), tmp_path / "file" / "lenet.weights.h5")
