"""What a network said of some frames, and on what it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.datasets.splits import leaks
from labkit.evaluation.affect_report import AffectReport
from labkit.evaluation.agreement import AFFECT
from labkit.papers.valence_arousal.system import AffectFaces

NEIGHBOURS = 5  # frames of a track at most so many apart are near duplicates
_UNSEEN = "No video of the test set was seen in training; the data set does not name its people."


@dataclass(frozen=True, eq=False)
class Judged:
    """What a network said of some frames: n rows each."""

    report: AffectReport
    frames: pd.DataFrame  # rows of the frames' table
    predictions: np.ndarray  # float32 (n, 2); NaN where there is none


def judge(
    frames: pd.DataFrame,
    predictions: np.ndarray,
    faces: AffectFaces | None,
    policy: str,
    data: str,
    seed: int,
) -> Judged:
    """Predictions for some frames, float (n, 2), with their report.

    Args:
        frames: rows of the frames' table.
        faces: all faces with their parts, to count what training and test share; None: videos are apart.
    """
    report = AffectReport.from_predictions(
        frames[list(AFFECT)].to_numpy(),
        predictions,
        frames["video"].to_numpy(str),
        policy=policy,
        leak_line=_leak_line(faces),
        data=data,
        seed=seed,
    )
    return Judged(report, frames.reset_index(drop=True), predictions)


def _leak_line(faces: AffectFaces | None) -> str:
    if faces is None:
        return _UNSEEN
    shared = leaks(faces.table.assign(subject=faces.table["video"]), within=NEIGHBOURS)
    if not shared.shared_subjects:
        return _UNSEEN
    same, near = shared.shared_subjects, shared.near_duplicates
    return (
        f"Shares videos with training: {same:.0%} of the test frames come from a video seen there, and "
        f"{near:.0%} have a neighbour there, at most {NEIGHBOURS} frames away."
    )


def on_common_frames(judged: Mapping[str, Judged], *, data: str, seed: int) -> dict[str, Judged]:
    """Everybody judged on the frames that everybody answered."""
    keys = ["clip", "frame"]
    answered = [
        given.frames.loc[np.isfinite(given.predictions).all(axis=1), keys] for given in judged.values()
    ]
    common = answered[0]
    for other in answered[1:]:
        common = common.merge(other, on=keys)
    common = pd.MultiIndex.from_frame(common)
    made = {}
    for name, given in judged.items():
        kept = pd.MultiIndex.from_frame(given.frames[keys]).isin(common)
        made[name] = judge(given.frames[kept], given.predictions[kept], None, "by video", data, seed)
    return made
