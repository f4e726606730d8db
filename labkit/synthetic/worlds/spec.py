"""What a synthetic world is ordered by: a base that all data sets share, and one class a data set.

A class lays its data set's plan out: which person shows what in which file. It also writes what
the layout has besides clips, and says what of that a folder lacks. Making, reading, measuring and
checking (the modules beside this one) know nothing of any single data set.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from labkit.datasets.world_files import truth_file
from labkit.errors import DataError
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.performance import Voice
from labkit.synthetic.rendering import VERSION, ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.scene import BACKGROUNDS, Background
from labkit.synthetic.truth import truth_table
from labkit.synthetic.worlds.files import is_written, write_whole
from labkit.video import read_frames, write_video


@dataclass(frozen=True)
class PlannedClip:
    """A clip of a world's plan."""

    file: str  # path within the world, with "/"
    subject: str  # as the data set's loader names the person
    clip: Clip  # what is to be rendered


@dataclass(frozen=True, kw_only=True)
class World(ABC):
    """The order for a world; equal orders give equal worlds, to the byte.

    Raises:
        DataError: if a value is impossible, in a sentence that says what is possible.
    """

    name: ClassVar[str]  # the data set whose layout the world has
    most_people: ClassVar[int]  # as many as the data set has
    unit: ClassVar[str] = "clips"  # what is planned, in the plural
    # The shares of frames in which stock cascades must find a face, open eyes and a mouth in their places.
    wanted: ClassVar[tuple[float, float, float]] = (0.99, 0.95, 0.95)

    people: int
    seconds: float = 1.6  # short, so that a laptop films the default world within a minute
    size: tuple[int, int] = (480, 270)  # width, height in pixels
    fps: float = 30.0
    background: Background = "varied"
    seed: int = 0  # another seed, other people
    intensity: float = 1.0  # factor on every expression
    draw_mouth: bool = True
    draw_eyes: bool = True

    def __post_init__(self):
        object.__setattr__(self, "size", tuple(self.size))
        for fine, rule in self._rules():
            if not fine:
                raise DataError(f"This synthetic world cannot be made: {rule}.")

    def _rules(self) -> list[tuple[bool, str]]:
        """What an order must keep: whether it does, and the rule in words."""
        width, height = self.size
        return [
            (1 <= self.people <= self.most_people, f"people must be 1 to {self.most_people}"),
            (self.background in BACKGROUNDS, f"background must be one of {', '.join(BACKGROUNDS)}"),
            (self.seconds > 0 and self.fps > 0, "seconds and fps must be above 0"),
            (width >= 64 and height >= 64, "size must be at least 64 by 64 pixels"),
            (0 <= self.intensity <= 1.5, "intensity must be 0 to 1.5"),
            (self.seed >= 0, "seed must be 0 or more"),
        ]

    @property
    @abstractmethod
    def part(self) -> str:
        """What the clips are called together, such as "song, video-only"."""

    @abstractmethod
    def plan(self) -> list[PlannedClip]:
        """The clips of the world, all of one person's together."""

    @abstractmethod
    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        """The files in ``root`` that are broken or misnamed, and those that are merely no part of it."""

    def film(self, root: Path, planned: PlannedClip, rig: Rig) -> None:
        """Write what the layout has of one clip, ``planned.file`` last: a clip whose file is there is done.

        Here that is a video, after its truth and what accompanies it; a layout of stills overrides it.
        """
        file, renderer = root / planned.file, ClipRenderer(planned.clip, rig)
        table = truth_table(planned.clip, rig).to_csv(index=False, float_format="%.4f")
        write_whole(truth_file(file), table.encode())
        self.accompany(root, planned, renderer)
        write_video(file, renderer.frames(), self.fps)

    def seen(self, root: Path, planned: PlannedClip, count: int) -> Iterator[tuple[np.ndarray, pd.Series]]:
        """``count`` evenly spread pictures of a clip as they lie in ``root``, each with its truth.

        Yields:
            RGB uint8 (H, W, 3), and a row of :data:`labkit.synthetic.truth.COLUMNS` in that picture's pixels.
        """
        file = root / planned.file
        truth = pd.read_csv(truth_file(file))
        frames = self.judged(truth)
        places = np.linspace(0, len(frames) - 1, count + 2).round().astype(int)[1:-1] if len(frames) else []
        wanted = set(frames[places].tolist())
        for frame in read_frames(file):
            if frame.index in wanted:
                yield frame.image, truth.loc[frame.index]

    def judged(self, truth: pd.DataFrame) -> np.ndarray:
        """The frames in which a face is to be found: all of them, where nobody is ever away."""
        return np.arange(len(truth))

    def accompany(self, root: Path, planned: PlannedClip, renderer: ClipRenderer) -> None:  # noqa: B027
        """Write what the layout has beside this one video; called before the video is written."""

    def finish(self, root: Path) -> None:  # noqa: B027
        """Write what the layout has besides its clips; called when all of them are there."""

    def there(self, root: Path) -> list[PlannedClip]:
        """What of the plan is in ``root``, where that is whole or once was."""
        return [planned for planned in self.plan() if (root / planned.file).is_file()]

    def lacks(self, root: Path) -> list[str]:
        """What belongs to the clips that are there, or to the whole, and is not there: a sentence each."""
        files = [planned.file for planned in self.there(root)]
        return [f"{file} has no truth beside it" for file in files if not is_written(truth_file(root / file))]

    def to_dict(self) -> dict:
        """Plain JSON values, with the renderer's version."""
        return {"name": self.name} | asdict(self) | {"size": list(self.size), "renderer": VERSION}

    @classmethod
    def from_dict(cls, values: dict) -> "World":
        """The order that :meth:`to_dict` wrote."""
        return cls(**{field.name: values[field.name] for field in fields(cls)})

    @property
    def digest(self) -> str:
        """Ten hexadecimal digits that stand for the order and the renderer."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def _clip(
        self, person: Person, emotion: str, take: int, voice: Voice, strength: float, kind: type[Clip] = Clip
    ) -> Clip:
        """A clip filmed as ordered; ``strength`` is the expression's, before the order's intensity."""
        return kind(
            person=person,
            emotion=emotion,
            take=take,
            seconds=self.seconds,
            fps=self.fps,
            size=self.size,
            voice=voice,
            background=self.background,
            intensity=self.intensity * strength,
            draw_mouth=self.draw_mouth,
            draw_eyes=self.draw_eyes,
        )
