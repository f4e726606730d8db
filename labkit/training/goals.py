"""What a training pursues: the loss, the measure beside it, and how validation is judged by both.

Choices:
- classes: cross-entropy and accuracy, both means over the items, so that batches can be averaged;
- valence and arousal: 1 − CCC or the mean squared error, and beside it the mean CCC of the columns. In
  training the CCC is that of each batch, averaged, which is what the network feels; validation is one CCC
  over the whole set: the mean over batches is another number, which depends on their order and size;
- a loss that does not fit the network's last layer or the labels is refused. The squared error of
  probabilities, or of two outputs against one column, would train without a word.
"""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.backend import keras
from labkit.errors import TrainingError
from labkit.evaluation.agreement import ccc
from labkit.training.data import Batches
from labkit.training.losses import ccc_loss, mean_ccc
from labkit.training.recipe import history_columns


@dataclass(frozen=True)
class Goal:
    """A loss by name, with all that depends on it."""

    loss: str  # a key of GOALS
    measure: str  # "accuracy" or "ccc", the column beside the loss
    keras_loss: Any

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the history."""
        return history_columns(self.measure)

    @property
    def classes(self) -> bool:
        return self.measure == "accuracy"

    def metric(self) -> keras.metrics.Metric | str:
        """What Keras follows while it trains."""
        return "accuracy" if self.classes else keras.metrics.MeanMetricWrapper(mean_ccc, name="ccc")

    def example(self, outputs: int) -> tuple[np.ndarray, np.ndarray]:
        """Labels and answers of one item, of the right kind."""
        answers = np.full((1, outputs), 1 / outputs, np.float32)
        return (np.zeros(1, np.int64) if self.classes else np.zeros_like(answers)), answers

    def guessing(self, model: keras.Model) -> float | None:
        """The loss of one who knows nothing; None where that depends on the labels."""
        return math.log(model.output_shape[-1]) if self.classes else None

    def check(self, model: keras.Model, *parts: Batches) -> None:
        """Raise a TrainingError if the network's last layer or the labels are another goal's."""
        last = model
        while getattr(last, "layers", None):
            last = last.layers[-1]
        head = getattr(getattr(last, "activation", None), "__name__", "")
        if head == ("linear" if self.classes else "softmax"):
            other = (
                "end it in a softmax, or choose 'ccc' or 'mse'" if self.classes else "end it in a linear one"
            )
            raise TrainingError(
                f"The network '{model.name}' ends in a {head} layer, which the loss '{self.loss}' cannot "
                f"train: {other}."
            )
        shape = () if self.classes else (model.output_shape[-1],)
        wanted = f"{shape[0]} numbers" if shape else "one class number"
        for part in parts:
            if part.labels.shape[1:] != shape:
                raise TrainingError(
                    f"The loss '{self.loss}' needs labels of {wanted} an item for the network "
                    f"'{model.name}', but their shape is {part.labels.shape}: choose the batches "
                    "and the loss that fit."
                )

    def judge(self, model: keras.Model, batches: Batches) -> dict[str, float]:
        """Loss and measure of the whole set; not a number if an answer is none."""
        if self.classes:
            means = Means(self.measure)
            for items, labels in ahead(batches):
                model.reset_metrics()
                means.add(model.test_on_batch(items, labels, return_dict=True), len(labels))
            return dict(means)
        pairs = [(labels, model.predict_on_batch(items)) for items, labels in ahead(batches)]
        true, answers = (np.concatenate(column) for column in zip(*pairs, strict=True))
        if not np.isfinite(answers).all():
            return {"loss": math.nan, "ccc": math.nan}
        # In double precision: single loses a thousandth over a million frames. Undefined, it counts as none.
        concordances = [ccc(*column) for column in zip(true.T, answers.T, strict=True)]
        concordance = float(np.nan_to_num(concordances).mean())
        squared = float(np.mean((true - answers) ** 2, dtype=np.float64))
        return {"loss": 1 - concordance if self.loss == "ccc" else squared, "ccc": concordance}


GOALS = {
    "crossentropy": Goal("crossentropy", "accuracy", "sparse_categorical_crossentropy"),
    "ccc": Goal("ccc", "ccc", ccc_loss),
    "mse": Goal("mse", "ccc", "mean_squared_error"),
}


def goal(loss: str) -> Goal:
    """The goal of a loss's name.

    Raises:
        TrainingError: if there is none.
    """
    if loss not in GOALS:
        raise TrainingError(f"There is no loss '{loss}': choose one of {', '.join(GOALS)}.")
    return GOALS[loss]


class Means(dict):
    """Mean loss and measure over the items seen."""

    def __init__(self, measure: str) -> None:
        super().__init__({"loss": 0.0, measure: 0.0})
        self.items_seen = 0

    def add(self, logs: dict[str, float], items: int) -> None:
        """The means over one more batch."""
        self.items_seen += items
        for name in self:
            self[name] += (float(logs[name]) - self[name]) * items / self.items_seen


def ahead(batches: Batches) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every batch in turn; the next one is made meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(batches.__getitem__, 0)
        for index in range(len(batches)):
            batch = coming.result()
            if index + 1 < len(batches):
                coming = pool.submit(batches.__getitem__, index + 1)
            yield batch
