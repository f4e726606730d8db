"""What is true of each frame: the figures that a detector or a network can be measured against."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from labkit.synthetic.action_units import ACTION_UNITS
from labkit.synthetic.clip import Clip
from labkit.synthetic.expression import VARIANTS
from labkit.synthetic.mouth import mouth_shape
from labkit.synthetic.pose import Pose
from labkit.synthetic.rig import Rig

COLUMNS: tuple[str, ...] = (
    *("index", "time"),
    *("left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y", "mouth_x", "mouth_y"),
    *("face_x", "face_y", "face_w", "face_h"),
    *("roll", "yaw", "pitch", "blink"),
    *ACTION_UNITS,
)
# The square that the frontal Haar cascade puts on a face (medians over 23 people), in distances
# between the eye line and the resting mouth: its side, and how far its centre lies below the eyes.
FACE_SIDE, FACE_CENTRE = 2.5, 0.235
SPOKEN = ("AU20", "AU23", "AU24", "AU25", "AU26")  # units that a voice moves as well


def truth_table(clip: Clip, rig: Rig, frames: Iterable[int] | None = None) -> pd.DataFrame:
    """Columns ``COLUMNS`` for all frames, or for ``frames``: pixels, degrees (roll clockwise), action units.

    ``left`` is the viewer's left. The face box is the square of the Haar cascades.
    """
    frames = range(clip.frames) if frames is None else frames
    return pd.DataFrame([_row(clip, rig, frame) for frame in frames], columns=list(COLUMNS))


def _row(clip: Clip, rig: Rig, frame: int) -> list[float]:
    performance, person = clip.performance, clip.person
    pose = Pose.of(performance, clip.scene, frame)
    units = performance.units[frame]
    mouth = mouth_shape(person, dict(zip(ACTION_UNITS, units.tolist(), strict=True))).centre
    length = person.mouth.y
    points = np.array([(-person.eyes.x, 0), (person.eyes.x, 0), mouth, (0, FACE_CENTRE * length)])
    left, right, mouth, centre = pose.project(points, rig.depth_at(points))
    side = FACE_SIDE * length * np.sqrt(np.linalg.det(pose.matrix))
    turns = performance.roll[frame], performance.yaw[frame], performance.pitch[frame]
    return [
        *(frame, performance.times[frame]),
        *(*left, *right, *mouth),
        *(*(centre - side / 2), side, side),
        *(*turns, performance.blink[frame]),
        *units.tolist(),
    ]


def shows(truth: pd.DataFrame, emotion: str, share: float = 0.5) -> np.ndarray:
    """Whether a clip shows its emotion yet, or still: bool, one a frame.

    Judged by the units that the emotion moves and speech does not, against their strongest frame: from
    ``share`` of it on, the emotion is shown. Neutral is always shown.

    Args:
        truth: of :func:`truth_table`.
        emotion: what the whole clip shows.
    """
    moved = np.max([units for _, units in VARIANTS[emotion]], axis=0) > 0
    units = [unit for unit, moves in zip(ACTION_UNITS, moved, strict=True) if moves and unit not in SPOKEN]
    if not units:
        return np.ones(len(truth), bool)
    strength = truth[units].sum(axis=1).to_numpy()
    rest = strength.min()
    return strength - rest >= share * (strength.max() - rest)
