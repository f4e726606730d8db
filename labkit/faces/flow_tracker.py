"""Detect rarely, follow by optical flow between.

Design choices:
- while a face is followed, its *shape* (where box and roll sit on the moving face) is the median of the
  last few Haar readings, all carried back to the first frame by the flow: one reading alone is off by
  pixels and degrees, their median is not, and the flow alone moves the box from frame to frame;
- a reading is taken on the straightened face, so a tilted head is checked as well as an upright one;
- when the median moves, the box is led there slowly: a jump would show in a difference;
- the box given out stays where it is until the followed one is off by more than the flow's own error, and
  then goes no further than that: a still face has a still box, and behind a moving one it lags no more;
- frames are held back until the first readings are in, so a clip's first box is settled too;
- when lost, only the face's old neighbourhood is searched at first, so that a second face does not take
  over; the whole frame is searched after ``PATIENCE`` frames, or at once after a cut.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle

import cv2
import numpy as np

from labkit.faces.alignment import align_face, eye_line_angle
from labkit.faces.boxes import Box
from labkit.faces.detection import Detection, FaceDetector
from labkit.faces.following import Follower
from labkit.faces.poses import Pose, angle_of, inverse, scale_of
from labkit.video import Frame

FIRST_READINGS = (0, 3, 6)  # ages, in frames followed, of the readings that settle a new face
EVERY = 90  # frames between later readings
KEPT_READINGS = 7
LEAD = 0.03  # share of a correction made a frame
SLACK = 0.001  # of the face's side: motion that cannot be told from the flow's own error
PATIENCE = 8
CUT = 20  # grey levels, mean change of the picture around the face
# Pixels of the face in the picture a reading is taken on: changing, so that the readings err apart.
CHECK_SIDES = (120, 132, 110)
_CHECK_REACH = 1.5
_CHECK_SLACK = 0.25  # how far off its size and place a face is looked for


@dataclass(frozen=True)
class _Reading:
    """A Haar box (centre, side) and, if the eyes were found, the roll, in the first frame of a stretch."""

    x: float
    y: float
    side: float
    roll: float | None


class _Stretch:
    """One face, followed without a break; ``shape`` is its pose in the stretch's first frame."""

    def __init__(self, frame: Frame, pose: Pose) -> None:
        self.follower = Follower(frame, pose)
        self.readings: deque[_Reading] = deque(maxlen=KEPT_READINGS)
        self.age = 0
        self.next_reading = 0
        self.target = pose
        self.check_side = cycle(CHECK_SIDES)
        self._shape: Pose | None = None
        self._given: Pose | None = None

    @property
    def due(self) -> bool:
        return self.age >= self.next_reading

    def add(self, reading: _Reading | None) -> None:
        """Keep a reading, if there was one, and plan the next."""
        if reading is not None:
            self.readings.append(reading)
            self.target = _median(self.readings)
        later = [age for age in FIRST_READINGS if age > self.age]
        self.next_reading = later[0] if later else self.age + EVERY

    def next_pose(self, motion: np.ndarray) -> Pose:
        """The pose in the next frame given out; the shape is at first the target, then led towards it."""
        self._shape = self._shape.towards(self.target, LEAD) if self._shape else self.target
        pose = self._shape.moved_by(motion)
        self._given = self._given.dragged_to(pose, SLACK) if self._given else pose
        return self._given


