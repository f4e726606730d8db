"""The head as a solid: its outline, and how high each point stands towards the camera."""

import numpy as np

from labkit.synthetic.drawing import Canvas, closed_curve, mirrored, smoothstep
from labkit.synthetic.identity import Person

# The rectangle, in millimetres, that a head with its hair fits in, and the part
# of it that expressions move. Everything outside the second is drawn once a clip.
HALF_WIDTH, TOP, BOTTOM = 104.0, -156.0, 152.0
FACE = (-80.0, 80.0, -68.0, 148.0)

EAR = ((0, -24), (8, -27), (12, -18), (10, 0), (7, 18), (2, 24), (-3, 20), (-4, -10))


def head_canvas(scale: float) -> Canvas:
    """The canvas of a whole head at ``scale`` pixels a millimetre."""
    return Canvas.centred(HALF_WIDTH, TOP, BOTTOM, scale)


def face_mask(canvas: Canvas, person: Person) -> np.ndarray:
    """The head's outline without the ears, 0..1."""
    return canvas.fill(face_outline(person))


def face_outline(person: Person) -> np.ndarray:
    """The head's outline without the ears as a closed curve (240, 2), millimetres."""
    skull = person.skull
    right = [
        (30, skull.crown_y + 7),
        (skull.temple * 0.83, skull.crown_y + 35),
        (skull.temple, -46),
        (skull.cheek, 0),
        (skull.cheek * 0.965, 30),
        (skull.jaw, 66),
        (skull.jaw * 0.62 + skull.chin * 0.38, skull.chin_y - 24),
        (skull.jaw * 0.22 + skull.chin * 0.92, skull.chin_y - 9),
        (skull.chin * 0.62, skull.chin_y - 1.6),
    ]
    left = [(-x, y) for x, y in reversed(right)]
    return closed_curve([(0, skull.crown_y), *right, (0, skull.chin_y), *left])


def ear_mask(canvas: Canvas, person: Person) -> np.ndarray:
    """The ears, 0..1; none where the hair covers them."""
    if person.hair.style in ("long", "bangs") or (person.hair.style == "curly" and person.sex == "female"):
        return np.zeros(canvas.shape, np.float32)
    root = person.skull.cheek - 3
    ears = [closed_curve(mirrored([(root + x, 8 + y) for x, y in EAR], side), 60) for side in (-1, 1)]
    return canvas.fill(*ears)


def head_height(canvas: Canvas, person: Person) -> np.ndarray:
    """Millimetres towards the camera (height, width): an egg, and on it nose, sockets, cheeks, lips, chin."""
    skull, eyes, nose, mouth = person.skull, person.eyes, person.nose, person.mouth
    egg = 1 - np.abs(canvas.X / (skull.cheek * 1.10)) ** 2.3 - np.abs((canvas.Y + 2) / 124) ** 2.5
    height = canvas.blur(72 * np.sqrt(np.maximum(egg, 0) + 0.02), 2.0)
    height += canvas.blur(_nose_ridge(canvas, person), 1.1)
    height += 3.0 * canvas.spot(0, nose.length - 5, 7.5, 7)
    height += 0.22 * nose.height * canvas.spots(nose.width * 0.76, nose.length - 0.5, 5, 5.2)
    height -= 5.5 * canvas.spots(eyes.x, 0, 14, 8.5) + 4.5 * canvas.spots(15.5, -3, 6, 9)  # sockets
    height += 3.0 * canvas.spots(eyes.x, 0.5, 11.5, 6.5)  # eyeballs
    height += 3.0 * canvas.spots(eyes.x, person.brows.y - 1, 19, 6) + canvas.spot(0, person.brows.y, 10, 8)
    height += 4.0 * canvas.spots(47, 24, 17, 13)  # cheekbones
    height -= 1.5 * canvas.spots(50, 62, 12, 22)  # hollows below them
    height += 3.8 * canvas.spot(0, mouth.y - 2, 25, 14) - 0.9 * canvas.spot(0, nose.length + 13, 2.6, 6)
    height -= 2.2 * canvas.spot(0, mouth.y + mouth.lower + 7.5, 15, 4)
    height += 4.5 * canvas.spot(0, skull.chin_y - 13, 15, 10)
    height += 3.0 * canvas.spot(0, -58, 40, 22) - 3.5 * canvas.spots(62, -34, 9, 22)  # forehead, temples
    height -= 2.0 * person.skin.age * canvas.spots(42, 84, 9, 14)  # what age takes from the cheeks ...
    height += 2.0 * person.skin.age * canvas.spots(34, 98, 9, 8)  # ... it gives to the jowls
    return height.astype(np.float32)


def _nose_ridge(canvas: Canvas, person: Person) -> np.ndarray:
    nose = person.nose
    along = np.clip((canvas.Y + 10) / (nose.length + 8), 0, 1)
    profile = nose.height * (0.16 + 0.84 * along**1.25)
    across = np.exp(-(np.abs(canvas.X / (8.5 + nose.width * 0.52 * along**1.6)) ** 1.8))
    ends = smoothstep(canvas.Y, -26, 6) * (1 - smoothstep(canvas.Y, nose.length - 2, nose.length + 8))
    return (0.8 * profile * across * ends).astype(np.float32)
