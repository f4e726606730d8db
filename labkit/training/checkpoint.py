"""What a training needs to go on after it was broken off, in one HDF5 file.

Weights, the state of dropout's random numbers, the optimizer's state, the history
so far and the best weights belong together, so they are written whole or not at all.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from labkit.backend import keras
from labkit.errors import TrainingError
from labkit.whole_files import written_whole


@dataclass
class Progress:
    """How far a training is."""

    epochs: list[dict[str, Any]] = field(default_factory=list)  # one record a finished epoch
    best_weights: list[np.ndarray] | None = None  # kept where the recipe has patience

    @property
    def best(self) -> int | None:
        """The epoch (from 1) of lowest validation loss; None before the first."""
        if not self.epochs:
            return None
        return min(self.epochs, key=lambda record: record["val_loss"])["epoch"]

    def stale(self) -> int:
        """Epochs since the best one."""
        return len(self.epochs) - (self.best or 0)


def save(path: Path, model: keras.Model, progress: Progress) -> None:
    """Write the checkpoint whole or not at all.

    Raises:
        TrainingError: if it cannot be written, a full disk for instance; an older one stays.
    """
    try:
        with written_whole(path) as part:
            _write(part, model, progress)
    except (OSError, RuntimeError) as fault:
        raise TrainingError(
            f"The training's checkpoint {path} cannot be written ({fault}): "
            "make room on the disk, or train without run_dir."
        ) from fault


def load(path: Path, model: keras.Model) -> Progress:
    """Put the checkpoint's state into a compiled ``model`` and its optimizer, which has been built.

    Raises:
        TrainingError: if the file is damaged or is another network's.
    """
    try:
        with h5py.File(path) as file:
            _assign(model.variables, _read(file, "model"))
            _assign(model.optimizer.variables, _read(file, "optimizer"))
            return Progress(json.loads(file.attrs["epochs"]), _read(file, "best") or None)
    except (OSError, KeyError, ValueError) as fault:
        raise TrainingError(
            f"The checkpoint {path} cannot be used ({fault}): delete it to train from the beginning."
        ) from fault


def _arrays(variables: list) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(variable.value) for variable in variables]


def _write(path: Path, model: keras.Model, progress: Progress) -> None:
    parts = {
        "model": _arrays(model.variables),
        "optimizer": _arrays(model.optimizer.variables),
        "best": progress.best_weights or [],
    }
    with h5py.File(path, "w") as file:
        file.attrs["epochs"] = json.dumps(progress.epochs)
        for name, arrays in parts.items():
            group = file.create_group(name)
            for index, array in enumerate(arrays):
                group[str(index)] = array


def _read(file: h5py.File, name: str) -> list[np.ndarray]:
    group = file[name]
    return [group[str(index)][()] for index in range(len(group))]


def _assign(variables: list, arrays: list[np.ndarray]) -> None:
    if [tuple(variable.shape) for variable in variables] != [array.shape for array in arrays]:
        raise ValueError("it holds weights of other shapes")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