class FlowTracker:
    """Turns a stream of frames into a stream of (frame, pose or None, state)."""

    def __init__(self, detector: FaceDetector) -> None:
        self._detector = detector
        self._stretch: _Stretch | None = None
        self._last: Pose | None = None
        self._missing = 0
        self._previous: Frame | None = None

    def track(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, Pose | None, str]]:
        held: deque[tuple[Frame, _Stretch | None, np.ndarray | None, str]] = deque()
        for frame in frames:
            state = self._take_in(frame)
            stretch = self._stretch
            held.append((frame, stretch, stretch.follower.motion if stretch else None, state))
            while held and self._settled(held[0][1]):
                yield _given_out(*held.popleft())
        for item in held:
            yield _given_out(*item)

    def _settled(self, stretch: _Stretch | None) -> bool:
        """Whether no first reading of this stretch is still to come."""
        return stretch is not self._stretch or stretch is None or stretch.age >= FIRST_READINGS[-1]

    def _take_in(self, frame: Frame) -> str:
        state = self._follow(frame) or self._find(frame)
        self._previous = frame
        return state

    def _follow(self, frame: Frame) -> str | None:
        stretch = self._stretch
        if stretch is None or not stretch.follower.follow(frame):
            return None
        stretch.age += 1
        self._last, self._missing = stretch.follower.pose, 0
        return "detected" if stretch.due and self._read(frame) else "followed"

    def _find(self, frame: Frame) -> str:
        self._stretch = None
        self._missing += 1
        gray = frame.in_gray(frame.pixels)
        last = self._last
        if last and self._missing <= PATIENCE and not _is_cut(self._previous, frame, last.box):
            box = self._detector.face_near(gray, last.box)
            found = box is not None and self._start(frame, replace(last, **_square(box)), sure=True)
        else:
            self._last = None
            found = self._start_anywhere(frame, gray)
        return "detected" if found else "lost"

    def _start_anywhere(self, frame: Frame, gray: np.ndarray) -> bool:
        """Begin with the most prominent face: a coarse search, if a reading bears it out, or a full one."""
        for search, sure in ((self._detector.faces_coarsely, False), (self._detector.faces, True)):
            if found := search(gray):
                best = max(found, key=lambda face: _prominence(face, gray.shape))
                if self._start(frame, Pose(**_square(best.box), roll=0.0), sure=sure):
                    return True
        return False

    def _start(self, frame: Frame, pose: Pose, *, sure: bool) -> bool:
        """Follow a face that was found at ``pose``; unless ``sure``, only if a reading finds it too."""
        self._stretch = _Stretch(frame, pose)
        if not self._read(frame):
            if not sure:
                self._stretch = None
                return False
            self._stretch.add(_Reading(pose.x, pose.y, pose.side, None))
        self._last, self._missing = pose, 0
        return True

    def _read(self, frame: Frame) -> bool:
        """Take a reading on the straightened face; False if Haar does not see it."""
        stretch = self._stretch
        pose, motion = stretch.follower.pose, stretch.follower.motion
        turned = replace(pose, roll=stretch.target.roll + angle_of(motion))
        reading = read_straightened(self._detector, frame, turned, next(stretch.check_side))
        if reading is None:
            stretch.add(None)
            return False
        back = inverse(motion)
        x, y = back @ (reading.x, reading.y, 1.0)
        roll = None if reading.roll is None else reading.roll - angle_of(motion)
        stretch.add(_Reading(float(x), float(y), reading.side * scale_of(back), roll))
        if stretch.age:
            stretch.follower.confirm(frame)
        return True


def read_straightened(detector: FaceDetector, frame: Frame, pose: Pose, check_side: int) -> _Reading | None:
    """Detect the face and its eyes at about ``pose``, on a copy turned upright and ``check_side`` wide."""
    side = round(_CHECK_REACH * check_side)
    reach = pose.box.grown(_CHECK_REACH)
    upright = frame.in_gray(align_face(frame.pixels, reach, pose.roll, side))
    expected = Box((side - check_side) / 2, (side - check_side) / 2, check_side, check_side)
    face = detector.face_near(upright, expected, _CHECK_SLACK)
    if face is None:
        return None
    lines = [eye_line_angle(pair) for pair in detector.eyes_of_upright(upright, face)]
    scale, angle = pose.side / check_side, math.radians(pose.roll)
    dx, dy = ((c - side / 2) * scale for c in face.center)
    return _Reading(
        pose.x + dx * math.cos(angle) - dy * math.sin(angle),
        pose.y + dx * math.sin(angle) + dy * math.cos(angle),
        face.w * scale,
        pose.roll + sum(lines) / len(lines) if lines else None,
    )


def _square(box: Box) -> dict[str, float]:
    x, y = box.center
    return {"x": x, "y": y, "side": box.w}


def _median(readings: Iterable[_Reading]) -> Pose:
    x, y, side = np.median([(r.x, r.y, r.side) for r in readings], axis=0)
    rolls = [r.roll for r in readings if r.roll is not None]
    return Pose(float(x), float(y), float(side), float(np.median(rolls)) if rolls else 0.0)


def _given_out(
    frame: Frame, stretch: _Stretch | None, motion: np.ndarray | None, state: str
) -> tuple[Frame, Pose | None, str]:
    if stretch is None:
        return frame, None, "lost"
    return frame, stretch.next_pose(motion), state


def _prominence(face: Detection, shape: tuple[int, int]) -> float:
    """Weight × side × how central: the face a clip is about."""
    (x, y), (height, width) = face.box.center, shape
    off = math.hypot(x / width - 0.5, y / height - 0.5)
    return face.weight * face.box.w * (1 - off)


def _is_cut(before: Frame, now: Frame, face: Box) -> bool:
    """Whether the scene around the lost face changed too: far more than a person who leaves it changes."""
    height, width = now.pixels.shape[:2]
    small = [
        cv2.resize(f.pixels, (64, 36), interpolation=cv2.INTER_AREA).astype(float) for f in (before, now)
    ]
    x, y, w, h = face.grown(2).clipped(width, height).as_int()
    around = np.ones((36, 64), bool)
    around[y * 36 // height : (y + h) * 36 // height + 1, x * 64 // width : (x + w) * 64 // width + 1] = False
    return bool(around.any()) and float(np.abs(small[0] - small[1])[around].mean()) > CUT
