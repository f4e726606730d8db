"""The files that tell a synthetic world from the data set whose layout it has."""

from pathlib import Path

WHOLE = "world.json"  # the order of a whole world, written last
UNFINISHED = "unfinished.json"  # the same, while the world is being made
TRUTH = "truth.csv"  # of a world of small stills: one table for all of them
TRUTH_SUFFIX = ".truth.csv"  # of the table beside each clip that says what is true of its frames


def truth_file(clip: Path) -> Path:
    """Where the truth of a clip's frames is, if it is synthetic."""
    return clip.with_suffix(TRUTH_SUFFIX)
