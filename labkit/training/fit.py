"""Fit a network by a recipe: seen while it runs, resumable, and kept in the ledger.

Choices:
- the loop over epochs is ours and each epoch is one ``model.fit``: schedule,
  checkpoint, early stopping and display are then plain statements in one place;
- TensorFlow on a CPU compiles without XLA, with which it would train up to five
  times slower; on a GPU XLA is on;
- with patience, the weights of the epoch of lowest validation loss are put back
  at the end; without, the last ones stay, as the papers have it.
"""

import hashlib
import json
import math
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from labkit.backend import keras
from labkit.errors import DataError, TrainingError
from labkit.training import checkpoint
from labkit.training.checkpoint import Progress
from labkit.training.data import ArrayBatches
from labkit.training.device import compile_mode, device_name
from labkit.training.display import TrainingDisplay
from labkit.training.ledger import append, versions
from labkit.training.optimizers import make_optimizer
from labkit.training.recipe import Recipe


@dataclass(frozen=True)
class Run:
    """A finished training."""

    name: str
    recipe: Recipe
    model: keras.Model
    history: pd.DataFrame  # epoch (from 1), learning_rate, loss, accuracy, val_loss, val_accuracy, seconds
    best_epoch: int  # of lowest validation loss
    seconds: float  # of all epochs, also of those before an interrupt
    folder: Path | None  # where the checkpoint is


def fit(
    model: keras.Model,
    train: ArrayBatches,
    validation: ArrayBatches,
    recipe: Recipe,
    *,
    name: str,
    run_dir: Path | None = None,
    ledger: Path | None = None,
    details: dict[str, Any] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Run:
    """Train ``model`` (softmax output) on integer labels by cross-entropy.

    Args:
        model: untrained, or holding the weights to start from.
        train: shuffled by the recipe's seed (see :class:`ArrayBatches`).
        validation: judged after each epoch; never trained on.
        recipe: how.
        name: of the run, for display and ledger.
        run_dir: folder of checkpoints, one subfolder a run. A run with the same
            name, recipe, network, data and details goes on after its last whole epoch,
            with the same history as if it had not been broken off; a finished one
            is read back. None: no checkpoints.
        ledger: file in which the run is noted; the results folder's ledger by default.
        details: what else tells this run from others (profile, split policy, the weights
            it starts from …); JSON values.
        callbacks: more Keras callbacks.

    Raises:
        TrainingError: if the loss is no longer a number, or the checkpoint cannot be written or used.
        KeyboardInterrupt: handed on after the ledger has been told.
    """
    model.compile(
        make_optimizer(recipe),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=compile_mode(),
    )
    facts = {
        "name": name,
        "recipe": recipe.to_dict(),
        "data": {"train": train.describe(), "validation": validation.describe()},
        "details": details or {},
    }
    folder = Path(run_dir) / f"{name}-{_digest(facts, model)}" if run_dir else None
    progress = _begin(model, folder)
    if _over(progress, recipe):
        print(f"{name}: already trained, read from {folder}", flush=True)
    else:
        with _noted(facts, progress, folder, ledger):
            _train(model, train, validation, recipe, progress, name, folder, callbacks)
    if progress.best_weights is not None:
        model.set_weights(progress.best_weights)
    history = pd.DataFrame(progress.epochs)
    return Run(name, recipe, model, history, progress.best, float(history["seconds"].sum()), folder)


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
    model.optimizer.build(model.trainable_variables)
    checkpoint.save(file, model, Progress())
    return Progress()


def _over(progress: Progress, recipe: Recipe) -> bool:
    impatient = recipe.patience is not None and progress.stale() >= recipe.patience
    return impatient or len(progress.epochs) >= recipe.epochs


def _train(
    model: keras.Model,
    train: ArrayBatches,
    validation: ArrayBatches,
    recipe: Recipe,
    progress: Progress,
    name: str,
    folder: Path | None,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Epoch after epoch until the recipe is done, from wherever ``progress`` stands."""
    display = TrainingDisplay(name, recipe, len(train), len(progress.epochs))
    try:
        while not _over(progress, recipe):
            record = _train_epoch(
                model, train, validation, recipe, len(progress.epochs), [display, *callbacks]
            )
            progress.epochs.append(record)
            if recipe.patience is not None and progress.best == record["epoch"]:
                progress.best_weights = model.get_weights()
            if folder is not None:
                checkpoint.save(folder / "checkpoint.h5", model, progress)
            display.epoch_ended(progress.epochs)
    finally:
        display.close()


def _train_epoch(
    model: keras.Model,
    train: ArrayBatches,
    validation: ArrayBatches,
    recipe: Recipe,
    epoch: int,
    callbacks: Sequence[keras.callbacks.Callback],
) -> dict[str, Any]:
    """Train epoch number ``epoch`` (from 0) and judge it; its record for the history."""
    started = time.perf_counter()
    train.set_epoch(epoch)
    learning_rate = recipe.learning_rate_at(epoch)
    model.optimizer.learning_rate = learning_rate
    logs = model.fit(
        train,
        validation_data=validation,
        shuffle=False,  # the order is the batches' own; Keras would draw another from a hidden global state
        verbose=0,
        callbacks=[*callbacks, keras.callbacks.TerminateOnNaN()],
    ).history
    record = {"epoch": epoch + 1, "learning_rate": learning_rate}
    record |= {key: float(logs[key][0]) for key in ("loss", "accuracy", "val_loss", "val_accuracy")}
    if not (math.isfinite(record["loss"]) and math.isfinite(record["val_loss"])):
        raise _Diverged(
            f"The loss is no longer a number in epoch {epoch + 1} (learning rate {learning_rate:g}): "
            "the steps are too large for this network, so lower the learning rate, tenfold to begin with."
        )
    return record | {"seconds": time.perf_counter() - started}


class _Diverged(TrainingError):
    """The loss became infinite or not a number."""


@contextmanager
def _noted(
    facts: dict[str, Any], progress: Progress, folder: Path | None, ledger: Path | None
) -> Iterator[None]:
    """Append the run to the ledger, however it ends."""
    earlier = len(progress.epochs)
    started = time.perf_counter()
    status, reason = "finished", None
    try:
        yield
    except BaseException as fault:
        status = {KeyboardInterrupt: "interrupted", _Diverged: "diverged"}.get(type(fault), "failed")
        reason = str(fault) or None
        raise
    finally:
        result = {
            "status": status,
            "reason": reason,
            "seconds": round(time.perf_counter() - started, 1),
            "epochs_before": earlier,
            "folder": folder,
        }
        _note(facts | result, progress, ledger)


def _note(record: dict[str, Any], progress: Progress, ledger: Path | None) -> None:
    """Append to the ledger; a training is not given up for a ledger that cannot be written."""
    best = progress.epochs[progress.best - 1] if progress.epochs else None
    last = progress.epochs[-1] if progress.epochs else None
    about = {
        "seed": record["recipe"]["seed"],
        "versions": versions() | {"backend": keras.backend.backend()},
        "device": device_name(),
        "result": {"epochs": len(progress.epochs), "best": best, "last": last},
    }
    try:
        append(record | about, ledger)
    except DataError as error:
        warnings.warn(f"The training {record['name']} is not noted. {error}", stacklevel=2)
