"""Writing a file whole or not at all: it appears under its name only when nothing is missing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Lend a file beside ``path`` to write to, which takes its name at the end.

    After an error or an interrupt nothing of it is left, and an older ``path`` stays as it was. The folder is
    made. The file lent is hidden, belongs to this process alone, and ends as ``path`` does, because some
    writers look at that.
    """
    part = path.with_name(f".{os.getpid()}.part.{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink()
