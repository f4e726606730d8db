"""The ISED world: people watch films, and show what they feel without a word.

Like the data set it has fifty people and 428 clips, unevenly many a person, each with an image of its
peak, and a table of emotions. ISED's own counts an emotion are not in the paper; the clips are divided as its
Table II divides the faces. How strongly an emotion is felt differs from clip to clip, and who feels
what from person to person, but neither tells the emotion.
"""

from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from labkit.datasets.ised import CLIPS, PEOPLE
from labkit.datasets.ised_details import COLUMNS, EMOTION_CODES, FILE, read_details
from labkit.datasets.ised_files import PEAK_IMAGES, VIDEOS, scan
from labkit.errors import DataError
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.worlds.files import write_whole
from labkit.synthetic.worlds.shares import divided
from labkit.synthetic.worlds.spec import PlannedClip, World

# In proportion to the faces of the paper's Table II.
COUNTS = {"disgust": 70, "happy": 190, "sad": 122, "surprised": 46}
MALE = 29  # of the fifty
FEW = 3  # an emotion is shown by so many people where there are as many
# ISED's five intensities, how often each occurs, and how strong the expression then is: what is felt
# shows less than what is acted (the RAVDESS world has 0.85 and 1.1).
INTENSITIES = (1, 2, 3, 4, 5)
OFTEN = (0.10, 0.20, 0.35, 0.25, 0.10)
STRENGTH = dict(zip(INTENSITIES, (0.60, 0.70, 0.80, 0.90, 1.00), strict=True))
# Nobody also acts in the RAVDESS world: no network is to meet acquaintances in its second data set.
FIRST_PERSON = 100
_CODES = {emotion: code for code, emotion in EMOTION_CODES.items()}
_HEADER = 116  # bytes of free text that lead a MATLAB file; scipy puts the time of day there


@dataclass(frozen=True)
class IsedClip(PlannedClip):
    """A clip of the plan, and what the table says of it."""

    intensity: int  # one of INTENSITIES

    @property
    def key(self) -> tuple[int, int]:
        """Participant and video."""
        return int(self.subject), self.clip.take

    @property
    def peak(self) -> int:
        """The frame in which the expression is strongest and the eyes are open, from 1."""
        return self.clip.apex + 1

    @property
    def peak_image(self) -> str:
        """Path within the world."""
        participant, number = self.key
        return f"{PEAK_IMAGES}/{participant}_{number}_{self.peak}.jpg"

    @property
    def details(self) -> dict[str, object]:
        """The clip's row of the table, by column."""
        (participant, number), person = self.key, self.clip.person
        return {
            "participant": float(participant),
            "participant id": f"PS {participant}",
            "video": float(number),
            "peak frame": float(self.peak),
            "video path": self.file,
            "peak image path": self.peak_image,
            "emotion": float(_CODES[self.clip.emotion]),
            "intensity": float(self.intensity),
            "sex": person.sex,
            "spectacles": float(person.glasses.worn),
            "beard": float(person.hair.beard != "none"),
        }


