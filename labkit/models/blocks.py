"""What more than one network is made of: local response normalisation, narrower layers, the input check.

Every network that tells classes apart ends in a softmax, so that ``predict`` gives
probabilities, which figures, widgets and report cards show as they are. Nothing
is lost: the logarithm of a probability is its logit up to a constant a sample,
so averaging log-probabilities over a clip's frames is averaging its logits.
"""

from collections.abc import Sequence

from labkit.backend import keras, ops
from labkit.errors import LabkitError

Shape = tuple[int, int, int]
FEATURES = "features"  # name of the layer whose output is the picture's description


@keras.saving.register_keras_serializable("labkit")
class LocalResponseNormalization(keras.layers.Layer):
    """a / (k + alpha/size · Σ a²)^¾, the sum over ``size`` neighbouring channels.

    Defaults are those of Matlab's cross-channel normalisation in its AlexNet and
    GoogLeNet (Krizhevsky et al. 2012, section 3.3, have k = 2). Input and output
    are (batch, height, width, channels).
    """

    def __init__(self, size: int = 5, k: float = 1.0, alpha: float = 1e-4, **kwargs):
        super().__init__(**kwargs)
        self.size, self.k, self.alpha = size, k, alpha

    def call(self, inputs):
        channels = inputs.shape[-1]
        # The window over channels as a 0/1 band matrix: one product, the same on every backend.
        position = ops.arange(channels)
        distance = ops.abs(position[:, None] - position[None, :])
        band = ops.cast(distance <= self.size // 2, inputs.dtype)
        energy = ops.matmul(ops.square(inputs), band)
        scale = self.k + (self.alpha / self.size) * energy
        # y^¾ as sqrt(y·sqrt(y)): several times faster than a general power.
        return inputs / ops.sqrt(scale * ops.sqrt(scale))

    def get_config(self) -> dict:
        return {**super().get_config(), "size": self.size, "k": self.k, "alpha": self.alpha}


def scaled_widths(published: Sequence[int], width: float) -> list[int]:
    """Channels of each layer of a network ``width`` times as wide, in multiples of 8 as the published ones.

    Raises:
        LabkitError: if the width is not above 0.
    """
    if not width > 0:
        raise LabkitError(f"A network cannot be {width} times as wide: choose a width above 0, such as 0.25.")
    return [8 * max(1, round(channels * width / 8)) for channels in published]


def check_input(network: str, input_shape: Shape, minimum: int) -> None:
    """Refuse an input that the network's strides would shrink to nothing.

    Raises:
        LabkitError: if height or width is below ``minimum`` pixels.
    """
    height, width, _ = input_shape
    if min(height, width) < minimum:
        raise LabkitError(
            f"{network} needs pictures of at least {minimum}×{minimum} pixels, not {height}×{width}: "
            "resize them or choose another network."
        )
