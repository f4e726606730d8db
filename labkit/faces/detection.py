"""Faces, eyes and mouths by Haar cascades (paper §3.1.1).

Design choices, each measured on rendered and real clips:
- a face is at least a quarter of the picture's height, and eyes and mouths a share of the face,
  unless told otherwise: ten times fewer false boxes than at 30 pixels, and 3 to 15 times faster;
- boxes are ranked by the cascade's weight: the largest box is too often a false one;
- eyes by the cascade made for glasses, which places them twice as exactly on faces without glasses too;
  the plain eye cascade is asked where that one finds no pair;
- to follow a face, it is searched for coarsely and then read on a straightened copy, where its place and
  size are known well enough for narrow searches; the eyes are sought on its mirror image too, since
  cascades are not symmetric: the mean line is off by 0.35° (median on rendered people), one by 0.5°;
- OpenCV ships no mouth cascade, so the mouth is the best smile box in the lower half of the face;
- a cascade shared by threads crashes: make one FaceDetector a thread (it takes 0.1 s).
"""

from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import cv2
import numpy as np

from labkit.errors import FaceError
from labkit.faces.boxes import Box

MIN_FACE = 0.25  # of the picture's height
COARSE_HEIGHT = 144  # pixels of the picture that is searched coarsely
PLAIN_MIN_FACE = 30  # pixels, the size that OpenCV's examples use


@dataclass(frozen=True)
class Detection:
    """A box and the cascade's confidence in it (the weight of its last stage)."""

    box: Box
    weight: float


class FaceDetector:
    """Stock frontal-face, eye and smile cascades; one instance a thread.

    Args:
        size_limits: False searches faces of 30 pixels and more, and eyes and mouths of every size,
            as a plain call of OpenCV does: ten times slower, with more false boxes.
    """

    def __init__(self, *, size_limits: bool = True) -> None:
        self._limited = size_limits
        self._face = _cascade("haarcascade_frontalface_default.xml")
        self._eyes = [_cascade(f"haarcascade_{name}.xml") for name in ("eye_tree_eyeglasses", "eye")]
        self._smile = _cascade("haarcascade_smile.xml")

    def faces(self, gray: np.ndarray, min_size: int | None = None) -> list[Detection]:
        """Faces in a grey uint8 (H, W) image, best first.

        Args:
            min_size: smallest side in pixels; a quarter of the height when None.
        """
        if min_size is None:
            min_size = round(MIN_FACE * gray.shape[0]) if self._limited else PLAIN_MIN_FACE
        return _detect(self._face, gray, 1.1, 5, (min_size, 0))

    def faces_coarsely(self, gray: np.ndarray) -> list[Detection]:
        """:meth:`faces` in a third of the time, by larger steps: boxes are off by some hundredths."""
        scale = min(1.0, COARSE_HEIGHT / gray.shape[0])
        size = [max(1, round(scale * n)) for n in gray.shape[::-1]]  # of a very slim picture no side is 0
        small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
        found = _detect(self._face, small, 1.2, 3, (round(MIN_FACE * small.shape[0]), 0))
        return [Detection(d.box.scaled(1 / scale), d.weight) for d in found]

    def face_near(self, gray: np.ndarray, box: Box, slack: float = 0.4) -> Box | None:
        """The best face whose centre lies within ``box``, of its side give or take a share of ``slack``."""
        search = box.grown(1 + 1.5 * slack)
        sizes = (round(box.w / (1 + slack)), round(box.w * (1 + slack)))
        found = _detect_inside(self._face, gray, search, 1.15, 3, sizes)
        near = [d.box for d in found if box.grown(0.6).holds(d.box.center)]
        return near[0] if near else None

    def eyes(self, gray: np.ndarray, face: Box) -> tuple[Box, Box] | None:
        """The (left, right) eye boxes of a face, or None when no plausible pair is found."""
        region = Box(face.x, face.y + 0.15 * face.h, face.w, 0.45 * face.h)
        for cascade in self._eyes:
            found = _detect_inside(cascade, gray, region, 1.05, 3, self._sizes(face, 0.1, 0.4))
            if pair := _best_pair(found, face):
                return pair
        return None

    def eyes_of_upright(self, gray: np.ndarray, face: Box) -> list[tuple[Box, Box]]:
        """The (left, right) eyes of an upright face, as seen and mirrored; if none, those of :meth:`eyes`."""
        plain = self._eyes[1]
        mirrored = np.ascontiguousarray(gray[:, ::-1]), _mirrored(face, gray.shape[1])
        pairs = [pair] if (pair := _upright_pair(plain, gray, face)) else []
        if pair := _upright_pair(plain, *mirrored):
            pairs.append((_mirrored(pair[1], gray.shape[1]), _mirrored(pair[0], gray.shape[1])))
        if not pairs and (pair := self.eyes(gray, face)):
            pairs.append(pair)
        return pairs

    def mouth(self, gray: np.ndarray, face: Box) -> Box | None:
        """The mouth's box: the best smile box in the lower half of a face, or None."""
        region = Box(face.x, face.y + 0.5 * face.h, face.w, 0.5 * face.h)
        found = _detect_inside(self._smile, gray, region, 1.05, 10, self._sizes(face, 0.2, 0.8))
        return found[0].box if found else None

    def _sizes(self, face: Box, least: float, most: float) -> tuple[int, int]:
        return (round(least * face.w), round(most * face.w)) if self._limited else (0, 0)


