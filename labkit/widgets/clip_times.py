"""The time axis of a clip that a widget shows."""

from functools import cached_property

import numpy as np

_LONE = 0.15  # seconds on either side of a clip's only moment


class ClipTimes:
    """A base of clips of T moments, with ``times``: (T,) seconds, rising."""

    times: np.ndarray

    @cached_property
    def edges(self) -> np.ndarray:
        """(T + 1,) seconds: where each moment's share of the axis begins and ends, half-way to the next."""
        steps = np.diff(self.times)
        half = np.median(steps) / 2 if len(steps) else _LONE
        middles = self.times[:-1] + steps / 2
        return np.concatenate([[self.times[0] - half], middles, [self.times[-1] + half]])

    def clock(self, position: int) -> str:
        """A moment's time in words, as finely as the moments follow each other."""
        fine = len(self.times) > 1 and np.median(np.diff(self.times)) < 0.1
        return f"{self.times[position]:.{2 if fine else 1}f} s"
