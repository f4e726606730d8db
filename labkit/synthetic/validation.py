"""A world measured against its own truth, and against controls that give the figures their meaning.

The stock cascades must find face, eyes and mouth where the truth says they are.
A cascade also fires where nothing is, so the same is asked of faces drawn without
a mouth or without eyes. And nothing but the expression may give an emotion away:
where the expression is switched off, a classifier trained on some of the people
must do no better than chance on the others.
"""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.synthetic.controls import guess_emotions, render_controls
from labkit.synthetic.worlds.making import read_world, truth_file
from labkit.synthetic.worlds.ravdess import planned_clips
from labkit.synthetic.worlds.spec import WorldSpec
from labkit.video import read_frames

FACE_OVERLAP = 0.6  # intersection over union with the true box
IN_PLACE = 0.15, 0.25  # how far an eye, and the mouth's centre, may be off, in distances between the eyes
OPEN = 0.3  # a blink below this leaves the eyes open
CONTROL_CLIPS = 120


@dataclass(frozen=True)
class WorldMeasures:
    """Shares are 0..1. ``face``, ``eyes`` and ``mouth`` say how often a thing was found in its place."""

    frames: int
    face: float
    eyes: float  # of the frames with open eyes
    mouth: float
    control_frames: int
    eyes_without_eyes: float
    mouth_without_mouth: float
    clips: int
    chance: float
    emotion: float  # accuracy, the mean over the classes, on people not trained on
    emotion_without_expression: float

    @property
    def margin(self) -> float:
        """Two standard errors of an accuracy at chance."""
        return float(2 * np.sqrt(self.chance * (1 - self.chance) / max(1, self.clips)))

    @property
    def faults(self) -> list[str]:
        """The demands that are not met."""
        demands = {
            "the face is found in under 99 % of the frames": self.face >= 0.99,
            "both eyes are in place in under 95 % of the frames": self.eyes >= 0.95,
            "the mouth is in place in under 95 % of the frames": self.mouth >= 0.95,
            "eyes are found where none are drawn": self.eyes_without_eyes <= 0.1,
            "a mouth is found where none is drawn": self.mouth_without_mouth <= 0.5,
            "emotions can be guessed without the expression": self.emotion_without_expression
            <= self.chance + self.margin,
            "emotions cannot be told across people": self.emotion >= 2 * self.chance,
        }
        return [fault for fault, met in demands.items() if not met]

    @property
    def ok(self) -> bool:
        return not self.faults

    def to_dict(self) -> dict:
        """Plain JSON values."""
        return asdict(self) | {"faults": self.faults, "ok": self.ok}

    def __str__(self) -> str:
        return "\n".join(
            [
                f"Stock cascades on {self.frames} frames, against the world's own truth:",
                f"  face (overlap > {FACE_OVERLAP})          {self.face:6.1%}   (wanted: 99 %)",
                f"  both eyes in place, if open  {self.eyes:6.1%}   (95 %)",
                f"  mouth's centre in place      {self.mouth:6.1%}   (95 %)",
                f"Controls, {self.control_frames} frames drawn anew:",
                f"  eyes 'found', none drawn     {self.eyes_without_eyes:6.1%}",
                f"  mouth 'found', none drawn    {self.mouth_without_mouth:6.1%}",
                f"Emotion of people not trained on (HOG and a linear SVM, {self.clips} clips, "
                f"chance {self.chance:.1%}):",
                f"  with the expression          {self.emotion:6.1%}   (at least twice chance)",
                f"  with the expression off      {self.emotion_without_expression:6.1%}   "
                f"(chance, at most {self.chance + self.margin:.1%})",
                "All as it should be." if self.ok else f"Not as it should be: {'; '.join(self.faults)}.",
            ]
        )


def measure_world(root: Path | str, frames: int = 600, workers: int | None = None) -> WorldMeasures:
    """Measure a whole world on about ``frames`` of its frames, spread over all of its clips.

    Raises:
        DataError: if there is no whole world in ``root``.
    """
    root = Path(root)
    spec = read_world(root)
    planned = planned_clips(spec)
    each = max(1, round(frames / len(planned)))
    people = sorted({clip.name.subject for clip in planned})
    with bar(desc="Measuring the world", total=len(planned) + len(people), unit="step") as progress:
        found = []
        for rows in map_unordered(partial(_measure_clip, each), [root / c.file for c in planned], workers):
            found += rows
            progress.update()
        pictures = []
        clips_each = max(1, CONTROL_CLIPS // len(people))
        for control in map_unordered(partial(render_controls, spec, clips_each), people, workers):
            pictures.append(control)
            progress.update()
    return _summary(spec, pd.DataFrame(found), pictures)


def _summary(spec: WorldSpec, found: pd.DataFrame, pictures: list) -> WorldMeasures:
    detector = FaceDetector()
    eyes = [_look(detector, image, truth)["eyes"] for c in pictures for image, truth in c.without_eyes]
    mouths = [_look(detector, image, truth)["mouth"] for c in pictures for image, truth in c.without_mouth]
    on, off = (guess_emotions(pictures, expression) for expression in (True, False))
    return WorldMeasures(
        frames=len(found),
        face=float(found["face"].mean()),
        eyes=float(found["eyes"][found["open"]].mean()),
        mouth=float(found["mouth"].mean()),
        control_frames=len(eyes) + len(mouths),
        eyes_without_eyes=float(np.mean(eyes)),
        mouth_without_mouth=float(np.mean(mouths)),
        clips=sum(len(c.emotions) for c in pictures),
        chance=1 / len({clip.name.emotion for clip in planned_clips(spec)}),
        emotion=on,
        emotion_without_expression=off,
    )


def _measure_clip(count: int, clip: Path) -> list[dict[str, bool]]:
    """What the cascades find in ``count`` evenly spread frames of a clip."""
    truth = pd.read_csv(truth_file(clip))
    wanted = set(np.linspace(0, len(truth) - 1, count + 2).round().astype(int)[1:-1].tolist())
    detector = FaceDetector()
    return [
        _look(detector, frame.image, truth.loc[frame.index])
        for frame in read_frames(clip)
        if frame.index in wanted
    ]


def _look(detector: FaceDetector, image: np.ndarray, truth: pd.Series) -> dict[str, bool]:
    """Whether face, eyes and mouth are found in their places in one RGB image."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    faces = detector.faces(gray)
    seen = {"face": False, "eyes": False, "mouth": False, "open": bool(truth["blink"] < OPEN)}
    if not faces:
        return seen
    face = faces[0].box
    true_face = Box(*truth[["face_x", "face_y", "face_w", "face_h"]])
    left, right, lips = (_point(truth, part) for part in ("left_eye", "right_eye", "mouth"))
    apart = np.hypot(*(right - left))
    seen["face"] = bool(face.iou(true_face) > FACE_OVERLAP)
    if pair := detector.eyes(gray, face):
        offs = [np.hypot(*(box.center - true)) for box, true in zip(pair, (left, right), strict=True)]
        seen["eyes"] = bool(max(offs) < IN_PLACE[0] * apart)
    if box := detector.mouth(gray, face):
        seen["mouth"] = bool(np.hypot(*(box.center - lips)) < IN_PLACE[1] * apart)
    return seen


def _point(truth: pd.Series, part: str) -> np.ndarray:
    return np.array([truth[f"{part}_x"], truth[f"{part}_y"]])
