"""The report card: what a result is worth, on one page.

Its first line says what the split shares between training and test, because no
other number means anything without it. Accuracy never stands alone: beside it
are its interval, the mean over classes (UAR), and what guessing would give.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from labkit.errors import DataError
from labkit.evaluation import metrics
from labkit.evaluation.score_table import as_html, as_text


@dataclass(frozen=True)
class ReportCard:
    """Scores are shares from 0 to 1."""

    policy: str  # "by frame", "by clip", "by subject"
    leak_line: str  # what training and test share
    data: str  # "synthetic" or "real"
    seeds: tuple[int, ...]
    sizes: dict[str, int]  # images or clips in train, validation, test
    classes: tuple[str, ...]
    accuracy: float  # also called weighted average recall (WAR)
    interval: tuple[float, float]  # of the accuracy, 95 %; nan where one person gave all the answers
    interval_method: str
    uar: float  # mean recall of the classes that occur
    macro_f1: float  # over the classes that occur
    majority: float  # accuracy of always answering the test set's commonest class
    chance: float  # 1 / number of classes
    recall: dict[str, float | None]  # None: the class does not occur
    support: dict[str, int]  # how often each class occurs
    subjects: dict[str, float]  # accuracy a person; empty when not told who is who
    confusion: tuple[tuple[int, ...], ...]  # rows: true class, columns: predicted

    @classmethod
    def from_predictions(
        cls,
        y_true: Sequence[int] | np.ndarray,
        predictions: np.ndarray,
        classes: Sequence[str],
        *,
        subjects: Sequence[str] | None = None,
        policy: str,
        leak_line: str,
        data: str,
        seed: int | Sequence[int],
        sizes: dict[str, int],
    ) -> "ReportCard":
        """Judge predictions on a test set.

        Args:
            y_true: (n,) true class numbers.
            predictions: (n,) predicted class numbers, or (n, classes) probabilities.
            classes: names, in the order of the numbers.
            subjects: (n,) who each item shows; gives the spread over people and, where
                people repeat, the interval.
            policy: how the split was made.
            leak_line: what the split shares, as ``labkit.datasets.splits`` says it.
            data: "synthetic" or "real".
            seed: one, or several where predictions of several trainings are pooled.
            sizes: items in train, validation and test.

        Raises:
            DataError: if there is nothing to judge, or lengths or class numbers disagree.
        """
        true, predicted = np.asarray(y_true), np.asarray(predictions)
        if predicted.ndim == 2:
            predicted = predicted.argmax(axis=1)
        _check(true, predicted, len(classes), subjects)
        hits = true == predicted
        interval, method = _interval(hits, subjects)
        counts = confusion_matrix(true, predicted, labels=range(len(classes)))
        support = counts.sum(axis=1)
        recall = [float(counts[i, i] / total) if total else None for i, total in enumerate(support)]
        return cls(
            policy=policy,
            leak_line=leak_line,
            data=data,
            seeds=tuple(np.atleast_1d(seed).tolist()),
            sizes=dict(sizes),
            classes=tuple(classes),
            interval=interval,
            interval_method=method,
            majority=metrics.majority_share(true),
            chance=1 / len(classes),
            recall=dict(zip(classes, recall, strict=True)),
            support=dict(zip(classes, support.tolist(), strict=True)),
            subjects=_by_subject(hits, subjects),
            confusion=tuple(tuple(row) for row in counts.tolist()),
            **metrics.scores(true, predicted),
        )

    @property
    def clear_of_majority(self) -> bool:
        """Whether even the interval's low end beats always answering the commonest class."""
        return self.interval[0] > self.majority

    def to_dict(self) -> dict[str, Any]:
        """For JSON; without an interval its ends are None."""
        ends = [None if np.isnan(end) else end for end in self.interval]
        return asdict(self) | {"interval": ends, "clear_of_majority": self.clear_of_majority}

    def result(self, system: str, paper: float | None = None) -> dict[str, Any]:
        """A row for :mod:`labkit.results`.

        Args:
            system: what was judged.
            paper: the accuracy that its paper prints, as a share; obtained on other data.
        """
        return {
            "system": system,
            "split": self.policy,
            "data": self.data,
            "n": sum(self.support.values()),
            "accuracy": self.accuracy,
            "low": self.interval[0],
            "high": self.interval[1],
            "uar": self.uar,
            "chance": self.chance,
            "majority": self.majority,
            "paper": paper,
        }

    def rows(self) -> list[tuple[str, str, str]]:
        """(what, value, remark), in the order in which they are shown."""
        low, high = self.interval
        if np.isnan(low):
            trust, verdict = self.interval_method, "whether the accuracy is clear of it cannot be told"
        else:
            trust = f"95%: {low:.1%} to {high:.1%}, {self.interval_method}"
            verdict = f"the accuracy's interval is {'' if self.clear_of_majority else 'not '}clear of it"
        rows = [
            ("accuracy (WAR)", f"{self.accuracy:.1%}", trust),
            ("UAR", f"{self.uar:.1%}", "mean recall of the classes"),
            ("macro F1", f"{self.macro_f1:.1%}", ""),
            ("majority class", f"{self.majority:.1%}", verdict),
            ("chance", f"{self.chance:.1%}", f"{len(self.classes)} classes"),
        ]
        for name in self.classes:
            share = self.recall[name]
            rows.append(
                (f"recall, {name}", "–" if share is None else f"{share:.1%}", f"of {self.support[name]}")
            )
        if self.subjects:
            rows.append(("spread over people", *_spread(self.subjects)))
        return rows

    def heading(self) -> tuple[str, str]:
        """Two lines: what the split shares; data, sizes and seeds."""
        sizes = " / ".join(f"{count:,} {part}" for part, count in self.sizes.items())
        seeds = f"seed{'s' if len(self.seeds) > 1 else ''} {', '.join(map(str, self.seeds))}"
        return f"Split {self.policy}: {self.leak_line}", f"{self.data} data · {sizes} · {seeds}"

    def __str__(self) -> str:
        return as_text(self.heading(), self.rows())

    def _repr_html_(self) -> str:
        return as_html(self.heading(), self.rows())


