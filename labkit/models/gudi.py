"""The network that the third paper began with: Gudi's (2015) for 48×48 grey faces (paper section 4).

Choices:
- from the paper: convolution 5×5, local contrast normalisation, max pooling, then
  convolutions 5×5 and 4×4, a dense layer with dropout, a softmax; ReLU after each;
- it gives no widths. 64, 64 and 128 filters, 3072 dense units and pooling 3×3 with
  stride 2 are those of public networks of this form, dropout is ½;
- convolutions do not pad: the face fills the picture, and its edge is background;
- with one pooling the dense layer holds 77 of 77.3 million parameters. The authors
  want "one more max pooling layer to reduce the number of parameters": that is
  ``pools=2``, behind the second convolution, with 10.1 million;
- ``width`` scales every layer but the last, so that a laptop can train it.
"""

from labkit.backend import keras, layers
from labkit.errors import LabkitError
from labkit.models.blocks import FEATURES, Shape, check_input, scaled_widths
from labkit.models.local_contrast import LocalContrastNormalization

MINIMUM = {1: 21, 2: 31}  # pixels, by poolings: one is left after the last convolution


def gudi(
    input_shape: Shape = (48, 48, 1), classes: int = 7, *, pools: int = 1, width: float = 1.0
) -> keras.Model:
    """Gudi's network from (batch, H, W, C) float32 to (batch, classes) probabilities.

    Args:
        pools: max poolings; 1 as described, 2 as the paper's authors wanted it.
        width: each layer's channels as a share of the published ones; 0.25 is a quarter.

    Raises:
        LabkitError: if the input is smaller than 21×21 (31×31 with two poolings), the width is not
            above 0, or ``pools`` is neither 1 nor 2.
    """
    if pools not in MINIMUM:
        raise LabkitError(f"Gudi's network has one max pooling or two, not {pools}.")
    check_input("Gudi's network", input_shape, MINIMUM[pools])
    c1, c2, c3, dense = scaled_widths((64, 64, 128, 3072), width)

    inputs = keras.Input(input_shape)
    x = layers.Conv2D(c1, 5, activation="relu", name="conv1")(inputs)
    x = LocalContrastNormalization(name="contrast1")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    x = layers.Conv2D(c2, 5, activation="relu", name="conv2")(x)
    if pools == 2:
        x = layers.MaxPooling2D(3, 2, name="pool2")(x)
    x = layers.Conv2D(c3, 4, activation="relu", name="conv3")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(dense, activation="relu", name=FEATURES)(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="gudi")
