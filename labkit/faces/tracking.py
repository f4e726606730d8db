"""One face through a clip: where it is in every frame, and how far it is turned.

Two ways, because the lesson needs both:
- ``"per-frame"``, the paper's: every frame is searched whole for a face, eyes and a mouth by plain calls
  of OpenCV. The boxes jump by pixels from frame to frame, and subtraction makes the jump the signal.
- ``"tracked"``, the default: Haar to start, when lost and on a schedule; optical flow between.

Both stream: frames go in, (frame, row) pairs come out a few frames later, memory stays constant.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from math import nan
from typing import Literal

import pandas as pd

from labkit.faces.alignment import roll_angle
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.faces.flow_tracker import FlowTracker
from labkit.faces.poses import Pose
from labkit.video import Frame

Method = Literal["tracked", "per-frame"]
METHODS: tuple[Method, ...] = ("tracked", "per-frame")
MAX_GAP = 8  # frames without a face that are interpolated; also the look-ahead this needs
# A face that reappears elsewhere was not there in between: nothing is interpolated.
_SAME_PLACE = 0.3  # IoU
_idle_detectors: dict[Method, list[FaceDetector]] = {method: [] for method in METHODS}


@dataclass(frozen=True)
class TrackRow:
    """The face in one frame: its box in pixels, roll in degrees, and how they were found.

    ``state`` is "detected" (by Haar), "followed" (by flow), "interpolated" (over a short gap) or "lost"
    (then the numbers are NaN).
    """

    index: int
    time: float
    x: float
    y: float
    w: float
    h: float
    roll: float
    state: str

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.w, self.h)


def track_faces(
    frames: Iterable[Frame],
    method: Method = "tracked",
    *,
    max_gap: int = MAX_GAP,
    detector: FaceDetector | None = None,
) -> Iterator[tuple[Frame, TrackRow]]:
    """Follow the one face of a clip, the largest and most central at its start.

    Args:
        max_gap: longest run of frames without a face that is interpolated; longer runs are "lost".
        detector: when None a stock one, for ``"per-frame"`` without size limits; clips in other threads
            have their own.

    Yields:
        Every frame with its row, in order.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not '{method}'")
    return _fill_gaps(_find_faces(frames, method, detector), max_gap)


def track_table(rows: Iterable[TrackRow]) -> pd.DataFrame:
    """The rows as a table with the columns index, time, x, y, w, h, roll, state."""
    return pd.DataFrame([asdict(row) for row in rows], columns=list(TrackRow.__dataclass_fields__))


def _find_faces(
    frames: Iterable[Frame], method: Method, detector: FaceDetector | None
) -> Iterator[tuple[Frame, Pose | None, str]]:
    with nullcontext(detector) if detector else _lent_detector(method) as detector:
        if method == "tracked":
            yield from FlowTracker(detector).track(frames)
        else:
            yield from _per_frame(frames, detector)


@contextmanager
def _lent_detector(method: Method) -> Iterator[FaceDetector]:
    """A detector for one clip at a time: loading costs several frames, and threads must not share one."""
    idle = _idle_detectors[method]
    try:
        detector = idle.pop()
    except IndexError:
        detector = FaceDetector(size_limits=method == "tracked")
    try:
        yield detector
    finally:
        idle.append(detector)


def _per_frame(frames: Iterable[Frame], detector: FaceDetector) -> Iterator[tuple[Frame, Pose | None, str]]:
    """The paper's plain way; where eyes or mouth are not found the last roll stands."""
    roll = 0.0
    for frame in frames:
        gray = frame.in_gray(frame.pixels)
        faces = detector.faces(gray)
        if not faces:
            yield frame, None, "lost"
            continue
        box = faces[0].box
        eyes, mouth = detector.eyes(gray, box), detector.mouth(gray, box)
        if eyes and mouth:
            roll = roll_angle(eyes, mouth)
        yield frame, Pose(*box.center, box.w, roll), "detected"


def _fill_gaps(
    found: Iterable[tuple[Frame, Pose | None, str]], max_gap: int
) -> Iterator[tuple[Frame, TrackRow]]:
    """Interpolate runs of at most ``max_gap`` frames between two poses; call the others lost."""
    before, waiting = None, []
    for frame, pose, state in found:
        if pose is None:
            waiting.append(frame)
            if before is None or len(waiting) > max_gap:
                yield from _lost(waiting)
                before, waiting = None, []
            continue
        if waiting:
            yield from _bridge(waiting, before, pose)
            waiting = []
        yield frame, _row(frame, pose, state)
        before = pose
    yield from _lost(waiting)


def _bridge(waiting: list[Frame], before: Pose, after: Pose) -> Iterator[tuple[Frame, TrackRow]]:
    if before.box.iou(after.box) < _SAME_PLACE:
        yield from _lost(waiting)
        return
    for place, frame in enumerate(waiting, 1):
        yield frame, _row(frame, before.towards(after, place / (len(waiting) + 1)), "interpolated")


def _lost(frames: list[Frame]) -> Iterator[tuple[Frame, TrackRow]]:
    for frame in frames:
        yield frame, TrackRow(frame.index, frame.time, nan, nan, nan, nan, nan, "lost")


def _row(frame: Frame, pose: Pose, state: str) -> TrackRow:
    box = pose.box
    return TrackRow(frame.index, frame.time, box.x, box.y, box.w, box.h, pose.roll, state)
