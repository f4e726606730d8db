"""Many clips to difference images: one record a clip, whatever happens to it.

A clip that cannot be used is skipped with the reason in words; no clip and no frame
goes missing from the records. Clips are shared out over processes, started fresh
(spawn), because forking a process that has threads can hang.
"""

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from operator import itemgetter
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from labkit.errors import CacheError, DataError, LabkitError
from labkit.preprocessing.differences import frame_difference, pair_indices, usable_pairs
from labkit.preprocessing.face_cache import STANDARD_FACES, FaceClip, FaceParameters, cached_faces
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.whole_files import written_whole


@dataclass
class Record:
    """What became of one clip; counts are frames, by the state of their face, and pairs made."""

    clip: str
    path: str
    status: str = "skipped"
    reason: str = ""
    frames: int = 0
    detected: int = 0
    followed: int = 0
    interpolated: int = 0
    lost: int = 0
    pairs: int = 0
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True)
class _Job:
    parameters: FaceParameters
    gap: int
    stride: int
    noise_floor: int
    out: Path | None
    cache: Path | None


def preprocess_clips(
    clips: Sequence[Path | str],
    parameters: FaceParameters = STANDARD_FACES,
    gap: int = 5,
    stride: int = 4,
    *,
    noise_floor: int = 0,
    out: Path | str | None = None,
    workers: int | None = None,
    cache: Path | None = None,
) -> pd.DataFrame:
    """Track, align and cache the faces of ``clips`` and make their differences.

    Args:
        out: folder for the difference images, ``<clip>/<t>_<t + gap>.png``, and ``records.csv``; when
            None the faces are only cached. What an earlier run left of a clip is replaced, or removed
            where the clip is now skipped.
        workers: processes; one a core when None.

    Returns:
        One row a clip, in the order given, with the columns of :class:`Record`. Pairs that touch a
        frame without a face are not made.

    Raises:
        DataError: if two clips share a name, and so a folder in ``out``, or that folder holds anything
            but difference images.
        CacheError: if ``out`` or the cache cannot be written, as on a full disk; other faults of a clip
            are its reason for being skipped.
    """
    clips = [Path(clip) for clip in clips]
    job = _Job(parameters, gap, stride, noise_floor, Path(out) if out else None, cache)
    pair_indices(0, gap, stride)  # refuse an impossible gap or stride before any work
    if job.out:
        _prepare(job.out, clips)
    table = pd.DataFrame([asdict(record) for record in _run(clips, job, workers)], columns=list(_COLUMNS))
    if job.out:
        _write_records(job.out, table)
    return table


_COLUMNS = tuple(Record.__dataclass_fields__)
_OUR_FILE = re.compile(r"\d{5,}_\d{5,}\.png")


def _run(clips: list[Path], job: _Job, workers: int | None) -> list[Record]:
    done = map_unordered(partial(_preprocess, job), enumerate(clips), workers)
    placed = bar(done, desc="clips", total=len(clips), unit="clip")
    return [record for _, record in sorted(placed, key=itemgetter(0))]


def _preprocess(job: _Job, placed: tuple[int, Path]) -> tuple[int, Record]:
    place, clip = placed
    began = time.perf_counter()
    record = Record(clip.stem, str(clip))
    try:
        with cached_faces(clip, job.parameters, job.cache) as faces:
            record.cached = faces.from_cache
            _fill(record, faces, job)
    except CacheError:
        raise
    except LabkitError as error:
        record.reason = str(error)
    if job.out and record.status == "skipped":
        with _writing(job.out):
            _remove_images(job.out / clip.stem)
    record.seconds = round(time.perf_counter() - began, 3)
    return place, record


def _fill(record: Record, faces: FaceClip, job: _Job) -> None:
    states = faces.track["state"]
    record.frames = len(states)
    for state, count in states.value_counts().items():
        setattr(record, state, int(count))
    pairs = usable_pairs(faces.track, job.gap, job.stride)
    if record.lost == record.frames:
        record.reason = f"No face was found in any of the {record.frames} frames."
    elif record.frames <= job.gap:
        record.reason = f"The clip has {record.frames} frames, too few for a gap of {job.gap}."
    elif len(pairs) == 0:
        record.reason = f"The face is lost in {record.lost} of {record.frames} frames, so no pair is left."
    else:
        if job.out:
            _write_differences(faces, pairs, job)
        record.status, record.pairs = "ok", len(pairs)


def _write_differences(faces: FaceClip, pairs: np.ndarray, job: _Job) -> None:
    folder, part = job.out / faces.path.stem, job.out / f".{faces.path.stem}.part"
    with _writing(job.out):
        _remove_images(part)  # left by a run that was killed
        part.mkdir()
        try:
            for first, second in pairs:
                difference = frame_difference(faces.faces[first], faces.faces[second], job.noise_floor)
                _write_png(part / f"{first:05d}_{second:05d}.png", difference)
            _remove_images(folder)
            os.replace(part, folder)
        finally:
            _remove_images(part)


def _write_png(file: Path, image: np.ndarray) -> None:
    file.write_bytes(cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1])


def _write_records(out: Path, table: pd.DataFrame) -> None:
    with _writing(out), written_whole(out / "records.csv") as part:
        table.to_csv(part, index=False)


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Say in one sentence that ``out`` could not be written, at whatever step."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise CacheError(f"{out} cannot be written: {reason}; free space or name another folder.") from error


def _prepare(out: Path, clips: list[Path]) -> None:
    _refuse_shared_names(clips)
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for clip in clips:
            _refuse_foreign_files(out / clip.stem)


def _refuse_shared_names(clips: list[Path]) -> None:
    names = [clip.stem for clip in clips]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"Two clips are named {twice[0]}, and would share a folder; preprocess them apart.")


def _refuse_foreign_files(folder: Path) -> None:
    """A folder that bears a clip's name by chance may hold what nobody wants replaced."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise DataError(f"{folder} is in the way of the images of a clip; name another folder with --out.")
    for file in folder.iterdir() if folder.exists() else ():
        if not _OUR_FILE.fullmatch(file.name):
            raise DataError(
                f"{folder} holds {file.name}, which is no difference image; name another folder with --out."
            )


def _remove_images(folder: Path) -> None:
    """Remove a folder of difference images, file by file: no other file can go with it."""
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if _OUR_FILE.fullmatch(file.name):
            file.unlink()
    folder.rmdir()
