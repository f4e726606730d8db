"""Where and how a clip is filmed: light, camera, framing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Background = Literal["varied", "plain", "textured"]
BACKGROUNDS: tuple[Background, ...] = ("varied", "plain", "textured")
# A head of average distance has a pixel a millimetre in a picture 360 pixels high.
REFERENCE_HEIGHT = 360.0


@dataclass(frozen=True)
class Scene:
    """One set-up of light and camera; colours are factors on red, green, blue."""

    size: tuple[int, int]  # width, height in pixels
    scale: float  # pixels a millimetre
    centre: tuple[float, float]  # where the point between the eyes is, pixels
    light: np.ndarray  # (3,) unit vector towards the light: x right, y down, z to the camera
    ambient: float
    diffuse: float
    exposure: float
    tint: np.ndarray  # (3,)
    noise: float  # standard deviation of the camera's noise, grey levels
    blur: float  # standard deviation of the lens's blur, pixels
    shine: float  # of the skin
    background: Background

    @property
    def brightness(self) -> float:
        """What a surface that faces the light without the skin's tone is multiplied by."""
        return float((self.ambient + 0.75 * self.diffuse) ** 0.5 * self.exposure)


def draw_scene(
    rng: np.random.Generator, size: tuple[int, int], background: Background, darkness: float
) -> Scene:
    """Draw a scene; the camera opens up for dark skin (``darkness`` 0..1), as a photographer would."""
    width, height = size
    zoom = height / REFERENCE_HEIGHT
    azimuth = np.deg2rad(np.clip(rng.normal(0, 32), -65, 65))
    elevation = np.deg2rad(rng.uniform(8, 50))
    level = np.cos(elevation)
    light = (np.sin(azimuth) * level, -np.sin(elevation), np.cos(azimuth) * level)
    warmth = rng.normal(0, 0.035)
    return Scene(
        size=size,
        scale=float(zoom * rng.uniform(0.92, 1.14)),
        centre=(
            float(width * (0.5 + np.clip(rng.normal(0, 0.05), -0.12, 0.12))),
            float(height * rng.uniform(0.45, 0.50)),
        ),
        light=np.float32(light),
        ambient=float(rng.uniform(0.28, 0.5)),
        diffuse=float(rng.uniform(0.72, 0.95)),
        exposure=float(rng.uniform(0.78, 1.0) * (1 + 0.28 * darkness)),
        tint=np.float32((1 + warmth, 1, 1 - warmth)),
        noise=float(rng.uniform(0.6, 2.2)),
        blur=float(rng.uniform(0.35, 0.75) * zoom),
        shine=float(rng.uniform(0.05, 0.2)),
        background=background,
    )
