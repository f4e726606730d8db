"""The faces of many still images, eyes at a constant distance: found once, cached, and read ever after.

Design choices:
- nothing is lost in silence: each image has a record of what became of it, and images that cannot be opened
  or show no face are left out with a warning that counts them;
- one cache file a list of images, named after the files' contents (so a set may be moved or unpacked again),
  the size, the frame and the code. It appears under its name only when it is whole;
- images are opened one by one, each in the process that looks for its face, so that memory holds the small
  faces only.
"""

import hashlib
import json
import math
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import PIL
from filelock import FileLock

from labkit import paths
from labkit.datasets.class_folders import open_image
from labkit.datasets.folders import several
from labkit.errors import CacheError, DataError
from labkit.preprocessing.clip_key import code_hash, reason
from labkit.preprocessing.eye_crop import LIKE_HAAR, EyeFrame, crop_face
from labkit.preprocessing.stills import find_face
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.video import Frame
from labkit.whole_files import written_whole

RECORD_COLUMNS = ("path", "status", "eye_distance", "roll")

_LEFT_OUT = {"faceless": "show no face", "unreadable": "cannot be opened"}
_CODE = (
    "labkit.datasets.class_folders",
    "labkit.faces.boxes",
    "labkit.faces.detection",
    "labkit.faces.alignment",
    "labkit.preprocessing.stills",
    "labkit.preprocessing.eye_crop",
    "labkit.preprocessing.aligned_stills",
)
_FEW = 48  # images that are done before other processes have started
_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)  # what a broken file may raise


@dataclass(frozen=True)
class _Result:
    """What became of one image."""

    status: str
    eye_distance: float = math.nan  # pixels, in the image
    roll: float = math.nan  # degrees, clockwise
    face: np.ndarray | None = None


@dataclass(frozen=True)
class _Stills:
    """What became of all images, as it lies in the cache."""

    faces: np.ndarray  # uint8 (k, S, S), of the images that show one, in their order
    status: np.ndarray  # (n,) as in the records
    eye_distance: np.ndarray  # (n,)
    roll: np.ndarray  # (n,)


