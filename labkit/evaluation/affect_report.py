"""The report card of valence and arousal over time.

Like the report card of classes it says first what training and test share, and no score stands without its
interval; those draw whole videos anew. What cannot be scored is said in sentences under the table.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from labkit.evaluation.agreement import (
    AFFECT,
    ccc,
    ccc_draws,
    ccc_problem,
    complete_frames,
    draws_interval,
    pearson,
    rmse,
    sign_agreement,
)
from labkit.evaluation.score_table import as_html, as_text


@dataclass(frozen=True)
class Agreement:
    """One column's scores; intervals are at 95 %, NaN where one video gave all the frames."""

    ccc: float  # NaN where undefined
    ccc_interval: tuple[float, float]
    rmse: float
    pearson: float
    sign_agreement: float


@dataclass(frozen=True)
class AffectReport:
    """The report card of valence and arousal: what a result on held-out videos is worth."""

    policy: str  # how training and test were parted: "by video"
    leak_line: str  # what training and test share
    data: str  # "synthetic" or "real"
    seeds: tuple[int, ...]
    frames: int  # judged
    left_out: int  # frames with a label or a prediction missing
    videos: int
    valence: Agreement
    arousal: Agreement
    mean_ccc: float
    mean_interval: tuple[float, float]
    notes: tuple[str, ...]  # why a CCC is undefined; videos whose labels are all equal

    @classmethod
    def from_predictions(
        cls,
        true: Any,
        predicted: Any,
        videos: Sequence[str] | np.ndarray,
        *,
        policy: str,
        leak_line: str,
        data: str,
        seed: int | Sequence[int],
    ) -> "AffectReport":
        """Judge predictions on a test set.

        Args:
            true: (n, 2) annotated valence and arousal; NaN where invalid.
            predicted: (n, 2); NaN where there is none.
            videos: (n,) where each frame is from: what is drawn anew for the intervals.
            policy: how the split was made.
            leak_line: what the split shares.
            data: "synthetic" or "real".
            seed: of the training, or several.

        Raises:
            DataError: if the arrays do not fit together, or no frame has all four values.
        """
        (x, y), codes, names = complete_frames(videos, true, predicted)
        drawn = [ccc_draws(x[:, column], y[:, column], codes, 0) for column in (0, 1)]
        columns = [_agreement(x[:, column], y[:, column], drawn[column]) for column in (0, 1)]
        return cls(
            policy=policy,
            leak_line=leak_line,
            data=data,
            seeds=tuple(np.atleast_1d(seed).tolist()),
            frames=len(x),
            left_out=len(videos) - len(x),
            videos=len(names),
            valence=columns[0],
            arousal=columns[1],
            mean_ccc=(columns[0].ccc + columns[1].ccc) / 2,
            mean_interval=draws_interval(np.mean(drawn, axis=0)),
            notes=tuple(_notes(x, y, codes, names)),
        )

    def to_dict(self) -> dict[str, Any]:
        """For JSON; what is undefined is None."""
        return _without_nan(asdict(self))

    def rows(self) -> list[tuple[str, str, str]]:
        """(what, value, remark), in the order in which they are shown."""
        rows = [("mean CCC", _number(self.mean_ccc), self._trust(self.mean_interval))]
        for name in AFFECT:
            scores: Agreement = getattr(self, name)
            rows += [
                (f"CCC, {name}", _number(scores.ccc), self._trust(scores.ccc_interval)),
                (f"RMSE, {name}", _number(scores.rmse), "0 is best; 2 is the width of the scale"),
                (f"Pearson, {name}", _number(scores.pearson), "blind to shift and scale"),
                (f"same sign, {name}", _number(scores.sign_agreement), "share of the frames"),
            ]
        return rows

    def _trust(self, interval: tuple[float, float]) -> str:
        if np.isnan(interval[0]):
            return "one video: no interval" if self.videos == 1 else "undefined: no interval"
        return f"95%: {interval[0]:.2f} to {interval[1]:.2f}, bootstrap over {self.videos} videos"

    def _heading(self) -> tuple[str, str]:
        seeds = f"seed{'s' if len(self.seeds) > 1 else ''} {', '.join(map(str, self.seeds))}"
        frames = f"{self.frames:,} frames of {self.videos} video{'s' if self.videos > 1 else ''}"
        out = f", {self.left_out:,} left out for a missing value" if self.left_out else ""
        return f"Split {self.policy}: {self.leak_line}", f"{self.data} data · {frames}{out} · {seeds}"

    def __str__(self) -> str:
        return as_text(self._heading(), self.rows(), self.notes)

    def _repr_html_(self) -> str:
        return as_html(self._heading(), self.rows(), self.notes)


def _agreement(x: np.ndarray, y: np.ndarray, drawn: np.ndarray) -> Agreement:
    return Agreement(ccc(x, y), draws_interval(drawn), rmse(x, y), pearson(x, y), sign_agreement(x, y))


def _notes(x: np.ndarray, y: np.ndarray, codes: np.ndarray, names: np.ndarray) -> list[str]:
    notes = []
    for column, name in enumerate(AFFECT):
        if problem := ccc_problem(x[:, column], y[:, column]):
            notes.append(f"{name.capitalize()}: {problem}")
        low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
        np.minimum.at(low, codes, x[:, column])
        np.maximum.at(high, codes, x[:, column])
        if flat := names[low == high].tolist():
            notes.append(
                f"All {name} labels are equal in {', '.join(flat)}: "
                "no CCC can be given for such a video alone; it counts in the pooled one."
            )
    return notes


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and np.isnan(value) else value
