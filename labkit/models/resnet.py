"""Residual networks (He et al., 2016), shallow ones under the paper's own names too.

Choices:
- the paper's ResNet-4 "has 12 convolution layers": a stem, 4 basic blocks of two
  convolutions and 3 projections make 12, so its small n counts *blocks*. By the
  same reading ResNet-8 is 2-2-2-2 (elsewhere called ResNet-18) and ResNet-10 is
  2-3-3-2, the extra blocks in the middle as in He et al.'s ResNet-34;
- 50 and 101 count weighted layers, as everywhere; the paper prints 51 for 50;
- bottlenecks carry their stride in the 3×3 convolution, as today's reference
  implementations do (25,557,032 and 44,549,160 trainable parameters with 1000
  classes); the first version had it in the 1×1, with the same counts;
- no biases before batch normalisation, He initialisation, projection shortcuts
  where the shape changes, the residual sum first and then ReLU ("version 1").
"""

from labkit.backend import keras, layers
from labkit.errors import LabkitError
from labkit.models.blocks import Shape, check_input

MINIMUM = 32  # pixels: the network halves its input five times
WIDTHS = (64, 128, 256, 512)  # filters of the 3×3 convolutions in the four stages

# depth: (kind of block, blocks in each of the four stages)
STAGES: dict[int, tuple[str, tuple[int, int, int, int]]] = {
    4: ("basic", (1, 1, 1, 1)),
    8: ("basic", (2, 2, 2, 2)),
    10: ("basic", (2, 3, 3, 2)),
    50: ("bottleneck", (3, 4, 6, 3)),
    101: ("bottleneck", (3, 4, 23, 3)),
}


def resnet(depth: int, input_shape: Shape = (224, 224, 3), classes: int = 6) -> keras.Model:
    """ResNet-``depth`` from (batch, H, W, 3) float32 to (batch, classes) probabilities.

    Raises:
        LabkitError: if the depth is not in :data:`STAGES` or the input is smaller than 32×32.
    """
    if depth not in STAGES:
        raise LabkitError(f"There is no ResNet-{depth} here: choose one of {', '.join(map(str, STAGES))}.")
    check_input(f"ResNet-{depth}", input_shape, MINIMUM)
    kind, stages = STAGES[depth]
    block = basic_block if kind == "basic" else bottleneck_block

    inputs = keras.Input(input_shape)
    x = _convolution(inputs, 64, 7, "stem", strides=2)
    x = layers.ReLU(name="stem_relu")(x)
    x = layers.MaxPooling2D(3, 2, padding="same", name="stem_pool")(x)
    for stage, (width, blocks) in enumerate(zip(WIDTHS, stages, strict=True), start=1):
        for index in range(blocks):
            strides = 2 if stage > 1 and index == 0 else 1
            x = block(x, width, f"stage{stage}_block{index + 1}", strides)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name=f"resnet-{depth}")


def basic_block(x, width: int, name: str, strides: int = 1):
    """Two 3×3 convolutions and the shortcut: (H, W, c) to (H/strides, W/strides, width)."""
    y = _convolution(x, width, 3, f"{name}_a", strides)
    y = layers.ReLU(name=f"{name}_a_relu")(y)
    y = _convolution(y, width, 3, f"{name}_b")
    return _add_shortcut(x, y, name, strides)


def bottleneck_block(x, width: int, name: str, strides: int = 1):
    """1×1, 3×3, 1×1 and the shortcut: (H, W, c) to (H/strides, W/strides, 4·width)."""
    y = _convolution(x, width, 1, f"{name}_a")
    y = layers.ReLU(name=f"{name}_a_relu")(y)
    y = _convolution(y, width, 3, f"{name}_b", strides)
    y = layers.ReLU(name=f"{name}_b_relu")(y)
    y = _convolution(y, 4 * width, 1, f"{name}_c")
    return _add_shortcut(x, y, name, strides)


def _add_shortcut(x, y, name: str, strides: int):
    if x.shape[-1] != y.shape[-1] or strides != 1:
        x = _convolution(x, y.shape[-1], 1, f"{name}_projection", strides)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


def _convolution(x, filters: int, size: int, name: str, strides: int = 1):
    """Convolution and batch normalisation, no activation."""
    x = layers.Conv2D(
        filters,
        size,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )(x)
    # Momentum 0.9, not Keras's 0.99: a short training would otherwise be judged by stale averages.
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
