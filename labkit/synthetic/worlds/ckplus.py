"""The CK+ world: people go from a neutral face to the peak of an expression, in CK+'s official layout.

As in CK+ 55 % of the sequences are labelled, unevenly many an emotion, and the others show action units
that are no prototype's. Frames are half as large and about half as many as CK+'s. Landmarks, FACS
codes and emotions are what the renderer was told to draw, in the text formats of the real files. A person
shows an emotion once, as far as there are people enough.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pandas as pd

from labkit.datasets.ckplus import COUNTS, PEOPLE, SEQUENCES
from labkit.datasets.ckplus_files import scan
from labkit.datasets.ckplus_labels import EMOTION_CODES
from labkit.datasets.folders import several
from labkit.datasets.world_files import truth_file
from labkit.synthetic.action_units import ACTION_UNITS
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.landmarks import landmarks
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.scene import Background
from labkit.synthetic.studio import StudioClip
from labkit.synthetic.truth import truth_table
from labkit.synthetic.worlds.files import write_whole
from labkit.synthetic.worlds.shares import divided
from labkit.synthetic.worlds.spec import PlannedClip, World

# Nobody also acts in another world: no network is to meet acquaintances in its second data set.
FIRST_PERSON = 300
FEW = 3  # sequences an emotion, where there are as many
LENGTH = (2 / 3, 4 / 3)  # of a sequence, from .. to, in shares of the order's seconds
SHORTEST = 4  # frames
STRENGTH = (0.75, 1.1)  # of a posed expression, from .. to
ZOOM = 1.1
CODED = 0.12  # a unit this strong is named in the FACS file; 1 is intensity 5
OTHERS: tuple[dict[str, float], ...] = (
    {"AU1": 0.9, "AU2": 0.9},
    {"AU1": 0.9, "AU4": 0.7},
    {"AU4": 0.9, "AU7": 0.6},
    {"AU4": 1.0},
    {"AU5": 0.8, "AU2": 0.5},
    {"AU6": 0.7, "AU7": 0.7},
    {"AU10": 0.8, "AU25": 0.6},
    {"AU12": 0.5, "AU17": 0.6},
    {"AU15": 0.7, "AU24": 0.6},
    {"AU17": 0.9, "AU24": 0.7},
    {"AU20": 0.9, "AU25": 0.6},
    {"AU23": 0.9, "AU24": 0.8},
    {"AU25": 0.9, "AU26": 0.8},
    {"AU43": 0.8},
)  # what unlabelled sequences show


@dataclass(frozen=True, kw_only=True)
class CkPlusWorld(World):
    """The order for a world in CK+'s official layout, with the truth beside each sequence's last frame."""

    name: ClassVar[str] = "ckplus"
    most_people: ClassVar[int] = PEOPLE
    unit: ClassVar[str] = "sequences"

    people: int = 60
    sequences: int = 240
    seconds: float = 1.0  # of a sequence, on average
    size: tuple[int, int] = (320, 245)  # half of CK+'s
    fps: float = 12.0
    background: Background = "plain"

    def _rules(self) -> list[tuple[bool, str]]:
        return [
            *super()._rules(),
            (self.sequences >= self.people, f"sequences must be {self.people} or more"),
        ]

    @property
    def part(self) -> str:
        return "sequences"

    @property
    def counts(self) -> dict[str, int]:
        """How many sequences are labelled with each emotion."""
        return divided(round(self.sequences * sum(COUNTS.values()) / SEQUENCES), COUNTS, FEW)

    def person(self, number: int) -> Person:
        """The synthetic person S001 and so on (from 1), the same in a world of any size."""
        person = Person.from_seed(1000 * self.seed + FIRST_PERSON + number)
        return replace(person, glasses=replace(person.glasses, worn=False))

    def plan(self) -> list[PlannedClip]:
        rng = np.random.default_rng([self.seed, FIRST_PERSON, self.people])
        planned = []
        for number, displays in sorted(self._displays(rng).items()):
            person = self.person(number)
            for take, display in enumerate(displays, 1):
                planned.append(self._planned(person, f"S{number:03}", take, display, rng))
        return planned

    def _planned(
        self, person: Person, subject: str, take: int, display: str | int, rng: np.random.Generator
    ) -> PlannedClip:
        """A sequence that shows an emotion, or one of OTHERS."""
        units = {"units": tuple(OTHERS[display].items()), "emotion": ""} if isinstance(display, int) else {}
        emotion = "neutral" if units else display
        frames = max(SHORTEST, round(self.seconds * self.fps * rng.uniform(*LENGTH)))
        clip = self._clip(person, emotion, take, "silent", rng.uniform(*STRENGTH), StudioClip)
        clip = replace(clip, seconds=frames / self.fps, course="onset", zoom=ZOOM, **units)
        return PlannedClip(_file("cohn-kanade-images", subject, take, frames, ".png"), subject, clip)

    def _displays(self, rng: np.random.Generator) -> dict[int, list[str | int]]:
        """What each person shows, unevenly much: one display each in turn, then by lot."""
        labelled = [emotion for emotion, count in self.counts.items() for _ in range(count)]
        others = [number % len(OTHERS) for number in range(self.sequences - len(labelled))]
        displays = labelled + others
        everybody, lively = np.arange(self.people) + 1, rng.gamma(4.0, size=self.people)
        shown = defaultdict(list)
        for turn, place in enumerate(rng.permutation(len(displays)).tolist()):
            display, whose = displays[place], turn + 1
            if turn >= self.people:
                new = np.array([display not in shown[number] for number in everybody.tolist()])
                weights = lively * (new if new.any() else 1)
                whose = int(rng.choice(everybody, p=weights / weights.sum()))
            shown[whose].append(display)
        return shown

    def film(self, root: Path, planned: PlannedClip, rig: Rig) -> None:
        """Write what is true of a sequence, its labels and landmarks, then its frames."""
        clip, last = planned.clip, root / planned.file
        table = truth_table(clip, rig).to_csv(index=False, float_format="%.4f")
        write_whole(truth_file(last), table.encode())
        for file, text in _texts(planned, rig).items():
            write_whole(root / file, text.encode())
        for number, image in enumerate(ClipRenderer(clip, rig).frames(), 1):
            _, coded = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
            file = _file("cohn-kanade-images", planned.subject, clip.take, number, ".png")
            write_whole(root / file, coded.tobytes())

    def seen(self, root: Path, planned: PlannedClip, count: int) -> Iterator[tuple[np.ndarray, pd.Series]]:
        truth = pd.read_csv(truth_file(root / planned.file))
        wanted = np.linspace(0, len(truth) - 1, count + 2).round().astype(int)[1:-1]
        for index in np.unique(wanted).tolist():
            file = _file("cohn-kanade-images", planned.subject, planned.clip.take, index + 1, ".png")
            yield cv2.cvtColor(cv2.imread(str(root / file)), cv2.COLOR_BGR2RGB), truth.loc[index]

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        found = scan(root)
        return found.odd + found.damaged(), found.notes

    def lacks(self, root: Path) -> list[str]:
        files = [file for planned in self.there(root) for file in _files(planned)]
        lost = defaultdict(list)
        for file in files:
            if not (root / file).is_file():
                lost[file.split("/")[0]].append(file)
        return super().lacks(root) + [
            f"{len(some)} files of {folder} are missing: {several(some)}" for folder, some in lost.items()
        ]


def _file(folder: str, subject: str, take: int, frame: int, ending: str) -> str:
    """A path within the world; frames from 1."""
    return f"{folder}/{subject}/{take:03}/{subject}_{take:03}_{frame:08}{ending}"


def _files(planned: PlannedClip) -> list[str]:
    """All that the layout has of a sequence, but for its last frame."""
    clip = planned.clip
    origin, frames = (planned.subject, clip.take), range(1, clip.frames + 1)
    labels = [_file("FACS", *origin, clip.frames, "_facs.txt")]
    if clip.emotion:
        labels.append(_file("Emotion", *origin, clip.frames, "_emotion.txt"))
    marks = [_file("Landmarks", *origin, frame, "_landmarks.txt") for frame in frames]
    images = [_file("cohn-kanade-images", *origin, frame, ".png") for frame in frames]
    return labels + marks + images[:-1]


def _texts(planned: PlannedClip, rig: Rig) -> dict[str, str]:
    """The text files of a sequence by their paths."""
    clip, origin = planned.clip, (planned.subject, planned.clip.take)
    texts = {
        _file("Landmarks", *origin, frame + 1, "_landmarks.txt"): _lines(landmarks(clip, rig, frame))
        for frame in range(clip.frames)
    }
    texts[_file("FACS", *origin, clip.frames, "_facs.txt")] = _lines(_codes(clip))
    if clip.emotion:
        code = EMOTION_CODES.index(clip.emotion)
        texts[_file("Emotion", *origin, clip.frames, "_emotion.txt")] = _lines([[code]])
    return texts


def _codes(clip: Clip) -> list[tuple[int, int]]:
    """Action units of the last frame, by FACS number, and their intensities from 1 to 5."""
    strongest = defaultdict(float)
    for name, strength in zip(ACTION_UNITS, clip.performance.units[-1].tolist(), strict=True):
        number = int(name.strip("AULR"))
        strongest[number] = max(strongest[number], strength)
    coded = {number: strength for number, strength in sorted(strongest.items()) if strength >= CODED}
    return [(number, int(np.clip(round(5 * strength), 1, 5))) for number, strength in coded.items()]


def _lines(rows) -> str:
    """Rows of numbers as CK+ writes them."""
    return "".join("".join(f"   {number:.7e}" for number in row) + "\n" for row in rows)
