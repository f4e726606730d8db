"""The report of a cross-validation: pooled held-out answers, fold by fold, and the flawed protocol beside.

Every row is judged by the one network that did not learn from it. Pooled, these answers are as many as the
data set has rows, and give one report card; by fold, they show how much one training differs from another.
:func:`on_all_data` is what the fifth paper describes instead (§2.2.3 and §2.3: "use these weights to
classify the whole dataset"): every network scored on all rows, four fifths of which it learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import classification_report, confusion_matrix

from labkit.errors import DataError
from labkit.evaluation import metrics
from labkit.evaluation.report_card import ReportCard
from labkit.evaluation.score_table import as_html, as_text

_MEASURES = ("accuracy", "uar", "macro_f1")
_SHORT = {"accuracy": "accuracy (WAR)", "uar": "UAR", "macro_f1": "macro F1"}
_NAMELESS = "Nobody is named: the interval takes clips as standing alone, and is too narrow if people repeat."


@dataclass(frozen=True)
class FoldReport:
    """What k networks answered, each on the fold that it did not learn from.

    The spread over folds is a standard deviation, and no standard error of the mean: any two of five
    networks share three quarters of their training folds, so their scores do not stand alone, and dividing by
    √5 would promise too much. No unbiased estimate of the variance can be had from one cross-validation at
    all (Bengio and Grandvalet, "No unbiased estimator of the variance of k-fold cross-validation", Journal of
    Machine Learning Research 5, 2004). The card's interval draws people anew where they are known, and takes
    the networks as they are.
    """

    card: ReportCard  # of the pooled answers
    folds: pd.DataFrame  # one row a fold: fold (from 1), clips, classes (that occur), accuracy, uar, macro_f1
    confusions: np.ndarray  # int (k, c, c), a fold each; rows: true class, columns: answered

    @classmethod
    def from_answers(
        cls,
        y_true: Sequence[int] | np.ndarray,
        answers: np.ndarray,
        folds: Sequence[int] | np.ndarray,
        classes: Sequence[str],
        *,
        subjects: Sequence[str] | None = None,
        policy: str,
        leak_line: str,
        data: str,
        seed: int | Sequence[int],
        sizes: dict[str, int],
    ) -> "FoldReport":
        """Judge pooled held-out answers.

        Args:
            y_true: (n,) true class numbers.
            answers: (n, classes) probabilities of each row, by the network that did not learn from it.
            folds: (n,) the fold that each row is tested in, from 0.
            classes: names, in the order of the numbers.
            subjects: (n,) who each row shows; "" where nobody knows, and such a row stands alone.
            policy, leak_line, data, seed, sizes: as of :meth:`ReportCard.from_predictions`.

        Raises:
            DataError: if there is nothing to judge, or lengths or class numbers disagree.
        """
        true, folds = np.asarray(y_true), np.asarray(folds)
        if len(folds) != len(true):
            raise DataError(f"{len(folds)} fold numbers do not go with {len(true)} rows; give one a row.")
        card = ReportCard.from_predictions(
            true,
            answers,
            classes,
            subjects=_people(subjects),
            policy=policy,
            leak_line=leak_line,
            data=data,
            seed=seed,
            sizes=sizes,
        )
        answered = np.asarray(answers).argmax(axis=1)
        rows, confusions = [], []
        for fold in np.unique(folds):
            a, b = true[folds == fold], answered[folds == fold]
            about = {"fold": int(fold) + 1, "clips": len(a), "classes": len(np.unique(a))}
            rows.append(about | metrics.scores(a, b))
            confusions.append(confusion_matrix(a, b, labels=range(len(classes))))
        return cls(card, pd.DataFrame(rows), np.stack(confusions))

    @property
    def spread(self) -> pd.DataFrame:
        """Of WAR, UAR and macro F1: mean, sd, min and max over the folds, and "pooled". NaN of one fold."""
        table = self.folds[list(_MEASURES)].agg(["mean", "std", "min", "max"]).T
        pooled = [getattr(self.card, name) for name in table.index]
        return table.rename(columns={"std": "sd"}).assign(pooled=pooled)

    @property
    def classification(self) -> pd.DataFrame:
        """scikit-learn's classification report of the pooled answers, as a table.

        Rows: the classes that occur or are answered, "accuracy" (in the column where scikit-learn prints it),
        "macro avg" and "weighted avg"; columns: precision, recall, f1-score, support. A class that nobody
        answers has a precision of 0.
        """
        pooled = self.confusions.sum(axis=0)
        true, answered = (np.repeat(axis.ravel(), pooled.ravel()) for axis in np.indices(pooled.shape))
        labels = np.union1d(true, answered)
        names = [self.card.classes[label] for label in labels]
        about = {"labels": labels, "target_names": names, "output_dict": True, "zero_division": 0}
        report = classification_report(true, answered, **about)
        report["accuracy"] = {"f1-score": report["accuracy"], "support": len(true)}
        return pd.DataFrame(report).T

    @property
    def notes(self) -> list[str]:
        """Sentences on what weakens the numbers: folds that lack a class, clips that do not name people."""
        names = np.array(self.card.classes)
        lacking = {
            row.fold: ", ".join(names[matrix.sum(axis=1) == 0])
            for row, matrix in zip(self.folds.itertuples(), self.confusions, strict=True)
            if row.classes < len(names)
        }
        said = [
            f"Fold {fold} has no {missing}: its UAR leaves this out." for fold, missing in lacking.items()
        ]
        return said if self.card.subjects else [*said, _NAMELESS]

    def rows(self) -> list[tuple[str, str, str]]:
        """(what, value, remark): the card's, a row a fold, and the spread over folds."""
        rows = self.card.rows()
        for fold in self.folds.itertuples():
            remark = f"UAR {fold.uar:.1%}, {fold.clips:,} clips"
            rows.append((f"fold {fold.fold}, accuracy", f"{fold.accuracy:.1%}", remark))
        if len(self.folds) > 1:
            for measure in self.spread.itertuples():
                ends = f"sd {measure.sd:.1%}, from {measure.min:.1%} to {measure.max:.1%}"
                rows.append((f"mean over folds, {_SHORT[measure.Index]}", f"{measure.mean:.1%}", ends))
        return rows

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the card's, and ``folds``, ``spread`` and ``confusions``; what is undefined is None."""
        spread = self.spread.astype(object).where(self.spread.notna(), None)
        return self.card.to_dict() | {
            "folds": self.folds.to_dict("records"),
            "spread": spread.to_dict("index"),
            "confusions": self.confusions.tolist(),
        }

    def __str__(self) -> str:
        return as_text(self.card.heading(), self.rows(), self.notes)

    def _repr_html_(self) -> str:
        return as_html(self.card.heading(), self.rows(), self.notes)


