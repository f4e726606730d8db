"""The mouth: its shape by action units, and its painting: lips, teeth, tongue, corners."""

from dataclasses import dataclass

import numpy as np

from labkit.synthetic.drawing import Canvas
from labkit.synthetic.identity import Person

TEETH = np.float32((222, 214, 196))
CAVITY = np.float32((48, 20, 26))
TONGUE = np.float32((168, 84, 92))


@dataclass(frozen=True)
class MouthShape:
    """Where the mouth is, in millimetres; ``upper`` and ``lower`` are the lips' inner edges in the middle."""

    left: tuple[float, float]
    right: tuple[float, float]
    upper: float
    lower: float
    upper_lip: float
    lower_lip: float
    jaw: float

    @property
    def gap(self) -> float:
        """How far the lips are apart in the middle."""
        return self.lower - self.upper

    @property
    def centre(self) -> tuple[float, float]:
        return 0.5 * (self.left[0] + self.right[0]), 0.5 * (self.upper + self.lower)


def mouth_shape(person: Person, au: dict[str, float]) -> MouthShape:
    """The shape that action-unit strengths give this person's mouth."""
    mouth, jaw, part = person.mouth, au["AU26"], au["AU25"]
    corners = []
    for name, side in (("L", -1), ("R", 1)):
        smile, dimple = au["AU12" + name], au["AU14" + name]
        stretch = 0.28 * smile + 0.26 * au["AU20"] + 0.10 * dimple
        stretch -= 0.16 * au["AU23"] + 0.05 * au["AU24"] + 0.10 * jaw
        drop = 6.5 * au["AU15"] + 1.2 * au["AU20"] + 6.5 * jaw - 9.0 * smile - 1.8 * dimple
        corners.append((side * mouth.width * (1 + stretch), mouth.y - 0.2 + drop))
    smile = 0.5 * (au["AU12L"] + au["AU12R"])
    press = 0.5 * au["AU24"] + 0.35 * au["AU23"]
    lift = 4.2 * au["AU10"] + 1.4 * au["AU9"] + 1.6 * au["AU17"] + (2.2 * smile + 0.6) * part
    upper = mouth.y - lift + 0.9 * smile * (1 - part) + 0.8 * jaw
    gap = 0.2 + part * (1.6 + 5 * smile + 2.6 * au["AU20"] + 4.4 * au["AU10"]) + 18.5 * jaw
    thin = 0.10 * jaw + 0.12 * au["AU20"]
    return MouthShape(
        *corners,
        upper=upper,
        lower=upper + gap,
        upper_lip=mouth.upper * (1 - 0.55 * press - 0.26 * smile - thin - 0.06 * au["AU20"]),
        lower_lip=mouth.lower * (1 - 0.5 * press - 0.22 * smile - thin + 0.15 * au["AU17"]),
        jaw=jaw,
    )


