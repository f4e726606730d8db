"""LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998) for colour faces: the second paper's small network.

Choices:
- 61,496 parameters at 28×28×3 with 4 classes, the number the paper prints: the
  first convolution pads (as for 28×28 digits), the second does not;
- tanh and average pooling, as the original has them; every map of the second
  convolution sees all six below it, where the original connects only some;
- a softmax at the end, where the original has distances to drawn digits;
- no dropout, no normalisation: the original has none.
"""

from labkit.backend import keras, layers
from labkit.models.blocks import Shape, check_input

MINIMUM = 12  # pixels: one pixel is left after the second pooling


def lenet(input_shape: Shape = (28, 28, 3), classes: int = 4) -> keras.Model:
    """LeNet from (batch, H, W, 3) float32 to (batch, classes) probabilities.

    Raises:
        LabkitError: if the input is smaller than 12×12.
    """
    check_input("LeNet", input_shape, MINIMUM)
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(6, 5, padding="same", activation="tanh", name="conv1")(inputs)
    x = layers.AveragePooling2D(2, name="pool1")(x)
    x = layers.Conv2D(16, 5, activation="tanh", name="conv2")(x)
    x = layers.AveragePooling2D(2, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(120, activation="tanh", name="fc3")(x)
    x = layers.Dense(84, activation="tanh", name="fc4")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="lenet")
