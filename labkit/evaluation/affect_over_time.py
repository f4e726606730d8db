"""Valence and arousal smoothed over time, looking only back: what a network of single frames gains from time.

The same window and the same weights as for the answers of :mod:`labkit.evaluation.over_time`, on values
instead of probabilities. Design choices:
- a window is counted in seconds and looks back only, as a live camera must. A mean over w seconds lags w / 2
  behind: CCC rises while the noise that goes outweighs the lag that comes;
- a moment without a value (a row of NaN) has no voice, and gets its window's value if the window has one.
"""

import numpy as np

from labkit.errors import DataError

AFFECT_WAYS = ("none", "mean", "exponential")  # of smoothing

_SLACK = 1e-6  # seconds, so that rounding puts no moment outside its window
_DECAY = 3.0  # an exponential mean's weights fall to e^-3, 5 %, at the far end of the window


def smooth_affect(
    values: np.ndarray, times: np.ndarray, window: float = 1.0, way: str = "mean"
) -> np.ndarray:
    """Valence and arousal at each moment in the light of the last ``window`` seconds.

    Args:
        values: float (T, 2); a row of NaN where there is no value.
        times: (T,) seconds, rising.
        window: seconds; 0 leaves every moment to itself.
        way: one of :data:`AFFECT_WAYS`; with "none" the rows come back as they are.

    Returns:
        float64 (T, 2); NaN where the whole window has no value.

    Raises:
        DataError: if the arrays do not fit together, times do not rise, or a row is half NaN.
    """
    if way not in AFFECT_WAYS:
        raise ValueError(f"way must be one of {', '.join(AFFECT_WAYS)}, not {way!r}")
    if not window >= 0:
        raise ValueError(f"window must be 0 seconds or more, not {window}")
    values, times = _check(values, times)
    if way == "none":
        return values
    moments = np.arange(len(times))
    first = np.searchsorted(times, times - window - _SLACK)
    there = ~np.isnan(values[:, 0])
    counted = np.where(there[:, None], values, 0.0)
    total, weights = np.zeros_like(values), np.zeros(len(times))
    # One step a lag, each for all moments at once: a window holds 100 frames, a video 10,000s.
    for lag in range(int((moments - first).max()) + 1):
        now = np.flatnonzero(moments - lag >= first)
        then = now - lag
        age = (times[now] - times[then]) / max(window, _SLACK)
        weight = there[then] * (np.exp(-_DECAY * age) if way == "exponential" else 1.0)
        total[now] += weight[:, None] * counted[then]
        weights[now] += weight
    weights[weights == 0] = np.nan
    return total / weights[:, None]


def _check(values: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays of their own.

    Raises:
        DataError: as :func:`smooth_affect` says.
    """
    values, times = np.array(values, dtype=float), np.array(times, dtype=float)
    if times.ndim != 1 or not times.size or values.shape != (len(times), 2):
        raise DataError(
            f"Values of shape {values.shape} do not go with times of shape {times.shape}; "
            "give valence and arousal a time, and one moment at least."
        )
    if not (np.diff(times) > 0).all() or not np.isfinite(times).all():
        raise DataError("The times of the moments do not rise; sort the moments and keep one of each.")
    missing = np.isnan(values)
    if (missing[:, 0] != missing[:, 1]).any() or np.isinf(values).any():
        raise DataError(
            "A moment has only one of valence and arousal, or an infinite one; "
            "give both as numbers, and NaN for both where they are not known."
        )
    return values, times
