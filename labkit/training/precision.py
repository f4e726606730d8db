"""What a network's layers compute in: single precision, or half with the weights in single.

Choices:
- half precision halves memory and traffic, and graphics cards multiply it several times
  faster; processors do not. The weights, and so what an optimizer adds to them, stay single;
- the last layer stays single, for a softmax and its logarithm need the digits;
- so do layers that are not Keras's own (augmentation, local contrast, edges): they compute
  with coordinates and squares, which half precision rounds too coarsely, and cost little;
- "mixed_float16" has few exponents, so small gradients would vanish: Keras multiplies the loss, by up to
  thousands, and divides again before the step. A step whose gradients overflowed is left out,
  and the factor halved. "mixed_bfloat16" has the exponents of single precision and needs none of this,
  but only newer cards (from NVIDIA's Ampere on) and TPUs compute it fast.
"""

from collections.abc import Iterator

from labkit.backend import keras


def set_precision(model: keras.Model, precision: str) -> None:
    """Let the layers of ``model`` compute in a precision from now on; its weights stay as they are.

    Compile the model after this, not before: what it was compiled to is another precision's.

    Args:
        precision: one of :data:`labkit.training.recipe.PRECISIONS`.
    """
    inner = [layer for layer in _layers(model) if not isinstance(layer, keras.layers.InputLayer)]
    for layer in inner:
        own = not type(layer).__module__.startswith("keras.")
        layer.dtype_policy = "float32" if own or layer is inner[-1] else precision
    model.dtype_policy = precision  # by which compile() knows whether the loss must be scaled


def _layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """All layers that compute, in order: those of networks within, and the cells of recurrent layers."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer
            if hasattr(layer, "cell"):
                yield layer.cell
