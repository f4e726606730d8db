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
    """One network, as published."""

    name: str
    builder: str  # "module:function" inside labkit.models
    input_shape: tuple[int, int, int]  # published height, width, channels
    parameters: int  # trainable, at that input and the course's six classes
    parameters_1000: int  # the same with ImageNet's 1000 classes, to compare with what is known
    source: str
    arguments: dict[str, Any] = field(default_factory=dict)  # what tells this network from its relatives

    def build(
        self, input_shape: tuple[int, int, int] | None = None, classes: int = 6, **arguments
    ) -> "keras.Model":
        """The network, untrained; see :func:`build`."""
        module, function = self.builder.split(":")
        builder = getattr(import_module(f"labkit.models.{module}"), function)
        return builder(
            input_shape=input_shape or self.input_shape, classes=classes, **{**self.arguments, **arguments}
        )


_HE = "He et al. 2016, Deep residual learning"
_CARDS = (
    ModelCard(
        "alexnet",
        "alexnet:alexnet",
        (227, 227, 3),
        58_305_926,
        62_378_344,
        "Krizhevsky et al. 2012, one tower",
    ),
    ModelCard(
        "googlenet",
        "googlenet:googlenet",
        (224, 224, 3),
        5_979_702,
        6_998_552,
        "Szegedy et al. 2015, version 1",
    ),
    ModelCard(
        "resnet-4",
        "resnet:resnet",
        (224, 224, 3),
        4_908_870,
        5_418_792,
        f"{_HE}; 4 basic blocks",
        {"depth": 4},
    ),
    ModelCard(
        "resnet-8",
        "resnet:resnet",
        (224, 224, 3),
        11_179_590,
        11_689_512,
        f"{_HE}; 8 basic blocks",
        {"depth": 8},
    ),
    ModelCard(
        "resnet-10",
        "resnet:resnet",
        (224, 224, 3),
        12_655_686,
        13_165_608,
        f"{_HE}; 10 basic blocks",
        {"depth": 10},
    ),
    ModelCard("resnet-50", "resnet:resnet", (224, 224, 3), 23_520_326, 25_557_032, _HE, {"depth": 50}),
    ModelCard("resnet-101", "resnet:resnet", (224, 224, 3), 42_512_454, 44_549_160, _HE, {"depth": 101}),
)

MODELS: dict[str, ModelCard] = {card.name: card for card in _CARDS}


def build(
    name: str,
    input_shape: tuple[int, int, int] | None = None,
    classes: int = 6,
    *,
    seed: int = 0,
    **arguments,
) -> "keras.Model":
    """An untrained network of the course; its output is a softmax over ``classes``.

    Args:
        name: one of :data:`MODELS`.
        input_shape: (height, width, channels); the published one by default.
        classes: how many.
        seed: of the initial weights and of dropout. It is set for the whole process
            (Python, NumPy and the backend), as Keras has it.
        arguments: what the network's own function takes, such as ``groups=2`` for AlexNet.

    Raises:
        LabkitError: if the name is unknown or the input is too small for the network.
    """
    if name not in MODELS:
        raise LabkitError(f"There is no network '{name}': choose one of {', '.join(MODELS)}.")
    from labkit.backend import keras

    keras.utils.set_random_seed(seed)
    return MODELS[name].build(input_shape, classes, **arguments)


def table() -> pd.DataFrame:
    """One row a network: name, input, trainable parameters (six classes, then 1000), source."""
    return pd.DataFrame(
        {
            "name": card.name,
            "input": "×".join(map(str, card.input_shape)),
            "parameters": card.parameters,
            "parameters (1000 classes)": card.parameters_1000,
            "source": card.source,
        }
        for card in MODELS.values()
    )
