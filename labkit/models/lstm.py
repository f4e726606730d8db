"""Two LSTMs over a face's description, step by step (paper section 4): 128, 64, then a softmax.

Choices:
- 378,055 parameters with 512 features and 7 classes. A still is a sequence of one
  step: 1×512 becomes 1×128, then 64, as the paper's shapes say. Recurrence then has
  nothing to do;
- dropout ½ after each LSTM. The answer comes from the second one's state after the
  last step, which is flat already: the paper's "flatten" has nothing left to do;
- shorter sequences are padded behind their end and the padding is masked, so that it
  changes nothing. It is marked by −1 in every feature, which no face's description
  holds: a step of zeros, a flat picture, still counts;
- raw images instead of features are the same network with a feature a pixel.
"""

from labkit.backend import keras, layers
from labkit.errors import LabkitError

PADDING = -1.0  # in all features of a step: no step


def lstm(
    features: int = 512, classes: int = 7, *, steps: int | None = None, dropout: float = 0.5
) -> keras.Model:
    """From (batch, steps, features) float32 to (batch, classes) probabilities after the last step.

    Args:
        features: of each step: 512 of :func:`labkit.models.vgg.feature_extractor`, or S·S for raw S×S faces.
        steps: of every sequence, padding included; any number, by default.
        dropout: share of each LSTM's outputs that training leaves out.
    """
    inputs = keras.Input((steps, features))
    x = layers.Masking(PADDING, name="mask")(inputs)
    single = steps == 1  # then without a loop over steps: quicker to trace and to run
    x = layers.LSTM(128, return_sequences=True, unroll=single, name="lstm1")(x)
    x = layers.Dropout(dropout, name="dropout1")(x)
    x = layers.LSTM(64, unroll=single, name="lstm2")(x)
    x = layers.Dropout(dropout, name="dropout2")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="lstm")


def every_step(model: keras.Model) -> keras.Model:
    """What ``model`` would say after each step: (batch, T, features) to (batch, T, classes), for any T.

    The weights are shared. Each answer rests on the steps so far alone, as for one who watches;
    steps of padding repeat the last answer.

    Args:
        model: of :func:`lstm`.

    Raises:
        LabkitError: if the model is another network.
    """
    if "lstm2" not in (layer.name for layer in model.layers):
        raise LabkitError(f"The network '{model.name}' has no second LSTM: every_step() takes one of lstm().")
    # The LSTMs may be made for one step, and the second keeps only its last state; their cells, and so their
    # weights, serve for any number of steps, and for every state.
    inputs = keras.Input((None, model.input_shape[-1]))
    x = model.get_layer("mask")(inputs)
    for name in ("lstm1", "lstm2"):
        x = layers.RNN(model.get_layer(name).cell, return_sequences=True, name=name)(x)
    outputs = model.get_layer("probabilities")(x)
    return keras.Model(inputs, outputs, name=f"{model.name}-every-step")
