"""Any number of frames to a fixed number, by interpolation in time (fifth paper, §2.2.1).

Design choices:
- a picture between two frames is their weighted mean. The makers of DFEW used TIM (Zhou, Zhao and
  Pietikäinen 2011), which lays a curve through all frames of a clip; in the short steps between neighbours a
  straight line is close to it, needs no fit, and gives the frames themselves where they are asked for;
- a blend invents pictures: where a head moves fast, or a clip is cut, two faces show through each other.
  Taking the nearest frame would invent none, but shows some frames twice and others not at all.
"""

import numpy as np

from labkit.errors import DataError

STEPS = 16  # frames of a clip in the paper


def interpolate_time(frames: np.ndarray, count: int = STEPS) -> np.ndarray:
    """``count`` frames at evenly spaced times, from the first frame to the last.

    Args:
        frames: (T, …), T at least 1, of any numbers. One frame is repeated; fewer than ``count`` are
            stretched.

    Returns:
        (count, …) of the same dtype; whole numbers are rounded. The first and last are ``frames``' own.

    Raises:
        DataError: if there is no frame.
    """
    if count < 2:
        raise ValueError(f"count must be at least 2, for the first frame and the last, not {count}")
    if not len(frames):
        raise DataError("A clip without frames cannot be interpolated in time; leave it out.")
    times = np.linspace(0, len(frames) - 1, count)
    before = np.floor(times).astype(int)
    after = np.minimum(before + 1, len(frames) - 1)
    exact = np.result_type(frames.dtype, np.float32)
    share = (times - before).astype(exact).reshape(-1, *[1] * (frames.ndim - 1))
    first, then = frames[before].astype(exact), frames[after].astype(exact)
    blended = first + share * (then - first)
    return (np.rint(blended) if np.issubdtype(frames.dtype, np.integer) else blended).astype(frames.dtype)
