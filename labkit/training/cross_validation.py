"""Training fold by fold: what is finished is kept, what was broken off goes on with the next fold.

Design choices:
- every network answers *all* rows, its training rows too: the held-out answers are what counts, and the
  others show what the paper's protocol (scoring the whole data set by networks that learned from most of
  it) would have made of the same networks;
- one file a fold, named after all that decides its answers: the caller's key, and the rows, labels and split
  of the turn. A fold is trained once, whatever others it is asked for with;
- a file appears under its name only when it is whole; one that is damaged is made again.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labkit.errors import TrainingError
from labkit.whole_files import written_whole

_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)  # what a broken file may raise
_DECIDES = ["clip", "emotion", "split"]  # columns of a turn that decide what its network answers
# From a turn's rows (column ``split``) and its number, from 0, to a network's answers to all rows (n, …).
Learn = Callable[[pd.DataFrame, int], np.ndarray]


@dataclass(frozen=True)
class CrossValidation:
    """What a network a turn answered to every row; t turns, n rows."""

    answers: np.ndarray  # float32 (t, n, …), frames' or clips' probabilities
    splits: np.ndarray  # str (t, n): what each row was to each turn: "train", "validation" or "test"

    @property
    def rows(self) -> np.ndarray:
        """Places of the rows that are tested in some turn, int (m,); all, unless turns were left out."""
        return np.flatnonzero((self.splits == "test").any(axis=0))

    @property
    def folds(self) -> np.ndarray:
        """The turn that tests each of :attr:`rows`, int (m,)."""
        return (self.splits[:, self.rows] == "test").argmax(axis=0)

    def held_out(self) -> np.ndarray:
        """The answer to each of :attr:`rows` by the one network that did not learn from it, (m, …)."""
        return self.answers[self.folds, self.rows]


def cross_validate(
    turns: Iterable[pd.DataFrame],
    learn: Learn,
    *,
    folder: Path | None = None,
    key: Mapping[str, Any] | None = None,
) -> CrossValidation:
    """Run ``learn`` turn by turn, or read back what it answered before.

    Args:
        turns: the same rows each time (columns ``clip`` and ``emotion``), with another column ``split``, as
            :func:`labkit.datasets.folds.turns` gives them.
        learn: trains on a turn's rows of "train", stops by those of "validation", and answers all rows.
        folder: where each turn's answers are kept; None: nowhere.
        key: JSON values: all that decides the answers besides a turn's rows and split, such as the pictures'
            digest, the network, the recipe, the seed.

    Raises:
        TrainingError: if the turns do not fit together, a row is tested twice, answers are not one row of
            numbers a row, or they cannot be kept.
    """
    turns = list(turns)
    splits = _splits(turns)
    answers = []
    for number, turn in enumerate(turns):
        name = f"Fold {number + 1} of {len(turns)}"
        file = folder / f"fold_{number + 1}-{_digest(turn, key)}.npz" if folder else None
        answers.append(_answers(turn, number, learn, name, file))
        if answers[-1].shape != answers[0].shape:
            raise TrainingError(
                f"{name} has answers of shape {answers[-1].shape}, the first one of {answers[0].shape}; "
                "let every turn answer alike."
            )
    return CrossValidation(np.stack(answers), splits)


def _splits(turns: list[pd.DataFrame]) -> np.ndarray:
    """str (t, n), after a look at whether these are turns."""
    if not turns:
        raise TrainingError("There is no turn to train; give one at least.")
    clips = turns[0]["clip"].tolist()
    if any(turn["clip"].tolist() != clips for turn in turns):
        raise TrainingError("The turns have different rows; give the same rows with another split each.")
    splits = np.stack([turn["split"].to_numpy(str) for turn in turns])
    tested = (splits == "test").sum(axis=0)
    if empty := np.flatnonzero((splits != "test").all(axis=1)).tolist():
        raise TrainingError(f"Turn {empty[0] + 1} tests nothing; give each turn a fold to test.")
    if (tested > 1).any():
        twice = clips[tested.argmax()]
        raise TrainingError(f"{twice} is tested in {tested.max()} turns; a row is held out once.")
    return splits


def _answers(turn: pd.DataFrame, number: int, learn: Learn, name: str, file: Path | None) -> np.ndarray:
    """Of one turn: read back, or learned now and kept."""
    kept = _read(file, len(turn)) if file else None
    if kept is not None:
        print(f"{name}: already trained, read from {file}", flush=True)
        return kept
    answers = np.asarray(learn(turn, number), dtype=np.float32)
    if not _usable(answers, len(turn)):
        raise TrainingError(
            f"{name} answers with an array of shape {answers.shape}, or with values that are no numbers: "
            f"{len(turn)} rows of numbers are needed, one a row of the table."
        )
    if file:
        try:
            with written_whole(file) as part:
                np.savez(part, answers=answers)
        except OSError as fault:
            raise TrainingError(
                f"The answers of {name[0].lower()}{name[1:]} cannot be written to {file} ({fault.strerror}): "
                "make room on the disk, or train without a folder."
            ) from fault
    return answers


def _read(file: Path, rows: int) -> np.ndarray | None:
    """What the file holds; None if there is none, or it is damaged (which is said)."""
    if not file.exists():
        return None
    try:
        with np.load(file, allow_pickle=False) as arrays:
            answers = arrays["answers"]
    except _DAMAGED:
        answers = np.empty(0)
    if answers.dtype == np.float32 and _usable(answers, rows):
        return answers
    print(f"{file} is damaged and made again.", flush=True)
    return None


def _usable(answers: np.ndarray, rows: int) -> bool:
    return answers.ndim > 1 and len(answers) == rows and bool(np.isfinite(answers).all())


def _digest(turn: pd.DataFrame, key: Mapping[str, Any] | None) -> str:
    """Short fingerprint of all that decides a turn's answers."""
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode())
    digest.update(json.dumps(turn[_DECIDES].astype(str).to_numpy().tolist()).encode())
    return digest.hexdigest()[:12]
