"""What lies in an Aff-Wild2 folder: annotation files by split, and folders of images by track.

Every challenge packed the set anew (``VA_Estimation_Challenge/Train_Set``, ``annotations/VA_Set/Train_Set``,
``Third_ABAW_Annotations/VA_Estimation_Challenge/Train_Set``), so they are known by ``Train_Set``,
``Validation_Set`` and what their files begin with: expressions and action units lie in folders of the same
names. Images lie in one folder a track, in ``cropped_aligned`` or in several folders whose names begin so.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from labkit.datasets.affwild2_labels import looks_annotated
from labkit.datasets.class_folders import open_image
from labkit.datasets.folders import several
from labkit.datasets.world_files import TRUTH_SUFFIX, refuse_unfinished
from labkit.errors import DataError
from labkit.progress import bar

HOW_TO_GET = (
    "The loader looks for 'annotations/VA_Set/Train_Set/video1.txt' or 'VA_Estimation_Challenge/Train_Set/…' "
    "with 'cropped_aligned/video1/00001.jpg'; Aff-Wild2 is sent by its authors on request, see "
    "data/cards/affwild2.md; 'labkit data get synthetic-affwild2' makes a stand-in."
)
SPLITS = {"Train_Set": "train", "Validation_Set": "validation"}
UNLABELLED = "Test_Set"
IMAGES = "cropped_aligned"

_DEEPEST = 4  # folders below the root
_OPENED = 20_000  # images that a check opens at most; all of the real set's would take an hour
_SUFFIXES = ("jpg", "jpeg", "png")


@dataclass
class Found:
    """A folder's contents."""

    root: Path
    annotations: dict[str, tuple[str, Path]] = field(default_factory=dict)  # by track: its split and file
    images: dict[str, Path] = field(default_factory=dict)  # by track: its folder
    lacking: list[str] = field(default_factory=list)  # sentences
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def damaged(self) -> list[str]:
        """The images that cannot be opened, or not to their end; of many, some evenly spread."""
        images = [path for folder in self.images.values() for path in frame_files(folder).paths()]
        opened = images[:: -(-len(images) // _OPENED) or 1]
        if len(opened) < len(images):
            self.notes.append(f"{len(opened):,} of {len(images):,} images were opened, evenly spread")
        return [problem for path in _watched(opened) if (problem := _problem(path))]


@dataclass(frozen=True)
class FrameFiles:
    """The images of one track."""

    folder: Path
    names: dict[int, str]  # by frame, from 1
    others: int  # files that are no image of a frame, or of a frame that has one

    def paths(self) -> list[Path]:
        """By frame."""
        return [self.folder / self.names[frame] for frame in sorted(self.names)]

    def of(self, rows: int) -> np.ndarray:
        """The image of each of a track's rows: object (rows,) of str, None where there is none."""
        folder = f"{self.folder}{os.sep}"
        names = map(self.names.get, range(1, rows + 1))
        return np.array([name and folder + name for name in names], object)


def frame_files(folder: Path) -> FrameFiles:
    """The images of a track's folder; read by one listing, for there are millions.

    Raises:
        DataError: if the folder is gone.
    """
    try:
        files = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        raise DataError(f"There is no folder {folder} any more; read the data set anew.") from None
    names: dict[int, str] = {}
    for name in files:
        stem, _, suffix = name.rpartition(".")
        if stem.isdecimal() and suffix.lower() in _SUFFIXES and int(stem) > 0:
            names.setdefault(int(stem), name)
    return FrameFiles(folder, names, sum(not name.endswith(TRUTH_SUFFIX) for name in files) - len(names))


def places(root: Path) -> list[Path]:
    """The folders with ``Train_Set`` or ``Validation_Set`` of valence and arousal in them."""
    holders = {folder.parent for folder in _folders(root) if folder.name in SPLITS}
    return sorted(holder for holder in holders if any(map(looks_annotated, _texts(holder))))


def scan(root: Path) -> Found:
    """Sort a folder's files, reading no label and no image.

    Raises:
        DataError: if there is no such folder, no annotation of valence and arousal in it, two sets of
            them, or a synthetic world in it is unfinished.
    """
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {HOW_TO_GET}")
    refuse_unfinished(root)
    holders = places(root)
    if not holders:
        raise DataError(f"No annotations of valence and arousal in {root}. {HOW_TO_GET}")
    if len(holders) > 1:
        both = " and ".join(str(holder.relative_to(root)) for holder in holders[:2])
        raise DataError(f"{root} holds two sets of annotations, {both}; keep one of them there.")
    found = Found(root)
    _add_annotations(found, holders[0])
    _add_images(found)
    return found


def _add_annotations(found: Found, holder: Path) -> None:
    for name, split in SPLITS.items():
        if not (holder / name).is_dir():
            found.lacking.append(f"there is no folder {name} in {holder.relative_to(found.root)}")
            continue
        stray = []
        for path in sorted(path for path in (holder / name).iterdir() if not path.name.startswith(".")):
            if path.suffix.lower() != ".txt":
                stray += [] if path.name.endswith(TRUTH_SUFFIX) else [path.name]
            elif path.stem in found.annotations:
                found.odd.append(f"{path.relative_to(found.root)}: the training set has a track of that name")
            else:
                found.annotations[path.stem] = (split, path)
        if stray:
            found.notes.append(f"{len(stray)} files in {name} are no annotations: {several(stray)}")
    if (holder / UNLABELLED).is_dir():
        tests = [path.name for path in sorted((holder / UNLABELLED).iterdir())]
        found.notes.append(f"{UNLABELLED} has {len(tests)} files; it has no labels and is not read")


def _add_images(found: Found) -> None:
    outer = [folder for folder in _folders(found.root) if folder.name.startswith(IMAGES)]
    for folder in outer:
        for track in sorted(folder.glob("*/")):
            if track.name.startswith((".", "__", IMAGES)):  # an archive's folder in one of the same name
                continue
            if track.name in found.images:
                first = found.images[track.name].relative_to(found.root)
                found.odd.append(f"{track.relative_to(found.root)}: {first} has images of that track already")
            else:
                found.images[track.name] = track
    if not outer:
        found.lacking.append(f"there is no folder {IMAGES}")


def _folders(root: Path) -> Iterator[Path]:
    """The folders below ``root``, but for those of single tracks, hidden ones, and what lies too deep."""
    for folder, subfolders, _ in os.walk(root, followlinks=True):
        here = Path(folder)
        if here != root:
            yield here
        deep = len(here.relative_to(root).parts) >= _DEEPEST
        images = here.name.startswith(IMAGES)
        kept = (s for s in sorted(subfolders) if s.startswith(IMAGES) or not images)
        subfolders[:] = [] if deep else [s for s in kept if not s.startswith((".", "__"))]


def _texts(holder: Path) -> Iterator[Path]:
    return (path for name in SPLITS for path in sorted((holder / name).glob("*.txt")))


def _watched(paths: list[Path]) -> Iterator[Path]:
    return bar(paths, desc="Opening images", unit="image", delay=2)


def _problem(path: Path) -> str | None:
    try:
        open_image(path)
    except DataError as error:
        return str(error)
    return None
