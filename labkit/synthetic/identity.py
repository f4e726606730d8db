"""Who a synthetic person is: everything that stays the same from clip to clip.

Every feature is drawn from one seed, most of them from continuous distributions,
so that no two people share a face. The distributions differ by sex where people's do.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from labkit.synthetic.action_units import ACTION_UNITS, INDEX
from labkit.synthetic.traits import Brows, Colour, Eyes, Glasses, Hair, Manner, Mouth, Nose, Skin, Skull

Sex = Literal["female", "male"]

# From the lightest to the darkest; a person's tone lies between two neighbours.
SKIN_TONES = (
    (246, 214, 188),
    (238, 200, 170),
    (228, 184, 150),
    (214, 164, 128),
    (190, 138, 104),
    (160, 110, 80),
    (128, 86, 62),
)
HAIR_COLOURS = (
    (28, 22, 20),
    (48, 34, 26),
    (82, 56, 38),
    (118, 84, 54),
    (186, 150, 98),
    (140, 72, 38),
    (152, 150, 148),
)
IRIS_COLOURS = ((70, 42, 24), (52, 32, 20), (108, 82, 46), (92, 112, 74), (90, 126, 160), (122, 134, 142))
HAIR_STYLES = {
    "male": (
        ("short", 0.36),
        ("side", 0.25),
        ("buzz", 0.15),
        ("bald", 0.08),
        ("curly", 0.12),
        ("long", 0.04),
    ),
    "female": (("long", 0.33), ("bangs", 0.2), ("bun", 0.2), ("curly", 0.14), ("side", 0.13)),
}
BEARDS = (("none", 0.46), ("stubble", 0.24), ("moustache", 0.08), ("goatee", 0.09), ("full", 0.13))
# How far a resting face may be from relaxed (standard deviation of each unit).
RESTING = {
    "AU1": 0.09,
    "AU2": 0.12,
    "AU4": 0.13,
    "AU5": 0.08,
    "AU7": 0.12,
    "AU15": 0.07,
    "AU17": 0.08,
    "AU24": 0.14,
    "AU25": 0.08,
    "AU43": 0.10,
}


@dataclass(frozen=True)
class Person:
    """One synthetic person; equal seeds (and sexes) give equal people."""

    seed: int
    sex: Sex
    skull: Skull
    eyes: Eyes
    brows: Brows
    nose: Nose
    mouth: Mouth
    skin: Skin
    hair: Hair
    glasses: Glasses
    manner: Manner

    @classmethod
    def from_seed(cls, seed: int, sex: Sex | None = None) -> "Person":
        """Draw a person. Without ``sex`` it is drawn too."""
        draw = _Draw(np.random.default_rng([seed, 1_000_003]))
        drawn_sex = "female" if draw.chance(0.5) else "male"
        sex = sex or drawn_sex
        skin = _draw_skin(draw, sex)
        hair = _draw_hair(draw, sex, skin)
        return cls(
            seed=seed,
            sex=sex,
            skull=_draw_skull(draw, sex),
            eyes=_draw_eyes(draw, skin),
            brows=_draw_brows(draw, sex),
            nose=_draw_nose(draw, sex),
            mouth=_draw_mouth(draw, sex, skin),
            skin=skin,
            hair=hair,
            glasses=_draw_glasses(draw),
            manner=_draw_manner(draw),
        )


class _Draw:
    """Random draws that return plain Python numbers, which keeps float32 arrays float32."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def normal(self, mean: float, sd: float) -> float:
        """A normal number within 2.2 standard deviations of its mean."""
        return float(mean + sd * np.clip(self.rng.standard_normal(), -2.2, 2.2))

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def choice(self, weighted: tuple[tuple[str, float], ...]) -> str:
        names, weights = zip(*weighted, strict=True)
        return str(self.rng.choice(names, p=weights))

    def near(self, colour, spread: float) -> Colour:
        """A colour close to ``colour``."""
        shifted = np.asarray(colour, float) + self.rng.normal(0, spread, 3)
        return tuple(float(v) for v in np.clip(shifted, 6, 250))


def _draw_skull(draw: _Draw, sex: Sex) -> Skull:
    male = sex == "male"
    cheek = draw.normal(70 if male else 67, 2.6)
    return Skull(
        temple=cheek - draw.normal(4, 1.2),
        cheek=cheek,
        jaw=draw.normal(59 if male else 54, 2.8),
        chin=draw.normal(24 if male else 19, 2.5),
        chin_y=draw.normal(114 if male else 108, 3.5),
        crown_y=-draw.normal(110, 3.5),
    )


