"""Boxes, and the cascades on a real photograph."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector

sizes = st.floats(1, 500)
places = st.floats(-300, 300)
boxes = st.builds(Box, places, places, sizes, sizes)


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


@given(boxes, boxes)
def test_iou_is_symmetric_and_within_0_and_1(a: Box, b: Box) -> None:
    assert a.iou(b) == b.iou(a)
    assert 0 <= a.iou(b) <= 1 + 1e-9


@given(boxes, st.floats(0.1, 10))
def test_iou_with_itself_is_1_in_any_image_size(box: Box, factor: float) -> None:
    assert box.iou(box) == pytest.approx(1)
    assert box.scaled(factor).area == pytest.approx(box.area * factor**2)


def test_iou_of_half_overlapping_squares_is_a_third() -> None:
    assert Box(0, 0, 2, 2).iou(Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert Box(0, 0, 2, 2).iou(Box(5, 5, 2, 2)) == 0


def test_grown_keeps_the_centre_and_clipped_stays_inside() -> None:
    grown = Box(2, 2, 4, 4).grown(3)
    assert grown == Box(-2, -2, 12, 12) and grown.center == (4, 4)
    assert grown.clipped(8, 6) == Box(0, 0, 8, 6)
    assert Box(1.4, 2.6, 3.5, 4.4).as_int() == (1, 3, 4, 4)


def test_face_eyes_and_mouth_of_a_photograph_are_in_their_places(detector: FaceDetector, portrait) -> None:
    gray = portrait(x=170, y=115, side=150)[..., 1].copy()
    best = detector.faces(gray)[0].box
    assert best.iou(Box(170 - 75, 115 - 75, 150, 150)) > 0.75
    mouth = detector.mouth(gray, best)
    assert abs(mouth.center[0] - best.center[0]) < 0.15 * best.w
    assert 0.65 < (mouth.center[1] - best.y) / best.h < 0.95


def test_eyes_are_left_then_right_at_one_height(detector: FaceDetector, photograph: np.ndarray) -> None:
    gray = cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)
    left, right = detector.eyes(gray, detector.faces(gray)[0].box)
    assert left.center[0] < right.center[0]
    assert abs(left.center[1] - right.center[1]) < 0.2 * (right.center[0] - left.center[0])


def test_the_eyes_of_an_upright_face_are_where_the_full_search_sees_them(
    detector: FaceDetector, photograph: np.ndarray
) -> None:
    gray = cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)
    face = detector.faces(gray)[0].box
    pairs = detector.eyes_of_upright(gray, face)
    assert pairs
    for pair in pairs:
        for box, full in zip(pair, detector.eyes(gray, face), strict=True):
            assert np.hypot(*np.subtract(box.center, full.center)) < 0.05 * face.w


def test_a_coarse_search_finds_the_same_face(detector: FaceDetector, photograph: np.ndarray) -> None:
    gray = cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)
    assert detector.faces_coarsely(gray)[0].box.iou(detector.faces(gray)[0].box) > 0.7
    assert detector.faces_coarsely(np.full((90, 160), 128, np.uint8)) == []


def test_two_faces_are_both_found_best_first(detector: FaceDetector, portrait) -> None:
    both = portrait(x=235, side=100, onto=portrait(x=85, side=100))[..., 1].copy()
    found = detector.faces(both)
    assert sorted(round(d.box.center[0] / 50) for d in found) == [2, 5]
    assert found[0].weight >= found[1].weight


def test_smaller_faces_are_found_when_asked_for(detector: FaceDetector, portrait) -> None:
    small = Box(160 - 20, 120 - 20, 40, 40)
    gray = portrait(side=40)[..., 1].copy()
    assert detector.faces(gray) == []
    assert detector.faces(gray, min_size=30)[0].box.iou(small) > 0.6
    assert FaceDetector(size_limits=False).faces(gray)[0].box.iou(small) > 0.6


def test_a_plain_picture_has_no_face_eyes_or_mouth(detector: FaceDetector) -> None:
    gray = np.full((240, 320), 128, np.uint8)
    whole = Box(40, 0, 240, 240)
    assert (
        detector.faces(gray) == []
        and detector.eyes(gray, whole) is None
        and detector.mouth(gray, whole) is None
    )


def test_face_near_ignores_a_face_elsewhere(detector: FaceDetector, portrait) -> None:
    gray = portrait(x=230, side=100)[..., 1].copy()
    assert detector.face_near(gray, Box(20, 70, 100, 100)) is None
    assert detector.face_near(gray, Box(170, 75, 110, 110)) is not None


@pytest.mark.parametrize("shape", [(600, 2), (2, 600), (1, 1)])
def test_a_very_slim_picture_has_no_face(shape: tuple[int, int]) -> None:
    assert FaceDetector().faces_coarsely(np.full(shape, 128, np.uint8)) == []
