"""Clips as a laboratory takes them: a plain wall, light from near the front, a head held straight and near.

All that is random is drawn as for any other clip, then drawn nearer to the middle: the same take of a
person differs from a plain clip by nothing else.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from labkit.synthetic.clip import Clip
from labkit.synthetic.performance import Performance
from labkit.synthetic.scene import REFERENCE_HEIGHT, Scene, draw_scene

# What is left of a plain clip's differences, from one clip to the next and within one.
LIGHT, FRAMING, TURNING, WANDERING = 0.4, 0.3, 0.4, 0.5


@dataclass(frozen=True)
class StudioClip(Clip):
    """A clip filmed in the studio; ``background`` should be "plain"."""

    zoom: float = 1.0  # factor on the size of the head in the picture

    @cached_property
    def scene(self) -> Scene:
        scene = draw_scene(self.random(1), self.size, self.background, self.person.skin.darkness)
        width, height = self.size
        usual = height / REFERENCE_HEIGHT
        light = scene.light * np.float32((LIGHT, 1, 1))
        middle = np.array((0.5 * width, 0.47 * height))
        centre = middle + FRAMING * (np.array(scene.centre) - middle)
        return replace(
            scene,
            light=light / np.linalg.norm(light),
            scale=self.zoom * (usual + FRAMING * (scene.scale - usual)),
            centre=tuple(centre.tolist()),
        )

    @cached_property
    def performance(self) -> Performance:
        acted = super().performance
        return replace(
            acted,
            gaze=WANDERING * acted.gaze,
            roll=TURNING * acted.roll,
            yaw=TURNING * acted.yaw,
            pitch=TURNING * acted.pitch,
            shift=WANDERING * acted.shift,
        )
