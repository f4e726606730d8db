"""What a clip says about the choice of the gap (paper §3.1): too small, too big, or drowned in jitter.

The paper gives the two failures in words; here each is a rule that can be checked on any clip.

* *Too small*, "the mean value will be close to zero": the mean difference stays below ``NOISE_FACTOR``
  times the camera's own noise, read off neighbouring frames where and when nothing moves.
* *Too big*, "the relation between frames becomes weak": the mean difference has reached
  ``UNRELATED_SHARE`` of that between frames taken anywhere in the clip, so the two frames of a pair
  have no more to do with each other than any two.
* *Jitter*: the face box jumped and the face did not. A jump is a rigid motion, so the part of a
  difference that vanishes when the second face is moved rigidly onto the first is jitter. On real
  and synthetic clips tracked faces lose up to a quarter that way, faces boxed frame by frame 44 to 78 % at
  gaps 1 to 5; the warning's limit, ``JITTER_SHARE``, lies between. The share is a lower bound, since
  resampling a face does not give back all of it.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

import cv2
import numpy as np

from labkit.preprocessing.differences import frame_difference

NOISE_FACTOR = 2.0
UNRELATED_SHARE = 0.95
JITTER_SHARE = 0.35

MAX_GAP = 40  # frames; about 1.3 s of video, after which even slow expressions have changed
_BLOCKS = 8  # the face is cut into 8 × 8 blocks to find where nothing moves
_SAMPLES = 9  # pairs looked at for jitter: their median is steady, and the slider stays quick


@dataclass(frozen=True)
class GapMeasures:
    """A clip's mean differences, in grey levels (0–255)."""

    curve: np.ndarray  # (max_gap,) float64: curve[g - 1] is the mean difference at gap g; NaN without a pair
    noise: float  # what the camera alone puts between two neighbouring frames
    unrelated: float  # between frames taken anywhere in the clip

    @property
    def zones(self) -> tuple[int, int]:
        """``(low, high)``: gaps up to ``low`` are too small, gaps from ``high`` on too big."""
        return gap_zones(self.curve, self.noise, self.unrelated)


def measure_gaps(faces: np.ndarray, found: np.ndarray | None = None, max_gap: int = MAX_GAP) -> GapMeasures:
    """All of a clip's measures. ``faces`` (T, S, S, 3) uint8; ``found`` (T,) bool marks the usable frames."""
    curve = energy_curve(faces, max_gap, found)
    usable = faces if found is None else faces[found]
    return GapMeasures(curve, camera_noise(usable), unrelated_level(usable))


def mean_difference(first: np.ndarray, second: np.ndarray) -> float:
    """Mean of :func:`frame_difference` over all values; OpenCV's norm makes no copy of a whole clip."""
    rows = len(first)
    return cv2.norm(second.reshape(rows, -1), first.reshape(rows, -1), cv2.NORM_L1) / first.size


def energy_curve(faces: np.ndarray, max_gap: int = MAX_GAP, found: np.ndarray | None = None) -> np.ndarray:
    """Mean difference at each gap from 1 to ``max_gap``, over every pair of frames that far apart.

    Args:
        faces: (T, S, S, 3) uint8, aligned.
        max_gap: the largest gap, in frames; cut to T − 1.
        found: (T,) bool; pairs that touch a frame without a face are left out.

    Returns:
        (min(max_gap, T − 1),) float64 in grey levels, NaN where no pair is left.
    """
    found = np.ones(len(faces), bool) if found is None else found
    gaps = range(1, min(max_gap, len(faces) - 1) + 1)
    return np.array([_mean_at_gap(faces, gap, found) for gap in gaps])


def _mean_at_gap(faces: np.ndarray, gap: int, found: np.ndarray) -> float:
    usable = found[:-gap] & found[gap:]
    if usable.all():  # no copy in the usual case
        return mean_difference(faces[:-gap], faces[gap:])
    return mean_difference(faces[:-gap][usable], faces[gap:][usable]) if usable.any() else float("nan")


