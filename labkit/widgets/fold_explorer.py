"""The fold explorer: pick a fold, a class or a cell of the confusion matrix, and look at the clips behind it.

A thin shell of ipywidgets over :func:`labkit.widgets.fold_explorer_picture.compose_fold`, with the matrix of
:mod:`labkit.widgets.fold_explorer_matrix`. A press on a cell sets the true class and the answer; a press on
the chosen cell frees them again. JupyterLab may run callbacks in several threads, hence the lock. Each
control carries a class name ("fold-fold", "fold-truth", "fold-answer", "fold-outcome", "fold-matrix",
"fold-previous", "fold-clip", "fold-next", "fold-picture", "fold-caption") for style sheets and tests.
"""

from html import escape
from threading import RLock

import ipywidgets as widgets

from labkit.emotions import COLOURS
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.fold_explorer_matrix import FoldMatrix
from labkit.widgets.fold_explorer_picture import WIDTH, compose_fold
from labkit.widgets.fold_explorer_state import OUTCOMES, FoldAnswers, FoldState, spoken

_ALL_FOLDS = 0  # the first folds' numbers on the screen are 1, 2, …
_CONTROLS = ("fold", "truth", "answer", "outcome", "matrix", "previous", "clip", "next", "picture", "caption")


class FoldExplorer(widgets.VBox):
    """Look at held-out clips, the surest mistakes first.

    Args:
        held_out: the answers of all folds.
        fold: the fold to start with, from 0; None: all.
        outcome: what to start with: "all", "wrong" or "right" answers.
    """

    def __init__(self, held_out: FoldAnswers, *, fold: int | None = None, outcome: str = "all") -> None:
        self._held_out = held_out
        self._lock = RLock()
        self._fitting = False
        self._make_controls(_ALL_FOLDS if fold is None else fold + 1, outcome)
        self._fit_selection()
        self._show()
        for control in (self.fold, self.truth, self.answer, self.outcome, self.clip):
            control.observe(self._on_change, names="value")
        self.matrix.on_msg(lambda _, message, __: self.pick(message["truth"], message["answer"]))
        self.previous.on_click(lambda _: self._step(-1))
        self.next.on_click(lambda _: self._step(1))
        choices = widgets.VBox([self.fold, self.truth, self.answer, self.outcome])
        line = widgets.Layout(align_items="center", max_width=f"{WIDTH}px")
        super().__init__(
            [
                widgets.HBox([self.matrix, choices], layout=line),
                widgets.HBox([self.previous, self.clip, self.next], layout=line),
                self.picture,
                self.caption,
            ]
        )

    def _make_controls(self, fold: int, outcome: str) -> None:
        narrow = widgets.Layout(width="240px")
        folds = [("all", _ALL_FOLDS)] + [(str(number + 1), number + 1) for number in self._held_out.folds]
        classes = [("any", "")] + [(name, name) for name in self._held_out.classes]
        self.fold = widgets.Dropdown(options=folds, value=fold, description="fold", layout=narrow)
        self.truth = widgets.Dropdown(options=classes, description="true class", layout=narrow)
        self.answer = widgets.Dropdown(options=classes, description="answer", layout=narrow)
        self.outcome = widgets.Dropdown(options=OUTCOMES, value=outcome, description="outcome", layout=narrow)
        self.matrix = FoldMatrix()
        self.previous, self.next = widgets.Button(description="previous"), widgets.Button(description="next")
        self.clip = widgets.IntSlider(1, 1, 1, description="clip", layout=widgets.Layout(width="560px"))
        self.picture = widgets.Image(
            format="jpeg", layout=widgets.Layout(width="100%", max_width=f"{WIDTH}px")
        )
        self.caption = widgets.HTML()
        for name in _CONTROLS:
            getattr(self, name).add_class(f"fold-{name}")

    @property
    def state(self) -> FoldState:
        """What is shown now."""
        fold = None if self.fold.value == _ALL_FOLDS else self.fold.value - 1
        choice = fold, self.truth.value, self.answer.value, self.outcome.value
        return FoldState(self._held_out, *choice, position=self.clip.value - 1)

    def pick(self, truth: str, answer: str) -> None:
        """Show the clips of a cell of the matrix, or, where it is the chosen one, of all cells again."""
        with self._lock:
            if (self.truth.value, self.answer.value) == (truth, answer):
                truth = answer = ""
            self._fitting = True
            try:
                self.truth.value, self.answer.value, self.outcome.value = truth, answer, "all"
            finally:
                self._fitting = False
            self._fit_selection()
            self._show()

    def _step(self, clips: int) -> None:
        """Go some clips on; the first follows the last."""
        self.clip.value = (self.clip.value - 1 + clips) % self.clip.max + 1

    def _on_change(self, change: dict) -> None:
        with self._lock:
            if self._fitting:
                return
            if change["owner"] is not self.clip:
                self._fit_selection()
            self._show()

    def _fit_selection(self) -> None:
        """Give the slider the clips that match, start at the first, and show the fold's matrix."""
        count = len(self.state.matching)
        self._fitting = True
        try:
            self.clip.value = 1
            self.clip.max = max(1, count)
            self.clip.disabled = self.previous.disabled = self.next.disabled = count < 2
        finally:
            self._fitting = False
        self.matrix.shown = _matrix(self.state)

    def _show(self) -> None:
        state = self.state
        self.picture.value = to_jpeg(compose_fold(state))
        # ipywidgets gives an image no alternative text (and its tooltip breaks the view): the caption is it.
        self.caption.value = f'<p role="status" aria-live="polite">{escape(state.caption)}</p>'


def _matrix(state: FoldState) -> dict:
    """What the page of the matrix shows."""
    classes = list(state.held_out.classes)
    rows = []
    for truth, counts in zip(classes, state.matrix.tolist(), strict=True):
        total, right = sum(counts), counts[len(rows)]
        cells = [
            {
                "words": str(count),
                "spoken": spoken(truth, answer, count),
                "share": count / max(1, total),
                "truth": truth,
                "answer": answer,
            }
            for answer, count in zip(classes, counts, strict=True)
        ]
        recall = f"{right / total:.0%} of {total}" if total else "no clips"
        rows.append({"name": truth, "colour": COLOURS[truth], "recall": recall, "cells": cells})
    both = state.truth and state.answer
    chosen = [classes.index(state.truth), classes.index(state.answer)] if both else None
    return {"summary": state.summary, "chosen": chosen, "rows": rows}
