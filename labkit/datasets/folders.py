"""Looking through a data set's folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from labkit.errors import DataError

_DEEPEST = 3  # folders below the root: enough for any unpacking, and no walk through a whole disk
_SEVERAL = 5  # so many are named one by one; beyond, they are counted


def walk(root: Path, how_to_get: str) -> Iterator[Path]:
    """The files of a folder, hidden ones left out, in the order of their paths.

    Raises:
        DataError: if there is no such folder; it ends in ``how_to_get``.
    """
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {how_to_get}")
    for folder, subfolders, names in os.walk(root, followlinks=True):
        deep = len(Path(folder).relative_to(root).parts) >= _DEEPEST
        subfolders[:] = [] if deep else sorted(s for s in subfolders if not s.startswith((".", "__")))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def several(items: list[str]) -> str:
    """The first few items, and how many more there are."""
    shown = ", ".join(items[:_SEVERAL])
    return shown + (f" and {len(items) - _SEVERAL} more" if len(items) > _SEVERAL else "")
