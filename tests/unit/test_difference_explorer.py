"""The gap/stride explorer: measures against planted answers, the picture, the widget without a browser."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.preprocessing.differences import difference_images
from labkit.preprocessing.gap_measures import (
    JITTER_SHARE,
    camera_noise,
    energy_curve,
    gap_zones,
    jitter_share,
    measure_gaps,
    rigid_share,
    unrelated_level,
)
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.difference_explorer import DifferenceExplorer
from labkit.widgets.difference_picture import HEAT_TOP, compose_picture, heat_map
from labkit.widgets.explorer_state import ExplorerClip

SIZE = 112


def textured(seed: int = 0) -> np.ndarray:
    """A smooth random texture (SIZE, SIZE, 3) uint8 with corners for the flow to hold on to."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 226, (14, 14, 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def shifted(face: np.ndarray, dx: float, dy: float) -> np.ndarray:
    motion = np.float32([[1, 0, dx], [0, 1, dy]])
    return cv2.warpAffine(face, motion, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT)


def jumping(frames: int = 30, pixels: float = 2.0) -> np.ndarray:
    """A still face in a box that jumps at random."""
    rng = np.random.default_rng(1)
    return np.stack([shifted(textured(), *rng.normal(0, pixels, 2)) for _ in range(frames)])


def talking(frames: int = 30) -> np.ndarray:
    """A still face whose mouth brightens and darkens, under camera noise."""
    rng = np.random.default_rng(2)
    clip = np.repeat(textured()[None], frames, axis=0).astype(np.int16)
    swing = (70 * np.sin(np.arange(frames) / 4)).astype(np.int16)
    clip[:, 75:100, 35:77] += swing[:, None, None, None]
    return np.clip(clip + rng.normal(0, 1, clip.shape), 0, 255).astype(np.uint8)


@settings(max_examples=25, deadline=None)
@given(frames=st.integers(2, 12), max_gap=st.integers(1, 15), seed=st.integers(0, 99))
def test_energy_curve_is_the_mean_of_the_difference_images(frames, max_gap, seed):
    faces = np.random.default_rng(seed).integers(0, 256, (frames, 6, 6, 3), dtype=np.uint8)
    curve = energy_curve(faces, max_gap)
    assert len(curve) == min(max_gap, frames - 1)
    for gap, level in enumerate(curve, 1):
        assert level == pytest.approx(difference_images(faces, gap, stride=1).mean())


def test_energy_curve_leaves_out_pairs_that_touch_a_lost_frame():
    faces = np.zeros((4, 2, 2, 3), np.uint8)
    faces[2] = 200
    found = np.array([True, True, False, True])
    assert energy_curve(faces, 3, found) == pytest.approx([0, 0, 0])
    assert np.isnan(energy_curve(faces, 1, np.array([True, False, True, False]))).all()


def test_camera_noise_is_read_where_nothing_moves():
    assert camera_noise(talking()) == pytest.approx(2 / np.sqrt(np.pi), abs=0.15)  # noise of deviation 1
    assert camera_noise(talking()[:1]) == 0


def test_zones_of_a_planted_saturation():
    """A ramp for 12 frames, then rest: the mean difference grows with the gap, to an end."""
    curve = np.minimum(np.arange(1, 21), 12) * 2.0
    assert gap_zones(curve, noise=1.6, unrelated=20.0) == (1, 10)
    assert gap_zones(curve, noise=0.0, unrelated=99.0) == (0, 21)


def test_a_clip_of_noise_alone_has_no_gap_in_range():
    rng = np.random.default_rng(3)
    faces = (128 + rng.normal(0, 4, (20, 56, 56, 3))).clip(0, 255).astype(np.uint8)
    assert measure_gaps(faces).zones == (19, 20)  # all too small


def test_unrelated_level_of_two_alternating_pictures():
    faces = np.zeros((10, 4, 4, 3), np.uint8)
    faces[::2] = 90
    assert unrelated_level(faces) == pytest.approx(90 * 25 / 45)  # 25 of the 45 pairs differ


