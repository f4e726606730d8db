"""Balancing by leaving frames out: the fourth paper's subsets of Aff-Wild2, by its text and by its code.

Valence and arousal are cut into 40 × 40 bins, and a frame is kept with a probability that depends on how
many frames k its bin has. The text (eq. 1) keeps it with p = k / k_max, its authors' public code with
1 − k / k_max. These are opposites: of k frames the text's rule keeps k² / k_max on average, so the ratio of
any two bins is squared and the set grows less even; the code's rule keeps k·(1 − k / k_max), so full bins
lose more than thin ones. Design choices:
- frames with valence = arousal = 0 go first and are not counted, the order of the text. The public code does
  count them, so there the bin that they lie in is likely the fullest;
- k_max is the fullest bin (subset 1), the mean of all 1600 bins (2), or the average of the two (3). "Among
  all bins" is taken at its word, as in the public code: empty bins count;
- a probability is clipped to [0, 1]. By the code's rule every bin as full as k_max is therefore dropped
  whole: with subset 1 the fullest, with subset 2 each that is fuller than the mean;
- bins include their lower edge, the last its upper one too. Labels have two or three decimals and many lie
  on an edge, so values are rounded before they are cut: their last bit must not decide;
- how even a set is, is said by its *effective bins*, the exponential of the entropy: so many equally full
  bins would be as even.
"""

import numpy as np
import pandas as pd

from labkit.errors import DataError

BINS = 40  # along each axis
SUBSETS = {"maximum": 1, "mean": 2, "both": 3}  # k_max → the paper's number
RULES = ("text", "code")

_DECIMALS = 4  # of a bin's width, kept before cutting


def histogram(affect: np.ndarray, bins: int = BINS) -> np.ndarray:
    """How many frames lie where: (bins, bins) int, first axis valence, second arousal, both from -1 to 1.

    Args:
        affect: (n, 2) valence and arousal; rows with NaN are not counted.
        bins: along each axis.

    Raises:
        DataError: if the shape is another, or a value lies outside [-1, 1].
    """
    return _count(_numbers(_values(affect), bins), bins).reshape(bins, bins)


def keep_probability(affect: np.ndarray, subset: str = "both", rule: str = "code") -> np.ndarray:
    """How likely each frame is to be kept, (n,) from 0 to 1; 0 for rows with NaN and for (0, 0).

    Args:
        affect: (n, 2) valence and arousal.
        subset: what k_max is, a key of :data:`SUBSETS`.
        rule: one of :data:`RULES`.

    Raises:
        DataError: as :func:`histogram` does.
    """
    if subset not in SUBSETS or rule not in RULES:
        raise ValueError(
            f"subset must be one of {', '.join(SUBSETS)} and rule one of {', '.join(RULES)}, "
            f"not {subset!r} and {rule!r}"
        )
    values = _values(affect)
    usable = _usable(values)
    probability = np.zeros(len(values))
    if usable.any():
        numbers = _numbers(values[usable])
        counts = _count(numbers)
        most = {"maximum": counts.max(), "mean": counts.mean(), "both": (counts.max() + counts.mean()) / 2}
        share = counts[numbers] / most[subset]
        probability[usable] = np.clip(share if rule == "text" else 1 - share, 0, 1)
    return probability


def balance(affect: np.ndarray, subset: str = "both", rule: str = "code", seed: int = 0) -> np.ndarray:
    """Which frames are kept: their (m,) int64 rows, rising. The arguments are :func:`keep_probability`'s.

    Raises:
        DataError: if none is kept, or as :func:`histogram` does.
    """
    probability = keep_probability(affect, subset, rule)
    # The same numbers are drawn for every subset and rule, so that two of them differ by their rule alone.
    kept = np.flatnonzero(np.random.default_rng(seed).random(len(probability)) < probability)
    if len(kept) == 0:
        raise DataError(
            f"Balancing (subset {SUBSETS[subset]}, the {rule}'s rule) keeps none of {len(probability):,} "
            "frames: all are missing or (0, 0), or lie in bins that the rule drops whole; take another rule."
        )
    return kept


def effective_bins(affect: np.ndarray) -> float:
    """How many equally full bins would be as even: from 1 (all in one bin) to 1600; 0 without frames."""
    return _effective(histogram(affect).ravel())


def balance_report(affect: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """Sizes and evenness of the whole set and of every subset by either rule.

    Args:
        affect: (n, 2) valence and arousal; NaN where invalid.
        seed: of the draws.

    Returns:
        one row a set, with the columns

        - ``frames``, and their ``share`` of all frames with labels;
        - ``bins`` with a frame, and ``lost_bins``, which had some before the rule and have none;
        - ``effective_bins``, see :func:`effective_bins`;
        - ``fullest_tenth``: share of the frames in the fullest bins, a tenth of those filled before the rule.

        The index is (``rule``, ``subset``): ("–", "all"), ("–", "without (0, 0)"), then each of :data:`RULES`
        with each of :data:`SUBSETS`. Shares of nothing are NaN.
    """
    values = _values(affect)
    sets = {
        ("–", "all"): values[~np.isnan(values).any(axis=1)],
        ("–", "without (0, 0)"): values[_usable(values)],
    }
    drawn = np.random.default_rng(seed).random(len(values))
    for rule in RULES:
        for subset in SUBSETS:
            sets[rule, subset] = values[drawn < keep_probability(values, subset, rule)]
    whole, before = len(sets["–", "all"]), np.count_nonzero(histogram(sets["–", "without (0, 0)"]))
    rows = [_row(kept, whole, before) for kept in sets.values()]
    return pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(sets, names=["rule", "subset"]))


def _row(kept: np.ndarray, whole: int, before: int) -> dict[str, float]:
    counts = np.sort(histogram(kept).ravel())[::-1]
    bins, frames = int(np.count_nonzero(counts)), len(kept)
    return {
        "frames": frames,
        "share": frames / whole if whole else np.nan,
        "bins": bins,
        "lost_bins": max(0, before - bins),
        "effective_bins": _effective(counts),
        "fullest_tenth": counts[: -(-before // 10)].sum() / frames if frames else np.nan,
    }


def _effective(counts: np.ndarray) -> float:
    filled = counts[counts > 0]
    shares = filled / filled.sum()
    return float(np.exp(-(shares * np.log(shares)).sum())) if len(filled) else 0.0


def _values(affect: np.ndarray) -> np.ndarray:
    values = np.asarray(affect, np.float64)
    if values.ndim != 2 or values.shape[1] != 2:
        raise DataError(f"Valence and arousal have the shape {values.shape}: (frames, 2) is needed.")
    outside = int((np.abs(values) > 1).any(axis=1).sum())
    if outside:
        raise DataError(f"{outside:,} frames have a value outside [-1, 1]: mark them as missing (NaN).")
    return values


def _usable(values: np.ndarray) -> np.ndarray:
    """(n,) bool: has both values, and they are not both zero."""
    return ~np.isnan(values).any(axis=1) & (values != 0).any(axis=1)


def _numbers(values: np.ndarray, bins: int = BINS) -> np.ndarray:
    """The number of each complete row's bin, row by row of valence: (m,) int64."""
    values = values[~np.isnan(values).any(axis=1)]
    cut = np.floor(np.round((values + 1) * bins / 2, _DECIMALS)).astype(np.int64)
    cut = np.minimum(cut, bins - 1)
    return cut[:, 0] * bins + cut[:, 1]


def _count(numbers: np.ndarray, bins: int = BINS) -> np.ndarray:
    return np.bincount(numbers, minlength=bins * bins)
