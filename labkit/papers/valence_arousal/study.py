"""The comparisons of Table III, and the text against its code, one toggle at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.datasets.balancing import balance
from labkit.datasets.splits import leaks, split_by_frame
from labkit.evaluation.affect_report import AffectReport
from labkit.evaluation.agreement import AFFECT, ccc, mean_ccc_difference
from labkit.papers.valence_arousal import tables
from labkit.papers.valence_arousal.recipe import AffectRecipe
from labkit.papers.valence_arousal.system import AffectFaces
from labkit.training.augmentation import augment

if TYPE_CHECKING:
    from labkit.backend import keras
    from labkit.training.fit import Run
    from labkit.training.recipe import Recipe

NEIGHBOURS = 5  # frames of a track at most so many apart are near duplicates
_BATCH = 128  # faces that are judged at a time
_UNSEEN = "No video of the test set was seen in training; the data set does not name its people."


@dataclass(frozen=True)
class CnnChoice:
    """How the CNN is trained: what the paper and its code leave open, or say in two ways."""

    subset: str | None = "both"  # k_max of the balancing; None: all frames
    rule: str = "code"  # which frames are kept: "code" or "text"
    loss: str = "ccc"  # or "mse"
    outputs: tuple[str, ...] = AFFECT  # one of them alone, or both at once
    same_transform: bool = False  # one transform for all images, as the code's fixed seed gives
    decay: str = "weights"  # 1e-5 of the weights, as in the text, or of the learning "rate", as in the code


@dataclass(frozen=True, eq=False)
class Judged:
    """What a network said of some frames: n rows each."""

    report: AffectReport
    frames: pd.DataFrame  # rows of the frames' table
    predictions: np.ndarray  # float32 (n, 2); NaN where there is none


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


class _Rows:
    """Some of the faces, read when asked for."""

    def __init__(self, images, rows: np.ndarray):
        self._images, self._rows = images, rows
        self.shape = (len(rows), *images.shape[1:])

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, chosen: np.ndarray) -> np.ndarray:
        return self._images[self._rows[chosen]]


class _SameTransform(_Rows):
    """Every face mirrored, shifted and brightened alike: what a generator does whose seed is fixed."""

    def __init__(self, images, rows: np.ndarray, seed: int):
        super().__init__(images, rows)
        self._seed = seed

    def __getitem__(self, chosen: np.ndarray) -> np.ndarray:
        faces = super().__getitem__(chosen).astype(np.float32)
        return np.concatenate([augment(face[None], np.random.default_rng(self._seed)) for face in faces])


def training_rows(faces: AffectFaces, recipe: AffectRecipe, choice: CnnChoice, seed: int) -> np.ndarray:
    """The places of the faces that the CNN learns from: the training part, thinned."""
    rows = faces.part("train")
    if choice.subset is not None:
        rows = rows[balance(faces.affect[rows], choice.subset, choice.rule, seed)]
    return rows[:: recipe.every]


def train_cnn(
    faces: AffectFaces,
    recipe: AffectRecipe,
    choice: CnnChoice | None = None,
    *,
    data: str,
    seed: int = 0,
    show: bool = True,
) -> "Run":
    """Train the CNN on single frames; the weights of the lowest loss on the dev videos are kept."""
    from labkit import models
    from labkit.training.data import AffectBatches
    from labkit.training.fit import fit

    choice = choice or CnnChoice()
    columns = [AFFECT.index(name) for name in choice.outputs]
    rows = training_rows(faces, recipe, choice, seed)
    if choice.same_transform:
        images = _SameTransform(faces.images, rows, seed)
    else:
        images = _Rows(faces.images, rows)
    dev = faces.part("validation")[:: recipe.every]
    size = recipe.cnn.batch_size
    train = AffectBatches(
        images,
        faces.affect[rows][:, columns],
        size,
        shuffle=True,
        augment=not choice.same_transform,
        seed=seed,
    )
    validation = AffectBatches(_Rows(faces.images, dev), faces.affect[dev][:, columns], _BATCH)
    model = models.build(
        "affect-cnn", (recipe.size, recipe.size, 1), len(columns), seed=seed, width=recipe.width
    )
    how = _decaying(replace(recipe.cnn, seed=seed), choice.decay, len(train))
    details = {"data": data, "choice": vars(choice) | {"outputs": list(choice.outputs)}}
    return fit(model, train, validation, how, name="affect CNN", details=details, loss=choice.loss, show=show)


def _decaying(recipe: "Recipe", decay: str, updates: int) -> "Recipe":
    """The recipe with weight decay, or with the code's falling learning rate, an epoch at a time."""
    if decay == "weights":
        return recipe
    return replace(recipe, l2=0.0, decay_factor=1 / (1 + recipe.l2 * updates), decay_every=1)


