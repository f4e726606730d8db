"""A drawing surface for widget pictures: crisp text and lines in Pillow, JPEG at the end.

Coordinates and sizes are given in screen pixels; the picture is drawn ``SCALE`` times finer, so that it is
sharp on dense screens. DejaVu Sans ships with matplotlib, so every installation has it.
"""

from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

SCALE = 2

INK = "#1f2430"
MUTED = "#667085"
FAINT = "#d5dae1"
BLUE = "#2563a8"
HATCH = ((236, 239, 243), (207, 213, 221))


class Canvas:
    """A white RGB picture of ``width`` × ``height`` screen pixels to draw on."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), "white")
        self._draw = ImageDraw.Draw(self._image)

    def picture(self, pixels: np.ndarray, x: float, y: float, width: int, height: int) -> None:
        """Paste ``pixels`` (h, w, 3) uint8, resized to ``width`` × ``height``."""
        size = (width * SCALE, height * SCALE)
        resized = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
        self._image.paste(Image.fromarray(resized), (round(x * SCALE), round(y * SCALE)))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 13,
        colour: str = INK,
        bold: bool = False,
        anchor: str = "ls",
    ) -> float:
        """Write a line; ``anchor`` is Pillow's (default: left end of the baseline). Returns its width."""
        font = _font(round(size * SCALE), bold)
        self._draw.text((x * SCALE, y * SCALE), words, fill=colour, font=font, anchor=anchor)
        return font.getlength(words) / SCALE

    def paragraph(self, x: float, y: float, words: str, width: float, *, size: float, colour: str) -> None:
        """Write words wrapped to ``width``, the first baseline at ``y``."""
        font = _font(round(size * SCALE), False)
        lines = [""]
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= width * SCALE:
                lines[-1] = longer
            else:
                lines.append(word)
        for line in lines:
            self.text(x, y, line, size=size, colour=colour)
            y += size * 1.4

    def line(self, points: np.ndarray | list, *, colour: str = INK, width: float = 1) -> None:
        """Join ``points`` (n, 2)."""
        scaled = [tuple(point) for point in np.asarray(points, float) * SCALE]
        self._draw.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")

    def dashes(self, x0: float, x1: float, y: float, *, colour: str = MUTED, step: float = 6) -> None:
        """A dashed level line."""
        for x in np.arange(x0, x1, step):
            self.line([(x, y), (min(x + step / 2, x1), y)], colour=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, *, colour: str, radius: float = 0) -> None:
        """A filled rectangle."""
        corners = tuple(round(value * SCALE) for value in (x0, y0, x1, y1))
        self._draw.rounded_rectangle(corners, radius=radius * SCALE, fill=colour)

    def hatch(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A rectangle of slanted stripes in two greys: nothing is known here."""
        left, top, right, bottom = (round(value * SCALE) for value in (x0, y0, x1, y1))
        if right > left and bottom > top:
            self._image.paste(Image.fromarray(stripes(right - left, bottom - top)), (left, top))

    def dot(self, x: float, y: float, radius: float, *, colour: str) -> None:
        """A filled circle with a white rim."""
        self._draw.circle((x * SCALE, y * SCALE), (radius + 1) * SCALE, fill="white")
        self._draw.circle((x * SCALE, y * SCALE), radius * SCALE, fill=colour)

    def pixels(self) -> np.ndarray:
        """The picture, (height × SCALE, width × SCALE, 3) uint8 RGB."""
        return np.asarray(self._image)


def stripes(width: int, height: int) -> np.ndarray:
    """Slanted stripes in the two greys of HATCH, the lighter first: (height, width, 3) uint8."""
    rows, columns = np.ogrid[:height, :width]
    return np.array(HATCH, np.uint8)[((rows + columns) // (3 * SCALE)) % 2]


def as_rgb(face: np.ndarray) -> np.ndarray:
    """A grey (h, w) or (h, w, 1) or coloured (h, w, 3) picture in three channels."""
    return np.broadcast_to(face.reshape(*face.shape[:2], -1), (*face.shape[:2], 3)).copy()


def scaled_face(face: np.ndarray, side: int) -> np.ndarray:
    """A face of ``side`` screen pixels in RGB, its pixels averaged where it shrinks."""
    side = side * SCALE
    way = cv2.INTER_AREA if len(face) > side else cv2.INTER_CUBIC
    return as_rgb(cv2.resize(face, (side, side), interpolation=way))


def channels(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of "#rrggbb"."""
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def mixed(colour: str, other: str, share: float) -> str:
    """A mixture of two colours, ``share`` of the first."""
    blend = share * np.array(channels(colour)) + (1 - share) * np.array(channels(other))
    return "#" + "".join(f"{round(value):02x}" for value in blend)


def readable_on(colour: str) -> str:
    """The colour of words on this ground: white on a dark one, ink on a light one."""
    return "white" if np.dot(channels(colour), (0.3, 0.59, 0.11)) < 140 else INK


def to_jpeg(pixels: np.ndarray, quality: int = 90) -> bytes:
    """Encode an RGB picture. JPEG, because a browser shows it twice as soon as a PNG."""
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


@lru_cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", name)
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
