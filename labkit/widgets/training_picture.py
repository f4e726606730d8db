"""The training lab's picture: loss and accuracy over the epochs, of one run or of several overlaid.

A pure function of a :class:`TrainingCurves`; the notebook, the widget and the tests share it. Validation is
the thick line, training the thin one; a hollow end is the epoch being trained. What guessing would give is
dashed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd

from labkit.widgets.canvas import FAINT, INK, MUTED, Canvas

# Told apart on white, also by people who see few colours: they differ in lightness too.
PALETTE = ("#2563a8", "#d1622b", "#2e7d4f", "#a0337d", "#b8901c", "#4aa3c7", "#7a3b2e", "#6d7480")

WIDTH = 900
_TOP, _BOTTOM = 44, 284  # of the plots' axes
_LEFTS, _PLOT_WIDTH = (44, 506), 384
_LEGEND, _ROW = 362, 21
_SCALE_TOP = 3  # times the loss of guessing: beyond, a curve is cut


@dataclass(frozen=True)
class Curve:
    """One run."""

    name: str  # "Run 3"
    label: str  # its settings in words
    colour: str
    history: pd.DataFrame  # as of ``Run.history``
    unfinished: dict[str, float] | None = None  # as of ``Experiment.unfinished``


@dataclass(frozen=True)
class TrainingCurves:
    """Everything the picture shows."""

    curves: Sequence[Curve]
    classes: int
    epochs: int = 1  # of the running training, so that the axis does not grow with it

    @property
    def last_epoch(self) -> int:
        """Where the axis ends."""
        return max([self.epochs, *(len(curve.history) for curve in self.curves)])

    @property
    def highest_loss(self) -> float:
        """Where the loss's axis ends, in nats."""
        guessing = float(np.log(self.classes))
        seen = [curve.history[["loss", "val_loss"]].to_numpy().ravel() for curve in self.curves]
        seen += [[curve.unfinished["loss"]] for curve in self.curves if curve.unfinished]
        highest = max((value for values in seen for value in values if np.isfinite(value)), default=0)
        return 1.08 * min(max(highest, guessing), _SCALE_TOP * guessing)