def predict_faces(model: "keras.Model", faces: AffectFaces, rows: np.ndarray) -> np.ndarray:
    """What the CNN, or its extractor, makes of some faces: float32 (len(rows), outputs)."""
    from labkit.training.data import Scaling

    pieces = [
        np.asarray(model.predict_on_batch(Scaling().apply(faces.images[rows[start : start + _BATCH]])))
        for start in range(0, len(rows), _BATCH)
    ]
    return np.concatenate(pieces)


def judge_cnn(
    run: "Run", faces: AffectFaces, *, data: str, seed: int, policy: str = "by video", part: str = "test"
) -> Judged:
    """The CNN's answers to every frame of a part, and their report."""
    rows = faces.part(part)
    return _judged(faces.table.iloc[rows], predict_faces(run.model, faces, rows), faces, policy, data, seed)


def _judged(
    frames: pd.DataFrame,
    predictions: np.ndarray,
    faces: AffectFaces | None,
    policy: str,
    data: str,
    seed: int,
) -> Judged:
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
    return _judged(pd.concat(frames), np.concatenate(answers), None, "by video", data, seed)


def running_mean(judged: Judged, length: int, *, data: str, seed: int) -> Judged:
    """Answers as means over a track's last ``length`` frames: what memory is worth without learning."""
    table = pd.DataFrame(judged.predictions).groupby(judged.frames["clip"], sort=False)
    smoothed = table.rolling(length, min_periods=1).mean().reset_index(level=0, drop=True).sort_index()
    return _judged(judged.frames, smoothed.to_numpy(np.float32), None, "by video", data, seed)