def camera_noise(faces: np.ndarray) -> float:
    """Mean difference of neighbouring frames where nothing moves, in grey levels.

    Each block of the face counts by its stillest tenth of the time, the clip by its median block: a white
    wall, too bright to show noise, does not decide.
    """
    if len(faces) < 2:
        return 0.0
    blocks = np.stack([_block_means(frame_difference(a, b)) for a, b in pairwise(faces)])
    return float(np.median(np.quantile(blocks, 0.1, axis=0)))


def _block_means(difference: np.ndarray) -> np.ndarray:
    return cv2.resize(difference.astype(np.float32), (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA)


def unrelated_level(faces: np.ndarray, frames: int = 32) -> float:
    """Mean difference of all pairs among ``frames`` frames spread evenly over the clip, in grey levels."""
    if len(faces) < 2:
        return 0.0
    spread = faces[np.unique(np.linspace(0, len(faces) - 1, frames).astype(int))]
    return float(np.mean([mean_difference(a, b) for a, b in combinations(spread, 2)]))


def gap_zones(curve: np.ndarray, noise: float, unrelated: float) -> tuple[int, int]:
    """The gaps that are too small and too big.

    Returns:
        ``(low, high)``: gaps 1…low do not rise above camera noise (0: all do), gaps from ``high`` on join
        unrelated frames (``len(curve) + 1``: none does). ``low < high``.
    """
    clear = np.flatnonzero(curve >= NOISE_FACTOR * noise)
    low = int(clear[0]) if len(clear) else len(curve)
    unrelated_gaps = low + np.flatnonzero(curve[low:] >= UNRELATED_SHARE * unrelated)
    return low, int(unrelated_gaps[0]) + 1 if len(unrelated_gaps) else len(curve) + 1


def rigid_share(first: np.ndarray, second: np.ndarray) -> float:
    """The share (0–1) of a pair's difference that a rigid motion of the second face removes.

    Shift, rotation and scale are fitted robustly to the sparse optical flow, so the mouth that moves
    against the rest of the face does not take part. Faces (S, S, 3) uint8.
    """
    a, b = _smooth_grey(first), _smooth_grey(second)
    motion = _rigid_motion(a, b)
    if motion is None:
        return 0.0
    moved = cv2.warpAffine(
        b, motion, b.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT
    )
    edge = len(a) // 14  # the border, where a moved face has no pixels of its own
    inner = slice(edge, len(a) - edge)
    before = cv2.absdiff(a, b)[inner, inner].mean()
    after = cv2.absdiff(a, moved)[inner, inner].mean()
    return float(max(0.0, 1.0 - after / before)) if before > 0 else 0.0


def _smooth_grey(face: np.ndarray) -> np.ndarray:
    """Grey and lightly blurred: resampling noise would look like a gain from the motion."""
    return cv2.GaussianBlur(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)


def _rigid_motion(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """The (2, 3) similarity that carries most corners of ``a`` to where the flow finds them in ``b``."""
    corners = cv2.goodFeaturesToTrack(a, maxCorners=100, qualityLevel=0.01, minDistance=4)
    if corners is None:
        return None
    followed, status, _ = cv2.calcOpticalFlowPyrLK(a, b, corners, None)
    good = status.ravel() == 1
    if good.sum() < 3:
        return None
    return cv2.estimateAffinePartial2D(corners[good], followed[good], ransacReprojThreshold=1.0)[0]


def jitter_share(faces: np.ndarray, pairs: np.ndarray) -> float:
    """The median :func:`rigid_share` over pairs spread evenly among ``pairs`` (n, 2); 0 without a pair."""
    if len(pairs) == 0:
        return 0.0
    spread = pairs[np.unique(np.linspace(0, len(pairs) - 1, _SAMPLES).astype(int))]
    return float(np.median([rigid_share(faces[a], faces[b]) for a, b in spread]))
