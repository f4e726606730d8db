"""The fifth system's settings, in three sizes.

``paper`` is the paper's ResNet-50 at 224×224, in half precision, with checkpoints; where the paper is silent
(optimizer, epochs, batches) our decisions stand. ``laptop`` trains the first system's ResNet-4, half as
wide, on faces of 48×48; ``fast`` only checks that everything works.
"""

from dataclasses import dataclass

from labkit.papers.resnet_folds import tables
from labkit.synthetic import DfewWorld
from labkit.training.recipe import Recipe


@dataclass(frozen=True)
class FoldsRecipe:
    """Everything that shapes the system; one a profile, in :data:`RECIPES`."""

    # the synthetic people that stand in where DFEW is absent
    world: DfewWorld
    # a key of labkit.models.MODELS, and how it is trained
    network: str
    training: Recipe
    # the small network that reads the sixteen answers of a clip in their order
    head: Recipe
    # channels of the network, as a share of the published ones
    width: float = 1.0
    # pixels of an aligned face's side
    size: int = tables.INPUT_SIZE
    # frames of each clip that an epoch shows, drawn anew
    each: int = tables.FRAMES
    folds: int = tables.FOLDS
    # of the other folds, for validation: cut from training, since five folds leave little to give away
    validation: float = 0.125
    # so many turns are taken, all by default ...
    turns: int | None = None
    # ... and so many of the changed systems (as lit, with edges), compared on the same clips
    compared: int = tables.FOLDS
    # a checkpoint an epoch and a file a fold, so that what was broken off goes on: for trainings of hours
    resumable: bool = False

    @property
    def network_name(self) -> str:
        """With its width, where that is not the published one."""
        return self.network if self.width == 1 else f"{self.network} ×{self.width:g}"


RECIPES: dict[str, FoldsRecipe] = {
    "fast": FoldsRecipe(
        world=DfewWorld(people=9, clips=60, seconds=1.0),
        network="resnet-4",
        training=Recipe("adam", 1e-3, epochs=1, batch_size=16),
        head=Recipe("adam", 1e-2, epochs=1, batch_size=8),
        width=0.25,
        size=32,
        each=2,
        folds=3,
        turns=2,
        compared=1,
    ),
    "laptop": FoldsRecipe(
        world=DfewWorld(),
        network="resnet-4",
        training=Recipe("adam", 1e-3, decay_factor=0.5, decay_every=3, epochs=8, batch_size=32),
        head=Recipe("adam", 3e-3, epochs=20, batch_size=32, l2=0.0, patience=5),
        size=48,
        width=0.5,
        each=4,
        compared=2,
    ),
    "paper": FoldsRecipe(
        world=DfewWorld(),
        network="resnet-50",
        training=Recipe(
            "sgd",
            1e-2,
            decay_factor=0.1,
            decay_every=20,
            epochs=50,
            batch_size=64,
            patience=10,
            precision="mixed_float16",
        ),
        head=Recipe("adam", 1e-3, epochs=100, batch_size=64, l2=0.0, patience=10),
        resumable=True,
    ),
}