def best_length(run: "Run", faces: AffectFaces, recipe: AffectRecipe, *, data: str, seed: int) -> int:
    """The length of the running mean that serves the dev videos best: an eighth of a window, up to all."""
    dev = judge_cnn(run, faces, data=data, seed=seed, part="validation")
    lengths = [max(1, recipe.window // part) for part in (8, 4, 2, 1)]
    return max(
        lengths,
        key=lambda length: running_mean(dev, length, data=data, seed=seed).report.mean_ccc,
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
        made[name] = _judged(given.frames[kept], given.predictions[kept], None, "by video", data, seed)
    return made


def beside_table_3(judged: Mapping[str, Judged], data: str) -> pd.DataFrame:
    """Table III: CCC and RMSE, ours beside the paper's, which were measured on Aff-Wild2.

    Args:
        judged: by the methods' names in the table; "CNN alone" is its CNN over subset 3.
    """
    printed = _printed()
    rows = {}
    for method, ours in judged.items():
        report, theirs = ours.report, printed.get(method)
        scores = {"valence": report.valence, "arousal": report.arousal}
        rows[method] = (
            {(f"ours ({data})", f"CCC {name}"): score.ccc for name, score in scores.items()}
            | {(f"ours ({data})", "mean CCC"): report.mean_ccc}
            | {(f"ours ({data})", f"RMSE {name}"): score.rmse for name, score in scores.items()}
            | {
                ("Table III", f"CCC {name}"): theirs.ccc[column] if theirs else np.nan
                for column, name in enumerate(AFFECT)
            }
            | {("Table III", "mean CCC"): theirs.mean_ccc if theirs else np.nan}
        )
    return pd.DataFrame(rows).T


def _printed() -> dict[str, tables.Scores]:
    return {row.method: row for row in tables.TABLE_3.values()} | {"CNN alone": tables.TABLE_3["cnn"]}


def claims(judged: Mapping[str, Judged], reference: str = "CNN alone") -> list[str]:
    """Which networks beat the reference on the frames that both answered; intervals over videos."""
    base = judged[reference]
    sentences = []
    for name, other in judged.items():
        if name == reference:
            continue
        both = base.frames[["clip", "frame", "video", *AFFECT]].assign(**_columns("base", base.predictions))
        both = both.merge(
            other.frames[["clip", "frame"]].assign(**_columns("other", other.predictions)),
            on=["clip", "frame"],
        )
        gain, low, high = mean_ccc_difference(
            both[list(AFFECT)].to_numpy(),
            both[["other0", "other1"]].to_numpy(),
            both[["base0", "base1"]].to_numpy(),
            both["video"].to_numpy(str),
        )
        if low > 0 or high < 0:
            verb = "beats" if gain > 0 else "falls behind"
            sentences.append(
                f"{name} {verb} {reference} by {abs(gain):.2f} in mean CCC ({low:+.2f} to {high:+.2f})."
            )
        else:
            sentences.append(
                f"No difference between {name} and {reference} can be claimed: {gain:+.2f} in mean CCC "
                f"({low:+.2f} to {high:+.2f})."
            )
    return sentences


def _columns(name: str, predictions: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}{column}": predictions[:, column] for column in range(2)}


# What each toggle changes of the CNN of section 5.1, in the order in which the notebook shows them.
TOGGLES: dict[str, CnnChoice] = {
    "all frames": CnnChoice(subset=None),
    "the text's rule": CnnChoice(rule="text"),
    "MSE for CCC": CnnChoice(loss="mse"),
    "one transform for all": CnnChoice(same_transform=True),
    "the code's decay": CnnChoice(decay="rate"),
}


def toggles(faces: AffectFaces, base: "Run", recipe: AffectRecipe, *, data: str, seed: int) -> pd.DataFrame:
    """The CNN trained anew with one choice changed, judged on the dev videos.

    Returns:
        One row a choice: ``choice``, ``frames`` it learned from, CCC of ``valence`` and ``arousal``, their
        ``mean`` with its interval ``low`` to ``high``. "one output each" are two networks, one a column.
    """
    rows = [_toggle_row("as in section 5.1", CnnChoice(), base.model, faces, recipe, data, seed)]
    for name, choice in TOGGLES.items():
        run = train_cnn(faces, recipe, choice, data=data, seed=seed, show=False)
        rows.append(_toggle_row(name, choice, run.model, faces, recipe, data, seed))
    rows.append(_one_output_each(faces, recipe, data, seed))
    return pd.DataFrame(rows)


def _toggle_row(
    name: str,
    choice: CnnChoice,
    model: "keras.Model",
    faces: AffectFaces,
    recipe: AffectRecipe,
    data: str,
    seed: int,
) -> dict:
    dev = faces.part("validation")
    return _score(name, choice, faces, predict_faces(model, faces, dev), recipe, data, seed)


def _one_output_each(faces: AffectFaces, recipe: AffectRecipe, data: str, seed: int) -> dict:
    dev = faces.part("validation")
    columns = []
    for name in AFFECT:
        run = train_cnn(faces, recipe, CnnChoice(outputs=(name,)), data=data, seed=seed, show=False)
        columns.append(predict_faces(run.model, faces, dev))
    return _score("one output each", CnnChoice(), faces, np.hstack(columns), recipe, data, seed)


def _score(
    name: str,
    choice: CnnChoice,
    faces: AffectFaces,
    predictions: np.ndarray,
    recipe: AffectRecipe,
    data: str,
    seed: int,
) -> dict:
    rows = faces.table.iloc[faces.part("validation")]
    report = _judged(rows, predictions, None, "by video", data, seed).report
    return {
        "choice": name,
        "frames": len(training_rows(faces, recipe, choice, seed)),
        "valence": report.valence.ccc,
        "arousal": report.arousal.ccc,
        "mean": report.mean_ccc,
        "low": report.mean_interval[0],
        "high": report.mean_interval[1],
    }


def two_ways_to_average(
    judged: Judged, seed: int, batch_sizes: Sequence[int] = (16, 64, 256)
) -> pd.DataFrame:
    """The CCC of all frames at once, and the mean over shuffled batches, as the public code has it."""
    true = judged.frames[list(AFFECT)].to_numpy()
    kept = np.flatnonzero(np.isfinite(judged.predictions).all(axis=1))
    rows = {
        "all at once": {
            name: ccc(true[kept, n], judged.predictions[kept, n]) for n, name in enumerate(AFFECT)
        }
    }
    order = np.random.default_rng(seed).permutation(kept)
    for size in batch_sizes:
        pieces = [order[start : start + size] for start in range(0, len(order) - size + 1, size)]
        rows[f"mean over batches of {size}"] = {
            name: float(np.nanmean([ccc(true[piece, n], judged.predictions[piece, n]) for piece in pieces]))
            if pieces
            else float("nan")
            for n, name in enumerate(AFFECT)
        }
    return pd.DataFrame(rows).T


def judge_random_frames(faces: AffectFaces, recipe: AffectRecipe, *, data: str, seed: int) -> Judged:
    """The same CNN where frames, not videos, are dealt to training, dev and test."""
    dealt = split_by_frame(faces.table.drop(columns="split"), seed, (0.65, 0.1, 0.25))
    mixed = replace(faces, table=dealt)
    run = train_cnn(mixed, recipe, data=data, seed=seed, show=False)
    return judge_cnn(run, mixed, data=data, seed=seed, policy="by frame")


def result_rows(judged: Mapping[str, Judged]) -> list[dict]:
    """Rows for :mod:`labkit.results`."""
    printed = _printed()
    return [
        {
            "system": name,
            "split": given.report.policy,
            "data": given.report.data,
            "n": given.report.frames,
            "ccc": given.report.mean_ccc,
            "low": given.report.mean_interval[0],
            "high": given.report.mean_interval[1],
            "paper": printed[name].mean_ccc if name in printed else None,
        }
        for name, given in judged.items()
    ]
