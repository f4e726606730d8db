"""CK+48: faces that somebody cut out of CK+, 48×48, grey, in a folder an emotion.

    CK+48/anger/S010_004_00000017.png      person, sequence, frame

These are the last three frames of each labelled sequence, 981 in all; no face is neutral, and contempt is a
class. Person and sequence are in the name: divide by person, since the three of a sequence are nearly equal.
"""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from labkit.datasets.ckplus_files import HOW_TO_GET
from labkit.datasets.class_folders import open_image
from labkit.datasets.folders import several
from labkit.emotions import canonical
from labkit.errors import DataError
from labkit.progress import bar

FOLDER = "CK+48"
COUNTS = {
    **{"angry": 135, "contempt": 54, "disgust": 177, "fearful": 75},
    **{"happy": 207, "sad": 84, "surprised": 249},
}
COLUMNS = ("path", "emotion", "subject", "split", "clip", "frame")
_NAME = re.compile(r"(S\d{3})_(\d{3})_(\d+)")
_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp"}


@dataclass
class Found:
    """The class folders' images, and what was left out."""

    root: Path
    images: list[tuple[Path, str]] = field(default_factory=list)  # path, emotion
    odd: list[str] = field(default_factory=list)

    def manifest(self) -> pd.DataFrame:
        """The images as :func:`load` returns them."""
        rows = [
            {"path": path, "emotion": emotion, "split": ""} | _origin(path) for path, emotion in self.images
        ]
        table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"frame": "Int64"})
        return table.sort_values(["subject", "clip", "frame"], ignore_index=True)


def load(root: str | Path) -> pd.DataFrame:
    """The manifest of CK+48: one row an image, by person, sequence and frame.

    Returns:
        Columns ``path`` (Path), ``emotion``, ``subject`` ("S010"), ``split`` (""), ``clip`` ("S010_004") and
        ``frame`` (from 1; Int64). Odd files and folders are left out with a warning that counts them.

    Raises:
        DataError: if there are no such class folders, or no image in them.
    """
    found = scan(Path(root))
    if found.odd:
        warnings.warn(
            f"{len(found.odd)} things in {root} do not fit and were left out "
            f"('labkit data check' lists all): {found.odd[0]}",
            stacklevel=2,
        )
    return found.manifest()


def recognises(root: str | Path) -> bool:
    """Whether ``root``, or a folder CK+48 in it, has folders of emotions with names of CK+ in them."""
    folders = [folder for folder in _visible(_top(root).glob("*/")) if _is_emotion(folder.name)]
    return any(_NAME.fullmatch(path.stem) for folder in folders for path in folder.iterdir())


def scan(root: Path) -> Found:
    """Sort the files of the class folders, opening every image.

    Raises:
        DataError: if there are no such class folders, or no image in them.
    """
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {HOW_TO_GET}")
    found, paths = Found(root), []
    for folder in _visible(_top(root).glob("*/")):
        inside = _visible(folder.iterdir())
        if not _is_emotion(folder.name):
            files = f"{len(inside)} files in it are" if len(inside) != 1 else "the file in it is"
            found.odd.append(f"{folder.relative_to(root)}: no emotion this course knows; {files} not read")
        elif inside:
            paths += inside
        else:
            found.odd.append(f"{folder.relative_to(root)}: an emotion without an image")
    for path in bar(paths, desc="Opening images", unit="image", delay=2):
        if problem := _problem(path):
            found.odd.append(f"{path.relative_to(root)}: {problem}")
        else:
            found.images.append((path, canonical(path.parent.name)))
    if not found.images:
        raise DataError(f"No images of CK+48 in {root}; {several(found.odd) or 'it is empty'}. {HOW_TO_GET}")
    return found


def _problem(path: Path) -> str | None:
    if path.suffix.lower() not in _SUFFIXES or not _NAME.fullmatch(path.stem):
        return "not a name of CK+48; one looks like S010_004_00000017.png"
    try:
        open_image(path)
    except DataError:
        return "cannot be opened as an image"
    return None


def _top(root: str | Path) -> Path:
    root = Path(root)
    return root / FOLDER if (root / FOLDER).is_dir() else root


def _visible(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if not path.name.startswith((".", "__")))


def _is_emotion(word: str) -> bool:
    try:
        canonical(word)
    except DataError:
        return False
    return True


def _origin(path: Path) -> dict[str, object]:
    subject, number, frame = _NAME.fullmatch(path.stem).groups()
    return {"subject": subject, "clip": f"{subject}_{number}", "frame": int(frame)}
