"""The fourth paper's extractor: three convolutions and quadrant pooling, after Khorrami (section IV.C).

Choices:
- from the paper: 96×96 grey, batch normalisation of the input, 64, 128 and 256 filters of 5×5 with ReLU, max
  pooling after the first two, quadrant pooling after the third, 300 units, dropout ½, then two numbers for
  valence and arousal, or a softmax over eight expressions;
- its text leaves open what the count of its code settles, 1,333,706 parameters: convolutions without biases,
  and four of the normalisation, of which training moves two and the others are the running mean and variance:
  4 + 25·(1·64 + 64·128 + 128·256) + (4·256 + 1)·300 + (300 + 1)·2;
- from the code too: the first convolution pads its input, the others do not; the 300 features have no ReLU;
  quadrants are averaged;
- the number of weights does not depend on the picture's size: 48×48 costs a sixth, with the same layers;
- ``width`` narrows the convolutions for a laptop; there are always as many features as asked for, so the
  recurrent network behind them stays the same.
"""

from labkit.backend import keras, layers, ops
from labkit.errors import LabkitError
from labkit.models.blocks import FEATURES, Shape, check_input, scaled_widths

MINIMUM = 32  # pixels: two are left to pool after the third convolution
HEADS = {"linear": "affect", "softmax": "probabilities"}  # the last layer's activation: its name


@keras.saving.register_keras_serializable("labkit")
class QuadrantPooling(keras.layers.Layer):
    """(batch, H, W, C) to (batch, 2, 2, C): the mean, or the maximum, of each quarter of the picture.

    An odd side's middle row or column belongs to both halves, so that a mirrored
    picture has mirrored quadrants (Coates, Ng and Lee 2011 have even sides).

    Args:
        mode: "average" or "max".

    Raises:
        LabkitError: if the mode is another, or height or width is below 2.
    """

    def __init__(self, mode: str = "average", **kwargs):
        super().__init__(**kwargs)
        if mode not in ("average", "max"):
            raise LabkitError(f"Quadrants can be pooled by 'average' or 'max', not '{mode}'.")
        self.mode = mode

    def build(self, input_shape) -> None:
        height, width = input_shape[1:3]
        if min(height, width) < 2:
            raise LabkitError(
                f"A map of {height}×{width} has no quadrants: give the network larger pictures."
            )
        super().build(input_shape)

    def call(self, inputs):
        _, height, width, _ = inputs.shape
        pool = ops.average_pool if self.mode == "average" else ops.max_pool
        # Windows of half a side, rounded up, half a side apart, rounded down: two a side, for every size.
        size, strides = (-(-height // 2), -(-width // 2)), (height // 2, width // 2)
        return pool(inputs, size, strides, padding="valid", data_format="channels_last")

    def get_config(self) -> dict:
        return {**super().get_config(), "mode": self.mode}


def affect_cnn(
    input_shape: Shape = (96, 96, 1),
    outputs: int = 2,
    *,
    head: str = "linear",
    features: int = 300,
    width: float = 1.0,
) -> keras.Model:
    """From (batch, H, W, C) float32 to (batch, outputs): values of any size, or probabilities.

    Args:
        outputs: 2 for valence and arousal, 1 for one of them, 8 for CK+'s expressions.
        head: "linear" for valence and arousal, "softmax" for expressions.
        features: values that describe a face, which :func:`labkit.models.vgg.feature_extractor` ends at.
        width: channels of each convolution as a share of the published ones; 0.5 is half.

    Raises:
        LabkitError: if the input is smaller than 32×32, the width is not above 0 or the head is unknown.
    """
    if head not in HEADS:
        raise LabkitError(f"The network's last layer is one of {', '.join(HEADS)}, not '{head}'.")
    check_input("The affect network", input_shape, MINIMUM)
    inputs = keras.Input(input_shape)
    x = layers.BatchNormalization(name="input_norm")(inputs)
    for number, channels in enumerate(scaled_widths((64, 128, 256), width), start=1):
        padding = "same" if number == 1 else "valid"
        x = layers.Conv2D(
            channels, 5, padding=padding, use_bias=False, activation="relu", name=f"conv{number}"
        )(x)
        if number < 3:
            x = layers.MaxPooling2D(2, name=f"pool{number}")(x)
    x = QuadrantPooling(name="quadrants")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(features, name=FEATURES)(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    answers = layers.Dense(outputs, activation=head, name=HEADS[head])(x)
    return keras.Model(inputs, answers, name="affect-cnn")
