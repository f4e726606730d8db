"""FER2013: 35,887 faces from the web, 48×48 grey pixels, in seven emotions; and FER+, its second labels.

Two layouts are known: the table ``fer2013.csv`` (see labkit.datasets.fer2013_csv), and the class folders
``train`` and ``test`` into which many copies sort the same images. The table has a validation set (the
contest's public test); the folders have none, and are left as they are found. Nobody knows who is who: one
person may well be in training and in test.

FER+'s votes (labkit.datasets.fer2013_votes) lie beside the table and belong to its rows.
"""

import warnings
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pandas as pd

from labkit.datasets import class_folders, fer2013_csv, fer2013_votes
from labkit.datasets.check import CheckReport
from labkit.datasets.fer2013_counts import parts_of, repeats_line, short
from labkit.datasets.fer2013_csv import SIDE, image_digest
from labkit.datasets.fer2013_votes import majority
from labkit.datasets.folders import several
from labkit.datasets.world_files import refuse_unfinished
from labkit.emotions import canonical
from labkit.errors import DataError
from labkit.progress import bar

NAME = "fer2013"
TITLE = "FER2013, the faces of the Facial Expression Recognition 2013 contest"
LICENCE = "pictures found on the web, of many owners; for research and teaching, not to be passed on"
HOME = (
    "https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge"
)
CITATION = "Goodfellow et al. (2013), ICONIP, https://arxiv.org/abs/1307.0414"
HOW_TO_GET = (
    "The loader looks for 'fer2013.csv' (columns emotion, pixels, Usage), or for class folders "
    f"'train/happy/…' and 'test/happy/…'; FER2013 is at Kaggle ({HOME}), see data/cards/fer2013.md; "
    "'labkit data get synthetic-fer2013' makes a stand-in."
)

MANIFEST_COLUMNS = ("path", "emotion", "subject", "split", "clip", "frame", "row")
SPLITS_OF_FOLDERS = ("train", "test")
Labels = Literal["fer2013", "ferplus"]


def load(root: str | Path, labels: Labels = "fer2013") -> pd.DataFrame:
    """The manifest of the images under ``root``: one row an image, in the table's order or by class folder.

    Args:
        labels: "fer2013" for the data set's own, "ferplus" for what most of FER+'s ten people saw; images on
            which they do not agree, or see no emotion or no face, are then left out. FER+ knows contempt too.

    Returns:
        Columns ``path`` (Path: of the table, or of the image's own file), ``emotion``, ``subject`` (""),
        ``split`` ("train", "validation", "test"; no "validation" in class folders), ``clip`` (""), ``frame``
        (Int64, missing) and ``row`` (of the table, from 0; Int64, missing in class folders). Rows and files
        that are not whole are left out with a warning that counts them, images without a FER+ label too.

    Raises:
        DataError: if there is no such folder, nothing of FER2013 in it, no image left, or no FER+ where it is
            asked for, or one of other images.
    """
    root = Path(root)
    if labels not in ("fer2013", "ferplus"):
        raise DataError(f"There are no labels '{labels}' of FER2013; choose fer2013 or ferplus.")
    if _known_layout(root) == "class folders":
        if labels == "ferplus":
            raise DataError(
                f"{root} holds class folders, and FER+ labels the rows of fer2013.csv; get that file."
            )
        return _folders_manifest(root)
    table = _manifest(root)
    if labels == "ferplus":
        table = _relabelled(table, root)
    if table.empty:
        raise DataError(f"Not one row of {fer2013_csv.find(root)} is whole and labelled; get it again.")
    return table


def votes(root: str | Path) -> pd.DataFrame | None:
    """FER+'s votes on each row of the table under ``root``; None if they are not there.

    Returns:
        Index ``row`` (from 0), and ten columns of counts: neutral, happy, surprised, sad, angry, disgust,
        fearful, contempt, "unknown" and "no face".

    Raises:
        DataError: if they are damaged, or not of the images that are there.
    """
    root = Path(root)
    file, images = fer2013_votes.find(root), fer2013_csv.find(root)
    if file is None:
        return None
    if images is None:
        raise DataError(f"{file} labels the rows of fer2013.csv, which is not in {root}; get that file too.")
    return fer2013_votes.read_votes(file, images)


def read_images(rows: pd.DataFrame) -> np.ndarray:
    """The images of any rows of a manifest, in their order: uint8 (n, 48, 48), grey.

    Files of another size are resized, with a warning that counts them. A bar shows after two seconds.

    Raises:
        DataError: if one cannot be read; it is named.
    """
    images = np.empty((len(rows), SIDE, SIDE), np.uint8)
    of_table = rows["row"].notna().to_numpy()
    for file, places in _places(rows["path"].to_numpy(), of_table):
        images[places] = fer2013_csv.read_rows(file, rows["row"].to_numpy()[places].astype(int))
    files = np.flatnonzero(~of_table).tolist()
    resized = []
    for place in bar(files, desc="Reading images", unit="image", delay=2):
        path = rows["path"].iloc[place]
        gray = np.asarray(class_folders.open_image(path).convert("L"))
        if gray.shape != (SIDE, SIDE):
            resized.append(str(path))
            way = cv2.INTER_AREA if min(gray.shape) > SIDE else cv2.INTER_LINEAR
            gray = cv2.resize(gray, (SIDE, SIDE), interpolation=way)
        images[place] = gray
    if resized:
        warnings.warn(
            f"{len(resized)} of {len(files)} images were not {SIDE} pixels square and were resized: "
            f"{several(resized)}",
            stacklevel=2,
        )
    return images


