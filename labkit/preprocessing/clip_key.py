"""What names a clip's cached faces, and whose fault it is when a clip cannot be read.

The key holds the source's path, size and time, the parameters, OpenCV's version and a hash of the code
that shapes a face: a constant to be raised by hand would one day be forgotten, and stale faces look
like good ones.
"""

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2

from labkit.errors import VideoError

# The code that reads a clip, follows the face in it and cuts it out.
FOLLOWING = (
    "labkit.video.reading",
    "labkit.faces.boxes",
    "labkit.faces.detection",
    "labkit.faces.poses",
    "labkit.faces.alignment",
    "labkit.faces.following",
    "labkit.faces.flow_tracker",
    "labkit.faces.tracking",
)


def clip_digest(clip: Path, parameters: Mapping[str, object], modules: Sequence[str]) -> str:
    """Sixteen hexadecimal digits that change with the clip, the parameters, or the code of ``modules``.

    Raises:
        VideoError: if there is no such clip, or one that may not be looked at.
    """
    with reading(clip):
        if not clip.is_file():
            raise VideoError(f"{clip} does not exist; check the path.")
        status = clip.stat()
    key = {
        "clip": str(clip.resolve()),
        "size": status.st_size,
        "time": status.st_mtime_ns,
        "parameters": dict(parameters),
        "opencv": cv2.__version__,
        "code": code_hash(modules),
    }
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]


def code_hash(modules: Sequence[str]) -> str:
    """Hexadecimal digits that change with the text of any of ``modules``."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(Path(importlib.util.find_spec(module).origin).read_bytes())
    return digest.hexdigest()


@contextmanager
def reading(clip: Path) -> Iterator[None]:
    """Turn what fails in here into the clip's fault: a VideoError of one sentence."""
    try:
        yield
    except OSError as error:
        raise VideoError(f"{clip} cannot be read: {reason(error)}; check its permissions.") from error
    except cv2.error as error:
        raise VideoError(f"{clip} cannot be followed: OpenCV fails on it ({error.err or error}).") from error


def reason(error: Exception) -> str:
    """Why the system refused, in its own words."""
    return os.strerror(error.errno).lower() if getattr(error, "errno", None) else str(error)
