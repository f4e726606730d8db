"""The paper's roll, recovered; and the cut, which turns a face upright in one step."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.faces.alignment import (
    affine_parts,
    align_face,
    alignment_matrix,
    cut_face,
    eye_line_angle,
    roll_angle,
)
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.video import Frame


def at(x: float, y: float) -> Box:
    return Box(x - 5, y - 5, 10, 10)


def turned(x: float, y: float, degrees: float) -> Box:
    """A small box at (x, y) turned clockwise on the screen about (100, 100)."""
    angle = math.radians(degrees)
    dx, dy = x - 100, y - 100
    return at(
        100 + dx * math.cos(angle) - dy * math.sin(angle), 100 + dx * math.sin(angle) + dy * math.cos(angle)
    )


@given(st.floats(-80, 80))
def test_planted_roll_is_recovered_by_both_lines(degrees: float) -> None:
    eyes = turned(80, 80, degrees), turned(120, 80, degrees)
    assert roll_angle(eyes, turned(100, 130, degrees)) == pytest.approx(degrees, abs=1e-6)
    assert eye_line_angle(eyes) == pytest.approx(degrees, abs=1e-6)


def test_roll_is_positive_when_the_viewers_right_eye_is_lower() -> None:
    assert eye_line_angle((at(80, 80), at(120, 90))) > 0


@pytest.mark.parametrize("roll", [-12, -5, 0, 6, 12])
def test_roll_planted_in_a_photograph_is_read_by_the_cascades(portrait, roll: float) -> None:
    def read(degrees: float) -> float:
        gray = cv2.cvtColor(portrait(side=180, roll=degrees), cv2.COLOR_RGB2GRAY)
        detector = FaceDetector()
        face = detector.faces(gray)[0].box
        return eye_line_angle(detector.eyes(gray, face))

    assert read(roll) - read(0) == pytest.approx(roll, abs=4)


@pytest.mark.parametrize("roll", [-30, 0, 20])
def test_an_aligned_face_looks_the_same_at_every_roll(portrait, roll: float) -> None:
    upright = align_face(portrait(), Box(105, 65, 110, 110), 0, 64).astype(float)
    straightened = align_face(portrait(roll=roll), Box(105, 65, 110, 110), roll, 64).astype(float)
    turned_face = align_face(portrait(roll=roll), Box(105, 65, 110, 110), 0, 64).astype(float)
    error = np.abs(straightened - upright)[8:-8, 8:-8].mean()
    assert error < 8
    if roll:
        assert error < 0.4 * np.abs(turned_face - upright)[8:-8, 8:-8].mean()


@pytest.mark.parametrize("side", [20, 32, 40, 80, 128, 200])
def test_a_cut_is_centred_at_every_scale(side: int) -> None:
    """A ramp's middle value stays in the middle, with no shift of half a pixel at any shrinking."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 256, axis=0).repeat(3, axis=2)
    box = Box(128 - side / 2, 128 - side / 2, side, side)
    face = align_face(ramp, box, 0, 32).astype(float)
    assert face.mean() == pytest.approx(127.5, abs=0.6)
    assert face[0, -1, 0] - face[0, 0, 0] == pytest.approx(side * 31 / 32, abs=1.5)


def test_shrinking_averages_and_does_not_skip_pixels() -> None:
    board = np.indices((400, 400)).sum(axis=0) % 2 * 255
    image = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    assert align_face(image, Box(20, 20, 350, 350), 3, 32).std() < 15


def test_margin_shows_more_around_the_face() -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[40:60, 40:60] = 255
    box = Box(40, 40, 20, 20)
    assert align_face(image, box, 0, 20).mean() > 250
    assert align_face(image, box, 0, 20, margin=0.5).mean() == pytest.approx(255 / 4, abs=8)


@pytest.mark.parametrize("box", [Box(-30, -20, 60, 60), Box(90, 70, 60, 60), Box(-90, -90, 40, 40)])
def test_a_box_beyond_the_frame_repeats_the_edge(box: Box) -> None:
    image = np.full((100, 120, 3), 90, np.uint8)
    face = align_face(image, box, 10, 24)
    assert face.shape == (24, 24, 3) and face.dtype == np.uint8 and (face == 90).all()


def test_a_face_cut_from_a_frame_as_decoded_is_the_one_cut_from_its_image(portrait) -> None:
    image, box = portrait(), Box(105, 65, 110, 110)
    expected = align_face(image, box, 7, 48, 0.1)
    for frame in (Frame(0, 0.0, image), Frame(0, 0.0, image[..., ::-1].copy(), "BGR")):
        assert (frame.image == image).all()
        assert (cut_face(frame, box, 7, 48, 0.1) == expected).all()
        assert (frame.in_gray(frame.pixels) == cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)).all()


def test_grey_images_are_cut_too() -> None:
    assert align_face(np.zeros((50, 50), np.uint8), Box(5, 5, 40, 40), 0, 16).shape == (16, 16)


boxes = st.builds(Box, st.floats(-50, 200), st.floats(-50, 200), side := st.floats(20, 200), side).map(
    lambda box: Box(box.x, box.y, box.w, box.w)
)


@given(boxes, st.floats(-80, 80), st.integers(16, 224))
def test_the_matrix_carries_the_box_onto_the_square(box: Box, roll: float, size: int) -> None:
    matrix = alignment_matrix(box, roll, size)
    angle, half = math.radians(roll), box.w / 2
    right = np.array([math.cos(angle), math.sin(angle)])  # of the face, on the screen
    down = np.array([-math.sin(angle), math.cos(angle)])
    for x, y in ((-1, -1), (1, -1), (0, 0), (1, 1)):
        corner = np.array(box.center) + half * (x * right + y * down) - 0.5  # pixels count from their centres
        placed = matrix @ [*corner, 1]
        assert placed == pytest.approx([(x + 1) / 2 * size - 0.5, (y + 1) / 2 * size - 0.5, 1], abs=1e-6)


@given(boxes, st.floats(-170, 170), st.integers(16, 224), st.floats(0, 0.5))
def test_scale_roll_and_shift_are_read_out_of_the_matrix(
    box: Box, roll: float, size: int, margin: float
) -> None:
    matrix = alignment_matrix(box, roll, size, margin)
    parts = affine_parts(matrix)
    assert parts.scale == pytest.approx(size / (box.w * (1 + 2 * margin)))
    assert parts.roll == pytest.approx(roll, abs=1e-6)
    assert parts.shift == pytest.approx(tuple(matrix[:2, 2]))


@pytest.mark.parametrize("roll", [-25, 0, 14])
def test_the_matrix_is_what_a_cut_is_made_by(portrait, roll: float) -> None:
    image, box = portrait(roll=roll), Box(105.3, 65.7, 110, 110)
    matrix = alignment_matrix(box, roll, 160, 0.1)
    warped = cv2.warpAffine(image, matrix[:2], (160, 160), borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(warped.astype(int) - align_face(image, box, roll, 160, 0.1)).max() <= 1


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0.2, 0], [0, 1, 0], [0, 0, 1]],
        [[-1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[2, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 0, 0], [0, 1, 0], [0, 0.1, 1]],
        [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
    ],
    ids=["sheared", "mirrored", "stretched", "in perspective", "flattened"],
)
def test_what_no_alignment_does_is_refused(matrix: list) -> None:
    with pytest.raises(ValueError, match="turn, scale and shift"):
        affine_parts(np.array(matrix))
