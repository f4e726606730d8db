"""The hair of the head: a shape by style, filled with strands that run from the parting."""

from dataclasses import dataclass

import cv2
import numpy as np

from labkit.synthetic.drawing import Canvas, closed_curve, open_curve, smooth_noise
from labkit.synthetic.identity import Person

# How far down the hair reaches at the sides of the face, and behind the neck, in millimetres.
SIDE_END = {"short": 2, "side": 6, "buzz": -8, "curly": 22, "long": 40, "bangs": 40, "bun": -2}
BACK_END = {"long": 150, "bangs": 140, "curly": 64, "bun": 0}


@dataclass(frozen=True)
class HairLayers:
    """Masks are float32 0..1 (height, width), colours float32 RGB; ``back`` lies behind neck and face."""

    front: np.ndarray
    colour: np.ndarray
    gloss: np.ndarray
    shadow: np.ndarray
    back: np.ndarray | None


def hair_layers(canvas: Canvas, person: Person, head: np.ndarray, rng: np.random.Generator) -> HairLayers:
    """Draw the hair. ``head`` is the mask of face and ears."""
    style = person.hair.style
    if style == "bald":
        nothing = np.zeros(canvas.shape, np.float32)
        return HairLayers(nothing, np.zeros((*canvas.shape, 3), np.float32), nothing, 1 - nothing, None)
    shape = canvas.fill(np.vstack([_outer_contour(person, rng), _hairline(person, rng)]))
    strands = _strands(canvas, person, rng)
    tone = np.float32(person.hair.colour)
    contrast = 0.22 if tone.mean() > 45 else 0.35
    colour = np.clip(tone * (1 + contrast * strands[..., None]) + 4 * strands[..., None], 0, 255)
    band = np.exp(-0.5 * ((canvas.Y - (person.skull.crown_y + 22) - 0.004 * canvas.X**2) / 9) ** 2)
    gloss = (12 if style in ("buzz", "curly") else 38) * band * (0.5 + 0.5 * np.clip(strands, -1, 1))
    cast = canvas.blur(np.roll(shape, round(3 * canvas.scale), axis=0), 3.5)
    return HairLayers(
        front=_soft_edge(canvas, shape, strands, head, style).astype(np.float32),
        colour=colour.astype(np.float32),
        gloss=gloss.astype(np.float32),
        shadow=(1 - (0 if style == "buzz" else 0.34) * cast).astype(np.float32),
        back=_back(canvas, person, strands),
    )


def _outer_contour(person: Person, rng: np.random.Generator) -> np.ndarray:
    """From the left temple over the crown to the right one."""
    skull, style = person.skull, person.hair.style
    volume = 2.5 if style == "buzz" else person.hair.volume
    wide = skull.temple + (2.5 if style == "buzz" else 0.55 * volume)
    top, end = skull.crown_y - volume, SIDE_END[style]
    right = [
        (wide * 0.52, top + 9),
        (wide * 0.92, skull.crown_y + 30),
        (wide + 3, -30),
        (wide + 2, end - 8),
        (skull.temple - 1, end + 8),
    ]
    left = [(-x, y) for x, y in reversed(right)]
    contour = open_curve([*left, (0, top), *right], 100)
    angle = np.linspace(-1.5, 1.5, 100)
    outward = np.c_[np.sin(angle), -np.cos(angle)]
    return contour + outward * (1.6 * _raggedness(style) * _wander(rng))[:, None]


