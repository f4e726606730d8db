"""Is A better than B? Asked of two models' answers to the same test items.

Two accuracies alone cannot say: what counts is on how many items just one of the
two is right, and how many *people* those items show. So the difference gets an
interval from a bootstrap over people, wider the more comparisons are made at once,
and a claim is made only where that interval leaves zero out. It is a claim about the
trainings that were compared: that another seed would say the same takes several
trainings of each, and their spread, to believe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from labkit.evaluation.metrics import CONFIDENCE, mcnemar


@dataclass(frozen=True)
class Comparison:
    """Model ``a`` against model ``b`` on the same items; shares from -1 to 1."""

    a: str
    b: str
    difference: float  # accuracy of a minus accuracy of b, over all trainings
    low: float
    high: float
    mcnemar: float  # exact p-value of the first training of each
    comparisons: int  # made at once; the interval is widened for them (Bonferroni)

    @property
    def claim(self) -> str:
        """One sentence: who is better, or that it cannot be said."""
        if self.low <= 0 <= self.high:
            interval = f"{100 * self.low:+.1f} to {100 * self.high:+.1f} points"
            return f"No difference between {self.a} and {self.b} can be claimed ({interval})."
        better, worse = (self.a, self.b) if self.difference > 0 else (self.b, self.a)
        near, far = sorted((100 * abs(self.low), 100 * abs(self.high)))
        points = f"{100 * abs(self.difference):.1f} points ({near:.1f} to {far:.1f})"
        return f"{better} beats {worse} by {points}."


def compare(
    hits: Mapping[str, np.ndarray], groups: np.ndarray, samples: int = 2000, seed: int = 0
) -> list[Comparison]:
    """Every pair of models, each judged on the same items.

    Args:
        hits: name → (n,) bool, whether each answer is right, or (trainings, n), one row a training
            (seed) of the same model.
        groups: (n,) whom each item shows; whole groups are drawn anew.
        samples: draws of the bootstrap for each comparison; so many more for all of them, since the
            intervals reach further into the tails.
        seed: of the draws.
    """
    rows = {name: np.atleast_2d(np.asarray(answers, dtype=bool)) for name, answers in hits.items()}
    pairs = list(combinations(rows, 2))
    tail = (1 - CONFIDENCE) / 2 / max(1, len(pairs))
    draws = _drawn_weights(groups, samples * max(1, len(pairs)), seed)
    found = []
    for a, b in pairs:
        gain = rows[a].mean(axis=0) - rows[b].mean(axis=0)
        low, high = np.quantile(_means(gain, groups, draws), [tail, 1 - tail])
        p = mcnemar(rows[a][0], rows[b][0])
        found.append(Comparison(a, b, float(gain.mean()), float(low), float(high), p, len(pairs)))
    return found


def comparison_table(comparisons: list[Comparison]) -> pd.DataFrame:
    """One row a comparison: difference and interval in points, McNemar's p, and the claim in words."""
    return pd.DataFrame(
        {
            "A": c.a,
            "B": c.b,
            "A − B (points)": 100 * c.difference,
            "low": 100 * c.low,
            "high": 100 * c.high,
            "McNemar p": c.mcnemar,
            "claim": c.claim,
        }
        for c in comparisons
    )


def _drawn_weights(groups: np.ndarray, samples: int, seed: int) -> np.ndarray:
    """(samples, groups): how often each group, in sorted order, is drawn."""
    count = len(np.unique(groups))
    return np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=samples)


def _means(values: np.ndarray, groups: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """(samples,): the mean of ``values`` (n,) over the drawn groups' items."""
    by_group = pd.Series(values).groupby(np.asarray(groups))
    sums, counts = by_group.sum().to_numpy(), by_group.count().to_numpy()
    return draws @ sums / (draws @ counts)
