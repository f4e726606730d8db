"""Start a network from what another has learned, and keep weights in a file.

Choices:
- all layers are taken over but the last, whose classes are the new data set's. In
  LeNet that leaves conv1 to fc4, in both AlexNets conv1 to fc7;
- frozen, only the new last layer learns: 340 of LeNet's 61,496 parameters, with
  four classes. A frozen batch normalisation uses its running averages and leaves
  them as they are; dropout goes on;
- the source is copied and stays as it is;
- a file of weights is Keras's own ``.weights.h5``, with a note of whose they are.
"""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from labkit.backend import keras, layers
from labkit.errors import LabkitError
from labkit.models.augmentation import without_augmentation
from labkit.whole_files import written_whole

SUFFIX = ".weights.h5"


def transfer(source: keras.Model, classes: int, *, frozen: bool, seed: int = 0) -> keras.Model:
    """A network with the source's weights and a new softmax over ``classes``, not compiled.

    Args:
        source: a network of :func:`labkit.models.build`, :func:`augmented` or not.
        classes: of the new task.
        frozen: train the new last layer only; otherwise everything.
        seed: of the new layer's first weights and of dropout; set for the whole process.

    Raises:
        LabkitError: if the source does not end in a dense layer.
    """
    source = without_augmentation(source)
    if not isinstance(source.layers[-1], layers.Dense):
        raise LabkitError(
            f"The network '{source.name}' does not end in a dense layer, so there is nothing to replace: "
            "start from one of labkit.models."
        )
    keras.utils.set_random_seed(seed)
    copy = keras.models.clone_model(source)
    copy.set_weights(source.get_weights())
    for layer in copy.layers:
        layer.trainable = not frozen
    head = layers.Dense(classes, activation="softmax", name="probabilities")
    return keras.Model(copy.input, head(copy.layers[-1].input), name=source.name)


def parameter_counts(model: keras.Model) -> pd.DataFrame:
    """One row a layer with weights, and one for all: parameters ``trained`` and ``held`` as they are.

    Running averages of batch normalisation count as held: no gradient moves them.
    """
    model = without_augmentation(model)
    rows = {layer.name: layer for layer in model.layers if layer.weights} | {"all": model}
    return pd.DataFrame(
        {
            name: {
                "trained": _count(layer.trainable_weights),
                "held": _count(layer.non_trainable_weights),
            }
            for name, layer in rows.items()
        }
    ).T.rename_axis("layer")


def _count(variables: list) -> int:
    return sum(int(np.prod(variable.shape)) for variable in variables)


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the network's weights, whole or not at all.

    Args:
        model: :func:`augmented` or not; the file is the same.
        path: ends in ``.weights.h5``; its folder is made.

    Raises:
        LabkitError: if the name ends otherwise, or the file cannot be written.
    """
    model, path = without_augmentation(model), Path(path)
    if not path.name.endswith(SUFFIX):
        raise LabkitError(f"A file of weights must end in {SUFFIX}, which {path.name} does not.")
    try:
        with written_whole(path) as part:
            model.save_weights(part)
            with h5py.File(part, "a") as file:
                file.attrs["network"] = _signature(model)
    except (OSError, RuntimeError) as fault:
        raise LabkitError(
            f"The weights cannot be written to {path} ({fault}): make room there or choose another folder."
        ) from fault


def load_weights(model: keras.Model, path: Path) -> None:
    """Put the weights of a file into ``model``, :func:`augmented` or not; after an error it has its own.

    Raises:
        LabkitError: if the file is missing or damaged, or holds another network's weights.
    """
    model, path = without_augmentation(model), Path(path)
    if not path.is_file():
        raise LabkitError(f"There is no file of weights {path}: train the network first, or name another.")
    before = model.get_weights()
    try:
        with h5py.File(path) as file:
            owner = file.attrs["network"]
        if owner == _signature(model):
            model.load_weights(path)
    except (OSError, ValueError, KeyError, RuntimeError) as fault:
        model.set_weights(before)  # Keras may have put some of the file's into it
        reason = str(fault).partition("\n")[0].strip('"')
        raise LabkitError(
            f"{path} is damaged, or no file of save_weights() ({reason}): "
            "save the weights again from the network they belong to."
        ) from fault
    if owner != _signature(model):
        raise LabkitError(
            f"{path} holds the weights of {owner}, not of {_signature(model)}: build that network, "
            "load them, and use transfer() where the classes differ."
        )


def _signature(model: keras.Model) -> str:
    """What tells one network's weights from another's: "lenet (28×28×3, 4 classes, 61,496 parameters)"."""
    size = "×".join(map(str, model.input_shape[1:]))
    return f"{model.name} ({size}, {model.output_shape[-1]} classes, {model.count_params():,} parameters)"
