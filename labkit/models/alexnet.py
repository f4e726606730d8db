"""AlexNet (Krizhevsky, Sutskever and Hinton, 2012), the paper's best network.

Choices:
- the true network: 5 convolutions, max pooling 3/2, dense 4096-4096, dropout ½
  after both, local response normalisation after the first two convolutions;
- one tower by default, as it is trained on one GPU today (62,378,344 parameters
  with 1000 classes); ``groups=2`` is the original's two (60,965,224), in which
  convolutions 2, 4 and 5 see half of the channels each;
- no batch normalisation: the original has none;
- ``width`` scales every layer but the last, so that a laptop can train it;
- Glorot initialisation, Keras's and Matlab's default.
"""

from labkit.backend import keras, layers
from labkit.models.blocks import LocalResponseNormalization, Shape, check_input, scaled_widths

MINIMUM = 57  # pixels: one pixel is left after the last pooling


def alexnet(
    input_shape: Shape = (227, 227, 3), classes: int = 6, *, groups: int = 1, width: float = 1.0
) -> keras.Model:
    """AlexNet from (batch, H, W, 3) float32 to (batch, classes) probabilities.

    Below 67 pixels the first convolution pads its input, so that something is
    left to pool; from 67 on it does not, as the original.

    Args:
        groups: 2 for the original's two towers.
        width: each layer's channels as a share of the published ones; 0.25 is a quarter.

    Raises:
        LabkitError: if the input is smaller than 57×57 or the width is not above 0.
    """
    check_input("AlexNet", input_shape, MINIMUM)
    c1, c2, c3, c4, c5, fc6, fc7 = scaled_widths((96, 256, 384, 384, 256, 4096, 4096), width)
    first_padding = "valid" if min(input_shape[:2]) >= 67 else "same"

    inputs = keras.Input(input_shape)
    x = layers.Conv2D(c1, 11, strides=4, padding=first_padding, activation="relu", name="conv1")(inputs)
    x = LocalResponseNormalization(name="norm1")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    x = layers.Conv2D(c2, 5, padding="same", groups=groups, activation="relu", name="conv2")(x)
    x = LocalResponseNormalization(name="norm2")(x)
    x = layers.MaxPooling2D(3, 2, name="pool2")(x)
    x = layers.Conv2D(c3, 3, padding="same", activation="relu", name="conv3")(x)
    x = layers.Conv2D(c4, 3, padding="same", groups=groups, activation="relu", name="conv4")(x)
    x = layers.Conv2D(c5, 3, padding="same", groups=groups, activation="relu", name="conv5")(x)
    x = layers.MaxPooling2D(3, 2, name="pool5")(x)

    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(fc6, activation="relu", name="fc6")(x)
    x = layers.Dropout(0.5, name="drop6")(x)
    x = layers.Dense(fc7, activation="relu", name="fc7")(x)
    x = layers.Dropout(0.5, name="drop7")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="alexnet")