@dataclass(frozen=True, kw_only=True)
class IsedWorld(World):
    """The order for a world in ISED's raw layout: videos, peak images and a table."""

    name: ClassVar[str] = "ised"
    most_people: ClassVar[int] = PEOPLE

    people: int = PEOPLE
    fps: float = 20.0
    clips: int | None = None  # of all people; by default as many for each as ISED has, 428 for all fifty

    def _rules(self) -> list[tuple[bool, str]]:
        fewest = max(self.people, len(COUNTS))
        return [
            *super()._rules(),
            (self.clips is None or self.clips >= fewest, f"clips must be {fewest} or more"),
        ]

    @property
    def part(self) -> str:
        return VIDEOS

    @property
    def counts(self) -> dict[str, int]:
        """How many clips show each emotion."""
        total = max(round(CLIPS * self.people / PEOPLE), len(COUNTS)) if self.clips is None else self.clips
        return divided(total, COUNTS, FEW)

    def participant(self, number: int) -> Person:
        """The synthetic person who is participant ``number`` (from 1), the same in a world of any size."""
        rng = np.random.default_rng([self.seed, FIRST_PERSON])
        sexes = rng.permutation(["male"] * MALE + ["female"] * (PEOPLE - MALE)).tolist()
        return Person.from_seed(1000 * self.seed + FIRST_PERSON + number, sex=sexes[number - 1])

    def plan(self) -> list[IsedClip]:
        rng = np.random.default_rng([self.seed, FIRST_PERSON, self.people])
        felt = self._felt(rng)
        planned = []
        for participant in sorted(felt):
            person = self.participant(participant)
            for number, emotion in enumerate(rng.permutation(felt[participant]).tolist(), 1):
                intensity = int(rng.choice(INTENSITIES, p=OFTEN))
                clip = self._clip(person, emotion, number, "silent", STRENGTH[intensity])
                file = f"{VIDEOS}/PS {participant}/{number}.avi"
                planned.append(IsedClip(file, str(participant), clip, intensity))
        return planned

    def _felt(self, rng: np.random.Generator) -> dict[int, list[str]]:
        """What each participant shows, unevenly many emotions each.

        Dealt in turn, until everybody has one clip and every emotion a few people; then by lot.
        """
        counts = self.counts
        first = [emotion for emotion, count in counts.items() for _ in range(min(count, FEW))]
        rest = [emotion for emotion, count in counts.items() for _ in range(count - min(count, FEW))]
        emotions = first + rng.permutation(rest).tolist()
        in_turn = min(len(emotions), max(len(first), self.people))
        everybody = rng.permutation(self.people) + 1
        lively = rng.gamma(6.0, size=self.people)
        by_lot = rng.choice(everybody, len(emotions) - in_turn, p=lively / lively.sum())
        whose = [*np.resize(everybody, in_turn).tolist(), *by_lot.tolist()]
        felt = defaultdict(list)
        for participant, emotion in zip(whose, emotions, strict=True):
            felt[participant].append(emotion)
        return felt

    def accompany(self, root: Path, planned: IsedClip, renderer: ClipRenderer) -> None:
        """Write the image of the clip's peak, the whole frame."""
        bgr = cv2.cvtColor(renderer.frame(planned.clip.apex), cv2.COLOR_RGB2BGR)
        _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])
        write_whole(root / planned.peak_image, coded.tobytes())

    def finish(self, root: Path) -> None:
        """Write the table. Columns that each clip's truth tells better, or that we do not know, are empty."""
        from scipy.io import savemat  # takes a moment to import, and only this needs it

        nothing = np.empty((0, 0))
        rows = [[planned.details.get(column, nothing) for column in COLUMNS] for planned in self.plan()]
        table = np.empty((len(rows), len(COLUMNS)), dtype=object)
        table[:] = rows
        coded = BytesIO()
        savemat(coded, {Path(FILE).stem: table})
        content = b"MATLAB 5.0 MAT-file, made by labkit".ljust(_HEADER) + coded.getvalue()[_HEADER:]
        write_whole(root / FILE, content)

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        found = scan(root)
        return found.odd + found.damaged(), found.notes

    def lacks(self, root: Path) -> list[str]:
        plan = {planned.key: planned for planned in self.plan()}
        images = [planned.peak_image for planned in plan.values()]
        lost = super().lacks(root) + [
            f"{image} is missing" for image in images if not (root / image).is_file()
        ]
        expected = {key: (planned.clip.emotion, planned.peak) for key, planned in plan.items()}
        try:
            rows = read_details(root / FILE, plan).clips
        except DataError:
            return [*lost, f"{FILE} is missing or damaged"]
        if {key: (row.emotion, row.peak) for key, row in rows.items()} != expected:
            lost.append(f"{FILE} does not say what the clips show")
        return lost
