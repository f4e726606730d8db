"""Two models that learn in a second, so that a knob can be turned while one watches.

"HOG + ridge" describes a face by the directions of its edges and learns a linear rule; it can carry over to
people it has not met. "pixels + nearest neighbour" learns nothing: it answers with the label of the most
similar training picture. What it gets right it remembers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from skimage.feature import hog
from sklearn.linear_model import RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

_SMALL = 24  # pixels of a side, for the nearest neighbour
_ALPHA = 1000.0  # the ridge: chosen on other people than those that are judged


@dataclass(frozen=True)
class Reader:
    """A model: how it looks at faces, and what it does with what it sees."""

    name: str
    look: Callable[[np.ndarray], np.ndarray]  # uint8 (n, S, S) grey faces → float32 (n, d)
    model: Callable[[], object]  # a new scikit-learn classifier

    def answers(self, seen: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Learn from what was seen, (n, d) with (n,) labels; answer (m, d): (m,) labels."""
        return self.model().fit(seen, labels).predict(asked)


def edges(faces: np.ndarray) -> np.ndarray:
    """HOG: how strong the edges of eight directions are, in cells of 8×8 pixels."""
    rows = [hog(face, orientations=8, pixels_per_cell=(8, 8), cells_per_block=(2, 2)) for face in faces]
    return np.array(rows, np.float32)


def pixels(faces: np.ndarray) -> np.ndarray:
    """Grey values at 24×24, each face with mean 0 and spread 1."""
    small = [cv2.resize(face, (_SMALL, _SMALL), interpolation=cv2.INTER_AREA).ravel() for face in faces]
    rows = np.array(small, np.float32)
    return (rows - rows.mean(axis=1, keepdims=True)) / np.maximum(rows.std(axis=1, keepdims=True), 1)


RIDGE = Reader("HOG + ridge", edges, lambda: make_pipeline(StandardScaler(), RidgeClassifier(alpha=_ALPHA)))
NEAREST = Reader("pixels + nearest neighbour", pixels, lambda: KNeighborsClassifier(1))
READERS = {reader.name: reader for reader in (RIDGE, NEAREST)}
