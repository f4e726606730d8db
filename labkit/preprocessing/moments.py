"""One face every 0.3 seconds, from a film or a camera (third paper, §5.4.1).

Design choices:
- a stream: one picture is in memory at a time, and a film's frames between two moments are passed over
  without being turned into pictures;
- 0.3 s is no whole number of frames at most rates: the frame nearest to each multiple is taken, so the
  moments never drift from the clock. A camera's frames carry the time they arrived, and the first one at or
  after each multiple is taken; if judging takes longer than that, moments are left out, not put off;
- a moment without a face is a moment all the same, with None for its face: a gap is to be seen.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from labkit.errors import DataError
from labkit.preprocessing.clip_key import reading
from labkit.preprocessing.eye_crop import LIKE_HAAR, EyeFrame, crop_face
from labkit.preprocessing.stills import find_face
from labkit.video import Frame, probe, read_frames

SECONDS = 0.3  # from one moment to the next (§5.4.1)

_SLACK = 1e-6  # seconds, so that rounding makes no gap too short


@dataclass(frozen=True)
class Moment:
    """What is seen at one moment of a film or in front of a camera."""

    index: int  # of the frame, from 0
    time: float  # seconds
    face: np.ndarray | None  # grey uint8 (size, size), eyes level and at a constant distance; None: no face
    eyes_found: bool  # False: none, or the face is placed by its box
    picture: np.ndarray | None  # the whole frame, small, RGB uint8 (height, W, 3), to be looked at


def faces_every(
    source: Path | str | int,
    seconds: float = SECONDS,
    *,
    size: int,
    eye_frame: EyeFrame = LIKE_HAAR,
    height: int | None = 180,
) -> Iterator[Moment]:
    """The face at every ``seconds`` of a film, or of what a camera sees until the caller stops asking.

    Args:
        source: a video file, or a camera's number.
        seconds: from one moment to the next; every frame, where a film has fewer than that.
        size: pixels of a face's side.
        eye_frame: where the eyes go in it.
        height: pixels of the moments' pictures; None leaves them out.

    Raises:
        VideoError: at once, if the source cannot be opened; after the last readable moment, if a film ends
            before it should or a camera stops.
        DataError: after the last moment, if a film shows no face at any of them.
    """
    if not seconds > 0 or size < 8:
        raise ValueError(f"seconds must be above 0 and size at least 8, not {seconds} and {size}")
    if isinstance(source, int):
        return _moments(_by_the_clock(read_frames(source), seconds), size, eye_frame, height)
    step = max(1.0, seconds * probe(source).fps)
    return _film_moments(Path(source), read_frames(source, step=step), size, eye_frame, height)


def gaps(moments: Iterable[Moment], at_least: float = 1.0) -> list[tuple[float, float]]:
    """Where no face is seen for ``at_least`` seconds: from the first moment without one to the next with one.

    The last gap ends with the last moment.
    """
    found, start, time = [], None, 0.0
    for moment in moments:
        time = moment.time
        if moment.face is None:
            start = time if start is None else start
        elif start is not None:
            found.append((start, time))
            start = None
    if start is not None:
        found.append((start, time))
    return [(start, end) for start, end in found if end - start >= at_least - _SLACK]


def _film_moments(
    path: Path, frames: Iterator[Frame], size: int, eye_frame: EyeFrame, height: int | None
) -> Iterator[Moment]:
    looked_at = faces = 0
    with reading(path):
        for moment in _moments(frames, size, eye_frame, height):
            looked_at += 1
            faces += moment.face is not None
            yield moment
    if not faces:
        raise DataError(
            f"{path} shows no face at any of the {looked_at} moments looked at; "
            "choose a film of a face that looks at the camera and fills a quarter of the picture's height."
        )


def _by_the_clock(frames: Iterator[Frame], seconds: float) -> Iterator[Frame]:
    """The first frame at or after each multiple of ``seconds``; the others are fetched and dropped."""
    due = 0.0
    with closing(frames):
        for frame in frames:
            if frame.time >= due:
                yield frame
                due = (frame.time // seconds + 1) * seconds


def _moments(frames: Iterator[Frame], size: int, eye_frame: EyeFrame, height: int | None) -> Iterator[Moment]:
    roll = 0.0
    with closing(frames):
        for frame in frames:
            face, crop = find_face(frame, roll), None
            if face is not None:
                roll = face.roll
                crop = crop_face(frame.in_gray(frame.pixels), face, size, eye_frame)
            eyes_found = face is not None and face.eyes is not None
            yield Moment(frame.index, frame.time, crop, eyes_found, _small(frame, height))


def _small(frame: Frame, height: int | None) -> np.ndarray | None:
    if height is None:
        return None
    full_height, full_width = frame.pixels.shape[:2]
    width = max(1, round(full_width * height / full_height))
    return frame.in_rgb(cv2.resize(frame.pixels, (width, height), interpolation=cv2.INTER_AREA))
