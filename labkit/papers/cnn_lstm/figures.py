"""What notebook 03 draws."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from labkit.emotions import COLOURS
from labkit.evaluation.figures import image_grid
from labkit.papers.cnn_lstm.face_sets import FaceSet
from labkit.papers.cnn_lstm.recipe import CLASSES
from labkit.papers.cnn_lstm.system import Answers

_BLUE, _ORANGE, _GREY = "#3f6fb5", "#e07b39", "#888888"


def faces_by_class(faces: FaceSet, *, each: int = 8, seed: int = 0) -> Figure:
    """``each`` faces of every emotion, of as many people as there are; a row an emotion."""
    rows = []
    for emotion in CLASSES:
        theirs = faces.table[faces.table["emotion"] == emotion].sample(frac=1, random_state=seed)
        theirs = pd.concat([theirs.drop_duplicates("subject"), theirs])
        chosen = theirs[~theirs.index.duplicated()].index[:each]
        rows.append([_rgb(faces.faces[place]) for place in chosen])
    return image_grid(rows, row_labels=CLASSES, inches=0.95)


def counts_figure(sets: Sequence[FaceSet]) -> Figure:
    """The paper's figure 2: how many images of each emotion a data set has."""
    figure = Figure(figsize=(3.4 * len(sets), 2.6), layout="constrained")
    for axes, faces in zip(figure.subplots(1, len(sets), squeeze=False)[0], sets, strict=True):
        counts = faces.table["emotion"].value_counts().reindex(CLASSES, fill_value=0)
        axes.barh(CLASSES, counts, color=[COLOURS[name] for name in CLASSES])
        axes.bar_label(axes.containers[0], fontsize=8, padding=2)
        axes.set_title(f"{faces.name} ({faces.data}): {len(faces.faces):,}", fontsize=10)
        axes.invert_yaxis()
        axes.margins(x=0.18)
        axes.set(xticks=[])
        axes.spines[["top", "right", "bottom"]].set_visible(False)
    return figure


def steps_figure(steps: Mapping[str, np.ndarray]) -> Figure:
    """The steps of :func:`labkit.preprocessing.normalization.normalization_steps`, side by side."""
    shares = [picture.shape[1] / picture.shape[0] for picture in steps.values()]
    figure = Figure(figsize=(2.3 * sum(shares), 2.7), layout="constrained")
    places = figure.subplots(1, len(steps), width_ratios=shares)
    for axes, (name, picture) in zip(places, steps.items(), strict=True):
        reach = None if picture.dtype == np.uint8 else float(np.abs(picture).max())
        limits = {"vmin": 0, "vmax": 255} if reach is None else {"vmin": -reach, "vmax": reach}
        axes.imshow(picture, cmap="gray", **limits)
        axes.set_title(name, fontsize=10)
        axes.set(xticks=[], yticks=[])
    return figure


def curves(answers: Mapping[str, Answers], title: str) -> Figure:
    """The paper's figures 4, 6 and 8: accuracy in training and validation, without and with the CNN."""
    figure = Figure(figsize=(9, 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11)
    for axes, (way, given) in zip(figure.subplots(1, 2, sharey=True), answers.items(), strict=True):
        history = given.runs[0].history
        axes.plot(history["epoch"], history["accuracy"], color=_BLUE, label="training")
        axes.plot(history["epoch"], history["val_accuracy"], color=_ORANGE, label="validation")
        axes.axhline(given.card.majority, color=_GREY, linestyle=":", label="always the commonest")
        axes.set_title(way, fontsize=10)
        axes.set(xlabel="epoch", ylim=(0, 1.03))
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("accuracy")
    figure.axes[0].legend(fontsize=8, frameon=False)
    return figure


def accuracies(answers: Mapping[str, Answers], title: str) -> Figure:
    """Accuracy with its interval, a row each; the dotted line is the commonest class."""
    figure = Figure(figsize=(8, 0.9 + 0.38 * len(answers)), layout="constrained")
    axes = figure.subplots()
    for place, given in enumerate(answers.values()):
        card = given.card
        low, high = card.interval
        axes.plot([low, high], [place, place], color=_BLUE, linewidth=2)
        axes.plot(card.accuracy, place, "o", color=_BLUE, markersize=7)
        axes.text(high + 0.015, place, f"{card.accuracy:.0%}", va="center", fontsize=9)
        axes.plot([card.majority] * 2, [place - 0.4, place + 0.4], ":", color=_GREY)
    axes.set_yticks(range(len(answers)), answers)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.08), xlabel="accuracy, 95 % interval; dotted: always the commonest class")
    axes.set_title(title, fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def sequences_figure(
    frames: FaceSet, table: pd.DataFrame, places: list[np.ndarray], count: int = 4
) -> Figure:
    """A few sequences from neutral to peak, each of another emotion where there are enough; a row each."""
    chosen = table.drop_duplicates("emotion").index[:count]
    most = max(len(places[number]) for number in chosen)
    rows = [[_rgb(frames.faces[place]) for place in places[number]] for number in chosen]
    blank = np.full_like(rows[0][0], 255)
    rows = [row + [blank] * (most - len(row)) for row in rows]
    return image_grid(rows, row_labels=table.loc[chosen, "emotion"].tolist(), inches=0.95)


def step_by_step(probabilities: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> Figure:
    """How sure the LSTM is of the truth as a sequence goes on: a line an emotion, its sequences' mean.

    Args:
        probabilities: (n, T, classes), of sequences of equal length.
        labels: (n,) class numbers.
    """
    figure = Figure(figsize=(7.5, 3), layout="constrained")
    axes = figure.subplots()
    steps = np.arange(1, probabilities.shape[1] + 1)
    for number, name in enumerate(classes):
        if (labels == number).any():
            theirs = probabilities[labels == number, :, number].mean(axis=0)
            axes.plot(steps, theirs, color=COLOURS[name], linewidth=2)
            axes.annotate(
                name, (steps[-1], theirs[-1]), (5, 0), textcoords="offset points", fontsize=9, va="center"
            )
    axes.axhline(1 / len(classes), color=_GREY, linestyle=":")
    axes.set(xlabel="frames seen, from neutral to peak", ylabel="probability of the truth", ylim=(0, 1))
    axes.set_xticks(steps)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def smoothing_figure(scores: pd.DataFrame) -> Figure:
    """Accuracy against flips a second, a dot a way of smoothing and window.

    Args:
        scores: columns ``way``, ``window`` (seconds), ``accuracy``, ``flips per second``.
    """
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    marks = {
        "none": ("s", _GREY),
        "mean": ("o", _BLUE),
        "vote": ("^", _ORANGE),
        "exponential": ("D", "#6b8e23"),
    }
    for way, theirs in scores.groupby("way", sort=False):
        mark, colour = marks[way]
        axes.plot(
            theirs["flips per second"], theirs["accuracy"], mark + "-", color=colour, label=way, alpha=0.9
        )
        places = zip(theirs["flips per second"], theirs["accuracy"], strict=True)
        for window, place in zip(theirs["window"], places, strict=True):
            if window:
                axes.annotate(f"{window:g} s", place, (4, 4), textcoords="offset points", fontsize=8)
    low, high = scores["accuracy"].min(), scores["accuracy"].max()
    axes.set(xlabel="changes of the answer a second", ylabel="right, of all moments")
    axes.set_ylim(low - 0.03, high + 0.03)
    axes.legend(frameon=False, fontsize=9, title="smoothing")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _rgb(face: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(face, cv2.COLOR_GRAY2RGB)
