"""The Aff-Wild2 world: people talk and feel for some 25 seconds, in Aff-Wild2's official layout.

Each track has a text file of valence and arousal, a row a frame, and a folder of 112 x 112 colour crops, as
the data set's ``cropped_aligned``: eyes level and always about 35 pixels apart. Some tracks are the left and
the right person of one video. As in the data set, faces are lost for a while (rows of -5, no images), single
images are missing, labels and images do not end together, and some tracks are too short for a window of 101.

What the rows say is what an annotator saw: the true track LAG seconds late, off by some hundredths, in
thousandths. Exactly (0, 0) stays so. The true values are in the table beside each annotation.
Nobody is in both sets.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pandas as pd

from labkit.datasets import affwild2
from labkit.datasets.world_files import truth_file
from labkit.synthetic.affect import AffectClip, drift
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import FACE_SIDE, truth_table
from labkit.synthetic.worlds.files import write_whole
from labkit.synthetic.worlds.spec import PlannedClip, World

# Nobody also acts in another world (RAVDESS has people from 1 to 24, ISED from 101 on).
FIRST_PERSON = 30
IMAGES, LABELS = "cropped_aligned", "annotations/VA_Set"
# By the last digit of a track's number, so that a larger world only adds tracks.
VALIDATION, LEFT, SHORT = (5, 8, 9), (1, 8), 4
LENGTH, SHORTER = (0.75, 1.25), 0.3  # of a track, in shares of the order's seconds: from .. to, or short

SIDE = 112  # pixels
EYES, EYES_TO_MOUTH = (
    (56.0, 51.6),
    40.7,
)  # in a crop: the point between the eyes, and how far down the mouth is
OFF, TURNED, SCALED = 0.8, 1.2, 0.012  # how a crop trembles (standard deviations): pixels, degrees, share

LAG, UNSURE, UNSURE_TIME = 0.2, 0.03, 1.0  # of the annotator: seconds, standard deviation, seconds it lasts
INVALID = -5

_ENLARGED, _AROUND = 2, SIDE // 2  # cascades miss faces that fill a small picture


@dataclass(frozen=True)
class Track(PlannedClip):
    """A track of the plan: what was filmed, what of it was lost, and what an annotator wrote."""

    name: str  # "video11_left"

    @cached_property
    def _losses(self) -> tuple[np.ndarray, np.ndarray, int]:
        """(T,) whether there is an image, (T,) whether there is a label, and how many rows there are."""
        rng, frames = self.clip.random(9), self.clip.frames
        shown, labelled, rows = np.ones(frames, bool), np.ones(frames, bool), frames
        chances, places = rng.random(5), rng.uniform(0.1, 0.85, 3)
        lengths = np.minimum(rng.integers((8, 1, 4, 2, 2), (26, 5, 13, 7, 7)), frames // 8)
        lost, blank, dull = (
            slice(int(p * frames), int(p * frames) + n) for p, n in zip(places, lengths[:3], strict=True)
        )
        if chances[0] < 0.35:  # the face is lost
            shown[lost] = labelled[lost] = False
        if chances[1] < 0.2:  # an image or some are missing
            shown[blank] = False
        if chances[2] < 0.15:  # the annotator threw frames out
            labelled[dull] = False
        if chances[3] < 0.15:  # rows outnumber the images
            shown[frames - lengths[3] :] = False
        elif chances[4] < 0.1:  # images outnumber the rows
            rows -= int(lengths[4])
        return shown, labelled, rows

    @property
    def images(self) -> dict[int, str]:
        """The paths within the world of the images that there are, by frame from 0."""
        shown = np.flatnonzero(self._losses[0]).tolist()
        return {frame: f"{IMAGES}/{self.name}/{frame + 1:05}.jpg" for frame in shown}

    @property
    def annotation(self) -> np.ndarray:
        """(rows, 2) valence and arousal as they were written, INVALID where there is no label."""
        _, labelled, rows = self._losses
        track, fps = self.clip.track, self.clip.fps
        late = track[np.maximum(np.arange(len(track)) - round(LAG * fps), 0)]
        moved = np.minimum(1, np.hypot(*late.T) / 0.1)[:, None]
        unsure = UNSURE * moved * drift(self.clip.random(11), late.shape, UNSURE_TIME * fps)
        written = np.clip(late + unsure, -1, 1).round(3) + 0.0  # no "-0.0"
        written[~labelled] = INVALID
        return written[:rows]


@dataclass(frozen=True, kw_only=True)
class AffWild2World(World):
    """The order for a world in Aff-Wild2's official layout, with the truth beside each annotation."""

    name: ClassVar[str] = "affwild2"
    most_people: ClassVar[int] = 69
    unit: ClassVar[str] = "tracks"

    people: int = 35  # 25 to train on, 10 to validate on
    seconds: float = 25.0  # of a track, on average
    size: tuple[int, int] = (160, 200)  # of the picture that a face is cut from
    fps: float = 12.0  # half of what videos have: the same frames show twice the seconds

    def _rules(self) -> list[tuple[bool, str]]:
        fewest = min(VALIDATION)
        return [
            *super()._rules(),
            (self.people >= fewest, f"people must be {fewest} or more, as both sets need some"),
        ]

    @property
    def part(self) -> str:
        return "valence and arousal"

    def person(self, number: int) -> Person:
        """The synthetic person of track ``number`` (from 1), the same in a world of any size."""
        return Person.from_seed(1000 * self.seed + FIRST_PERSON + number)

    def plan(self) -> list[Track]:
        return [self._track(number) for number in range(1, self.people + 1)]

    def _track(self, number: int) -> Track:
        right = (number - 1) % 10 in LEFT
        video = number - 1 if right else number
        side = "_right" if right else "_left" if number % 10 in LEFT else ""
        share = np.random.default_rng([self.seed, FIRST_PERSON, video]).uniform(*LENGTH)
        seconds = self.seconds * (SHORTER if number % 10 == SHORT else share)
        clip = self._clip(self.person(number), "", number, "speech", 1.0, AffectClip)
        name = f"video{video}{side}"
        folder = "Validation_Set" if number % 10 in VALIDATION else "Train_Set"
        return Track(f"{LABELS}/{folder}/{name}.txt", name, replace(clip, seconds=seconds), name)

    def film(self, root: Path, planned: Track, rig: Rig) -> None:
        """Write a track's images, then what is true of every frame, in its crop's pixels, then its rows."""
        clip = planned.clip
        truth = truth_table(clip, rig)
        places = _places(truth, clip.random(10))
        renderer = ClipRenderer(clip, rig)
        for frame, file in planned.images.items():
            write_whole(root / file, _coded(_cut(renderer.frame(frame), places[frame])))
        truth = _moved(truth, places).assign(valence=clip.track[:, 0], arousal=clip.track[:, 1])
        table = truth.to_csv(index=False, float_format="%.4f")
        write_whole(truth_file(root / planned.file), table.encode())
        rows = "".join(f"{valence:g},{arousal:g}\n" for valence, arousal in planned.annotation.tolist())
        write_whole(root / planned.file, f"valence,arousal\n{rows}".encode())

    def seen(self, root: Path, planned: Track, count: int) -> Iterator[tuple[np.ndarray, pd.Series]]:
        """Crops, enlarged and their edges continued outwards."""
        truth, images = pd.read_csv(truth_file(root / planned.file)), planned.images
        frames = list(images)
        for index in np.linspace(0, len(frames) - 1, count + 2).round().astype(int).tolist()[1:-1]:
            crop = cv2.imread(str(root / images[frames[index]]))
            wide = cv2.copyMakeBorder(crop, *[_AROUND] * 4, cv2.BORDER_REPLICATE)
            large = cv2.resize(wide, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
            row = truth.loc[frames[index]].copy()
            points = [name for name in row.index if name.endswith(("_x", "_y"))]
            row[points] = _ENLARGED * (row[points] + _AROUND)
            row[["face_w", "face_h"]] *= _ENLARGED
            yield cv2.cvtColor(large, cv2.COLOR_BGR2RGB), row

    def scan(self, root: Path) -> tuple[list[str], list[str]]:
        report = affwild2.check(root)
        return report.odd, report.notes

    def lacks(self, root: Path) -> list[str]:
        lost = super().lacks(root)
        for planned in self.there(root):
            files = [file for file in planned.images.values() if not (root / file).is_file()]
            if files:
                lost.append(f"{IMAGES}/{planned.name} lacks {len(files)} of {len(planned.images)} images")
        return lost


def _places(truth: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """(T, 2, 3): from the picture's pixels to each frame's crop; eyes level, and a tremble of its own.

    The resting face decides, as in the truth's face box, so that no expression moves the crop.
    """
    off, turned = OFF * rng.normal(size=(len(truth), 2)), np.deg2rad(TURNED * rng.normal(size=len(truth)))
    scaled = 1 + SCALED * np.clip(rng.normal(size=len(truth)), -2.5, 2.5)
    eyes = truth[["left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y"]].to_numpy()
    middle, across = (eyes[:, :2] + eyes[:, 2:]) / 2, eyes[:, 2:] - eyes[:, :2]
    angle = turned - np.arctan2(across[:, 1], across[:, 0])
    scale = scaled * EYES_TO_MOUTH * FACE_SIDE / truth["face_w"].to_numpy()
    turn = np.empty((len(truth), 2, 2))
    turn[:, 0, 0] = turn[:, 1, 1] = scale * np.cos(angle)
    turn[:, 1, 0] = scale * np.sin(angle)
    turn[:, 0, 1] = -turn[:, 1, 0]
    move = np.array(EYES) + off - np.einsum("tij,tj->ti", turn, middle)
    return np.concatenate([turn, move[:, :, None]], axis=2)


def _cut(picture: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A crop, RGB uint8 (SIDE, SIDE, 3)."""
    # Pixels are counted at their centres here, places in the truth from the picture's edge.
    centred = place + np.column_stack([np.zeros((2, 2)), 0.5 * place[:, :2].sum(axis=1) - 0.5])
    return cv2.warpAffine(
        picture, centred, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _coded(crop: np.ndarray) -> bytes:
    bgr = cv2.cvtColor(crop, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def _moved(truth: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """The truth in the pixels of the crops."""
    moved = truth.copy()
    scale = np.sqrt(np.linalg.det(places[:, :, :2]))
    corner = truth[["face_x", "face_y"]].to_numpy() + truth[["face_w"]].to_numpy() / 2
    points = {
        part: truth[[f"{part}_x", f"{part}_y"]].to_numpy() for part in ("left_eye", "right_eye", "mouth")
    }
    for part, point in (points | {"face": corner}).items():
        there = np.einsum("tij,tj->ti", places[:, :, :2], point) + places[:, :, 2]
        moved[[f"{part}_x", f"{part}_y"]] = there
    moved[["face_w", "face_h"]] = truth[["face_w", "face_h"]].to_numpy() * scale[:, None]
    moved[["face_x", "face_y"]] -= moved[["face_w", "face_h"]].to_numpy() / 2
    moved["roll"] += np.rad2deg(np.arctan2(places[:, 1, 0], places[:, 0, 0]))
    return moved
