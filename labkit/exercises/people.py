"""A student's own synthetic people, filmed in memory: nothing is written, and nobody else has them.

Faces are cut by the truth of the drawing, not by a detector: an exercise must not fail because a cascade
missed somebody. Four films of a second take about a third of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from labkit.faces.alignment import align_face
from labkit.faces.boxes import Box
from labkit.synthetic import Clip, ClipRenderer, Person
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table

PICTURE = (192, 108)  # width, height of the films, in pixels


@dataclass(frozen=True)
class Films:
    """Short films of a few people.

    Attributes:
        table: one row a film: ``clip``, ``subject`` and ``emotion``.
        faces: uint8 (films, T, S, S, 3), upright, each film's row as in ``table``.
    """

    table: pd.DataFrame
    faces: np.ndarray


def film_people(
    seed: int,
    people: int = 3,
    emotions: Sequence[str] = ("happy", "angry"),
    *,
    seconds: float = 1.0,
    fps: float = 25.0,
    size: int = 48,
    intensity: float = 1.0,
) -> Films:
    """Film ``people`` of ``seed``, singing each emotion once; equal arguments give equal films.

    Args:
        seed: of :func:`labkit.exercises.student_seed`.
        size: side of the aligned face, in pixels.
        intensity: 0 films the same songs without any emotion in the face.
    """
    table, faces = _filmed(seed, people, tuple(emotions), seconds, fps, size, intensity)
    return Films(table.copy(), faces.copy())


@lru_cache(maxsize=8)  # an exercise, its check and its tests ask for the same films
def _filmed(
    seed: int, people: int, emotions: tuple[str, ...], seconds: float, fps: float, size: int, intensity: float
) -> tuple[pd.DataFrame, np.ndarray]:
    rows, faces = [], []
    for number in range(people):
        person = Person.from_seed(1000 * seed + number)
        rig = Rig(person, PICTURE[1])
        for take, emotion in enumerate(emotions):
            clip = Clip(person, emotion, take, seconds, fps, PICTURE, intensity=intensity)
            name = f"person{number + 1}"
            rows.append({"clip": f"{name}-{emotion}", "subject": name, "emotion": emotion})
            faces.append(_aligned(clip, rig, size))
    return pd.DataFrame(rows), np.stack(faces)


def _aligned(clip: Clip, rig: Rig, size: int) -> np.ndarray:
    truth = truth_table(clip, rig)
    cut = [
        align_face(frame, Box(row.face_x, row.face_y, row.face_w, row.face_h), row.roll, size, margin=0.1)
        for frame, row in zip(ClipRenderer(clip, rig).frames(), truth.itertuples(), strict=True)
    ]
    return np.stack(cut)
