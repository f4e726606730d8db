"""A bootstrap over people: whole people are drawn anew, with all of their pictures."""

from functools import cached_property

import numpy as np
import pandas as pd

from labkit.evaluation.metrics import CONFIDENCE

SAMPLES = 2000


class DrawnPeople:
    """The same people drawn anew many times.

    Args:
        subjects: (n,) whom each picture shows.
        comparisons: how many intervals are made at once; each is widened for their number (Bonferroni), and
            so many more draws are made, as it reaches further into the tails.
        seed: of the draws.
    """

    def __init__(self, subjects: np.ndarray, comparisons: int = 1, seed: int = 0) -> None:
        self._people = pd.Categorical(subjects)
        self._samples, self._seed = SAMPLES * comparisons, seed
        self._tail = (1 - CONFIDENCE) / 2 / comparisons

    @cached_property
    def _draws(self) -> np.ndarray:
        """(samples, people): how often each is drawn."""
        count = len(self._people.categories)
        rng = np.random.default_rng(self._seed)
        return rng.multinomial(count, np.full(count, 1 / count), size=self._samples)

    def means(self, values: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """(samples,): the mean of the values (n,), or of some ``rows`` (n,) bool, of the pictures drawn.

        A draw in which none of the rows is there gives NaN.
        """
        rows = np.ones(len(values), bool) if rows is None else rows
        codes, count = self._people.codes[rows], len(self._people.categories)
        total = self._draws @ np.bincount(codes, values[rows], count)
        with np.errstate(invalid="ignore"):
            return total / (self._draws @ np.bincount(codes, minlength=count))

    def interval(self, drawn: np.ndarray) -> tuple[float, float]:
        """The interval of what was drawn, (samples,)."""
        low, high = np.nanquantile(drawn, [self._tail, 1 - self._tail])
        return float(low), float(high)
