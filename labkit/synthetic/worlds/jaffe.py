"""The JAFFE world: ten dark-haired women before a plain wall, in as many pictures as JAFFE has of its ten.

Names and counts are JAFFE's own: 213 grey TIFF files of 256 × 256, some with a palette. Each picture is a
still near the height of an expression; how strongly it is posed differs from picture to picture and tells
nothing of the emotion.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pandas as pd
from PIL import Image

from labkit.datasets.class_folders import open_image
from labkit.datasets.jaffe import scan
from labkit.datasets.jaffe_names import SUBJECTS, published_names
from labkit.datasets.world_files import truth_file
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.scene import Background
from labkit.synthetic.studio import StudioClip
from labkit.synthetic.truth import truth_table
from labkit.synthetic.worlds.files import write_whole
from labkit.synthetic.worlds.spec import PlannedClip, World

# Nobody also acts in another world: no network is to meet acquaintances in its second data set.
FIRST_PERSON = 200
STRENGTH = (0.7, 1.1)  # of a posed expression, from .. to
ZOOM = 1.3  # faces fill more of a portrait than of a film's frame
EVERY_PALETTE = 10  # pictures; JAFFE has some such files among plain grey ones
HAIR = ("bun", "side")  # off the forehead
BLACK, BROWN, SKIN, LIPS = (28, 22, 20), (52, 32, 20), (206, 168, 136), (172, 104, 96)


@dataclass(frozen=True, kw_only=True)
class JaffeWorld(World):
    """The order for a world in JAFFE's layout: stills, with the truth beside each."""

    name: ClassVar[str] = "jaffe"
    most_people: ClassVar[int] = len(SUBJECTS)
    unit: ClassVar[str] = "pictures"

    people: int = len(SUBJECTS)
    seconds: float = 0.8  # of the clip that a still is taken from
    size: tuple[int, int] = (256, 256)
    fps: float = 10.0
    background: Background = "plain"

    @property
    def part(self) -> str:
        return "pictures"

    def woman(self, subject: str) -> Person:
        """The synthetic person who plays one of SUBJECTS."""
        number = SUBJECTS.index(subject) + 1
        person = Person.from_seed(1000 * self.seed + FIRST_PERSON + number, sex="female")
        return replace(
            person,
            hair=replace(
                person.hair, style=HAIR[number % 2], colour=BLACK, parting=0.4 * person.hair.parting
            ),
            eyes=replace(person.eyes, colour=BROWN),
            mouth=replace(person.mouth, colour=LIPS),
            skin=replace(person.skin, colour=SKIN, darkness=0.2, age=0.3 * person.skin.age),
            glasses=replace(person.glasses, worn=False),
        )

    def plan(self) -> list[PlannedClip]:
        rng = np.random.default_rng([self.seed, FIRST_PERSON])
        people = {subject: self.woman(subject) for subject in SUBJECTS[: self.people]}
        planned = []
        for name in published_names():
            strength = rng.uniform(*STRENGTH)
            if name.subject in people:
                person = people[name.subject]
                clip = self._clip(person, name.emotion, name.serial, "silent", strength, StudioClip)
                planned.append(PlannedClip(f"{name.stem}.tiff", name.subject, replace(clip, zoom=ZOOM)))
        return planned

    def film(self, root: Path, planned: PlannedClip, rig: Rig) -> None:
        """Write the truth of a picture, then the picture."""
        clip, file = planned.clip, root / planned.file
        table = truth_table(clip, rig, [clip.apex]).to_csv(index=False, float_format="%.4f")
        write_whole(truth_file(file), table.encode())
        grey = cv2.cvtColor(ClipRenderer(clip, rig).frame(clip.apex), cv2.COLOR_RGB2GRAY)
        write_whole(file, _tiff(grey, palette=clip.take % EVERY_PALETTE == 0))

    def seen(self, root: Path, planned: PlannedClip, count: int) -> Iterator[tuple[np.ndarray, pd.Series]]:
        """The one picture, whatever ``count``, with its truth."""
        file = root / planned.file
        yield np.asarray(open_image(file)), pd.read_csv(truth_file(file)).loc[0]

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        found = scan(root)
        return found.odd + found.damaged(), found.notes


def _tiff(grey: np.ndarray, palette: bool) -> bytes:
    """The bytes of an uncompressed TIFF; with a palette it keeps each grey's place in a shuffled table."""
    image = Image.fromarray(grey)
    if palette:
        greys = np.random.default_rng(0).permutation(256)  # at each place of the table
        image = Image.fromarray(np.argsort(greys).astype(np.uint8)[grey])
        image.putpalette(np.repeat(greys, 3).astype(np.uint8).tobytes())
    coded = BytesIO()
    image.save(coded, "TIFF")
    return coded.getvalue()
