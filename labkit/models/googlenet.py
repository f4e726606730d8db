"""GoogLeNet, or Inception v1 (Szegedy et al., 2015).

Choices:
- version 1 as published: no batch normalisation, biases everywhere, local
  response normalisation twice, dropout 0.4 before the last layer;
- no auxiliary classifiers: they serve training on ImageNet and are not part of
  the network that answers;
- 57 convolutions: 3 in the stem and 6 in each of 9 inception blocks. The paper
  speaks of "over one hundred", which counts other layers too;
- 6,998,552 parameters with 1000 classes.
"""

from labkit.backend import keras, layers
from labkit.models.blocks import LocalResponseNormalization, Shape, check_input

MINIMUM = 32  # pixels: the network halves its input five times

# Table 1 of Szegedy et al.: 1×1 | 1×1 before 3×3, 3×3 | 1×1 before 5×5, 5×5 | 1×1 after pooling.
INCEPTIONS: dict[str, tuple[int, int, int, int, int, int]] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def googlenet(input_shape: Shape = (224, 224, 3), classes: int = 6) -> keras.Model:
    """GoogLeNet from (batch, H, W, 3) float32 to (batch, classes) probabilities.

    Raises:
        LabkitError: if the input is smaller than 32×32.
    """
    check_input("GoogLeNet", input_shape, MINIMUM)
    inputs = keras.Input(input_shape)
    x = _convolution(inputs, 64, 7, "conv1", strides=2)
    x = _halve(x, "pool1")
    x = LocalResponseNormalization(name="norm1")(x)
    x = _convolution(x, 64, 1, "conv2_reduce")
    x = _convolution(x, 192, 3, "conv2")
    x = LocalResponseNormalization(name="norm2")(x)
    x = _halve(x, "pool2")
    for name, filters in INCEPTIONS.items():
        x = inception(x, filters, f"inception_{name}")
        if name in ("3b", "4e"):
            x = _halve(x, f"pool{name[0]}")
    x = layers.GlobalAveragePooling2D(name="pool5")(x)
    x = layers.Dropout(0.4, name="dropout")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="googlenet")


def inception(x, filters: tuple[int, int, int, int, int, int], name: str):
    """Four views of ``x`` side by side: 1×1, 3×3, 5×5 and pooled; height and width stay.

    ``filters`` is one row of :data:`INCEPTIONS`; the output has
    filters[0] + filters[2] + filters[4] + filters[5] channels.
    """
    one, reduce_three, three, reduce_five, five, pooled = filters
    branch_one = _convolution(x, one, 1, f"{name}_1x1")
    branch_three = _convolution(x, reduce_three, 1, f"{name}_3x3_reduce")
    branch_three = _convolution(branch_three, three, 3, f"{name}_3x3")
    branch_five = _convolution(x, reduce_five, 1, f"{name}_5x5_reduce")
    branch_five = _convolution(branch_five, five, 5, f"{name}_5x5")
    branch_pool = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    branch_pool = _convolution(branch_pool, pooled, 1, f"{name}_pool_1x1")
    return layers.Concatenate(name=name)([branch_one, branch_three, branch_five, branch_pool])


def _convolution(x, filters: int, size: int, name: str, strides: int = 1):
    return layers.Conv2D(filters, size, strides=strides, padding="same", activation="relu", name=name)(x)


def _halve(x, name: str):
    return layers.MaxPooling2D(3, 2, padding="same", name=name)(x)
