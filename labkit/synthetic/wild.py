"""Shots as films have them: any light, turned heads, near and far, sharp and dull, in the midst of a feeling.

All that is random is drawn as for any other clip, then drawn further from the middle. Nobody begins with a
face at rest: a shot is cut out of a longer performance, so that even a single frame shows something. What a
film's grading does to its colours and its coding to its detail is the same in all shots of a person, as if
everybody played in one film.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import cv2
import numpy as np

from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.performance import Performance, perform
from labkit.synthetic.scene import REFERENCE_HEIGHT, Scene, draw_scene

LEAD, BEGINS = 0.8, (0.35, 1.0)  # seconds acted besides those shown, and the share of them that comes before
# Of the light, from .. to or standard deviations: degrees, factors, share of red against blue, of green.
AZIMUTH, AMBIENT, EXPOSURE, WARMTH, GREEN = 45.0, (0.15, 0.5), (0.5, 1.1), 0.10, 0.04
NOISE, DULL, DULL_BLUR = (1.0, 5.0), 0.2, (0.8, 1.6)  # grey levels; how often, and pixels of 360 rows
NEAR, ACROSS, DOWN = (0.62, 1.1), (0.34, 0.66), (0.42, 0.52)  # the head's size, and where the eyes are
TEXTURED = 0.2  # of the shots that are no plainer by order
# Standard deviations and limits, in degrees, besides a plain clip's turns, and a factor on how it wanders.
YAW, PITCH, ROLL, WANDERING = (9.0, 22.0), (4.0, 9.0), (6.0, 14.0), 1.8
APPROACH = 0.05  # share by which the camera comes nearer or moves away, standard deviation


@dataclass(frozen=True)
class WildClip(Clip):
    """A shot; a ``wide`` one has as much of the scene again beside it, for the camera to turn to."""

    wide: bool = False

    @cached_property
    def scene(self) -> Scene:
        rng, (width, height) = self.random(12), self.size
        scene = draw_scene(self.random(1), self.size, self.background, self.person.skin.darkness)
        zoom = height / REFERENCE_HEIGHT
        azimuth = np.deg2rad(np.clip(rng.normal(0, AZIMUTH), -80, 80))
        level = np.hypot(scene.light[0], scene.light[2])
        light = np.float32((np.sin(azimuth) * level, scene.light[1], np.cos(azimuth) * level))
        warmth, green = rng.normal(0, (WARMTH, GREEN))
        ambient, exposure, noise = (rng.uniform(*limits) for limits in (AMBIENT, EXPOSURE, NOISE))
        dull = rng.uniform(*DULL_BLUR) * zoom * (rng.random() < DULL)
        scale, across, down = (rng.uniform(*limits) for limits in (NEAR, ACROSS, DOWN))
        textured = rng.random() < TEXTURED and self.background == "varied"
        before = width * self.wide * (rng.random() < 0.5)
        return replace(
            scene,
            size=(width * (1 + self.wide), height),
            scale=float(scale * scene.scale),
            centre=(float(before + across * width), float(down * height)),
            light=light,
            ambient=float(ambient),
            exposure=float(exposure * scene.exposure),
            tint=np.float32((1 + warmth, 1 + green, 1 - warmth)),
            noise=float(noise),
            blur=float(max(scene.blur, dull)),
            background="textured" if textured else self.background,
        )

    @cached_property
    def performance(self) -> Performance:
        acted = perform(
            self.person,
            self.emotion,
            self.random(0),
            seconds=self.seconds + LEAD,
            fps=self.fps,
            voice=self.voice,
            intensity=self.intensity,
            units=self.units,
        )
        rng, count = self.random(14), max(1, round(self.seconds * self.fps))
        start = round(rng.uniform(*BEGINS) * LEAD * self.fps)
        start = min(start, len(acted.times) - count)
        shown = {field.name: getattr(acted, field.name)[start : start + count] for field in fields(acted)}
        turned = {"yaw": YAW, "pitch": PITCH, "roll": ROLL}
        for name, (spread, limit) in turned.items():
            shown[name] = np.clip(WANDERING * shown[name] + rng.normal(0, spread), -limit, limit)
        shown["nearness"] = shown["nearness"] * np.linspace(1, 1 + rng.normal(0, APPROACH), count)
        shown["times"] = shown["times"] - shown["times"][0]
        return Performance(**shown)


@dataclass(frozen=True)
class Grade:
    """What a film does to every picture: factors, grey levels, and a JPEG's quality (1 to 100)."""

    contrast: float
    brightness: float
    saturation: float
    quality: int

    @classmethod
    def of(cls, person: Person) -> "Grade":
        """The grade of the film that ``person`` plays in; one in ten is black and white."""
        rng = np.random.default_rng([person.seed, 12])
        contrast, brightness = rng.uniform(0.8, 1.2), rng.uniform(-12, 12)
        saturation = rng.uniform(0.4, 1.2) * (rng.random() > 0.1)
        return cls(float(contrast), float(brightness), float(saturation), int(rng.integers(25, 80)))

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """RGB uint8 (height, width, 3), graded and coarsely coded."""
        levels = self.contrast * (np.arange(256) - 110.0) + 110 + self.brightness
        graded = cv2.LUT(picture, np.clip(levels, 0, 255).round().astype(np.uint8))
        gray = cv2.cvtColor(cv2.cvtColor(graded, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        graded = cv2.addWeighted(graded, self.saturation, gray, 1 - self.saturation, 0)
        coded = cv2.imencode(".jpg", graded, [cv2.IMWRITE_JPEG_QUALITY, self.quality])[1]
        return cv2.imdecode(coded, cv2.IMREAD_COLOR)  # RGB went in as if BGR, and comes out likewise
