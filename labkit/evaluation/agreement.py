"""How well predicted valence and arousal agree with the annotated ones, and how far to trust that.

The measure is Lin's concordance correlation coefficient (CCC), the fourth paper's loss and metric:

    CCC = 2·cov / (var_true + var_predicted + (mean_true − mean_predicted)²)

It is 1 for equal values alone: unlike Pearson's correlation it also falls where the predictions are shifted
or too flat. Design choices:
- moments are the population's (divided by n), over all frames at once, as the Aff-Wild2 challenge scores; an
  average over batches or videos is another number, since a CCC's denominator depends on what is pooled;
- if one side is constant the CCC is 0; if both are it is undefined: NaN, and ``ccc_problem`` says why. A
  video whose labels are all equal cannot be judged alone, which the report says by name;
- a pair with a missing value (NaN) on either side has no part in a score; the report counts such frames;
- frames of one video are not independent, so intervals draw whole videos anew. Each video's sums are
  enough for that, which makes thousands of draws over a million frames a matter of a second.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.errors import DataError
from labkit.evaluation.metrics import CONFIDENCE

AFFECT = ("valence", "arousal")  # the columns of every (n, 2) array of affect

_SAMPLES = 2000  # draws of the bootstrap
_FLAT = 1e-12  # a variance that rounding alone can make


def ccc(true: Any, predicted: Any) -> float:
    """Lin's concordance correlation coefficient of two lists of n numbers, from -1 to 1.

    Pairs with NaN are left out. NaN where it is undefined: :func:`ccc_problem` says why.

    Raises:
        DataError: if the lists differ in length, or a value is infinite; so do the other scores.
    """
    x, y = _pairs(true, predicted)
    if _problem(x, y):
        return float("nan")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    return float(2 * covariance / (x.var() + y.var() + (x.mean() - y.mean()) ** 2))


def ccc_problem(true: Any, predicted: Any) -> str | None:
    """Why the CCC is undefined, as a sentence; None where it is defined."""
    return _problem(*_pairs(true, predicted))


def pearson(true: Any, predicted: Any) -> float:
    """Pearson's correlation of the pairs without NaN; NaN if a side is constant, or of fewer than two."""
    x, y = _pairs(true, predicted)
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def rmse(true: Any, predicted: Any) -> float:
    """Root of the mean squared error of the pairs without NaN; NaN if there is none."""
    x, y = _pairs(true, predicted)
    return float(np.sqrt(np.mean((x - y) ** 2))) if len(x) else float("nan")


def sign_agreement(true: Any, predicted: Any) -> float:
    """Share of pairs without NaN that have the same sign (0 is a sign of its own); NaN if there is none."""
    x, y = _pairs(true, predicted)
    return float(np.mean(np.sign(x) == np.sign(y))) if len(x) else float("nan")


def mean_ccc_difference(
    true: Any, a: Any, b: Any, videos: Sequence[str] | np.ndarray, seed: int = 0
) -> tuple[float, float, float]:
    """Mean CCC of model ``a`` less that of ``b``, with its 95 % interval over videos.

    Judged are the frames that both answered; the same draws of videos judge both.

    Args:
        true: (n, 2) valence and arousal; NaN where invalid.
        a: (n, 2) predictions of one model; NaN where there is none.
        b: (n, 2), of the other.
        videos: (n,) where each frame is from.
        seed: of the draws.

    Returns:
        difference, low, high; the ends are NaN with fewer than two videos.

    Raises:
        DataError: if the arrays do not fit together, or no frame has all values.
    """
    (x, *models), codes, _ = complete_frames(videos, true, a, b)
    points = [np.mean([ccc(x[:, column], y[:, column]) for column in (0, 1)]) for y in models]
    draws = [
        np.mean([ccc_draws(x[:, column], y[:, column], codes, seed) for column in (0, 1)], axis=0)
        for y in models
    ]
    return float(points[0] - points[1]), *draws_interval(draws[0] - draws[1])


def complete_frames(
    videos: Sequence[str] | np.ndarray, *affects: Any
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """The frames on which no value is missing.

    Args:
        videos: (n,) names.
        affects: (n, 2) each: the truth, predictions.

    Returns:
        each of ``affects`` as (m, 2) float64; (m,) numbers of the videos; the videos' names by number.

    Raises:
        DataError: if shapes disagree, a value is infinite, or no frame is left.
    """
    arrays = [np.asarray(values, np.float64) for values in affects]
    if any(values.shape != (len(videos), 2) for values in arrays):
        shapes = ", ".join(str(values.shape) for values in arrays)
        raise DataError(
            f"Truth and predictions have the shapes {shapes}, with {len(videos)} names of videos: "
            "give valence and arousal, (n, 2), and n names."
        )
    kept = ~np.isnan(np.concatenate(arrays, axis=1)).any(axis=1)
    if not kept.any():
        raise DataError("No frame has both its labels and its predictions: there is nothing to judge.")
    names, codes = np.unique(np.asarray(videos).astype(str)[kept], return_inverse=True)
    return [_finite(values[kept]) for values in arrays], codes, names


def ccc_draws(x: np.ndarray, y: np.ndarray, codes: np.ndarray, seed: int) -> np.ndarray:
    """The CCC in each draw of whole videos, (samples,); all NaN with a single video.

    Args:
        x: (m,) truth, nothing missing.
        y: (m,) predictions.
        codes: (m,) numbers of the videos, from 0 without a hole.
        seed: of the draws; one seed draws the same videos for every model.
    """
    x, y = x - x.mean(), y - x.mean()  # a shift of both changes no CCC, and keeps the sums exact
    sums = np.stack([np.bincount(codes, part) for part in (np.ones_like(x), x, y, x * x, y * y, x * y)])
    videos = sums.shape[1]
    if videos < 2:
        return np.full(_SAMPLES, np.nan)
    # How often a draw has each video, (samples, videos).
    times = np.random.default_rng(seed).multinomial(videos, np.full(videos, 1 / videos), size=_SAMPLES)
    n, *others = (times @ sums.T).T
    mean_x, mean_y, xx, yy, xy = (part / n for part in others)
    spread = xx - mean_x**2 + yy - mean_y**2
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = 2 * (xy - mean_x * mean_y) / (spread + (mean_x - mean_y) ** 2)
    return np.where(spread > _FLAT, drawn, np.nan)


def draws_interval(drawn: np.ndarray) -> tuple[float, float]:
    """The 95 % percentile interval of the draws that have a CCC; NaN if none has."""
    known = drawn[~np.isnan(drawn)]
    if len(known) == 0:
        return float("nan"), float("nan")
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def _pairs(true: Any, predicted: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both sides, flat float64, without the pairs that have a NaN."""
    x, y = np.asarray(true, np.float64).ravel(), np.asarray(predicted, np.float64).ravel()
    if len(x) != len(y):
        raise DataError(f"{len(x)} true values cannot be compared with {len(y)} predictions: give one each.")
    known = ~(np.isnan(x) | np.isnan(y))
    return _finite(x[known]), _finite(y[known])


def _finite(values: np.ndarray) -> np.ndarray:
    if np.isinf(values).any():
        raise DataError("A true or predicted value is infinite: a diverged training cannot be judged.")
    return values


def _problem(x: np.ndarray, y: np.ndarray) -> str | None:
    if len(x) < 2:
        found = "one" if len(x) else "none"
        return f"The CCC is undefined: it needs two pairs of values, and there is {found}."
    if np.ptp(x) == 0 and np.ptp(y) == 0:
        return "The CCC is undefined: all labels are equal, and all predictions are."
    return None
