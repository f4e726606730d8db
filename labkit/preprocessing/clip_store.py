"""Sixteen faces a clip for thousands of clips, on disk: grown clip by clip, gone on with, read as an array.

Design choices:
- one file holds the faces of all clips that have any, one after the other and nothing else, so that it is an
  array without being loaded: 11,697 clips of DFEW at 224 × 224 are 28 GB, more than most computers' memory.
  One line of JSON a clip, in a second file, says what became of it;
- both grow under another name, in the order of the clips, and get theirs when the last clip is in: what
  bears a name is whole. A run that was stopped goes on after its last whole clip;
- a file that is too short is seen and made anew; that a bit of a face has changed is not, since looking for
  it would mean reading everything.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np
from filelock import FileLock

from labkit.errors import CacheError
from labkit.preprocessing.clip_key import reason

Record = dict[str, int | str]
Clip = tuple[Record, np.ndarray | None]  # what became of it, and its faces, if it has any


def stored_clips(
    file: Path, count: int, shape: tuple[int, ...], make: Callable[[int], Iterable[Clip]]
) -> tuple[list[Record], np.ndarray]:
    """What is in the cache under ``file``; what is missing is made first.

    Args:
        count: clips there are.
        shape: of one clip's faces.
        make: gives the clips from the one numbered so, in order.

    Returns:
        A record a clip, and the faces of those that have any: uint8 (k, *shape), read from disk as used.

    Raises:
        CacheError: if the cache cannot be written, as on a full disk.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock"):
            whole = _read(file, shape)
            if len(whole[0]) < count:
                _grow(file, shape, make)
                whole = _read(file, shape)
    except OSError as error:
        raise CacheError(
            f"The cache {file.parent} cannot be used: {reason(error)}; free space or name another folder."
        ) from error
    return whole


def _grow(file: Path, shape: tuple[int, ...], make: Callable[[int], Iterable[Clip]]) -> None:
    """Append clip by clip to the parts (which only the lock's holder uses), then give them their names."""
    part = file.with_name(f".{file.name}.part")
    done, faces = _read(part, shape)
    kept = faces.nbytes
    del faces  # or the file would be mapped while it is cut
    with _records(part).open("w") as records, _faces(part).open("ab") as pixels:
        pixels.truncate(kept)
        for record in done:
            records.write(json.dumps(record) + "\n")
        for record, clip in make(len(done)):
            _append(records, pixels, record, clip)
    os.replace(_faces(part), _faces(file))
    os.replace(_records(part), _records(file))


def _append(records: TextIO, pixels: BinaryIO, record: Record, clip: np.ndarray | None) -> None:
    """The faces first: a record tells that they are there."""
    if clip is not None:
        pixels.write(clip.tobytes())
        pixels.flush()
    records.write(json.dumps(record | {"faces": int(clip is not None)}) + "\n")
    records.flush()


def _read(file: Path, shape: tuple[int, ...]) -> tuple[list[Record], np.ndarray]:
    """The clips that are there, as many as both files agree on; none where there are no files."""
    records, size = _whole_lines(_records(file)), int(np.prod(shape))
    on_disk = _faces(file).stat().st_size // size if _faces(file).is_file() else 0
    kept = np.cumsum([record["faces"] for record in records], dtype=int)
    records = records[: int(np.searchsorted(kept, on_disk, side="right"))]
    faces = sum(record["faces"] for record in records)
    if not faces:
        return records, np.empty((0, *shape), np.uint8)
    return records, np.asarray(np.memmap(_faces(file), np.uint8, "r", shape=(faces, *shape)))


def _whole_lines(file: Path) -> list[Record]:
    """The records up to the first that is broken."""
    records = []
    try:
        for line in file.read_text().splitlines():
            record = json.loads(line)
            records.append(record | {"faces": int(record["faces"])})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    return records


def _records(file: Path) -> Path:
    return file.with_name(f"{file.name}.jsonl")


def _faces(file: Path) -> Path:
    return file.with_name(f"{file.name}.faces")
