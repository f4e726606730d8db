"""What stands behind the person.

``plain`` is a softly lit wall, as in RAVDESS. ``textured`` has detail at every
scale, as foliage or a crowd has: face cascades are slow there and find false
faces. ``varied`` is a room: a wall, shelves, bricks or a window.
"""

import cv2
import numpy as np

from labkit.synthetic.drawing import smooth_noise
from labkit.synthetic.scene import REFERENCE_HEIGHT, Scene


def draw_background(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """RGB uint8 (height, width, 3)."""
    width, height = scene.size
    if scene.background == "plain":
        level = rng.uniform(190, 235)
        picture = np.full((height, width, 3), level, np.float32)
    elif scene.background == "textured":
        picture = _texture(scene, rng)
    else:
        picture = _room(scene, rng)
    across = np.linspace(-1, 1, width)[None, :] * scene.light[0]
    down = np.linspace(1, -1, height)[:, None] * -scene.light[1] * 0.6
    picture = picture * (1 + 0.2 * (across + down))[..., None] * scene.exposure * scene.tint
    return np.clip(picture, 0, 255).astype(np.uint8)


def _texture(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Noise whose contrast is alike at every scale, a little different in each colour."""
    width, height = scene.size
    zoom = height / REFERENCE_HEIGHT
    shared = smooth_noise((height, width), 60 * zoom, rng, octaves=6, fade=0.8)
    layers = [shared + 0.25 * smooth_noise((height, width), 40 * zoom, rng, 5, 0.8) for _ in range(3)]
    return 120 + 24 * np.stack(layers, axis=-1) * rng.uniform(0.8, 1.2, 3).astype(np.float32)


def _room(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    width, height = scene.size
    zoom = height / REFERENCE_HEIGHT
    wall = rng.uniform(50, 185) * (1 + rng.normal(0, 0.07, 3))
    unevenness = smooth_noise((height, width), 90 * zoom, rng, 4) * 0.05
    unevenness += smooth_noise((height, width), 3 * zoom, rng, 2) * 0.03
    picture = np.float32(wall) * (1 + unevenness)[..., None]
    furnish = (lambda *_: None, _shelves, _bricks, _window)[int(rng.integers(4))]
    furnished = furnish(picture, wall, zoom, rng)
    return picture if furnished is None else furnished


def _shelves(picture: np.ndarray, wall: np.ndarray, zoom: float, rng: np.random.Generator) -> np.ndarray:
    height, width = picture.shape[:2]
    for _ in range(14):
        x, y = rng.uniform(-0.1, 1) * width, rng.uniform(-0.1, 1) * height
        far_x, far_y = x + rng.uniform(0.04, 0.22) * width, y + rng.uniform(0.06, 0.4) * height
        colour = np.clip(wall * rng.uniform(0.55, 1.4) * (1 + rng.normal(0, 0.08, 3)), 10, 235)
        cv2.rectangle(picture, (int(x), int(y)), (int(far_x), int(far_y)), colour.tolist(), -1)
    return cv2.GaussianBlur(picture, (0, 0), 6 * zoom)


def _bricks(picture: np.ndarray, wall: np.ndarray, zoom: float, rng: np.random.Generator) -> np.ndarray:
    height, width = picture.shape[:2]
    course, length, thick = max(4, int(34 * zoom)), max(8, int(70 * zoom)), max(1, int(2 * zoom))
    joint = (wall * 0.82).tolist()
    for row, y in enumerate(range(0, height, course)):
        cv2.line(picture, (0, y), (width, y), joint, thick, cv2.LINE_AA)
        for x in range(row % 2 * length // 2, width, length):
            cv2.line(picture, (x, y), (x, y + course), joint, thick, cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), 2 * zoom)


def _window(picture: np.ndarray, wall: np.ndarray, zoom: float, rng: np.random.Generator) -> np.ndarray:
    """The glow of a window out of focus."""
    height, width = picture.shape[:2]
    x, y = rng.uniform(0, width), rng.uniform(0, 0.6 * height)
    across = np.exp(-0.5 * ((np.arange(width) - x) / (0.16 * width)) ** 2)
    down = np.exp(-0.5 * ((np.arange(height) - y) / (0.28 * height)) ** 2)
    return picture + (70 * down[:, None] * across[None, :])[..., None].astype(np.float32)
