"""The FER2013 world: stills of many people, cut out small and grey, as ``fer2013.csv`` or as class folders.

Like the data set it has seven emotions, as unevenly many, in three uses. Each still is a scene of its own:
another light, background and pose, and a box about the face that is never quite right. How strongly an
emotion shows differs from still to still and is told by no label; ten simulated people vote on each still
(FER+), and agree the less, the weaker it is. Other than in the data set, every label is right, and nobody is
in two of the uses: ``truth.csv`` says who is who.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
import pandas as pd

from labkit.datasets import fer2013, fer2013_csv, fer2013_votes
from labkit.datasets.fer2013_counts import PUBLISHED
from labkit.datasets.fer2013_csv import CLASSES, SIDE, USAGES
from labkit.datasets.world_files import TRUTH
from labkit.errors import DataError
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import COLUMNS, truth_table
from labkit.synthetic.worlds.fer2013_stills import crop, moment, raters_votes
from labkit.synthetic.worlds.files import is_written, write_whole
from labkit.synthetic.worlds.shares import divided
from labkit.synthetic.worlds.spec import PlannedClip, World

# The first columns of the truth; labkit.synthetic.truth.COLUMNS follow.
ABOUT = ("row", "file", "split", "subject", "emotion", "intensity")
# Nobody also plays in another world (RAVDESS has people from 1 on, ISED from 101, JAFFE 201, CK+ 301).
FIRST_PERSON = 500
STRENGTH = (0.5, 1.1)  # of the expression, from .. to: what the web shows is weaker and stronger than acting
PARTS, DONE = ".parts", ".done"  # what is filmed before it is put together, and what is left of it then
WORDS = {"fearful": "fear", "surprised": "surprise"}  # FER2013's names of class folders, where not ours
Layout = Literal["csv", "folders"]

_ENLARGED, _AROUND = 4, SIDE // 2  # cascades miss faces that fill a small picture


@dataclass(frozen=True)
class Still(PlannedClip):
    """A still of the plan, and what the tables say of it."""

    row: int  # of the tables, from 0
    usage: str  # one of USAGES
    votes: tuple[int, ...]  # in the order of FER+'s columns

    @property
    def truth(self) -> str:
        """Where the line of the truth is until the world is whole."""
        return f"{PARTS}/row {self.row}.txt"


@dataclass(frozen=True, kw_only=True)
class Fer2013World(World):
    """The order for a world in FER2013's layout."""

    name: ClassVar[str] = "fer2013"
    unit: ClassVar[str] = "images"
    most_people: ClassVar[int] = 499

    people: int = 300
    size: tuple[int, int] = (120, 120)  # of the picture that a face of some 56 pixels is cut from
    fps: float = 10.0
    images: int = 3600
    layout: Layout = "csv"

    def _rules(self) -> list[tuple[bool, str]]:
        fewest = max(self.people, len(USAGES) * len(CLASSES))
        return [
            *super()._rules(),
            (self.people >= len(USAGES), f"people must be {len(USAGES)} or more, as nobody is in two uses"),
            (self.images >= fewest, f"images must be {fewest} or more"),
            (self.layout in ("csv", "folders"), "layout must be csv or folders"),
        ]

    @property
    def part(self) -> str:
        return "stills"

    def person(self, number: int) -> Person:
        """The synthetic person ``number`` (from 1), the same in a world of any size."""
        return Person.from_seed(1000 * self.seed + FIRST_PERSON + number)

    def plan(self) -> list[Still]:
        rng = np.random.default_rng([self.seed, FIRST_PERSON, self.people, self.images])
        sizes = {usage: sum(PUBLISHED[split].values()) for usage, split in USAGES.items()}
        images, people = divided(self.images, sizes, len(CLASSES)), divided(self.people, sizes, 1)
        strangers = iter((rng.permutation(self.people) + 1).tolist())
        drawn = {number: self.person(number) for number in range(1, self.people + 1)}
        planned, row = [], 0
        for usage, split in USAGES.items():
            counts = divided(images[usage], PUBLISHED[split], 1)
            emotions = rng.permutation(np.repeat(list(counts), list(counts.values()))).tolist()
            theirs = [next(strangers) for _ in range(people[usage])]
            lively = rng.choice(theirs, max(0, len(emotions) - len(theirs))).tolist()
            whose = rng.permutation((theirs + lively)[: len(emotions)]).tolist()
            for emotion, number in zip(emotions, whose, strict=True):
                planned.append(self._still(rng, row, usage, emotion, drawn[number], number))
                row += 1
        return sorted(planned, key=lambda still: (int(still.subject), still.row))

    def _still(
        self, rng: np.random.Generator, row: int, usage: str, emotion: str, person: Person, number: int
    ) -> Still:
        strength = round(float(rng.uniform(*STRENGTH)), 3)
        clarity = (strength - STRENGTH[0]) / (STRENGTH[1] - STRENGTH[0])
        clip = self._clip(person, emotion, row, "silent", strength)
        file = f"{PARTS}/row {row}.png"
        if self.layout == "folders":
            folder = "train" if usage == "Training" else "test"
            file = f"{folder}/{WORDS.get(emotion, emotion)}/{usage}_{row}.png"
        return Still(file, str(number), clip, row, usage, raters_votes(emotion, clarity, rng))

    def film(self, root: Path, planned: Still, rig: Rig) -> None:
        """Write the still and, before it, its line of the truth."""
        clip, frame = planned.clip, moment(planned.clip)
        truth = truth_table(clip, rig, [frame]).iloc[0].to_dict()
        photograph = cv2.cvtColor(ClipRenderer(clip, rig).frame(frame), cv2.COLOR_RGB2GRAY)
        image, truth = crop(photograph, truth, clip.random(6))
        file = planned.file if self.layout == "folders" else fer2013_csv.FILES[0]
        strength = 0.0 if clip.emotion == "neutral" else clip.intensity
        about = (planned.row, file, USAGES[planned.usage], planned.subject, clip.emotion, round(strength, 4))
        line = ",".join([*map(str, about), *(f"{value:.4f}" for value in truth.values())])
        write_whole(root / planned.truth, line.encode())
        write_whole(root / planned.file, cv2.imencode(".png", image)[1].tobytes())

    def finish(self, root: Path) -> None:
        """Put the tables together and remove the parts, renamed first: all of them are there, or none."""
        done = root / DONE
        shutil.rmtree(done, ignore_errors=True)
        if not (root / PARTS).is_dir():  # an interrupted run came as far as here
            return
        plan = sorted(self.plan(), key=lambda still: still.row)
        header = ",".join((*ABOUT, *COLUMNS))
        write_whole(root / TRUTH, _lines([header, *((root / still.truth).read_text() for still in plan)]))
        if self.layout == "csv":
            write_whole(root / fer2013_csv.FILES[0], _lines(["emotion,pixels,Usage", *_images(root, plan)]))
            header = ",".join(("Usage", "Image name", *fer2013_votes.COLUMNS))
            votes = (f"{s.usage},fer{s.row:07d}.png,{','.join(map(str, s.votes))}" for s in plan)
            write_whole(root / fer2013_votes.FILE, _lines([header, *votes]))
        os.replace(root / PARTS, done)
        shutil.rmtree(done)

    def there(self, root: Path) -> list[PlannedClip]:
        if self.layout == "folders":
            return super().there(root)
        rows = set(_scanned(root).row)
        return [still for still in self.plan() if still.row in rows]

    def seen(self, root: Path, planned: Still, count: int) -> Iterator[tuple[np.ndarray, pd.Series]]:
        """The still, enlarged and its edges continued outwards: there is but one, whatever the ``count``."""
        if self.layout == "folders":
            gray = cv2.imread(str(root / planned.file), cv2.IMREAD_GRAYSCALE)
        else:
            file = fer2013_csv.find(root)
            gray = _table_images(file, file.stat().st_mtime_ns)[planned.row]
        truth = _truth(root / TRUTH, (root / TRUTH).stat().st_mtime_ns).loc[planned.row].copy()
        wide = cv2.copyMakeBorder(gray, *[_AROUND] * 4, cv2.BORDER_REPLICATE)
        large = cv2.resize(wide, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_LANCZOS4)
        places = [name for name in truth.index if name.endswith(("_x", "_y"))]
        truth[places] = _ENLARGED * (truth[places] + _AROUND)
        truth[["face_w", "face_h"]] *= _ENLARGED
        yield cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), truth

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        report = fer2013.check(root)
        return report.odd, report.notes

    def lacks(self, root: Path) -> list[str]:
        plan, lost = {still.row: still for still in self.plan()}, []
        if not is_written(root / TRUTH):
            lost.append(f"{TRUTH} is missing")
        if self.layout == "folders":
            return lost
        rows = _scanned(root)
        told = zip(rows.row, rows.emotion, rows.split, strict=True)
        expected = {row: (still.clip.emotion, USAGES[still.usage]) for row, still in plan.items()}
        if any(expected.get(row) != (emotion, split) for row, emotion, split in told):
            lost.append(f"{fer2013_csv.FILES[0]} does not say what the stills show")
        try:
            votes = fer2013.votes(root)
        except DataError:
            return lost  # the scan says it
        if votes is None:
            return [*lost, f"{fer2013_votes.FILE} is missing"]
        if list(votes.itertuples(index=False, name=None)) != [plan[row].votes for row in sorted(plan)]:
            lost.append(f"{fer2013_votes.FILE} does not say what people saw")
        return lost


def _images(root: Path, plan: list[Still]) -> Iterator[str]:
    """The rows of the table."""
    for still in plan:
        image = cv2.imread(str(root / still.file), cv2.IMREAD_GRAYSCALE)
        pixels = " ".join(map(str, image.ravel().tolist()))
        yield f"{CLASSES.index(still.clip.emotion)},{pixels},{still.usage}"


def _lines(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _scanned(root: Path) -> fer2013_csv.Rows:
    file = fer2013_csv.find(root)
    return fer2013_csv.scan(file) if file else fer2013_csv.Rows()


@lru_cache(maxsize=1)
def _table_images(file: Path, changed: int) -> dict[int, np.ndarray]:
    """The table's images by row, read once a process while the file has not ``changed``."""
    rows = np.array(fer2013_csv.scan(file).row)
    return dict(zip(rows.tolist(), fer2013_csv.read_rows(file, rows), strict=True))


@lru_cache(maxsize=1)
def _truth(file: Path, changed: int) -> pd.DataFrame:
    return pd.read_csv(file, index_col="row")
