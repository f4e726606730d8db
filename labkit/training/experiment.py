"""One training of the study of optimizers and batch sizes (paper §III), as a plain object.

The training lab, the sweep, the notebook and the tests all run this one. Settings
say what is trained; the experiment trains it, and can be watched and stopped from
another thread. Once the training has begun, it leaves a line in the ledger however
it ends, and a usable model unless it diverged or failed.
Importing this module does not import Keras; running an experiment does.

Choices:
- momentum 0 and no L2: Keras's defaults, and the paper names nothing else;
- pictures are never enlarged: a network gets its published input size, or the
  pictures' own where they are smaller;
- the last epoch's weights stay, as the paper has it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from labkit.errors import TrainingError
from labkit.models import MODELS
from labkit.training.image_sets import ImageSets
from labkit.training.recipe import HISTORY, Recipe, check_batch_size

if TYPE_CHECKING:
    import keras

_DIGITS = 5  # of the probabilities that the ledger keeps


@dataclass(frozen=True)
class Start:
    """Weights of the same network, learned on other data, to begin with instead of random ones."""

    weights: str  # file of labkit.models.transfer.save_weights
    classes: int  # that it was trained on
    frozen: bool  # only the new last layer learns

    def begin(self, network: "keras.Model", classes: int, seed: int) -> "keras.Model":
        """``network`` with the weights and a new last layer.

        Args:
            network: untrained, with the classes of the weights.
        """
        from labkit.models.transfer import load_weights, transfer

        load_weights(network, Path(self.weights))
        return transfer(network, classes, frozen=self.frozen, seed=seed)


@dataclass(frozen=True)
class Settings:
    """What is trained, and how.

    Raises:
        TrainingError: if a value is impossible; the sentence names it.
    """

    network: str = "lenet"  # a key of labkit.models.MODELS
    width: float = 1.0  # of every layer, where the network has this argument
    optimizer: str = "sgd"  # sgd, rmsprop, adam
    learning_rate: float = 1e-3
    batch_size: int = 10  # images
    epochs: int = 25
    augmentation: bool = True  # labkit.models.augmentation, in training only
    policy: str = "random"  # which split
    seed: int = 0  # of the first weights, of the images' order and of the augmentation
    start: Start | None = None  # None: from scratch

    def __post_init__(self) -> None:
        if self.network not in MODELS:
            raise TrainingError(f"There is no network '{self.network}': choose one of {', '.join(MODELS)}.")
        if not 0 < self.width <= 1:
            raise TrainingError(f"The width must be above 0 and at most 1, not {self.width:g}.")
        for name in ("batch_size", "epochs", "seed"):
            if not isinstance(getattr(self, name), int | np.integer):
                raise TrainingError(f"The {name} must be a whole number, not {getattr(self, name)}.")
        self.recipe()

    def recipe(self) -> Recipe:
        """The same for :func:`labkit.training.fit.fit`."""
        return Recipe(
            self.optimizer,
            self.learning_rate,
            epochs=self.epochs,
            batch_size=self.batch_size,
            momentum=0.0,
            l2=0.0,
            seed=self.seed,
        )

    def input_size(self, sets: ImageSets) -> int:
        """Pixels a side that the network gets."""
        return min(MODELS[self.network].input_shape[0], sets.size)

    def build(self, sets: ImageSets) -> "keras.Model":
        """The untrained network, for the pictures at its input size.

        Raises:
            TrainingError: if a width is asked for that the network does not have.
        """
        from labkit.models import build

        size, classes = self.input_size(sets), len(sets.classes)
        arguments = {} if self.width == 1 else {"width": self.width}
        built_for = self.start.classes if self.start else classes
        try:
            network = build(self.network, (size, size, 3), built_for, seed=self.seed, **arguments)
        except TypeError as fault:
            if "width" not in str(fault):
                raise
            raise TrainingError(
                f"The network {self.network} has no width to choose: leave it at 1."
            ) from None
        return self.start.begin(network, classes, self.seed) if self.start else network

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Settings":
        """What :meth:`to_dict` gave, as read from a ledger.

        Raises:
            TypeError: if these are not the fields of this version's settings.
        """
        start = values.get("start")
        return cls(**{**values, "start": Start(**start) if start else None})

    @property
    def network_name(self) -> str:
        """With its width, where that is not the published one."""
        return self.network if self.width == 1 else f"{self.network} ×{self.width:g}"

    def __str__(self) -> str:
        start = "" if self.start is None else ", frozen" if self.start.frozen else ", fine-tuned"
        return (
            f"{self.network_name}{start}, {self.optimizer} {self.learning_rate:g}, batch {self.batch_size}, "
            f"{self.epochs} epochs, {'augmented' if self.augmentation else 'plain'}, {self.policy}, "
            f"seed {self.seed}"
        )


class Experiment:
    """A training that can be watched and stopped.

    Args:
        settings: what is trained, and how.
        sets: the split named in the settings.
        ledger: where the run is noted; the results folder's ledger by default.
        judge: look at the test images, once, after a training that has finished; what is
            found stands in the ledger as ``judged``.
        show: whether curves or lines are printed while it runs.
        on_change: called with the experiment after each batch and at each change of status,
            in the thread that trains.

    Attributes:
        status: "waiting", "running", "finished", "stopped", "interrupted", "diverged" or "failed".
        message: the status as a sentence.
        model: the network, without augmentation in front; None before it is built.
        judged: accuracy, loss and predictions (a list of rows of probabilities) on the test images.
        unfinished: of the epoch being trained, ``epoch`` (2.5 is half of the third) and the mean
            ``loss`` and ``accuracy`` of its batches so far; None between epochs.

    Raises:
        TrainingError: if the sets are another split's, or a batch is larger than the training set.
    """

    def __init__(
        self,
        settings: Settings,
        sets: ImageSets,
        *,
        ledger: Path | None = None,
        judge: bool = False,
        show: bool = True,
        on_change: Callable[["Experiment"], None] | None = None,
    ) -> None:
        check_fit(settings, sets)
        self.settings, self.ledger, self.judge, self.show = settings, ledger, judge, show
        self.sets = sets.resized(settings.input_size(sets))
        self.status, self.message = "waiting", "Not begun."
        self.model: keras.Model | None = None
        self.judged: dict[str, Any] | None = None
        self.unfinished: dict[str, float] | None = None
        self._records: list[dict[str, Any]] = []
        self._on_change = on_change
        self._stop = threading.Event()
        self._batches = 0  # trained so far
        self._first_batch = 0.0  # when it was done; the time before goes into compiling

    def run(self) -> "Experiment":
        """Train to the end, or to a stop. A training that diverges ends too, with its sentence as message.

        Raises:
            TrainingError: if it has been run before; what stands in the way of a training else.
            KeyboardInterrupt: handed on; the model stays usable.
        """
        if self.status != "waiting":
            raise TrainingError("An experiment is run once: make another one with the same settings.")
        self._change("running", "Building the network …")
        from labkit.training.fit import Diverged

        try:
            run = self._fit()
        except Diverged as fault:
            self._change("diverged", str(fault))
        except KeyboardInterrupt:
            self._change("interrupted", f"Interrupted after {self._trained()}; the model is usable.")
            raise
        except BaseException as fault:
            self._change("failed", str(fault) or type(fault).__name__)
            raise
        else:
            self.judged = run.judged
            after = f"after {self._trained()}"
            ending = (
                f"Finished {after}." if run.status == "finished" else f"Stopped {after}; the model is usable."
            )
            self._change(run.status, ending)
        if self.show and self.status == "diverged":
            print(self.message)
        return self

    def stop(self) -> None:
        """End the training after the batch it is at; from any thread."""
        self._stop.set()

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.status not in ("waiting", "running")

    @property
    def history(self) -> pd.DataFrame:
        """One row a whole epoch, as of ``Run.history``."""
        return pd.DataFrame(list(self._records), columns=HISTORY)

    @property
    def batches(self) -> int:
        """Batches of the whole training; each is one update of the weights."""
        return self.settings.epochs * self.updates_an_epoch

    @property
    def updates_an_epoch(self) -> int:
        return -(-len(self.sets.labels["train"]) // self.settings.batch_size)

    @property
    def progress(self) -> float:
        """How much of the training is done, 0 to 1."""
        return self._batches / self.batches

    @property
    def seconds_left(self) -> float | None:
        """A guess from the batches so far; None before the second batch and after the end."""
        if self.status != "running" or self._batches < 2:
            return None
        pace = (time.perf_counter() - self._first_batch) / (self._batches - 1)
        return pace * (self.batches - self._batches)

    def _fit(self):
        from labkit.backend import keras
        from labkit.models.augmentation import augmented
        from labkit.training.fit import fit

        settings, sets = self.settings, self.sets
        self.model = settings.build(sets)
        trainee = augmented(self.model, settings.seed) if settings.augmentation else self.model
        watch = keras.callbacks.LambdaCallback(
            on_train_batch_end=self._batch_ended,
            on_epoch_end=self._epoch_ended,
        )
        return fit(
            trainee,
            sets.batches("train", settings.batch_size, seed=settings.seed),
            sets.batches("validation"),
            settings.recipe(),
            name=str(settings),
            ledger=self.ledger,
            details=identity(settings, sets),
            callbacks=[watch],
            stop=self._stop.is_set,
            judge=self._judge if self.judge else None,
            show=self.show,
        )

    def _batch_ended(self, batch: int, logs: dict[str, float]) -> None:
        self._batches += 1
        if self._batches == 1:
            self._first_batch = time.perf_counter()
        self.unfinished = {"epoch": self._batches / self.updates_an_epoch, **logs}
        epoch = len(self._records) + 1
        self._change("running", f"Epoch {epoch} of {self.settings.epochs}, loss {logs['loss']:.3f}.")

    def _epoch_ended(self, epoch: int, record: dict[str, Any]) -> None:
        self._records.append(record)
        self.unfinished = None

    def _judge(self, model: "keras.Model") -> dict[str, Any]:
        probabilities = model.predict(self.sets.batches("test"), verbose=0)
        true = self.sets.labels["test"]
        kept = np.round(probabilities.astype(np.float64), _DIGITS)
        likelihood = np.clip(probabilities[np.arange(len(true)), true], 1e-7, 1)  # as Keras clips it
        return {
            "accuracy": float((kept.argmax(axis=1) == true).mean()),
            "loss": float(-np.log(likelihood.astype(np.float64)).mean()),
            "predictions": kept.tolist(),
        }

    def _trained(self) -> str:
        whole, batches = divmod(self._batches, self.updates_an_epoch)
        epochs = f"{whole} epoch{'' if whole == 1 else 's'}"
        return f"{epochs} and {batches} batch{'' if batches == 1 else 'es'}" if batches else epochs

    def _change(self, status: str, message: str) -> None:
        self.status, self.message = status, message
        if self._on_change is not None:
            self._on_change(self)


def check_fit(settings: Settings, sets: ImageSets) -> None:
    """Raise the TrainingError of settings and sets that do not go together."""
    if settings.policy != sets.policy:
        raise TrainingError(
            f"The settings ask for the split '{settings.policy}', but the images are split '{sets.policy}'."
        )
    check_batch_size(settings.batch_size, len(sets.labels["train"]))


def identity(settings: Settings, sets: ImageSets) -> dict[str, Any]:
    """What makes two experiments the same: settings, and every picture and label at the network's size."""
    sets = sets.resized(settings.input_size(sets))
    return {"settings": settings.to_dict(), "split": sets.policy, "data": sets.data, "images": sets.digest()}
