"""The recurrent networks: what the CNN sees of a track, windows of it, and the answers along it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.evaluation.agreement import AFFECT
from labkit.papers.valence_arousal.judging import Judged, judge
from labkit.papers.valence_arousal.recipe import AffectRecipe
from labkit.papers.valence_arousal.single_frames import judge_cnn, predict_faces
from labkit.papers.valence_arousal.system import AffectFaces

if TYPE_CHECKING:
    from labkit.training.fit import Run


@dataclass(frozen=True, eq=False)
class TrackFeatures:
    """The frames of one track as a recurrent network reads them: T rows."""

    clip: str
    frames: pd.DataFrame
    features: np.ndarray  # float32 (T, 300); 0 where the frame is not valid
    valid: np.ndarray  # bool (T,)

    @property
    def affect(self) -> np.ndarray:
        """Valence and arousal, float32 (T, 2); NaN where invalid."""
        return self.frames[list(AFFECT)].to_numpy(np.float32)


def features_by_track(run: "Run", faces: AffectFaces, frames: pd.DataFrame) -> list[TrackFeatures]:
    """The CNN's 300 features of every usable frame, track by track."""
    from labkit.models.vgg import feature_extractor

    made = predict_faces(feature_extractor(run.model), faces, np.arange(len(faces.table)))
    every = np.zeros((len(frames), made.shape[1]), np.float32)
    every[faces.table["row"].to_numpy()] = made
    tracks = []
    for clip, theirs in frames.reset_index(drop=True).groupby("clip", sort=False):
        rows = theirs.index.to_numpy()
        tracks.append(TrackFeatures(clip, theirs, every[rows], theirs["valid"].to_numpy()))
    return tracks


def train_rnn(
    kind: str, tracks: Sequence[TrackFeatures], recipe: AffectRecipe, *, data: str, seed: int = 0
) -> "Run":
    """Train a recurrent network ("simple", "gru-1", "gru-3") on windows of the training tracks."""
    from labkit.backend import keras
    from labkit.models.affect_rnn import affect_rnn
    from labkit.training.fit import fit
    from labkit.training.windows import WindowBatches

    batches = {}
    for part in ("train", "validation"):
        theirs = [track for track in tracks if track.frames["split"].iloc[0] == part]
        batches[part] = WindowBatches(
            [track.features for track in theirs],
            [track.affect for track in theirs],
            [track.valid for track in theirs],
            recipe.window,
            recipe.window_step,
            recipe.rnn.batch_size,
            shuffle=part == "train",
            seed=seed,
        )
    keras.utils.set_random_seed(seed)
    model = affect_rnn(kind, tracks[0].features.shape[1], length=recipe.window)
    return fit(
        model,
        batches["train"],
        batches["validation"],
        replace(recipe.rnn, seed=seed),
        name=f"affect {kind}",
        details={"data": data},
        loss="ccc",
    )


def judge_rnn(
    run: "Run", tracks: Sequence[TrackFeatures], recipe: AffectRecipe, *, data: str, seed: int
) -> Judged:
    """The answers to the frames of the test tracks.

    Frames in a gap are interpolated, as in the paper (section IV.B). The first frames of a track, before
    its first window is full, have none: to give them the first answer would be to guess. They are counted.
    """
    from labkit.training.windows import interpolate, predict_track

    frames, answers = [], []
    for track in tracks:
        if track.frames["split"].iloc[0] != "test":
            continue
        predicted = predict_track(run.model, track.features, track.valid, recipe.window)
        known = np.flatnonzero(~np.isnan(predicted).any(axis=1))
        if len(known):
            inner = slice(known[0], known[-1] + 1)
            predicted[inner] = interpolate(predicted[inner], np.ones(inner.stop - inner.start, bool))
        frames.append(track.frames[track.valid])
        answers.append(predicted[track.valid])
    return judge(pd.concat(frames), np.concatenate(answers), None, "by video", data, seed)


def running_mean(judged: Judged, length: int, *, data: str, seed: int) -> Judged:
    """Answers as means over a track's last ``length`` frames: what memory is worth without learning."""
    table = pd.DataFrame(judged.predictions).groupby(judged.frames["clip"], sort=False)
    smoothed = table.rolling(length, min_periods=1).mean().reset_index(level=0, drop=True).sort_index()
    return judge(judged.frames, smoothed.to_numpy(np.float32), None, "by video", data, seed)


def best_length(run: "Run", faces: AffectFaces, recipe: AffectRecipe, *, data: str, seed: int) -> int:
    """The length of the running mean that serves the dev videos best: an eighth of a window, up to all."""
    dev = judge_cnn(run, faces, data=data, seed=seed, part="validation")
    lengths = [max(1, recipe.window // part) for part in (8, 4, 2, 1)]
    return max(
        lengths,
        key=lambda length: running_mean(dev, length, data=data, seed=seed).report.mean_ccc,
    )
