"""JAFFE's file names: ``KA.AN1.39.tiff`` is person KA, the first of her angry pictures, serial number 39.

The serial numbers run from 1 to 219 in the order of the recording, but six of them are of no picture, so
there are 213. (A paper that counts 219 images has read the last number, not counted files.)
"""

import re
from dataclasses import dataclass
from pathlib import Path

from labkit.errors import DataError

EMOTION_CODES: dict[str, str] = {
    "NE": "neutral",
    "HA": "happy",
    "SA": "sad",
    "SU": "surprised",
    "AN": "angry",
    "DI": "disgust",
    "FE": "fearful",
}  # in the order in which each person was photographed
SUBJECTS: tuple[str, ...] = ("KM", "KA", "YM", "KR", "NM", "MK", "UY", "KL", "TM", "NA")  # likewise

_SHOTS = 3  # of an emotion and person, but for these:
_MORE_SHOTS = {
    ("KM", "HA"): 5,
    ("KM", "SA"): 5,
    ("KA", "HA"): 4,
    ("KA", "FE"): 4,
    ("YM", "FE"): 4,
    ("KL", "DI"): 4,
    ("TM", "HA"): 4,
}
_UNPUBLISHED = {8, 12, 21, 76, 108, 183}  # serial numbers
_NAME = re.compile(r"([A-Z]{2})\.([A-Z]{2})(\d)\.(\d{1,3})")


@dataclass(frozen=True)
class JaffeName:
    """What a file's name says."""

    subject: str  # one of SUBJECTS
    emotion: str  # canonical
    number: int  # of the person's pictures of that emotion, from 1
    serial: int  # of all pictures

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        code = next(code for code, emotion in EMOTION_CODES.items() if emotion == self.emotion)
        return f"{self.subject}.{code}{self.number}.{self.serial}"


def parse_name(path: Path | str) -> JaffeName:
    """Read the name of a picture.

    Raises:
        DataError: if it is none of JAFFE's.
    """
    match = _NAME.fullmatch(Path(path).stem)
    if not match:
        raise DataError("not a name of JAFFE; one looks like KA.AN1.39.tiff (person, emotion, serial number)")
    subject, code, number, serial = match.groups()
    if subject not in SUBJECTS:
        raise DataError(f"nobody in JAFFE is called {subject}; the ten are {', '.join(sorted(SUBJECTS))}")
    if code not in EMOTION_CODES:
        raise DataError(f"JAFFE has no expression {code}; it has {', '.join(sorted(EMOTION_CODES))}")
    return JaffeName(subject, EMOTION_CODES[code], int(number), int(serial))


def published_names() -> list[JaffeName]:
    """The 213 pictures, in the order of the recording."""
    names, serial = [], 0
    for subject in SUBJECTS:
        for code, emotion in EMOTION_CODES.items():
            for number in range(1, _MORE_SHOTS.get((subject, code), _SHOTS) + 1):
                serial += 1
                if serial not in _UNPUBLISHED:
                    names.append(JaffeName(subject, emotion, number, serial))
    return names
