"""What the stock cascades see in a picture, judged by the picture's truth."""

from functools import cache

import cv2
import numpy as np
import pandas as pd

from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector

FACE_OVERLAP = 0.6  # intersection over union with the true box
EYES_OFF, MOUTH_OFF = 0.15, 0.25  # how far a centre may be off, in distances between the eyes
OPEN = 0.3  # a blink below this leaves the eyes open


@cache
def _detector() -> FaceDetector:
    """One a process: loading the cascades takes longer than using them."""
    return FaceDetector()


def look(image: np.ndarray, truth: pd.Series) -> dict[str, bool]:
    """Whether ``face``, ``eyes`` and ``mouth`` are found in their places, and whether the eyes are ``open``.

    Args:
        image: RGB uint8 (height, width, 3).
        truth: the frame's row of the truth table.
    """
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    detector = _detector()
    faces = detector.faces(gray)
    seen = {"face": False, "eyes": False, "mouth": False, "open": bool(truth["blink"] < OPEN)}
    if not faces:
        return seen
    face = faces[0].box
    true_face = Box(*truth[["face_x", "face_y", "face_w", "face_h"]])
    left, right, lips = (_point(truth, part) for part in ("left_eye", "right_eye", "mouth"))
    apart = np.hypot(*(right - left))
    seen["face"] = bool(face.iou(true_face) > FACE_OVERLAP)
    if pair := detector.eyes(gray, face):
        offs = [np.hypot(*(box.center - true)) for box, true in zip(pair, (left, right), strict=True)]
        seen["eyes"] = bool(max(offs) < EYES_OFF * apart)
    if box := detector.mouth(gray, face):
        seen["mouth"] = bool(np.hypot(*(box.center - lips)) < MOUTH_OFF * apart)
    return seen


def _point(truth: pd.Series, part: str) -> np.ndarray:
    return np.array([truth[f"{part}_x"], truth[f"{part}_y"]])
