"""Images in batches, scaled and shuffled by seed and epoch.

Choices:
- images stay uint8 until a batch is made: a quarter of the memory, and a lazy
  source (anything with a length and integer-array indexing) needs none at all;
- scaling is to zero mean and unit variance a channel, both taken from training
  images alone. Difference images are nearly black: divided by 255 they would
  hardly move a network that has no batch normalisation;
- the order and the augmentation depend on seed and epoch only, so a resumed
  training sees what an unbroken one would have seen.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from labkit.backend import keras
from labkit.errors import TrainingError
from labkit.training.augmentation import augment


@dataclass(frozen=True)
class Scaling:
    """(image − mean) / deviation, a channel; one number a channel of each, in grey levels."""

    mean: tuple[float, ...] = (0.0,)
    deviation: tuple[float, ...] = (255.0,)

    @classmethod
    def of(cls, images: Any, sample: int = 1000) -> "Scaling":
        """Measured on at most ``sample`` evenly spaced images of (n, H, W, C) uint8."""
        chosen = np.unique(np.linspace(0, len(images) - 1, min(sample, len(images))).astype(int))
        picked = np.asarray(images[chosen], dtype=np.float32)
        deviation = np.maximum(picked.std(axis=(0, 1, 2), dtype=np.float64), 1.0)
        mean = picked.mean(axis=(0, 1, 2), dtype=np.float64)
        return cls(tuple(mean.tolist()), tuple(deviation.tolist()))

    def apply(self, images: np.ndarray) -> np.ndarray:
        """(…, C) of any number type to (…, C) float32."""
        scaled = images.astype(np.float32) - np.float32(self.mean)
        return scaled / np.float32(self.deviation)

    def describe(self) -> list[list[float]]:
        """Mean and deviation, for the ledger."""
        return [list(self.mean), list(self.deviation)]


class ImageScaling(Protocol):
    """What turns grey levels into a network's input: :class:`Scaling`, or another of this form."""

    def apply(self, images: np.ndarray) -> np.ndarray:
        """(b, H, W, C) of any number type to the same shape in float32."""

    def describe(self) -> Any:
        """JSON values for the ledger."""


class Batches(keras.utils.PyDataset):
    """What :func:`labkit.training.fit.fit` asks for: batches with labels, in an order of each epoch's own.

    A subclass makes a batch, ``self[index]``, of the places :meth:`chosen` for it; one whose labels are no
    class numbers reads and describes them in its own way.

    Args:
        items: as many as labels; their length is all that is asked of them here.
        labels: (n,) class numbers, or what :meth:`read_labels` takes.
        what: the items' name in the plural, for errors and the ledger.

    Raises:
        TrainingError: if there are no items, or not as many labels.
    """

    def __init__(self, items: Any, labels: Any, what: str, batch_size: int, shuffle: bool, seed: int):
        super().__init__()
        self.labels, self.what = self.read_labels(labels), what
        if len(items) != len(self.labels):
            raise TrainingError(
                f"There are {len(items)} {what} but {len(self.labels)} labels: one each is needed."
            )
        if len(items) == 0:
            raise TrainingError(f"There are no {what} to make batches of: check the split and the data set.")
        self.batch_size, self.shuffle, self.seed = batch_size, shuffle, seed
        self.set_epoch(0)

    def read_labels(self, labels: Any) -> np.ndarray:
        """The labels as the network learns them."""
        return np.asarray(labels, dtype=np.int64)

    def describe_labels(self) -> dict[str, Any]:
        """How they are distributed."""
        return {"per_class": np.bincount(self.labels).tolist()}

    def set_epoch(self, epoch: int) -> None:
        """Take the order of ``epoch``, counted from 0, and what else depends on it."""
        self.epoch = epoch
        count = len(self.labels)
        self.order = (
            np.random.default_rng((self.seed, epoch)).permutation(count) if self.shuffle else np.arange(count)
        )

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)

    def chosen(self, index: int) -> np.ndarray:
        """The places of the items of a batch, (b,)."""
        return self.order[index * self.batch_size : (index + 1) * self.batch_size]

    def some(self) -> np.ndarray:
        """The places of a few evenly spaced items, for a digest."""
        return np.unique(np.linspace(0, len(self.labels) - 1, 8).astype(int))

    def describe(self) -> dict[str, Any]:
        """What the ledger keeps: counts, the labels' distribution and settings."""
        return {self.what: len(self.labels), **self.describe_labels(), "shuffle": self.shuffle}


class ArrayBatches(Batches):
    """Batches of ((b, H, W, C) float32, (b,) int64); the last one may be smaller.

    Args:
        images: (n, H, W, C) uint8, an array or a lazy source: ``len(images)`` and
            ``images[integer array]`` are all that is asked of it.
        labels: (n,) class numbers.
        batch_size: images a batch.
        scaling: made by :meth:`Scaling.of` from the training images, for all three parts.
        shuffle: a new order each epoch; for training only.
        augment: mirror, shift and brighten at random; for training only.
        seed: of order and augmentation.

    Raises:
        TrainingError: if there are no images, or not as many labels as images.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        batch_size: int = 32,
        *,
        scaling: ImageScaling | None = None,
        shuffle: bool = False,
        augment: bool = False,
        seed: int = 0,
    ):
        super().__init__(images, labels, "images", batch_size, shuffle, seed)
        self.images, self.scaling, self.augment = images, scaling or Scaling(), augment

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.chosen(index)
        images = np.asarray(self.images[chosen], dtype=np.float32)
        if self.augment:
            images = augment(images, np.random.default_rng((self.seed, self.epoch, index)))
        return self.scaling.apply(images), self.labels[chosen]

    def describe(self) -> dict[str, Any]:
        """What the ledger keeps: counts a class, shape, settings and a digest of labels and some images."""
        picked = np.ascontiguousarray(self.images[self.some()])
        digest = hashlib.sha256(self.labels.tobytes() + picked.tobytes())
        return super().describe() | {
            "shape": list(picked.shape[1:]),
            "augment": self.augment,
            "scaling": self.scaling.describe(),
            "digest": digest.hexdigest()[:16],
        }


class AffectBatches(ArrayBatches):
    """Batches of ((b, H, W, C) float32, (b, k) float32): images with valence and arousal instead of a class.

    Args:
        images: as in :class:`ArrayBatches`, and so are the other arguments.
        labels: (n, 2) floats from −1 to 1, valence and arousal; (n, 1) for one of them.

    Raises:
        TrainingError: as :class:`ArrayBatches`, and if a label is missing (NaN) or outside −1 to 1.
    """

    def read_labels(self, labels: Any) -> np.ndarray:
        labels = np.asarray(labels, dtype=np.float32)
        if labels.ndim != 2:
            raise TrainingError(
                f"Labels of affect are (images, values), but these have the shape {labels.shape}."
            )
        outside = np.flatnonzero(~(np.abs(labels) <= 1).all(axis=1))
        if len(outside):
            raise TrainingError(
                f"{len(outside):,} of {len(labels):,} images have a label missing or outside −1 to 1, "
                f"the first is image {outside[0] + 1}: leave out the frames that are not valid."
            )
        return labels

    def describe_labels(self) -> dict[str, Any]:
        moments = {"mean": self.labels.mean(axis=0), "deviation": self.labels.std(axis=0)}
        return {name: values.round(4).tolist() for name, values in moments.items()}
