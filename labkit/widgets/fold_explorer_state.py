"""What the fold explorer knows: held-out answers over all folds, and a selection of them to look at.

Every clip was answered once, by the network whose fold left it out. A selection is a fold, a true class, an
answer and right or wrong; the clips that match are ordered so that the surest mistake comes first, for it
teaches most. Folds are numbered from 0 in the table, as everywhere in labkit, and from 1 on the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from labkit.emotions import COLOURS
from labkit.errors import DataError
from labkit.evaluation.metrics import scores

OUTCOMES = ("all", "wrong", "right")
_COLUMNS = ("clip", "subject", "fold", "emotion")
_ROUNDING = 0.01  # how far from 1 a row of probabilities may sum, in half precision


@dataclass(frozen=True, eq=False)
class FoldAnswers:
    """The held-out answers to n clips of F frames (16 in the paper), over K classes.

    Raises:
        DataError: if the table lacks a column, the parts do not have the same clips, frames or classes, a row
            is no probabilities, a clip is there twice or in no fold, or its emotion is none of the classes.
    """

    clips: pd.DataFrame  # clip, subject ("" where unknown), fold (from 0), emotion (its true class)
    probabilities: np.ndarray  # (n, F, K) float, a frame's answer; rows sum to 1
    answers: np.ndarray  # (n, K) float, the clip's; rows sum to 1
    faces: Sequence[np.ndarray]  # n times (F, S, S, 3) uint8 RGB; read only when a clip is shown
    classes: Sequence[str]  # K emotions of labkit.emotions
    title: str  # the network
    data: str  # "synthetic" or "real"

    def __post_init__(self) -> None:
        if missing := [name for name in _COLUMNS if name not in self.clips]:
            raise DataError(f"The table of clips has no column '{missing[0]}'; it needs {_and(_COLUMNS)}.")
        if unknown := sorted({*self.classes} - {*COLOURS}):
            raise DataError(f"'{unknown[0]}' is no emotion of labkit.emotions; name the classes as there.")
        if not len(self.clips):
            raise DataError("There is no held-out answer to explore; give at least one clip.")
        self._check_sizes()
        for name, rows in (("frames", self.probabilities), ("clips", self.answers)):
            sums = rows.sum(axis=-1, dtype=float)
            if not (rows.min() >= 0 and np.abs(sums - 1).max() <= _ROUNDING):  # false with a NaN, too
                raise DataError(f"The answers to the {name} are no probabilities; give rows that sum to 1.")
        self._check_clips()

    def _check_sizes(self) -> None:
        n, classes = len(self.clips), len(self.classes)
        frames, answers = self.probabilities.shape, self.answers.shape
        if len(frames) != 3 or frames[::2] != (n, classes) or answers != (n, classes) or len(self.faces) != n:
            raise DataError(
                f"{n} clips and {classes} classes do not fit frames of shape {frames}, answers of shape "
                f"{answers} and the faces of {len(self.faces)} clips; give (clips, frames, classes), "
                "(clips, classes) and one stack of faces a clip."
            )

    def _check_clips(self) -> None:
        if (twice := self.clips["clip"].duplicated()).any():
            name = self.clips.loc[twice, "clip"].iloc[0]
            raise DataError(f"Clip {name} has two answers; give the one of the fold that left it out.")
        for clip, fold, emotion in self.clips[["clip", "fold", "emotion"]].itertuples(index=False):
            if emotion not in self.classes:
                raise DataError(f"Clip {clip} shows '{emotion}', which is none of {_and(self.classes)}.")
            if not fold >= 0:
                raise DataError(f"Clip {clip} is in no fold, so no answer to it is held out; leave it out.")

    @cached_property
    def folds(self) -> list[int]:
        """The folds there are, from 0."""
        return sorted(int(fold) for fold in self.clips["fold"].unique())

    @cached_property
    def true(self) -> np.ndarray:
        """(n,) int64: the number of each clip's true class."""
        return pd.Index(self.classes).get_indexer(self.clips["emotion"])

    @cached_property
    def said(self) -> np.ndarray:
        """(n,) int64: the number of each clip's answer."""
        return self.answers.argmax(axis=1)


