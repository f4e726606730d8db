"""Video in and out: frames as a stream, in RGB, with nothing lost at the end."""

import os

# FFmpeg and OpenCV print their own complaints about broken files on stderr; labkit
# raises one sentence instead. Both read these variables when they first open a file.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

from labkit.video.reading import Frame, VideoInfo, probe, read_frames  # noqa: E402
from labkit.video.writing import write_video  # noqa: E402

__all__ = ["Frame", "VideoInfo", "probe", "read_frames", "write_video"]
