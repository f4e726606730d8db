"""Fit a network by a recipe: seen while it runs, resumable, and kept in the ledger.

Choices:
- the loop over epochs and batches is ours: schedule, checkpoint, stopping and
  display are then plain statements in one place. It is also cheaper: one
  ``model.fit`` an epoch spends up to half of LeNet's time on making iterators;
- the next batch is made while the network works on this one;
- TensorFlow on a CPU compiles without XLA, with which it would train up to five
  times slower; on a GPU XLA is on;
- precision is the recipe's (:mod:`labkit.training.precision`); several devices share each batch if asked to
  (:mod:`labkit.training.replicas`), which changes the figures by rounding only, so it is not part of a run;
- with patience, the weights of the epoch of lowest validation loss are put back
  at the end; without, the last ones stay, as the papers have it;
- a training whose mean cross-entropy over an epoch is ten times that of guessing counts as
  diverged: too large a step often leaves a loss of hundreds that is still a number;
- classes and valence with arousal are trained by the same loop; what differs is a goal's
  (:mod:`labkit.training.goals`).
"""

import hashlib
import json
import math
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from labkit.backend import keras
from labkit.errors import DataError, TrainingError
from labkit.training import checkpoint
from labkit.training.checkpoint import Progress
from labkit.training.data import Batches
from labkit.training.device import compile_mode, device_name
from labkit.training.display import TrainingDisplay
from labkit.training.goals import Goal, Means, ahead, goal
from labkit.training.ledger import append, versions
from labkit.training.optimizers import make_optimizer
from labkit.training.precision import set_precision
from labkit.training.recipe import Recipe, check_batch_size
from labkit.training.replicas import Replicas

_HOPELESS = 10  # times the loss of guessing


class Diverged(TrainingError):
    """The loss became infinite or not a number, or far larger than that of guessing."""


@dataclass(frozen=True)
class Run:
    """A training that came to its end, or was asked to stop."""

    name: str
    recipe: Recipe
    model: keras.Model
    history: pd.DataFrame  # whole epochs: the columns are those of ``history_columns``
    best_epoch: int | None  # of lowest validation loss; None: stopped in the first
    seconds: float  # of all epochs, also of those before an interrupt
    folder: Path | None  # where the checkpoint is
    status: str  # "finished" or "stopped"
    judged: dict[str, Any] | None  # what ``judge`` said


