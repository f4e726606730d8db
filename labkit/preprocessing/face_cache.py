"""A clip's track table and aligned faces, made once and read ever after.

Design choices:
- faces are cached, differences are not: subtraction is free, so gap and stride stay live;
- one file a clip, each face a PNG inside it. Measured on a real clip at 112 × 112: 23 KB a face and
  0.42 ms to write, against 32 KB and 0.71 ms for gzip (HDF5's), 35 KB and 0.45 ms for lzf, 38 KB
  uncompressed; any face is read alone, and PNG's checksum tells a damaged one;
- the key holds all that shapes a face (see :mod:`labkit.preprocessing.clip_key`);
- a file appears under its name only when it is whole; a lock keeps two processes from doing the same work.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from filelock import FileLock

from labkit import paths
from labkit.errors import CacheError
from labkit.faces.alignment import cut_face
from labkit.faces.tracking import MAX_GAP, Method, TrackRow, track_faces
from labkit.preprocessing.clip_key import FOLLOWING, clip_digest, reading, reason
from labkit.preprocessing.face_file import FaceFile, FaceWriter, StoredFaces
from labkit.video import Frame, probe, read_frames

_CODE = (
    *FOLLOWING,
    "labkit.preprocessing.face_file",
    "labkit.preprocessing.face_cache",
)


@dataclass(frozen=True)
class FaceParameters:
    """Everything besides the clip that shapes its aligned faces."""

    size: int = 112  # pixels of the aligned face's side
    alignment: Method = "tracked"
    margin: float = 0.1  # share of the Haar box's side added on every side: brows and chin are in
    max_gap: int = MAX_GAP  # frames without a face that are interpolated


STANDARD_FACES = FaceParameters()


class FaceClip:
    """A clip's faces, for reading; a context manager. Thousands may be held: few files are open at once.

    Attributes:
        path: the clip.
        track: its track table, one row a frame (see :mod:`labkit.faces.tracking`).
        faces: uint8 (T, size, size, 3), read from disk as indexed; black where the face is lost.
        fps: frames a second.
        from_cache: whether the faces were there already.
        seconds: time it took to make or open them.
    """

    def __init__(self, path: Path, file: FaceFile, *, from_cache: bool, seconds: float) -> None:
        self._file = file
        self.path = path
        self.track: pd.DataFrame = file.track
        self.faces = StoredFaces(file)
        self.fps = float(file.about["fps"])
        self.from_cache = from_cache
        self.seconds = seconds

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "FaceClip":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def cached_faces(
    clip: Path | str, parameters: FaceParameters = STANDARD_FACES, cache: Path | None = None
) -> FaceClip:
    """Open a clip's aligned faces, making them first where the cache has none.

    Args:
        cache: the cache's folder; :func:`labkit.paths.cache_dir` when None.

    Raises:
        VideoError: if the clip cannot be read to its end (nothing is cached then).
        CacheError: if the cache cannot be written, as on a full disk (nothing half-written stays).
    """
    began = time.perf_counter()
    clip = Path(clip)
    file = cache_file(clip, parameters, cache)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock"):
            opened = _open_whole(file)
            if made := opened is None:
                _make(file, clip, parameters)
                opened = FaceFile(file)
    except (OSError, sqlite3.Error) as error:
        raise CacheError(
            f"The cache {file.parent} cannot be used: {reason(error)}; free space or name another folder."
        ) from error
    return FaceClip(clip, opened, from_cache=not made, seconds=time.perf_counter() - began)


def cache_file(clip: Path, parameters: FaceParameters, cache: Path | None = None) -> Path:
    """Where a clip's faces are, or would be, cached.

    Raises:
        VideoError: if there is no such clip, or one that may not be looked at.
    """
    digest = clip_digest(clip, asdict(parameters), _CODE)
    return (cache or paths.cache_dir()) / f"{clip.stem}-{digest}.sqlite"


def _open_whole(file: Path) -> FaceFile | None:
    """The cached file, or None if there is none or it is damaged (it is then made anew)."""
    try:
        return FaceFile(file)
    except (OSError, ValueError, sqlite3.Error, pd.errors.DatabaseError):
        return None


def _make(file: Path, clip: Path, parameters: FaceParameters) -> None:
    """Write under a temporary name (which only the lock's holder uses), then rename."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)  # left by a run that was killed
    try:
        _write(part, clip, parameters)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def _write(part: Path, clip: Path, parameters: FaceParameters) -> None:
    with reading(clip):
        fps = probe(clip).fps
    with FaceWriter(part, fps=fps, source=str(clip), **asdict(parameters)) as writer:
        for row, face in _aligned_faces(clip, parameters):
            writer.add(row, face)


def _aligned_faces(clip: Path, parameters: FaceParameters) -> Iterator[tuple[TrackRow, np.ndarray]]:
    """A generator, so that what fails in here is the clip's fault and what fails outside the cache's."""
    with reading(clip):
        tracked = track_faces(read_frames(clip), parameters.alignment, max_gap=parameters.max_gap)
        yield from aligned(tracked, parameters)


def aligned(tracked: Iterable[tuple[Frame, TrackRow]], parameters: FaceParameters):
    """Cut the face out of every tracked frame: yields (row, uint8 (size, size, 3)); black where lost."""
    blank = np.zeros((parameters.size, parameters.size, 3), np.uint8)
    for frame, row in tracked:
        if row.state == "lost":
            yield row, blank
        else:
            yield row, cut_face(frame, row.box, row.roll, parameters.size, parameters.margin)
