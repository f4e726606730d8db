"""The RAVDESS world: synthetic people perform that data set's recording plan.

The clips are those of the published plan, so the data set's own loader reads a
world like the real thing. Of each actor's clips of an emotion the world has the
first ``takes``: first the normal and the strong intensity of one statement, then
the other statement, then the repetitions.
"""

from dataclasses import dataclass
from itertools import groupby

from labkit.datasets.ravdess_names import RavdessName, published_names
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.worlds.spec import WorldSpec

# RAVDESS has each emotion but neutral at two intensities.
STRENGTH = {"normal": 0.85, "strong": 1.1}


@dataclass(frozen=True)
class PlannedClip:
    """A clip of the plan, and ``take``, its number among all of its actor's clips."""

    name: RavdessName
    take: int

    @property
    def file(self) -> str:
        """Path within the world."""
        return f"Actor_{self.name.subject}/{self.name.stem}.mp4"


def planned_clips(spec: WorldSpec) -> list[PlannedClip]:
    """The clips of a world, by actor."""
    plan = [n for n in published_names(spec.voice, "video-only") if int(n.subject) <= spec.people]
    chosen = []
    for _, names in groupby(plan, key=lambda name: name.subject):
        numbered = [PlannedClip(name, take) for take, name in enumerate(names)]
        for emotion, clips in groupby(numbered, key=lambda clip: clip.name.emotion):
            count = (spec.takes + 1) // 2 if emotion == "neutral" else spec.takes
            chosen += sorted(clips, key=_recording_order)[:count]
    return chosen


def _recording_order(clip: PlannedClip) -> tuple[int, str, bool]:
    return (
        clip.name.repetition,
        clip.name.statement != "Kids are talking by the door",
        clip.name.intensity == "strong",
    )


def actor(spec: WorldSpec, subject: str) -> Person:
    """The synthetic person who plays an actor; of the actor's sex, and unlike those of any other seed."""
    number = int(subject)
    return Person.from_seed(1000 * spec.seed + number, sex="male" if number % 2 else "female")


def synthetic_clip(spec: WorldSpec, planned: PlannedClip, person: Person) -> Clip:
    """What is to be rendered for a planned clip."""
    return Clip(
        person=person,
        emotion=planned.name.emotion,
        take=planned.take,
        seconds=spec.seconds,
        fps=spec.fps,
        size=spec.size,
        voice=spec.voice,
        background=spec.background,
        intensity=spec.intensity * STRENGTH[planned.name.intensity],
        draw_mouth=spec.draw_mouth,
        draw_eyes=spec.draw_eyes,
    )
