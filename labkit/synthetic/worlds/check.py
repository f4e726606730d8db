"""A synthetic world is checked against its own order, not against the published totals."""

from pathlib import Path

from labkit.datasets.check import CheckReport
from labkit.datasets.ravdess import count, missing_clips
from labkit.datasets.ravdess_files import scan
from labkit.datasets.world_files import truth_file
from labkit.synthetic.worlds import read_world
from labkit.synthetic.worlds.ravdess import planned_clips


def check_world(root: str | Path) -> CheckReport:
    """Compare a world's clips with those it was ordered to have.

    Raises:
        DataError: if ``root`` is no whole world.
    """
    root = Path(root)
    spec = read_world(root)
    found = scan(root)
    names = [name for _, name in found.clips]
    expected = [planned.name for planned in planned_clips(spec)]
    part = count(f"{spec.voice}, video-only", names, expected)
    untold = [path.name for path, _ in found.clips if not truth_file(path).is_file()]
    return CheckReport(
        spec.name,
        root,
        licence="made here by labkit, free to use",
        synthetic=True,
        parts=[part],
        missing=missing_clips(part.name, names, expected)
        + [f"{name} has no truth beside it" for name in untold],
        odd=found.odd + found.damaged(),
        notes=found.notes,
    )
