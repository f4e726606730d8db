"""``ISED_details.mat``: which clip shows which emotion, and when it is strongest.

The data set's own README names the 16 columns of this MATLAB cell array (:data:`COLUMNS`); read are
1 participant, 3 video, 4 peak frame (counted from 1), 5 video path and 7 emotion. A copy may have lost
columns or been saved as plain numbers, so the first two-dimensional array of seven columns or more is taken,
cells or numbers. Whether column 3 is the video's number is not believed but tried: if counting a
participant's rows (the k-th row is video k) names more of the videos that are there, the rows are counted.
Either way a row is left out where column 5 names another clip: after a missing row, counting would shift the
labels.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath

import numpy as np

from labkit.errors import DataError

FILE = "ISED_details.mat"
COLUMNS = (
    "participant", "participant id", "video", "peak frame", "video path", "peak image path", "emotion",
    "intensity", "sex", "spectacles", "beard", "occlusion", "face", "left eye", "right eye", "nose",
)  # fmt: skip
EMOTION_CODES = {1: "happy", 2: "surprised", 3: "sad", 4: "disgust"}
_FEWEST_COLUMNS = 7
_PERSON = re.compile(r"PS[ _-]?0*([1-9]\d*)", re.IGNORECASE)
_NUMBER = re.compile(r"0*([1-9]\d*)")

Key = tuple[int, int]  # participant and video, as numbers


@dataclass(frozen=True)
class Detail:
    """One row: None where a cell holds no positive whole number (or no emotion's code)."""

    participant: int
    video: int | None
    peak: int | None
    emotion: str | None
    path: Key | None = None  # the clip that the video's path names, where it names one


@dataclass(frozen=True)
class Details:
    """The table by clip; ``reading`` says how its rows were told apart, ``odd`` what is wrong with some."""

    clips: dict[Key, Detail]
    reading: str
    odd: list[str]


def read_details(file: Path, there: Collection[Key]) -> Details:
    """Read the table and give each row its clip, of which ``there`` are at hand.

    Raises:
        DataError: if the file is missing, cannot be read, or holds no such table.
    """
    rows, odd = _rows(_table(file))
    by_column, by_count = _by_column(rows), _by_count(rows)
    counted = len(set(_agreeing(by_count)) & set(there)) > len(set(_agreeing(by_column)) & set(there))
    named = by_count if counted else by_column
    if len(named) < len(rows):
        odd.append(f"{FILE}: {len(rows) - len(named)} rows name no video, or one that another row names")
    clips = _agreeing(named)
    odd += [
        f"{FILE}: the row of clip {participant}_{video} has the path of clip {row.path[0]}_{row.path[1]} in "
        "column 5"
        for (participant, video), row in named.items()
        if (participant, video) not in clips
    ]
    odd += [
        f"{FILE}: clip {participant}_{video} has no emotion's code (1 to 4) in column 7"
        for (participant, video), detail in clips.items()
        if detail.emotion is None
    ]
    reading = "a participant's rows, counted, are the videos" if counted else "column 3 is the video's number"
    return Details(clips, reading, odd)


def clip_of(path: PurePath) -> Key | None:
    """The clip whose video has this path, as its last folder and its name tell: ``PS 26/7.avi``."""
    person, number = _PERSON.fullmatch(path.parent.name), _NUMBER.fullmatch(path.stem)
    return (int(person[1]), int(number[1])) if person and number else None


def _table(file: Path) -> np.ndarray:
    """The first array of the file that has rows and seven columns or more."""
    from scipy.io import loadmat  # takes a moment to import, and only this file needs it

    if not file.is_file():
        raise DataError(
            f"{file} is missing, and without it no clip has an emotion; get it with the videos again."
        )
    try:
        values = loadmat(file)
    except NotImplementedError:
        raise DataError(
            f"{file} is of MATLAB's version 7.3; save it there again with the option -v7."
        ) from None
    except Exception as error:  # a damaged file makes scipy fail in almost any way
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{file} is damaged or no MATLAB file ({reason}); get it again.") from None
    tables = [value for name, value in values.items() if not name.startswith("__") and _is_table(value)]
    if not tables:
        raise DataError(
            f"{file} holds no table of {_FEWEST_COLUMNS} columns or more; ISED's own has {len(COLUMNS)}."
        )
    return tables[0]


def _is_table(value: object) -> bool:
    return (
        isinstance(value, np.ndarray)
        and value.ndim == 2
        and value.shape[0] > 0
        and value.shape[1] >= _FEWEST_COLUMNS
        and value.dtype.kind in "fiuO"
    )


def _rows(table: np.ndarray) -> tuple[list[Detail], list[str]]:
    """The rows that have a participant, and a sentence for each that has none (a heading, perhaps)."""
    rows, odd = [], []
    participant_at, video_at, peak_at, path_at, emotion_at = (
        COLUMNS.index(name) for name in ("participant", "video", "peak frame", "video path", "emotion")
    )
    for number, cells in enumerate(table, 1):
        participant = _whole(cells[participant_at])
        if participant is None:
            odd.append(f"{FILE}: row {number} has no participant's number in column 1")
            continue
        emotion = EMOTION_CODES.get(_whole(cells[emotion_at]))
        clip = clip_of(PureWindowsPath(_text(cells[path_at])))  # takes either slash
        rows.append(Detail(participant, _whole(cells[video_at]), _whole(cells[peak_at]), emotion, clip))
    return rows, odd


def _whole(cell: object) -> int | None:
    """The positive whole number in a cell, whatever it is wrapped in."""
    try:
        value = float(np.asarray(cell).squeeze().item())
    except (TypeError, ValueError):  # a text, nothing, or several numbers
        return None
    return int(value) if value.is_integer() and value > 0 else None


def _text(cell: object) -> str:
    """The text in a cell, whatever it is wrapped in; "" where there is none."""
    while isinstance(cell, np.ndarray) and cell.size == 1:
        cell = cell.item()
    return cell.strip() if isinstance(cell, str) else ""


def _agreeing(clips: dict[Key, Detail]) -> dict[Key, Detail]:
    """The rows whose path names the clip they were given, or none."""
    return {key: row for key, row in clips.items() if row.path in (None, key)}


def _by_column(rows: list[Detail]) -> dict[Key, Detail]:
    """Rows by participant and column 3; none for a clip that two rows name."""
    named = Counter((row.participant, row.video) for row in rows)
    return {
        (row.participant, row.video): row
        for row in rows
        if row.video is not None and named[row.participant, row.video] == 1
    }


def _by_count(rows: list[Detail]) -> dict[Key, Detail]:
    """Rows by participant and their number among the participant's rows, from 1."""
    so_far: Counter[int] = Counter()
    clips = {}
    for row in rows:
        so_far[row.participant] += 1
        clips[row.participant, so_far[row.participant]] = row
    return clips
