"""Eyes planted anywhere land where the frame wants them, at every size, turn and kind of picture."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import FaceError
from labkit.faces.boxes import Box
from labkit.preprocessing.eye_crop import LIKE_HAAR, EyeFrame, align_eyes, crop_face
from labkit.preprocessing.stills import FoundFace, find_face
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table
from labkit.video import Frame

LEFT, RIGHT = (-1, 1)


def eyes_at(middle: tuple[float, float], apart: float, roll: float) -> list[tuple[float, float]]:
    turn = np.array([math.cos(math.radians(roll)), math.sin(math.radians(roll))])
    return [tuple((np.array(middle) + side * apart / 2 * turn).tolist()) for side in (LEFT, RIGHT)]


def planted(eyes: list[tuple[float, float]], radius: float) -> np.ndarray:
    """A grey picture with two soft bright spots, 600 × 500."""
    rows, columns = np.mgrid[:500, :600] + 0.5
    spots = sum(np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2 / radius**2) for x, y in eyes)
    return (40 + 200 * spots).round().astype(np.uint8)


def bright_places(face: np.ndarray) -> list[tuple[float, float]]:
    """The centres of the bright spots in the left and the right half, in shares of the side."""
    size, weight = len(face), np.clip(face.astype(float) - 60, 0, None)
    rows, columns = (np.mgrid[:size, :size] + 0.5) / size
    halves = (columns < 0.5), (columns >= 0.5)
    return [
        (
            (weight * columns)[half].sum() / weight[half].sum(),
            (weight * rows)[half].sum() / weight[half].sum(),
        )
        for half in halves
    ]


@pytest.mark.parametrize("size", [48, 256])
@pytest.mark.parametrize(("apart", "roll"), [(60, 0), (60, 25), (90, -40), (150, 10)])
def test_planted_eyes_land_where_the_frame_wants_them(apart, roll, size):
    eyes = eyes_at((310.3, 240.8), apart, roll)
    left, right = bright_places(align_eyes(planted(eyes, apart / 12), *eyes, size))
    assert left == pytest.approx((0.5 - LIKE_HAAR.distance / 2, LIKE_HAAR.height), abs=0.004)
    assert right == pytest.approx((0.5 + LIKE_HAAR.distance / 2, LIKE_HAAR.height), abs=0.004)


def test_another_frame_puts_them_elsewhere():
    eyes = eyes_at((300, 250), 80, 15)
    left, right = bright_places(align_eyes(planted(eyes, 7), *eyes, 96, EyeFrame(distance=0.5, height=0.3)))
    assert left == pytest.approx((0.25, 0.3), abs=0.004) and right == pytest.approx((0.75, 0.3), abs=0.004)


@given(st.floats(-80, 80), st.floats(10, 300), st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(-500, 500))
def test_the_box_around_two_eyes_has_its_eyes_there(roll, apart, distance, height, x):
    frame, eyes = EyeFrame(distance, height), eyes_at((x, 100.0), apart, roll)
    box, turn = frame.box(*eyes)
    assert box.w == pytest.approx(apart / distance) and turn == pytest.approx(roll, abs=1e-6)
    assert np.allclose(frame.eyes(box, turn), eyes)


def test_shrinking_averages_and_does_not_skip_pixels():
    board = (np.indices((600, 600)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert align_eyes(board, (200, 240), (400, 250), 48).std() < 15


def test_colour_comes_out_grey_and_eyes_beyond_the_picture_repeat_its_edge():
    green = np.zeros((100, 120, 3), np.uint8)
    green[..., 1] = 200
    face = align_eyes(green, (-20, 40), (30, 60), 32)
    assert face.shape == (32, 32) and face.dtype == np.uint8
    assert (face == cv2.cvtColor(green, cv2.COLOR_RGB2GRAY)[0, 0]).all()


@pytest.mark.parametrize("right", [(50.0, 50.0), (math.nan, 50.0)])
def test_eyes_that_are_no_two_places_are_refused(right):
    with pytest.raises(FaceError, match="no two places"):
        align_eyes(np.zeros((100, 100), np.uint8), (50.0, 50.0), right, 48)


@pytest.mark.parametrize("shares", [(0, 0.4), (0.4, 1.2)])
def test_a_frame_keeps_the_eyes_inside(shares):
    with pytest.raises(ValueError, match="between 0 and 1"):
        EyeFrame(*shares)


def test_where_eyes_are_missing_the_box_is_cut_as_it_is():
    image = np.random.default_rng(3).integers(0, 255, (200, 200), np.uint8)
    box = Box(30, 40, 96, 96)
    assert (crop_face(image, FoundFace(box, None, 0.0), 96) == image[40:136, 30:126]).all()


def test_rendered_eyes_come_to_the_same_place_in_everybody():
    """Found by the cascades, in people of many faces: the true eyes lie within some hundredths."""
    places = []
    for seed in (11, 12, 13):
        clip = Clip(Person.from_seed(seed), "neutral", size=(320, 240), voice="silent")
        rig = Rig(clip.person, 240)
        image, truth = ClipRenderer(clip, rig).frame(0), truth_table(clip, rig, [0]).iloc[0]
        found = find_face(Frame(0, 0.0, image))
        assert found.eyes
        box, roll = LIKE_HAAR.box(*found.eyes)
        true = np.array([(truth[f"{side}_eye_x"], truth[f"{side}_eye_y"]) for side in ("left", "right")])
        angle = math.radians(-roll)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        places.append((true - box.center) @ turn.T / box.w + 0.5)
    wanted = [
        (0.5 - LIKE_HAAR.distance / 2, LIKE_HAAR.height),
        (0.5 + LIKE_HAAR.distance / 2, LIKE_HAAR.height),
    ]
    assert np.abs(np.array(places) - wanted).max() < 0.04
