"""Figures of a training and its result.

Each function returns a matplotlib ``Figure`` made without pyplot, so that it works
from any thread and leaves no state behind; :func:`show` displays it with the
alternative text that every figure of the course has.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from IPython.display import HTML

    from labkit.evaluation.report_card import ReportCard

TRAIN, VALIDATION = "#3f6fb5", "#c8413b"


def confusion_matrix(
    counts: Sequence[Sequence[int]] | np.ndarray, classes: Sequence[str], title: str = ""
) -> Figure:
    """Counts and row percentages; the colour is the percentage.

    Args:
        counts: (classes, classes), rows true, columns predicted, as in ``ReportCard.confusion``.
        classes: names.
    """
    counts = np.asarray(counts)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    texts = [
        [f"{n}\n{share:.0f}%" for n, share in zip(*row, strict=True)]
        for row in zip(counts, shares, strict=True)
    ]
    side = 1.8 + 0.65 * len(classes)
    figure = Figure(figsize=(side + 0.8, side), layout="constrained")
    axes = figure.subplots()
    seaborn.heatmap(
        shares,
        annot=np.array(texts),
        fmt="",
        cmap="Blues",
        vmin=0,
        vmax=100,
        square=True,
        linewidths=1,
        xticklabels=classes,
        yticklabels=classes,
        cbar_kws={"label": "% of the true class", "shrink": 0.8},
        ax=axes,
    )
    axes.set(xlabel="predicted", ylabel="true", title=title)
    axes.tick_params(axis="x", rotation=45)
    axes.tick_params(axis="y", rotation=0)
    return figure


def confusion_matrices(cards: Mapping[str, "ReportCard"], title: str = "") -> Figure:
    """Matrices side by side, in per cent of each true class; above each its name and accuracy."""
    figure = Figure(figsize=(4.9 * len(cards), 4.5), layout="constrained")
    figure.suptitle(title, fontsize=11)
    for axes, (name, card) in zip(
        figure.subplots(1, len(cards), squeeze=False)[0], cards.items(), strict=True
    ):
        counts = np.array(card.confusion)
        shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
        for (row, column), share in np.ndenumerate(shares):
            ink = "white" if share > 55 else "black"
            axes.text(column, row, f"{share:.0f}", ha="center", va="center", fontsize=8, color=ink)
        axes.set_xticks(range(len(card.classes)), card.classes, rotation=40, ha="right", fontsize=8)
        axes.set_yticks(range(len(card.classes)), card.classes, fontsize=8)
        axes.set_title(f"{name}: {card.accuracy:.0%} right", fontsize=10)
        axes.set(xlabel="answer", ylabel="shown")
    return figure


def training_curves(history: pd.DataFrame, title: str = "") -> Figure:
    """Loss and accuracy, or CCC, over epochs, with the best epoch and the learning rate's steps.

    Args:
        history: as in ``Run.history``.
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    figure.suptitle(title)
    best = history["epoch"][history["val_loss"].idxmin()]
    beside = "accuracy" if "accuracy" in history else "ccc"
    for axes, measure in zip(figure.subplots(1, 2), ("loss", beside), strict=True):
        axes.plot(history["epoch"], history[measure], "o-", color=TRAIN, label="training")
        axes.plot(history["epoch"], history[f"val_{measure}"], "s-", color=VALIDATION, label="validation")
        axes.axvline(best, color="0.45", linestyle="--", label=f"lowest validation loss (epoch {best})")
        for epoch in _steps(history):
            axes.axvline(epoch - 0.5, color="0.85", linewidth=1, zorder=0)
        axes.set(
            xlabel="epoch (grey lines: the learning rate steps)",
            ylabel="CCC" if measure == "ccc" else measure,
        )
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(axis="y", alpha=0.3)
    lowest = history[[beside, f"val_{beside}"]].to_numpy().min()  # a CCC may be negative
    axes.set_ylim(min(0, lowest), 1)
    axes.legend(loc="best", fontsize=9)
    return figure


def _steps(history: pd.DataFrame) -> list[int]:
    """Epochs whose learning rate is not the one before's."""
    changed = history["learning_rate"].diff().fillna(0) != 0
    return history["epoch"][changed].tolist()


def sample_errors(
    images: np.ndarray,
    y_true: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    count: int = 12,
    gain: float = 1,
) -> Figure:
    """The most confident mistakes, worst first: the picture, its true class, the answer and its probability.

    Args:
        images: (n, H, W, 3) uint8, or a lazy source indexed by integer arrays.
        y_true: (n,) class numbers.
        probabilities: (n, classes).
        count: how many at most.
        gain: what the pictures are multiplied by; difference images are dark.
    """
    true, answers = np.asarray(y_true), probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != true)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")][:count]
    columns = min(6, max(1, len(wrong)))
    rows = max(1, -(-len(wrong) // columns))
    figure = Figure(figsize=(1.9 * columns, 2.5 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    if len(wrong) == 0:
        grid[0].text(0.5, 0.5, "no mistakes", ha="center", va="center")
        return figure
    for axes, item, image in zip(grid, wrong, images[wrong], strict=False):
        axes.imshow(brightened(image, gain))
        answer = f"{classes[answers[item]]} {confidence[item]:.0%}"
        axes.set_title(f"{classes[true[item]]}\nsaid {answer}", fontsize=9)
    return figure


def image_grid(
    rows: Sequence[Sequence[np.ndarray]],
    *,
    titles: Sequence[str] = (),
    row_labels: Sequence[str] = (),
    gains: Sequence[float] = (),
    inches: float = 1.7,
) -> Figure:
    """Images in rows and columns.

    Args:
        rows: uint8 RGB images (H, W, 3), one sequence a row.
        titles: one a column.
        row_labels: one a row, written at its left.
        gains: what each column is multiplied by before it is shown; difference images are dark.
        inches: width of one image.
    """
    columns = max(len(row) for row in rows)
    height, width = rows[0][0].shape[:2]
    size = (inches * columns + 0.6, inches * height / width * len(rows) + 0.4)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for r, row in enumerate(rows):
        for c, image in enumerate(row):
            axes[r, c].imshow(brightened(image, gains[c] if gains else 1))
            if r == 0 and titles:
                axes[r, c].set_title(titles[c], fontsize=10)
        if row_labels:
            axes[r, 0].set_ylabel(row_labels[r], fontsize=10)
    for place in axes.flat:
        place.set(xticks=[], yticks=[])
    return figure


def brightened(image: np.ndarray, gain: float) -> np.ndarray:
    """A uint8 image times ``gain``, cut at 255."""
    return np.clip(image.astype(np.float32) * gain, 0, 255).astype(np.uint8)


def as_html(figure: Figure, alt: str) -> "HTML":
    """The figure as a PNG inside an ``img`` element with alternative text."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    return picture(buffer.getvalue(), "png", alt)


def picture(data: bytes, kind: str, alt: str) -> "HTML":
    """An encoded picture (``kind``: png, jpeg, gif) inside an ``img`` element with alternative text."""
    from IPython.display import HTML

    code = base64.b64encode(data).decode()
    return HTML(f'<img alt="{escape(alt)}" style="max-width:100%" src="data:image/{kind};base64,{code}">')


def show(figure: Figure, alt: str) -> None:
    """Display a figure in a notebook; ``alt`` says in words what is to be seen in it."""
    from IPython.display import display

    display(as_html(figure, alt))
