"""The third system's settings, in three sizes.

``paper`` keeps the paper's sizes; where it is silent (epochs, batches, dropout) our decisions stand.
``laptop`` gives the same network faces of 48×48, FER2013's own size, and half of its channels; ``fast`` only
checks that everything works.
"""

from dataclasses import dataclass, replace

from labkit.papers.cnn_lstm import tables
from labkit.synthetic import CkPlusWorld, Fer2013World, JaffeWorld, RavdessWorld
from labkit.training.recipe import Recipe

CLASSES = tables.CLASSES


@dataclass(frozen=True)
class CnnLstmRecipe:
    """Everything that shapes the system; one a profile, in :data:`RECIPES`."""

    # the synthetic people that stand in where a data set is absent; those of RAVDESS are filmed for section 7
    fer2013: Fer2013World
    jaffe: JaffeWorld
    ckplus: CkPlusWorld
    ravdess: RavdessWorld
    # the extractor is trained on FER2013 ...
    extractor: Recipe
    # ... the LSTM on what it makes of JAFFE and CK+
    head: Recipe
    # pixels of a face's side; FER2013 has 48, the paper enlarges all to 256
    size: int = 48
    # channels of the extractor's convolutions, as a share of the paper's
    width: float = 1.0
    # frames of a CK+ sequence, evenly chosen, its first and last among them
    steps: int = 8
    # people are held out in so many turns ...
    folds: int = 5
    # ... of which so many are taken, all by default
    turns: int | None = None
    # clips of RAVDESS that are looked at, evenly chosen over people and emotions
    clips: int = 49


def _head(epochs: int) -> Recipe:
    return Recipe("adam", 1e-3, epochs=epochs, batch_size=32, l2=0.0)


def _film(**order) -> RavdessWorld:
    """Clips long enough for answers to jump about; the frames in between are never looked at."""
    return RavdessWorld(takes=1, voice="speech", fps=10, **order)


RECIPES: dict[str, CnnLstmRecipe] = {
    "fast": CnnLstmRecipe(
        fer2013=Fer2013World(people=12, images=160),
        jaffe=JaffeWorld(people=4),
        ckplus=CkPlusWorld(people=8, sequences=24),
        ravdess=_film(people=2, seconds=1.5),
        extractor=Recipe("adam", 1e-3, epochs=1, batch_size=32),
        head=replace(_head(2), batch_size=2),  # scikit-learn 1.6, Colab's, deals a turn three sequences
        width=0.25,
        steps=4,
        folds=3,
        turns=1,
        clips=4,
    ),
    "laptop": CnnLstmRecipe(
        fer2013=Fer2013World(),
        jaffe=JaffeWorld(),
        ckplus=CkPlusWorld(sequences=200),
        ravdess=_film(people=7, seconds=3.6),
        extractor=Recipe("adam", 1e-3, decay_factor=0.5, decay_every=4, epochs=10, batch_size=64),
        head=_head(35),
        width=0.5,
        folds=3,
    ),
    "paper": CnnLstmRecipe(
        fer2013=Fer2013World(people=499, images=30_000),
        jaffe=JaffeWorld(),
        ckplus=CkPlusWorld(people=123, sequences=593, size=(640, 490)),
        ravdess=RavdessWorld(takes=2, voice="speech", seconds=4.0, size=(1280, 720)),
        extractor=Recipe("adam", 1e-3, decay_factor=0.5, decay_every=8, epochs=40, batch_size=64, patience=8),
        head=_head(100),
        size=tables.INPUT_SIZE,
        steps=16,
        clips=10_000,
    ),
}
