"""A network as a row of slabs: as tall as its feature maps, as wide as it has channels.

Only the main path is drawn (convolutions, recurrent and dense layers in order), which is
all of AlexNet, and the spine of GoogLeNet and ResNet. What has no height and width, a
dense layer or the steps of a sequence, is as tall as the logarithm of its values a step.
"""

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

if TYPE_CHECKING:
    import keras

_FACE, _SIDE, _TOP = "#f6e6c8", "#e3c98d", "#fbf3e2"
_DENSE = "#f3d9d4"


def network_figure(model: "keras.Model") -> Figure:
    """Slabs for the input, the convolutions, the recurrent and the dense layers, in order."""
    slabs = _slabs(model)
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.axis("off")
    left = 0.0
    for label, shape in slabs:
        left = _draw_slab(axes, left, label, shape, tallest=slabs[0][1][0])
    axes.set(xlim=(-1, left), ylim=(-6.5, 6.8))
    axes.set_title(f"{model.name}: {model.count_params():,} parameters", fontsize=12)
    return figure


def _slabs(model: "keras.Model") -> list[tuple[str, tuple[int | None, ...]]]:
    """(label, shape without the batch) of what is drawn; equal neighbours become one slab, counted."""
    shapes = [("input", tuple(model.input_shape[1:]))]
    for layer in model.layers:
        shape = tuple(layer.output.shape[1:])
        match type(layer).__name__:
            case "Conv2D":
                rows, columns = layer.kernel_size
                shapes.append((f"conv {rows}×{columns}", shape))
            case "Dense":
                shapes.append(("dense", shape))
            case "LSTM" | "GRU" | "SimpleRNN" as kind:
                shapes.append((kind, shape))
    slabs = []
    for (kind, shape), equal in groupby(shapes):
        count = len(list(equal))
        slabs.append((kind if count == 1 else f"{count} × {kind}", shape))
    return slabs


def _draw_slab(axes, left: float, label: str, shape: tuple[int | None, ...], tallest: int) -> float:
    """Draw one slab whose left edge is at ``left``; return where the next one starts."""
    if len(shape) < 3:
        half, width, colour = 0.6 + np.log2(shape[-1]) / 3, 0.35, _DENSE
        text = " × ".join("steps" if values is None else f"{values}" for values in shape)
    else:
        half, width, colour = 5.0 * max(0.08, shape[0] / tallest), 0.12 * np.log2(shape[-1] + 1) ** 1.4, _FACE
        text = f"{shape[0]}×{shape[1]}\n×{shape[-1]}"
    depth = 0.35 * half
    x0, x1, y0, y1 = left, left + width, -half, half * 0.6
    axes.add_patch(Polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], facecolor=colour, edgecolor="#555555"))
    axes.add_patch(
        Polygon(
            [(x0, y1), (x1, y1), (x1 + depth, y1 + depth), (x0 + depth, y1 + depth)],
            facecolor=_TOP,
            edgecolor="#555555",
        )
    )
    axes.add_patch(
        Polygon(
            [(x1, y0), (x1 + depth, y0 + depth), (x1 + depth, y1 + depth), (x1, y1)],
            facecolor=_SIDE,
            edgecolor="#555555",
        )
    )
    axes.text((x0 + x1) / 2, y0 - 0.25, f"{label}\n{text}", ha="center", va="top", fontsize=8.5)
    return x1 + max(depth, 0.9) + 0.5
