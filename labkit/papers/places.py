"""Where a notebook's data lie: a real set where a user has it, drawn people where not."""

from dataclasses import dataclass, replace
from pathlib import Path

from labkit.datasets import dataset
from labkit.paths import dataset_dir
from labkit.synthetic import make_world
from labkit.synthetic.worlds import World


@dataclass(frozen=True)
class Place:
    """A data set's folder, and whether it is "real" or "synthetic"."""

    root: Path
    data: str


def find_data(stand_in: World, data: str, seed: int = 0) -> Place:
    """The data set whose layout ``stand_in`` has.

    Args:
        stand_in: the order for the synthetic people, who are drawn on first use.
        data: "synthetic" for them. Otherwise the name of the data set that must be the real one; another one,
            which the same notebook reads, is real where it is there, and synthetic where it is not.
        seed: which synthetic people.

    Raises:
        DataError: if the data set that was asked for is not where it is looked for, or not whole.
    """
    root = dataset_dir(stand_in.name)
    if data == "synthetic" or (data != stand_in.name and not root.is_dir()):
        return Place(make_world(replace(stand_in, seed=seed)), "synthetic")
    dataset(stand_in.name).load(root)  # says what is wrong, if anything
    return Place(root, "real")
