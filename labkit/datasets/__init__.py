"""The course's data sets, by name.

Each is a module with ``NAME``, ``TITLE``, ``LICENCE``, ``HOME``, ``load(root, …)``,
``recognises(root)`` and ``check(root)``.
"""

from pathlib import Path
from types import ModuleType

from labkit.datasets import ravdess
from labkit.errors import DataError

DATASETS: dict[str, ModuleType] = {ravdess.NAME: ravdess}


def dataset(name: str) -> ModuleType:
    """The module of the data set called ``name``.

    Raises:
        DataError: if there is none, naming those there are.
    """
    if name not in DATASETS:
        raise DataError(f"'{name}' is no data set of this course; it knows {', '.join(DATASETS)}.")
    return DATASETS[name]


def recognise(root: str | Path) -> ModuleType:
    """The module whose layout the folder ``root`` has.

    Raises:
        DataError: if there is no such folder, or no data set's loader recognises it.
    """
    for module in DATASETS.values():
        if module.recognises(root):
            return module
    raise DataError(
        f"{root} has the layout of no data set this course knows ({', '.join(DATASETS)}). "
        "RAVDESS, for one, holds files such as Actor_01/02-02-03-01-01-01-01.mp4; "
        "'labkit data get ravdess' downloads it."
    )
