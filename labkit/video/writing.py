"""Writing a clip as mp4 or AVI, in the codings that every OpenCV wheel can encode.

The file appears under its name only when it is whole. That is looked at,
because OpenCV says nothing when the disk is full.
"""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from labkit.errors import VideoError
from labkit.video.avi import is_avi_cut_short
from labkit.video.mp4 import is_cut_short
from labkit.video.reading import probe
from labkit.whole_files import written_whole

CODINGS = {".mp4": "mp4v", ".avi": "MJPG"}


def write_video(path: Path | str, images: Iterable[np.ndarray], fps: float = 30.0) -> int:
    """Write RGB (H, W, 3) or grey (H, W) uint8 images of one size as .mp4 or .avi; returns their number.

    An odd width or height gains one repeated column or row: mp4's coding knows even sizes only.

    Raises:
        VideoError: if the name ends in neither, there are no images, their sizes differ, or the file
            cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in CODINGS:
        raise VideoError(f"{path.name} cannot be written; name it {' or '.join(f'*{s}' for s in CODINGS)}.")
    with written_whole(path) as part:
        written = _encode(part, images, fps)
        if not _is_whole(part, written):
            raise VideoError(f"{path} could not be written; check that the disk is not full.")
    return written


def _encode(part: Path, images: Iterable[np.ndarray], fps: float) -> int:
    writer, shape, written = None, None, 0
    try:
        for image in images:
            if writer is None:
                shape = image.shape
                height, width = (n + n % 2 for n in shape[:2])
                coding = cv2.VideoWriter_fourcc(*CODINGS[part.suffix.lower()])
                writer = cv2.VideoWriter(str(part), coding, fps, (width, height))
                if not writer.isOpened():
                    raise VideoError(f"{part.parent} cannot be written to; check its permissions and space.")
            if image.shape != shape:
                raise VideoError(
                    f"Image {written} is {image.shape}, the first {shape}; give images of one size."
                )
            writer.write(_even_bgr(image))
            written += 1
    finally:
        if writer is not None:
            writer.release()
    if written == 0:
        raise VideoError(f"No images were given for {part.parent}; a video needs at least one.")
    return written


def _is_whole(part: Path, written: int) -> bool:
    """Whether the file holds its index and as many frames as were written."""
    try:
        cut_short = is_avi_cut_short if part.suffix.lower() == ".avi" else is_cut_short
        return not cut_short(part) and probe(part).frames == written
    except (OSError, VideoError):
        return False


def _even_bgr(image: np.ndarray) -> np.ndarray:
    bgr = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if image.ndim == 2 else cv2.COLOR_RGB2BGR)
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        bgr = cv2.copyMakeBorder(bgr, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    return bgr
