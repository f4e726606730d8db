"""Neck, shoulders and clothes: drawn once a clip, carried along with the head's sway."""

import numpy as np

from labkit.synthetic.drawing import Canvas, open_curve, smooth_noise
from labkit.synthetic.identity import Person
from labkit.synthetic.scene import Scene

CLOTH_COLOURS = (
    (60, 70, 90),
    (120, 40, 45),
    (40, 90, 70),
    (190, 190, 195),
    (35, 35, 40),
    (90, 80, 140),
    (170, 140, 90),
    (70, 110, 150),
)
MARGIN = 40  # rows below the picture, so that the body can sway upwards


def draw_body(scene: Scene, person: Person, rng: np.random.Generator) -> np.ndarray:
    """RGBA uint8 (height + MARGIN, width, 4) in the frame's own pixels."""
    canvas = _frame_canvas(scene)
    neck, clothes = canvas.fill(_neck(person)), canvas.fill(_shoulders(person))
    rim = canvas.blur(clothes, 2.2)
    cloth = _cloth(canvas, scene, rng) * (0.72 + 0.28 * np.clip(1.6 * rim - 0.5, 0, 1))[..., None]
    colour = _neck_skin(canvas, scene, person)
    colour += (cloth - colour) * clothes[..., None]
    opacity = 255 * np.maximum(neck, clothes)
    return np.dstack([np.clip(colour, 0, 255), opacity]).astype(np.uint8)


def _frame_canvas(scene: Scene) -> Canvas:
    """The frame's pixels in the head's millimetres, the head at rest."""
    width, height = scene.size
    x = (np.arange(width, dtype=np.float32) + 0.5 - scene.centre[0]) / scene.scale
    y = (np.arange(height + MARGIN, dtype=np.float32) + 0.5 - scene.centre[1]) / scene.scale
    return Canvas(x.astype(np.float32), y.astype(np.float32), scene.scale)


def _neck_width(person: Person) -> float:
    return person.skull.jaw * (0.80 if person.sex == "male" else 0.72)


def _neck(person: Person) -> list[tuple[float, float]]:
    width = _neck_width(person)
    right = [(width, 40), (width + 1, 105), (width + 12, 142), (width + 30, 165)]
    return [*right, *((-x, y) for x, y in reversed(right))]


def _shoulders(person: Person) -> np.ndarray:
    neck, wide = _neck_width(person), 170 if person.sex == "male" else 148
    shoulder = [(wide + 20, 420), (wide, 240), (wide * 0.88, 186), (neck + 28, 152), (neck + 6, 139)]
    collar = [(neck + 6, 139), (neck * 0.6, 158), (0, 166), (-neck * 0.6, 158), (-neck - 6, 139)]
    other = [(-x, y) for x, y in reversed(shoulder)]
    return np.vstack([open_curve(shoulder, 40), open_curve(collar, 30), open_curve(other, 40)])


def _neck_skin(canvas: Canvas, scene: Scene, person: Person) -> np.ndarray:
    """A lit cylinder in the shadow of the chin."""
    x, width = canvas.x, _neck_width(person)
    round_ = 0.70 + 0.20 * np.clip(1 - (x / (1.25 * width)) ** 2, 0, 1)
    round_ = round_ * np.clip(1 + 0.28 * scene.light[0] * x / width, 0.5, 1.3)
    chin = 0.46 * canvas.spot(0, person.skull.chin_y - 4, 1.3 * width, 24)
    level = (scene.ambient + 0.72 * scene.diffuse) * scene.exposure * 0.93
    return np.float32(person.skin.colour) * scene.tint * (level * round_[None, :] * (1 - chin))[..., None]


def _cloth(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> np.ndarray:
    tone = np.array(CLOTH_COLOURS[int(rng.integers(len(CLOTH_COLOURS)))]) * rng.uniform(0.7, 1.15)
    folds = 0.06 * smooth_noise(canvas.shape, 46 * scene.scale, rng, 2)
    folds += 0.03 * smooth_noise(canvas.shape, 2.2 * scene.scale, rng, 1)
    across = np.clip(1 + 0.28 * scene.light[0] * canvas.x / 150, 0.6, 1.4)[None, :]
    down = np.clip(1.06 - 0.16 * (canvas.y - 150) / 150, 0.7, 1.1)[:, None]
    level = (scene.ambient + 0.62 * scene.diffuse) * scene.exposure
    return np.float32(tone) * scene.tint * (level * across * down * (1 + folds))[..., None]
