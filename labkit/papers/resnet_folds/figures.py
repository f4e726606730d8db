"""What notebook 05 draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from labkit.datasets.dfew import CLASSES
from labkit.datasets.dfew_labels import VOTES
from labkit.emotions import COLOURS
from labkit.evaluation.figures import image_grid
from labkit.evaluation.fold_report import FoldReport
from labkit.faces.alignment import alignment_matrix
from labkit.papers.resnet_folds.system import Answered
from labkit.papers.resnet_folds.tables import POOR, WELL
from labkit.preprocessing.clip_faces import MARGIN, ClipFaces, followed_faces

_BLUE, _ORANGE, _GREY = "#3f6fb5", "#e07b39", "#888888"
_PARTS = {"train": "#c9d6ea", "validation": "#f1c27d", "test": _BLUE}


def clip_strips(faces: ClipFaces, *, seed: int = 0, every: int = 2) -> Figure:
    """A clip of every emotion, each of another person where there are enough: every second of its frames."""
    chosen = _one_each(faces.table, seed)
    rows = [list(faces.faces[place][::every]) for place in chosen.index]
    return image_grid(rows, row_labels=chosen["emotion"].tolist(), inches=1.05)


def _one_each(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    mixed = table.sample(frac=1, random_state=seed)
    taken, rows = set(), []
    for emotion in (name for name in CLASSES if name in set(table["emotion"])):
        theirs = mixed[mixed["emotion"] == emotion]
        others = theirs[~theirs["subject"].isin(taken)]
        row = (others if len(others) else theirs).iloc[0]
        taken.add(row["subject"])
        rows.append(row)
    return pd.DataFrame(rows)


def counts_figure(table: pd.DataFrame, data: str) -> Figure:
    """Clips an emotion, and clips a person where people are known."""
    figure = Figure(figsize=(9, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    counts = table["emotion"].value_counts().reindex(CLASSES, fill_value=0)
    left.barh(CLASSES, counts, color=[COLOURS[name] for name in CLASSES])
    left.bar_label(left.containers[0], fontsize=8, padding=2)
    left.invert_yaxis()
    left.margins(x=0.15)
    left.set(xticks=[], title=f"{len(table):,} clips ({data})")
    people = table.loc[table["subject"] != "", "subject"].value_counts()
    right.bar(range(len(people)), people, color=_BLUE)
    title = f"the same clips, by {len(people)} people" if len(people) else "nobody is named"
    right.set(title=title, xlabel="person, the busiest first", ylabel="clips", xticks=[])
    for axes in (left, right):
        axes.title.set_fontsize(10)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def votes_figure(votes: pd.DataFrame) -> Figure:
    """How many of ten people saw the same; orange: too few for a single label.

    Args:
        votes: of :func:`labkit.datasets.dfew.votes`.
    """
    most = votes[list(VOTES)].max(axis=1)
    figure = Figure(figsize=(6.5, 2.3), layout="constrained")
    axes = figure.subplots()
    bins = np.arange(0.5, 11.5)
    unclear = votes["emotion"] == ""
    axes.hist([most[unclear], most[~unclear]], bins, stacked=True, color=[_ORANGE, _BLUE], rwidth=0.85)
    axes.set(xlabel="of ten people, so many saw the commonest emotion", ylabel="clips", xticks=range(1, 11))
    axes.legend(["labelled 0: no single emotion", "labelled"], fontsize=8, frameon=False, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def usable_figure(faces: ClipFaces, least: float) -> Figure:
    """In which share of its frames a clip shows a face; left of the line it is left out."""
    share = pd.concat([faces.table["usable"], faces.dropped["usable"]])
    figure = Figure(figsize=(6.5, 2.1), layout="constrained")
    axes = figure.subplots()
    axes.hist(share, np.linspace(0, 1, 21), color=_BLUE, rwidth=0.9)
    axes.axvline(least, color=_ORANGE, linewidth=2)
    axes.set(xlabel="share of a clip's frames with a face", ylabel="clips", yscale="symlog")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


@dataclass(frozen=True)
class Alignment:
    """A frame, the map from its places to those of its face, and the face."""

    frame: np.ndarray  # RGB uint8 (H, W, 3)
    matrix: np.ndarray  # (3, 3)
    face: np.ndarray  # RGB uint8 (S, S, 3)


def most_tilted(table: pd.DataFrame, *, clips: int = 12, size: int = 96, seed: int = 0) -> Alignment | None:
    """Of some clips the frame in which a head is most tilted; None if no face is found in them.

    Args:
        table: of :class:`labkit.preprocessing.clip_faces.ClipFaces`.
        clips: so many are looked through, drawn by lot.
    """
    best = None
    for path in table["path"].sample(min(clips, len(table)), random_state=seed):
        for frame, row, face in followed_faces(path, size):
            if face is not None and (best is None or abs(row.roll) > abs(best[1].roll)):
                best = frame, row, face
    if best is None:
        return None
    frame, row, face = best
    return Alignment(frame.in_rgb(frame.pixels), alignment_matrix(row.box, row.roll, size, MARGIN), face)


def affine_figure(aligned: Alignment) -> Figure:
    """The frame with the square that becomes the face, and the face, upright."""
    picture, face, size = aligned.frame, aligned.face, len(aligned.face)
    corners = np.array([[0, 0, 1], [size, 0, 1], [size, size, 1], [0, size, 1], [0, 0, 1]], float).T
    across, down, _ = np.linalg.inv(aligned.matrix) @ corners
    figure = Figure(figsize=(7.5, 3.1), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[picture.shape[1] / picture.shape[0], 1])
    left.imshow(picture)
    left.plot(across, down, color=_ORANGE, linewidth=2)
    left.plot(across[:2], down[:2], color="#ffffff", linewidth=3)
    left.set(title="the frame; white: what becomes the upper edge", xlim=(0, picture.shape[1]))
    left.set_ylim(picture.shape[0], 0)
    right.imshow(face)
    right.set_title(f"the face, {size}×{size}")
    for axes in (left, right):
        axes.title.set_fontsize(10)
        axes.set(xticks=[], yticks=[])
    return figure


def time_figure(frames: np.ndarray, sixteen: np.ndarray) -> Figure:
    """Above the frames as they were taken, below the sixteen made of them, each at its time.

    Args:
        frames: uint8 (T, S, S, 3), T from 2.
        sixteen: uint8 (16, S, S, 3).
    """
    figure = Figure(figsize=(10, 1.17), layout="constrained")  # so flat that squares stay square
    axes = figure.subplots()
    half = 0.5 / len(sixteen)
    for row, pictures in enumerate((frames, sixteen)):
        for time, picture in zip(np.linspace(0, 1, len(pictures)), pictures, strict=True):
            reach = (time - 0.9 * half, time + 0.9 * half, -row - 0.45, -row + 0.45)
            axes.imshow(picture, extent=reach, aspect="auto", zorder=2)
        axes.plot(np.linspace(0, 1, len(pictures)), np.full(len(pictures), -row - 0.47), "|", color=_GREY)
    axes.set(xlim=(-1.2 * half, 1 + 1.2 * half), ylim=(-1.55, 0.5), yticks=[0, -1], xticks=[])
    axes.set_yticklabels([f"{len(frames)} frames", f"{len(sixteen)} frames"])
    axes.spines[:].set_visible(False)
    return figure


def light_figure(faces: np.ndarray, made: np.ndarray) -> Figure:
    """Faces before (above) and after (below) what :class:`labkit.training.clips.ClipScaling` does.

    Args:
        faces: uint8 (n, S, S, 3).
        made: float32 (n, S, S, 3), around 0.
    """
    shown = np.clip(128 + 50 * made, 0, 255).astype(np.uint8)
    return image_grid([list(faces), list(shown)], row_labels=["as filmed", "as seen"], inches=1.05)


def turns_figure(turns: Sequence[pd.DataFrame]) -> Figure:
    """Who plays which part in which turn: a row a turn, a column a clip, sorted by fold and person."""
    order = turns[0].sort_values(["fold", "subject", "clip"]).index
    names = list(_PARTS)
    colours = np.array([[int(code[i : i + 2], 16) for i in (1, 3, 5)] for code in _PARTS.values()], np.uint8)
    parts = np.stack([turn.loc[order, "split"].map(names.index) for turn in turns])
    figure = Figure(figsize=(9, 0.6 + 0.32 * len(turns)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(colours[parts], aspect="auto", interpolation="nearest")
    axes.set(yticks=range(len(turns)), xlabel="clips, by fold and person", xticks=[])
    axes.set_yticklabels([f"turn {number}" for number in range(1, len(turns) + 1)])
    handles = [axes.plot([], [], "s", color=colour, label=name)[0] for name, colour in _PARTS.items()]
    axes.legend(
        handles=handles, ncols=3, fontsize=8, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1)
    )
    return figure


def fold_curves(answered: Answered) -> Figure:
    """Accuracy over the epochs in training and validation, a pair of lines a fold that was trained now."""
    figure = Figure(figsize=(8, 2.9), layout="constrained")
    axes = figure.subplots()
    for number, run in enumerate(answered.runs):
        history, label = run.history, number == 0
        axes.plot(history["epoch"], history["accuracy"], color=_BLUE, label="training" if label else None)
        about = {"color": _ORANGE, "label": "validation" if label else None}
        axes.plot(history["epoch"], history["val_accuracy"], **about)
    earlier = len(answered.networks.answers) - len(answered.runs)
    title = answered.policy + (f" (without {earlier} folds that were trained before)" if earlier else "")
    axes.set(xlabel="epoch", ylabel="accuracy of single frames", ylim=(0, 1), title=title)
    axes.title.set_fontsize(10)
    if answered.runs:
        axes.legend(fontsize=8, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def recall_figure(reports: Mapping[str, FoldReport]) -> Figure:
    """Recall of each class with the lines of the paper's verdict, a mark a report."""
    figure = Figure(figsize=(8, 2.9), layout="constrained")
    axes = figure.subplots()
    for line, name in ((WELL, "“well”"), (POOR, "“poorly”")):
        axes.axhline(line, color=_GREY, linestyle=":")
        axes.text(len(CLASSES) - 0.5, line, name, fontsize=8, va="bottom", ha="right", color="#555555")
    for (name, report), marker, colour in zip(
        reports.items(), "os^D", (_BLUE, _ORANGE, _GREY, "#7a56a6"), strict=False
    ):
        recall = [np.nan if share is None else share for share in report.card.recall.values()]
        axes.plot(range(len(recall)), recall, marker, color=colour, label=name, markersize=8)
    support = next(iter(reports.values())).card.support
    axes.set_xticks(range(len(CLASSES)), [f"{name}\n({support[name]})" for name in CLASSES], fontsize=9)
    axes.set(ylim=(0, 1.02), ylabel="recall", xlim=(-0.5, len(CLASSES) - 0.5))
    axes.legend(fontsize=8, frameon=False, loc="lower left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def selection_figure(curve: pd.DataFrame) -> Figure:
    """UAR over the number of frames looked at: adaptively, and evenly spaced.

    Args:
        curve: of :func:`labkit.evaluation.frame_selection.selection_curve`.
    """
    figure = Figure(figsize=(6.5, 2.9), layout="constrained")
    axes = figure.subplots()
    axes.plot(curve["frames"], curve["uar"], "o-", color=_BLUE, label="until sure enough")
    axes.plot(curve["frames"], curve["even uar"], "s--", color=_ORANGE, label="so many, evenly spaced")
    axes.set(xlabel="frames looked at, the mean over clips", ylabel="UAR", xlim=(0, None))
    axes.set_ylim(0, max(0.1, 1.1 * curve[["uar", "even uar"]].max(axis=None)))
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def edges_figure(faces: np.ndarray, edges: np.ndarray) -> Figure:
    """Faces, and below what Sobel's filters find in them.

    Args:
        faces: uint8 (n, S, S, 3).
        edges: float (n, S, S, 1), the gradient's size.
    """
    scaled = np.clip(255 * edges[..., 0] / np.quantile(edges, 0.99), 0, 255).astype(np.uint8)
    found = [cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB) for picture in scaled]
    return image_grid([list(faces), found], row_labels=["faces", "edges"], inches=1.05)
