"""A drawing plane measured in millimetres, and the few shapes everything is drawn with."""

import cv2
import numpy as np

Float = np.float32
_SUBPIXEL_BITS = 4  # OpenCV draws polygons at 1/16 of a pixel


class Canvas:
    """A grid of pixels over a rectangle of the head's plane.

    ``x`` (width,) and ``y`` (height,) are the millimetres of the pixels' centres
    and ``scale`` the pixels a millimetre. Masks and height maps over it are
    float32 arrays (height, width).
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, scale: float):
        self.x, self.y, self.scale = x, y, scale
        self.X, self.Y = np.meshgrid(x, y)
        self.shape = self.X.shape

    @classmethod
    def centred(cls, half_width: float, top: float, bottom: float, scale: float) -> "Canvas":
        """A canvas that is symmetric about x = 0."""
        width, height = 2 * round(half_width * scale), round((bottom - top) * scale)
        x = (np.arange(width, dtype=Float) + 0.5 - width / 2) / scale
        y = (np.arange(height, dtype=Float) + 0.5) / scale + top
        return cls(x.astype(Float), y.astype(Float), scale)

    def window(self, left: float, right: float, top: float, bottom: float) -> tuple[slice, slice]:
        """(rows, columns) of the pixels whose centres lie in a rectangle of millimetres."""
        columns = slice(*np.searchsorted(self.x, (left, right)).tolist())
        rows = slice(*np.searchsorted(self.y, (top, bottom)).tolist())
        return rows, columns

    def part(self, window: tuple[slice, slice]) -> "Canvas":
        """The canvas of a window of this one."""
        return Canvas(self.x[window[1]], self.y[window[0]], self.scale)

    def to_pixels(self, points) -> np.ndarray:
        """Pixel coordinates (N, 2) of points in millimetres (N, 2); a pixel's centre is a whole number."""
        return (np.asarray(points, float) - (self.x[0], self.y[0])) * self.scale

    def fill(self, *outlines) -> np.ndarray:
        """A mask, 0..1, of the inside of closed outlines (N, 2)."""
        mask = np.zeros(self.shape, np.uint8)
        for outline in outlines:
            cv2.fillPoly(mask, [self._fixed(outline)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        return mask.astype(Float) / 255

    def stroke(self, line, width: float) -> np.ndarray:
        """A mask, 0..1, of an open line (N, 2) drawn ``width`` millimetres wide."""
        mask = np.zeros(self.shape, np.uint8)
        pixels = max(1, round(width * self.scale))
        cv2.polylines(mask, [self._fixed(line)], False, 255, pixels, cv2.LINE_AA, _SUBPIXEL_BITS)
        return mask.astype(Float) / 255

    def spot(self, x: float, y: float, width: float, height: float) -> np.ndarray:
        """A Gaussian spot of height 1 about (x, y); ``width`` and ``height`` are its standard deviations."""
        across = np.exp(-0.5 * ((self.x - x) / width) ** 2)
        down = np.exp(-0.5 * ((self.y - y) / height) ** 2)
        return down[:, None] * across[None, :]

    def spots(self, x: float, y: float, width: float, height: float) -> np.ndarray:
        """The same spot on both sides of the face."""
        return self.spot(x, y, width, height) + self.spot(-x, y, width, height)

    def blur(self, mask: np.ndarray, sigma: float) -> np.ndarray:
        """Gaussian blur by ``sigma`` millimetres."""
        return cv2.GaussianBlur(mask, (0, 0), max(0.3, sigma * self.scale))

    def noise(self, cell: float, rng: np.random.Generator, octaves: int = 3) -> np.ndarray:
        """Smooth noise whose coarsest grain is ``cell`` millimetres."""
        return smooth_noise(self.shape, cell * self.scale, rng, octaves)

    def _fixed(self, points) -> np.ndarray:
        return np.round(self.to_pixels(points) * (1 << _SUBPIXEL_BITS)).astype(np.int32)


def smooth_noise(
    shape: tuple[int, int], cell: float, rng: np.random.Generator, octaves: int = 3, fade: float = 0.55
) -> np.ndarray:
    """Noise (height, width) of about unit spread; its coarsest grain is ``cell`` pixels wide."""
    height, width = shape
    total, amplitude = np.zeros(shape, Float), 1.0
    for octave in range(octaves):
        size = max(1.0, cell / 2**octave)
        rows, columns = int(height / size) + 3, int(width / size) + 3
        grain = rng.standard_normal((rows, columns)).astype(Float)
        enlarged = (int(columns * size) + 1, int(rows * size) + 1)
        total += amplitude * cv2.resize(grain, enlarged, interpolation=cv2.INTER_CUBIC)[:height, :width]
        amplitude *= fade
    return total


def smoothstep(x, low: float, high: float) -> np.ndarray:
    """0 below ``low``, 1 above ``high``, a smooth S between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def closed_curve(points, samples: int = 240) -> np.ndarray:
    """A closed Catmull-Rom curve (samples, 2) through ``points``."""
    points = np.asarray(points, float)
    t = np.linspace(0, len(points), samples, endpoint=False)
    index = t.astype(int)
    around = [points[(index + k) % len(points)] for k in (-1, 0, 1, 2)]
    return _catmull_rom(*around, (t - index)[:, None])


def open_curve(points, samples: int) -> np.ndarray:
    """An open Catmull-Rom curve (samples, 2) through ``points``."""
    points = np.asarray(points, float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, len(points) - 1 - 1e-9, samples)
    index = t.astype(int)
    around = [padded[index + k] for k in (0, 1, 2, 3)]
    return _catmull_rom(*around, (t - index)[:, None])


def _catmull_rom(a, b, c, d, t) -> np.ndarray:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def mirrored(points, side: int) -> list[tuple[float, float]]:
    """The points on the viewer's left (``side`` -1) or right (+1)."""
    return [(side * x, y) for x, y in points]
