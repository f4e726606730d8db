"""Small random changes as a Keras layer in front of a network: mirror, turn, shift, zoom, brightness.

Choices:
- the paper augments "through the Keras function" and names no ranges. These are
  ours, mild, because faces are upright and centred already;
- mirror, turn, shift and zoom are one affine map an image, so each picture is
  resampled once. Five of Keras's layers in a row cost about three times as much;
- inputs are scaled to unit deviation a channel, so brightness is added in
  deviations and nothing is clipped;
- what a shift uncovers repeats the border;
- nothing happens at inference, and there are no weights: the network's count of
  parameters stays.
"""

import math

import numpy as np

from labkit.backend import keras, ops

ROTATION = 10.0  # degrees, to either side
SHIFT = 0.05  # of height and of width, to either side
ZOOM = 0.1  # smaller or larger by at most a tenth
BRIGHTNESS = 0.3  # deviations, lighter or darker


@keras.saving.register_keras_serializable("labkit")
class FaceVariation(keras.layers.Layer):
    """(batch, H, W, C) scaled floats, each image changed in its own way; as they are when not training."""

    def __init__(self, seed: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)
        # TensorFlow's affine map cannot be compiled by XLA, and Keras must know.
        self.supports_jit = keras.backend.backend() != "tensorflow"

    def call(self, inputs, training: bool | None = None):
        if not training:
            return inputs
        _, height, width, _ = inputs.shape
        draws = keras.random.uniform((ops.shape(inputs)[0], 6), -1, 1, seed=self.generator)
        mirror, turn, zoom, right, down, light = (draws[:, index] for index in range(6))

        # Where output pixel (x, y) is read: (a·x + b·y + c, d·x + e·y + f), about the centre.
        mirror = ops.where(mirror < 0, -1.0, 1.0)
        angle = math.radians(ROTATION) * turn
        scale = 1 + ZOOM * zoom
        a, b = mirror * scale * ops.cos(angle), -scale * ops.sin(angle)
        d, e = mirror * scale * ops.sin(angle), scale * ops.cos(angle)
        x, y = (width - 1) / 2, (height - 1) / 2
        c = x + SHIFT * width * right - a * x - b * y
        f = y + SHIFT * height * down - d * x - e * y
        none = ops.zeros_like(a)
        maps = ops.stack([a, b, c, d, e, f, none, none], axis=1)

        moved = ops.image.affine_transform(inputs, maps, interpolation="bilinear", fill_mode="nearest")
        return moved + BRIGHTNESS * light[:, None, None, None]

    def get_config(self) -> dict:
        return {**super().get_config(), "seed": self.seed}


def augmented(network: keras.Model, seed: int = 0) -> keras.Model:
    """``network`` with :class:`FaceVariation` in front of it; the two share their weights.

    Train what comes back: ``network`` itself is trained with it and answers without it.

    Args:
        network: of (batch, H, W, C) scaled floats (see :class:`labkit.training.data.Scaling`).
        seed: of the changes.
    """
    inputs = keras.Input(network.input_shape[1:])
    outputs = network(FaceVariation(seed, name="variation")(inputs))
    return keras.Model(inputs, outputs, name=network.name)


def without_augmentation(model: keras.Model) -> keras.Model:
    """The network inside :func:`augmented`; any other model as it is."""
    return model.layers[2] if isinstance(model.layers[1], FaceVariation) else model


def variants(image: np.ndarray, count: int, *, seed: int = 0) -> np.ndarray:
    """What training may see of one picture: (H, W, 3) uint8 to (count, H, W, 3) uint8."""
    deviation = np.float32(max(image.std(), 1.0))
    same = np.repeat(image[None] / deviation, count, axis=0)
    changed = ops.convert_to_numpy(FaceVariation(seed)(same, training=True))
    return np.clip(np.round(changed * deviation), 0, 255).astype(np.uint8)
