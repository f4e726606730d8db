"""A clip of a film: one shot or two of a person, and moments at which nobody's face is to be seen.

A cut leads to another shot of the same person, who goes on with the same feeling before another background,
in another light, turned another way. In some clips the face is away for a while, in one of three ways: the
film shows a place without anybody (two hard cuts), somebody passes close to the camera and hides the face, or
the camera turns away. In a few clips that takes more than half of the frames.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import pandas as pd

from labkit.synthetic.backgrounds import draw_background
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table
from labkit.synthetic.wild import Grade, WildClip

CUT, CUT_AT = 0.28, (0.25, 0.75)  # how often, and after which share of the frames
WAYS = ("nobody", "hidden", "leaves")
AWAY, AWAY_FOR = 0.2, (0.12, 0.42)  # how often somebody is away, and for which share of the frames
LONG, LONG_FOR = 0.3, (0.6, 0.85)  # how many of those are long away, and for how long
FEWEST = 6  # frames: shorter clips are one shot, with nobody away
TURN = 2  # frames that a passer-by or the camera takes, before and after
HIDDEN, INSIDE = 0.2, 0.85  # of a face's box: up to so much hidden and so much in the picture is usable
OTHER_TAKES = 100_000  # by which the takes of second shots and of empty places are apart from the clips'
ABOUT = ("shot", "usable")  # columns of a film's truth besides labkit.synthetic.truth.COLUMNS


@dataclass(frozen=True)
class Story:
    """What happens in a clip besides the acting."""

    cut: int  # the first frame of the second shot; as many as there are frames if there is none
    way: str  # one of WAYS, or "" if nobody is away
    away: tuple[int, int]  # from this frame to before that one
    hanging: float  # of a passer-by, -1..1: where off the face's middle they stand
    tone: tuple[float, float, float]  # of a passer-by

    @classmethod
    def of(cls, clip: WildClip) -> "Story":
        """The story that a clip's take, and nothing else, decides."""
        rng, frames = clip.random(13), clip.frames
        chances, cut = rng.random(3), rng.uniform(*CUT_AT)
        way = WAYS[int(rng.integers(len(WAYS)))]
        share = rng.uniform(*(LONG_FOR if chances[2] < LONG else AWAY_FOR))
        length = min(frames, max(1, round(share * frames)))
        start = int(rng.integers(frames - length + 1))
        hanging, tone = rng.uniform(-1, 1), tuple((rng.uniform(10, 60) * rng.uniform(0.8, 1.2, 3)).tolist())
        if chances[1] >= AWAY or frames < FEWEST:
            way, start, length = "", 0, 0
        if chances[0] >= CUT or frames < FEWEST or way == "leaves":
            return cls(frames, way, (start, start + length), hanging, tone)
        return cls(round(cut * frames), way, (start, start + length), hanging, tone)


