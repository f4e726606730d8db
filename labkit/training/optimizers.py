"""Keras's optimizers with L2 regularisation in the gradient.

Keras offers a penalty in the loss, which blurs the curves with a term that is
not the cross-entropy, or weight decay, which bypasses the momentum and is then
some ten times weaker at the same number. Matlab and the early papers add
``l2`· w`` to the gradient itself; so do these.
"""

from labkit.backend import keras
from labkit.training.recipe import Recipe


class _L2InGradient:
    """Adds l2 · w to the gradient of every kernel; vectors (biases, norms) are left alone."""

    l2: float = 0.0

    def update_step(self, gradient, variable, learning_rate):
        if self.l2 and len(variable.shape) > 1:
            gradient = gradient + self.l2 * keras.ops.cast(variable, gradient.dtype)
        super().update_step(gradient, variable, learning_rate)


class _SGD(_L2InGradient, keras.optimizers.SGD):
    pass


class _RMSprop(_L2InGradient, keras.optimizers.RMSprop):
    pass


class _Adam(_L2InGradient, keras.optimizers.Adam):
    pass


def make_optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimizer at its first learning rate; other settings are Keras's defaults."""
    if recipe.optimizer == "sgd":
        optimizer = _SGD(recipe.learning_rate, momentum=recipe.momentum, name="sgd")
    else:
        kind = {"rmsprop": _RMSprop, "adam": _Adam}[recipe.optimizer]
        optimizer = kind(recipe.learning_rate, name=recipe.optimizer)
    optimizer.l2 = recipe.l2
    return optimizer
