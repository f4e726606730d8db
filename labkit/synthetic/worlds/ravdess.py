"""The RAVDESS world: synthetic people perform that data set's recording plan.

The clips are those of the published plan, so the data set's own loader reads a
world like the real thing. Of each actor's clips of an emotion the world has the
first ``takes``: first the normal and the strong intensity of one statement, then
the other statement, then the repetitions.
"""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from labkit.datasets.ravdess import PEOPLE
from labkit.datasets.ravdess_files import scan
from labkit.datasets.ravdess_names import RavdessName, published_names
from labkit.synthetic.identity import Person
from labkit.synthetic.performance import Voice
from labkit.synthetic.worlds.spec import PlannedClip, World

# RAVDESS has each emotion but neutral at two intensities.
STRENGTH = {"normal": 0.85, "strong": 1.1}


@dataclass(frozen=True, kw_only=True)
class RavdessWorld(World):
    """The order for a world in RAVDESS's layout."""

    name: ClassVar[str] = "ravdess"
    most_people: ClassVar[int] = PEOPLE

    people: int = PEOPLE  # as in RAVDESS, actor 18 does not sing
    takes: int = 2  # clips an emotion and person, 1 .. 8; half of that for neutral, as in RAVDESS
    voice: Voice = "song"  # "song": six emotions; "speech": eight

    def _rules(self) -> list[tuple[bool, str]]:
        return [
            *super()._rules(),
            (1 <= self.takes <= 8, "takes must be 1 to 8"),
            (self.voice in ("song", "speech"), "voice must be 'song' or 'speech'"),
        ]

    @property
    def part(self) -> str:
        return f"{self.voice}, video-only"

    def actor(self, subject: str) -> Person:
        """The synthetic person who plays an actor; of the actor's sex, and unlike those of any other seed."""
        number = int(subject)
        return Person.from_seed(1000 * self.seed + number, sex="male" if number % 2 else "female")

    def plan(self) -> list[PlannedClip]:
        names = [n for n in published_names(self.voice, "video-only") if int(n.subject) <= self.people]
        planned = []
        for subject, theirs in groupby(names, key=lambda name: name.subject):
            person = self.actor(subject)
            takes = list(enumerate(theirs))  # numbered among all of the actor's, so that no take depends on
            for emotion, group in groupby(takes, key=lambda take: take[1].emotion):  # how many are filmed
                count = (self.takes + 1) // 2 if emotion == "neutral" else self.takes
                chosen = sorted(group, key=lambda take: _recording_order(take[1]))[:count]
                planned += [self._planned(person, name, take) for take, name in chosen]
        return planned

    def _planned(self, person: Person, name: RavdessName, take: int) -> PlannedClip:
        clip = self._clip(person, name.emotion, take, self.voice, STRENGTH[name.intensity])
        return PlannedClip(f"Actor_{name.subject}/{name.stem}.mp4", name.subject, clip)

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        found = scan(root)
        return found.odd + found.damaged(), found.notes


def _recording_order(name: RavdessName) -> tuple[int, bool, bool]:
    return (
        name.repetition,
        name.statement != "Kids are talking by the door",
        name.intensity == "strong",
    )
