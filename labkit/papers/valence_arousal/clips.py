"""Test videos for the affect plane: faces, labels, and what each network says."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from labkit.datasets.affwild2 import read_images
from labkit.evaluation.agreement import AFFECT
from labkit.papers.places import Place
from labkit.papers.valence_arousal.judging import Judged
from labkit.synthetic import is_world, read_world
from labkit.widgets.affect_plane import AffectClip

REAL_FPS = 30.0  # Aff-Wild2 does not say; most of its videos have about so many
_SIDE, _MOST = 112, 900  # pixels of a face; frames of a clip that are shown


def affect_clips(
    judged: Mapping[str, Judged], frames: pd.DataFrame, place: Place, count: int = 6
) -> dict[str, AffectClip]:
    """The ``count`` longest test tracks, with the answers of every network to each of their frames.

    Args:
        judged: network → its answers on the test frames.
        frames: of all tracks.
    """
    fps = read_world(place.root).fps if is_world(place.root) else REAL_FPS
    test = frames[frames["split"] == "test"]
    chosen = test.loc[test["valid"], "clip"].value_counts().index[:count]
    return {clip: _clip(clip, test[test["clip"] == clip].head(_MOST), judged, fps) for clip in sorted(chosen)}


def _clip(clip: str, frames: pd.DataFrame, judged: Mapping[str, Judged], fps: float) -> AffectClip:
    valid = frames["valid"].to_numpy()
    pictures: list[np.ndarray | None] = [None] * len(frames)
    for place, picture in zip(np.flatnonzero(valid), read_images(frames[valid], _SIDE), strict=True):
        pictures[place] = picture
    numbers = frames["frame"].to_numpy()
    return AffectClip(
        title=clip,
        times=(numbers - 1) / fps,
        pictures=pictures,
        predictions={name: _answers(given, clip, numbers) for name, given in judged.items()},
        truth=frames[list(AFFECT)].where(frames["valid"]).to_numpy(),
    )


def _answers(given: Judged, clip: str, numbers: np.ndarray) -> np.ndarray:
    """(T, 2): NaN for frames that the network did not answer."""
    theirs = ((given.frames["clip"] == clip) & (given.frames["frame"] <= numbers[-1])).to_numpy()
    answers = np.full((len(numbers), 2), np.nan)
    answers[np.searchsorted(numbers, given.frames.loc[theirs, "frame"])] = given.predictions[theirs]
    return answers
