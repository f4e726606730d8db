"""Residual networks (He et al., 2016), shallow ones under the first paper's own names too.

Choices:
- the first paper's ResNet-4 "has 12 convolution layers": a stem, 4 basic blocks of two
  convolutions and 3 projections make 12, so its small n counts *blocks*. By the
  same reading ResNet-8 is 2-2-2-2 (elsewhere called ResNet-18) and ResNet-10 is
  2-3-3-2, the extra blocks in the middle as in He et al.'s ResNet-34;
- from 20 on the number counts weighted layers, as everywhere; the first paper prints 51 for 50;
- ResNet-20 is He et al.'s own for pictures of 32×32 (their section 4.2): a 3×3 stem of 16
  filters that shrinks nothing, and three stages of 16, 32 and 64. Theirs widens a
  shortcut by zeros; ours projects it as all the others do, for 2,752 parameters more;
- bottlenecks carry their stride in the 3×3 convolution, as today's reference
  implementations do (25,557,032, 44,549,160 and 60,192,808 trainable parameters with 1000
  classes); the first version had it in the 1×1, with the same counts;
- no biases before batch normalisation, He initialisation, projection shortcuts
  where the shape changes, the residual sum first and then ReLU ("version 1");
- the layer "features" holds the picture's description, the means of the last maps, for
  :func:`labkit.models.vgg.feature_extractor`. Logits need no network of their own:
  the logarithms of the probabilities are the logits up to a constant a picture;
- ``edges=True`` is our reading of the Sobel branch (Shen, Xu and Zhuang, 2021): the size of the picture's
  gradient passes a stem convolution and a normalisation of its own, and is added to the picture's before
  the first ReLU. It costs one input channel's filters, 3,264 trainable parameters in ResNet-50; the rest
  of the network is the plain one's, so that the two can be compared;
- ``width`` narrows every layer but the last, so that a laptop can train it.
"""

from dataclasses import dataclass
from typing import Literal

from labkit.backend import keras, layers
from labkit.errors import LabkitError
from labkit.models.blocks import FEATURES, Shape, check_input, scaled_widths
from labkit.models.sobel import SobelEdges

WIDTHS = (64, 128, 256, 512)  # filters of the 3×3 convolutions in the four stages


@dataclass(frozen=True)
class Plan:
    """What one depth is made of."""

    block: Literal["basic", "bottleneck"]
    blocks: tuple[int, ...]  # in each stage
    widths: tuple[int, ...] = WIDTHS  # filters of the 3×3 convolutions in each stage
    small: bool = False  # for small pictures: the stem is 3×3, keeps their size, and nothing is pooled
    minimum: int = 32  # pixels: the network halves its input five times


PLANS: dict[int, Plan] = {
    4: Plan("basic", (1, 1, 1, 1)),
    8: Plan("basic", (2, 2, 2, 2)),
    10: Plan("basic", (2, 3, 3, 2)),
    20: Plan("basic", (3, 3, 3), widths=(16, 32, 64), small=True, minimum=4),
    34: Plan("basic", (3, 4, 6, 3)),
    50: Plan("bottleneck", (3, 4, 6, 3)),
    101: Plan("bottleneck", (3, 4, 23, 3)),
    152: Plan("bottleneck", (3, 8, 36, 3)),
}


def resnet(
    depth: int,
    input_shape: Shape = (224, 224, 3),
    classes: int = 6,
    *,
    edges: bool = False,
    width: float = 1.0,
) -> keras.Model:
    """ResNet-``depth`` from (batch, H, W, C) float32 to (batch, classes) probabilities.

    Args:
        depth: one of :data:`PLANS`.
        edges: with the branch that sees the picture's edges alone.
        width: each layer's channels as a share of the published ones; 0.25 is a quarter.

    Raises:
        LabkitError: if the depth is not in :data:`PLANS`, the input is smaller than 32×32
            (4×4 for ResNet-20) or the width is not above 0.
    """
    if depth not in PLANS:
        raise LabkitError(f"There is no ResNet-{depth} here: choose one of {', '.join(map(str, PLANS))}.")
    plan = PLANS[depth]
    check_input(f"ResNet-{depth}", input_shape, plan.minimum)
    block = basic_block if plan.block == "basic" else bottleneck_block
    widths = scaled_widths(plan.widths, width)

    inputs = keras.Input(input_shape)
    kernel, strides = (3, 1) if plan.small else (7, 2)
    x = _convolution(inputs, widths[0], kernel, "stem", strides)
    if edges:
        found = _convolution(SobelEdges(name="sobel")(inputs), widths[0], kernel, "edges", strides)
        x = layers.Add(name="stem_add")([x, found])
    x = layers.ReLU(name="stem_relu")(x)
    if not plan.small:
        x = layers.MaxPooling2D(3, 2, padding="same", name="stem_pool")(x)
    for stage, (filters, blocks) in enumerate(zip(widths, plan.blocks, strict=True), start=1):
        for index in range(blocks):
            strides = 2 if stage > 1 and index == 0 else 1
            x = block(x, filters, f"stage{stage}_block{index + 1}", strides)
    x = layers.GlobalAveragePooling2D(name=FEATURES)(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name=f"resnet-{depth}{'-edges' if edges else ''}")


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
