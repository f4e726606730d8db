"""Frames as a stream from a file, a folder of images or a camera.

Design choices:
- a generator that holds one frame: memory does not grow with the video's length;
- frames are skipped by decoding, never by seeking, which is inexact in many containers;
- a damaged file yields every frame that can be read and only then raises;
- BGR ends here: a frame is stored as it was decoded, and its image turned to RGB when asked for. Who
  needs only a face, or grey, does not pay for the whole picture.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from labkit.errors import VideoError
from labkit.video.diagnosis import why_unreadable
from labkit.video.mp4 import is_cut_short

IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
# Containers without an index state a count estimated from the duration, which can be off by this much.
COUNT_TOLERANCE = 2


@dataclass(frozen=True)
class Frame:
    """One frame: its index from 0, its time in seconds, its pixels, uint8 (H, W, 3), in ``order``."""

    index: int
    time: float
    pixels: np.ndarray
    order: Literal["RGB", "BGR"] = "RGB"

    @cached_property
    def image(self) -> np.ndarray:
        """The picture, RGB uint8 (H, W, 3)."""
        return self.in_rgb(self.pixels)

    def in_rgb(self, cut: np.ndarray) -> np.ndarray:
        """What was cut from ``pixels``, in RGB."""
        return cut if self.order == "RGB" else cv2.cvtColor(cut, cv2.COLOR_BGR2RGB)

    def in_gray(self, cut: np.ndarray) -> np.ndarray:
        """What was cut from ``pixels``, in grey: uint8 (H, W)."""
        return cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY if self.order == "RGB" else cv2.COLOR_BGR2GRAY)


@dataclass(frozen=True)
class VideoInfo:
    """What a container declares; ``frames`` is a promise that reading may not keep."""

    path: Path
    width: int
    height: int
    fps: float
    frames: int
    seconds: float


def probe(path: Path | str) -> VideoInfo:
    """The declared size, rate and length of a video file, without decoding it.

    Raises:
        VideoError: if the file is missing, empty, not a video, cut short or has no picture.
    """
    path = Path(path)
    capture = _open(path)
    try:
        fps = _fps(capture)
        frames = max(0, int(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        width, height = (int(capture.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    finally:
        capture.release()
    return VideoInfo(path, width, height, fps, frames, frames / fps)


def read_frames(
    source: Path | str | int, *, start: int = 0, stop: int | None = None, step: float = 1, fps: float = 30.0
) -> Iterator[Frame]:
    """Frames ``start, start + step, …`` below ``stop`` of a video file, a folder of images or a camera.

    A step that is not whole takes the frame nearest to each of these places, so that nothing drifts.

    Args:
        source: a video file, a folder whose images are taken in the order of the numbers in their
            names, or a camera's number.
        fps: the rate of a folder of images, which states none itself; unused otherwise.

    Raises:
        VideoError: at once, if the source cannot be opened; after the last readable frame, if a
            file ends before the number of frames it declares.
    """
    if start < 0 or step < 1:
        raise ValueError("start must be at least 0 and step at least 1")
    if isinstance(source, int):
        return _camera_frames(source, start, stop, step)
    path = Path(source)
    if path.is_dir():
        return _folder_frames(path, start, stop, step, fps)
    return _file_frames(path, _open(path), start, stop, step)


def _open(path: Path) -> cv2.VideoCapture:
    if path.is_dir():
        raise VideoError(f"{path} is a folder; name a video file in it.")
    if not path.is_file():
        raise VideoError(f"{path} does not exist; check the path.")
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        capture.release()
        raise VideoError(why_unreadable(path))
    return capture


def _fps(capture: cv2.VideoCapture) -> float:
    fps = capture.get(cv2.CAP_PROP_FPS)
    return float(fps) if fps > 0 else 30.0


def _is_due(index: int, start: int, step: float) -> bool:
    """Whether a frame is the nearest to one of ``start, start + step, …``."""
    return index >= start and (index - start + 0.5) % step < 1


def _file_frames(
    path: Path, capture: cv2.VideoCapture, start: int, stop: int | None, step: float
) -> Iterator[Frame]:
    fps, declared = _fps(capture), int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    index = 0
    try:
        while stop is None or index < stop:
            if not capture.grab():
                break
            if _is_due(index, start, step):
                decoded, image = capture.retrieve()
                if not decoded:
                    break
                yield Frame(index, index / fps, image, "BGR")
                del image  # or two pictures would be in memory while the next is decoded
            index += 1
        else:
            return
    finally:
        capture.release()
    if index == 0:
        raise VideoError(f"{path} declares a video but holds no readable frame; fetch or record it again.")
    if index < declared - COUNT_TOLERANCE or is_cut_short(path):
        raise VideoError(
            f"{path} is truncated: {index} of {declared} frames could be read; fetch or record it again."
        )


def _folder_frames(folder: Path, start: int, stop: int | None, step: float, fps: float) -> Iterator[Frame]:
    files = sorted((f for f in folder.iterdir() if f.suffix.lower() in IMAGE_SUFFIXES), key=_by_number)
    if not files:
        raise VideoError(f"{folder} holds no images; give a video file or a folder of images.")
    due = (i for i in range(len(files))[:stop] if _is_due(i, start, step))
    return (Frame(i, i / fps, _read_image(files[i]), "BGR") for i in due)


def _by_number(file: Path) -> tuple[int, str]:
    """Orders 2.png before 10.png; names without digits come first, by name."""
    digits = "".join(c for c in file.stem if c.isdigit())
    return (int(digits) if digits else -1, file.name)


def _read_image(file: Path) -> np.ndarray:
    image = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if image is None:
        raise VideoError(f"{file} is not a readable image; replace it or remove it.")
    return image


def _camera_frames(number: int, start: int, stop: int | None, step: float) -> Iterator[Frame]:
    capture = cv2.VideoCapture(number)
    if not capture.isOpened():
        raise VideoError(f"Camera {number} cannot be opened; check that it is connected and not in use.")
    return _running_camera(number, capture, start, stop, step)


def _running_camera(
    number: int, capture: cv2.VideoCapture, start: int, stop: int | None, step: float
) -> Iterator[Frame]:
    began = time.monotonic()
    try:
        for index in count() if stop is None else range(stop):
            read, image = capture.read()
            if not read:
                raise VideoError(f"Camera {number} stopped after {index} frames; check its connection.")
            if _is_due(index, start, step):
                yield Frame(index, time.monotonic() - began, image, "BGR")
    finally:
        capture.release()
