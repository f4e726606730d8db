"""The roll angle of a face, and cutting it straight out of the original frame (paper §3.1.2).

Rotation, cut and resize are one affine map on the original frame: pixels are
interpolated once. Where the face shrinks by more than two, the frame's window is
first averaged down, since an affine map alone would skip pixels (and flicker).

The map as the fifth paper writes it (§2.2.1), a 3 × 3 matrix from the frame to the face, is
:func:`alignment_matrix`; it is the same map, computed from the same four numbers, that every cut is made by.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from labkit.faces.boxes import Box
from labkit.video import Frame


@dataclass(frozen=True)
class AffineParts:
    """What an alignment does to a frame, in the order it is done: scale, turn, shift.

    Attributes:
        scale: pixels of the aligned face for one pixel of the frame.
        roll: the face's roll in degrees, positive clockwise on the screen; the frame is turned back by it.
        shift: (T_x, T_y) in pixels of the aligned face.
    """

    scale: float
    roll: float
    shift: tuple[float, float]


def roll_angle(eyes: tuple[Box, Box], mouth: Box) -> float:
    """The paper's roll: the line from the midpoint of the eye boxes to the mouth box, against the vertical.

    Returns:
        Degrees, positive when the face is turned clockwise on the screen.
    """
    (lx, ly), (rx, ry) = eyes[0].center, eyes[1].center
    mx, my = mouth.center
    return math.degrees(math.atan2((lx + rx) / 2 - mx, my - (ly + ry) / 2))


def eye_line_angle(eyes: tuple[Box, Box]) -> float:
    """The roll of the line through both eyes, in degrees; steadier than the paper's."""
    (lx, ly), (rx, ry) = eyes[0].center, eyes[1].center
    return math.degrees(math.atan2(ry - ly, rx - lx))


def align_face(image: np.ndarray, box: Box, roll: float, size: int, margin: float = 0.0) -> np.ndarray:
    """The face in ``box``, turned upright by ``-roll`` degrees about the box's centre.

    Args:
        image: the original frame, RGB uint8 (H, W, 3), or grey (H, W).
        margin: share of the box's side added on every side; the Haar box itself spans brows to chin.

    Returns:
        uint8 (size, size, 3), or (size, size) for grey; what lies outside the frame repeats its edge.
    """
    side = box.grown(1 + 2 * margin)
    angle = math.radians(roll)
    reach = side.w / 2 * (abs(math.cos(angle)) + abs(math.sin(angle))) + 4
    (cx, cy), (height, width) = side.center, image.shape[:2]
    x0, x1 = _within(cx, reach, width)
    y0, y1 = _within(cy, reach, height)
    window = image[y0:y1, x0:x1]
    shrink = 1
    while side.w / shrink >= 2 * size:  # halving is the fast case of averaging
        window, shrink = halved(window), 2 * shrink
    return _straighten(window, ((cx - x0) / shrink, (cy - y0) / shrink), side.w / shrink, roll, size)


def cut_face(frame: Frame, box: Box, roll: float, size: int, margin: float = 0.0) -> np.ndarray:
    """:func:`align_face` on a frame as it was decoded: only the face is turned to RGB, not the picture."""
    return frame.in_rgb(align_face(frame.pixels, box, roll, size, margin))


def alignment_matrix(box: Box, roll: float, size: int, margin: float = 0.0) -> np.ndarray:
    """The map of :func:`align_face` in homogeneous coordinates (fifth paper, §2.2.1).

    ``[x', y', 1] = matrix @ [x, y, 1]`` takes a pixel of the frame to its place in the aligned face; both
    count from 0 at the centre of the upper left pixel, as OpenCV does. The aligned face is what
    ``cv2.warpAffine(frame, matrix[:2], (size, size), borderMode=cv2.BORDER_REPLICATE)`` gives; only one that
    shrinks by two or more is averaged down first.

    Returns:
        float64 (3, 3): R0, R1, T_x / R2, R3, T_y / 0, 0, 1. Here R0 = R3 and R1 = −R2, because a face is
        turned, scaled and shifted, and never sheared.
    """
    side = box.grown(1 + 2 * margin)
    return np.linalg.inv(np.vstack([_face_to_image(side.center, side.w, roll, size), [0.0, 0.0, 1.0]]))


def affine_parts(matrix: np.ndarray) -> AffineParts:
    """Read scale, roll and shift out of an :func:`alignment_matrix`, (3, 3).

    Raises:
        ValueError: if the matrix shears, mirrors, or scales one direction more than the other.
    """
    (r0, r1, tx), (r2, r3, ty), last = np.asarray(matrix, float).tolist()
    scale = math.hypot(r0, r2)
    off = math.hypot(r0 - r3, r1 + r2)
    if last != [0.0, 0.0, 1.0] or not off < 1e-6 * scale:
        raise ValueError("the matrix is no turn, scale and shift: it needs R0 = R3, R1 = -R2 and 0 0 1 below")
    return AffineParts(scale, math.degrees(math.atan2(r1, r0)), (tx, ty))


def halved(window: np.ndarray) -> np.ndarray:
    """``window`` with each 2 × 2 block averaged; an odd last row or column is left out."""
    height, width = max(1, window.shape[0] // 2), max(1, window.shape[1] // 2)
    return cv2.resize(window[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)


def _within(center: float, reach: float, limit: int) -> tuple[int, int]:
    """The whole pixels from ``center − reach`` to ``center + reach`` in a row of ``limit``, at least one."""
    start = int(min(max(center - reach, 0), limit - 1))
    return start, max(start + 1, int(min(max(center + reach + 1, 1), limit)))


def _straighten(
    window: np.ndarray, center: tuple[float, float], side: float, roll: float, size: int
) -> np.ndarray:
    return cv2.warpAffine(
        window,
        _face_to_image(center, side, roll, size),
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _face_to_image(center: tuple[float, float], side: float, roll: float, size: int) -> np.ndarray:
    """The 2 × 3 map from the aligned face to the image; half a pixel because centres are sampled."""
    angle, scale = math.radians(roll), side / size
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    half = (size - 1) / 2
    tx = center[0] - 0.5 - a * half + b * half
    ty = center[1] - 0.5 - b * half - a * half
    return np.array([[a, -b, tx], [b, a, ty]])
