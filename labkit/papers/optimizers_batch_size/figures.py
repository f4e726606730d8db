"""The pictures of notebook 01: faces by class, the study's cells, and curves against epochs and updates."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn import metrics

from labkit.datasets.class_folders import open_image, read_images
from labkit.emotions import COLOURS
from labkit.errors import FaceError
from labkit.evaluation.figures import image_grid
from labkit.papers.optimizers_batch_size import forensics, tables
from labkit.papers.optimizers_batch_size.study import cell_of_the_paper
from labkit.papers.optimizers_batch_size.transfer_study import WAYS
from labkit.preprocessing.stills import FaceSteps, face_steps
from labkit.training.image_sets import ImageSets

OPTIMIZER_COLOURS = {"sgd": "#3f6fb5", "rmsprop": "#c8413b", "adam": "#4c9f8b"}
_WAY_COLOURS = dict(zip(WAYS, ("#8c8c8c", "#3f6fb5", "#e07b39"), strict=True))


def faces_by_class(table: pd.DataFrame, *, each: int = 8, size: int = 64, seed: int = 0) -> Figure:
    """``each`` faces of every class, of as many people as there are; one row a class."""
    rows = []
    for emotion in tables.CLASSES:
        theirs = table[table["emotion"] == emotion].sample(frac=1, random_state=seed)
        theirs = pd.concat([theirs.drop_duplicates("subject"), theirs]).head(each)
        rows.append(list(read_images(list(theirs["path"]), size)))
    return image_grid(rows, row_labels=tables.CLASSES, inches=1.15)


def peak_images(clips: pd.DataFrame) -> Figure:
    """The peak image of one clip an emotion, each of another person."""
    chosen = []
    for emotion in tables.CLASSES:
        theirs = clips[(clips["emotion"] == emotion) & clips["peak_image"].notna()]
        if theirs.empty:
            continue
        others = theirs[~theirs["subject"].isin([row.subject for row in chosen])]
        chosen.append((others if len(others) else theirs).iloc[0])
    pictures = [np.asarray(open_image(row.peak_image)) for row in chosen]
    return image_grid([pictures], titles=[row.emotion for row in chosen], inches=2.9)


def most_tilted(clips: pd.DataFrame, count: int = 8) -> FaceSteps:
    """The steps of the most tilted face among the peak images of the first ``count`` people.

    Raises:
        FaceError: if none of them shows a face.
    """
    found = []
    for path in clips.dropna(subset="peak_image").drop_duplicates("subject")["peak_image"].head(count):
        with suppress(FaceError):
            found.append(face_steps(np.asarray(open_image(path)), size=160))
    if not found:
        raise FaceError(f"None of {count} peak images shows a face; look at the folder's peakImages.")
    return max(found, key=lambda steps: abs(steps.roll))


def steps_figure(steps: FaceSteps) -> Figure:
    """The paper's figure 2: the frame with what Haar finds, the crop, and the upright crop."""
    figure = Figure(figsize=(10.5, 3.6), layout="constrained")
    places = figure.subplots(1, 3, width_ratios=(1.75, 1, 1))
    titles = ("the frame: Haar's face and eyes", "cropped", f"turned upright by {-steps.roll:+.1f}°")
    for axes, picture, title in zip(places, (steps.marked, steps.crop, steps.aligned), titles, strict=True):
        axes.imshow(picture)
        axes.set_title(title, fontsize=10)
        axes.set(xticks=[], yticks=[])
    return figure


def counts_figure(counts: pd.DataFrame, label: str) -> Figure:
    """Faces an emotion in each part, Table II's beside ours.

    Args:
        counts: parts × classes, as of ``ImageSets.counts``.
    """
    figure = Figure(figsize=(9.5, 2.8), layout="constrained")
    parts = ("train", "validation", "test")
    for place, (axes, part) in enumerate(zip(figure.subplots(1, 3), parts, strict=True)):
        printed = [tables.TABLE_2[emotion][place] for emotion in tables.CLASSES]
        ours = [int(counts.loc[part, emotion]) for emotion in tables.CLASSES]
        for shift, (numbers, name, alpha) in enumerate(
            ((printed, "Table II (ISED)", 0.4), (ours, label, 1.0))
        ):
            bars = axes.bar(
                np.arange(len(numbers)) + 0.42 * shift - 0.21,
                numbers,
                0.4,
                alpha=alpha,
                color=[COLOURS[emotion] for emotion in tables.CLASSES],
                label=name,
            )
            axes.bar_label(bars, fontsize=7)
        axes.set_xticks(range(len(tables.CLASSES)), tables.CLASSES, fontsize=8)
        axes.set_title(part, fontsize=10)
        axes.margins(y=0.15)
    axes.legend(frameon=False, fontsize=8)
    return figure


