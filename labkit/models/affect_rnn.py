"""Valence and arousal of the next frame from the features of the last hundred (paper section IV.D).

Choices:
- a SimpleRNN of 100 units, one GRU of 100, or GRUs of 100, 100 and 50, then a dense layer of two without
  activation: 40,302, 120,802 and 204,102 parameters, as the paper's code counts them;
- those counts are of Keras's own GRU, ``reset_after``, with two biases a gate: 3·(300·100 + 100·100 + 2·100).
  The GRU of Cho et al. (2014), with one, has 300 fewer;
- nothing is masked: a window is made of a hundred frames that are all there;
- no dropout: the paper names none here.
"""

from labkit.backend import keras, layers
from labkit.errors import LabkitError

# kind: (layer, units of each)
KINDS = {
    "simple": (layers.SimpleRNN, (100,)),
    "gru-1": (layers.GRU, (100,)),
    "gru-3": (layers.GRU, (100, 100, 50)),
}


def affect_rnn(
    kind: str = "gru-3", features: int = 300, outputs: int = 2, *, length: int | None = 100
) -> keras.Model:
    """From (batch, length, features) float32 to (batch, outputs) values of any size, after the last step.

    Args:
        kind: "simple", "gru-1" or "gru-3".
        features: of each step: 300 of :func:`labkit.models.affect_cnn.affect_cnn`.
        outputs: 2 for valence and arousal.
        length: steps of every window; None for any number.

    Raises:
        LabkitError: if the kind is unknown.
    """
    if kind not in KINDS:
        raise LabkitError(f"There is no recurrent network '{kind}': choose one of {', '.join(KINDS)}.")
    layer, units = KINDS[kind]
    inputs = x = keras.Input((length, features))
    for number, count in enumerate(units, start=1):
        x = layer(count, return_sequences=number < len(units), name=f"rnn{number}")(x)
    outputs = layers.Dense(outputs, name="affect")(x)
    return keras.Model(inputs, outputs, name=f"affect-{kind}")
