"""The optimizer study's settings, in three sizes.

``paper`` keeps the paper's sizes; where it is silent (epochs, which frames) our decisions
stand. ``laptop`` trains LeNet as the paper did, with fewer epochs, and AlexNet at an
eighth of its width, on faces of 64×64 and without augmentation, with which it would
learn too slowly; ``fast`` only checks that everything works.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from labkit.papers.optimizers_batch_size import tables
from labkit.synthetic import IsedWorld, RavdessWorld
from labkit.training.experiment import Settings

CLASSES = tables.CLASSES


@dataclass(frozen=True)
class Grid:
    """One network's share of the study: every optimizer with every batch size."""

    network: str  # as labkit.models names it
    epochs: int  # the paper does not say how many
    seeds: int = 1  # trainings of each cell; with several, the spread is seen
    optimizers: tuple[str, ...] = tables.OPTIMIZERS
    batch_sizes: tuple[int, ...] = tables.BATCH_SIZES
    width: float = 1.0  # of every layer; below 1 to fit a laptop
    augmentation: bool = True  # as in the paper

    def settings(self, seed: int = 0, policy: str = "random") -> list[Settings]:
        """Every cell of the grid, ``seeds`` times."""
        return [
            self.cell(optimizer, batch_size, seed + again, policy=policy)
            for again in range(self.seeds)
            for optimizer in self.optimizers
            for batch_size in self.batch_sizes
        ]

    def cell(self, optimizer: str, batch_size: int, seed: int, *, policy: str = "random") -> Settings:
        """One training of the grid."""
        return Settings(
            network=self.network,
            width=self.width,
            optimizer=optimizer,
            learning_rate=tables.LEARNING_RATE,
            batch_size=batch_size,
            epochs=self.epochs,
            augmentation=self.augmentation,
            policy=policy,
            seed=seed,
        )


@dataclass(frozen=True)
class TransferPlan:
    """What is learned on RAVDESS (or its synthetic stand-in) before ISED is met."""

    world: RavdessWorld
    epochs: int  # on the source
    people: tuple[int, ...]  # of ISED, to learn from: a few, and many
    updates: int  # on ISED, whatever the number of faces: at least one epoch
    seeds: int = 1
    augmentation: bool = False  # short trainings have no time for it


@dataclass(frozen=True)
class OptimizersRecipe:
    """Everything that shapes the system; one a profile, in :data:`RECIPES`."""

    # the synthetic people that stand in where ISED is absent
    world: IsedWorld
    # each network's share of the study; the first is LeNet
    grids: tuple[Grid, ...]
    transfer: TransferPlan
    # pixels of the aligned faces' side; a network gets its own input size, but no enlarged faces
    face_size: int = 64
    # every fifth frame of a clip: our decision
    every: int = 5
    # seconds from its clip's peak within which a face gets the clip's emotion: our decision
    within: float = 0.7
    # faces an emotion for training, validation and test
    quotas: Mapping[str, tuple[int, int, int]] = field(default_factory=lambda: dict(tables.TABLE_2))
    # people are dealt 5:2:3; as Table II deals faces, eight test people would be too few to judge on
    subject_ratios: tuple[int, int, int] = (5, 2, 3)
    # LeNet's optimizers whose batch sizes are compared at equal updates
    matched: tuple[str, ...] = tables.OPTIMIZERS
    # whether batch 100 is also trained for as many updates as batch 10 has in the whole grid
    long: bool = False
    # processes of a sweep: one a core (on a GPU one in all), but one where their start would cost more
    workers: int | None = None

    @property
    def lenet(self) -> Grid:
        return self.grids[0]

    @property
    def alexnet(self) -> Grid:
        return self.grids[1]


# About a tenth of Table II. Where only the working is checked, tracing takes the time, and a smaller last
# batch is traced once more: 100 faces to train on give whole batches of 10 and of 100.
_A_TENTH = {"disgust": (14, 10, 10), "happy": (48, 34, 12), "sad": (29, 21, 10), "surprised": (10, 7, 5)}

RECIPES: dict[str, OptimizersRecipe] = {
    "fast": OptimizersRecipe(
        world=IsedWorld(people=10, clips=40),
        grids=(
            Grid("lenet", epochs=1, optimizers=("rmsprop", "adam"), augmentation=False),
            Grid(
                "alexnet-tutorial",
                epochs=1,
                optimizers=("sgd",),
                batch_sizes=(10,),
                width=0.125,
                augmentation=False,
            ),
        ),
        transfer=TransferPlan(
            RavdessWorld(people=3, takes=1, seconds=0.8, voice="speech"), epochs=2, people=(3,), updates=20
        ),
        quotas=_A_TENTH,
        matched=("adam",),
        workers=1,
    ),
    "laptop": OptimizersRecipe(
        world=IsedWorld(),
        grids=(
            Grid("lenet", epochs=10, seeds=2),
            Grid("alexnet-tutorial", epochs=8, width=0.125, augmentation=False),
        ),
        transfer=TransferPlan(
            RavdessWorld(takes=1, seconds=1.0, voice="speech"),
            epochs=12,
            people=(4, 25),
            updates=400,
            seeds=2,
        ),
    ),
    "paper": OptimizersRecipe(
        world=IsedWorld(size=(1280, 720), seconds=2.4),
        grids=(Grid("lenet", epochs=25, seeds=5), Grid("alexnet-tutorial", epochs=25, seeds=3)),
        transfer=TransferPlan(
            RavdessWorld(takes=8, seconds=2.0, voice="speech"),
            epochs=25,
            people=(2, 4, 8, 16, 25),
            updates=5000,
            seeds=5,
            augmentation=True,
        ),
        face_size=227,
        long=True,
    ),
}