def test_a_planted_shift_is_jitter_and_a_moving_mouth_is_not():
    assert rigid_share(textured(), shifted(textured(), 2.3, -1.4)) > 0.7
    still, open_mouth = talking()[0], talking()[6]
    assert rigid_share(still, open_mouth) < 0.1
    assert rigid_share(still, still) == 0
    assert rigid_share(np.zeros_like(still), still) == 0


@pytest.mark.parametrize(
    ("faces", "warned"), [(jumping(), True), (talking(), False)], ids=["jumping", "talking"]
)
def test_the_jitter_warning_separates_jumping_boxes_from_a_moving_mouth(faces, warned):
    clip = ExplorerClip.load(faces)
    for gap in (1, 5, 15):
        state = clip.state(gap, stride=2)
        assert (jitter_share(faces, state.pairs) >= JITTER_SHARE) is warned
        assert ("Jitter" in state.caption) is warned


def test_heat_map_runs_from_black_to_its_top():
    grey = np.array([0, HEAT_TOP // 2, HEAT_TOP, 255], np.uint8)
    brightness = heat_map(np.repeat(grey, 3).reshape(1, 4, 3)).sum(axis=2)[0]
    assert brightness[0] < 10 and (np.diff(brightness) >= 0).all()
    assert brightness[1] < brightness[2] == brightness[3]


def test_the_picture_shows_both_frames_and_follows_every_knob():
    clip = ExplorerClip.load(talking())
    picture = compose_picture(clip.state(5, 4, 1))
    assert picture.dtype == np.uint8 and picture.shape[2] == 3
    for other in (clip.state(6, 4, 1), clip.state(5, 3, 1), clip.state(5, 4, 2)):
        assert (compose_picture(other) != picture).any()
    assert to_jpeg(picture)[:2] == b"\xff\xd8"


@pytest.mark.parametrize("frames", [1, 3])
def test_a_clip_shorter_than_the_gap_says_so(frames):
    state = ExplorerClip.load(talking(frames)).state(5, 4)
    assert "No pair" in state.caption
    assert compose_picture(state).std() > 0  # the sentence is in the picture


def test_a_gap_beyond_the_explorer_is_refused():
    with pytest.raises(ValueError, match="gaps from 1 to 40"):
        ExplorerClip.load(talking()).state(41, 4)


@pytest.fixture
def explorer() -> DifferenceExplorer:
    return DifferenceExplorer(
        {"talking": talking(), "short": talking(3)}, per_frame={"talking": jumping(), "short": jumping(3)}
    )


def test_setting_values_in_python_moves_the_picture(explorer):
    """As papermill does: no browser, only ``.value =``."""
    seen = {explorer.picture.value}
    moves = [
        ("gap", 9),
        ("stride", 2),
        ("time", 3),
        ("alignment", "per-frame"),
        ("clip", "short"),
        ("gap", 1),
    ]
    for control, value in moves:
        getattr(explorer, control).value = value
        assert explorer.picture.value not in seen, control
        seen.add(explorer.picture.value)


def test_the_time_slider_has_the_pairs_and_stays_near_the_frame(explorer):
    assert explorer.time.max == explorer.play.max == 7  # ⌊(30 − 1 − 5) / 4⌋ + 1
    explorer.time.value = 5  # frame 16
    explorer.stride.value = 8
    assert (explorer.time.max, explorer.time.value) == (4, 3)
    explorer.stride.value = 1
    assert (explorer.time.max, explorer.time.value) == (25, 17)


def test_the_caption_is_what_a_screen_reader_hears(explorer):
    explorer.gap.value = 7
    assert "gap 7 is" in explorer.caption.value and 'role="status"' in explorer.caption.value
    explorer.alignment.value = "per-frame"
    assert "Jitter" in explorer.caption.value
