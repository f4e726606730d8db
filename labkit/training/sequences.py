"""Sequences of features in batches, padded to one length; the counterpart of ArrayBatches.

Choices:
- every batch has the length of the longest sequence of the set: with one shape, the
  network is traced once, and a masked step costs little;
- what is put behind a sequence's end is :data:`labkit.models.lstm.PADDING`, which the
  network masks: a padded sequence gives the answer of the bare one;
- nothing is scaled: features come out of a network, raw images out of a Normalizer.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.errors import TrainingError
from labkit.models.lstm import PADDING
from labkit.training.data import Batches


class SequenceBatches(Batches):
    """Batches of ((b, T, f) float32, (b,) int64) for ``fit`` and ``predict``; the last one may be smaller.

    Args:
        sequences: of (t, f) float32 each, t ≥ 1, with the same f.
        labels: (n,) class numbers, one a sequence.
        batch_size: sequences a batch.
        shuffle: a new order each epoch; for training only.
        seed: of the order.
        steps: T, all sequences' length after padding; that of the longest by default.

    Raises:
        TrainingError: if there are no sequences, or not as many labels; if one is empty, has no two
            dimensions, other features than the first, values that are no numbers, a step that looks like
            padding, or more than ``steps``.
    """

    def __init__(
        self,
        sequences: Sequence[np.ndarray],
        labels: Any,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        seed: int = 0,
        steps: int | None = None,
    ):
        super().__init__(sequences, labels, "sequences", batch_size, shuffle, seed)
        _check(sequences)
        longest = max(map(len, sequences))
        self.sequences, self.steps = sequences, steps or longest
        if longest > self.steps:
            raise TrainingError(
                f"A sequence has {longest} steps but only {self.steps} are allowed: "
                "allow more, or cut the sequences."
            )

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.chosen(index)
        return pad([self.sequences[number] for number in chosen], self.steps), self.labels[chosen]

    def describe(self) -> dict[str, Any]:
        """What the ledger keeps: counts a class, lengths, settings, a digest of labels and some sequences."""
        digest = hashlib.sha256(self.labels.tobytes())
        for number in self.some():
            digest.update(np.ascontiguousarray(self.sequences[number], dtype=np.float32).tobytes())
        lengths = [len(sequence) for sequence in self.sequences]
        return super().describe() | {
            "lengths": [min(lengths), max(lengths)],
            "shape": [self.steps, int(np.shape(self.sequences[0])[1])],
            "digest": digest.hexdigest()[:16],
        }


def pad(sequences: Sequence[np.ndarray], steps: int) -> np.ndarray:
    """(t, f) each, none longer than ``steps``, to (n, steps, f) float32 with padding behind their ends."""
    features = np.shape(sequences[0])[1]
    padded = np.full((len(sequences), steps, features), PADDING, np.float32)
    for row, sequence in zip(padded, sequences, strict=True):
        row[: len(sequence)] = sequence
    return padded


def _check(sequences: Sequence[np.ndarray]) -> None:
    """Raise the TrainingError of the first sequence that cannot be trained on."""
    expected = np.shape(sequences[0])[-1:]
    for number, sequence in enumerate(sequences, start=1):
        shape, where = np.shape(sequence), f"Sequence {number} of {len(sequences)}"
        if len(shape) != 2:
            raise TrainingError(f"{where} has the shape {shape}: (steps, features) is needed.")
        if shape[0] == 0:
            raise TrainingError(f"{where} is empty: leave it out, with its label.")
        if shape[1:] != expected:
            raise TrainingError(
                f"{where} has {shape[1]} features a step, the first has {expected[0]}: "
                "make all of them with the same network."
            )
        if not np.isfinite(sequence).all():
            raise TrainingError(
                f"{where} has values that are not finite numbers: leave out its steps without a face."
            )
        if (np.asarray(sequence) == PADDING).all(axis=1).any():
            raise TrainingError(
                f"{where} has a step of nothing but {PADDING:g}, which marks padding: scale the features."
            )
