"""FER+ (``fer2013new.csv``): what ten people saw in each image of FER2013.

Its rows are those of ``fer2013.csv``, in the same order; ten columns count the votes for eight emotions, for
"unknown" and for "NF", no face. An image's label is what most of the ten chose; where two lead together, or
"unknown" or "no face" leads, the image has none. (FER+'s authors also drop what only one person chose and
ask for more than half of the rest; the plain rule keeps more images, and needs no numbers to be set.)
"""

from collections import Counter
from pathlib import Path

import pandas as pd

from labkit.datasets.fer2013_csv import usages
from labkit.errors import DataError

FILE = "fer2013new.csv"
HOME = "https://github.com/microsoft/FERPlus"
CITATION = "Barsoum, Zhang, Canton Ferrer and Zhang (2016), ACM ICMI, https://arxiv.org/abs/1608.01041"
UNKNOWN, NO_FACE, TIE = "unknown", "no face", "tie"

# The file's names of the columns, and ours.
COLUMNS = {
    "neutral": "neutral",
    "happiness": "happy",
    "surprise": "surprised",
    "sadness": "sad",
    "anger": "angry",
    "disgust": "disgust",
    "fear": "fearful",
    "contempt": "contempt",
    "unknown": UNKNOWN,
    "NF": NO_FACE,
}


def find(root: Path) -> Path | None:
    """FER+'s table in ``root``, or in its folder ``fer2013``."""
    return next((place for place in (root / FILE, root / "fer2013" / FILE) if place.is_file()), None)


def read_votes(file: Path, images: Path) -> pd.DataFrame:
    """The votes on each row of the table ``images``.

    Returns:
        Index ``row`` (from 0), and ten columns of counts: the emotions, "unknown" and "no face".

    Raises:
        DataError: if the file cannot be read, lacks a column, holds something else than counts, or is not of
            these images: it has more or fewer rows, or gives one another use.
    """
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False).rename(columns=str.strip)
        if absent := [name for name in ("Usage", *COLUMNS) if name not in table]:
            raise DataError(f"{file} has no column {', '.join(absent)}; get it again from {HOME}.")
        counts = table[list(COLUMNS)].astype(int)
    except (OSError, ValueError) as error:  # pandas' own faults are ValueErrors
        reason = str(error).strip().splitlines()[-1]
        raise DataError(f"{file} is no table of votes ({reason}); get it again from {HOME}.") from None
    if (counts < 0).any(axis=None):
        raise DataError(f"{file} holds votes below 0; get it again from {HOME}.")
    _compare(file, table["Usage"].str.strip(), images)
    return counts.rename(columns=COLUMNS).rename_axis("row")


def majority(votes: pd.DataFrame) -> tuple[pd.Series, dict[str, int]]:
    """What most people saw in each image.

    Args:
        votes: as :func:`read_votes` gives them.

    Returns:
        The emotion by row, of the rows that have one; and how many have none, by reason ("tie", "unknown",
        "no face").
    """
    leader = votes.idxmax(axis=1)
    together = votes.eq(votes.max(axis=1), axis=0).sum(axis=1) > 1
    leader = leader.mask(together, TIE).rename("emotion")
    none = leader.isin([TIE, UNKNOWN, NO_FACE])
    return leader[~none], dict(Counter(leader[none]))


def _compare(file: Path, uses: pd.Series, images: Path) -> None:
    theirs = usages(images)
    if len(uses) != len(theirs):
        raise DataError(
            f"{file} has {len(uses)} rows and {images} has {len(theirs)}; they must be of one another, "
            "row by row."
        )
    if (other := uses.to_numpy() != theirs.to_numpy()).any():
        row = int(other.argmax())
        raise DataError(
            f"Row {row} (from 0) is for {uses[row]} in {file} and for {theirs[row]} in {images}; they must "
            "be of one another, row by row."
        )
