"""The skin's own colour, before any light falls on it: tone, flush, brows, beard, marks of age."""

import cv2
import numpy as np

from labkit.synthetic.deformation import forehead_lines, nasolabial_line
from labkit.synthetic.drawing import Canvas, closed_curve, mirrored, open_curve, smoothstep
from labkit.synthetic.identity import Person


def skin_colour(
    canvas: Canvas, person: Person, face: np.ndarray, ears: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """RGB float32 (height, width, 3), 0..255, of the resting face. ``face`` and ``ears`` are masks."""
    colour = _base(canvas, person, rng)
    colour = _flush(colour, canvas, person, rng)
    colour *= 1 - _sockets(canvas, person)[..., None] * np.float32((0.85, 1.0, 0.9))
    colour = _make_up(colour, canvas, person)
    _freckles_and_moles(colour, canvas, person, rng)
    _age_lines(colour, canvas, person, rng)
    _ear_shadows(colour, canvas, face, ears)
    colour *= 1 - _nose_shadows(canvas, person)[..., None] * np.float32((0.86, 0.97, 1.0))
    colour = _beard(colour, canvas, person, rng)
    colour = _brows(colour, canvas, person, rng)
    return np.clip(colour, 0, 255).astype(np.float32)


def blend(under: np.ndarray, over, share: np.ndarray) -> np.ndarray:
    """``over`` laid on ``under`` with the opacity ``share`` (height, width)."""
    return under + (np.float32(over) - under) * share[..., None]


def _base(canvas: Canvas, person: Person, rng: np.random.Generator) -> np.ndarray:
    mottle = (
        0.016 * canvas.noise(40, rng) + 0.008 * canvas.noise(7, rng, 2) + 0.014 * canvas.noise(1.1, rng, 2)
    )
    return np.float32(person.skin.colour) * (1 + mottle)[..., None]


def _flush(colour: np.ndarray, canvas: Canvas, person: Person, rng: np.random.Generator) -> np.ndarray:
    """Blood shows in cheeks, nose, chin and ears, more so in light skin and under rouge."""
    cheeks = (1 + 0.8 * person.skin.makeup) * canvas.spots(44, 30, 17, 14)
    nose = 0.8 * canvas.spot(0, person.nose.length, 10, 8)
    rest = 0.5 * canvas.spot(0, person.skull.chin_y - 10, 16, 8) + 0.4 * canvas.spots(70, 8, 8, 20)
    red = (cheeks + nose + rest) * (1 + 0.25 * canvas.noise(40, rng))
    return colour * (
        1 + red[..., None] * np.float32((0.01, -0.07, -0.085)) * (1 - 0.5 * person.skin.darkness)
    )


def _sockets(canvas: Canvas, person: Person) -> np.ndarray:
    """The darker skin about the eyes; bags below them come with age."""
    x = person.eyes.x
    bags = (0.05 + 0.12 * person.skin.age) * canvas.spots(x - 4, 10, 11, 3.2)
    return 0.16 * canvas.spots(x - 1, 0, 14.5, 9) + 0.16 * canvas.spots(15.5, 1, 6, 9) + bags


def _make_up(colour: np.ndarray, canvas: Canvas, person: Person) -> np.ndarray:
    """Eye shadow in one of a few tints."""
    if person.skin.makeup < 0.15:
        return colour
    tints = ((92, 70, 66), (84, 78, 104), (112, 66, 72), (70, 84, 80))
    lids = canvas.spots(person.eyes.x + 1.5, -6, 11, 4.0)
    return blend(colour, tints[person.seed % len(tints)], 0.5 * person.skin.makeup * np.minimum(lids, 1))


def _freckles_and_moles(colour: np.ndarray, canvas: Canvas, person: Person, rng: np.random.Generator) -> None:
    where = canvas.spots(38, 22, 18, 12) + canvas.spot(0, 22, 12, 12)
    freckles = np.clip(canvas.noise(2.6, rng, 1) - 1.4, 0, 0.8) * where * person.skin.freckles
    colour *= 1 - 0.5 * freckles[..., None] * np.float32((0.5, 0.8, 1.0))
    for _ in range(rng.poisson(1.2)):
        x, y, size = rng.uniform(-55, 55), rng.uniform(-50, 95), rng.uniform(0.6, 1.3)
        if abs(y) > 16 and abs(y - person.mouth.y) > 14:  # not in an eye or on the lips
            colour *= 1 - 0.45 * canvas.spot(x, y, size, size)[..., None]


def _age_lines(colour: np.ndarray, canvas: Canvas, person: Person, rng: np.random.Generator) -> None:
    age = person.skin.age**1.5
    lines = [(line, 0.14) for line in forehead_lines(person, rng)]
    lines += [(mirrored(nasolabial_line(person), side), 0.20) for side in (-1, 1)]
    outer = person.eyes.x + 19
    for side in (-1, 1):
        for rise in (-5, 0, 5):
            lines.append((mirrored([(outer, 1 + 0.3 * rise), (outer + 9, 2 + rise)], side), 0.10))
    shade = sum(
        strength * canvas.blur(canvas.stroke(open_curve(line, 40), 0.9), 0.8) for line, strength in lines
    )
    colour *= 1 - np.clip(shade * age * 1.6, 0, 0.4)[..., None] * np.float32((0.8, 1.0, 1.0))


def _ear_shadows(colour: np.ndarray, canvas: Canvas, face: np.ndarray, ears: np.ndarray) -> None:
    ear = ears * (1 - face)
    rim = canvas.blur((canvas.blur(ears, 2.5) < 0.55).astype(np.float32), 1.0)
    colour *= 1 - (0.16 * ear * (1 - rim) + 0.06 * ear)[..., None]


def _nose_shadows(canvas: Canvas, person: Person) -> np.ndarray:
    """Nostrils, the creases of the wings and the underside."""
    length, width = person.nose.length, person.nose.width
    nostril = ((-4.0, 0.8), (-1.5, -1.7), (2.2, -1.8), (3.6, 0.2), (1.0, 1.6), (-2.5, 1.9))
    wing = ((-3.0, -7.5), (-0.4, -6), (1.0, -2), (0.9, 2.2), (-1.4, 5.2))
    shade = 0.22 * canvas.spot(0, length + 7.3, width * 0.62, 1.9)
    for side in (-1, 1):
        hole = closed_curve(mirrored([(width * 0.42 + x, length + 4.6 + y) for x, y in nostril], side), 40)
        shade = np.maximum(shade, 0.78 * canvas.blur(canvas.fill(hole), 0.55))
        crease = open_curve(mirrored([(width * 0.93 + x, length + y) for x, y in wing], side), 24)
        shade = np.maximum(shade, 0.34 * canvas.blur(canvas.stroke(crease, 0.9), 0.9))
    return shade


def _beard(colour: np.ndarray, canvas: Canvas, person: Person, rng: np.random.Generator) -> np.ndarray:
    """Hair on chin, jaw and upper lip, by the person's kind of beard."""
    style = person.hair.beard
    if style == "none":
        return colour
    ragged = 0.05 * canvas.noise(5, rng, 2) + 0.05 * canvas.noise(1.3, rng, 2)
    within = smoothstep(_beard_area(canvas, person) + ragged, 0.25, 0.65)
    strands = 0.16 * canvas.noise(1.5, rng, 2)
    if style == "stubble":
        within = within * np.clip(1 + 2 * strands, 0, 1.5) * 0.42
    tone = np.float32(person.hair.colour) * (0.85 * (1 + strands))[..., None]
    return blend(colour, tone, (0.92 * person.hair.beard_density * within).astype(np.float32))


def _beard_area(canvas: Canvas, person: Person) -> np.ndarray:
    """About 1 where hair grows thickest, 0 where none does."""
    mouth, chin_y = person.mouth, person.skull.chin_y
    lip_y = mouth.y - mouth.upper
    jaw = canvas.spots(50, 74, 11, 24) + canvas.spots(32, 96, 18, 13) + canvas.spot(0, chin_y - 7, 26, 14)
    chin = canvas.spot(0, chin_y - 12, 14, 11) + canvas.spot(0, mouth.y + mouth.lower + 7, 5, 4)
    sides = canvas.spots(mouth.width + 2, mouth.y + 12, 4, 14)
    moustache = canvas.spots(9, lip_y - 4.5, 8, 3.4) + canvas.spots(20, lip_y - 1.5, 6, 3.8)
    parts = {
        "stubble": (jaw, chin, moustache),
        "moustache": (moustache,),
        "goatee": (chin, sides, moustache),
        "full": (jaw, chin, sides, moustache),
    }
    return np.minimum(sum(parts[person.hair.beard]), 1)


def brow_line(person: Person, t: float) -> tuple[float, float]:
    """A point of the right brow, ``t`` from 0 at the nose to 1 at the temple."""
    brows = person.brows
    x = 10.5 + t * (brows.length * 2 - 4) + person.eyes.x - 31.5
    arch = brows.arch * 1.25 * np.sin(np.pi * min(1, 0.85 * t + 0.02))
    tail = 1.8 * max(0, t - 0.68) / 0.32
    return x, brows.y + 2.6 - arch - (brows.tilt + 1) * (t - 0.3) + tail


def _brows(colour: np.ndarray, canvas: Canvas, person: Person, rng: np.random.Generator) -> np.ndarray:
    """Some two hundred hairs a side, drawn at twice the resolution, over a soft shadow of themselves."""
    rows, columns = canvas.shape
    fine = np.zeros((2 * rows, 2 * columns), np.uint8)
    for side in (-1, 1):
        for _ in range(230):
            start, end = _brow_hair(person, rng)
            pixels = np.round(canvas.to_pixels(mirrored((start, end), side)) * 2 * 16).astype(int)
            shade, width = int(rng.integers(120, 255)), max(1, int(1.1 * canvas.scale))
            cv2.line(fine, pixels[0].tolist(), pixels[1].tolist(), shade, width, cv2.LINE_AA, 4)
    hairs = cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    share = np.clip(0.8 * hairs + 0.75 * canvas.blur(hairs, 1.4), 0, 1) * person.brows.darkness
    hair, skin = np.array(person.hair.colour), np.array(person.skin.colour)
    tone = np.minimum(hair * (0.75 if hair.mean() > 60 else 0.95), skin * 0.55)
    return blend(colour, tone, share)


def _brow_hair(person: Person, rng: np.random.Generator) -> tuple[tuple[float, float], tuple[float, float]]:
    """Root and tip of one hair of the right brow; hairs lie flatter towards the temple."""
    t = rng.random()
    x, y = brow_line(person, t)
    thickness = person.brows.thickness * (0.85 if t < 0.1 else 1.0) * min(1, 0.55 + t / 0.16)
    thickness *= 1 - 0.62 * max(0, t - 0.45) / 0.55
    y += (rng.normal(0, 0.27) + 0.3) * thickness
    angle = np.deg2rad(-72 + 80 * t + rng.normal(0, 9))
    length = rng.uniform(3.2, 5.6) * (1 - 0.3 * t)
    return (x, y), (x + length * (0.55 * np.cos(angle) + 0.25), y + 0.55 * length * np.sin(angle))
