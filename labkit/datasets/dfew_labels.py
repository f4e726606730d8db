"""What DFEW's tables say: set files (``video_name,label``), the annotation with its votes, and sources.

Numbers name the clips, zero-padded in folders ("00007") and not in tables ("7"); here they are always padded.
Label 0 stands for no single emotion: ten people watched each clip, and no emotion had enough of their votes.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.datasets.folders import several
from labkit.errors import DataError

CLASSES = ("happy", "sad", "neutral", "angry", "surprised", "disgust", "fearful")  # by their numbers, from 1
VOTES = tuple(f"votes_{name}" for name in CLASSES)
DIGITS = 5  # of a clip's padded name

FOLDER = "Annotation"
FILES = ("annotation.csv", "annotation.xlsx")  # the first that is there: a csv needs no further reader
SOURCES = "sources.csv"

_THEIR_VOTES = ("1happy", "2sad", "3neutral", "4angry", "5surprise", "6disgust", "7fear")
_EXCEL = "openpyxl"  # what pandas reads xlsx with


@dataclass(frozen=True)
class Rows:
    """The whole rows of a table, by clip, and in words what is wrong with the others."""

    table: pd.DataFrame  # index ``clip``; no clip twice
    odd: list[str]


def read_set(file: Path) -> Rows:
    """One set file: column ``label`` (int, 0 to 7).

    Raises:
        DataError: if it cannot be read as a table, or lacks a column.
    """
    table = _table(file, ("video_name", "label"))
    labels = _labels(table["label"])
    return _whole(
        file, table["video_name"], labels.to_frame("label"), "a clip's number and a label of 0 to 7"
    )


def read_annotation(file: Path) -> Rows:
    """The annotation: columns ``label`` (int, 0 to 7) and :data:`VOTES` (float, of ten people).

    Raises:
        DataError: if it cannot be read as a table, lacks a column, or is an xlsx that nothing here can read.
    """
    table = _table(file, (*_THEIR_VOTES, "order", "label"))
    votes = table[list(_THEIR_VOTES)].apply(pd.to_numeric, errors="coerce").astype(float)
    votes = votes.where(votes >= 0).set_axis(VOTES, axis=1)
    values = votes.assign(label=_labels(table["label"]))
    return _whole(file, table["order"], values, "a clip's number, seven votes and a label of 0 to 7")


def read_sources(file: Path) -> Rows:
    """Who is in each clip: column ``source`` (str).

    Raises:
        DataError: if it cannot be read as a table, or lacks a column.
    """
    table = _table(file, ("video_name", "source"))
    return _whole(file, table["video_name"], table[["source"]], "a clip's number and a source")


def unread(file: Path) -> str | None:
    """Why an annotation cannot be read here though it may be whole, and what to do; None if it can."""
    if file.suffix.lower() != ".xlsx" or find_spec(_EXCEL):
        return None
    return (
        f"{file} is an Excel file, which needs {_EXCEL} to be read; run 'pip install {_EXCEL}', or save it "
        "as annotation.csv beside it"
    )


def clip_names(texts: pd.Series) -> pd.Series:
    """Padded names of clips: "7", "00007", "7.0" and "7.mp4" are "00007"; missing for no number."""
    numbers = texts.str.strip().str.extract(r"^0*([1-9]\d*)(?:\.0|\.[A-Za-z]\w*)?$")[0]
    return numbers.str.zfill(DIGITS)


def _labels(texts: pd.Series) -> pd.Series:
    """Numbers of emotions as floats; missing for what is none."""
    numbers = pd.to_numeric(texts, errors="coerce")
    return numbers.where(numbers.isin(range(len(CLASSES) + 1)))


def _whole(file: Path, names: pd.Series, values: pd.DataFrame, wanted: str) -> Rows:
    """The rows that have a name and all values, each clip once: its first row."""
    clips = clip_names(names)
    whole = clips.notna() & values.notna().all(axis=1)
    odd = []
    if lost := int((~whole).sum()):
        lines = (np.flatnonzero(~whole) + 2).astype(str).tolist()  # the first line holds the names
        odd.append(f"{file}: {lost} rows are not {wanted}, lines {several(lines)}")
    table = values[whole].set_axis(pd.Index(clips[whole].astype(str), name="clip"), axis=0)
    if "label" in table:
        table = table.astype({"label": int})
    again = table.index.duplicated()
    if again.any():
        repeated = sorted(set(table.index[again]))
        odd.append(
            f"{file}: {len(repeated)} clips have more than one row; the first counts: {several(repeated)}"
        )
    return Rows(table[~again], odd)


def _table(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """The columns of a csv or xlsx, as text.

    Raises:
        DataError: if it cannot be read, or lacks a column.
    """
    if reason := unread(file):
        raise DataError(f"{reason}.")
    try:
        if file.suffix.lower() == ".xlsx":
            table = pd.read_excel(file, dtype=str, keep_default_na=False)
        else:
            # index_col: else rows that end in a comma would be read one column to the right
            table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False)
    except Exception as error:  # the readers of xlsx raise whatever their zip and XML readers do
        reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
        raise DataError(f"{file} cannot be read as a table ({reason[0]}); get it again.") from None
    table = table.rename(columns=lambda name: str(name).strip())
    if absent := [column for column in columns if column not in table]:
        raise DataError(
            f"{file} has no column {', '.join(absent)}; its first line must name {', '.join(columns)}."
        )
    return table[list(columns)].fillna("")  # a row that is cut short lacks its last cells