def fit(
    model: keras.Model,
    train: Batches,
    validation: Batches,
    recipe: Recipe,
    *,
    name: str,
    loss: str = "crossentropy",
    run_dir: Path | None = None,
    ledger: Path | None = None,
    details: dict[str, Any] | None = None,
    devices: Sequence[str] = (),
    callbacks: Sequence[keras.callbacks.Callback] = (),
    stop: Callable[[], bool] | None = None,
    judge: Callable[[keras.Model], dict[str, Any]] | None = None,
    show: bool = True,
) -> Run:
    """Train ``model`` on class numbers (softmax output), or on valence and arousal (linear output).

    Args:
        model: untrained, or holding the weights to start from.
        train: shuffled by the recipe's seed (see :class:`Batches`).
        validation: judged after each epoch; never trained on.
        recipe: how.
        name: of the run, for display and ledger.
        loss: "crossentropy" for classes; for (n, k) values "ccc", 1 − their mean CCC over a batch, or "mse".
            With these the history has ``ccc`` (the mean of the batches') and ``val_ccc`` (of the whole set
            at once, as is ``val_loss``) in place of the accuracies.
        run_dir: folder of checkpoints, one subfolder a run. A run with the same
            name, recipe, network, data and details goes on after its last whole epoch,
            with the same history as if it had not been broken off; a finished one
            is read back. None: no checkpoints.
        ledger: file in which the run is noted; the results folder's ledger by default.
        details: what else tells this run from others (profile, split policy, the weights
            it starts from …); JSON values.
        devices: that share each training batch, where there are two or more: ``accelerators()`` of
            :mod:`labkit.training.device` for every graphics card. ``model`` then moves once an epoch.
        callbacks: Keras callbacks; told of epochs (with the history's record) and training batches.
        stop: asked after every training batch; True ends the training there. The history
            keeps whole epochs only; the weights stay as they are, or become the best with patience.
        judge: looks at the trained model once, when the training has finished; its answer
            (JSON values) stands in the ledger under ``judged``.
        show: whether a person sees curves, bar or lines while it runs.

    Raises:
        TrainingError: if a batch is larger than the training set or cannot be shared by the devices, the
            loss does not fit the network or the labels, or the checkpoint cannot be written or used.
        Diverged: if the loss is no longer a number, or an epoch's mean cross-entropy in training is more
            than ten times the loss of guessing.
        KeyboardInterrupt: handed on after the ledger has been told.
    """
    aim = goal(loss)
    check_batch_size(train.batch_size, len(train.labels))
    aim.check(model, train, validation)
    _compile(model, recipe, aim, compile_mode())
    facts = {
        "name": name,
        "recipe": recipe.to_dict(),
        "data": {"train": train.describe(), "validation": validation.describe()},
        "details": details or {},
    }
    if not aim.classes:  # a run on classes keeps the fingerprint, and so the checkpoints, that it always had
        facts["loss"] = loss
    folder = Path(run_dir) / f"{name}-{_digest(facts, model)}" if run_dir else None
    progress = _begin(model, folder)
    ending: dict[str, Any] = {"status": "finished", "reason": None, "judged": None}
    if _over(progress, recipe):
        print(f"{name}: already trained, read from {folder}", flush=True)
        _end(model, progress, ending, judge)
    else:
        display = TrainingDisplay(name, recipe, len(train), len(progress.epochs)) if show else None
        listening = [display, *callbacks] if show else callbacks
        several = None
        if len(devices) > 1:
            several = Replicas(
                model, devices, recipe.batch_size, lambda copies: _compile(copies, recipe, aim, xla=False)
            )
        loop = _Loop(model, several, aim, train, validation, recipe, listening, stop)
        with _noted(facts, ending, progress, folder, ledger):
            if not _train(loop, progress, display, folder):
                ending["status"] = "stopped"
            _end(model, progress, ending, judge)
    history = pd.DataFrame(progress.epochs, columns=aim.columns)
    seconds = float(history["seconds"].sum())
    return Run(
        name, recipe, model, history, progress.best, seconds, folder, ending["status"], ending["judged"]
    )


def _compile(model: keras.Model, recipe: Recipe, aim: Goal, xla: bool | str) -> None:
    """Make all that a step needs: TensorFlow traces one twice if the first creates what the metrics keep."""
    set_precision(model, recipe.precision)
    model.compile(make_optimizer(recipe), loss=aim.keras_loss, metrics=[aim.metric()], jit_compile=xla)
    model.optimizer.build(model.trainable_variables)
    example = aim.example(model.output_shape[-1])
    model.compute_loss(None, *example)
    model.compute_metrics(None, *example)
    model.reset_metrics()


