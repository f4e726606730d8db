"""What the timeline knows: the answers along a clip, one every 0.3 s or so, and one moment of them to show.

A moment without a face has a row of NaN for its probabilities: it is shown as a gap, never filled silently.
Smoothing looks only back, as a system that watches a camera must (:mod:`labkit.evaluation.over_time`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from labkit.emotions import COLOURS
from labkit.errors import DataError
from labkit.evaluation.over_time import NO_ANSWER, answers, flips_per_second, smooth
from labkit.widgets.clip_times import ClipTimes

LONGEST_WINDOW = 2.0  # seconds


@dataclass(frozen=True, eq=False)
class TimelineClip(ClipTimes):
    """The answers along one clip of T moments, over K classes.

    Raises:
        DataError: if the parts do not have the same moments, the times do not rise, a row is neither
            probabilities nor all NaN, or a class or truth is no emotion of :mod:`labkit.emotions`.
    """

    title: str
    times: np.ndarray  # (T,) seconds, rising
    faces: Sequence[np.ndarray | None]  # T aligned faces (S, S) uint8; not looked at where none was found
    probabilities: np.ndarray  # (T, K) float; rows that sum to 1, or NaN where no face was found
    classes: Sequence[str]  # K emotions
    pictures: Sequence[np.ndarray | None] | None = None  # T small frames (h, w, 3) uint8 RGB
    truth: Sequence[str] | None = None  # T emotions; "" where unknown

    def __post_init__(self) -> None:
        try:
            smooth(self.probabilities, self.times, way="none")
        except DataError as problem:
            raise DataError(f"Clip '{self.title}': {problem}") from problem
        parts = {"faces": self.faces, "pictures": self.pictures, "truth": self.truth}
        sizes = {name: len(part) for name, part in parts.items() if part is not None}
        if set(sizes.values()) != {len(self.times)}:
            counted = ", ".join(f"{size} {name}" for name, size in sizes.items())
            raise DataError(
                f"Clip '{self.title}' has {len(self.times)} times but {counted}; give one a moment."
            )
        columns = self.probabilities.shape[1]
        unknown = {*self.classes, *filter(None, self.truth or ())} - set(COLOURS)
        if columns != len(self.classes) or unknown:
            raise DataError(
                f"Clip '{self.title}' has {columns} probabilities a moment for the classes "
                f"{', '.join(self.classes)}; give one a class, named as in labkit.emotions"
                + (f" (not {', '.join(sorted(unknown))})." if unknown else ".")
            )

    @cached_property
    def found(self) -> np.ndarray:
        """(T,) bool: the moments with a face."""
        return answers(self.probabilities) != NO_ANSWER


@dataclass(frozen=True)
class TimelineState:
    """Everything the picture shows: one moment of a clip, smoothed in one way."""

    clip: TimelineClip
    position: int = 0  # the moment shown, from 0
    window: float = 1.0  # seconds
    way: str = "mean"  # one of over_time.WAYS

    @property
    def smoothing(self) -> bool:
        """Whether the answers shown can differ from the plain ones."""
        return self.way != "none" and self.window > 0

    @property
    def smoothed(self) -> np.ndarray:
        """(T, K) float: the probabilities after smoothing; NaN where there is no answer."""
        return _smoothed(self.clip, self.window, self.way)

    @property
    def answered(self) -> list[str]:
        """T emotions after smoothing; "" where there is no answer."""
        return _words(self.smoothed, self.clip.classes)

    @property
    def plain(self) -> list[str]:
        """T emotions, each from its own face alone; "" where no face was found."""
        return _words(self.clip.probabilities, self.clip.classes)

    @property
    def rule(self) -> str:
        """How the answer is made, in words."""
        if not self.smoothing:
            return "from this face alone"
        span = f"the last {self.window:g} s"
        return {
            "mean": f"the mean over {span}",
            "vote": f"the share of votes in {span}",
            "exponential": f"the fading mean over {span}",
        }[self.way]

    @property
    def caption(self) -> str:
        """The picture in a few sentences, for a reader who does not see it."""
        return f"{self._now()} {self._changes()}{self._gaps()}"

    def _now(self) -> str:
        clip, at = self.clip, self.position
        answer, plain = self.answered[at], self.plain[at]
        moment = f"{clip.clock(at)}, moment {at + 1} of {len(clip.times)}: "
        if not answer:
            return moment + "no face was found, so there is no answer."
        words = moment + f"{answer}, {self.smoothed[at].max():.0%}, {self.rule}"
        if not plain:
            words += "; no face was found at this moment"
        elif self.smoothing:
            words += f"; this face alone says {plain}, {clip.probabilities[at].max():.0%}"
        if clip.truth is not None and clip.truth[at]:
            words += f"; the label says {clip.truth[at]}"
        return words + "."

    def _changes(self) -> str:
        plain, smoothed = (
            flips_per_second(answers(rows), self.clip.times)
            for rows in (self.clip.probabilities, self.smoothed)
        )
        words = f"The answer changes {plain:.2f} times a second face by face"
        return words + (f" and {smoothed:.2f} times smoothed." if self.smoothing else ".")

    def _gaps(self) -> str:
        missing = int((~self.clip.found).sum())
        return f" No face was found at {missing} of {len(self.clip.times)} moments." if missing else ""


@lru_cache(maxsize=16)
def _smoothed(clip: TimelineClip, window: float, way: str) -> np.ndarray:
    return smooth(clip.probabilities, clip.times, window, way)


def _words(probabilities: np.ndarray, classes: Sequence[str]) -> list[str]:
    return ["" if number == NO_ANSWER else classes[number] for number in answers(probabilities)]
