"""What a person sees of a training while it runs.

- in a notebook: the curves, redrawn in place after each epoch, over a text bar
  with the time left;
- in a terminal: the bar, and a line an epoch;
- headless (``labkit run``, CI): a line an epoch, which reads well in a log.
"""

import sys
from typing import Any

import pandas as pd

from labkit import progress
from labkit.backend import keras
from labkit.evaluation import figures
from labkit.training.recipe import Recipe


class TrainingDisplay(keras.callbacks.Callback):
    """Moves the bar with each batch; :meth:`epoch_ended` shows the rest."""

    def __init__(self, name: str, recipe: Recipe, batches: int, finished_epochs: int):
        super().__init__()
        self.name, self.recipe = name, recipe
        self._handle = None
        self._bar = None
        if not progress.headless():
            self._bar = progress.bar(desc=name, total=recipe.epochs * batches, unit="batch")
            self._bar.initial = self._bar.n = finished_epochs * batches

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(f"loss {logs['loss']:.3f}", refresh=False)
            self._bar.update(1)

    def epoch_ended(self, epochs: list[dict[str, Any]]) -> None:
        """Show the history so far, one record a finished epoch."""
        if not progress.headless() and "ipykernel" in sys.modules:
            self._draw(epochs)
            return
        line = describe_epoch(self.name, self.recipe.epochs, epochs[-1])
        if self._bar is None:
            print(line, flush=True)
        else:
            self._bar.write(line)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def _draw(self, epochs: list[dict[str, Any]]) -> None:
        figure = figures.training_curves(pd.DataFrame(epochs), title=self.name)
        picture = figures.as_html(figure, alt=describe_epoch(self.name, self.recipe.epochs, epochs[-1]))
        if self._handle is None:
            from IPython.display import display

            self._handle = display(picture, display_id=True)
        else:
            self._handle.update(picture)


def describe_epoch(name: str, epochs: int, record: dict[str, Any]) -> str:
    """One epoch as one line."""
    train, validation = (
        f"accuracy {record[f'{part}accuracy']:.1%}"
        if "accuracy" in record
        else f"CCC {record[f'{part}ccc']:.3f}"
        for part in ("", "val_")
    )
    return (
        f"{name}: epoch {record['epoch']}/{epochs}, "
        f"loss {record['loss']:.3f}, {train}, "
        f"validation loss {record['val_loss']:.3f}, {validation}, "
        f"learning rate {record['learning_rate']:.2g}, {record['seconds']:.0f} s"
    )