def _digest(facts: dict[str, Any], model: keras.Model) -> str:
    """Short fingerprint of everything that makes two runs the same run."""
    shapes = [list(variable.shape) for variable in model.variables]
    text = json.dumps([facts, shapes], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _begin(model: keras.Model, folder: Path | None) -> Progress:
    """Where the run stands; a new one keeps its first weights, so that an interrupt loses nothing."""
    if folder is None:
        return Progress()
    file = folder / "checkpoint.h5"
    if file.exists():
        return checkpoint.load(file, model)
    checkpoint.save(file, model, Progress())
    return Progress()


def _over(progress: Progress, recipe: Recipe) -> bool:
    impatient = recipe.patience is not None and progress.stale() >= recipe.patience
    return impatient or len(progress.epochs) >= recipe.epochs


@dataclass(frozen=True)
class _Loop:
    """What one epoch of training needs."""

    model: keras.Model
    several: Replicas | None  # that train in the model's place
    aim: Goal
    train: Batches
    validation: Batches
    recipe: Recipe
    callbacks: Sequence[keras.callbacks.Callback]
    stop: Callable[[], bool] | None

    def tell(self, event: str, *about: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, event)(*about)

    def gather(self) -> None:
        """Let the model have what its replicas learned."""
        if self.several:
            self.several.give_back()


def _train(loop: _Loop, progress: Progress, display: TrainingDisplay | None, folder: Path | None) -> bool:
    """Epoch after epoch until the recipe is done, from wherever ``progress`` stands; False: stopped."""
    for callback in loop.callbacks:
        callback.set_model(loop.model)
    try:
        while not _over(progress, loop.recipe):
            record = _train_epoch(loop, len(progress.epochs))
            if record is None:
                return False
            progress.epochs.append(record)
            if loop.recipe.patience is not None and progress.best == record["epoch"]:
                progress.best_weights = loop.model.get_weights()
            if folder is not None:
                checkpoint.save(folder / "checkpoint.h5", loop.model, progress)
            if display is not None:
                display.epoch_ended(progress.epochs)
    finally:
        if display is not None:
            display.close()
    return True


def _train_epoch(loop: _Loop, epoch: int) -> dict[str, Any] | None:
    """Train epoch number ``epoch`` (from 0) and judge it; its record for the history, None when stopped."""
    started = time.perf_counter()
    loop.train.set_epoch(epoch)
    learning_rate = loop.recipe.learning_rate_at(epoch)
    learner = loop.several or loop.model
    learner.optimizer.learning_rate = learning_rate
    loop.tell("on_epoch_begin", epoch)
    means = Means(loop.aim.measure)
    for index, (images, labels) in enumerate(ahead(loop.train)):
        learner.reset_metrics()  # newer Keras does so itself
        means.add(learner.train_on_batch(images, labels, return_dict=True), len(labels))
        _check_finite(means["loss"], epoch, learning_rate)
        loop.tell("on_train_batch_end", index, dict(means))
        if loop.stop is not None and loop.stop():
            loop.gather()
            return None
    loop.gather()
    _check_hopeful(means["loss"], loop.aim.guessing(loop.model), epoch, learning_rate)
    validation = loop.aim.judge(loop.model, loop.validation)
    _check_finite(validation["loss"], epoch, learning_rate)
    record = {"epoch": epoch + 1, "learning_rate": learning_rate, **means}
    record |= {f"val_{name}": value for name, value in validation.items()}
    record["seconds"] = time.perf_counter() - started
    loop.tell("on_epoch_end", epoch, record)
    return record


def _check_finite(loss: float, epoch: int, learning_rate: float) -> None:
    if not math.isfinite(loss):
        raise Diverged(
            f"The loss is no longer a number in epoch {epoch + 1} (learning rate {learning_rate:g}): "
            "the steps are too large for this network, so lower the learning rate, tenfold to begin with."
        )


def _check_hopeful(loss: float, guessing: float | None, epoch: int, learning_rate: float) -> None:
    if guessing is not None and loss > _HOPELESS * guessing:
        raise Diverged(
            f"The training loss of epoch {epoch + 1} is {loss:.3g}, more than ten times that of guessing, "
            f"{guessing:.2f} (learning rate {learning_rate:g}): the steps are too large for this network, "
            "so lower the learning rate, tenfold to begin with."
        )


def _end(
    model: keras.Model,
    progress: Progress,
    ending: dict[str, Any],
    judge: Callable[[keras.Model], dict[str, Any]] | None,
) -> None:
    """Put the best weights back; judge them if the training has finished."""
    if progress.best_weights is not None:
        model.set_weights(progress.best_weights)
    if judge is not None and ending["status"] == "finished":
        ending["judged"] = judge(model)


@contextmanager
def _noted(
    facts: dict[str, Any],
    ending: dict[str, Any],
    progress: Progress,
    folder: Path | None,
    ledger: Path | None,
) -> Iterator[None]:
    """Append the run to the ledger, however it ends."""
    earlier = len(progress.epochs)
    started = time.perf_counter()
    try:
        yield
    except BaseException as fault:
        named = {KeyboardInterrupt: "interrupted", Diverged: "diverged"}
        ending |= {"status": named.get(type(fault), "failed"), "reason": str(fault) or None}
        raise
    finally:
        result = {
            "seconds": round(time.perf_counter() - started, 1),
            "epochs_before": earlier,
            "folder": folder,
        }
        _note(facts | ending | result, progress, ledger)


def _note(record: dict[str, Any], progress: Progress, ledger: Path | None) -> None:
    """Append to the ledger; a training is not given up for a ledger that cannot be written."""
    best = progress.epochs[progress.best - 1] if progress.epochs else None
    last = progress.epochs[-1] if progress.epochs else None
    about = {
        "seed": record["recipe"]["seed"],
        "versions": versions() | {"backend": keras.backend.backend()},
        "device": device_name(),
        "result": {"epochs": len(progress.epochs), "best": best, "last": last},
        "history": progress.epochs,
    }
    try:
        append(record | about, ledger)
    except DataError as error:
        warnings.warn(f"The training {record['name']} is not noted. {error}", stacklevel=2)
