"""68 landmarks of a rendered face, in the order that most face trackers and CK+ use.

0-16 jaw, from the viewer's left ear over the chin to the right one; 17-21 and 22-26 brows; 27-30 ridge
and 31-35 underside of the nose; 36-41 and 42-47 eyes; 48-59 the lips' outer and 60-67 their inner contour.
They are computed from the same geometry that the face is drawn by, not found in the picture.
"""

import numpy as np

from labkit.synthetic.action_units import ACTION_UNITS
from labkit.synthetic.clip import Clip
from labkit.synthetic.head import face_outline
from labkit.synthetic.identity import Person
from labkit.synthetic.pose import Pose
from labkit.synthetic.rig import Rig
from labkit.synthetic.skin import brow_line


def landmarks(clip: Clip, rig: Rig, frame: int) -> np.ndarray:
    """The (68, 2) landmarks of one frame, in its pixels, float64."""
    performance = clip.performance
    units = performance.units[frame]
    au = dict(zip(ACTION_UNITS, units.tolist(), strict=True))
    # The skin brings along jaw, brows and nose; eyes and lips have contours of their own.
    skin = rig.deformation.carry(resting_landmarks(clip.person), units)
    eyes = rig.eyes.outline(au, float(performance.blink[frame])).reshape(12, 2)
    points = np.vstack([skin, eyes, rig.mouth.outline(au)])
    return Pose.of(performance, clip.scene, frame).project(points, rig.depth_at(points))


def resting_landmarks(person: Person) -> np.ndarray:
    """The (36, 2) landmarks of jaw, brows and nose in a resting face, millimetres."""
    nose = person.nose
    brow = np.array([brow_line(person, t) for t in np.linspace(0.04, 0.96, 5)])
    ridge = [(0, y) for y in np.linspace(0, nose.length - 4, 4)]
    across = nose.width * np.array((-0.8, -0.42, 0, 0.42, 0.8))
    below = nose.length + np.array((4.0, 6.0, 7.0, 6.0, 4.0))
    left = brow[::-1] * (-1, 1)
    return np.vstack([_jaw(person), left, brow, ridge, np.stack([across, below], axis=1)])


def _jaw(person: Person) -> np.ndarray:
    """17 points of the head's outline, evenly far apart, from ear to chin and up again."""
    outline = face_outline(person)
    right = outline[(outline[:, 0] >= 0) & (outline[:, 1] >= -6)]
    right = right[np.argsort(np.arctan2(right[:, 0], right[:, 1]))]  # from the chin to the ear
    way = np.r_[0, np.cumsum(np.hypot(*np.diff(right, axis=0).T))]
    even = np.linspace(0, way[-1], 9)
    half = np.stack([np.interp(even, way, right[:, axis]) for axis in (0, 1)], axis=1)
    half[0, 0] = 0
    return np.vstack([half[:0:-1] * (-1, 1), half])