def study_figure(cells: pd.DataFrame, data: str) -> Figure:
    """Accuracy of every cell, ours at the left with intervals, the paper's (recomputed) at the right.

    Args:
        cells: of :func:`labkit.papers.optimizers_batch_size.study.cells`, of one split.
        data: on which data ours were measured.
    """
    figure = Figure(figsize=(11, 0.8 + 0.34 * len(cells)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, sharex=True)
    names = [f"{row.network}, {row.optimizer}, batch {row.batch_size}" for row in cells.itertuples()]
    for place, row in enumerate(cells.to_dict("records")):
        colour = OPTIMIZER_COLOURS[row["optimizer"]]
        if not np.isnan(row["accuracy"]):
            error = [[100 * (row["accuracy"] - row["low"])], [100 * (row["high"] - row["accuracy"])]]
            left.errorbar(100 * row["accuracy"], place, xerr=error, fmt="o", color=colour, capsize=3)
        _draw_believed(right, row, place, colour)
    left.set_title(f"here: {data} data, 95 % over people", fontsize=10)
    right.set_title("paper: ISED, recomputed from its class rows, Wilson 95 %", fontsize=10)
    for axes in (left, right):
        axes.set(xlim=(0, 100), xlabel="accuracy (%)")
        axes.axvline(25, color="#888888", linestyle=":", linewidth=1)
        axes.grid(axis="x", alpha=0.25)
    left.set_yticks(range(len(names)), names, fontsize=9)
    left.invert_yaxis()
    return figure


def _draw_believed(axes, row: dict, place: int, colour: str) -> None:
    theirs = forensics.believed(*cell_of_the_paper(row))
    if theirs is None:
        axes.text(2, place, "not in the paper", fontsize=8, va="center", color="#888888")
        return
    error = [[theirs.accuracy - theirs.interval[0]], [theirs.interval[1] - theirs.accuracy]]
    axes.errorbar(theirs.accuracy, place, xerr=error, fmt="s", color=colour, capsize=3)


def confusion_grid(runs: pd.DataFrame, sets: ImageSets) -> Figure:
    """A confusion matrix a run, per cent of the true class: rows of network and batch, columns of optimizers.

    Args:
        runs: of one seed, as of :func:`labkit.training.sweep.run_sweep`.
        sets: the split they were judged on.
    """
    finished = runs[runs["status"] == "finished"]
    rows = list(dict.fromkeys(zip(runs["network"], runs["batch_size"], strict=True)))
    rows.sort(key=lambda row: (row[0] != "lenet", row))
    figure = Figure(figsize=(2.6 * len(tables.OPTIMIZERS) + 1.2, 2.3 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(tables.OPTIMIZERS), squeeze=False, sharex=True, sharey=True)
    for (network, batch_size), line in zip(rows, grid, strict=True):
        line[0].set_ylabel(f"{network}\nbatch {batch_size}", fontsize=9)
        for optimizer, axes in zip(tables.OPTIMIZERS, line, strict=True):
            its = (finished["network"] == network) & (finished["batch_size"] == batch_size)
            chosen = finished[its & (finished["optimizer"] == optimizer)]
            if chosen.empty:
                axes.text(0.5, 0.5, "diverged, or not run", ha="center", transform=axes.transAxes, fontsize=8)
                continue
            _draw_matrix(axes, chosen.iloc[0]["predictions"], sets)
    for optimizer, axes in zip(tables.OPTIMIZERS, grid[0], strict=True):
        axes.set_title(optimizer, fontsize=10)
    return figure


def _draw_matrix(axes, predictions: np.ndarray, sets: ImageSets) -> None:
    places = range(len(sets.classes))
    true = sets.labels["test"]
    shares = 100 * metrics.confusion_matrix(true, predictions.argmax(axis=1), labels=places, normalize="true")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row in places:
        for column in places:
            ink = "white" if shares[row, column] > 55 else "black"
            share = f"{shares[row, column]:.0f}"
            axes.text(column, row, share, ha="center", va="center", fontsize=8, color=ink)
    names = [name[:4] for name in sets.classes]
    axes.set_xticks(places, names, fontsize=8)
    axes.set_yticks(places, names, fontsize=8)


def epochs_and_updates(runs: pd.DataFrame) -> Figure:
    """Validation accuracy against epochs, and the same against updates of the weights; means of five epochs.

    Of each optimizer and batch size the longest run is drawn: it has passed through the shorter ones.
    """
    figure = Figure(figsize=(11, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    longest = runs.sort_values("epochs").drop_duplicates(["optimizer", "batch_size"], keep="last")
    for run in longest.sort_values(["optimizer", "batch_size"]).to_dict("records"):
        history = run["history"]
        accuracy = 100 * history["val_accuracy"].rolling(5, min_periods=1).mean()
        style = {
            "color": OPTIMIZER_COLOURS[run["optimizer"]],
            "linestyle": "-" if run["batch_size"] == 10 else "--",
            "linewidth": 1.8,
        }
        left.plot(history["epoch"], accuracy, label=f"{run['optimizer']}, batch {run['batch_size']}", **style)
        right.plot(history["epoch"] * run["updates"] / history["epoch"].max(), accuracy, **style)
    left.set(xlabel="epochs", ylabel="validation accuracy (%)")
    right.set(xlabel="updates of the weights")
    left.legend(frameon=False, fontsize=8)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.grid(alpha=0.25)
    return figure


def transfer_figure(gains: pd.DataFrame) -> Figure:
    """UAR on the test people for each way to start, few training people beside many.

    Args:
        gains: of :func:`labkit.papers.optimizers_batch_size.transfer_study.gains`.
    """
    figure = Figure(figsize=(7.5, 3.2), layout="constrained")
    axes = figure.subplots()
    splits: Sequence[str] = list(dict.fromkeys(gains["split"]))
    for shift, way in enumerate(WAYS):
        rows = gains[gains["way"] == way].set_index("split").loc[splits]
        bars = axes.bar(
            np.arange(len(splits)) + 0.27 * (shift - 1),
            100 * rows["uar"],
            0.25,
            label=way,
            color=_WAY_COLOURS[way],
        )
        axes.bar_label(bars, fmt="%.0f", fontsize=9)
    people = gains.drop_duplicates("split").set_index("split").loc[splits]
    axes.set_xticks(
        range(len(splits)), [f"{row.people} people, {row.faces} faces" for row in people.itertuples()]
    )
    axes.axhline(100 / len(tables.CLASSES), color="#888888", linestyle=":", linewidth=1)
    axes.set(ylabel="UAR on unseen people (%)", ylim=(0, 100))
    axes.legend(frameon=False, fontsize=9, ncols=3, loc="upper left")
    return figure