def _upright_pair(cascade: cv2.CascadeClassifier, gray: np.ndarray, face: Box) -> tuple[Box, Box] | None:
    region = Box(face.x + 0.1 * face.w, face.y + 0.2 * face.h, 0.8 * face.w, 0.35 * face.h)
    sizes = (round(0.18 * face.w), round(0.3 * face.w))
    return _best_pair(_detect_inside(cascade, gray, region, 1.1, 3, sizes), face)


def _mirrored(box: Box, width: int) -> Box:
    return Box(width - box.x - box.w, box.y, box.w, box.h)


def _best_pair(found: list[Detection], face: Box) -> tuple[Box, Box] | None:
    pairs = [(a, b) for a, b in permutations(found, 2) if _are_a_pair(a.box, b.box, face)]
    if not pairs:
        return None
    left, right = max(pairs, key=lambda pair: pair[0].weight + pair[1].weight)
    return left.box, right.box


def _are_a_pair(left: Box, right: Box, face: Box) -> bool:
    """Two eyes are well apart, not one far above the other, and of like size."""
    dx, dy = right.center[0] - left.center[0], right.center[1] - left.center[1]
    return 0.25 < dx / face.w < 0.65 and abs(dy) < 0.6 * dx and 0.5 < left.w / right.w < 2


def _cascade(name: str) -> cv2.CascadeClassifier:
    if not hasattr(cv2, "CascadeClassifier"):
        raise FaceError("This OpenCV has no Haar cascades; install opencv-python-headless below version 5.")
    cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / name))
    if cascade.empty():
        raise FaceError(f"OpenCV's file {name} is missing; install opencv-python-headless again.")
    return cascade


def _detect(
    cascade: cv2.CascadeClassifier, gray: np.ndarray, scale: float, neighbors: int, sizes: tuple[int, int]
) -> list[Detection]:
    """Boxes with sides between ``sizes`` (smallest, largest; 0 for no limit), best first."""
    least, most = sizes
    boxes, _, weights = cascade.detectMultiScale3(
        gray, scale, neighbors, minSize=(least, least), maxSize=(most, most), outputRejectLevels=True
    )
    found = [Detection(Box(*map(float, b)), float(w)) for b, w in zip(boxes, np.ravel(weights), strict=True)]
    return sorted(found, key=lambda detection: -detection.weight)


def _detect_inside(
    cascade: cv2.CascadeClassifier,
    gray: np.ndarray,
    region: Box,
    scale: float,
    neighbors: int,
    sizes: tuple[int, int],
) -> list[Detection]:
    x, y, w, h = region.clipped(gray.shape[1], gray.shape[0]).as_int()
    if min(w, h) < 8:
        return []
    found = _detect(cascade, np.ascontiguousarray(gray[y : y + h, x : x + w]), scale, neighbors, sizes)
    return [Detection(d.box.moved(x, y), d.weight) for d in found]
