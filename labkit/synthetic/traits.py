"""What a synthetic person's features are measured by.

Lengths are millimetres in the head's own frame: the origin lies midway between
the pupils, x points right, y down and z towards the camera. Numbers are plain
Python floats, so that they leave float32 arrays float32.
"""

from dataclasses import dataclass

Colour = tuple[float, float, float]  # RGB, 0..255


@dataclass(frozen=True)
class Skull:
    """Half widths of the head at several heights, and where it ends."""

    temple: float
    cheek: float
    jaw: float
    chin: float
    chin_y: float
    crown_y: float


@dataclass(frozen=True)
class Eyes:
    x: float  # of the pupil
    width: float  # half width of the opening
    upper: float  # height of the upper lid above the eye's axis
    lower: float  # depth of the lower lid below it
    tilt: float  # by which the outer corner lies higher
    iris: float  # radius
    crease: float  # distance of the lid's crease from the lash line
    colour: Colour


@dataclass(frozen=True)
class Brows:
    y: float
    arch: float
    thickness: float
    length: float
    tilt: float
    darkness: float  # 0..1


@dataclass(frozen=True)
class Nose:
    length: float
    width: float
    height: float


@dataclass(frozen=True)
class Mouth:
    y: float
    width: float  # half width
    upper: float  # height of the upper lip
    lower: float  # height of the lower lip
    colour: Colour


@dataclass(frozen=True)
class Skin:
    colour: Colour
    darkness: float  # 0 the lightest tone .. 1 the darkest
    freckles: float
    age: float  # 0 about twenty .. 1 about seventy
    makeup: float  # 0..1


@dataclass(frozen=True)
class Hair:
    style: str
    colour: Colour
    hairline_y: float
    parting: float
    volume: float
    beard: str
    beard_density: float


@dataclass(frozen=True)
class Glasses:
    worn: bool
    width: float  # half width of one lens
    height: float  # half height of one lens
    roundness: float  # exponent of the rim's curve: 2 an ellipse, larger squarer
    rim: float  # thickness
    colour: Colour


@dataclass(frozen=True)
class Manner:
    """How this person expresses: gain of each unit, the resting face, a lopsided smile."""

    gains: tuple[float, ...]
    rest: tuple[float, ...]
    asymmetry: float
