"""One clip to be filmed: who, what, and by which random draws."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labkit.emotions import canonical
from labkit.synthetic.identity import Person
from labkit.synthetic.performance import Course, Performance, Voice, perform
from labkit.synthetic.scene import Background, Scene, draw_scene


@dataclass(frozen=True)
class Clip:
    """``take`` numbers the clips of a person: it alone, with the person, seeds all that is random.

    So two takes differ in everything, while the same take with another emotion
    differs in nothing but the expression, and with ``intensity`` 0 in nothing.
    """

    person: Person
    emotion: str
    take: int = 0
    seconds: float = 2.0
    fps: float = 30.0
    size: tuple[int, int] = (480, 270)  # width, height in pixels
    voice: Voice = "song"
    background: Background = "varied"
    intensity: float = 1.0
    draw_mouth: bool = True  # the two switches exist for control experiments
    draw_eyes: bool = True
    course: Course = "whole"
    units: tuple[tuple[str, float], ...] = ()  # shown instead of an emotion's own; ``emotion`` may then be ""

    def __post_init__(self):
        if not self.units:
            canonical(self.emotion)  # an unknown word is refused here, not in the midst of a rendering

    def random(self, purpose: int) -> np.random.Generator:
        """The clip's own stream of random numbers for one purpose."""
        return np.random.default_rng([self.person.seed, self.take, purpose])

    @cached_property
    def performance(self) -> Performance:
        return perform(
            self.person,
            self.emotion,
            self.random(0),
            seconds=self.seconds,
            fps=self.fps,
            voice=self.voice,
            intensity=self.intensity,
            course=self.course,
            units=self.units,
        )

    @cached_property
    def scene(self) -> Scene:
        return draw_scene(self.random(1), self.size, self.background, self.person.skin.darkness)

    @property
    def frames(self) -> int:
        return len(self.performance.times)

    @property
    def apex(self) -> int:
        """The frame in which the expression is strongest and the eyes are open."""
        performance = self.performance
        strength = performance.units.sum(axis=1)
        return int(np.argmax(strength * (performance.blink < 0.2)))
