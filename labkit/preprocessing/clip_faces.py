"""Clips to sixteen aligned faces each (fifth paper, §2.2.1): found, turned upright, evened out in time.

Design choices:
- the face is followed through each shot of a clip by :mod:`labkit.faces.tracking`, and no frame is filled in:
  a frame is usable if a face was seen in it. (The paper's Face++ is a paid service.) Measured on 83 clips of
  the synthetic world, 1,712 frames: every usable face was found, at a median overlap of 0.91 with the true
  box, and a face in one of a hundred other frames. Searching each frame by itself found the same and took
  four times as long; filling short gaps put a face into one in five of the other frames;
- a clip with a face in under half of its frames is left out with the reason, as is one that cannot be read;
- the face is cut by one affine map, :func:`labkit.faces.alignment.alignment_matrix`, straight from the frame;
- the frames with a face, and these alone, are spread over sixteen by
  :func:`labkit.preprocessing.time_interpolation.interpolate_time`: a gap closes, as if it were not there;
- the folders ``clip_224x224`` and ``clip_224x224_16f`` of DFEW hold faces that its makers have cut already:
  nothing is looked for in them, and every frame counts as usable. They are only resized;
- a clip at a time is in memory; see :mod:`labkit.preprocessing.clip_store` for what is kept on disk.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from labkit import paths
from labkit.datasets.dfew_files import PLACES
from labkit.datasets.folders import several
from labkit.errors import DataError, LabkitError
from labkit.faces.alignment import cut_face
from labkit.faces.shots import split_shots
from labkit.faces.tracking import TrackRow, track_faces
from labkit.preprocessing.clip_key import FOLLOWING, code_hash, reading
from labkit.preprocessing.clip_store import Clip, Record, stored_clips
from labkit.preprocessing.time_interpolation import STEPS, interpolate_time
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.video import Frame, read_frames
from labkit.video.reading import IMAGE_SUFFIXES

USABLE = 0.5  # least share of frames with a face (paper, §2.2.1)
MARGIN = 0.0  # share of the Haar box's side added on every side: the box has brows and chin already
DROPPED_COLUMNS = ("clip", "emotion", "usable", "reason")

_READY = (PLACES["full"], PLACES["16f"])  # the folders whose frames are faces already
_FEW = 8  # clips that are done before other processes have started
_CODE = (
    *FOLLOWING,
    "labkit.faces.shots",
    "labkit.preprocessing.time_interpolation",
    "labkit.preprocessing.clip_store",
    "labkit.preprocessing.clip_faces",
)


@dataclass(frozen=True)
class ClipFaces:
    """Clips as a network takes them, and what became of the others.

    Attributes:
        faces: RGB uint8 (n, 16, S, S, 3), read from disk as used.
        table: the n clips' rows, in the order given, numbered from 0, with two more columns: ``frames``, how
            many the clip has, and ``usable``, the share of them with a face.
        dropped: one row a clip left out: ``clip``, ``emotion``, ``usable`` and ``reason`` in words.
    """

    faces: np.ndarray
    table: pd.DataFrame
    dropped: pd.DataFrame

    def summary(self) -> str:
        """How many clips are there, and how many are not, and why, in one sentence."""
        total = len(self.table) + len(self.dropped)
        if self.dropped.empty:
            return f"All {total} clips show a face in at least half of their frames."
        return f"{len(self.table)} of {total} clips are used; {_losses(self.dropped)}."


@dataclass(frozen=True)
class _Source:
    """Where a clip's frames come from; ``ready`` if they are faces already."""

    path: Path
    ready: bool


def clip_faces(
    table: pd.DataFrame, size: int, *, cache: Path | None = None, workers: int | None = None
) -> ClipFaces:
    """The face of each clip at sixteen times; what is in the cache is not made again.

    Args:
        table: clips with the columns ``clip``, ``path``, ``kind`` ("video" or "frames") and ``emotion``, such
            as :func:`labkit.datasets.dfew.load` gives.
        size: pixels of an aligned face's side.
        cache: the cache's folder; :func:`labkit.paths.cache_dir` when None.
        workers: processes; one a core when None.

    Raises:
        DataError: if there are no clips, or none can be used.
        CacheError: if the cache cannot be written; what is done by then is kept, and gone on with.
    """
    if table.empty:
        raise DataError("There are no clips to find faces in; check the data set and the fold.")
    sources = [_source(Path(row.path), row.kind) for row in table.itertuples()]
    file = (cache or paths.cache_dir()) / f"clip_faces-{_digest(sources, size)}"
    records, faces = stored_clips(
        file, len(sources), (STEPS, size, size, 3), partial(_made, sources, size, workers)
    )
    outcome = pd.DataFrame(records, index=table.index)
    usable = outcome["seen"] / outcome["frames"].clip(lower=1)
    told = table.assign(frames=outcome["frames"], usable=usable, reason=outcome["reason"])
    kept = outcome["faces"].eq(1)
    dropped = told.loc[~kept, list(DROPPED_COLUMNS)].reset_index(drop=True)
    if not kept.any():
        raise DataError(f"None of the {len(table)} clips can be used: {_losses(dropped)}; check them.")
    return ClipFaces(faces, told[kept].drop(columns="reason").reset_index(drop=True), dropped)