def _check(true: np.ndarray, predicted: np.ndarray, classes: int, subjects: Sequence[str] | None) -> None:
    if len(true) == 0:
        raise DataError("There are no predictions to judge: the test set is empty.")
    if len(true) != len(predicted) or (subjects is not None and len(subjects) != len(true)):
        raise DataError("True classes, predictions and subjects must be lists of the same length.")
    for what, numbers in (("true", true), ("predicted", predicted)):
        if numbers.min() < 0 or numbers.max() >= classes:
            raise DataError(
                f"A {what} class number lies outside 0 to {classes - 1}: check the list of classes."
            )


def _interval(hits: np.ndarray, subjects: Sequence[str] | None) -> tuple[tuple[float, float], str]:
    people = 0 if subjects is None else len(set(subjects))
    if 2 <= people < len(hits):
        return metrics.bootstrap_interval(hits, np.asarray(subjects)), f"bootstrap over {people} people"
    if people == 1 < len(hits):  # the answers do not stand alone, and there is nobody to draw anew
        return (np.nan, np.nan), "one person: no interval"
    return metrics.wilson_interval(int(hits.sum()), len(hits)), "Wilson"


def _by_subject(hits: np.ndarray, subjects: Sequence[str] | None) -> dict[str, float]:
    if subjects is None:
        return {}
    shares = pd.Series(hits).groupby(np.asarray(subjects).astype(str)).mean()
    return {str(name): float(share) for name, share in shares.items()}


def _spread(subjects: dict[str, float]) -> tuple[str, str]:
    """The standard deviation over people, and the two ends."""
    shares = pd.Series(subjects)
    deviation = f"± {shares.std():.1%}" if len(shares) > 1 else "–"
    ends = f"from {shares.min():.1%} ({shares.idxmin()}) to {shares.max():.1%} ({shares.idxmax()})"
    return deviation, f"{len(shares)} people, {ends}"
