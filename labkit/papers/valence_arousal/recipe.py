"""The fourth system's settings, in three sizes.

``paper`` keeps the paper's sizes; where it is silent (how long to wait before stopping) our decisions
stand. ``laptop`` gives the same network faces of 48×48 and a quarter of its channels, and the recurrent
networks every third window; ``fast`` only checks that everything works.
"""

from dataclasses import dataclass

from labkit.papers.valence_arousal import tables
from labkit.synthetic import AffWild2World, CkPlusWorld, JaffeWorld
from labkit.training.recipe import Recipe


@dataclass(frozen=True)
class AffectRecipe:
    """Everything that shapes the system; one a profile, in :data:`RECIPES`."""

    # the synthetic people that stand in where a data set is absent
    affwild2: AffWild2World
    ckplus: CkPlusWorld
    jaffe: JaffeWorld
    # how the CNN is trained on single frames, the recurrent networks on windows, the CNN on named emotions
    cnn: Recipe
    rnn: Recipe
    words: Recipe
    # pixels of a face's side
    size: int = tables.INPUT_SIZE
    # channels of the CNN's convolutions, as a share of the paper's
    width: float = 1.0
    # frames from one that the CNN learns from to the next
    every: int = 1
    # frames from one window to the next that a recurrent network learns from
    window_step: int = 1
    # frames of a window
    window: int = tables.WINDOW
    # share of the training videos that are kept apart to stop on
    dev: float = 0.2
    # the recurrent networks of Table III
    kinds: tuple[str, ...] = ("simple", "gru-1", "gru-3")


def _sgd(rate: float, epochs: int, batch_size: int, patience: int | None, l2: float) -> Recipe:
    return Recipe(
        "sgd", rate, epochs=epochs, batch_size=batch_size, momentum=tables.MOMENTUM, l2=l2, patience=patience
    )


_L2 = tables.WEIGHT_DECAY
_RATE = tables.LEARNING_RATE

RECIPES: dict[str, AffectRecipe] = {
    "fast": AffectRecipe(
        affwild2=AffWild2World(people=8, seconds=7.0),
        ckplus=CkPlusWorld(people=8, sequences=30),
        jaffe=JaffeWorld(people=2),
        cnn=_sgd(_RATE, 1, 8, None, _L2),
        rnn=_sgd(_RATE, 1, 8, None, _L2),
        words=_sgd(_RATE, 1, 8, None, _L2),
        size=32,
        width=0.125,
        every=1,
        window_step=5,
        window=10,
        dev=0.4,
        kinds=("simple", "gru-1"),
    ),
    "laptop": AffectRecipe(
        affwild2=AffWild2World(),
        ckplus=CkPlusWorld(),
        jaffe=JaffeWorld(),
        cnn=_sgd(_RATE, 14, tables.BATCH_CNN, None, _L2),
        rnn=_sgd(_RATE, 10, 64, 5, _L2),
        words=_sgd(_RATE, 60, 32, 20, _L2),
        size=48,
        width=0.25,
        window_step=3,
        window=50,  # at the stand-in's 12 frames a second four seconds; 100 of Aff-Wild2's are three or four
    ),
    "paper": AffectRecipe(
        affwild2=AffWild2World(),
        ckplus=CkPlusWorld(people=tables.CKPLUS_PEOPLE, sequences=593),
        jaffe=JaffeWorld(),
        cnn=_sgd(_RATE, tables.EPOCHS, tables.BATCH_CNN, 10, _L2),
        rnn=_sgd(_RATE, tables.EPOCHS, tables.BATCH_RNN, 10, _L2),
        words=_sgd(_RATE, tables.EPOCHS, tables.BATCH_CNN, 20, _L2),
    ),
}