def _draw_eyes(draw: _Draw, skin: Skin) -> Eyes:
    irises = IRIS_COLOURS if skin.darkness < 0.5 else IRIS_COLOURS[:2]
    return Eyes(
        x=draw.normal(31.5, 1.3),
        width=draw.normal(15.6, 0.8),
        upper=draw.normal(5.7, 0.7),
        lower=draw.normal(4.4, 0.5),
        tilt=draw.normal(1.4, 0.9),
        iris=draw.normal(6.1, 0.25),
        crease=draw.normal(3.6, 0.7),
        colour=draw.near(irises[int(draw.rng.integers(len(irises)))], 6),
    )


def _draw_brows(draw: _Draw, sex: Sex) -> Brows:
    return Brows(
        y=-draw.normal(20.5, 1.8),
        arch=draw.normal(3.0, 1.3),
        thickness=draw.normal(4.3 if sex == "male" else 3.2, 0.7),
        length=draw.normal(21, 1.6),
        tilt=draw.normal(0, 1.4),
        darkness=draw.uniform(0.75, 0.95),
    )


def _draw_nose(draw: _Draw, sex: Sex) -> Nose:
    return Nose(
        length=draw.normal(43, 2.6),
        width=draw.normal(17 if sex == "male" else 15.5, 1.5),
        height=draw.normal(17, 2.2),
    )


def _draw_mouth(draw: _Draw, sex: Sex, skin: Skin) -> Mouth:
    male = sex == "male"
    red = np.array((176, 84, 82) if male else (186, 70, 78))
    share = (0.36 if male else 0.44) + 0.25 * skin.makeup
    mixed = np.array(skin.colour) * (1 - share) + red * share * (1 - 0.3 * skin.darkness)
    return Mouth(
        y=draw.normal(69 if male else 67, 2.2),
        width=draw.normal(26.5 if male else 25, 1.7),
        upper=draw.normal(5.6 if male else 6.6, 1.0),
        lower=draw.normal(8.0 if male else 9.0, 1.1),
        colour=draw.near(mixed, 4),
    )


def _draw_skin(draw: _Draw, sex: Sex) -> Skin:
    tone = draw.uniform(0, len(SKIN_TONES) - 1.001)
    lighter, darker = np.array(SKIN_TONES[int(tone)]), np.array(SKIN_TONES[int(tone) + 1])
    makeup = draw.uniform(0.0, 1.0)
    return Skin(
        colour=draw.near(lighter + (darker - lighter) * (tone % 1), 3),
        darkness=tone / (len(SKIN_TONES) - 1),
        freckles=max(0.0, draw.normal(-0.1, 0.4)),
        age=float(draw.rng.beta(1.6, 2.4)),
        makeup=makeup if sex == "female" else 0.0,
    )


def _draw_hair(draw: _Draw, sex: Sex, skin: Skin) -> Hair:
    weights = (0.26, 0.22, 0.19, 0.14, 0.12, 0.07, 0) if skin.darkness < 0.55 else (0.7, 0.3, 0, 0, 0, 0, 0)
    colour = np.array(HAIR_COLOURS[int(draw.rng.choice(len(HAIR_COLOURS), p=weights))], float)
    grey = float(np.clip((skin.age - draw.uniform(0.35, 0.9)) * 2.5, 0, 1))
    colour = (colour * (1 - grey) + np.array(HAIR_COLOURS[-1]) * grey) * (1 + draw.normal(0, 0.12))
    beard = draw.choice(BEARDS)
    return Hair(
        style=draw.choice(HAIR_STYLES[sex]),
        colour=draw.near(colour, 2),
        hairline_y=-draw.normal(69, 4),
        parting=draw.normal(0, 22),
        volume=abs(draw.normal(9, 3)) + 3,
        beard=beard if sex == "male" else "none",
        beard_density=draw.uniform(0.55, 1.0),
    )


def _draw_glasses(draw: _Draw) -> Glasses:
    return Glasses(
        worn=draw.chance(0.18),
        width=draw.normal(24.5, 1.2),
        height=draw.normal(18.5, 1.5),
        roundness=draw.uniform(2.0, 4.5),
        rim=draw.uniform(0.9, 2.0),
        colour=draw.near(((40, 34, 32), (96, 66, 44), (120, 118, 116))[int(draw.rng.integers(3))], 8),
    )


def _draw_manner(draw: _Draw) -> Manner:
    gains = np.clip(draw.rng.normal(0.9, 0.18, len(ACTION_UNITS)), 0.5, 1.3)
    rest = np.zeros(len(ACTION_UNITS))
    for name, spread in RESTING.items():
        rest[INDEX[name]] = max(0.0, draw.normal(0, spread))
    rest[[INDEX["AU12L"], INDEX["AU12R"]]] = max(0.0, draw.normal(0, 0.08))
    return Manner(
        gains=tuple(gains.tolist()),
        rest=tuple(rest.tolist()),
        asymmetry=float(np.clip(draw.normal(0, 0.1), -0.25, 0.25)),
    )