class Mouth:
    """Paints one person's mouth into the part of the face canvas that it can reach."""

    def __init__(self, face: Canvas, person: Person):
        self.window = face.window(-46, 46, 38, 132)
        self.canvas, self.person = face.part(self.window), person
        x, y = self.canvas.X, self.canvas.Y
        ripple = 1 + 0.05 * np.sin(x * 3.1 + 2 * np.sin(x * 0.7))
        self.red = ripple[..., None] * np.float32(person.mouth.colour)
        side, reach = np.abs(x), 0.98 * person.mouth.width
        seams = sum(np.exp(-0.5 * ((side - seam) / 0.38) ** 2) for seam in (0, 8.4, 15, 21))
        self.arch = (x / reach) ** 2  # the row of teeth curves back
        self.enamel = 1 - 0.55 * np.minimum(self.arch, 1) ** 0.8 - 0.2 * seams
        ends = np.clip((reach - side) / 4, 0, 1)
        self.upper_row = cover(self.canvas, person.mouth.y + 1.8 - 2.6 * self.arch - y) * ends
        self.lower_ends = np.clip((0.8 * reach - side) / 4, 0, 1)

    def outline(self, au: dict[str, float]) -> np.ndarray:
        """(20, 2): 12 points of the lips' outer contour and 8 of the inner one, millimetres.

        Each begins in the viewer's left corner and goes over the upper lip.
        """
        laid = self.lay(au)
        (left, _), (right, _) = laid.shape.left, laid.shape.right
        x = self.canvas.x

        def contour(height: np.ndarray, shares) -> np.ndarray:
            across = left + np.asarray(shares) * (right - left)
            return np.stack([across, np.interp(across, x, height.ravel())], axis=1)

        return np.vstack(
            [
                contour(laid.upper_outer, (0, 0.17, 0.36, 0.5, 0.64, 0.83, 1)),
                contour(laid.lower_outer, (0.8, 0.64, 0.5, 0.36, 0.2)),
                contour(laid.upper_inner, (0.06, 0.32, 0.5, 0.68, 0.94)),
                contour(laid.lower_inner, (0.68, 0.5, 0.32)),
            ]
        )

    def lay(self, au: dict[str, float]) -> "LaidMouth":
        """The masks of lips and opening for these action units."""
        return LaidMouth(self, mouth_shape(self.person, au))


