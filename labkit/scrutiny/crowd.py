"""A crowd: many drawn people's faces as small grey pictures, and what is true of each.

Design choices:
- a face is cut out, upright, where the renderer knows it to be: no detector stands between the people and
  the question. (A real detector adds errors of its own, and finds eyes behind glasses less often.);
- an order is drawn once and kept in the cache; equal orders give equal crowds;
- ``dress`` changes one trait of everybody and nothing else, not even the takes: two crowds that differ in
  it alone are twins, which no data set of real people has.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from labkit.errors import DataError
from labkit.faces.alignment import align_face
from labkit.faces.boxes import Box
from labkit.paths import cache_dir
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import SKIN_TONES, Person
from labkit.synthetic.rendering import VERSION, ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table
from labkit.whole_files import written_whole

EMOTIONS = ("angry", "disgust", "fearful", "happy", "sad", "surprised", "neutral")
DRESSES = ("as drawn", "no glasses", "glasses", "light skin", "dark skin")
FACE = 48  # pixels of a face's side
FIRST_PERSON = 850  # nobody of the crowd plays in a world, but for the largest of FER2013's
MOST_PEOPLE = 150
_STRENGTH = (0.6, 1.1)  # of an expression, from .. to
_APART = 2  # frames from one picture of a clip to the next
_SIDE = 192  # pixels of the frames that the faces are cut from
_TONES = {"light skin": (0.0, 1.2), "dark skin": (4.8, 5.99)}  # places in SKIN_TONES
_LIPS_LIKE_SKIN = 0.6  # the share of the skin's colour in that of the lips


@dataclass(frozen=True)
class CrowdOrder:
    """Which crowd: ``takes`` clips an emotion and person, ``frames`` pictures of each.

    Raises:
        DataError: if there is no such crowd.
    """

    people: int
    takes: int = 2
    frames: int = 3
    seed: int = 0
    dress: str = "as drawn"  # one of DRESSES

    def __post_init__(self) -> None:
        if not 1 <= self.people <= MOST_PEOPLE or self.takes < 1 or not 1 <= self.frames <= 5:
            raise DataError(
                f"A crowd has 1 to {MOST_PEOPLE} people, 1 or more takes and 1 to 5 frames, not "
                f"{self.people}, {self.takes} and {self.frames}."
            )
        if self.dress not in DRESSES:
            raise DataError(f"There is no dress '{self.dress}'; it is one of {', '.join(DRESSES)}.")

    @property
    def digest(self) -> str:
        """Names the crowd's file: the order, and the renderer that draws it."""
        words = json.dumps(asdict(self) | {"renderer": VERSION}, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class Crowd:
    """n faces, and a row for each.

    Attributes:
        faces: uint8 (n, FACE, FACE), grey.
        table: subject, clip, emotion, frame; sex, darkness (of the skin, 0 to 1), beard (its style), glasses
            (bool), light (where it comes from: -1 the left, 1 the right).
    """

    faces: np.ndarray
    table: pd.DataFrame

    @property
    def people(self) -> list[str]:
        return sorted(self.table["subject"].unique())

    def only(self, people: list[str]) -> np.ndarray:
        """The rows that show one of ``people``: int64 positions."""
        return np.flatnonzero(self.table["subject"].isin(people))


def draw_crowd(order: CrowdOrder, workers: int | None = None) -> Crowd:
    """Draw the crowd, or take it from the cache: at two takes of three frames a second or less a person."""
    file = cache_dir() / "crowds" / f"{order.digest}.npz"
    if not file.is_file():
        numbers = range(1, order.people + 1)
        with bar(desc=f"Drawing a crowd ({order.dress})", total=order.people, unit="person") as progress:
            drawn = []
            for person in map_unordered(partial(_draw_person, order), numbers, workers):
                drawn.append(person)
                progress.update()
        drawn.sort(key=lambda person: person[1]["subject"].iloc[0])
        faces = np.concatenate([faces for faces, _ in drawn])
        _keep(file, Crowd(faces, pd.concat([table for _, table in drawn], ignore_index=True)))
    return _kept(file)


def _keep(file: Path, crowd: Crowd) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(file) as part, part.open("wb") as out:
        np.savez_compressed(out, faces=crowd.faces, table=np.array(crowd.table.to_csv(index=False)))


def _kept(file: Path) -> Crowd:
    with np.load(file) as kept:
        table = pd.read_csv(io.StringIO(str(kept["table"])), dtype={"subject": str, "clip": str})
        return Crowd(kept["faces"], table)


def _draw_person(order: CrowdOrder, number: int) -> tuple[np.ndarray, pd.DataFrame]:
    person = dressed(Person.from_seed(1000 * order.seed + FIRST_PERSON + number - 1), order.dress)
    rig = Rig(person, _SIDE)
    strengths = np.random.default_rng([person.seed, 5]).uniform(*_STRENGTH, (order.takes, len(EMOTIONS)))
    faces, rows = [], []
    for (take, kind), strength in np.ndenumerate(strengths):
        clip = Clip(
            person,
            EMOTIONS[kind],
            take=take * len(EMOTIONS) + kind,
            seconds=1.0,
            fps=12.0,
            size=(_SIDE, _SIDE),
            voice="speech",
            intensity=float(strength),
        )
        for frame, face in _faces(clip, rig, order.frames):
            faces.append(face)
            rows.append(_row(clip, f"{number:03}", frame))
    return np.array(faces), pd.DataFrame(rows)


def _faces(clip: Clip, rig: Rig, count: int) -> list[tuple[int, np.ndarray]]:
    """``count`` frames about the strongest one, or fewer where the clip ends, and the face in each."""
    nearby = clip.apex + _APART * (np.arange(count) - count // 2)
    frames = [int(frame) for frame in nearby if 0 <= frame < clip.frames]
    truth, renderer = truth_table(clip, rig, frames), ClipRenderer(clip, rig)
    found = []
    for frame, row in zip(frames, truth.itertuples(), strict=True):
        grey = cv2.cvtColor(renderer.frame(frame), cv2.COLOR_RGB2GRAY)
        box = Box(row.face_x, row.face_y, row.face_w, row.face_h)
        found.append((frame, align_face(grey, box, row.roll, FACE)))
    return found


def _row(clip: Clip, subject: str, frame: int) -> dict:
    person = clip.person
    return {
        "subject": subject,
        "clip": f"{subject}-{clip.take:02}",
        "emotion": clip.emotion,
        "frame": frame,
        "sex": person.sex,
        "darkness": person.skin.darkness,
        "beard": person.hair.beard,
        "glasses": person.glasses.worn,
        "light": float(clip.scene.light[0]),
    }


def dressed(person: Person, dress: str) -> Person:
    """The same person with one trait changed; ``dress`` is one of DRESSES."""
    if dress in ("no glasses", "glasses"):
        return replace(person, glasses=replace(person.glasses, worn=dress == "glasses"))
    if dress in _TONES:
        tone = np.random.default_rng([person.seed, 6]).uniform(*_TONES[dress])
        return _toned(person, float(tone))
    return person


def _toned(person: Person, tone: float) -> Person:
    lighter, darker = np.array(SKIN_TONES[int(tone)], float), np.array(SKIN_TONES[int(tone) + 1], float)
    colour = lighter + (darker - lighter) * (tone % 1)
    lips = np.array(person.mouth.colour) + _LIPS_LIKE_SKIN * (colour - np.array(person.skin.colour))
    return replace(
        person,
        skin=replace(person.skin, colour=tuple(colour.tolist()), darkness=tone / (len(SKIN_TONES) - 1)),
        mouth=replace(person.mouth, colour=tuple(np.clip(lips, 6, 250).tolist())),
    )
