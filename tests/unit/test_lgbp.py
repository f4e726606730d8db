"""Local Gabor binary patterns against plain loops and scenes whose answer is known."""

import time

import numpy as np
import pytest
from scipy.ndimage import correlate

from labkit.errors import DataError
from labkit.preprocessing.lgbp import (
    PATTERNS,
    binary_patterns,
    gabor_kernels,
    gabor_magnitudes,
    lgbp_classifier,
    lgbp_features,
)


def noise(count: int, size: int = 64, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), np.uint8)


def stripes(count: int, wavelength: float, angle: float, seed: int = 0) -> np.ndarray:
    """(count, 64, 64) uint8: waves of the given length and direction, with noise and a random phase."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:64, :64]
    along = x * np.cos(angle) + y * np.sin(angle)
    phases = random.uniform(0, 2 * np.pi, (count, 1, 1))
    waves = 128 + 60 * np.sin(2 * np.pi * along / wavelength + phases) + random.normal(0, 10, (count, 64, 64))
    return np.clip(waves, 0, 255).astype(np.uint8)


def test_magnitudes_are_those_of_a_plain_filter_with_mirrored_borders():
    (face,) = stripes(1, 7, 0.4)
    kernels = gabor_kernels((4.0, 8.0), 3)
    found = gabor_magnitudes(face[None, :40], kernels)[0]
    for kernel, magnitudes in zip(kernels, found, strict=True):
        plain = face[:40].astype(float)
        # Turned by half, because a filter convolves; its magnitude is the same either way.
        answers = [correlate(plain, part[::-1, ::-1], mode="reflect") for part in (kernel.real, kernel.imag)]
        np.testing.assert_allclose(magnitudes, np.hypot(*answers), atol=0.02)


def test_the_filter_that_fits_answers_loudest():
    angles = np.arange(4) * np.pi / 4
    for index, angle in enumerate(angles):
        magnitudes = gabor_magnitudes(stripes(1, 8, angle), gabor_kernels((4.0, 8.0), 4))[0]
        assert magnitudes.mean(axis=(1, 2)).argmax() == 4 + index


def test_patterns_are_those_of_a_plain_loop():
    maps = np.random.default_rng(0).normal(size=(2, 9, 12)).astype(np.float32)
    around = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
    circles = {}
    for code in range(256):
        bits = [code >> bit & 1 for bit in range(8)]
        if sum(bits[i] != bits[i - 1] for i in range(8)) <= 2:
            circles[tuple(bits)] = len(circles)
    assert len(circles) == PATTERNS - 1
    found = binary_patterns(maps)
    assert found.shape == (2, 7, 10) and found.dtype == np.uint8
    for which, row, column in np.ndindex(found.shape):
        patch = maps[which, row : row + 3, column : column + 3]
        bits = tuple(int(patch[1 + dy, 1 + dx] >= patch[1, 1]) for dy, dx in around)
        assert found[which, row, column] == circles.get(bits, PATTERNS - 1)


def test_features_are_the_shares_of_each_regions_pixels():
    faces = noise(11)
    features = lgbp_features(faces)
    assert features.shape == (11, 3 * 4 * 25 * PATTERNS) and features.dtype == np.float32
    np.testing.assert_allclose(features.reshape(-1, PATTERNS).sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(features[9], lgbp_features(faces[9:10])[0])

    gray = stripes(1, 6, 0)
    inside = binary_patterns(gabor_magnitudes(gray, gabor_kernels((5.0,), 1)))[0, 0, :31, :31]
    first = lgbp_features(gray, wavelengths=(5.0,), orientations=1, grid=2)[0, :PATTERNS]
    np.testing.assert_allclose(first, np.bincount(inside.ravel(), minlength=PATTERNS) / 31**2, rtol=1e-5)


def test_a_change_in_one_corner_changes_that_corners_regions_only():
    face = noise(1)
    other = face.copy()
    other[:, :8, :8] = 255 - other[:, :8, :8]
    regions = [lgbp_features(images).reshape(12, 5, 5, PATTERNS) for images in (face, other)]
    changed = (regions[0] != regions[1]).any(axis=(0, 3))
    assert changed[0, 0] and not changed[3:].any() and not changed[:, 3:].any()


def test_grey_and_coloured_greys_are_the_same():
    gray = stripes(2, 5, 1.0)
    np.testing.assert_array_equal(lgbp_features(gray), lgbp_features(np.repeat(gray[..., None], 3, axis=-1)))


def test_the_classifier_tells_textures_apart():
    angles = {"level": 0.0, "slanted": 0.8, "upright": 1.57}
    train, test = (
        lgbp_features(np.concatenate([stripes(15, 6, angle, seed) for angle in angles.values()]), grid=2)
        for seed in (1, 2)
    )
    labels = np.repeat(list(angles), 15)
    classifier = lgbp_classifier().fit(train, labels)
    assert classifier.score(test, labels) > 0.95
    assert classifier[0].explained_variance_ratio_.sum() >= 0.9
    assert classifier.predict_proba(test).shape == (45, 3)


@pytest.mark.parametrize(
    ("faces", "words"),
    [
        (np.zeros((2, 64, 64, 3), np.float32), "must be uint8"),
        (np.zeros((64, 64), np.uint8), "must be uint8"),
        (np.zeros((2, 64, 64, 4), np.uint8), "must be uint8"),
        (np.zeros((2, 6, 6), np.uint8), "no 5×5 regions"),
    ],
)
def test_other_arrays_are_refused_in_words(faces, words):
    with pytest.raises(DataError, match=words):
        lgbp_features(faces)


def test_it_is_fast_enough_for_the_papers_2210_faces():
    started = time.process_time()  # of all threads: other programs at work do not count
    lgbp_features(noise(110))
    assert (time.process_time() - started) * 2210 / 110 < 2 * 15
