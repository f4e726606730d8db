"""The roll angle of a face, and cutting it straight out of the original frame (paper §3.1.2).

Rotation, cut and resize are one affine map on the original frame: pixels are
interpolated once. Where the face shrinks by more than two, the frame's window is
first averaged down, since an affine map alone would skip pixels (and flicker).
"""

import math

import cv2
import numpy as np

from labkit.faces.boxes import Box
from labkit.video import Frame


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
    angle, scale = math.radians(roll), side / size
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    # The map from the face to the window; half a pixel because centres, not corners, are sampled.
    half = (size - 1) / 2
    tx = center[0] - 0.5 - a * half + b * half
    ty = center[1] - 0.5 - b * half - a * half
    return cv2.warpAffine(
        window,
        np.array([[a, -b, tx], [b, a, ty]]),
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
