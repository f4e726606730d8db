"""How each action unit moves and folds the skin.

Every unit has a displacement field over the face (where the skin is carried to,
millimetres) and a relief (the bulges and furrows it raises, millimetres of
height). Both are fixed for a person, so a frame's field is a weighted sum: one
small matrix product. The displacements are smooth and kept on a coarse grid.
"""

import cv2
import numpy as np

from labkit.synthetic.action_units import ACTION_UNITS, INDEX
from labkit.synthetic.drawing import Canvas, mirrored, open_curve, smoothstep
from labkit.synthetic.identity import Person

GRID = 4.0  # millimetres between the nodes of the coarse grid


class Deformation:
    """The action units of one person over the canvas of their face."""

    def __init__(self, canvas: Canvas, person: Person, rng: np.random.Generator):
        self.canvas = canvas
        rows, columns = canvas.shape
        self.grid_shape = (round(rows / canvas.scale / GRID), round(columns / canvas.scale / GRID))
        self._moves = _displacements(_coarse(canvas, self.grid_shape), person)
        relief = _reliefs(canvas, person, rng)
        self._relief_units = np.flatnonzero(np.abs(relief).max(axis=(1, 2)) > 0)
        self._relief = relief[self._relief_units].reshape(len(self._relief_units), -1)
        row_numbers, column_numbers = np.indices(canvas.shape, dtype=np.float32)
        self._rows, self._columns = row_numbers, column_numbers

    def source(self, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each pixel, the (column, row) of the resting face that has moved there."""
        field = (units @ self._moves).reshape(2, *self.grid_shape)
        rows, columns = self.canvas.shape
        right, down = (cv2.resize(part, (columns, rows), interpolation=cv2.INTER_LINEAR) for part in field)
        scale = -self.canvas.scale
        return cv2.scaleAdd(right, scale, self._columns), cv2.scaleAdd(down, scale, self._rows)

    def carry(self, points: np.ndarray, units: np.ndarray) -> np.ndarray:
        """Where points (N, 2) of the resting skin have moved to, millimetres."""
        field = (units @ self._moves).reshape(2, *self.grid_shape).astype(np.float32)
        nodes = np.array(self.grid_shape[::-1]) / self.canvas.shape[::-1]  # a pixel
        moved = points
        for _ in range(4):  # the field is given at the places that the skin has moved to
            at = ((self.canvas.to_pixels(moved) + 0.5) * nodes - 0.5).astype(np.float32)[None]
            moves = [
                cv2.remap(p, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0] for p in field
            ]
            moved = points + np.stack(moves, axis=1)
        return moved

    def relief(self, units: np.ndarray) -> np.ndarray:
        """Millimetres that folds and bulges add to the height, (height, width)."""
        return (units[self._relief_units] @ self._relief).reshape(self.canvas.shape)


def _coarse(canvas: Canvas, shape: tuple[int, int]) -> Canvas:
    """The canvas at the coarse grid's nodes."""
    x = np.interp(_centres(shape[1]), _centres(len(canvas.x)), canvas.x)
    y = np.interp(_centres(shape[0]), _centres(len(canvas.y)), canvas.y)
    return Canvas(x.astype(np.float32), y.astype(np.float32), 1 / GRID)


def _centres(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count


def _displacements(grid: Canvas, person: Person) -> np.ndarray:
    """(20, 2 x nodes) float32."""
    fields = np.zeros((len(ACTION_UNITS), 2, *grid.shape), np.float32)

    def move(unit: str, x, y, width, height, right, down, sides=(-1, 1)):
        for side in sides:
            region = grid.spot(side * x, y, width, height)
            fields[INDEX[unit], 0] += side * right * region
            fields[INDEX[unit], 1] += down * region

    middle = (1,)
    brow, mouth, corner, nose = person.brows.y, person.mouth.y, person.mouth.width, person.nose.length
    move("AU1", 15, brow, 11, 13, -1.0, -8.5)
    move("AU1", 0, brow - 12, 14, 12, 0, -2, middle)
    move("AU2", 44, brow, 15, 13, 0.5, -9)
    move("AU2", 26, brow - 14, 18, 12, 0, -3)
    move("AU4", 15, brow + 1, 14, 11, -5, 7.5)
    move("AU4", 36, brow, 14, 11, -1.5, 2.8)
    move("AU4", 0, brow, 9, 10, 0, 2.5, middle)
    move("AU6", 46, 22, 18, 13, -1, -5.5)
    move("AU6", 56, -2, 8, 10, -2, 1.5)
    move("AU7", 32, 10, 14, 6, 0, -1.8)
    move("AU9", 15, nose - 2, 9, 9, 1, -4.5)
    move("AU9", 0, nose, 8, 8, 0, -1.5, middle)
    move("AU9", 13, brow + 2, 11, 10, -2.5, 5)
    move("AU9", 26, 24, 13, 10, -1.5, -4)
    move("AU10", 14, nose + 12, 13, 8, 0, -4.5)
    move("AU10", 20, nose, 8, 9, 1, -3)
    for name, side in (("L", -1), ("R", 1)):
        move("AU12" + name, corner + 3, mouth, 14, 14, 7.5, -9, (side,))
        move("AU12" + name, 44, 42, 16, 17, 2.5, -6.5, (side,))
        move("AU14" + name, corner + 5, mouth - 1, 11, 11, 4.5, -2, (side,))
    move("AU15", corner + 1, mouth + 3, 13, 12, 1, 7)
    move("AU17", 0, mouth + 25, 18, 11, 0, -5.5, middle)
    move("AU20", corner + 2, mouth + 2, 14, 14, 8, 2)
    move("AU23", corner, mouth, 12, 9, -3, 0)
    move("AU24", corner, mouth, 12, 9, -1.2, 0)
    _drop_jaw(fields[INDEX["AU26"]], grid, person)
    return fields.reshape(len(ACTION_UNITS), -1)


def _drop_jaw(field: np.ndarray, grid: Canvas, person: Person) -> None:
    """The jaw turns about the ears: the chin drops most, and the cheeks draw in a little."""
    swing = smoothstep(grid.Y, 38, person.skull.chin_y - 14)
    field[1] += 20 * swing * (1 - 0.42 * np.clip(np.abs(grid.X) / 75, 0, 1) ** 2)
    field[0] -= np.sign(grid.X) * 3.2 * np.clip(np.abs(grid.X) / 60, 0, 1) * smoothstep(grid.Y, 30, 80)


def _reliefs(canvas: Canvas, person: Person, rng: np.random.Generator) -> np.ndarray:
    """(20, height, width) float32: furrows deepen with age."""
    reliefs = np.zeros((len(ACTION_UNITS), *canvas.shape), np.float32)
    brow, mouth, corner = person.brows.y, person.mouth.y, person.mouth.width
    depth = 0.55 + 0.75 * person.skin.age

    def raise_(unit: str, shape: np.ndarray):
        reliefs[INDEX[unit]] += shape

    for line in forehead_lines(person, rng):
        fold = furrow(canvas, line, 2.0, 0.75 * depth)
        raise_("AU2", fold)
        raise_("AU1", 0.9 * fold * np.exp(-0.5 * (canvas.X / 16) ** 2))
    for side in (-1, 1):
        _raise_one_side(raise_, canvas, person, side, depth)
    raise_("AU6", 2.6 * canvas.spots(45, 24, 13, 9))
    raise_("AU4", 1.8 * canvas.spots(14, brow + 1, 9, 5))
    raise_("AU9", 1.6 * canvas.spots(20, 22, 10, 8))
    dimples = 1.6 + 0.45 * canvas.noise(5, rng, 2)
    raise_("AU17", dimples * canvas.spot(0, person.skull.chin_y - 15, 13, 8))
    raise_("AU17", -2.0 * canvas.spot(0, mouth + person.mouth.lower + 6, 14, 3))
    for unit in ("AU23", "AU24"):
        raise_(unit, 0.8 * canvas.spot(0, mouth, corner * 0.92, 7))
    return reliefs


def _raise_one_side(raise_, canvas: Canvas, person: Person, side: int, depth: float) -> None:
    """The furrows of one half of the face."""
    brow, mouth, corner, eye = person.brows.y, person.mouth.y, person.mouth.width, person.eyes.x
    name = "L" if side < 0 else "R"

    def fold(line, width, deep):
        return furrow(canvas, mirrored(line, side), width, deep * depth)

    raise_("AU4", fold([(5.5, brow - 10), (6.5, brow - 1), (5.0, brow + 6)], 2.2, 1.3))
    raise_("AU9", fold([(3, -3), (9, 1), (13, 6)], 1.8, 0.9) + fold([(1, 3), (8, 8)], 1.8, 0.8))
    nasolabial = furrow(canvas, mirrored(nasolabial_line(person), side), 3.2, 2.3 * depth)
    for unit, share in (("AU12" + name, 1.0), ("AU9", 0.9), ("AU10", 0.7), ("AU14" + name, 0.35)):
        raise_(unit, share * nasolabial)
    raise_("AU14" + name, -2.6 * canvas.spot(side * (corner + 7.5), mouth - 0.5, 2.6, 4))
    raise_("AU12" + name, -1.0 * canvas.spot(side * (corner + 10), mouth - 6, 2.6, 4))
    raise_("AU12" + name, 2.6 * canvas.spot(side * 44, 30, 13, 11))
    for degrees in (-18, 0, 18):  # crow's feet
        across, down = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        start = (eye + 20, 1 + 3 * down)
        raise_("AU6", fold([start, (eye + 20 + 11 * across, 2 + 11 * down)], 1.4, 0.6))
    raise_("AU15", fold([(corner + 1, mouth + 4), (corner + 4, mouth + 14)], 2.4, 1.1))
    raise_("AU20", fold([(corner + 10, mouth - 6), (corner + 12, mouth + 8)], 2.6, 1.0))


def nasolabial_line(person: Person) -> list[tuple[float, float]]:
    """From the wing of the nose round the corner of the mouth, on the right side."""
    nose, mouth = person.nose, person.mouth
    return [
        (nose.width + 1.5, nose.length - 3),
        (nose.width + 8, nose.length + 8),
        (mouth.width + 7, mouth.y - 8),
        (mouth.width + 10, mouth.y + 6),
    ]


def forehead_lines(person: Person, rng: np.random.Generator) -> list[list[tuple[float, float]]]:
    """Three lines across the forehead."""
    lines = []
    for row in range(3):
        y = person.brows.y - 15 - 8.5 * row
        a, b, c = rng.normal(0, 1.2, 3)
        lines.append([(-36, y + 3 + a), (-14, y + b), (14, y + b), (36, y + 3 + c)])
    return lines


def furrow(canvas: Canvas, line, width: float, depth: float) -> np.ndarray:
    """A soft groove ``depth`` millimetres deep along a line."""
    mask = canvas.blur(canvas.stroke(open_curve(line, 40), 0.8 * width), 0.6 * width)
    return -depth * mask / max(float(mask.max()), 1e-3)
