"""How a network is trained, as data: one frozen record that the ledger can keep.

The defaults that the papers leave out are those of Matlab's ``trainNetwork``,
which the frame-difference paper used: stochastic gradient descent with momentum
0.9 and L2 regularisation 1e-4 of the weights (not of the biases), added to the
gradient. Unlike Matlab's default, the images are shuffled anew each epoch.
The precision is single, as theirs; a recipe for a graphics card may ask for half.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

from labkit.errors import TrainingError

OPTIMIZERS = ("sgd", "rmsprop", "adam")
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")  # Keras's names


def history_columns(measure: str) -> tuple[str, ...]:
    """The columns of a training's history, one row an epoch, counted from 1.

    ``learning_rate`` is what the epoch was trained with, ``seconds`` what it took, the validation included.

    Args:
        measure: what stands beside the loss: "accuracy" of classes, "ccc" of valence and arousal.
    """
    return ("epoch", "learning_rate", "loss", measure, "val_loss", f"val_{measure}", "seconds")


HISTORY = history_columns("accuracy")


@dataclass(frozen=True)
class Recipe:
    """Everything that shapes a training besides the network and the data."""

    optimizer: str = "sgd"  # one of OPTIMIZERS
    learning_rate: float = 1e-3  # in the first epoch
    decay_factor: float = 1.0  # the learning rate is multiplied by it ...
    decay_every: int = 1  # ... each time so many epochs have passed
    epochs: int = 15  # at most
    batch_size: int = 128  # images
    momentum: float = 0.9  # of sgd alone
    l2: float = 1e-4  # times the weight is added to its gradient; biases and norms are left alone
    patience: int | None = None  # epochs without a lower validation loss before stopping; None: never stop
    seed: int = 0  # of the order of the images and of their augmentation
    precision: str = "float32"  # one of PRECISIONS: what layers compute in; weights are float32 in all

    def __post_init__(self) -> None:
        problem = _problem(self)
        if problem:
            raise TrainingError(f"The recipe cannot be used: {problem}.")

    def learning_rate_at(self, epoch: int) -> float:
        """The learning rate in ``epoch``, counted from 0: piecewise constant."""
        return self.learning_rate * self.decay_factor ** (epoch // self.decay_every)

    def to_dict(self) -> dict[str, Any]:
        """JSON values; without the precision where it is the usual one.

        A run in single precision so keeps the fingerprint, and its checkpoints, that it always had.
        """
        values = asdict(self)
        if self.precision == "float32":
            del values["precision"]
        return values


def _problem(recipe: Recipe) -> str | None:
    if recipe.optimizer not in OPTIMIZERS:
        return f"optimizer '{recipe.optimizer}' is not one of {', '.join(OPTIMIZERS)}"
    if recipe.precision not in PRECISIONS:
        return f"precision '{recipe.precision}' is not one of {', '.join(PRECISIONS)}"
    for name in ("learning_rate", "decay_factor", "momentum", "l2"):
        if not math.isfinite(getattr(recipe, name)):
            return f"{name} must be a finite number, not {getattr(recipe, name)}"
    for name in ("learning_rate", "decay_factor", "decay_every", "epochs", "batch_size"):
        if getattr(recipe, name) <= 0:
            return f"{name} must be above zero, not {getattr(recipe, name)}"
    for name in ("momentum", "l2", "seed"):
        if getattr(recipe, name) < 0:
            return f"{name} must not be negative, but is {getattr(recipe, name)}"
    if recipe.patience is not None and recipe.patience < 1:
        return f"patience must be at least one epoch, not {recipe.patience}"
    return None


def check_batch_size(batch_size: int, images: int) -> None:
    """Raise a TrainingError if no batch of this size can be drawn from so many training images."""
    if batch_size > images:
        raise TrainingError(
            f"A batch of {batch_size} images cannot be drawn from a training set of {images}: "
            "choose a smaller batch."
        )
