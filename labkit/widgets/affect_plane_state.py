"""What the affect plane knows: valence and arousal along a clip, true and predicted, and a moment to show.

A moment without a label or without a prediction is NaN. It is shown as a gap and does not count in the CCC,
neither before nor after smoothing, so that both are measured on the same moments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from labkit.affect import word_for
from labkit.errors import DataError
from labkit.evaluation.affect_over_time import smooth_affect
from labkit.evaluation.agreement import AFFECT, ccc
from labkit.widgets.clip_times import ClipTimes

LONGEST_WINDOW = 4.0  # seconds
LONGEST_TRAIL = 6.0  # seconds


@dataclass(frozen=True, eq=False)
class AffectClip(ClipTimes):
    """Valence and arousal along one clip of T moments.

    Raises:
        DataError: if the parts do not have the same moments, the times do not rise, a row has only one of
            valence and arousal, a label lies outside [-1, 1], or there is no prediction.
    """

    title: str
    times: np.ndarray  # (T,) seconds, rising
    pictures: Sequence[np.ndarray | None]  # T faces or frames (h, w), (h, w, 1) or (h, w, 3) uint8 RGB
    predictions: Mapping[str, np.ndarray]  # who predicts → (T, 2) valence, arousal; NaN where there is none
    truth: np.ndarray | None = None  # (T, 2) in [-1, 1]; NaN where there is no valid label

    def __post_init__(self) -> None:
        if not self.predictions:
            raise DataError(f"Clip '{self.title}' has no prediction; give one at least.")
        if len(self.pictures) != len(self.times):
            raise DataError(
                f"Clip '{self.title}' has {len(self.times)} times but {len(self.pictures)} pictures; "
                "give one a moment, None where it is missing."
            )
        tracks = dict(self.predictions) | ({} if self.truth is None else {"the label": self.truth})
        for name, track in tracks.items():
            try:
                smooth_affect(track, self.times, way="none")
            except DataError as problem:
                raise DataError(f"Clip '{self.title}', {name}: {problem}") from problem
        if (np.abs(self.labels) > 1).any():
            raise DataError(
                f"Clip '{self.title}' has labels outside [-1, 1]; mark what is not valid (-5) as NaN."
            )

    @cached_property
    def labels(self) -> np.ndarray:
        """(T, 2) float: the truth, or NaN throughout where there is none."""
        if self.truth is None:
            return np.full((len(self.times), 2), np.nan)
        return np.asarray(self.truth, float)


@dataclass(frozen=True)
class AffectState:
    """Everything the picture shows: one moment of a clip, one prediction of it, smoothed in one way."""

    clip: AffectClip
    position: int = 0  # the moment shown, from 0
    prediction: str = ""  # a name of clip.predictions; "" means the first
    window: float = 1.0  # seconds
    way: str = "mean"  # one of affect_over_time.AFFECT_WAYS
    trail: float = 2.0  # seconds behind the points

    @property
    def name(self) -> str:
        """Whose prediction is shown."""
        return self.prediction or next(iter(self.clip.predictions))

    @property
    def smoothing(self) -> bool:
        """Whether the values shown can differ from the plain ones."""
        return self.way != "none" and self.window > 0

    @property
    def plain(self) -> np.ndarray:
        """(T, 2) float: the prediction as it came."""
        return np.asarray(self.clip.predictions[self.name], float)

    @property
    def smoothed(self) -> np.ndarray:
        """(T, 2) float: the prediction after smoothing; the plain one where nothing is smoothed."""
        return _smoothed(self.clip, self.name, self.window, self.way) if self.smoothing else self.plain

    @property
    def counted(self) -> np.ndarray:
        """(T,) bool: the moments that count in the CCC: those with a label and a prediction of their own."""
        return np.isfinite(self.clip.labels[:, 0]) & np.isfinite(self.plain[:, 0])

    @property
    def gaps(self) -> np.ndarray:
        """(T,) bool: the hatched moments: not counted or, in a clip without labels, not predicted."""
        return ~np.isfinite(self.plain[:, 0]) if self.clip.truth is None else ~self.counted

    @property
    def agreement(self) -> dict[str, tuple[float, float]]:
        """This clip's CCC of valence and arousal, "frame by frame" and, where smoothed, "smoothed".

        NaN where it is not defined: fewer than two moments count, or all their labels are equal.
        """
        rows = {"frame by frame": _agreement(self.clip, self.name, 0.0, "none")}
        if self.smoothing:
            rows["smoothed"] = _agreement(self.clip, self.name, self.window, self.way)
        return rows

    @property
    def recent(self) -> slice:
        """The moments of the trail, the one shown included."""
        now = self.clip.times[self.position]
        first = int(np.searchsorted(self.clip.times, now - self.trail - 1e-6))
        return slice(first, self.position + 1)

    @property
    def rule(self) -> str:
        """How the point is made, in words."""
        if not self.smoothing:
            return "as predicted at this moment"
        kind = {"mean": "mean", "exponential": "fading mean"}[self.way]
        return f"the {kind} over the last {self.window:g} s"

    @property
    def caption(self) -> str:
        """The picture in a few sentences, for a reader who does not see it."""
        return f"{self._now()} {self._agreeing()}{self._gaps()}"

    def _now(self) -> str:
        clip, at = self.clip, self.position
        words = f"{clip.clock(at)}, moment {at + 1} of {len(clip.times)}: {self.name} says "
        point, plain = _point(self.smoothed[at]), _point(self.plain[at])
        words += point or "nothing"
        if point and self.smoothing:
            words += f", {self.rule}; at this moment alone {plain or 'nothing'}"
        return words + f"; the label says {_point(clip.labels[at]) or 'nothing'}."

    def _agreeing(self) -> str:
        if self.clip.truth is None:
            return "The clip has no labels, so there is no CCC."
        count, rows = int(self.counted.sum()), self.agreement
        if count < 2:
            return f"There is no CCC: {count} of its moments have both a label and a prediction."
        parts = []
        for side, name in enumerate(AFFECT):
            values = [f"{row[side]:.2f} {way}" for way, row in rows.items()]
            equal = np.isnan(rows["frame by frame"][side])
            parts.append(
                f"{name} " + ("not defined, as all its labels are equal" if equal else ", ".join(values))
            )
        return f"CCC over the {count} counted moments of this clip: {'; '.join(parts)}."

    def _gaps(self) -> str:
        count, moments = int(self.gaps.sum()), len(self.clip.times)
        if not count:
            return ""
        if self.clip.truth is None:
            return f" {count} of {moments} moments have no prediction."
        return f" {count} of {moments} moments lack a label or a prediction and do not count."


def _point(value: np.ndarray) -> str:
    """A point in words: "happy, valence 0.42, arousal 0.31"; "" for NaN."""
    valence, arousal = value
    word = word_for(valence, arousal)
    return word and f"{word}, valence {valence:.2f}, arousal {arousal:.2f}"


@lru_cache(maxsize=16)
def _smoothed(clip: AffectClip, name: str, window: float, way: str) -> np.ndarray:
    return smooth_affect(clip.predictions[name], clip.times, window, way)


@lru_cache(maxsize=64)
def _agreement(clip: AffectClip, name: str, window: float, way: str) -> tuple[float, float]:
    state = AffectState(clip, prediction=name, window=window, way=way)
    true, said = clip.labels[state.counted], state.smoothed[state.counted]
    valence, arousal = (_ccc(true[:, side], said[:, side]) for side in range(2))
    return valence, arousal


def _ccc(true: np.ndarray, said: np.ndarray) -> float:
    """NaN where all labels are equal, too: such a clip, judged alone, has nothing to agree with."""
    return ccc(true, said) if len(true) > 1 and np.ptp(true) > 0 else np.nan
