"""Local contrast normalisation as a layer (Jarrett, Kavukcuoglu, Ranzato and LeCun, 2009).

Choices:
- weights are Gaussian around the pixel and the same for every channel: the mean and
  the deviation are over all channels, as published;
- at the border the weights within the picture add up to 1, so a flat picture is 0
  up to its edge. Zeros around it would draw a frame;
- a weighted mean is two products of matrices, over rows and over columns: fast, and
  the same on every backend;
- nothing is learned. :func:`labkit.preprocessing.normalization.local_contrast` is the
  same for one channel, outside a network.
"""

import numpy as np

from labkit.backend import keras, ops

_TINY = 1e-8  # added to a variance, so that the root of a flat patch has a gradient


@keras.saving.register_keras_serializable("labkit")
class LocalContrastNormalization(keras.layers.Layer):
    """Each value less its local mean, by the local deviation, or by that one's mean where it is smaller.

    Input and output are (batch, height, width, channels).

    Args:
        deviation: of the Gaussian weights, in pixels; 2 is about a window of 9×9.
    """

    def __init__(self, deviation: float = 2.0, **kwargs):
        super().__init__(**kwargs)
        self.deviation = deviation

    def build(self, input_shape):
        _, height, width, _ = input_shape
        self.rows = _weights(height, self.deviation)
        self.columns = _weights(width, self.deviation).T

    def call(self, inputs):
        rest = inputs - self._local_mean(inputs)
        deviation = ops.sqrt(self._local_mean(ops.square(rest)) + _TINY)
        usual = ops.mean(deviation, axis=(1, 2, 3), keepdims=True)
        return rest / ops.maximum(deviation, usual)

    def _local_mean(self, images):
        """(b, H, W, C) to (b, H, W, 1): the weighted mean around each pixel, over all channels."""
        over_channels = ops.mean(images, axis=-1)
        means = ops.matmul(ops.matmul(self.rows, over_channels), self.columns)
        return ops.expand_dims(means, -1)

    def get_config(self) -> dict:
        return {**super().get_config(), "deviation": self.deviation}


def _weights(side: int, deviation: float) -> np.ndarray:
    """(side, side) float32: row i holds what each pixel of a line counts in the mean at i."""
    places = np.arange(side)
    bells = np.exp(-0.5 * np.square((places[:, None] - places) / deviation))
    return (bells / bells.sum(axis=1, keepdims=True)).astype(np.float32)