def recognises(root: str | Path) -> bool:
    """Whether a folder has one of FER2013's two layouts."""
    return layout(root) is not None


def layout(root: str | Path) -> str | None:
    """Which of FER2013's layouts a folder has: "table", "class folders", or None for neither.

    Class folders with a validation set are not FER2013's.
    """
    root = Path(root)
    if fer2013_csv.find(root):
        return "table"
    if set(class_folders.splits_of(root)) != set(SPLITS_OF_FOLDERS):
        return None
    return "class folders" if _knows_an_emotion(root) else None


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published totals, and name what is missing or odd.

    Raises:
        DataError: if there is no such folder, or nothing of FER2013 in it.
    """
    root = Path(root)
    return _check_folders(root) if _known_layout(root) == "class folders" else _check_table(root)


def _known_layout(root: Path) -> str:
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {HOW_TO_GET}")
    refuse_unfinished(root)
    known = layout(root)
    if known is None:
        raise DataError(f"Nothing of FER2013 in {root}. {HOW_TO_GET}")
    return known


def _knows_an_emotion(root: Path) -> bool:
    for folder in root.glob("[Tt][Rr][Aa][Ii][Nn]*/*/"):
        try:
            canonical(folder.name)
        except DataError:
            continue
        return True
    return False


def _manifest(root: Path) -> pd.DataFrame:
    file = fer2013_csv.find(root)
    rows = fer2013_csv.scan(file)
    if rows.faults:
        warnings.warn(
            f"{len(rows.faults)} rows of {file} are not whole and were left out: "
            f"{several(_sentences(rows.faults))}",
            stacklevel=3,
        )
    return _table(
        {"path": [file] * len(rows.row), "emotion": rows.emotion, "split": rows.split, "row": rows.row}
    )


def _folders_manifest(root: Path) -> pd.DataFrame:
    return _table(class_folders.load(root, SPLITS_OF_FOLDERS)[["path", "emotion", "split"]])


def _table(columns: dict | pd.DataFrame) -> pd.DataFrame:
    """A manifest; what the data set does not tell is "" or missing."""
    table = pd.DataFrame(columns).reindex(columns=list(MANIFEST_COLUMNS))
    return table.assign(subject="", clip="").astype({"frame": "Int64", "row": "Int64"})


def _relabelled(table: pd.DataFrame, root: Path) -> pd.DataFrame:
    """The images with FER+'s labels, those without one left out."""
    theirs = votes(root)
    if theirs is None:
        raise DataError(
            f"{root} has no {fer2013_votes.FILE}; put it beside fer2013.csv, from {fer2013_votes.HOME}."
        )
    labels, none = majority(theirs.loc[table["row"].astype(int)])
    if none:
        warnings.warn(
            f"{sum(none.values())} of {len(table)} images have no FER+ label and were left out "
            f"({_counts(none)}).",
            stacklevel=3,
        )
    emotion = table["row"].map(labels)
    return table.assign(emotion=emotion)[emotion.notna()].reset_index(drop=True)


def _check_table(root: Path) -> CheckReport:
    file = fer2013_csv.find(root)
    rows = fer2013_csv.scan(file)
    table = pd.DataFrame({"emotion": rows.emotion, "split": rows.split, "digest": rows.digest})
    odd = [f"{file.name}: {sentence}" for sentence in _sentences(rows.faults)]
    notes = [repeats_line(table), *([f"{rows.plain} images are of one single grey."] if rows.plain else [])]
    try:
        notes.append(_ferplus_line(votes(root)))
    except DataError as error:
        odd.append(str(error))
    parts = parts_of(table)
    return CheckReport(NAME, root, LICENCE, parts=parts, missing=short(parts), odd=odd, notes=notes)


def _check_folders(root: Path) -> CheckReport:
    found = class_folders.scan(root, SPLITS_OF_FOLDERS)
    images = _table(found.manifest()[["path", "emotion", "split"]])
    with warnings.catch_warnings(record=True) as resized:
        warnings.simplefilter("always")
        digests = [image_digest(image) for image in read_images(images)]
    parts = parts_of(images, folders=True)
    return CheckReport(
        NAME,
        root,
        LICENCE,
        parts=parts,
        missing=found.empty() + short(parts),
        odd=[f"{name}: cannot be opened as an image" for name in found.unreadable]
        + [f"{name}: not an image in a class folder" for name in found.stray],
        notes=[repeats_line(images.assign(digest=digests)), *(str(warning.message) for warning in resized)],
    )


def _ferplus_line(theirs: pd.DataFrame | None) -> str:
    if theirs is None:
        return f"There is no {fer2013_votes.FILE} (FER+): its labels cannot be used."
    labels, none = majority(theirs)
    left_out = f"; {sum(none.values())} have none ({_counts(none)})" if none else ""
    return f"{fer2013_votes.FILE} (FER+): {len(labels)} of {len(theirs)} images have a label{left_out}."


def _sentences(faults: dict[int, str]) -> list[str]:
    """A sentence a fault, with the rows that have it."""
    rows: dict[str, list[str]] = {}
    for row, fault in sorted(faults.items()):
        rows.setdefault(fault, []).append(str(row))
    return [
        f"row {several(same)} (from 0) has {fault}"
        if len(same) == 1
        else f"{len(same)} rows (from 0: {several(same)}) have {fault}"
        for fault, same in rows.items()
    ]


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(numbers.items()))


def _places(paths: np.ndarray, chosen: np.ndarray) -> list[tuple[Path, np.ndarray]]:
    """The chosen places of each path: one file is read once."""
    files = dict.fromkeys(paths[chosen].tolist())
    return [(file, np.flatnonzero(chosen & (paths == file))) for file in files]
