"""The leakage lab: one model, the same faces, three ways to divide them.

Design choices:
- three folds: every picture is answered once, by a model that learned from the other two thirds. Whatever the
  policy, a training has as many pictures, so a difference is one of *which* pictures;
- intervals are from a bootstrap over people. At any number of people the curve asks about the same people:
  the crowd is dealt into groups of that size, and each group is a small data set of its own;
- labels can be replaced by ones that no face can show: drawn by lot for each clip, or a "mood" for each
  person. Whatever is then right above chance is memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from labkit.datasets.folds import folds_by_item, folds_by_subject
from labkit.errors import DataError
from labkit.evaluation.comparison import Comparison, compare
from labkit.evaluation.metrics import bootstrap_interval, majority_share
from labkit.scrutiny.crowd import Crowd
from labkit.scrutiny.readers import READERS

POLICIES = ("by frame", "by clip", "by subject")
LABELS = ("as shown", "by lot for each clip", "a mood for each person")
FOLDS = 3
FEWEST = 6  # people: two a fold
_MOODS = ("happy", "sad")


@dataclass(frozen=True, eq=False)
class Leak:
    """What one model got right on n pictures under each policy."""

    people: int  # of a data set; the pictures may be of several
    reader: str
    labels: str
    classes: int
    majority: float  # accuracy of always answering the commonest label
    subjects: np.ndarray  # (n,) whom each picture shows
    hits: dict[str, np.ndarray]  # policy → (n,) bool

    def accuracy(self, policy: str) -> float:
        return float(self.hits[policy].mean())

    @cached_property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Policy → 95 % interval of the accuracy."""
        return {policy: bootstrap_interval(hits, self.subjects) for policy, hits in self.hits.items()}

    @cached_property
    def gaps(self) -> dict[str, Comparison]:
        """Policy → its accuracy minus that by subject; the intervals are widened for three comparisons."""
        found = compare(self.hits, self.subjects)
        return {gap.a: gap for gap in found if gap.b == "by subject"}

    def rows(self) -> list[dict]:
        """A row a policy: accuracy with its interval, and the gap to the split by subject with its own."""
        rows = []
        for policy in POLICIES:
            low, high = self.intervals[policy]
            row = {"people": self.people, "model": self.reader, "split": policy}
            row |= {"accuracy": self.accuracy(policy), "low": low, "high": high}
            if policy in self.gaps:
                gap = self.gaps[policy]
                row |= {"gap": gap.difference, "gap low": gap.low, "gap high": gap.high}
            rows.append(row)
        return rows


class LeakageStudy:
    """A crowd to take people from, and what was measured on it.

    Args:
        crowd: FEWEST people or more.
        seed: of the folds and of the lots.

    Raises:
        DataError: if there are fewer people.
    """

    def __init__(self, crowd: Crowd, seed: int = 0) -> None:
        if len(crowd.people) < FEWEST:
            raise DataError(f"The leakage lab needs {FEWEST} people or more, not {len(crowd.people)}.")
        self.crowd, self.seed = crowd, seed
        self._looks: dict[str, np.ndarray] = {}
        self._measured: dict[tuple, Leak] = {}

    def looks(self, reader: str) -> np.ndarray:
        """(n, d): what the reader sees of each face of the crowd."""
        if reader not in self._looks:
            self._looks[reader] = READERS[reader].look(self.crowd.faces)
        return self._looks[reader]

    def measure(self, people: int, reader: str, labels: str = LABELS[0], everybody: bool = False) -> Leak:
        """The three policies on data sets of so many people.

        Args:
            people: FEWEST to the crowd's number.
            reader: a key of READERS.
            labels: one of LABELS.
            everybody: deal the whole crowd into such data sets and pool what they say; else the crowd's
                first people are one.
        """
        key = (people, reader, labels, everybody)
        if key not in self._measured:
            if not FEWEST <= people <= len(self.crowd.people):
                raise DataError(
                    f"A data set has {FEWEST} to {len(self.crowd.people)} people here, not {people}."
                )
            self._measured[key] = self._measure(*key)
        return self._measured[key]

    def curve(self, counts: Sequence[int], reader: str, labels: str = LABELS[0]) -> pd.DataFrame:
        """The rows of :meth:`Leak.rows` over numbers of people; everybody is asked about at each."""
        leaks = [self.measure(people, reader, labels, everybody=True) for people in counts]
        return pd.DataFrame([row for leak in leaks for row in leak.rows()])

    def held_out(self, reader: str) -> np.ndarray:
        """(n,) bool: which faces of the crowd a model that has not met the person reads rightly."""
        return self.measure(len(self.crowd.people), reader).hits["by subject"]

    def _measure(self, people: int, reader: str, labels: str, everybody: bool) -> Leak:
        order = self.crowd.people
        sets = len(order) // people if everybody else 1
        hits, subjects, said = {policy: [] for policy in POLICIES}, [], []
        for number in range(sets):
            rows = self.crowd.only(order[number * people : (number + 1) * people])
            table = relabelled(self.crowd.table.iloc[rows].reset_index(drop=True), labels, self.seed + number)
            subjects.append(table["subject"])
            said.append(table["emotion"])
            for policy in POLICIES:
                right = _hits(table, self.looks(reader)[rows], reader, policy, self.seed + number)
                hits[policy].append(right)
        truth = np.concatenate(said)
        return Leak(
            people,
            reader,
            labels,
            len(np.unique(truth)),
            majority_share(truth),
            np.concatenate(subjects),
            {policy: np.concatenate(parts) for policy, parts in hits.items()},
        )


def relabelled(table: pd.DataFrame, labels: str, seed: int) -> pd.DataFrame:
    """The table with its emotions as shown, or replaced by ones that the faces cannot tell (see LABELS)."""
    if labels not in LABELS:
        raise DataError(f"There are no labels '{labels}'; they are one of {', '.join(LABELS)}.")
    rng = np.random.default_rng([seed, 11])
    if labels == "by lot for each clip":
        clips = table.drop_duplicates("clip")
        lots = dict(zip(clips["clip"], rng.permutation(clips["emotion"]), strict=True))
        return table.assign(emotion=table["clip"].map(lots))
    if labels == "a mood for each person":
        people = rng.permutation(sorted(table["subject"].unique()))
        moods = {person: _MOODS[number % len(_MOODS)] for number, person in enumerate(people)}
        return table.assign(emotion=table["subject"].map(moods))
    return table


def deal(table: pd.DataFrame, policy: str, seed: int) -> np.ndarray:
    """(n,) int: the fold of each picture, when pictures, clips or people are dealt."""
    if policy == "by frame":
        return folds_by_item(table, FOLDS, seed)["fold"].to_numpy()
    if policy == "by clip":
        clips = table.drop_duplicates("clip")
        dealt = folds_by_item(clips, FOLDS, seed)
        return table["clip"].map(dict(zip(dealt["clip"], dealt["fold"], strict=True))).to_numpy()
    return folds_by_subject(table, FOLDS, seed)["fold"].to_numpy()


def _hits(table: pd.DataFrame, looks: np.ndarray, reader: str, policy: str, seed: int) -> np.ndarray:
    folds, labels = deal(table, policy, seed), table["emotion"].to_numpy()
    hits = np.zeros(len(table), bool)
    for fold in range(FOLDS):
        test = folds == fold
        hits[test] = READERS[reader].answers(looks[~test], labels[~test], looks[test]) == labels[test]
    return hits
