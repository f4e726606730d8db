"""The course's networks by name.

A card names the function that builds its network instead of holding it, so that
listing the networks does not import Keras; tests compare each card's parameter
count with the network that is built.
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pandas as pd

from labkit.errors import LabkitError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class ModelCard:
    """One network, as published: its input, and its parameters at that input."""

    name: str
    builder: str  # "module:function" inside labkit.models
    input_shape: tuple[int, int, int]  # published height, width, channels
    classes: int  # as many as its paper of the course tells apart
    trainable: int  # parameters that training moves, with that many classes
    features: int  # what the last layer sees: each class more costs features + 1 parameters
    source: str
    statistics: int = 0  # running means and variances of batch normalisation: counted by Keras, not trained
    arguments: dict[str, Any] = field(default_factory=dict)  # what tells this network from its relatives
    ending: str = "classes"  # what its function calls the number of values at the end

    def trainable_with(self, classes: int) -> int:
        """Trainable parameters at the published input with another number of classes."""
        return self.trainable + (classes - self.classes) * (self.features + 1)

    def parameters_with(self, classes: int) -> int:
        """All that Keras counts: trainable parameters and statistics."""
        return self.trainable_with(classes) + self.statistics

    def build(
        self, input_shape: tuple[int, int, int] | None = None, classes: int | None = None, **arguments
    ) -> "keras.Model":
        """The network, untrained; see :func:`build`."""
        module, function = self.builder.split(":")
        builder = getattr(import_module(f"labkit.models.{module}"), function)
        return builder(
            input_shape=input_shape or self.input_shape,
            **{self.ending: classes or self.classes, **self.arguments, **arguments},
        )


_COLOUR = (224, 224, 3)
_HE = "He et al. 2016, Deep residual learning"
_CARDS = (
    ModelCard(
        name="lenet",
        builder="lenet:lenet",
        input_shape=(28, 28, 3),
        classes=4,
        trainable=61_496,
        features=84,
        source="LeCun et al. 1998, LeNet-5, in colour",
    ),
    ModelCard(
        name="alexnet",
        builder="alexnet:alexnet",
        input_shape=(227, 227, 3),
        classes=6,
        trainable=58_305_926,
        features=4096,
        source="Krizhevsky et al. 2012, one tower",
    ),
    ModelCard(
        name="alexnet-tutorial",
        builder="alexnet_tutorial:alexnet_tutorial",
        input_shape=(227, 227, 3),
        classes=4,
        trainable=56_334_404,
        features=4096,
        source="Keras tutorials, after Krizhevsky et al. 2012",
        statistics=2_752,
    ),
    ModelCard(
        name="googlenet",
        builder="googlenet:googlenet",
        input_shape=_COLOUR,
        classes=6,
        trainable=5_979_702,
        features=1024,
        source="Szegedy et al. 2015, version 1",
    ),
    ModelCard(
        name="resnet-4",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=4_908_870,
        features=512,
        source=f"{_HE}; 4 basic blocks",
        statistics=5_760,
        arguments={"depth": 4},
    ),
    ModelCard(
        name="resnet-8",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=11_179_590,
        features=512,
        source=f"{_HE}; 8 basic blocks",
        statistics=9_600,
        arguments={"depth": 8},
    ),
    ModelCard(
        name="resnet-10",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=12_655_686,
        features=512,
        source=f"{_HE}; 10 basic blocks",
        statistics=11_136,
        arguments={"depth": 10},
    ),
    ModelCard(
        name="resnet-20",
        builder="resnet:resnet",
        input_shape=(32, 32, 3),
        classes=6,
        trainable=272_214,
        features=64,
        source=f"{_HE}, section 4.2",
        statistics=1_568,
        arguments={"depth": 20},
    ),
    ModelCard(
        name="resnet-34",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=21_287_750,
        features=512,
        source=_HE,
        statistics=17_024,
        arguments={"depth": 34},
    ),
    ModelCard(
        name="resnet-50",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=23_520_326,
        features=2048,
        source=_HE,
        statistics=53_120,
        arguments={"depth": 50},
    ),
    ModelCard(
        name="resnet-101",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=42_512_454,
        features=2048,
        source=_HE,
        statistics=105_344,
        arguments={"depth": 101},
    ),
    ModelCard(
        name="resnet-152",
        builder="resnet:resnet",
        input_shape=_COLOUR,
        classes=6,
        trainable=58_156_102,
        features=2048,
        source=_HE,
        statistics=151_424,
        arguments={"depth": 152},
    ),
    ModelCard(
        name="vgg",
        builder="vgg:vgg",
        input_shape=(256, 256, 1),
        classes=7,
        trainable=700_263,
        features=512,
        source="Wu and Pan, after Simonyan and Zisserman 2015",
    ),
    ModelCard(
        name="gudi",
        builder="gudi:gudi",
        input_shape=(48, 48, 1),
        classes=7,
        trainable=77_330_247,
        features=3072,
        source="Wu and Pan, after Gudi 2015",
    ),
    ModelCard(
        name="affect-cnn",
        builder="affect_cnn:affect_cnn",
        input_shape=(96, 96, 1),
        classes=2,
        trainable=1_333_704,
        features=300,
        source="Rangulov and Fahim, after Khorrami 2017; two values",
        statistics=2,
        ending="outputs",
    ),
)

MODELS: dict[str, ModelCard] = {card.name: card for card in _CARDS}


def build(
    name: str,
    input_shape: tuple[int, int, int] | None = None,
    classes: int | None = None,
    *,
    seed: int = 0,
    **arguments,
) -> "keras.Model":
    """An untrained network of the course; its output is a softmax over ``classes``.

    "affect-cnn" alone gives ``classes`` values of any size instead, if not built with ``head="softmax"``.

    Args:
        name: one of :data:`MODELS`.
        input_shape: (height, width, channels); the published one by default.
        classes: how many; as many as the network's paper has by default.
        seed: of the initial weights and of dropout. It is set for the whole process
            (Python, NumPy and the backend), as Keras has it.
        arguments: what the network's own function takes, such as ``width=0.25`` for AlexNet.

    Raises:
        LabkitError: if the name is unknown or the input is too small for the network.
    """
    if name not in MODELS:
        raise LabkitError(f"There is no network '{name}': choose one of {', '.join(MODELS)}.")
    from labkit.backend import keras

    keras.utils.set_random_seed(seed)
    return MODELS[name].build(input_shape, classes, **arguments)


def table(classes: int | None = None) -> pd.DataFrame:
    """One row a network: name, input, classes, parameters (as Keras counts them), those trained, source.

    Args:
        classes: for all networks; each one's own number by default.
    """
    return pd.DataFrame(
        {
            "name": card.name,
            "input": "×".join(map(str, card.input_shape)),
            "classes": classes or card.classes,
            "parameters": card.parameters_with(classes or card.classes),
            "trainable": card.trainable_with(classes or card.classes),
            "source": card.source,
        }
        for card in MODELS.values()
    )
