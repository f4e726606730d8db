"""The AlexNet that Keras tutorials copy from one another, and that the second paper most likely used.

Choices:
- what tells it from the true AlexNet: its fourth and fifth convolutions are 1×1,
  not 3×3, and batch normalisation after each convolution's ReLU takes the place of
  local response normalisation;
- 56,337,156 parameters at 227×227×3 with 4 classes, as Keras counts them: with the
  2,752 running means and variances of the five normalisations, which are not
  trained, and with none after the dense layers. The paper prints 56,377,156, one
  digit away;
- Keras's own momentum of 0.99 for those running averages: they need some hundred
  updates before validation can be trusted, which batches of 100 feel;
- ``width`` scales every layer but the last, so that a laptop can train it: a quarter
  as wide it has 1,239,748 parameters at 64×64, instead of 19,636,996.
"""

from labkit.backend import keras, layers
from labkit.models.blocks import Shape, check_input, scaled_widths

MINIMUM = 57  # pixels: one pixel is left after the last pooling


def alexnet_tutorial(
    input_shape: Shape = (227, 227, 3), classes: int = 4, *, width: float = 1.0
) -> keras.Model:
    """The tutorials' AlexNet from (batch, H, W, 3) float32 to (batch, classes) probabilities.

    Below 67 pixels the first convolution pads its input, so that something is
    left to pool.

    Args:
        width: each layer's channels as a share of the published ones; 0.25 is a quarter.

    Raises:
        LabkitError: if the input is smaller than 57×57 or the width is not above 0.
    """
    check_input("The tutorial AlexNet", input_shape, MINIMUM)
    c1, c2, c3, c4, c5, fc6, fc7 = scaled_widths((96, 256, 384, 384, 256, 4096, 4096), width)
    first_padding = "valid" if min(input_shape[:2]) >= 67 else "same"

    inputs = keras.Input(input_shape)
    x = _convolution(inputs, c1, 11, "conv1", strides=4, padding=first_padding)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    x = _convolution(x, c2, 5, "conv2")
    x = layers.MaxPooling2D(3, 2, name="pool2")(x)
    x = _convolution(x, c3, 3, "conv3")
    x = _convolution(x, c4, 1, "conv4")
    x = _convolution(x, c5, 1, "conv5")
    x = layers.MaxPooling2D(3, 2, name="pool5")(x)

    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(fc6, activation="relu", name="fc6")(x)
    x = layers.Dropout(0.5, name="drop6")(x)
    x = layers.Dense(fc7, activation="relu", name="fc7")(x)
    x = layers.Dropout(0.5, name="drop7")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="alexnet-tutorial")


def _convolution(x, filters: int, size: int, name: str, strides: int = 1, padding: str = "same"):
    """Convolution, ReLU, batch normalisation."""
    x = layers.Conv2D(filters, size, strides=strides, padding=padding, activation="relu", name=name)(x)
    return layers.BatchNormalization(name=f"{name}_norm")(x)
