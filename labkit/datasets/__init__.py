"""The course's data sets, by name.

Each is a module with ``NAME``, ``TITLE``, ``LICENCE``, ``HOME``, ``HOW_TO_GET`` (what its loader looks
for and where that comes from), ``load(root, …)``, ``recognises(root)`` and ``check(root)``.
"""

from pathlib import Path
from types import ModuleType

from labkit.datasets import affwild2, ckplus, dfew, fer2013, ised, jaffe, ravdess
from labkit.datasets.world_files import refuse_unfinished
from labkit.errors import DataError

# In the order in which a folder is shown to them: class folders without a validation set are FER2013's, other
# class folders ISED's. DFEW and Aff-Wild2 look at folders only, and are asked before those that would list
# all their images.
DATASETS: dict[str, ModuleType] = {
    module.NAME: module for module in (dfew, affwild2, ravdess, fer2013, ised, jaffe, ckplus)
}

_HELP = (
    "data/README.md and its cards show each data set's layout and where to get it; 'labkit data get ravdess' "
    "fetches one, 'labkit data get synthetic' makes a stand-in."
)


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
        DataError: if there is no such folder, a synthetic world in it is unfinished, or no data set's loader
            recognises it.
    """
    root = Path(root)
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {_HELP}")
    refuse_unfinished(root)
    for module in DATASETS.values():
        if module.recognises(root):
            return module
    raise DataError(
        f"{root} has the layout of no data set this course knows ({', '.join(DATASETS)}). {_HELP}"
    )
