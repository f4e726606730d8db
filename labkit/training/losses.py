"""How wrong valence and arousal are: one minus the concordance of a batch (paper equations 2 and 3).

Choices:
- CCC = 2·cov / (var + var + (difference of the means)²), with population moments over the batch, a column
  each, and the mean of the columns;
- it is a property of a set, not of a sample: the mean over batches is not that of the whole set. So training
  moves along the batches' losses, as the paper does, but validation is judged on the whole set at once;
- a small number is added to the denominator, so that one sample, or equal labels met by equal answers, give
  a loss of one and a finite gradient. It takes less than a thousandth of the CCC while both deviations are
  above 0.023.
"""

from typing import Any

from labkit.backend import ops

EPSILON = 1e-6


def mean_ccc(true: Any, predicted: Any):
    """Mean over the columns of their CCC, a scalar tensor of the network's kind.

    Args:
        true: (n, columns) or (n,) floats without NaN.
        predicted: of the same shape.
    """
    true, predicted = ops.cast(true, "float32"), ops.cast(predicted, "float32")
    true_mean, predicted_mean = ops.mean(true, axis=0), ops.mean(predicted, axis=0)
    covariance = ops.mean((true - true_mean) * (predicted - predicted_mean), axis=0)
    spread = ops.var(true, axis=0) + ops.var(predicted, axis=0) + ops.square(true_mean - predicted_mean)
    return ops.mean(2 * covariance / (spread + EPSILON))


def ccc_loss(y_true: Any, y_pred: Any):
    """1 − the mean CCC of the batch's columns: 0 at best, 1 for any constant, 2 at worst; a Keras loss."""
    return 1 - mean_ccc(y_true, y_pred)
