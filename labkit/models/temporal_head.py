"""A clip's emotion from what a network found in its frames, in their order: one GRU, then a softmax.

Choices:
- the rival of averaging: it can tell a smile that comes from one that goes, and can weigh frames. With
  averages to beat and a few hundred clips to learn from, it is small: 64 units over 2048 features of
  ResNet-50 are 405,888 parameters, less than a fiftieth of the network's before it;
- it reads features, or the frames' probabilities themselves: whatever stands in the last axis;
- Keras's own GRU, ``reset_after``, with two biases a gate;
- dropout ½ before the last layer, in training only; nothing is masked, for every clip has all its frames.
"""

from labkit.backend import keras, layers


def temporal_head(
    features: int = 2048, classes: int = 7, *, steps: int = 16, units: int = 64, dropout: float = 0.5
) -> keras.Model:
    """From (batch, steps, features) float32 to (batch, classes) probabilities after the last step.

    Args:
        features: of each frame: as many as :func:`labkit.models.vgg.feature_extractor` gives, or the classes
            for probabilities.
        steps: frames of a clip.
        units: of the GRU.
        dropout: share of the GRU's outputs that training leaves out.
    """
    inputs = keras.Input((steps, features))
    x = layers.GRU(units, name="gru")(inputs)
    x = layers.Dropout(dropout, name="dropout")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="temporal-head")
