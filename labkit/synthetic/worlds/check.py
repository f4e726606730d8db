"""A synthetic world is checked against its own order, not against the published totals."""

from collections import Counter
from itertools import groupby
from pathlib import Path

from labkit.datasets.check import CheckReport, Part
from labkit.datasets.folders import several
from labkit.synthetic.worlds.making import read_world
from labkit.synthetic.worlds.spec import PlannedClip, World


def check_world(root: str | Path) -> CheckReport:
    """Compare a world with what it was ordered to have.

    Raises:
        DataError: if ``root`` is no whole world, or nothing of its clips is left.
    """
    root = Path(root)
    world = read_world(root)
    plan = world.plan()
    odd, notes = world.scan(root)
    there = world.there(root)
    return CheckReport(
        world.name,
        root,
        licence="made here by labkit, free to use",
        synthetic=True,
        parts=[_count(world, there, plan)],
        missing=[*_missing_clips(world, there, plan), *world.lacks(root)],
        odd=odd,
        notes=notes,
    )


def _count(world: World, there: list[PlannedClip], plan: list[PlannedClip]) -> Part:
    return Part(
        name=world.part,
        clips=len(there),
        expected_clips=len(plan),
        people=len({planned.subject for planned in there}),
        expected_people=len({planned.subject for planned in plan}),
        labels=_labels(there),
        expected_labels=_labels(plan),
        unit=world.unit,
    )


def _labels(plan: list[PlannedClip]) -> dict[str, int]:
    return dict(Counter(planned.clip.emotion or "unlabelled" for planned in plan))


def _missing_clips(world: World, there: list[PlannedClip], plan: list[PlannedClip]) -> list[str]:
    """A sentence a person."""
    files = {planned.file for planned in there}
    sentences = []
    for subject, clips in groupby(plan, key=lambda planned: planned.subject):
        theirs = [planned.file for planned in clips]
        lost = [file for file in theirs if file not in files]
        if lost:
            what = f"{len(lost)} of {len(theirs)} {world.unit}: {several(lost)}"
            sentences.append(f"person {subject} lacks {what}")
    return sentences
