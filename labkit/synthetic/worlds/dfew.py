"""The DFEW world: short clips cut out of films, in DFEW's official layout.

Like the data set it has seven emotions, roughly as uneven; ten votes a clip, and no label where fewer than
six agree; five test sets that divide the clips and know nothing of people. Clips last from one frame to some
three seconds. Faces are turned, dim, dull or coarsely coded; a quarter of the clips cut to another shot; in
some the face is away for most of the time (labkit.synthetic.wild and labkit.synthetic.film).

One person stands for one film: all their clips are graded alike, some play in many, and each is cast for some
emotions more than for others, which is our choice. So a network that has met somebody knows a little about
what they will show, as it may in DFEW, where clips of one film can be in several test sets. Who is who, DFEW
does not say; ``Annotation/sources.csv`` does. The truth of each frame is beside each clip.

Easier than DFEW: seven drawn expressions that everybody shares, one person a picture, heads turned by no more
than some twenty degrees, no music video, make-up or mask, and no label that is wrong.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from labkit.datasets import dfew
from labkit.datasets.dfew import CLASSES
from labkit.datasets.world_files import truth_file
from labkit.synthetic.film import Film
from labkit.synthetic.identity import Person
from labkit.synthetic.rig import Rig
from labkit.synthetic.wild import WildClip
from labkit.synthetic.worlds.files import write_whole
from labkit.synthetic.worlds.shares import divided
from labkit.synthetic.worlds.spec import PlannedClip, World
from labkit.video import write_video

# Roughly DFEW's, in thousandths; the rarest, disgust, is raised to FEW so that every fold has some.
SHARES = {
    "happy": 210,
    "sad": 155,
    "neutral": 228,
    "angry": 190,
    "surprised": 125,
    "disgust": 12,
    "fearful": 80,
}
FEW, FOLDS = 15, 5
PART = 100  # clips in a folder
# Nobody also plays in another world (ISED has people from 101 to 150, JAFFE from 201 on).
FIRST_PERSON = 160
UNCLEAR = 0.07  # of the clips: no label, as fewer than AGREED of ten saw the same
RATERS, AGREED = 10, 6
STRENGTH, FAINT = (0.55, 1.1), (0.3, 0.7)  # of expressions, from .. to, and of those that are unclear
CLARITY, CLARITY_AT_REST = (0.7, 0.97), 0.85  # share of raters that sees what is shown, weakest to strongest
SINGLE = 150  # one in so many clips has a single frame
# A clip's share of the order's seconds: the spread of its logarithm, and limits.
LENGTH, SHORTEST, LONGEST = 0.45, 0.36, 1.9
CAST, LIVELY = 3.0, 1.2  # shapes of gamma distributions: lower is more uneven
TALKS = 0.5  # share of the clips in which somebody talks
# What an emotion is taken for by those who do not see it.
MISTAKEN = {
    "happy": {"neutral": 0.7, "surprised": 0.3},
    "sad": {"neutral": 0.6, "fearful": 0.2, "angry": 0.2},
    "neutral": {"sad": 0.4, "angry": 0.25, "happy": 0.25, "surprised": 0.1},
    "angry": {"neutral": 0.45, "disgust": 0.3, "sad": 0.25},
    "surprised": {"fearful": 0.5, "neutral": 0.3, "happy": 0.2},
    "disgust": {"angry": 0.6, "sad": 0.25, "neutral": 0.15},
    "fearful": {"surprised": 0.6, "sad": 0.3, "neutral": 0.1},
}


@dataclass(frozen=True)
class FilmClip(PlannedClip):
    """A clip of the plan, and what the tables say of it."""

    number: int  # from 1
    votes: tuple[int, ...]  # in the order of CLASSES
    fold: int  # 0 to 4, or -1 without a label

    @property
    def label(self) -> int:
        """1 to 7, or 0 where too few agree."""
        return CLASSES.index(self.clip.emotion) + 1 if self.fold >= 0 else 0


@dataclass(frozen=True, kw_only=True)
class DfewWorld(World):
    """The order for a world in DFEW's layout."""

    name: ClassVar[str] = "dfew"
    most_people: ClassVar[int] = 40
    wanted: ClassVar[tuple[float, float, float]] = (0.97, 0.9, 0.7)  # of those whose face is whole

    people: int = 36
    clips: int = 330
    seconds: float = 1.65  # of a clip, on average
    size: tuple[int, int] = (320, 240)
    fps: float = 12.0  # half of a film's: the same frames show twice the seconds

    def _rules(self) -> list[tuple[bool, str]]:
        fewest = max(self.people, 8 * FOLDS)
        return [
            *super()._rules(),
            (self.clips >= fewest, f"clips must be {fewest} or more"),
        ]

    @property
    def part(self) -> str:
        return "Clip/original"

    def person(self, number: int) -> Person:
        """The synthetic person ``number`` (from 1), the same in a world of any size."""
        return Person.from_seed(1000 * self.seed + FIRST_PERSON + number - 1)

    def plan(self) -> list[FilmClip]:
        rng = np.random.default_rng([self.seed, FIRST_PERSON, self.people, self.clips])
        unclear = round(UNCLEAR * self.clips)
        counts = divided(self.clips - unclear, SHARES, FEW)
        emotions = np.repeat(list(counts), list(counts.values())).tolist()
        folds = np.resize(np.arange(FOLDS), len(emotions)).tolist()  # in turn: each emotion is in each fold
        weights = np.array(list(SHARES.values()))
        emotions += rng.choice(list(SHARES), unclear, p=weights / weights.sum()).tolist()
        folds += [-1] * unclear
        numbers = (rng.permutation(self.clips) + 1).tolist()
        people = {number: self.person(number) for number in range(1, self.people + 1)}
        single = set(rng.choice(self.clips, 1 + self.clips // SINGLE, replace=False).tolist())
        planned = [
            self._planned(rng, number, emotion, people[who], who, fold, number - 1 in single)
            for number, emotion, who, fold in zip(
                numbers, emotions, self._cast(rng, emotions), folds, strict=True
            )
        ]
        # Whoever is in many clips comes first: no core is to wait for them at the end.
        often = Counter(film.subject for film in planned)
        return sorted(planned, key=lambda film: (-often[film.subject], film.subject, film.number))

    def _cast(self, rng: np.random.Generator, emotions: list[str]) -> list[int]:
        """Who plays what: everybody once, then by lot; some are in many clips, and each is cast unevenly."""
        everybody = np.arange(1, self.people + 1)
        chances = rng.gamma(LIVELY, size=(self.people, 1)) * rng.gamma(CAST, size=(self.people, len(CLASSES)))
        whose = np.zeros(len(emotions), int)
        whose[rng.permutation(len(emotions))[: self.people]] = everybody
        for place in np.flatnonzero(whose == 0):
            wanted = chances[:, CLASSES.index(emotions[place])]
            whose[place] = rng.choice(everybody, p=wanted / wanted.sum())
        return whose.tolist()

    def _planned(
        self,
        rng: np.random.Generator,
        number: int,
        emotion: str,
        person: Person,
        who: int,
        fold: int,
        single: bool,
    ) -> FilmClip:
        strength = round(float(rng.uniform(*(STRENGTH if fold >= 0 else FAINT))), 3)
        share = np.clip(rng.lognormal(-(LENGTH**2) / 2, LENGTH), SHORTEST, LONGEST)
        voice = "speech" if rng.random() < TALKS else "silent"
        votes = _votes(emotion, strength, fold >= 0, rng)
        clip = self._clip(person, emotion, number, voice, strength, WildClip)
        seconds = 1 / self.fps if single else round(float(share * self.seconds), 3)
        file = f"Clip/original/part_{(number - 1) // PART + 1}/{number}.mp4"
        return FilmClip(file, f"{who:02}", replace(clip, seconds=seconds), number, votes, fold)

    def film(self, root: Path, planned: FilmClip, rig: Rig) -> None:
        """Write a clip's truth and then the clip."""
        file, film = root / planned.file, Film(planned.clip, rig)
        write_whole(truth_file(file), film.truth.to_csv(index=False, float_format="%.4f").encode())
        write_video(file, film.frames(), self.fps)

    def judged(self, truth: pd.DataFrame) -> np.ndarray:
        return np.flatnonzero(truth["usable"])

    def finish(self, root: Path) -> None:
        for file, content in self._tables():
            write_whole(root / file, content)

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        report = dfew.check(root)
        return report.odd, report.notes

    def lacks(self, root: Path) -> list[str]:
        lost = super().lacks(root)
        for name, content in self._tables():
            file = root / name
            if not file.is_file():
                lost.append(f"{name} is missing")
            elif file.read_bytes() != content:
                lost.append(f"{name} does not say what the clips show")
        return lost

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of what the layout has besides clips."""
        plan = sorted(self.plan(), key=lambda film: film.number)
        for fold in range(FOLDS):
            tested = [film for film in plan if film.fold == fold]
            rest = [film for film in plan if film.fold not in (fold, -1)]
            for use, films in (("train", rest), ("test", tested)):
                rows = (f"{film.number},{film.label}" for film in films)
                yield (
                    f"EmoLabel_DataSplit/{use}(single-labeled)/set_{fold + 1}.csv",
                    _lines("video_name,label", rows),
                )
        header = "1happy,2sad,3neutral,4angry,5surprise,6disgust,7fear,order,label"
        votes = (f"{','.join(map(str, film.votes))},{film.number},{film.label}" for film in plan)
        yield "Annotation/annotation.csv", _lines(header, votes)
        sources = (f"{film.number},{film.subject}" for film in plan)
        yield "Annotation/sources.csv", _lines("video_name,source", sources)


def _lines(header: str, rows: Iterator[str]) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def _votes(emotion: str, strength: float, agreed: bool, rng: np.random.Generator) -> tuple[int, ...]:
    """What ten people say they see, in the order of CLASSES: the weaker it is, the less they agree.

    AGREED or more of them see the emotion, or else no emotion has so many.
    """
    share = np.clip((strength - STRENGTH[0]) / (STRENGTH[1] - STRENGTH[0]), 0, 1)
    clarity = CLARITY_AT_REST if emotion == "neutral" else CLARITY[0] + share * (CLARITY[1] - CLARITY[0])
    clarity = clarity if agreed else 0.4
    chances = {emotion: clarity} | {other: (1 - clarity) * p for other, p in MISTAKEN[emotion].items()}
    tries = rng.multinomial(RATERS, [chances.get(name, 0.0) for name in CLASSES], size=200)
    fits = tries[:, CLASSES.index(emotion)] >= AGREED if agreed else tries.max(axis=1) < AGREED
    return tuple(tries[np.argmax(fits)].tolist())
