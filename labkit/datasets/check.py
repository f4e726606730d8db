"""What ``labkit data check`` finds in a data set's folder.

Three kinds of findings are told apart, because different things are to be done
about them: *missing* clips (download more, or live with less), *odd* files (broken
or misnamed: they would be left out), and *notes* (known or harmless, said once).
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Counts of one part of a data set, such as "song, video only"; what is expected, where it is known."""

    name: str
    clips: int
    expected_clips: int | None
    people: int | None  # None where the data set does not tell who is who
    expected_people: int | None
    labels: dict[str, int]
    expected_labels: dict[str, int] = field(default_factory=dict)
    unit: str = "clips"  # what is counted, in the plural

    def __str__(self) -> str:
        expected = self.expected_labels
        counts = [f"{label} {self.labels.get(label, 0)}/{count}" for label, count in expected.items()]
        counts += [f"{label} {count}" for label, count in self.labels.items() if label not in expected]
        people = "" if self.people is None else f", {_of(self.people, self.expected_people)} people"
        return (
            f"{self.name}: {_of(self.clips, self.expected_clips)} {self.unit}{people}"
            f"\n    {', '.join(counts)}"
        )


def _of(count: int, expected: int | None) -> str:
    return f"{count}" if expected is None else f"{count} of {expected}"


@dataclass(frozen=True)
class CheckReport:
    """The contents of a folder against what was published (or, for a made world, ordered)."""

    dataset: str
    root: Path
    licence: str
    synthetic: bool = False
    parts: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """No file is broken or misnamed. (Less than everything is not a fault.)"""
        return not self.odd

    @property
    def complete(self) -> bool:
        """Nothing is missing from the parts that are there."""
        return not self.missing

    @property
    def clips(self) -> int:
        return sum(part.clips for part in self.parts)

    def to_dict(self) -> dict:
        """The report as plain JSON values."""
        return asdict(self) | {
            "root": str(self.root),
            "ok": self.ok,
            "complete": self.complete,
            "clips": self.clips,
        }

    def summary(self) -> str:
        """One sentence: what it is, and whether it is whole."""
        what = f"{self.dataset}{' (synthetic)' if self.synthetic else ''} in {self.root}"
        totals = [part.expected_clips for part in self.parts]
        count = _of(self.clips, None if None in totals else sum(totals))
        unit = self.parts[0].unit if self.parts else "clips"
        state = "complete" if self.complete else "incomplete"
        odd = f", {len(self.odd)} odd {'file' if len(self.odd) == 1 else 'files'}" if self.odd else ""
        return f"{what}: {state}, {count} {unit}{odd}"

    def __str__(self) -> str:
        lines = [self.summary(), f"Licence: {self.licence}", *map(str, self.parts)]
        for heading, findings in (("Missing", self.missing), ("Odd", self.odd), ("Notes", self.notes)):
            if findings:
                lines += [f"{heading}:", *(f"  - {finding}" for finding in findings)]
        return "\n".join(lines)