def aligned_stills(
    images: Iterable[Path | str],
    size: int,
    *,
    frame: EyeFrame = LIKE_HAAR,
    workers: int | None = None,
    cache: Path | None = None,
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """The likeliest face of each image, its eyes where ``frame`` puts them.

    Args:
        images: files, such as a manifest's column ``path``; grey, in colours or with a palette, of any sizes.
        size: pixels of a face's side.
        workers: processes; one a core when None.
        cache: the cache's folder; :func:`labkit.paths.cache_dir` when None.

    Returns:
        ``faces``: grey uint8 (k, size, size). ``kept``: (k,) the places in ``images`` they come from.
        ``records``: one row an image: ``path``, ``status`` ("aligned"; "eyeless": without a pair of eyes,
        which are taken to be where Haar's box has them on average; "faceless" and "unreadable": left out, and
        counted in a warning), ``eye_distance`` (pixels) and ``roll`` (degrees, clockwise), both missing where
        no eyes were found.

    Raises:
        DataError: if there are no images, or none shows a face.
        CacheError: if the cache cannot be written (nothing half-written stays).
    """
    files = [Path(path) for path in images]
    if not files:
        raise DataError("There are no images to find faces in; check the data set and the split.")
    stills = _cached(files, size, frame, workers, cache or paths.cache_dir())
    kept = np.flatnonzero(~np.isin(stills.status, list(_LEFT_OUT)))
    _tell(files, stills.status)
    columns = zip(RECORD_COLUMNS, (files, stills.status, stills.eye_distance, stills.roll), strict=True)
    return stills.faces, kept, pd.DataFrame(dict(columns))


def as_faces(images: Sequence[np.ndarray] | np.ndarray, size: int) -> np.ndarray:
    """Pictures that are cut around a face already (FER2013, CK+48), only resized: uint8 (n, size, size).

    Args:
        images: grey uint8, (n, H, W) or one (H, W) after the other, of any sizes.

    Raises:
        DataError: if one is no grey picture.
    """
    faces = np.empty((len(images), size, size), np.uint8)
    for face, image in zip(faces, images, strict=True):
        if image.ndim != 2 or image.dtype != np.uint8:
            raise DataError(
                f"A face must be a grey picture, uint8 (H, W), not {image.dtype} {image.shape}; read it in "
                "grey."
            )
        way = cv2.INTER_AREA if min(image.shape) > size else cv2.INTER_LINEAR
        face[:] = cv2.resize(image, (size, size), interpolation=way)
    return faces


def _tell(files: list[Path], status: np.ndarray) -> None:
    """
    Raises:
        DataError: if no image shows a face.
    """
    left_out = []
    for word, what in _LEFT_OUT.items():
        if names := [file.name for file, its in zip(files, status, strict=True) if its == word]:
            left_out.append(f"{len(names)} {what} ({several(names)})")
    if np.isin(status, list(_LEFT_OUT)).all():
        raise DataError(f"None of the {len(files)} images shows a face: {'; '.join(left_out)}; check them.")
    if left_out:
        warnings.warn(f"Of {len(files)} images, {'; '.join(left_out)}: they were left out.", stacklevel=3)


def _cached(files: list[Path], size: int, frame: EyeFrame, workers: int | None, folder: Path) -> _Stills:
    file = folder / f"aligned-{_digest(files, size, frame)}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)  # for the lock
        with FileLock(f"{file}.lock"):
            stills = _open_whole(file)
            if stills is None:
                stills = _made(files, size, frame, workers)
                with written_whole(file) as part:
                    np.savez(part, **vars(stills))
    except OSError as error:
        raise CacheError(
            f"The cache {folder} cannot be used: {reason(error)}; free space or name another folder."
        ) from error
    return stills


def _digest(files: list[Path], size: int, frame: EyeFrame) -> str:
    coming = bar(files, desc="Looking for changed images", unit="image", delay=2)
    key = {
        "images": [_content(file) for file in coming],
        "parameters": {"size": size} | asdict(frame),
        "versions": [cv2.__version__, PIL.__version__],
        "code": code_hash(_CODE),
    }
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha1").hexdigest()
    except OSError:
        return "unreadable"


def _made(files: list[Path], size: int, frame: EyeFrame, workers: int | None) -> _Stills:
    workers = workers or (1 if len(files) <= _FEW else None)
    coming = map_unordered(partial(_aligned, size, frame), enumerate(files), workers)
    placed = dict(bar(coming, desc="Aligning faces", total=len(files), unit="image", delay=2))
    results = [placed[place] for place in range(len(files))]
    faces = [result.face for result in results if result.face is not None]
    return _Stills(
        faces=np.stack(faces) if faces else np.empty((0, size, size), np.uint8),
        status=np.array([result.status for result in results]),
        eye_distance=np.array([result.eye_distance for result in results]),
        roll=np.array([result.roll for result in results]),
    )


def _aligned(size: int, frame: EyeFrame, placed: tuple[int, Path]) -> tuple[int, _Result]:
    place, file = placed
    try:
        image = np.asarray(open_image(file))
    except DataError:
        return place, _Result("unreadable")
    found = find_face(Frame(0, 0.0, image))
    if found is None:
        return place, _Result("faceless")
    face = crop_face(image, found, size, frame)
    if found.eyes is None:
        return place, _Result("eyeless", face=face)
    return place, _Result("aligned", math.dist(*found.eyes), found.roll, face)


def _open_whole(file: Path) -> _Stills | None:
    """What the cache holds; None if there is none or it is damaged (it is then made anew)."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return _Stills(**{name: arrays[name] for name in _Stills.__dataclass_fields__})
    except _DAMAGED:
        return None