@dataclass(frozen=True)
class _Axes:
    """One plot: where its epochs and levels lie on the canvas."""

    canvas: Canvas
    left: float
    last_epoch: int
    ceiling: float

    def x(self, epoch: float) -> float:
        return self.left + _PLOT_WIDTH * epoch / self.last_epoch

    def y(self, level: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * min(level, self.ceiling) / self.ceiling


def compose_training(state: TrainingCurves) -> np.ndarray:
    """The training lab's picture, (H, 1800, 3) uint8 RGB; it grows by a line of legend a run."""
    canvas = Canvas(WIDTH, _LEGEND + _ROW * max(1, len(state.curves)))
    loss = _Axes(canvas, _LEFTS[0], state.last_epoch, state.highest_loss)
    accuracy = _Axes(canvas, _LEFTS[1], state.last_epoch, 1.0)
    _draw_axes(loss, "Loss", "cross-entropy", _loss_levels(loss.ceiling), "{:g}".format)
    _draw_axes(accuracy, "Accuracy", "share of the images", np.arange(0, 1.01, 0.2), "{:.0%}".format)
    _draw_guessing(loss, float(np.log(state.classes)))
    _draw_guessing(accuracy, 1 / state.classes)
    for axes, measure in ((loss, "loss"), (accuracy, "accuracy")):
        for curve in state.curves:
            _draw_training(axes, curve, measure)
        for curve in state.curves:
            _draw_validation(axes, curve, f"val_{measure}")
    _draw_key(canvas)
    _draw_legend(canvas, state)
    return canvas.pixels()


def _draw_axes(axes: _Axes, name: str, unit: str, levels: np.ndarray, text: Callable[[float], str]) -> None:
    canvas, left, right = axes.canvas, axes.left, axes.left + _PLOT_WIDTH
    width = canvas.text(left, 24, name, size=15, bold=True)
    canvas.text(left + width + 8, 24, unit, size=12, colour=MUTED)
    for level in levels:
        canvas.line([(left, axes.y(level)), (right, axes.y(level))], colour=FAINT)
        canvas.text(left - 8, axes.y(level), text(level), size=11, colour=MUTED, anchor="rm")
    for epoch in range(0, axes.last_epoch + 1, _step(axes.last_epoch, 1, most=10)):
        canvas.line([(axes.x(epoch), _BOTTOM), (axes.x(epoch), _BOTTOM + 4)], colour=MUTED)
        canvas.text(axes.x(epoch), _BOTTOM + 18, str(epoch), size=11, colour=MUTED, anchor="ms")
    canvas.text(right, _BOTTOM + 34, "epochs", size=11, colour=MUTED, anchor="rs")


def _loss_levels(ceiling: float) -> np.ndarray:
    return np.arange(0, ceiling, _step(ceiling, 0.1, most=6)).round(1)


def _step(length: float, smallest: float, *, most: int) -> float:
    """The first of 1, 2, 5, 10, 20 … times ``smallest`` that goes into ``length`` at most ``most`` times."""
    steps = (smallest * digit * 10**power for power in count() for digit in (1, 2, 5))
    return next(step for step in steps if length / step <= most)


def _draw_guessing(axes: _Axes, level: float) -> None:
    right = axes.left + _PLOT_WIDTH
    axes.canvas.dashes(axes.left, right, axes.y(level))
    axes.canvas.text(right, axes.y(level) - 4, "guessing", size=10.5, colour=MUTED, anchor="rs")


def _draw_training(axes: _Axes, curve: Curve, measure: str) -> None:
    pale = _pale(curve.colour)
    points = _points(axes, curve.history, measure)
    if curve.unfinished is not None:
        points.append((axes.x(curve.unfinished["epoch"]), axes.y(curve.unfinished[measure])))
    if len(points) > 1:
        axes.canvas.line(points, colour=pale, width=1.5)
    if curve.unfinished is not None:
        axes.canvas.dot(*points[-1], 3.5, colour=curve.colour)
        axes.canvas.dot(*points[-1], 1, colour="white")
    elif len(points) == 1:
        axes.canvas.dot(*points[0], 2, colour=pale)


def _draw_validation(axes: _Axes, curve: Curve, measure: str) -> None:
    points = _points(axes, curve.history, measure)
    if len(points) > 1:
        axes.canvas.line(points, colour=curve.colour, width=2.5)
    if points:
        axes.canvas.dot(*points[-1], 3.5, colour=curve.colour)


def _points(axes: _Axes, history: pd.DataFrame, measure: str) -> list[tuple[float, float]]:
    pairs = zip(history["epoch"], history[measure], strict=True)
    return [(axes.x(epoch), axes.y(level)) for epoch, level in pairs if np.isfinite(level)]


def _draw_key(canvas: Canvas) -> None:
    """What thick and thin mean."""
    y, x = _LEGEND - 20, _LEFTS[0]
    for name, width, colour in (("validation", 2.5, INK), ("training", 1.5, _pale(INK))):
        canvas.line([(x, y - 4), (x + 22, y - 4)], colour=colour, width=width)
        x += 28 + canvas.text(x + 28, y, name, size=11, colour=MUTED) + 18
    words = "validation accuracy and loss after the last epoch"
    canvas.text(_LEFTS[1] + _PLOT_WIDTH, y, words, size=11, colour=MUTED, anchor="rs")


def _draw_legend(canvas: Canvas, state: TrainingCurves) -> None:
    if not state.curves:
        canvas.text(
            _LEFTS[0], _LEGEND + 4, "No run to show: press Run, or tick one in the table.", colour=MUTED
        )
    for row, curve in enumerate(state.curves):
        y = _LEGEND + 4 + _ROW * row
        canvas.box(_LEFTS[0], y - 9, _LEFTS[0] + 22, y, colour=curve.colour, radius=3)
        width = canvas.text(_LEFTS[0] + 30, y, curve.name, size=12, bold=True)
        canvas.text(_LEFTS[0] + 38 + width, y, curve.label, size=12)
        canvas.text(_LEFTS[1] + _PLOT_WIDTH, y, _figures(curve), size=12, colour=MUTED, anchor="rs")


def _figures(curve: Curve) -> str:
    if curve.history.empty:
        return "–"
    last = curve.history.iloc[-1]
    return f"{last['val_accuracy']:.1%}   {last['val_loss']:.3f}"


def _pale(colour: str) -> str:
    """Half way to white."""
    return "#" + "".join(f"{(int(colour[i : i + 2], 16) + 255) // 2:02x}" for i in (1, 3, 5))
