"""The paper's pairs and subtraction, against the plainest possible way of writing them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labkit.preprocessing.differences import (
    difference_images,
    frame_difference,
    pair_count,
    pair_indices,
    usable_pairs,
)

images = arrays(np.uint8, (4, 5, 3))


@given(st.integers(0, 200), st.integers(1, 60), st.integers(1, 20))
def test_pairs_are_those_of_brute_force(frames: int, gap: int, stride: int) -> None:
    brute = [(t, t + gap) for t in range(0, frames, stride) if t + gap < frames]
    assert pair_count(frames, gap, stride) == len(brute)
    assert pair_indices(frames, gap, stride).tolist() == [list(pair) for pair in brute]


def test_a_clip_of_138_frames_gives_the_papers_34_pairs() -> None:
    assert pair_count(138, gap=5, stride=4) == 34


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_a_clip_no_longer_than_the_gap_has_no_pairs(frames: int) -> None:
    assert pair_count(frames, 5, 4) == 0
    assert pair_indices(frames, 5, 4).shape == (0, 2)


def test_pairs_that_touch_a_lost_frame_are_left_out() -> None:
    track = pd.DataFrame({"state": ["followed"] * 4 + ["lost"] + ["detected"] * 5})
    assert usable_pairs(track, 2, 1).tolist() == [[t, t + 2] for t in range(8) if 4 not in (t, t + 2)]


@pytest.mark.parametrize("gap, stride", [(0, 1), (1, 0), (-1, 4)])
def test_an_impossible_gap_or_stride_is_refused(gap: int, stride: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        pair_count(10, gap, stride)


@given(images, images)
def test_a_difference_is_the_absolute_one_in_whole_numbers(a: np.ndarray, b: np.ndarray) -> None:
    expected = np.abs(a.astype(int) - b.astype(int))
    assert frame_difference(a, b).dtype == np.uint8
    assert (frame_difference(a, b) == expected).all()
    assert (frame_difference(b, a) == expected).all()


@given(images, images, st.integers(1, 60))
def test_the_noise_floor_blackens_small_differences_and_keeps_the_others(a, b, floor: int) -> None:
    plain, cleaned = frame_difference(a, b), frame_difference(a, b, noise_floor=floor)
    assert (cleaned[plain < floor] == 0).all()
    assert (cleaned[plain >= floor] == plain[plain >= floor]).all()


@given(arrays(np.uint8, st.tuples(st.integers(0, 12), st.just(3), st.just(3), st.just(3))), st.integers(1, 5))
def test_difference_images_are_the_pairs_differences(faces: np.ndarray, gap: int) -> None:
    result = difference_images(faces, gap, 2)
    assert result.shape == (pair_count(len(faces), gap, 2), 3, 3, 3)
    for image, (first, second) in zip(result, pair_indices(len(faces), gap, 2), strict=True):
        assert (image == frame_difference(faces[first], faces[second])).all()
