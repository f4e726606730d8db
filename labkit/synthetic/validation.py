"""A world measured against its own truth, and against controls that give the figures their meaning.

The stock cascades must find face, eyes and mouth where the truth says they are.
A cascade also fires where nothing is, so the same is asked of faces drawn without
a mouth or without eyes (without a mouth: clean-shaven ones, since it takes a
moustache for a mouth). And nothing but the expression may give an emotion away:
where the expression is switched off, a classifier trained on some of the people
must do no better than chance on the others.
"""

from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.synthetic.controls import MIN_PEOPLE, Controls, guess_emotions, render_controls
from labkit.synthetic.looking import FACE_OVERLAP, look
from labkit.synthetic.worlds.making import read_world
from labkit.synthetic.worlds.spec import PlannedClip, World

CONTROL_CLIPS = 200  # drawn without eyes and without mouth
EXPRESSION_CLIPS = 800  # about so many, of whole people, are drawn with the expression on and off


@dataclass(frozen=True)
class WorldMeasures:
    """Shares are 0..1. ``face``, ``eyes`` and ``mouth`` say how often a thing was found in its place."""

    frames: int
    face: float
    eyes: float  # of the frames with open eyes
    mouth: float
    control_frames: int
    eyes_without_eyes: float
    mouth_without_mouth: float | None  # of clean-shaven faces; None where there are none
    clips: int
    chance: float
    emotion: float | None  # balanced accuracy on people not trained on; None for few, or for unnamed clips
    emotion_without_expression: float | None
    wanted: tuple[float, float, float] = World.wanted  # face, eyes and mouth must be found so often

    @property
    def margin(self) -> float:
        """Two standard errors of an accuracy at chance."""
        return float(2 * np.sqrt(self.chance * (1 - self.chance) / max(1, self.clips)))

    @property
    def faults(self) -> list[str]:
        """The demands that are not met."""
        face, eyes, mouth = self.wanted
        demands = {
            f"the face is found in under {100 * face:.0f} % of the frames": self.face >= face,
            f"both eyes are in place in under {100 * eyes:.0f} % of the frames": self.eyes >= eyes,
            f"the mouth is in place in under {100 * mouth:.0f} % of the frames": self.mouth >= mouth,
            "eyes are found where none are drawn": self.eyes_without_eyes <= 0.1,
            "a mouth is found where none is drawn": (self.mouth_without_mouth or 0) <= 0.5,
        }
        if self.emotion is not None:
            limit = self.chance + self.margin
            demands["emotions can be guessed without the expression"] = (
                self.emotion_without_expression <= limit
            )
            demands["emotions cannot be told across people"] = self.emotion >= 2 * self.chance
        return [fault for fault, met in demands.items() if not met]

    @property
    def ok(self) -> bool:
        return not self.faults

    def to_dict(self) -> dict:
        """Plain JSON values."""
        return asdict(self) | {"faults": self.faults, "ok": self.ok}

    def __str__(self) -> str:
        face, eyes, mouth = (f"{100 * share:.0f} %" for share in self.wanted)
        lines = [
            f"Stock cascades on {self.frames} frames, against the world's own truth:",
            f"  face (overlap > {FACE_OVERLAP})          {self.face:6.1%}   (wanted: {face})",
            f"  both eyes in place, if open  {self.eyes:6.1%}   ({eyes})",
            f"  mouth's centre in place      {self.mouth:6.1%}   ({mouth})",
            f"Controls, {self.control_frames} frames drawn anew:",
            f"  eyes 'found', none drawn     {self.eyes_without_eyes:6.1%}   (at most 10 %)",
            *self._mouth_lines(),
            *self._emotion_lines(),
            "All as it should be." if self.ok else f"Not as it should be: {'; '.join(self.faults)}.",
        ]
        return "\n".join(lines)

    def _mouth_lines(self) -> list[str]:
        if self.mouth_without_mouth is None:
            return ["  mouth 'found', none drawn: measured on clean-shaven faces, and nobody here has one"]
        return [f"  mouth 'found', none drawn    {self.mouth_without_mouth:6.1%}   (at most 50 %)"]

    def _emotion_lines(self) -> list[str]:
        if self.emotion is None:
            return [
                f"Emotion of unseen people: measured from {MIN_PEOPLE} people on, if their clips are named."
            ]
        return [
            f"Emotion of unseen people (HOG, linear SVM, {self.clips} clips, chance {self.chance:.1%}):",
            f"  with the expression          {self.emotion:6.1%}   (at least twice chance)",
            f"  with the expression off      {self.emotion_without_expression:6.1%}   "
            f"(at most {self.chance + self.margin:.1%})",
        ]


def measure_world(root: Path | str, frames: int = 600, workers: int | None = None) -> WorldMeasures:
    """Measure a whole world on about ``frames`` of its frames, evenly spread over its clips.

    Raises:
        DataError: if there is no whole world in ``root``.
    """
    root = Path(root)
    world = read_world(root)
    plan = world.plan()
    people = [list(clips) for _, clips in groupby(plan, key=lambda planned: planned.subject)]
    people = _spread(people, max(MIN_PEOPLE, EXPRESSION_CLIPS * len(people) // len(plan)))
    clips, each = _spread(plan, frames), max(1, round(frames / len(plan)))
    with bar(desc="Measuring the world", total=len(clips) + len(people), unit="step") as progress:
        found = []
        for rows in map_unordered(partial(_measure_clip, world, root, each), clips, workers):
            found += rows
            progress.update()
        controls = []
        clips_each = max(1, CONTROL_CLIPS // len(people))
        for control in map_unordered(partial(render_controls, clips_each), people, workers):
            controls.append(control)
            progress.update()
    return _summary(pd.DataFrame(found), controls, world)


def _spread(items: list, most: int) -> list:
    """All items, or ``most`` of them, evenly spread."""
    places = np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)
    return [items[place] for place in places.tolist()]


def _summary(found: pd.DataFrame, controls: list[Controls], world: World) -> WorldMeasures:
    emotions = [emotion for control in controls for emotion in control.emotions]
    eyes = [seen for control in controls for seen in control.eyes_without_eyes]
    mouths = [seen for control in controls for seen in control.mouth_without_mouth]
    on, off = (guess_emotions(controls, expression) for expression in (True, False))
    return WorldMeasures(
        frames=len(found),
        face=float(found["face"].mean()),
        eyes=float(found["eyes"][found["open"]].mean()),
        mouth=float(found["mouth"].mean()),
        control_frames=len(eyes) + len(mouths),
        eyes_without_eyes=float(np.mean(eyes)),
        mouth_without_mouth=float(np.mean(mouths)) if mouths else None,
        clips=len(emotions),
        chance=1 / len(set(emotions)),
        emotion=on,
        emotion_without_expression=off,
        wanted=world.wanted,
    )


def _measure_clip(world: World, root: Path, count: int, planned: PlannedClip) -> list[dict[str, bool]]:
    """What the cascades find in ``count`` evenly spread pictures of a clip."""
    return [look(picture, truth) for picture, truth in world.seen(root, planned, count)]
