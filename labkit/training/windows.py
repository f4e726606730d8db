"""Windows of a track's features that predict the frame after them; views, not copies.

The fourth paper's recurrent networks read 100 feature vectors, X = f[i : i + 100], and answer for the next
frame, y = label[i + 100]. Neighbouring windows share 99 rows: written out they would need a hundred times
the memory of the features. Design choices:
- only the unbroken runs of valid frames are kept, as pairs of numbers. Which window is which follows from
  counting through them, and rows are copied batch by batch: 1.5 million windows of 300 features (180 GB
  written out) need what their 1.8 GB of features need, and 24 MB for labels and order;
- all 101 frames of a window are valid and follow each other: no window bridges a gap, none joins two tracks;
- at prediction the labels play no part: an answer needs the 100 frames before it, and stands where it
  belongs, on the frame after them. The first 100 frames of a run have none;
- frames without an answer are interpolated linearly from the nearest answers of their track (paper, §IV.B);
  before the first and after the last one the nearest is held.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.backend import keras
from labkit.errors import DataError, TrainingError
from labkit.training.data import Batches

LENGTH = 100  # frames a window, the paper's


class WindowBatches(Batches):
    """Batches of ((b, length, f) float32, (b, 2) float32) for ``fit``; the last one may be smaller.

    Args:
        features: (T, f) a track, rows in the order of time, one a frame; what stands in invalid rows is
            never read. Arrays of any float type, memory maps too.
        labels: (T, 2) a track: valence and arousal.
        valid: (T,) bool a track: the frame has its features and both its labels.
        length: frames a window.
        step: frames between the starts of two windows of a run.
        batch_size: windows a batch.
        shuffle: a new order each epoch; for training only.
        seed: of the order.

    Attributes:
        labels: (n, 2) float32, what each of the n windows is to answer.
        too_short: tracks that give no window at all.

    Raises:
        TrainingError: if the lists do not fit together, a valid frame has a value that is no finite number,
            or no track has ``length`` + 1 valid frames on end.
    """

    def __init__(
        self,
        features: Sequence[np.ndarray],
        labels: Sequence[np.ndarray],
        valid: Sequence[np.ndarray],
        length: int = LENGTH,
        step: int = 1,
        batch_size: int = 128,
        *,
        shuffle: bool = False,
        seed: int = 0,
    ):
        if length < 1 or step < 1:
            raise ValueError(f"length and step must be 1 or more, not {length} and {step}")
        _check(features, labels, valid)
        # One row a run that is long enough: track, first frame, windows in it.
        long_enough = np.array(
            [
                (number, start, (stop - start - length - 1) // step + 1)
                for number, mask in enumerate(valid)
                for start, stop in runs(mask)
                if stop - start > length
            ],
            dtype=np.int64,
        ).reshape(-1, 3)
        if len(long_enough) == 0:
            raise TrainingError(
                f"None of {len(features)} tracks has {length + 1} valid frames on end, as a window and the "
                "frame after it need: take longer tracks or shorter windows."
            )
        answers = np.concatenate([_answers(labels, length, step, *run) for run in long_enough])
        super().__init__(answers, answers, "windows", batch_size, shuffle, seed)
        self.features, self.length, self.step = features, length, step
        self.too_short = len(features) - len(np.unique(long_enough[:, 0]))
        self._runs = long_enough
        self._before = np.concatenate([[0], np.cumsum(long_enough[:, 2])])  # windows before each run

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.chosen(index)
        return self._windows(chosen), self.labels[chosen]

    def read_labels(self, labels: Any) -> np.ndarray:
        """(n, 2) float32."""
        return np.asarray(labels, dtype=np.float32)

    def describe_labels(self) -> dict[str, Any]:
        """Their mean, valence and arousal."""
        return {"mean": self.labels.mean(axis=0, dtype=np.float64).round(4).tolist()}

    def describe(self) -> dict[str, Any]:
        """What the ledger keeps: counts, settings, a digest of the labels and some windows."""
        digest = hashlib.sha256(self.labels.tobytes() + self._windows(self.some()).tobytes())
        return super().describe() | {
            "tracks": len(self.features),
            "too_short": self.too_short,
            "shape": [self.length, int(self.features[0].shape[1])],
            "step": self.step,
            "digest": digest.hexdigest()[:16],
        }

    def _windows(self, numbers: np.ndarray) -> np.ndarray:
        """The windows of these numbers, copied out: (b, length, f) float32."""
        rows = np.searchsorted(self._before, numbers, side="right") - 1
        tracks = self._runs[rows, 0]
        starts = self._runs[rows, 1] + self.step * (numbers - self._before[rows])
        windows = np.empty((len(numbers), self.length, self.features[0].shape[1]), np.float32)
        for window, track, start in zip(windows, tracks, starts, strict=True):
            window[:] = self.features[track][start : start + self.length]
        return windows


def _answers(
    labels: Sequence[np.ndarray], length: int, step: int, track: int, start: int, count: int
) -> np.ndarray:
    """The labels of the frames after a run's windows, (count, 2)."""
    first = start + length
    return np.asarray(labels[track][first : first + step * count : step], np.float32)


