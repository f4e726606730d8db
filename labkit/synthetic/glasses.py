"""Spectacles: two rims, a bridge and the arms, laid over the face."""

import numpy as np

from labkit.synthetic.drawing import Canvas, open_curve
from labkit.synthetic.identity import Person


def glasses_layer(canvas: Canvas, person: Person) -> tuple[np.ndarray, np.ndarray]:
    """Opacity (height, width) and RGB colour (height, width, 3) of a person's glasses, float32.

    The lenses are clear but for a faint veil, so that the eyes stay visible.
    """
    glasses = person.glasses
    if not glasses.worn:
        return np.zeros(canvas.shape, np.float32), np.zeros((*canvas.shape, 3), np.float32)
    centre_x, centre_y = person.eyes.x + 1.0, 2.0
    angle = np.linspace(0, 2 * np.pi, 80)
    power = 2 / glasses.roundness
    rim_x = centre_x + glasses.width * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power
    rim_y = centre_y + glasses.height * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power
    inner, outer = centre_x - glasses.width, centre_x + glasses.width
    arm = person.skull.cheek + 3
    frame, lens = np.zeros(canvas.shape, np.float32), np.zeros(canvas.shape, np.float32)
    for side in (-1, 1):
        rim = np.c_[side * rim_x, rim_y]
        frame = np.maximum(frame, canvas.stroke(rim, glasses.rim))
        frame = np.maximum(frame, canvas.stroke([(side * outer, -3), (side * arm, -4)], 1.4 * glasses.rim))
        lens = np.maximum(lens, canvas.fill(rim))
    bridge = open_curve([(-inner, -2), (0, -4.5), (inner, -2)], 20)
    frame = np.maximum(frame, canvas.stroke(bridge, 1.2 * glasses.rim))
    opacity = np.maximum(0.9 * frame, 0.05 * lens)
    colour = np.where(frame[..., None] > 0.02, np.float32(glasses.colour), np.float32(235))
    return opacity.astype(np.float32), colour.astype(np.float32)
