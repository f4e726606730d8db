"""The files that tell a synthetic world from the data set whose layout it has."""

from pathlib import Path

from labkit.errors import DataError

WHOLE = "world.json"  # the order of a whole world, written last
UNFINISHED = "unfinished.json"  # the same, while the world is being made
TRUTH = "truth.csv"  # of a world of small stills: one table for all of them
TRUTH_SUFFIX = ".truth.csv"  # of the table beside each clip that says what is true of its frames


def truth_file(clip: Path) -> Path:
    """Where the truth of a clip's frames is, if it is synthetic."""
    return clip.with_suffix(TRUTH_SUFFIX)


def refuse_unfinished(root: Path) -> None:
    """
    Raises:
        DataError: if the folder holds a synthetic world that was begun and not finished.
    """
    if (root / UNFINISHED).is_file():
        raise DataError(f"The synthetic world in {root} was begun but not finished; make it again.")
