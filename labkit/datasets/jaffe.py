"""JAFFE: ten Japanese women pose six emotions and a neutral face, about three times each; 213 grey pictures.

    KA.AN1.39.tiff      see labkit.datasets.jaffe_names

Most files are plain grey, some hold a palette; :func:`read_images` reads both in grey. Pictures that were
converted to another format under the same name are read as well. Published is no split, so ``split`` is
empty: divide by :mod:`labkit.datasets.splits`, and by person.
"""

import warnings
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.datasets.check import CheckReport, Part
from labkit.datasets.class_folders import open_image
from labkit.datasets.folders import several, walk
from labkit.datasets.grey_images import kinds, read_grey
from labkit.datasets.jaffe_names import JaffeName, parse_name, published_names
from labkit.datasets.world_files import TRUTH_SUFFIX, WHOLE, refuse_unfinished
from labkit.errors import DataError
from labkit.progress import bar

NAME = "jaffe"
TITLE = "JAFFE, the Japanese Female Facial Expression data set"
LICENCE = "for non-commercial research, on request from its authors, not to be passed on"
HOME = "https://doi.org/10.5281/zenodo.3451524"
CITATION = (
    "Lyons, Akamatsu, Kamachi and Gyoba (1998), Coding facial expressions with Gabor wavelets, IEEE "
    "International Conference on Automatic Face and Gesture Recognition: 200-205"
)
HOW_TO_GET = (
    "The loader looks for pictures such as KA.AN1.39.tiff; JAFFE is sent by its authors on request, see "
    "data/cards/jaffe.md; 'labkit data get synthetic-jaffe' makes a stand-in."
)

MANIFEST_COLUMNS = ("path", "emotion", "subject", "split", "clip", "frame", "number", "serial")
_IMAGE_SUFFIXES = {".tiff", ".tif", ".png", ".bmp", ".jpg", ".jpeg"}


@dataclass
class Found:
    """A folder's contents: the pictures by name, odd files, and harmless others."""

    root: Path
    images: dict[JaffeName, Path] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def damaged(self) -> list[str]:
        """The pictures that cannot be opened, or not to their end."""
        problems = []
        for path in bar(self.images.values(), desc="Opening images", unit="image", delay=2):
            try:
                open_image(path)
            except DataError as error:
                problems.append(str(error))
        return problems


def load(root: str | Path) -> pd.DataFrame:
    """The manifest of the pictures under ``root``: one row a picture, by person, emotion and number.

    Returns:
        Columns ``path`` (Path), ``emotion``, ``subject`` ("KA"), ``split`` and ``clip`` (""), ``frame``
        (missing; Int64), ``number`` (of the person's pictures of that emotion, from 1) and ``serial``.
        Files with odd names are left out with a warning that counts them.

    Raises:
        DataError: if there is no such folder, or no picture of JAFFE in it.
    """
    found = scan(Path(root))
    if found.odd:
        warnings.warn(
            f"{len(found.odd)} files in {root} were left out ('labkit data check' lists all): {found.odd[0]}",
            stacklevel=2,
        )
    return _manifest(found)


def read_images(rows: pd.DataFrame) -> list[np.ndarray]:
    """The pictures of any rows of the manifest, in grey: uint8 (H, W) each, 256 × 256 as published.

    Raises:
        DataError: if one cannot be opened, or not to its end; it is named.
    """
    return read_grey(rows["path"].tolist())


def recognises(root: str | Path) -> bool:
    """Whether a folder, or one in it, holds a picture with a name of JAFFE's."""
    root = Path(root)
    return any(_is_picture(path) for path in chain(root.glob("*.*"), root.glob("*/*.*")))


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published pictures, and name what is missing or odd.

    Raises:
        DataError: if there is no such folder, or no picture of JAFFE in it.
    """
    found, published = scan(Path(root)), published_names()
    rows = _manifest(found)
    absent = sorted(name.stem for name in set(published) - set(found.images))
    unknown = [found.images[name] for name in sorted(set(found.images) - set(published), key=str)]
    part = Part(
        name="pictures",
        clips=len(rows),
        expected_clips=len(published),
        people=rows["subject"].nunique(),
        expected_people=len({name.subject for name in published}),
        labels=dict(Counter(rows["emotion"])),
        expected_labels=dict(Counter(name.emotion for name in published)),
        unit="pictures",
    )
    return CheckReport(
        NAME,
        Path(root),
        LICENCE,
        parts=[part],
        missing=[f"{len(absent)} pictures are not here: {several(absent)}"] if absent else [],
        odd=found.odd + [f"{path.name}: JAFFE has no such picture" for path in unknown] + found.damaged(),
        notes=[f"pictures by kind: {kinds(list(found.images.values()))}", *found.notes],
    )


def scan(root: Path) -> Found:
    """Sort a folder's files by their names.

    Raises:
        DataError: if there is no such folder, no picture in it, or a synthetic world in it is unfinished.
    """
    found, stray = Found(root), []
    refuse_unfinished(root)
    for path in walk(root, HOW_TO_GET):
        if path.suffix.lower() in _IMAGE_SUFFIXES:
            if problem := _add(found, path):
                found.odd.append(f"{path.relative_to(root)}: {problem}")
        elif not (path.name == WHOLE or path.name.endswith(TRUTH_SUFFIX)):
            stray.append(str(path.relative_to(root)))
    if stray:
        found.notes.append(f"{len(stray)} files are no pictures and are not read: {several(stray)}")
    if not found.images:
        reason = f" ({found.odd[0]})" if found.odd else ""
        raise DataError(f"No pictures of JAFFE in {root}{reason}. {HOW_TO_GET}")
    return found


def _add(found: Found, path: Path) -> str | None:
    """File a picture under ``found``, or say why it cannot be."""
    try:
        name = parse_name(path)
    except DataError as error:
        return str(error)
    if name in found.images:
        return f"the same picture as {found.images[name].relative_to(found.root)}"
    if path.stat().st_size == 0:
        return "the file is empty; get it again"
    found.images[name] = path
    return None


def _manifest(found: Found) -> pd.DataFrame:
    rows = [
        {"path": path, "split": "", "clip": "", "frame": pd.NA} | vars(name)
        for name, path in found.images.items()
    ]
    table = pd.DataFrame(rows, columns=list(MANIFEST_COLUMNS)).astype({"frame": "Int64"})
    return table.sort_values(["subject", "emotion", "number", "serial"], ignore_index=True)


def _is_picture(path: Path) -> bool:
    try:
        parse_name(path)
    except DataError:
        return False
    return path.suffix.lower() in _IMAGE_SUFFIXES
