"""Video in and out: frames as a stream, in RGB, with nothing lost at the end."""

import os

import cv2

# FFmpeg and OpenCV print their own complaints about broken files on stderr; labkit raises one
# sentence instead. FFmpeg's level is read when OpenCV first opens a video.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

from labkit.video.reading import Frame, VideoInfo, probe, read_frames  # noqa: E402
from labkit.video.writing import write_video  # noqa: E402

__all__ = ["Frame", "VideoInfo", "probe", "read_frames", "write_video"]