def followed_faces(path: Path | str, size: int) -> Iterator[tuple[Frame, TrackRow, np.ndarray | None]]:
    """A clip's frames in order, each with where the face is and the aligned face itself.

    Args:
        path: a video, or a folder of frames.

    Yields:
        The frame; its row (box, roll, state; see :class:`labkit.faces.tracking.TrackRow`); the face, RGB
        uint8 (size, size, 3), or None where the state is "lost". The face's map is
        ``alignment_matrix(row.box, row.roll, size, MARGIN)``.

    Raises:
        VideoError: if the clip cannot be read; after its last readable frame, if it is cut short.
    """
    path = Path(path)
    with reading(path):
        for shot in split_shots(read_frames(path)):
            for frame, row in track_faces(shot, max_gap=0):
                lost = row.state == "lost"
                yield frame, row, None if lost else cut_face(frame, row.box, row.roll, size, MARGIN)


def _losses(dropped: pd.DataFrame) -> str:
    kinds = dropped["reason"].map(_kind)
    groups = [
        f"{len(clips)} {kind} ({several(list(clips))})"
        for kind, clips in dropped["clip"].groupby(kinds, sort=False)
    ]
    return f"{len(dropped)} are left out: {', '.join(groups)}"


def _kind(reason: str) -> str:
    if reason.startswith("face in"):
        return "with a face in under half of the frames"
    return "unreadable" if reason.startswith("unreadable") else "without frames"


def _source(path: Path, kind: str) -> _Source:
    return _Source(path, kind == "frames" and any(parent.name in _READY for parent in path.parents))


def _digest(sources: list[_Source], size: int) -> str:
    """Changes with the clips' files (names, sizes and times, not where they lie), ``size`` and the code."""
    key = {
        "clips": [_state(source) for source in sources],
        "parameters": [size, STEPS, MARGIN, USABLE],
        "opencv": cv2.__version__,
        "code": code_hash(_CODE),
    }
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]


def _state(source: _Source) -> list:
    path = source.path
    try:
        if path.is_dir():
            with os.scandir(path) as files:
                stamps = sorted(map(_stamp, files))
        else:
            stamps = [_stamp(path)]
    except OSError:
        stamps = []
    return [path.name, source.ready, stamps]


def _stamp(file: Path | os.DirEntry) -> tuple[str, int, int]:
    status = file.stat()
    return file.name, status.st_size, status.st_mtime_ns


def _made(sources: list[_Source], size: int, workers: int | None, start: int) -> Iterator[Clip]:
    """The clips from number ``start`` on, in order; those done before their turn wait."""
    todo = list(enumerate(sources))[start:]
    workers = workers or (1 if len(todo) <= _FEW else None)
    coming = map_unordered(partial(_made_one, size), todo, workers)
    waiting: dict[int, Clip] = {}
    for place, clip in bar(coming, desc="Aligning clips", total=len(todo), unit="clip", delay=2):
        waiting[place] = clip
        while start in waiting:
            yield waiting.pop(start)
            start += 1


def _made_one(size: int, placed: tuple[int, _Source]) -> tuple[int, Clip]:
    place, source = placed
    frames, faces = 0, []
    try:
        for face in _ready_faces(source.path, size) if source.ready else _found_faces(source.path, size):
            frames += 1
            if face is not None:
                faces.append(face)
    except LabkitError as error:
        return place, (_record(frames, faces, _fault(source.path, error)), None)
    if len(faces) < max(1, USABLE * frames):
        return place, (_record(frames, faces, f"face in {len(faces)} of {frames} frames"), None)
    return place, (_record(frames, faces, ""), interpolate_time(np.stack(faces)))


def _found_faces(path: Path, size: int) -> Iterator[np.ndarray | None]:
    return (face for _, _, face in followed_faces(path, size))


def _ready_faces(path: Path, size: int) -> Iterator[np.ndarray]:
    with reading(path):
        for frame in read_frames(path):
            way = cv2.INTER_AREA if min(frame.pixels.shape[:2]) > size else cv2.INTER_LINEAR
            yield frame.in_rgb(cv2.resize(frame.pixels, (size, size), interpolation=way))


def _fault(path: Path, error: LabkitError) -> str:
    try:
        empty = path.is_dir() and not any(file.suffix.lower() in IMAGE_SUFFIXES for file in path.iterdir())
    except OSError:  # a folder that may not be listed
        empty = False
    return "no frames" if empty else f"unreadable: {error}"


def _record(frames: int, faces: list[np.ndarray], reason: str) -> Record:
    return {"frames": frames, "seen": len(faces), "reason": reason}