class LaidMouth:
    """A mouth in one frame: it colours and raises the skin, and is finished after the light has fallen."""

    def __init__(self, mouth: Mouth, shape: MouthShape):
        self.mouth, self.shape = mouth, shape
        self._edges()
        # Only the rows that lips and their shadows reach are worked on.
        reach = float(self.upper_outer.min()) - 7, float(self.lower_outer.max()) + 9
        self.rows = mouth.canvas.window(-50, 50, *reach)[0]
        top, columns = mouth.window[0].start, mouth.window[1]
        self.window = slice(top + self.rows.start, top + self.rows.stop), columns
        self.canvas = canvas = mouth.canvas.part((self.rows, slice(None)))
        above = cover(canvas, canvas.Y - self.upper_inner) * self.between
        below = cover(canvas, self.lower_inner - canvas.Y)
        self.opening = above * below if shape.gap >= 0.3 else None
        upper = cover(canvas, canvas.Y - self.upper_outer) * (self.between - above)
        self.lower_lip = (1 - below) * cover(canvas, self.lower_outer - canvas.Y) * self.between
        self.lips = np.minimum(upper + self.lower_lip, 1)

    def _edges(self) -> None:
        """The four contours of the lips, as a height for each column."""
        shape, x = self.shape, self.mouth.canvas.x
        (left_x, left_y), (right_x, right_y) = shape.left, shape.right
        middle = 0.3 * (left_x + right_x)
        t = np.where(x < middle, (x - middle) / (middle - left_x), (x - middle) / (right_x - middle))
        self.between = (np.abs(t) <= 1).astype(np.float32)[None, :]
        self.from_middle = out = np.minimum(np.abs(t), 1)
        corner = np.where(x < middle, np.float32(left_y), np.float32(right_y))
        tubercle = 0.5 * np.exp(-((t / 0.14) ** 2)) * (1 - min(1, shape.gap / 4))
        self.upper_inner = corner + (shape.upper - corner) * (1 - out**1.9) + tubercle
        lower = corner + (shape.lower - corner) * (1 - out ** (1.9 + 0.5 * min(1, shape.gap / 10)))
        self.lower_inner = np.maximum(lower, self.upper_inner + 0.02)
        bow = 0.93 + 0.14 * np.exp(-(((out - 0.24) / 0.17) ** 2)) - 0.20 * np.exp(-((t / 0.11) ** 2))
        self.upper_outer = self.upper_inner - shape.upper_lip * (1 - out**2.4) * bow
        self.lower_outer = self.lower_inner + shape.lower_lip * (1 - out**2.3) ** 0.85

    def colour_and_raise(self, colour: np.ndarray, height: np.ndarray) -> None:
        """Before the light: redden the lips in ``colour`` (RGB float32), and model them in ``height``."""
        canvas = self.canvas
        height[self.window] += 2.3 * canvas.blur(self.lips, 1.5)
        if self.opening is not None:
            height[self.window] -= 3.5 * canvas.blur(self.opening, 1.3)
        upper = canvas.Y < 0.5 * (self.upper_inner + self.lower_inner)
        red = self.mouth.red[self.rows] * np.where(upper, np.float32(0.9), np.float32(1.02))[..., None]
        skin = colour[self.window]
        skin += (red - skin) * (0.88 * canvas.blur(self.lips, 0.55))[..., None]

    def finish(self, picture: np.ndarray, exposure: float, light: np.ndarray) -> None:
        """After the light: what is inside the mouth, the line between the lips, the corners, a wet shine."""
        part = picture[self.window]
        if self.opening is not None:
            part += (self._inside() * np.float32(exposure) - part) * self.opening[..., None]
        part *= (1 - self._shadows())[..., None]
        wet = self.lower_inner + 0.42 * (self.lower_outer - self.lower_inner)
        shine = np.exp(-0.5 * ((self.canvas.Y - wet) / (0.16 * max(self.shape.lower_lip, 1))) ** 2)
        shine *= self.lower_lip * np.exp(-0.5 * ((self.canvas.x - 7 * float(light[0])) / 9) ** 2)
        part += (shine * ((14 + 22 * self.mouth.person.skin.makeup) * exposure))[..., None]

    def _inside(self) -> np.ndarray:
        """RGB of teeth, tongue and the dark behind them."""
        mouth, shape, y, rows = self.mouth, self.shape, self.canvas.Y, self.rows
        arch, upper_row = mouth.arch[rows], mouth.upper_row[rows, :, None]
        depth = np.clip((y - self.upper_inner) / max(shape.gap, 1e-3), 0, 1)
        inside = CAVITY * (0.6 + 0.5 * depth)[..., None]
        in_shade = 1 - 0.28 * np.exp(np.minimum((self.upper_inner - y) / 1.6, 0))
        teeth = TEETH * (mouth.enamel[rows] * in_shade)[..., None]
        gums = mouth.person.mouth.y + 2.2 + 16.5 * shape.jaw
        lower_row = cover(self.canvas, y - gums - 2 * arch) * mouth.lower_ends[rows]
        inside += (teeth - inside) * upper_row
        inside += (0.86 * teeth - inside) * (0.9 * lower_row)[..., None]
        if shape.gap > 6:
            tongue = np.clip(1.2 - 2.5 * arch - ((y - shape.lower - 1) / (0.42 * shape.gap)) ** 2, 0, 1)
            inside += (0.8 * TONGUE - inside) * ((1 - lower_row) * tongue)[..., None] * (1 - upper_row)
        return inside

    def _shadows(self) -> np.ndarray:
        """The dark of the lip line, the corners and below the lower lip."""
        y, shape = self.canvas.Y, self.shape
        strength = (0.62 if shape.gap < 1 else 0.3) * self.between * np.clip(1.25 - self.from_middle, 0, 1)
        line = np.exp(-0.5 * ((y - self.upper_inner) / 0.75) ** 2) * strength
        for corner in (shape.left, shape.right):
            line += 0.4 * self.canvas.spot(*corner, 2.2, 1.9)
        below = 0.2 * np.clip(1 - self.from_middle**2, 0, 1)
        line += below * np.exp(-0.5 * ((y - self.lower_outer - 2.4) / 1.9) ** 2)
        return np.minimum(line, 0.85)


def cover(canvas: Canvas, distance: np.ndarray) -> np.ndarray:
    """1 where ``distance`` (mm) is positive, 0 where it is negative, a pixel's slope between."""
    return np.clip(distance * (canvas.scale / 1.2) + 0.5, 0, 1)
