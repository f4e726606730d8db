"""Labelled pictures in three parts, as a study of several trainings shares them.

Faces of a few thousand people-clips fit into memory as uint8; each network's input
size is made from them once. Scaling is measured on the training images alone.
"""

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pandas as pd

from labkit.errors import TrainingError

if TYPE_CHECKING:
    from labkit.training.data import ArrayBatches

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class ImageSets:
    """One split of one data set; each mapping has the keys of :data:`PARTS`.

    Raises:
        TrainingError: if a part is missing or empty, or pictures, labels and subjects disagree.
    """

    classes: tuple[str, ...]  # names, in the order of the numbers
    images: dict[str, np.ndarray]  # (n, S, S, 3) uint8 RGB
    labels: dict[str, np.ndarray]  # (n,) int64 class numbers
    policy: str  # how the split was made: "random", "by subject"
    leak_line: str  # what training and test share, as labkit.datasets.splits says it
    data: str  # "synthetic" or "real"
    subjects: dict[str, np.ndarray]  # (n,) who each picture shows
    _cache: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for part in PARTS:
            problem = self._problem(part)
            if problem:
                raise TrainingError(
                    f"The {part} images of the split '{self.policy}' cannot be used: {problem}."
                )

    def _problem(self, part: str) -> str | None:
        if not all(part in mapping for mapping in (self.images, self.labels, self.subjects)):
            return "they are missing"
        images, labels, subjects = self.images[part], self.labels[part], self.subjects[part]
        if not len(images) == len(labels) == len(subjects):
            return f"{len(images)} pictures, {len(labels)} labels and {len(subjects)} subjects do not agree"
        if not len(images):
            return "there are none"
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] != images.shape[2]:
            return f"they are {images.dtype} {images.shape}, not uint8 (n, S, S, 3)"
        if labels.min() < 0 or labels.max() >= len(self.classes):
            return f"a label is outside 0 to {len(self.classes) - 1}"
        return None

    @property
    def size(self) -> int:
        """The pictures' side in pixels."""
        return self.images["train"].shape[1]

    def resized(self, size: int) -> "ImageSets":
        """The same split with pictures of ``size`` × ``size`` pixels; made once."""
        if size == self.size:
            return self
        if size not in self._cache:
            images = {part: _resize(self.images[part], size) for part in PARTS}
            self._cache[size] = ImageSets(
                self.classes, images, self.labels, self.policy, self.leak_line, self.data, self.subjects
            )
        return self._cache[size]

    def counts(self) -> pd.DataFrame:
        """Pictures a part (rows) and class (columns), with the sums in a column ``all``."""
        table = pd.DataFrame(
            [np.bincount(self.labels[part], minlength=len(self.classes)) for part in PARTS],
            index=list(PARTS),
            columns=list(self.classes),
        )
        return table.assign(all=table.sum(axis=1))

    def sizes(self) -> dict[str, int]:
        """Pictures in each part."""
        return {part: len(self.labels[part]) for part in PARTS}

    def digest(self) -> str:
        """Fingerprint of every picture and label."""
        if "digest" not in self._cache:
            hashed = hashlib.sha256()
            for part in PARTS:
                hashed.update(np.ascontiguousarray(self.labels[part], np.int64).tobytes())
                hashed.update(str(self.images[part].shape).encode())
                hashed.update(np.ascontiguousarray(self.images[part]))
            self._cache["digest"] = hashed.hexdigest()[:16]
        return self._cache["digest"]

    def batches(self, part: str, batch_size: int = 256, *, seed: int = 0) -> "ArrayBatches":
        """One part as scaled batches: training images shuffled by ``seed``, the others in their order."""
        from labkit.training.data import ArrayBatches, Scaling

        if "scaling" not in self._cache:
            self._cache["scaling"] = Scaling.of(self.images["train"])
        return ArrayBatches(
            self.images[part],
            self.labels[part],
            batch_size,
            scaling=self._cache["scaling"],
            shuffle=part == "train",
            seed=seed,
        )


def _resize(images: np.ndarray, size: int) -> np.ndarray:
    """(n, S, S, 3) to (n, size, size, 3) uint8; by area means, which do not alias when shrinking."""
    way = cv2.INTER_AREA if size < images.shape[1] else cv2.INTER_LINEAR
    return np.stack([cv2.resize(image, (size, size), interpolation=way) for image in images])
