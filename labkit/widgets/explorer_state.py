"""What the gap/stride explorer knows: a clip in memory with its measures, and one pair of it to show."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labkit.preprocessing.differences import frame_difference, pair_indices
from labkit.preprocessing.face_cache import FaceClip
from labkit.preprocessing.gap_measures import JITTER_SHARE, MAX_GAP, GapMeasures, jitter_share, measure_gaps


@dataclass(frozen=True)
class ExplorerState:
    """Everything the picture shows, for one pair of one clip."""

    faces: np.ndarray  # (T, S, S, 3) uint8, aligned
    pairs: np.ndarray  # (n, 2) int64: the frames of every pair at this gap and stride
    position: int  # which pair is shown, from 0
    gap: int  # frames
    stride: int  # frames
    fps: float
    measures: GapMeasures

    @property
    def pair(self) -> tuple[int, int]:
        """The two frames shown."""
        first, second = self.pairs[self.position]
        return int(first), int(second)

    @property
    def difference(self) -> np.ndarray:
        """(S, S, 3) uint8."""
        first, second = self.pair
        return frame_difference(self.faces[first], self.faces[second])

    @cached_property
    def jitter(self) -> float:
        """The share (0–1) of the differences at this gap that a rigid motion explains."""
        return jitter_share(self.faces, self.pairs)

    @property
    def jittery(self) -> bool:
        """Whether the warning is due: jitter explains at least ``JITTER_SHARE``."""
        return self.jitter >= JITTER_SHARE

    @property
    def verdict(self) -> str:
        """The gap's zone: "too small", "too big" or "in range"."""
        low, high = self.measures.zones
        return "too small" if self.gap <= low else "too big" if self.gap >= high else "in range"

    @property
    def caption(self) -> str:
        """The picture in one sentence, for a reader who does not see it."""
        if not len(self.pairs):
            return f"No pair of frames is {self.gap} apart in this clip of {len(self.faces)} frames."
        first, second = self.pair
        sentence = (
            f"Pair {self.position + 1} of {len(self.pairs)}: frames {first} and {second} differ by "
            f"{self.difference.mean():.1f} grey levels on average; gap {self.gap} is {self.verdict}."
        )
        if self.jittery:
            sentence += f" Jitter: a rigid motion removes {self.jitter:.0%} of the difference."
        return sentence


@dataclass(frozen=True)
class ExplorerClip:
    """A clip in memory, measured once."""

    faces: np.ndarray  # (T, S, S, 3) uint8, aligned
    found: np.ndarray  # (T,) bool: the frames with a face
    fps: float
    measures: GapMeasures

    @classmethod
    def load(cls, clip: np.ndarray | FaceClip, fps: float = 30.0) -> "ExplorerClip":
        """Read and measure a clip: faces (T, S, S, 3) uint8 at ``fps``, or an open cache, with its own."""
        if isinstance(clip, FaceClip):
            faces, found, fps = clip.faces[:], (clip.track["state"] != "lost").to_numpy(), clip.fps
        else:
            faces, found = clip, np.ones(len(clip), bool)
        return cls(faces, found, fps, measure_gaps(faces, found))

    def state(self, gap: int, stride: int, position: int = 0) -> ExplorerState:
        """The pair at ``position`` among those of this gap (1…``MAX_GAP``) and stride with two faces."""
        if not 1 <= gap <= MAX_GAP:
            raise ValueError(f"The explorer shows gaps from 1 to {MAX_GAP} frames, not {gap}.")
        pairs = pair_indices(len(self.faces), gap, stride)
        pairs = pairs[self.found[pairs].all(axis=1)]
        return ExplorerState(self.faces, pairs, position, gap, stride, self.fps, self.measures)
