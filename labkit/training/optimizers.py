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

    def __init__(self, *arguments, l2: float = 0.0, **settings):
        super().__init__(*arguments, **settings)
        self.l2 = l2

    def update_step(self, gradient, variable, learning_rate):
        if self.l2 and len(variable.shape) > 1:
            gradient = gradient + self.l2 * keras.ops.cast(variable, gradient.dtype)
        super().update_step(gradient, variable, learning_rate)

    def get_config(self) -> dict:
        return {**super().get_config(), "l2": self.l2}


# Registered, so that a trained network can be saved, loaded and cloned with its optimizer.
_registered = keras.saving.register_keras_serializable("labkit")


@_registered
class _SGD(_L2InGradient, keras.optimizers.SGD):
    pass


@_registered
class _RMSprop(_L2InGradient, keras.optimizers.RMSprop):
    pass


@_registered
class _Adam(_L2InGradient, keras.optimizers.Adam):
    pass


def make_optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimizer at its first learning rate; other settings are Keras's defaults."""
    settings = {"name": recipe.optimizer, "l2": recipe.l2}
    if recipe.optimizer == "sgd":
        return _SGD(recipe.learning_rate, momentum=recipe.momentum, **settings)
    kind = {"rmsprop": _RMSprop, "adam": _Adam}[recipe.optimizer]
    return kind(recipe.learning_rate, **settings)
