"""Where a notebook's data lie: a real set where a user has it, drawn people where not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labkit.datasets import dataset
from labkit.errors import DataError
from labkit.paths import dataset_dir
from labkit.synthetic import make_world
from labkit.synthetic.worlds import World


@dataclass(frozen=True)
class Place:
    """A data set's folder, and whether it is "real" or "synthetic"."""

    root: Path
    data: str


def find_data(stand_ins: Sequence[World], data: str, seed: int = 0) -> dict[str, Place]:
    """The data sets that a notebook reads, by name.

    Args:
        stand_ins: for each of them the order for its synthetic people, who are drawn on first use.
        data: "synthetic" for all of them. Otherwise the name of the one that must be the real data set; each
            of the others is real where it is there, and synthetic where it is not.
        seed: which synthetic people.

    Raises:
        DataError: if ``data`` is none of these, or the data set asked for is not where it is looked for.
    """
    names = [world.name for world in stand_ins]
    if data not in ("synthetic", *names):
        raise DataError(
            f"DATA is '{data}', but this notebook reads 'synthetic' or one of {', '.join(names)}."
        )
    return {world.name: _place(world, data, seed) for world in stand_ins}


def _place(stand_in: World, data: str, seed: int) -> Place:
    root = dataset_dir(stand_in.name)
    if data == "synthetic" or (data != stand_in.name and not root.is_dir()):
        return Place(make_world(replace(stand_in, seed=seed)), "synthetic")
    dataset(stand_in.name).load(root)  # says what is wrong, if anything
    return Place(root, "real")
