"""The third paper's feature extractor: small filters, three rounds, after VGG (Simonyan and Zisserman, 2015).

Choices:
- the paper gives 3×3 filters with stride 1, 32, 64 and 128 of them in three rounds
  of "x2" or "x3", ReLU, 2×2 max pooling with stride 2, and 512 features. Which
  rounds are doubled is ours: 32-32, 64-64, 128-128-128, as VGG-16 begins;
- the features are a dense layer over the means of the picture's four quarters. So the same weights
  serve pictures of any size, and 48×48 costs as few parameters as 256×256, but brows and mouth are still
  told apart: with one mean of the whole picture, the network needs twice as many epochs to leave guessing;
- no normalisation layers: the paper found no gain in them. He's initialisation keeps
  the signal's size through seven layers of ReLU instead;
- dropout ½ between the features and the last layer, in training only; the extractor
  ends before it;
- ``width`` narrows the convolutions for a laptop; there are always as many features
  as asked for, so the network behind them stays the same.
"""

from labkit.backend import keras, layers
from labkit.errors import LabkitError
from labkit.models.augmentation import without_augmentation
from labkit.models.blocks import FEATURES, Shape, check_input, scaled_widths

MINIMUM = 16  # pixels: two are left after the third pooling

_ROUNDS = ((32, 32), (64, 64), (128, 128, 128))


def vgg(
    input_shape: Shape = (256, 256, 1), classes: int = 7, *, features: int = 512, width: float = 1.0
) -> keras.Model:
    """The extractor with a last layer to train it by: (batch, H, W, C) float32 to (batch, classes).

    Args:
        features: values that describe a face (paper section 4: 512).
        width: channels of each convolution as a share of the published ones; 0.5 is half.

    Raises:
        LabkitError: if the input is smaller than 16×16 or the width is not above 0.
    """
    check_input("The VGG extractor", input_shape, MINIMUM)
    inputs = x = keras.Input(input_shape)
    for number, filters in enumerate(_ROUNDS, start=1):
        for index, channels in enumerate(scaled_widths(filters, width), start=1):
            name = f"conv{number}_{index}"
            x = layers.Conv2D(
                channels, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name
            )(x)
        x = layers.MaxPooling2D(2, name=f"pool{number}")(x)
    quarter = [-(-side // 2) for side in x.shape[1:3]]
    x = layers.AveragePooling2D(quarter, padding="same", name="average")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(features, activation="relu", kernel_initializer="he_normal", name=FEATURES)(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    outputs = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="vgg")


def feature_extractor(model: keras.Model) -> keras.Model:
    """``model`` up to its layer "features": (batch, H, W, C) float32 to (batch, features).

    The two share their weights: what one learns, the other has. But for the affect network's, none is
    negative.

    Args:
        model: of :func:`vgg`, :func:`labkit.models.gudi.gudi`, :func:`labkit.models.affect_cnn.affect_cnn`
            or :func:`labkit.models.resnet.resnet`, with augmentation in front of it or not.

    Raises:
        LabkitError: if the model has no layer of that name.
    """
    model = without_augmentation(model)
    if FEATURES not in (layer.name for layer in model.layers):
        raise LabkitError(
            f"The network '{model.name}' has no layer named '{FEATURES}' to end at: "
            "take 'vgg', 'gudi', 'affect-cnn' or a ResNet."
        )
    return keras.Model(model.input, model.get_layer(FEATURES).output, name=f"{model.name}-features")
