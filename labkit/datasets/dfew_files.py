"""What lies in a DFEW folder: clips as videos or as folders of frames, in up to three places.

Clip/original/part_3/2001.mp4            the clip itself, or Clip/original/02001/*.jpg, its frames
Clip/clip_224x224/02001/*.jpg            faces that the authors cut out and straightened, of all frames
Clip/clip_224x224_16f/02001/*.jpg        the same, brought to sixteen frames by interpolation in time
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from labkit.datasets.class_folders import open_image
from labkit.datasets.dfew_labels import DIGITS
from labkit.datasets.folders import several
from labkit.datasets.world_files import TRUTH_SUFFIX, refuse_unfinished
from labkit.errors import DataError, VideoError
from labkit.progress import bar
from labkit.video import probe
from labkit.video.reading import IMAGE_SUFFIXES

HOW_TO_GET = (
    "The loader looks for 'Clip/original/part_1/1.mp4' (or 'Clip/clip_224x224/00001/*.jpg', or "
    "'Clip/clip_224x224_16f/00001/*.jpg') and 'EmoLabel_DataSplit/test(single-labeled)/set_1.csv' or "
    "'Annotation/annotation.csv'; DFEW is sent by its authors on request, see data/cards/dfew.md; "
    "'labkit data get synthetic-dfew' makes a stand-in."
)
CLIPS = "Clip"
PLACES = {"original": "original", "full": "clip_224x224", "16f": "clip_224x224_16f"}  # the fullest first
SIXTEEN = 16

COLUMNS = ("clip", "path", "kind")

_VIDEO_SUFFIXES = (".mp4", ".avi", ".mkv", ".mov")
_NUMBER = re.compile(r"0*([1-9]\d*)")
_OPENED = 20_000  # images that a check opens at most; all of the real set's would take an hour


@dataclass
class Found:
    """The clips of one place."""

    folder: Path
    clips: dict[str, tuple[Path, str]] = field(default_factory=dict)  # by padded name: path and kind
    odd: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)

    def table(self) -> pd.DataFrame:
        """One row a clip, by name: :data:`COLUMNS`."""
        rows = [(clip, *self.clips[clip]) for clip in sorted(self.clips)]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def strays(self) -> list[str]:
        """What is no part of the set, in a sentence, if anything is."""
        said = f"{len(self.stray)} files in {self.folder.name} are no clips: {several(self.stray)}"
        return [said] if self.stray else []

    def lengths(self) -> tuple[pd.Series, list[str]]:
        """How many frames each clip has (as a video declares it), and which cannot be read."""
        counts, problems = {}, []
        for clip, (path, kind) in bar(
            sorted(self.clips.items()), desc="Counting frames", unit="clip", delay=2
        ):
            try:
                counts[clip] = probe(path).frames if kind == "video" else len(frame_files(path))
            except VideoError as error:
                problems.append(str(error))
        return pd.Series(counts, dtype=int), problems

    def damaged(self) -> tuple[list[str], str]:
        """The images that cannot be opened, or not to their end; and of many, how many were tried."""
        folders = [path for path, kind in self.clips.values() if kind == "frames"]
        images = [path for folder in folders for path in frame_files(folder)]
        opened = images[:: -(-len(images) // _OPENED) or 1]
        tried = f"{len(opened):,} of {len(images):,} images in {self.folder.name} were opened, evenly spread"
        watched = bar(opened, desc="Opening images", unit="image", delay=2)
        problems = [problem for path in watched if (problem := _problem(path))]
        return problems, tried if len(opened) < len(images) else ""


def inside(root: Path, name: str) -> Path:
    """The folder of that name in ``root``, or in a folder DFEW or DFEW-part2 in it, as archives unpack."""
    folders = (folder / name for folder in (root, *sorted(root.glob("DFEW*/"))))
    return next((folder for folder in folders if folder.is_dir()), root / name)


def places(root: Path) -> dict[str, Path]:
    """The folders of clips that are there and not empty, by "original", "full" and "16f", in this order."""
    folders = {frames: inside(root, f"{CLIPS}/{name}") for frames, name in PLACES.items()}
    return {frames: folder for frames, folder in folders.items() if folder.is_dir() and any(folder.iterdir())}


def place(root: Path, frames: str | None) -> Path:
    """The folder to read: the one asked for, or the fullest there is.

    Raises:
        DataError: if there is no such folder, or a synthetic world in it is unfinished.
    """
    if frames is not None and frames not in PLACES:
        raise DataError(f"There are no frames '{frames}' of DFEW; choose {', '.join(PLACES)}.")
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {HOW_TO_GET}")
    refuse_unfinished(root)
    there = places(root)
    if not there:
        raise DataError(f"No clips of DFEW in {root}. {HOW_TO_GET}")
    if frames is None:
        return next(iter(there.values()))
    if frames not in there:
        raise DataError(
            f"There is no folder {CLIPS}/{PLACES[frames]} in {root}; choose frames of {', '.join(there)}."
        )
    return there[frames]


def scan(folder: Path) -> Found:
    """Sort the files of a place, looking into folders of frames only to see that they have any."""
    found = Found(folder)
    for entry in _entries(folder):
        if entry.is_dir() and not _NUMBER.fullmatch(entry.name):  # part_1, part_2 …
            for inner in _entries(Path(entry.path)):
                _add(found, inner)
        else:
            _add(found, entry)
    return found


def frame_files(folder: Path) -> list[Path]:
    """The images of a folder of frames, in the order of their names."""
    return sorted(Path(entry.path) for entry in _entries(folder) if _is_image(entry))


def _add(found: Found, entry: os.DirEntry) -> None:
    """File a video or a folder of frames under ``found``, or say why it cannot be."""
    path = Path(entry.path)
    is_video = path.suffix.lower() in _VIDEO_SUFFIXES and entry.is_file()
    number = _NUMBER.fullmatch(path.stem if is_video else entry.name)
    within = path.relative_to(found.folder.parent)
    if not number or not (is_video or entry.is_dir()):
        if not entry.name.endswith((TRUTH_SUFFIX, ".zip")):
            found.stray.append(str(within))
        return
    clip = number[1].zfill(DIGITS)
    if clip in found.clips:
        first = found.clips[clip][0].relative_to(found.folder.parent)
        found.odd.append(f"{within}: the same clip as {first}")
    elif is_video and entry.stat().st_size == 0:
        found.odd.append(f"{within}: the file is empty; get it again")
    elif not is_video and not _has_image(path):
        found.odd.append(f"{within}: a clip without frames; get it again")
    else:
        found.clips[clip] = path, "video" if is_video else "frames"


def _entries(folder: Path) -> list[os.DirEntry]:
    """What a folder holds, by name; hidden entries are left out."""
    with os.scandir(folder) as entries:
        shown = [entry for entry in entries if not entry.name.startswith((".", "__"))]
    return sorted(shown, key=lambda entry: entry.name)


def _has_image(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(map(_is_image, entries))


def _is_image(entry: os.DirEntry) -> bool:
    return not entry.name.startswith(".") and entry.name.lower().endswith(tuple(IMAGE_SUFFIXES))


def _problem(path: Path) -> str | None:
    try:
        open_image(path)
    except DataError as error:
        return str(error)
    return None