def on_all_data(answers: np.ndarray, splits: np.ndarray, y_true: Sequence[int] | np.ndarray) -> pd.DataFrame:
    """The flawed protocol beside the honest one: each network scored on what it was to it, and on all rows.

    Args:
        answers: (k, n, classes) probabilities, a network each.
        splits: (k, n) what each row was to each network: "train", "validation" or "test".
        y_true: (n,) true class numbers.

    Returns:
        One row a network, index ``fold`` from 1: accuracy on "train", "validation", "test" (NaN where there
        are no such rows) and "all" rows, "all uar", and "seen", the share of all rows that it learned from.

    Raises:
        DataError: if the arrays do not fit together.
    """
    answered, splits, true = np.asarray(answers).argmax(axis=-1), np.asarray(splits), np.asarray(y_true)
    if answered.ndim != 2 or answered.shape != splits.shape or answered.shape[1:] != true.shape:
        raise DataError(
            f"Answers of shape {np.shape(answers)} do not go with splits of shape {splits.shape} "
            f"and {len(true)} labels; give (folds, rows, classes), (folds, rows) and one label a row."
        )
    rows = []
    for said, split in zip(answered, splits, strict=True):
        hits = said == true
        parts = {part: _mean(hits[split == part]) for part in ("train", "validation", "test")}
        everything = metrics.scores(true, said)
        about = {"all": everything["accuracy"], "all uar": everything["uar"]}
        rows.append(parts | about | {"seen": float((split == "train").mean())})
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="fold"))


def _mean(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else np.nan


def _people(subjects: Sequence[str] | None) -> np.ndarray | None:
    """Names a row, where whoever is unknown stands alone; None if nobody is known."""
    names = np.asarray(subjects if subjects is not None else [], dtype=str)
    nameless = names == ""
    if nameless.all():
        return None
    return np.where(nameless, np.char.add("unnamed ", np.arange(len(names)).astype(str)), names)