def runs(valid: np.ndarray) -> list[tuple[int, int]]:
    """The unbroken runs of true values in (T,) bool: (first frame, frame after the last), in order."""
    padded = np.concatenate([[False], np.asarray(valid, dtype=bool), [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def predict_track(
    model: keras.Model, features: np.ndarray, valid: np.ndarray, length: int = LENGTH, batch_size: int = 256
) -> np.ndarray:
    """Valence and arousal of each frame that follows ``length`` valid ones.

    Args:
        model: (b, length, f) to (b, 2).
        features: (T, f) of one track; invalid rows are never read.
        valid: (T,) bool: the frame has features. Labels are not needed.
        length: frames a window, as in training.
        batch_size: windows at a time.

    Returns:
        (T, 2) float32, NaN on the other frames.

    Raises:
        DataError: if features and ``valid`` differ in length.
    """
    if len(features) != len(valid):
        raise DataError(
            f"A track has {len(features)} rows of features but {len(valid)} marks: give one each."
        )
    predictions = np.full((len(features), 2), np.nan, np.float32)
    starts = [np.arange(start, min(stop, len(valid) - 1) - length + 1) for start, stop in runs(valid)]
    starts = np.concatenate([np.empty(0, int), *starts])
    for first in range(0, len(starts), batch_size):
        some = starts[first : first + batch_size]
        windows = np.stack([features[start : start + length] for start in some], dtype=np.float32)
        predictions[some + length] = np.asarray(model.predict_on_batch(windows))
    return predictions


def interpolate(predictions: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Predictions for every frame of a track: gaps are bridged by straight lines, ends held.

    Args:
        predictions: (T, 2), NaN where there is none.
        valid: (T,) bool; what was predicted elsewhere is not believed, and replaced.

    Returns:
        (T, 2) float32 without NaN.

    Raises:
        DataError: if there is nothing to interpolate from, or the lengths differ.
    """
    predictions, valid = np.asarray(predictions, np.float32), np.asarray(valid, dtype=bool)
    if len(predictions) != len(valid):
        raise DataError(f"A track has {len(predictions)} predictions but {len(valid)} marks: give one each.")
    known = np.flatnonzero(valid & ~np.isnan(predictions).any(axis=1))
    if len(known) == 0:
        raise DataError("No valid frame of the track has a prediction: there is nothing to interpolate from.")
    frames = np.arange(len(predictions))
    columns = [np.interp(frames, known, column[known]) for column in predictions.T]
    return np.stack(columns, axis=1).astype(np.float32)


def _check(features: Sequence[np.ndarray], labels: Sequence[np.ndarray], valid: Sequence[np.ndarray]) -> None:
    """Raise the TrainingError of the first track that cannot be trained on."""
    if len(features) == 0:
        raise TrainingError("There are no tracks to take windows from: check the split and the data set.")
    if not len(features) == len(labels) == len(valid):
        raise TrainingError(
            f"There are features of {len(features)} tracks, labels of {len(labels)} and marks of "
            f"{len(valid)}: one each is needed."
        )
    for number, (track, answers, mask) in enumerate(zip(features, labels, valid, strict=True), start=1):
        where, shapes = f"Track {number} of {len(features)}", (np.shape(track), np.shape(answers))
        if len(shapes[0]) != 2 or shapes[0][1:] != np.shape(features[0])[1:]:
            raise TrainingError(
                f"{where} has features of the shape {shapes[0]}, the first of {np.shape(features[0])}: "
                "(frames, features) is needed, with the same features."
            )
        if shapes[1] != (len(track), 2) or np.shape(mask) != (len(track),):
            raise TrainingError(
                f"{where} has {len(track)} rows of features, but labels of the shape {shapes[1]} and marks "
                f"of {np.shape(mask)}: one row a frame is needed."
            )
        finite = np.isfinite(track).all(axis=1) & np.isfinite(answers).all(axis=1)
        if not finite[np.asarray(mask, dtype=bool)].all():
            raise TrainingError(
                f"{where} has valid frames whose features or labels are no finite numbers: "
                "mark them as invalid."
            )
