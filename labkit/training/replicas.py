"""One training on several devices: each has a copy of the network and takes its share of every batch.

Choices:
- the copies and the sum of their gradients are TensorFlow's ``MirroredStrategy``'s; of the backends
  it is the one that every installation of the course has. Keras's own ``DataParallel`` works on JAX alone;
- the training is the same as on one device, up to rounding: shares are equal, and batch normalisation
  takes its means over the whole batch. Only chance differs: dropout and augmentation treat the first
  item of each share alike, and so on;
- Keras's ``train_on_batch`` hands the whole batch to every device, so batches are cut here. A batch
  that cannot be cut equally, as the last of an epoch may be, is computed whole by each: the same step;
- the network itself stays on one device. Its copies take its state before the first batch and give it
  back after each epoch, so checkpoints, validation and answers know nothing of them;
- XLA is off: it cannot compile a step that waits for other devices.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.backend import keras, layers
from labkit.errors import TrainingError


class Replicas:
    """A compiled network's copies, trained as one.

    Args:
        model: compiled; its state is that of the copies when they start.
        devices: two or more of :func:`labkit.training.device.accelerators`.
        batch_size: of the training; a multiple of the devices.
        prepare: compiles a network as ``model`` was, without XLA.

    Raises:
        TrainingError: if the backend is not TensorFlow, the batches cannot be shared equally, or there
            are no such devices.
    """

    def __init__(
        self,
        model: keras.Model,
        devices: Sequence[str],
        batch_size: int,
        prepare: Callable[[keras.Model], None],
    ):
        check_devices(devices, batch_size)
        import tensorflow as tf

        self.model = model
        self._strategy = tf.distribute.MirroredStrategy([name.upper() for name in devices])
        with self._strategy.scope():
            self._copies = keras.models.clone_model(model, clone_function=_synchronised, recursive=True)
            prepare(self._copies)
        _assign(self._copies, model)

    @property
    def optimizer(self) -> keras.optimizers.Optimizer:
        return self._copies.optimizer

    def reset_metrics(self) -> None:
        self._copies.reset_metrics()

    def train_on_batch(self, items: np.ndarray, labels: np.ndarray, return_dict: bool) -> Any:
        """As Keras's, of the whole batch."""
        return self._copies.train_on_batch(self._cut(items), self._cut(labels), return_dict=return_dict)

    def give_back(self) -> None:
        """Let the network and its optimizer stand where the copies stand."""
        _assign(self.model, self._copies)

    def _cut(self, batch: np.ndarray) -> Any:
        import tensorflow as tf

        count = self._strategy.num_replicas_in_sync
        if len(batch) % count:
            return batch
        shares = np.split(batch, count)

        def share(context: Any) -> Any:
            with tf.device("CPU:0"):  # from there it goes to its device alone
                return tf.constant(shares[context.replica_id_in_sync_group])

        return self._strategy.experimental_distribute_values_from_function(share)


def check_devices(devices: Sequence[str], batch_size: int) -> None:
    """Raise a TrainingError if batches of this size cannot be shared among these devices."""
    if keras.backend.backend() != "tensorflow":
        raise TrainingError(
            f"Batches are shared among {len(devices)} devices with TensorFlow only, and the backend is "
            f"{keras.backend.backend()}: set KERAS_BACKEND=tensorflow, or train on one device."
        )
    missing = set(devices) - set(_present())
    if missing:
        raise TrainingError(
            f"There is no device {', '.join(sorted(missing))} here: choose among {', '.join(_present())}."
        )
    if batch_size % len(devices):
        raise TrainingError(
            f"A batch of {batch_size} cannot be shared equally by {len(devices)} devices: "
            f"choose a multiple of {len(devices)}."
        )


def _present() -> list[str]:
    return [*keras.distribution.list_devices("cpu"), *keras.distribution.list_devices("gpu")]


def _synchronised(layer: keras.layers.Layer) -> keras.layers.Layer:
    """A new layer of the same settings whose batch normalisation looks at the shares of all devices."""
    config = layer.get_config()
    if isinstance(layer, layers.BatchNormalization):
        config["synchronized"] = True
    return type(layer).from_config(config)


def _assign(to: keras.Model, of: keras.Model) -> None:
    """The variables of the network (dropout's random states too) and of its optimizer."""
    for there, here in ((to, of), (to.optimizer, of.optimizer)):
        for variable, source in zip(there.variables, here.variables, strict=True):
            variable.assign(keras.ops.convert_to_numpy(source.value))
