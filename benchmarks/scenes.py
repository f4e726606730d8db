"""The clips that the pre-processing benchmark films, with the truth of every frame.

Camera noise is added, as a real camera has indoors: without it an encoded clip is so easy to decode that
"share of decoding time" says nothing about real ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.synthetic.action_units import ACTION_UNITS
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.performance import Performance
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.truth import truth_table
from labkit.video import write_video

SIZE = (1280, 720)
NOISE = 4.0  # grey levels
_JAW = list(ACTION_UNITS).index("AU26")


@dataclass(frozen=True)
class Filmed:
    """A clip on disk and its truth, one row a frame (see labkit.synthetic.truth)."""

    name: str
    path: Path
    truth: pd.DataFrame


def film(
    folder: Path,
    name: str,
    *,
    person: int = 3,
    background: str = "plain",
    size: tuple[int, int] = SIZE,
    frames: int = 60,
    noise: float = NOISE,
    act: Callable[[Performance], Performance] = lambda performance: performance,
    edit: Callable[[int, np.ndarray], np.ndarray] = lambda index, image: image,
) -> Filmed:
    """Film one person; ``act`` changes the performance, ``edit`` the finished picture of a frame."""
    clip = Clip(Person.from_seed(person), "happy", seconds=frames / 30, size=size, background=background)
    clip.__dict__["performance"] = act(clip.performance)  # where its cached property keeps it
    renderer = ClipRenderer(clip)
    random = np.random.default_rng(person)
    grain = np.round(random.normal(0, noise, (size[1] + 64, size[0] + 64, 3))).astype(np.int16)

    def pictures():
        for index, image in enumerate(renderer.frames()):
            y, x = random.integers(0, 64, 2)
            noisy = edit(index, image) + grain[y : y + size[1], x : x + size[0]]
            yield np.clip(noisy, 0, 255).astype(np.uint8)

    path = folder / f"{name}.mp4"
    write_video(path, pictures())
    return Filmed(name, path, truth_table(clip, renderer.rig))


def still(performance: Performance) -> Performance:
    """Nothing moves: what remains of a difference is camera noise and jitter."""
    middle = len(performance.times) // 2
    frozen = {
        field: np.repeat(getattr(performance, field)[middle : middle + 1], len(performance.times), axis=0)
        for field in ("units", "gaze", "roll", "yaw", "pitch", "shift", "nearness")
    }
    return replace(performance, **frozen, blink=np.zeros(len(performance.times)))


def jaw_alone(performance: Performance) -> Performance:
    """The head sways as it did; of the face only the jaw moves, so its change is the true expression."""
    units = np.zeros_like(performance.units)
    units[:, _JAW] = 0.35 * (1 - np.cos(performance.times * 5.5 + 0.7 * np.sin(performance.times * 2.1)))
    count = len(performance.times)
    return replace(performance, units=units, blink=np.zeros(count), gaze=np.zeros((count, 2)))


def turning(performance: Performance) -> Performance:
    """The head turns out of the picture's plane, to 25° on either side."""
    return replace(performance, yaw=25 * np.sin(performance.times * 3.2))


def hand(index: int, image: np.ndarray) -> np.ndarray:
    """A skin-coloured patch passes before the face from left to right between frames 15 and 45."""
    if 15 <= index < 45:
        x = 250 + 25 * (index - 15)
        image = image.copy()
        stripes = 12 * np.sin(np.arange(260) / 9)[None, :, None]
        image[200:560, x : x + 260] = np.array([190, 150, 125]) + stripes
    return image