def _hairline(person: Person, rng: np.random.Generator) -> np.ndarray:
    """Back from the right temple along forehead or fringe to the left one."""
    style, side = person.hair.style, person.skull.temple - 3
    line, end, part = person.hair.hairline_y, SIDE_END[style] - 2, person.hair.parting
    if style == "bangs":
        fringe = person.brows.y - 9
        right = [(side - 1, end), (side - 5, -20), (side - 8, fringe + 1), (32, fringe - 1)]
        middle = [(0, fringe - 2)]
    elif style in ("side", "long", "bun"):
        right = [(side + 1, end), (side - 3, -22), (side - 12, line + 26)]
        middle = [(part + 20, line + 3), (part, line - 9), (part - 20, line + 3)]
    else:
        right = [(side + 1, end), (side - 3, -26), (side - 9, line + 24), (28, line + 1)]
        middle = [(0, line + 3)]
    left = [(-x, y) for x, y in reversed(right)]
    contour = open_curve([*right, *middle, *left], 100)
    contour[:, 1] += 1.2 * _raggedness(style) * _wander(rng)
    return contour


def _raggedness(style: str) -> float:
    return {"curly": 2.2, "buzz": 0.5}.get(style, 1.0)


def _wander(rng: np.random.Generator) -> np.ndarray:
    """A hundred neighbouring deviations, smoothed."""
    return np.convolve(rng.normal(0, 1, 104), np.full(5, 0.2), "valid")


def _strands(canvas: Canvas, person: Person, rng: np.random.Generator) -> np.ndarray:
    """Lightness of the strands: noise stretched along rays from the parting, in polar coordinates."""
    style = person.hair.style
    if style == "buzz":
        return canvas.noise(1.0, rng, 2)
    parted = style not in ("short", "curly")
    x = person.hair.parting * (1 if parted else 0.5)
    y = person.hair.hairline_y - 30 if parted else person.skull.crown_y + 18
    angle = np.arctan2(canvas.Y - y, canvas.X - x + 1e-3)
    radius = np.hypot(canvas.X - x, canvas.Y - y)
    grain = smooth_noise((256, 1024), 2.2, rng)
    around = (angle / (2 * np.pi) + 0.5) * 1000 + 6 * np.sin(radius / 18)
    along = np.mod(0.16 * radius + 2.2 * np.sin(9 * angle), 250)
    if style == "curly":
        around, along = (part + 8 * canvas.noise(6, rng, 1) for part in (around, along))
        return 0.6 * canvas.noise(6, rng) + 0.5 * _look_up(grain, around, along)
    return 0.62 * _look_up(grain, around, along) + 0.5 * _look_up(grain, 0.33 * around, 0.6 * along + 40)


def _look_up(grain: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    columns, rows = columns.astype(np.float32), rows.astype(np.float32)
    return cv2.remap(grain, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def _soft_edge(canvas: Canvas, shape, strands, head, style: str) -> np.ndarray:
    """Opacity: the shape with an edge that the strands break up."""
    if style == "buzz":
        stubble = np.clip(canvas.blur(shape, 3.0), 0, 1) * np.clip(1 + 0.15 * strands, 0, 1.2)
        return np.clip(0.72 * stubble * canvas.blur(head, 0.5), 0, 1)
    edge = canvas.blur(shape, 1.1)
    return np.clip((edge + 0.4 * strands * edge * (1 - edge) - 0.25) / 0.5, 0, 1)


def _back(canvas: Canvas, person: Person, strands: np.ndarray) -> np.ndarray | None:
    """Opacity of the hair that falls behind the neck, or of the bun."""
    style, skull = person.hair.style, person.skull
    if style not in BACK_END or (style == "curly" and person.sex == "male"):
        return None
    top = skull.crown_y - person.hair.volume
    if style == "bun":
        right = [(22, top - 11), (25, top + 6)]
        outline = [(0, top - 20), *right, (0, top + 18), *((-x, y) for x, y in reversed(right))]
    else:
        wide, end = skull.temple + 0.55 * person.hair.volume + 8, BACK_END[style]
        right = [(wide * 0.6, top + 4), (wide + 2, -30), (wide + 5, 30), (wide, end * 0.75), (wide - 14, end)]
        outline = [*right, *((-x, y) for x, y in reversed(right))]
    shape = canvas.fill(closed_curve(outline))
    return np.clip((canvas.blur(shape, 1.2) + 0.05 * strands * (shape > 0.01) - 0.25) / 0.5, 0, 1).astype(
        np.float32
    )
