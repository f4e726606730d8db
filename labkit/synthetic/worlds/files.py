"""A world's small files: written whole, or not at all."""

import os
from pathlib import Path

from labkit.errors import DataError


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that appears under its name only when it is whole; its folder is made if need be.

    Raises:
        DataError: if it cannot be written.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.replace(part, file)
    except OSError as fault:
        raise DataError(
            f"{file} cannot be written ({fault.strerror}); free some space and run it again."
        ) from None


def is_written(file: Path) -> bool:
    """Whether a file is there and not empty."""
    return file.is_file() and file.stat().st_size > 0
