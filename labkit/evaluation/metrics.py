"""Scores and how far to trust them.

Point scores are scikit-learn's. Intervals are at 95 %: Wilson's where every answer
stands alone, a bootstrap over people where each person gave many answers: images of
one person are not independent, and counting them as such makes any interval too
narrow.
"""

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score, recall_score

CONFIDENCE = 0.95


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """Wilson's interval of the share ``correct / total``, for independent answers."""
    interval = binomtest(correct, total).proportion_ci(CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap_interval(
    hits: np.ndarray, groups: np.ndarray, samples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Percentile interval of the accuracy when whole groups (people) are drawn anew.

    Args:
        hits: (n,) bool, whether each answer is right.
        groups: (n,) who it is about.
        samples: draws.
        seed: of the draws.
    """
    by_group = pd.DataFrame({"hit": np.asarray(hits, dtype=float), "group": groups}).groupby("group")["hit"]
    right, count = by_group.sum().to_numpy(), by_group.count().to_numpy()
    drawn = np.random.default_rng(seed).integers(len(count), size=(samples, len(count)))
    accuracies = right[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(accuracies, [tail, 1 - tail])
    return float(low), float(high)


def scores(y_true: np.ndarray, y_pred: np.ndarray) -> dict[str, float]:
    """accuracy (WAR), uar and macro_f1; the means are over the classes that occur in ``y_true``."""
    present = np.unique(y_true)
    return {
        "accuracy": float(accuracy_score(y_true, y_pred)),
        "uar": float(recall_score(y_true, y_pred, labels=present, average="macro", zero_division=0)),
        "macro_f1": float(f1_score(y_true, y_pred, labels=present, average="macro", zero_division=0)),
    }


def majority_share(y_true: np.ndarray) -> float:
    """Accuracy of always answering the commonest class of ``y_true``."""
    return float(np.unique(y_true, return_counts=True)[1].max() / len(y_true))


def mcnemar(hits_a: np.ndarray, hits_b: np.ndarray) -> float:
    """Exact p-value that two models, judged on the same items, are equally often right.

    Only items that one gets right and the other wrong count.

    Args:
        hits_a: (n,) bool, whether the first model's answer is right.
        hits_b: (n,) bool, the second's.
    """
    a, b = np.asarray(hits_a, dtype=bool), np.asarray(hits_b, dtype=bool)
    return mcnemar_of_counts(int((a & ~b).sum()), int((~a & b).sum()))


def mcnemar_of_counts(only_a: int, only_b: int) -> float:
    """The same from the numbers of items that only one of the two gets right."""
    if only_a + only_b == 0:
        return 1.0
    return float(binomtest(only_a, only_a + only_b, 0.5).pvalue)
