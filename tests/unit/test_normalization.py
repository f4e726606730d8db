"""Local and global means: hand-computed, fitted on training faces alone, and blind to light and contrast."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import DataError, FaceError, TrainingError
from labkit.preprocessing.normalization import (
    Normalizer,
    local_contrast,
    local_mean,
    normalization_steps,
)
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer


def noise(count: int = 20, side: int = 24, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), np.uint8)


def test_a_local_mean_is_the_gaussian_mean_of_the_pixels_that_there_are():
    image = noise(1, 9)[0].astype(float)
    sigma, row, column = 9 * 0.2, 1, 4
    weights = [
        [math.exp(-((r - row) ** 2 + (c - column) ** 2) / 2 / sigma**2) for c in range(9)] for r in range(9)
    ]
    expected = (np.array(weights) * image).sum() / np.sum(weights)
    assert local_mean(image[None], 0.2)[0, row, column] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("side", [48, 256])
def test_a_flat_face_is_its_own_local_mean_up_to_the_border(side):
    flat = np.full((1, side, side), 137, np.uint8)
    assert local_mean(flat) == pytest.approx(137, abs=1e-3)


def test_training_faces_come_out_around_zero_everywhere_with_deviation_one():
    faces = noise(600)  # more than one piece
    normalizer = Normalizer.fit(faces)
    made = normalizer.apply(faces)
    assert made.shape == (600, 24, 24, 1) and made.dtype == np.float32
    assert np.abs(made.mean(axis=0)).max() < 1e-4 and made.std() == pytest.approx(1, abs=1e-4)


def test_the_steps_are_local_mean_then_global_mean_then_deviation():
    train, others = noise(30), noise(5, seed=1)
    normalizer = Normalizer.fit(train, local=0.2)
    rest = train - local_mean(train, 0.2)
    around = rest - rest.mean(axis=0)
    expected = (others - local_mean(others, 0.2) - rest.mean(axis=0)) / around.std()
    assert normalizer.apply(others)[..., 0] == pytest.approx(expected, abs=1e-4)
    assert (normalizer.apply(others[..., None]) == normalizer.apply(others)).all()
    assert (normalizer.apply(others.astype(np.float32)) == normalizer.apply(others)).all()


def test_what_only_test_faces_show_stays_in_them():
    """A spot in every test face, none in training: the mean of the training faces knows nothing of it."""
    train, test = noise(200), noise(200, seed=1)
    test[:, 10:13, 10:13] = 255
    normalizer = Normalizer.fit(train)
    assert normalizer.apply(test).mean(axis=0)[11, 11, 0] > 1
    assert abs(Normalizer.fit(test).apply(test).mean(axis=0)[11, 11, 0]) < 0.01


def test_light_that_changes_slowly_is_taken_off():
    train = noise(100)
    light = np.linspace(0, 60, 24, dtype=np.uint8)
    dim = train // 2
    normalizer = Normalizer.fit(dim)
    inner = np.s_[:, 8:16, 8:16]
    before = np.abs((dim + light).astype(float) - dim)[inner].mean() / normalizer.deviation
    after = np.abs(normalizer.apply(dim + light) - normalizer.apply(dim))[inner].mean()
    assert after < 0.1 * before


def test_a_different_fit_is_described_differently():
    one, other = Normalizer.fit(noise()), Normalizer.fit(noise(seed=1))
    assert json.dumps(one.describe()) == json.dumps(Normalizer.fit(noise()).describe())
    assert one.describe() != other.describe()
    assert one.describe()["faces"] == 20 and one.describe()["local"] == 1 / 12


def test_faces_that_are_all_alike_are_not_blown_up():
    made = Normalizer.fit(np.full((3, 16, 16), 90, np.uint8)).apply(np.full((1, 16, 16), 200, np.uint8))
    assert np.abs(made).max() < 0.01


def test_what_cannot_be_fitted_or_applied_is_refused():
    with pytest.raises(TrainingError, match="no training faces"):
        Normalizer.fit(noise()[:0])
    with pytest.raises(TrainingError, match="uint8, not float64"):
        Normalizer.fit(noise() / 255)
    with pytest.raises(DataError, match="grey squares"):
        Normalizer.fit(np.zeros((4, 24, 24, 3), np.uint8))
    with pytest.raises(DataError, match="32 pixels to a side, but the mean was measured on 24"):
        Normalizer.fit(noise()).apply(noise(side=32))
    with pytest.raises(ValueError, match="above 0"):
        local_mean(noise(), 0)


@settings(max_examples=25)
@given(st.floats(0.01, 50), st.floats(-1000, 1000), st.integers(0, 99))
def test_local_contrast_does_not_see_gain_and_offset(gain, offset, seed):
    faces = noise(2, seed=seed).astype(np.float64)
    # float32 keeps seven digits: what is left of them beside a large offset bounds the difference.
    near = 1e-3 + 1e-5 * abs(offset) / gain
    assert local_contrast(gain * faces + offset) == pytest.approx(local_contrast(faces), abs=near)


def test_local_contrast_evens_out_contrast_within_a_face():
    faces = noise(50, 48).astype(float)
    faces[:, :, 24:] = 128 + 0.2 * (faces[:, :, 24:] - 128)
    made = local_contrast(faces)
    halves = made[:, :, :18].std(), made[:, :, 30:].std()
    assert halves[1] > 0.3 * halves[0]  # and 0.2 before
    assert made.dtype == np.float32 and made.shape == (50, 48, 48)


@pytest.mark.parametrize("value", [0, 137, 255, 0.1])
def test_a_flat_patch_has_no_contrast_and_gives_no_nan(value):
    flat = np.full((2, 48, 48), value)
    assert (local_contrast(flat) == 0).all()
    flat[0, :20] = noise(1, 48)[0, :20]
    made = local_contrast(flat)
    assert np.isfinite(made).all() and np.abs(made[0, 40:]).max() < 1e-3 and made[0, :20].std() > 0.3


def test_the_steps_of_a_picture_are_the_pictures_between():
    clip = Clip(Person.from_seed(5, sex="female"), "happy", size=(320, 240), voice="silent")
    image = ClipRenderer(clip).frame(clip.apex)
    normalizer = Normalizer.fit(noise(side=64))
    steps = normalization_steps(image, normalizer)
    assert list(steps) == [
        *("face found", "constant eye distance", "local mean off", "global mean off", "local contrast")
    ]
    assert steps["face found"].shape == image.shape and (steps["face found"] != image).any()
    face = steps["constant eye distance"]
    assert face.shape == (64, 64) and face.dtype == np.uint8
    assert steps["global mean off"] / normalizer.deviation == pytest.approx(
        normalizer.apply(face[None])[0, ..., 0], abs=1e-5
    )
    assert steps["local mean off"] == pytest.approx(steps["global mean off"] + normalizer.mean, abs=1e-3)
    assert (steps["local contrast"] == local_contrast(face[None])[0]).all()
    grey = np.asarray(image @ [0.299, 0.587, 0.114]).round().astype(np.uint8)
    assert (
        np.abs(normalization_steps(grey, normalizer)["constant eye distance"] - face.astype(float)).mean() < 4
    )


def test_a_picture_without_a_face_is_refused(blank):
    with pytest.raises(FaceError, match="No face was found"):
        normalization_steps(blank, Normalizer.fit(noise()))