class Film:
    """The frames of a clip as they are seen, and what is true of them."""

    def __init__(self, clip: WildClip, rig: Rig):
        self.clip, self.rig, self.story = clip, rig, Story.of(clip)
        second = replace(clip, take=clip.take + OTHER_TAKES)
        self._shots = (replace(clip, wide=self.story.way == "leaves"), second)

    def frames(self) -> Iterator[np.ndarray]:
        """All frames in order, RGB uint8 (height, width, 3)."""
        grade, renderer, of = Grade.of(self.clip.person), None, None
        for frame, shot in enumerate(self._shown.tolist()):
            if shot < 0:
                yield grade(self._empty)
                continue
            if of != shot:
                renderer, of = ClipRenderer(self._shots[shot], self.rig), shot
            picture = self._panned(renderer.frame(frame), frame)
            if self.story.way == "hidden":
                hides = self._hides(frame)[..., None]
                picture = (picture + hides * (np.float32(self.story.tone) - picture)).astype(np.uint8)
            yield grade(picture)

    @cached_property
    def truth(self) -> pd.DataFrame:
        """Labkit's columns of truth, one row a frame, in the film's pixels, and ABOUT.

        ``shot`` is 0 or 1, and -1 where nobody is there: all else but the time is empty then. ``usable`` is
        1 where the face is in the picture and not hidden, else 0.
        """
        parts = range(self.story.cut), range(self.story.cut, self.clip.frames)
        tables = [
            truth_table(shot, self.rig, part) for shot, part in zip(self._shots, parts, strict=True) if part
        ]
        table = pd.concat(tables, ignore_index=True)
        columns = [name for name in table if name.endswith("_x")]
        table[columns] -= self._pan[:, None]
        table.loc[self._shown < 0, table.columns[2:]] = np.nan
        table["shot"] = self._shown
        table["usable"] = [int(self._usable(row)) for row in table.itertuples()]
        return table

    @cached_property
    def _shown(self) -> np.ndarray:
        """(T,) which shot a frame is of, or -1."""
        shown = (np.arange(self.clip.frames) >= self.story.cut).astype(int)
        if self.story.way == "nobody":
            shown[slice(*self.story.away)] = -1
        return shown

    @cached_property
    def _gone(self) -> np.ndarray:
        """(T,) how far a passer-by has come, or the camera has turned, 0..1."""
        start, stop = self.story.away
        steps = (start - TURN, start, stop - 1, stop - 1 + TURN)
        return np.interp(np.arange(self.clip.frames), steps, (0, 1, 1, 0))

    @cached_property
    def _pan(self) -> np.ndarray:
        """(T,) whole pixels from the left edge of the first shot's scene to that of the picture."""
        if self.story.way != "leaves":
            return np.zeros(self.clip.frames, int)
        width, x = self.clip.size[0], self._shots[0].scene.centre[0]
        start, end = (0, width) if x < width else (width, 0)
        return (start + (end - start) * self._gone).round().astype(int)

    @cached_property
    def _empty(self) -> np.ndarray:
        """A place without anybody."""
        place = replace(self.clip, take=self.clip.take + 2 * OTHER_TAKES)
        return draw_background(place.scene, place.random(2))

    def _panned(self, picture: np.ndarray, frame: int) -> np.ndarray:
        left = int(self._pan[frame])
        return np.ascontiguousarray(picture[:, left : left + self.clip.size[0]])

    def _hides(self, frame: int) -> np.ndarray:
        """(height, width) float32, 0..1: what a passer-by hides; head and shoulders, out of focus."""
        width, height = self.clip.size
        scene = self._shots[max(0, int(self._shown[frame]))].scene
        side = 190 * scene.scale  # about a head's height in pixels
        come = self._gone[frame]
        across = scene.centre[0] + 0.2 * side * self.story.hanging
        outside = -1.5 * side if self.story.hanging < 0 else width + 1.5 * side
        x, y = outside + come * (across - outside), scene.centre[1] + 0.25 * side
        mask = np.zeros((height, width), np.float32)
        head, shoulders = (0.62 * side, 0.78 * side), (1.3 * side, 0.9 * side)
        for dy, axes in ((0, head), (1.5 * side, shoulders)):
            cv2.ellipse(mask, (round(x), round(y + dy)), tuple(map(round, axes)), 0, 0, 360, 1.0, -1)
        return cv2.GaussianBlur(mask, (0, 0), 0.03 * height)

    def _usable(self, row) -> bool:
        if row.shot < 0:
            return False
        width, height = self.clip.size
        left, right = np.clip((row.face_x, row.face_x + row.face_w), 0, width).round().astype(int)
        top, bottom = np.clip((row.face_y, row.face_y + row.face_h), 0, height).round().astype(int)
        if (right - left) * (bottom - top) < INSIDE * row.face_w * row.face_h:
            return False
        if self.story.way != "hidden":
            return True
        return bool(self._hides(row.Index)[top:bottom, left:right].mean() <= HIDDEN)
