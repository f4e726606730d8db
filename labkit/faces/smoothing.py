"""Steadier boxes from a track table, for comparison with following: smoothed, or locked.

The lesson compares them on the paper's per-frame boxes: smoothing lessens the jumps but
lags behind the head; one box for a whole clip is still, but the head moves in it.
"""

import pandas as pd

_POSE = ["x", "y", "w", "h", "roll"]


def smooth_track(track: pd.DataFrame, frames: int = 5) -> pd.DataFrame:
    """Box and roll averaged over a centred window of ``frames``, without reaching over lost frames."""
    smooth = track.copy()
    stretches = (track["state"] == "lost").cumsum()
    averaged = track.groupby(stretches)[_POSE].rolling(frames, center=True, min_periods=1).mean()
    smooth[_POSE] = averaged.droplevel(0).sort_index()
    smooth.loc[track["state"] == "lost", _POSE] = float("nan")
    return smooth


def lock_track(track: pd.DataFrame) -> pd.DataFrame:
    """One box and roll for the whole clip: their medians; lost frames stay lost."""
    locked = track.copy()
    locked.loc[track["state"] != "lost", _POSE] = track[_POSE].median().to_numpy()
    return locked
