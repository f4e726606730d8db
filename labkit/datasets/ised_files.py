"""What lies in an ISED folder: videos, peak images, odd files, and harmless others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labkit.datasets.folders import several, walk
from labkit.datasets.ised_details import FILE, Key, clip_of
from labkit.datasets.world_files import TRUTH_SUFFIX, WHOLE, refuse_unfinished
from labkit.errors import DataError, VideoError

VIDEOS, PEAK_IMAGES = "videos", "peakImages"
HOW_TO_GET = (
    "The loader looks for 'videos/PS 26/7.avi', 'peakImages/26_7_39.jpg' and 'ISED_details.mat', or for "
    "class folders (Train/happiness/…); ISED is sent by its authors on request, see data/cards/ised.md; "
    "'labkit data get synthetic-ised' makes a stand-in."
)

_VIDEO_SUFFIXES = {".avi", ".mp4", ".mov", ".mkv"}
_IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp"}
_PEAK = re.compile(r"0*([1-9]\d*)_0*([1-9]\d*)_0*([1-9]\d*)")
_OURS = {FILE, WHOLE, "ISED_peak_images.mat", "HowToUse.m"}


@dataclass
class Found:
    """A folder's contents: videos and peak images by clip (with the peak's frame, from 1)."""

    root: Path
    videos: dict[Key, Path] = field(default_factory=dict)
    peaks: dict[Key, tuple[int, Path]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def damaged(self, peaks: Mapping[Key, int] | None = None) -> list[str]:
        """The videos that are cut short, cannot be opened or end before their peak (a frame, from 1)."""
        from labkit.video import probe  # brings OpenCV's video side, which naming clips can do without
        from labkit.video.avi import is_avi_cut_short

        peaks, problems = peaks or {}, []
        for key, path in self.videos.items():
            try:
                frames = probe(path).frames
            except VideoError as error:
                problems.append(str(error))
            else:
                if is_avi_cut_short(path):
                    problems.append(f"{path} is truncated; get it again")
                elif frames and peaks.get(key, 0) > frames:  # some files do not tell how long they are
                    problems.append(f"{path} has {frames} frames, but its peak is said to be {peaks[key]}")
        return problems


def scan(root: Path) -> Found:
    """Sort a folder's files by what their names say.

    Raises:
        DataError: if there is no such folder, no video in it, or a synthetic world in it is unfinished.
    """
    found, stray = Found(root), []
    refuse_unfinished(root)
    for path in walk(root, HOW_TO_GET):
        within = path.relative_to(root)
        if within.parts[0] == VIDEOS and path.suffix.lower() in _VIDEO_SUFFIXES:
            problem = _add_video(found, path)
        elif within.parts[0] == PEAK_IMAGES and path.suffix.lower() in _IMAGE_SUFFIXES:
            problem = _add_peak(found, path)
        else:
            problem = None
            if not (path.name in _OURS or path.name.endswith((TRUTH_SUFFIX, ".zip"))):
                stray.append(str(within))
        if problem:
            found.odd.append(f"{within}: {problem}")
    if stray:
        found.notes.append(f"{len(stray)} files are no part of ISED: {several(stray)}")
    if not found.videos:
        reason = f" ({found.odd[0]})" if found.odd else ""
        raise DataError(f"No clips of ISED in {root}{reason}. {HOW_TO_GET}")
    return found


def _add_video(found: Found, path: Path) -> str | None:
    """File a video under ``found``, or say why it cannot be."""
    key = clip_of(path)
    if not key:
        return "not a place of an ISED video; one looks like videos/PS 26/7.avi (participant, video)"
    if key in found.videos:
        return f"the same clip as {found.videos[key].relative_to(found.root)}"
    if path.stat().st_size == 0:
        return "the file is empty; get it again"
    found.videos[key] = path
    return None


def _add_peak(found: Found, path: Path) -> str | None:
    name = _PEAK.fullmatch(path.stem)
    if not name:
        return "not the name of an ISED peak image; one looks like 26_7_39.jpg (participant, video, frame)"
    key = int(name[1]), int(name[2])
    if key in found.peaks:
        return f"its clip has another peak image, {found.peaks[key][1].name}"
    found.peaks[key] = int(name[3]), path
    return None