@dataclass(frozen=True)
class FoldState:
    """Everything the widget shows: a selection of the clips, and one of them."""

    held_out: FoldAnswers
    fold: int | None = None  # from 0; None: all folds
    truth: str = ""  # the true class; "": any
    answer: str = ""  # the class answered; "": any
    outcome: str = "all"  # one of OUTCOMES
    position: int = 0  # which of the matching clips, from 0

    @cached_property
    def in_fold(self) -> np.ndarray:
        """(n,) bool: the clips of the fold."""
        folds = self.held_out.clips["fold"].to_numpy()
        return np.ones(len(folds), bool) if self.fold is None else folds == self.fold

    @cached_property
    def matching(self) -> np.ndarray:
        """(m,) int64: the rows of the clips that match, wrong ones first, the surest of them first."""
        held_out = self.held_out
        right, chosen = held_out.true == held_out.said, self.in_fold.copy()
        for name, numbers in ((self.truth, held_out.true), (self.answer, held_out.said)):
            if name:
                chosen &= numbers == list(held_out.classes).index(name)
        if self.outcome != "all":
            chosen &= right == (self.outcome == "right")
        order = np.lexsort((-held_out.answers.max(axis=1), right))
        return order[chosen[order]]

    @property
    def row(self) -> int | None:
        """The row of the clip shown; None where none matches."""
        return int(self.matching[self.position]) if len(self.matching) else None

    @cached_property
    def matrix(self) -> np.ndarray:
        """(K, K) int64: how many of the fold's clips have each true class (rows) and answer (columns)."""
        held_out = self.held_out
        labels = range(len(held_out.classes))
        return confusion_matrix(held_out.true[self.in_fold], held_out.said[self.in_fold], labels=labels)

    @property
    def votes(self) -> dict[str, int]:
        """How many frames of the clip shown answer each class, the commonest first; unnamed ones left out."""
        frames = self.held_out.probabilities[self.row].argmax(axis=1)
        counts = np.bincount(frames, minlength=len(self.held_out.classes))
        return {self.held_out.classes[number]: int(counts[number]) for number in _falling(counts)}

    @property
    def summary(self) -> str:
        """The fold in one sentence."""
        held_out = self.held_out
        found = scores(held_out.true[self.in_fold], held_out.said[self.in_fold])
        return (
            f"{self.where[0].upper()}{self.where[1:]}: {_clips(int(self.in_fold.sum()))} held out, "
            f"accuracy (WAR) {found['accuracy']:.0%}, mean recall (UAR) {found['uar']:.0%}."
        )

    @property
    def where(self) -> str:
        """The fold in words."""
        return "all folds" if self.fold is None else f"fold {self.fold + 1}"

    @property
    def name(self) -> str:
        """Which clip is shown: its number, its person where known, and its fold."""
        clip, subject, fold = self.held_out.clips.loc[:, ["clip", "subject", "fold"]].iloc[self.row]
        return f"Clip {clip}" + (f", person {subject}" if subject else "") + f", fold {fold + 1}"

    @property
    def caption(self) -> str:
        """The picture in a few sentences, for a reader who does not see it."""
        if self.row is None:
            return f"No clip matches: {self.selection}. Choose another cell, or widen the selection."
        held_out, place = self.held_out, f"{self.position + 1} of {len(self.matching)}"
        true, said = (held_out.classes[numbers[self.row]] for numbers in (held_out.true, held_out.said))
        sure = f"{held_out.answers[self.row].max():.0%}"
        verdict = f"{true}, rightly answered" if true == said else f"{true}, taken for {said}"
        votes = ", ".join(f"{count} {emotion}" for emotion, count in self.votes.items())
        return (
            f"{self.name}, {place} ({self.selection}): {verdict} with {sure}. "
            f"Its {held_out.probabilities.shape[1]} frames, each alone: {votes}."
        )

    @property
    def selection(self) -> str:
        """The selection in words."""
        parts = [
            self.where,
            f"truly {self.truth}" if self.truth else "",
            f"answered {self.answer}" if self.answer else "",
            f"only {self.outcome} answers" if self.outcome != "all" else "",
        ]
        return ", ".join(filter(None, parts))


def spoken(truth: str, answer: str, count: int) -> str:
    """What a cell of the matrix says to a reader who does not see it."""
    verdict = f"{truth}, rightly answered" if truth == answer else f"{truth} taken for {answer}"
    return f"{verdict}: {_clips(count)}"


def _clips(count: int) -> str:
    return "no clips" if not count else f"{count} clip" + ("" if count == 1 else "s")


def _falling(counts: np.ndarray) -> list[int]:
    """The places of the counts above zero, the largest first; of equals the first."""
    return [int(place) for place in np.argsort(-counts, kind="stable") if counts[place]]


def _and(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}"
