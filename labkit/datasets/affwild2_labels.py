"""Aff-Wild2's annotation files: a line ``valence,arousal``, then one row of two numbers a frame.

A row tells of one frame by its place alone, so no line may be passed over: an empty or unreadable one in the
midst makes the file unusable, where leaving it out would shift every label after it by a frame.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labkit.errors import DataError

HEADER = ("valence", "arousal")
INVALID = -5.0  # the files' own mark for a frame without a label

_NAME = re.compile(r"(video\d+|\d+-\d+-\d+x\d+)[-_]\d+")  # a part of a video: video86_1, 5-60-1920x1080-1
_SIDES = ("_left", "_right")


@dataclass(frozen=True)
class Annotation:
    """What a file says, as it says it."""

    values: np.ndarray  # (n, 2) float32: valence, arousal; -5 and values outside [-1, 1] are still there
    has_header: bool

    @property
    def marked(self) -> np.ndarray:
        """(n,) bool: the rows that are marked invalid."""
        return (self.values == INVALID).any(axis=1)

    @property
    def outside(self) -> np.ndarray:
        """(n,) bool: the rows with a value that is no mark and not in [-1, 1] either."""
        return (~_within(self.values) & (self.values != INVALID)).any(axis=1)

    @property
    def affect(self) -> np.ndarray:
        """(n, 2) float32: valence and arousal, NaN for what is not in [-1, 1]."""
        return np.where(_within(self.values), self.values, np.float32(np.nan))


def read_annotation(path: Path) -> Annotation:
    """The rows of one file.

    A file without its header is read too: its first line is then the first frame's.

    Raises:
        DataError: if it cannot be read, is empty, has another header, or a line is not two numbers.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").rstrip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as text ({error}); get it again.") from None
    has_header = bool(lines) and not _is_row(lines[0])
    if has_header and _words(lines[0]) != HEADER:
        raise DataError(f"{path} begins with '{lines[0][:40]}', not with 'valence,arousal'; get it again.")
    rows = lines[has_header:]
    if not rows:
        raise DataError(f"{path} has no rows; get it again.")
    return Annotation(_numbers(path, rows, first=1 + has_header), has_header)


def looks_annotated(path: Path) -> bool:
    """Whether a file's first line is the header or two numbers: no other annotation of the set begins so."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            line = file.readline(200)
    except (OSError, UnicodeDecodeError):
        return False
    return _words(line) == HEADER or _is_row(line)


def names_of(clip: str) -> tuple[str, str]:
    """The video and the subject of a track by its name: "video86_1_left" → "video86", "video86_left".

    A long video was cut into numbered parts, which are one video still. Nobody is named: who is on the left
    in one video may be in another as well.
    """
    side = next((side for side in _SIDES if clip.endswith(side)), "")
    stem = clip.removesuffix(side)
    part = _NAME.fullmatch(stem)
    video = part[1] if part else stem
    return video, video + side


def _within(values: np.ndarray) -> np.ndarray:
    return np.abs(values) <= 1  # False for NaN


def _words(line: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in line.split(","))


def _is_row(line: str) -> bool:
    words = line.split(",")
    return len(words) == 2 and all(map(_is_number, words))


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _numbers(path: Path, rows: list[str], first: int) -> np.ndarray:
    """Two numbers a row, float32 (n, 2); ``first`` is the line that the first row stands in."""
    try:
        if all(row.count(",") == 1 for row in rows):
            return np.array(",".join(rows).split(","), np.float64).astype(np.float32).reshape(-1, 2)
    except ValueError:
        pass
    odd = next((n for n, row in enumerate(rows) if not _is_row(row)), 0)
    raise DataError(f"{path} has '{rows[odd][:40]}' in line {first + odd}, not two numbers; get it again.")
