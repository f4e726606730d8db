"""Images sorted by hand or by program into ``Train|Validation|Test/<class>/<file>``.

The folder's name is the label: any word for an emotion will do, in any case. A file's name may say where the
image comes from, ``26_7_39.png``: participant, video, frame. Every image is opened when the manifest is
made: a damaged one is better met here than in the midst of a training.
"""

import os
import re
import shutil
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from filelock import FileLock
from PIL import Image

from labkit.datasets.folders import several
from labkit.datasets.splits import SPLITS
from labkit.datasets.world_files import TRUTH, WHOLE
from labkit.emotions import canonical
from labkit.errors import DataError
from labkit.progress import bar

MANIFEST_COLUMNS = ("path", "emotion", "split", "subject", "clip", "frame")
FOLDERS = {"train": "Train", "validation": "Validation", "test": "Test"}
RECORD = "class_folders.txt"  # lists what `write` put into a folder, and so what it may replace

_OURS = {RECORD, WHOLE, TRUTH}
_WORDS = {"training": "train", "valid": "validation", "val": "validation", "testing": "test"}
_IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
_ORIGIN = re.compile(r"(\d+)_(\d+)_(\d+)")
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)  # what Pillow may raise


@dataclass
class Found:
    """What lies in class folders: images by split and class, and what was left out."""

    root: Path
    splits: tuple[str, ...] = SPLITS  # that are looked for
    classes: set[str] = field(default_factory=set)  # that have a folder in any split
    images: list[tuple[Path, str, str]] = field(default_factory=list)  # path, emotion, split
    stray: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def empty(self) -> list[str]:
        """The classes without an image in a split, each in a few words."""
        filled = {(split, emotion) for _, emotion, split in self.images}
        pairs = ((split, emotion) for split in self.splits for emotion in sorted(self.classes))
        return [f"{FOLDERS[s]} has no image of '{e}'" for s, e in pairs if (s, e) not in filled]

    def manifest(self) -> pd.DataFrame:
        """The images as :func:`load` returns them."""
        rows = [
            {"path": path, "emotion": emotion, "split": split} | _origin(path)
            for path, emotion, split in self.images
        ]
        return pd.DataFrame(rows, columns=MANIFEST_COLUMNS).astype({"frame": "Int64"})


def load(root: str | Path, splits: tuple[str, ...] = SPLITS) -> pd.DataFrame:
    """The manifest of the images under ``root``: one row an image, by split, emotion and file name.

    Args:
        splits: that must be there; other folders are stray.

    Returns:
        Columns ``path`` (Path), ``emotion`` (canonical), ``split`` ("train", "validation", "test"),
        ``subject`` ("26"), ``clip`` ("26_7") and ``frame`` (from 1; Int64). The last three are "" and
        missing where the name does not tell. Stray files and images that cannot be opened are left out with
        a warning that counts them.

    Raises:
        DataError: if there is no such folder, a split is missing, a folder's name is no emotion, or a class
            is empty in a split.
    """
    found = scan(Path(root), splits)
    for what, names in (("stray files", found.stray), ("images that cannot be opened", found.unreadable)):
        if names:
            warnings.warn(f"{len(names)} {what} in {root} were left out: {several(names)}", stacklevel=2)
    if empty := found.empty():
        raise DataError(
            f"In {root}, {' and '.join(empty)}; put images there, or remove the class everywhere."
        )
    return found.manifest()


def recognises(root: str | Path) -> bool:
    """Whether a folder has one for training images with folders in it."""
    return "train" in splits_of(root)


def splits_of(root: str | Path) -> list[str]:
    """The splits that have a folder with folders in it."""
    root = Path(root)
    folders = _split_folders(root) if root.is_dir() else []
    return [split for split, folder in folders if any(child.is_dir() for child in _visible(folder))]


def scan(root: Path, splits: tuple[str, ...] = SPLITS) -> Found:
    """Sort the files of class folders, opening every image.

    Raises:
        DataError: if there is no such folder, one of ``splits`` or every class is missing, or a folder's name
            is no emotion.
    """
    folders = [(s, f) for s, f in _split_folders(root) if s in splits] if root.is_dir() else []
    present = {split for split, _ in folders}
    if absent := [FOLDERS[split] for split in splits if split not in present]:
        raise DataError(f"{root} has no folder {', '.join(absent)}; add it, with a folder of images a class.")
    found = Found(root, splits)
    inside = {folder for _, folder in folders}
    found.stray += [path.name for path in _visible(root) if path not in inside and path.name not in _OURS]
    candidates = []
    for split, folder in folders:
        candidates += [(image, emotion, split) for image, emotion in _class_images(folder, found)]
    if not found.classes:
        raise DataError(f"The folders in {root} hold no class folders, such as Train/happiness.")
    for image, emotion, split in bar(candidates, desc="Opening images", unit="image", delay=2):
        if _opens(image):
            found.images.append((image, emotion, split))
        else:
            found.unreadable.append(str(image.relative_to(root)))
    found.images.sort(key=lambda row: (SPLITS.index(row[2]), row[1], row[0].name))
    return found


