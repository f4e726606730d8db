"""What a synthetic world is ordered by."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields

from labkit.errors import DataError
from labkit.synthetic.performance import Voice
from labkit.synthetic.rendering import VERSION
from labkit.synthetic.scene import BACKGROUNDS, Background


@dataclass(frozen=True)
class WorldSpec:
    """The order for a world; equal orders give equal worlds.

    Raises:
        DataError: if a value is impossible, in a sentence that says what is possible.
    """

    name: str = "ravdess"  # the data set whose layout the world has
    people: int = 24  # 1 .. 24; as in RAVDESS, actor 18 does not sing
    takes: int = 2  # clips an emotion and person, 1 .. 8; half of that for neutral, as in RAVDESS
    seconds: float = 1.6  # short, so that a laptop films the default world within a minute
    size: tuple[int, int] = (480, 270)  # width, height in pixels
    fps: float = 30.0
    voice: Voice = "song"  # "song": six emotions; "speech": eight
    background: Background = "varied"
    seed: int = 0  # another seed, other people
    intensity: float = 1.0  # factor on every expression
    draw_mouth: bool = True
    draw_eyes: bool = True

    def __post_init__(self):
        object.__setattr__(self, "size", tuple(self.size))
        width, height = self.size
        checks = (
            (self.name == "ravdess", "name must be 'ravdess'"),
            (1 <= self.people <= 24, "people must be 1 to 24"),
            (1 <= self.takes <= 8, "takes must be 1 to 8"),
            (self.voice in ("song", "speech"), "voice must be 'song' or 'speech'"),
            (self.background in BACKGROUNDS, f"background must be one of {', '.join(BACKGROUNDS)}"),
            (self.seconds > 0 and self.fps > 0, "seconds and fps must be above 0"),
            (width >= 64 and height >= 64, "size must be at least 64 by 64 pixels"),
            (0 <= self.intensity <= 1.5, "intensity must be 0 to 1.5"),
            (self.seed >= 0, "seed must be 0 or more"),
        )
        for fine, rule in checks:
            if not fine:
                raise DataError(f"This synthetic world cannot be made: {rule}.")

    def to_dict(self) -> dict:
        """Plain JSON values, with the renderer's version."""
        return asdict(self) | {"size": list(self.size), "renderer": VERSION}

    @classmethod
    def from_dict(cls, values: dict) -> "WorldSpec":
        """The spec that :meth:`to_dict` wrote."""
        return cls(**{field.name: values[field.name] for field in fields(cls)})

    @property
    def digest(self) -> str:
        """Ten hexadecimal digits that stand for the spec and the renderer."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]
