"""The frame-difference system's settings, in three sizes.

``paper`` keeps the paper's sizes and its Table 2. ``laptop`` feeds the same networks
faces of 64×64 and trains them with Adam, which gets somewhere in a few epochs;
``fast`` only checks that everything works.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from labkit.emotions import EMOTIONS
from labkit.papers.frame_difference import tables
from labkit.preprocessing.face_cache import FaceParameters
from labkit.synthetic import RavdessWorld
from labkit.training.recipe import Recipe

# The six emotions that RAVDESS songs show, in RAVDESS's order; a class number is a place in it.
CLASSES = EMOTIONS[:6]


def _as_published(network: str) -> Recipe:
    """A row of Table 2, with the momentum and the L2 of the tool the authors used (Recipe's defaults)."""
    row = tables.TABLE_2[network]
    return Recipe(
        optimizer="sgd",
        learning_rate=row.learning_rate,
        decay_factor=row.decay_factor,
        decay_every=row.decay_every,
        epochs=row.epochs,
        batch_size=row.batch_size,
    )


@dataclass(frozen=True)
class FrameDifferenceRecipe:
    """Everything that shapes the system; one a profile, in :data:`RECIPES`."""

    # the synthetic people that stand in where RAVDESS is absent
    world: RavdessWorld
    # size: the networks' input, 227 in the paper; alignment: one face followed through the clip, because
    # boxes found anew in each frame jitter, and subtraction makes the jitter the signal
    faces: FaceParameters
    # how each network is trained
    networks: Mapping[str, Recipe]
    gap: int = tables.GAP
    stride: int = tables.STRIDE
    # grey levels: our reading of the paper's "noise reduction", which it does not describe
    noise_floor: int = 3
    # people are split 6:2:2, not 8:1:1: a tenth of 24 people is too few to judge on
    subject_ratios: tuple[int, int, int] = (6, 2, 2)
    # trained again with whole people held out; the smaller profiles have time for the quickest learner
    held_out: tuple[str, ...] = ("resnet-4",)
    # a checkpoint an epoch, so that a training broken off goes on: for trainings of hours
    resumable: bool = False


RECIPES: dict[str, FrameDifferenceRecipe] = {
    # Without GoogLeNet: to trace its 57 convolutions takes longer than all the rest. A smaller last batch is
    # traced once more, so batches are such that there is none: 144 and 108 training images.
    "fast": FrameDifferenceRecipe(
        world=RavdessWorld(people=6, takes=1, seconds=0.8),
        faces=FaceParameters(size=64),
        networks={
            "alexnet": Recipe("adam", 3e-4, epochs=2, batch_size=36),
            "resnet-4": Recipe("adam", 1e-3, epochs=2, batch_size=36),
        },
    ),
    "laptop": FrameDifferenceRecipe(
        world=RavdessWorld(),
        faces=FaceParameters(size=64),
        networks={
            "alexnet": Recipe(
                "adam", 3e-4, decay_factor=0.7, decay_every=2, epochs=7, batch_size=64, patience=3
            ),
            "googlenet": Recipe("adam", 3e-4, epochs=1, batch_size=64),
            "resnet-4": Recipe(
                "adam", 1e-3, decay_factor=0.5, decay_every=1, epochs=4, batch_size=32, patience=3
            ),
        },
    ),
    "paper": FrameDifferenceRecipe(
        world=RavdessWorld(takes=8, seconds=4.6, size=(1280, 720)),
        faces=FaceParameters(size=227),
        networks={name: _as_published(name) for name in tables.TABLE_2},
        held_out=tuple(tables.TABLE_2),
        resumable=True,
    ),
}
