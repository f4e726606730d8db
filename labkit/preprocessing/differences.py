"""The paper's subtraction: |frame(t + gap) − frame(t)| over the aligned face (§3, §3.1).

The paper names a noise reduction and does not describe it. Our reading is a *noise
floor*: differences below it, the size of the camera's noise, become zero, so that
static pixels are black, as the paper's figure 2 shows them.
"""

import numpy as np
import pandas as pd


def frame_difference(a: np.ndarray, b: np.ndarray, noise_floor: int = 0) -> np.ndarray:
    """``|b − a|`` of two uint8 arrays of one shape, as uint8; values below ``noise_floor`` become 0."""
    difference = np.maximum(a, b) - np.minimum(a, b)
    if noise_floor > 0:
        difference[difference < noise_floor] = 0
    return difference


def pair_count(frames: int, gap: int, stride: int) -> int:
    """Pairs (t, t + gap), t = 0, stride, …: ⌊(frames − 1 − gap) / stride⌋ + 1, or 0 if too short."""
    _check(gap, stride)
    return max(0, (frames - 1 - gap) // stride + 1)


def pair_indices(frames: int, gap: int, stride: int) -> np.ndarray:
    """The pairs themselves: int64 (n, 2), each row (t, t + gap)."""
    first = np.arange(pair_count(frames, gap, stride), dtype=np.int64) * stride
    return np.stack([first, first + gap], axis=1)


def usable_pairs(track: pd.DataFrame, gap: int, stride: int) -> np.ndarray:
    """The pairs of a track table (column ``state``) without those that touch a lost frame: int64 (n, 2)."""
    pairs = pair_indices(len(track), gap, stride)
    seen = (track["state"] != "lost").to_numpy()
    return pairs[seen[pairs].all(axis=1)]


def difference_images(faces: np.ndarray, gap: int, stride: int, noise_floor: int = 0) -> np.ndarray:
    """All differences of a clip's aligned faces.

    Args:
        faces: uint8 (T, S, S, 3), an array or anything indexed like one (a cached clip's faces).

    Returns:
        uint8 (n, S, S, 3), one a row of :func:`pair_indices`.
    """
    pairs = pair_indices(len(faces), gap, stride)
    differences = np.empty((len(pairs), *faces.shape[1:]), np.uint8)
    for difference, (first, second) in zip(differences, pairs, strict=True):
        difference[:] = frame_difference(faces[first], faces[second], noise_floor)
    return differences


def _check(gap: int, stride: int) -> None:
    if gap < 1 or stride < 1:
        raise ValueError(f"gap and stride must be at least 1, not {gap} and {stride}")
