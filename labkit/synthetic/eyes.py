"""The eyes: lids by action units and blinks, eyeball, iris, lashes, and the folds about them.

Both eyes are painted at once: every array has a leading axis of two, the viewer's
left eye first, with x counted from the nose outwards in both.
"""

import numpy as np

from labkit.synthetic.drawing import Canvas, smooth_noise, smoothstep
from labkit.synthetic.identity import Person

SCLERA = np.float32((220, 214, 206))
CORNER = np.float32((190, 138, 140))
PUPIL = np.float32((10, 10, 12))


class Eyes:
    """Paints one person's eyes into two windows of the face canvas."""

    def __init__(self, face: Canvas, person: Person, rng: np.random.Generator):
        self.person = person
        reach = person.eyes.x - 25, person.eyes.x + 25
        right = face.window(*reach, -19, 19)
        width = len(face.x)
        left = right[0], slice(width - right[1].stop, width - right[1].start)
        self.windows = (left, right)
        canvas = face.part(right)
        self.scale, self.y = canvas.scale, canvas.Y[None]
        outwards = canvas.x
        self.x = np.stack([-outwards[::-1], outwards])[:, None, :]  # (2, 1, width), millimetres on the screen
        self.sides = np.float32((-1, 1))[:, None, None]
        outer = self.sides * self.x
        inner_corner = person.eyes.x - 0.98 * person.eyes.width
        self.t = (outer - inner_corner) / (1.98 * person.eyes.width)  # 0 inner corner .. 1 outer corner
        self._fixed_along_the_lid()
        self._fibres = smooth_noise((1, 128), 2.0, rng, 2)[0]

    def _fixed_along_the_lid(self) -> None:
        """All that depends on the place along the eye alone."""
        t, eyes = self.t, self.person.eyes
        c = np.clip(t, 0, 1)
        self.along = c
        self.axis = 1.0 - (eyes.tilt + 1.0) * c
        self.upper_arc = np.maximum(np.sin(np.pi * c**0.88), 0) ** 0.72
        self.lower_arc = np.maximum(np.sin(np.pi * c**1.12), 0) ** 0.85
        self.within = ((t >= 0) & (t <= 1)).astype(np.float32)
        self.envelope = np.clip(np.minimum((t + 0.05) / 0.25, (1.18 - t) / 0.3), 0, 1)
        self.lash_reach = np.clip(np.minimum((t + 0.02) / 0.12, (1.10 - t) / 0.10), 0, 1)
        self.lash_rise = np.where(t > 1, -1.5 * (t - 1) * eyes.width, 0)
        shaded = SCLERA * (1 - 0.30 * np.abs(2 * c - 1) ** 2.5)[..., None]
        caruncle = np.exp(-0.5 * ((t - 0.02) / 0.05) ** 2)[..., None]
        self.white = shaded + (CORNER - shaded) * caruncle

    def _cover(self, distance: np.ndarray) -> np.ndarray:
        return np.clip(distance * (self.scale / 1.2) + 0.5, 0, 1)

    def paint(
        self,
        picture: np.ndarray,
        au: dict[str, float],
        blink: float,
        gaze: np.ndarray,
        exposure: float,
        light,
    ) -> None:
        """Paint both eyes into ``picture`` (RGB float32), in place."""
        eyes = np.stack([picture[window] for window in self.windows])
        upper, lower = self._lids(au, blink)
        eyes *= (1 - self._folds(au, blink, upper, lower))[..., None]
        opening = self._cover(self.y - upper) * self._cover(lower - self.y) * self.within
        if blink < 0.95:
            ball = self._eyeball(upper, lower, gaze, exposure, light)
            eyes += (ball - eyes) * opening[..., None]
        eyes += self._lashes(upper, blink, exposure, eyes)
        for window, eye in zip(self.windows, eyes, strict=True):
            picture[window] = eye

    def outline(self, au: dict[str, float], blink: float) -> np.ndarray:
        """(2, 6, 2): the corners and lids of the viewer's left and right eye, millimetres.

        From the outer corner (left) or the inner one (right) clockwise on the screen, two points a lid.
        """
        eyes = []
        for lids, t, x in zip(np.stack(self._lids(au, blink), axis=1), self.t, self.x, strict=True):
            order = np.argsort(t[0])
            at = np.array((0, 1 / 3, 2 / 3, 1, 2 / 3, 1 / 3))
            across, upper, lower = (np.interp(at, t[0, order], row[0][order]) for row in (x, *lids))
            height = np.where(np.arange(6) < 4, upper, lower)
            eyes.append(np.stack([across, height], axis=1))
        left, right = eyes
        return np.stack([left[[3, 2, 1, 0, 5, 4]], right])

    def _lids(self, au: dict[str, float], blink: float) -> tuple[np.ndarray, np.ndarray]:
        """Heights (2, 1, width) of the upper and lower lid's edges."""
        eyes, c = self.person.eyes, self.along
        smile = 0.5 * (au["AU12L"] + au["AU12R"])
        squint = 0.48 * au["AU43"] + 0.16 * au["AU6"] + 0.22 * au["AU7"] + 0.10 * au["AU9"] + 0.10 * smile
        upper = eyes.upper * (1 + 0.42 * au["AU5"] - min(0.62, squint) - 0.10 * au["AU4"])
        raised = 0.12 * au["AU5"] - 0.42 * au["AU7"] - 0.42 * au["AU6"] - 0.25 * au["AU9"]
        lower_lid = self.axis + eyes.lower * (1 + max(raised, -0.8)) * self.lower_arc
        grief = 0.9 * au["AU1"] * (1 - 0.4 * au["AU2"])  # the inner end of the lid goes up with the brow
        slope = (1.6 * grief * (c - 0.5) + 1.3 * au["AU4"] * (0.5 - c)) * self.upper_arc
        open_lid = self.axis - upper * self.upper_arc + slope
        return open_lid + (lower_lid - 0.25 - open_lid) * blink, lower_lid

    def _folds(self, au: dict[str, float], blink: float, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
        """How much the lid's crease, the lid itself, the lower lash line and the bag darken the skin."""
        y = self.y
        crease = self.person.eyes.crease * (1 - 0.45 * au["AU5"] + 0.25 * au["AU43"]) + 2.5 * blink
        at_crease = upper - crease * (0.55 + 0.45 * self.upper_arc)
        shade = (0.42 - 0.25 * blink) * np.exp(-0.5 * ((y - at_crease) / 0.75) ** 2)
        lid = np.clip((upper - y) / max(crease, 0.5), 0, 1) * (y > upper - crease - 1)
        shade += (0.10 + 0.12 * self.person.skin.makeup) * lid
        bag = 0.07 + 0.16 * max(au["AU6"], au["AU7"]) + 0.10 * self.person.skin.age
        shade += bag * np.exp(-0.5 * ((y - (lower + 3.2 - 0.8 * au["AU6"])) / 1.1) ** 2)
        shade += 0.36 * (1 - 0.5 * blink) * np.exp(-0.5 * ((y - lower - 0.3) / 0.55) ** 2)
        return np.minimum(shade * self.envelope, 0.8)

    def _eyeball(self, upper, lower, gaze, exposure: float, light) -> np.ndarray:
        """RGB (2, height, width, 3) of white, iris, pupil and highlight, in the lids' shadow."""
        eyes = self.person.eyes
        x = self.x - (self.sides * eyes.x + 3.2 * float(gaze[0]))
        y = self.y + (0.6 - 1.6 * float(gaze[1]))
        radius = np.sqrt(x * x + y * y)
        angle = ((np.arctan2(y, x) + np.pi) * (127 / (2 * np.pi))).astype(np.intp)
        tone = 0.72 + 0.40 * np.clip((radius - 1.5) / eyes.iris, 0, 1) + 0.10 * self._fibres[angle]
        tone *= (1 - 0.62 * smoothstep(radius, 0.8 * eyes.iris, eyes.iris)) * (
            1 + 0.25 * np.clip(y / eyes.iris, -1, 1)
        )
        iris = np.float32(eyes.colour) * tone[..., None]
        ball = self.white + (iris - self.white) * self._cover(eyes.iris - radius)[..., None]
        ball += (PUPIL - ball) * self._cover(0.4 * eyes.iris - radius)[..., None]
        shadow = 1 - 0.52 * np.exp(-np.maximum(self.y - upper, 0) / 1.5)
        shadow -= 0.12 * np.exp(-np.maximum(lower - self.y, 0) / 0.8)
        ball *= (shadow * (0.92 * exposure))[..., None]
        across, down = x - 2.4 * float(light[0]), y + 1.6 - 1.2 * float(light[1])
        highlight = np.exp(-0.5 * (across * across + down * down) / 0.85**2)
        return ball + (190 * exposure * highlight)[..., None]

    def _lashes(self, upper: np.ndarray, blink: float, exposure: float, eyes: np.ndarray) -> np.ndarray:
        """What the upper lash line, thicker under make-up and towards the temple, adds to the picture."""
        hair = np.float32(self.person.hair.colour)
        thickness = (0.55 + 0.75 * self.along + 0.6 * self.person.skin.makeup) * (1 + 0.2 * blink)
        z = (self.y - (upper + self.lash_rise - 0.15)) / thickness
        opacity = np.exp(-0.5 * np.where(z < 0, z, 1.35 * z) ** 2) * self.lash_reach
        opacity *= 0.86 if hair.mean() < 120 else 0.72
        return (np.minimum(0.5 * hair, 45) * np.float32(exposure) - eyes) * opacity[..., None]
