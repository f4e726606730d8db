"""Rectangles in an image: top-left corner and size, in pixels, x right and y down."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle with sub-pixel corners."""

    x: float
    y: float
    w: float
    h: float

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def area(self) -> float:
        return self.w * self.h

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        w = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        h = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        shared = max(0.0, w) * max(0.0, h)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def scaled(self, factor: float) -> "Box":
        """The same rectangle in an image resized by ``factor``."""
        return Box(self.x * factor, self.y * factor, self.w * factor, self.h * factor)

    def grown(self, factor: float) -> "Box":
        """A rectangle with the same centre and ``factor`` times the sides."""
        (cx, cy), w, h = self.center, self.w * factor, self.h * factor
        return Box(cx - w / 2, cy - h / 2, w, h)

    def holds(self, point: tuple[float, float]) -> bool:
        return self.x <= point[0] <= self.x + self.w and self.y <= point[1] <= self.y + self.h

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def clipped(self, width: int, height: int) -> "Box":
        """The part that lies inside an image of this size (possibly with no area)."""
        x0, y0 = min(max(self.x, 0.0), width), min(max(self.y, 0.0), height)
        x1, y1 = min(max(self.x + self.w, 0.0), width), min(max(self.y + self.h, 0.0), height)
        return Box(x0, y0, x1 - x0, y1 - y0)

    def as_int(self) -> tuple[int, int, int, int]:
        """(x, y, w, h) rounded to whole pixels."""
        return round(self.x), round(self.y), round(self.w), round(self.h)