def write(table: pd.DataFrame, root: Path | str) -> Path:
    """Copy images into class folders, all of them or none; returns their folder.

    Args:
        table: columns ``path``, ``emotion`` and ``split``; the files keep their names.
        root: a folder that is new, empty, or was written by this function and not changed since: it is
            replaced, hidden files such as .DS_Store with it. What a person has moved, added or removed is
            never overwritten.

    Raises:
        DataError: if two images would share a place, ``root`` holds anything else, or it cannot be written.
    """
    root = Path(root)
    places = [
        f"{FOLDERS[row.split]}/{canonical(row.emotion)}/{Path(row.path).name}" for row in table.itertuples()
    ]
    if len(set(places)) < len(places):
        twice = next(place for place, count in Counter(places).items() if count > 1)
        raise DataError(f"Two images would be {root / twice}; give their files different names.")
    part, old = (root.with_name(f".{root.name}.{kind}") for kind in ("part", "old"))
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(root.with_name(f".{root.name}.lock")):
            _refuse_changed(root)
            for leftover in (part, old):  # of a run that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            try:
                _copy(table["path"], places, part)
                if root.exists():
                    os.replace(root, old)
                os.replace(part, root)
                shutil.rmtree(old, ignore_errors=True)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise DataError(
            f"{root} cannot be written: {error.strerror or error}; free space or name another folder."
        ) from error
    return root


def _copy(sources: Sequence[Path | str], places: list[str], part: Path) -> None:
    for source, place in zip(bar(sources, desc="Copying images", unit="image", delay=2), places, strict=True):
        target = part / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    (part / RECORD).write_text("\n".join(places) + "\n", encoding="utf-8")


def _refuse_changed(root: Path) -> None:
    """
    Raises:
        DataError: if ``root`` holds anything but what :func:`write` has put there.
    """
    if not root.exists():
        return
    there = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    record = root / RECORD
    ours = {RECORD, *record.read_text(encoding="utf-8").split("\n")} - {""} if record.is_file() else set()
    if ours:  # hidden files, such as .DS_Store, come by themselves
        there = {name for name in there if name in ours or not Path(name).name.startswith(".")}
    if changed := sorted(there ^ ours):
        raise DataError(
            f"{root} was not written by labkit, or was changed since ({several(changed)}), and is left as it "
            "is; name another folder, or delete it."
        )


def read_images(paths: Sequence[Path | str], size: int) -> np.ndarray:
    """The images in RGB, resized to a square: uint8 (n, size, size, 3); a bar shows after two seconds.

    Raises:
        DataError: if one cannot be opened; it is named.
    """
    images = np.empty((len(paths), size, size, 3), np.uint8)
    for image, path in zip(images, bar(paths, desc="Reading images", unit="image", delay=2), strict=True):
        pixels = np.asarray(open_image(path))
        shrinks = min(pixels.shape[:2]) > size
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        image[:] = cv2.resize(pixels, (size, size), interpolation=way)
    return images


def open_image(path: Path | str) -> Image.Image:
    """The image of a file, in RGB, whole.

    Raises:
        DataError: if it cannot be opened, or not to its end.
    """
    try:
        with Image.open(path) as image:
            return _in_eight_bits(image).convert("RGB")
    except _UNREADABLE as error:
        raise DataError(f"{path} is no image that can be opened ({error}); replace or remove it.") from None


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Greys of up to 16 bits in 8; Pillow would make all but the darkest white."""
    if not image.mode.startswith("I"):
        return image
    greys = np.asarray(image)
    if greys.max() > 255:
        greys = greys // 256
    return Image.fromarray(greys.clip(0, 255).astype(np.uint8))


def _opens(path: Path) -> bool:
    try:
        open_image(path)
    except DataError:
        return False
    return True


def _visible(folder: Path) -> list[Path]:
    """What is in a folder, by name, hidden things left out."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))


def _split_folders(root: Path) -> list[tuple[str, Path]]:
    """The folders whose names are words for a split."""
    words = {folder: folder.name.lower() for folder in _visible(root) if folder.is_dir()}
    named = [(_WORDS.get(word, word), folder) for folder, word in words.items()]
    return [(split, folder) for split, folder in named if split in SPLITS]


def _class_images(folder: Path, found: Found) -> list[tuple[Path, str]]:
    """The image files in a split's class folders, with their emotions; what else is there is stray."""
    images = []
    for child in _visible(folder):
        if not child.is_dir():
            found.stray.append(str(child.relative_to(found.root)))
            continue
        emotion = _emotion(child)
        found.classes.add(emotion)
        for path in _visible(child):
            if path.is_file() and path.suffix.lower() in _IMAGE_SUFFIXES:
                images.append((path, emotion))
            else:
                found.stray.append(str(path.relative_to(found.root)))
    return images


def _emotion(folder: Path) -> str:
    try:
        return canonical(folder.name)
    except DataError as error:
        raise DataError(f"{folder} is no class: {error} Rename or remove it.") from None


def _origin(path: Path) -> dict[str, object]:
    """Subject, clip and frame, as far as the file's name tells."""
    name = _ORIGIN.fullmatch(path.stem)
    if not name:
        return {"subject": "", "clip": "", "frame": pd.NA}
    person, number, frame = map(int, name.groups())
    return {"subject": str(person), "clip": f"{person}_{number}", "frame": frame}
