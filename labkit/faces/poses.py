"""Where a face is in the plane of the picture, and the similarities that move it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from labkit.faces.boxes import Box

IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True)
class Pose:
    """A square face: its centre and side in pixels, its roll in degrees."""

    x: float
    y: float
    side: float
    roll: float

    @property
    def box(self) -> Box:
        return Box(self.x - self.side / 2, self.y - self.side / 2, self.side, self.side)

    def moved_by(self, similarity: np.ndarray) -> "Pose":
        """This pose after a 2 × 3 similarity (rotation, scale and shift)."""
        (a, b, right), (c, d, down) = similarity.tolist()
        return Pose(
            a * self.x + b * self.y + right,
            c * self.x + d * self.y + down,
            self.side * math.hypot(a, c),
            self.roll + math.degrees(math.atan2(c, a)),
        )

    def towards(self, other: "Pose", share: float) -> "Pose":
        """The pose that lies ``share`` of the way to ``other``."""
        return Pose(
            self.x + share * (other.x - self.x),
            self.y + share * (other.y - self.y),
            self.side + share * (other.side - self.side),
            self.roll + share * (other.roll - self.roll),
        )

    def dragged_to(self, other: "Pose", slack: float) -> "Pose":
        """This pose, moved no further than is needed to bring the face's edges within ``slack`` of ``other``.

        Args:
            slack: a share of the side.
        """
        reach = slack * other.side
        return Pose(
            _within(self.x, other.x, reach),
            _within(self.y, other.y, reach),
            _within(self.side, other.side, 2 * reach),
            _within(self.roll, other.roll, math.degrees(2 * slack)),
        )


def _within(value: float, middle: float, reach: float) -> float:
    return min(max(value, middle - reach), middle + reach)


def scale_of(similarity: np.ndarray) -> float:
    return math.hypot(similarity[0, 0], similarity[1, 0])


def angle_of(similarity: np.ndarray) -> float:
    """Degrees, positive clockwise on the screen."""
    return math.degrees(math.atan2(similarity[1, 0], similarity[0, 0]))


def compose(then: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The 2 × 3 map that applies ``first`` and then ``then``."""
    return then[:, :2] @ first + np.array([[0, 0, then[0, 2]], [0, 0, then[1, 2]]])


def inverse(similarity: np.ndarray) -> np.ndarray:
    return cv2.invertAffineTransform(similarity)
