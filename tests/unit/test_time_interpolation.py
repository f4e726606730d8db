"""Any number of frames to sixteen: what is kept, what is blended, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labkit.errors import DataError
from labkit.preprocessing.time_interpolation import STEPS, interpolate_time

clips = st.integers(1, 40).flatmap(lambda length: arrays(np.uint8, (length, 2, 3)))
counts = st.integers(2, 40)


@given(clips, counts)
def test_the_ends_stay_and_nothing_leaves_the_range_of_the_pixels(clip, count):
    even = interpolate_time(clip, count)
    assert even.shape == (count, 2, 3) and even.dtype == np.uint8
    assert (even[0] == clip[0]).all() and (even[-1] == clip[-1]).all()
    assert (even >= clip.min(axis=0)).all() and (even <= clip.max(axis=0)).all()


@given(clips)
def test_as_many_frames_as_asked_for_stay_as_they_are(clip):
    if len(clip) > 1:
        assert (interpolate_time(clip, len(clip)) == clip).all()


@given(clips)
def test_played_backwards_it_is_the_same_backwards(clip):
    there, back = interpolate_time(clip / 255.0), interpolate_time(clip[::-1] / 255.0)
    assert there == pytest.approx(back[::-1])


@given(st.floats(-1e3, 1e3), st.integers(1, 40), counts)
def test_a_still_clip_stays_still(value, length, count):
    assert (interpolate_time(np.full((length, 2), value), count) == value).all()


@given(st.integers(2, 60), counts)
def test_an_even_motion_stays_even(length, count):
    ramp = interpolate_time(np.linspace(0.0, 1.0, length), count)
    assert ramp == pytest.approx(np.linspace(0, 1, count), abs=1e-12)


def test_between_two_frames_is_their_weighted_mean():
    frames = np.array([[0, 10], [100, 20], [200, 0]], np.uint8)
    assert interpolate_time(frames, 5).tolist() == [[0, 10], [50, 15], [100, 20], [150, 10], [200, 0]]
    assert interpolate_time(np.array([0, 1, 3], np.uint8), 4).tolist() == [0, 1, 2, 3]  # 2/3 → 1, 5/3 → 2


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float16, np.float32, np.float64])
def test_one_frame_is_repeated_in_its_own_dtype(dtype):
    even = interpolate_time(np.array([[7, 9]], dtype))
    assert even.dtype == dtype and even.tolist() == [[7, 9]] * STEPS


def test_no_frame_is_refused_and_so_is_a_count_without_both_ends():
    with pytest.raises(DataError, match="without frames"):
        interpolate_time(np.empty((0, 4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="at least 2, for the first frame and the last, not 1"):
        interpolate_time(np.zeros((3, 2)), 1)
