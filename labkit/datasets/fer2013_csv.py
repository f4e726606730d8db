"""``fer2013.csv``: one row an image, its 2304 pixels written out as text.

The file is read in pieces of a thousand rows, so memory holds the images that are asked for and no text
of the others. A row is used only if it is whole: a known label and use, and 2304 whole numbers of 0 to 255.
"""

import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.errors import DataError
from labkit.progress import bar

FILES = ("fer2013.csv", "icml_face_data.csv")  # the second is the same table in the contest's own download
SIDE = 48  # pixels
CLASSES = ("angry", "disgust", "fearful", "happy", "sad", "surprised", "neutral")  # by their codes, 0 to 6
USAGES = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}

_COLUMNS = ("emotion", "pixels", "Usage")
_PIECE = 1000  # rows
_CODES = {str(code): emotion for code, emotion in enumerate(CLASSES)}


@dataclass
class Rows:
    """The whole rows of a file, and what is wrong with each of the others, by row (from 0)."""

    row: list[int] = field(default_factory=list)
    emotion: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    digest: list[bytes] = field(default_factory=list)  # equal for equal images only
    plain: int = 0  # images of one single grey
    faults: dict[int, str] = field(default_factory=dict)


def find(root: Path) -> Path | None:
    """The table in ``root``, or in its folder ``fer2013``, as the archive unpacks it."""
    places = [folder / name for folder in (root, root / "fer2013") for name in FILES]
    return next((place for place in places if place.is_file()), None)


def scan(file: Path) -> Rows:
    """Look at every row, pixels and all.

    Raises:
        DataError: if the file cannot be read, lacks a column or has no rows.
    """
    rows, looked_at = Rows(), 0
    with bar(desc="Checking rows", unit="row", delay=2) as progress:
        for piece in _pieces(file, _COLUMNS):
            for row, code, pixels, usage in piece[list(_COLUMNS)].itertuples(name=None):
                try:
                    _add(rows, row, code.strip(), pixels, usage.strip())
                except ValueError as fault:
                    rows.faults[row] = str(fault)
            looked_at += len(piece)
            progress.update(len(piece))
    if not looked_at:
        raise DataError(f"{file} has no rows; get it again.")
    return rows


def usages(file: Path) -> pd.Series:
    """What each row is for, as written: "Training", "PublicTest" or "PrivateTest".

    Raises:
        DataError: if the file cannot be read or lacks the column.
    """
    pieces = [piece["Usage"].str.strip() for piece in _pieces(file, ("Usage",))]
    return pd.concat(pieces) if pieces else pd.Series([], dtype=str)


def read_rows(file: Path, rows: np.ndarray) -> np.ndarray:
    """The images of ``rows`` (from 0, in any order, any of them repeatedly), uint8 (n, 48, 48).

    Raises:
        DataError: if the file cannot be read, or one of the rows is not there or not whole.
    """
    wanted, place = np.unique(rows, return_inverse=True)
    images = np.empty((len(wanted), SIDE, SIDE), np.uint8)
    done = 0
    with bar(desc="Reading images", total=len(wanted), unit="image", delay=2) as progress:
        for piece in _pieces(file, ("pixels",)) if len(wanted) else ():
            here = wanted[done : np.searchsorted(wanted, piece.index.stop)]
            for row, text in zip(here.tolist(), piece["pixels"].loc[here], strict=True):
                try:
                    images[done] = _image(text)
                except ValueError as fault:
                    raise DataError(f"Row {row} (from 0) of {file} has {fault}; leave it out.") from None
                done += 1
            progress.update(len(here))
            if done == len(wanted):
                break
    if done < len(wanted):
        raise DataError(f"{file} has no row {wanted[done]} (from 0); load its manifest again.")
    return images[place]


def _add(rows: Rows, row: int, code: str, pixels: str, usage: str) -> None:
    """
    Raises:
        ValueError: if the row is not whole; says what it has.
    """
    if code not in _CODES:
        raise ValueError(f"the label '{code}' (0 to {len(CLASSES) - 1} are known)")
    if usage not in USAGES:
        raise ValueError(f"the use '{usage}' ({', '.join(USAGES)} are known)")
    image = _image(pixels)
    rows.row.append(row)
    rows.emotion.append(_CODES[code])
    rows.split.append(USAGES[usage])
    rows.digest.append(image_digest(image))
    rows.plain += bool((image == image.flat[0]).all())


def image_digest(image: np.ndarray) -> bytes:
    """Sixteen bytes that are equal for equal images only."""
    return blake2b(image.tobytes(), digest_size=16).digest()


def _image(text: str) -> np.ndarray:
    """
    Raises:
        ValueError: if a row's pixels are not as they should be; says what it has.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy stops at what is no number, and warns
        try:
            values = np.fromstring(text, np.int64, sep=" ") if text.strip() else np.empty(0, np.int64)
        except (DeprecationWarning, ValueError):
            raise ValueError("a pixel that is no whole number") from None
    if values.size != SIDE * SIDE:
        raise ValueError(f"{values.size} pixels instead of {SIDE * SIDE}")
    if values.min() < 0 or values.max() > 255:
        raise ValueError("a pixel outside 0 to 255")
    return values.astype(np.uint8).reshape(SIDE, SIDE)


def _pieces(file: Path, columns: Collection[str]) -> Iterator[pd.DataFrame]:
    """The file's columns as text, some rows at a time; the index counts the rows from 0.

    Raises:
        DataError: if the file cannot be read to its end or lacks a column.
    """
    try:
        there = {name.strip(): name for name in pd.read_csv(file, nrows=0).columns}
        if absent := [column for column in columns if column not in there]:
            raise DataError(
                f"{file} has no column {', '.join(absent)}; its first line must name emotion, pixels, Usage."
            )
        names = {there[column]: column for column in columns}
        options = {"usecols": list(names), "dtype": str, "keep_default_na": False, "chunksize": _PIECE}
        with pd.read_csv(file, **options) as reader:
            for piece in reader:
                yield piece.rename(columns=names).fillna("")  # a row that is cut short lacks its last cells
    except (OSError, ValueError) as error:  # pandas' own faults are ValueErrors
        reason = str(error).strip().splitlines()[-1]
        raise DataError(f"{file} cannot be read as a table ({reason}); get it again.") from None
