"""What CK+'s text files say: an emotion, action units, or 68 landmarks; all numbers written as floats.

    S005_001_00000011_emotion.txt      3.0000000e+00                      a code of EMOTION_CODES
    S005_001_00000011_facs.txt         9.0000000e+00   0.0000000e+00      action unit, intensity; a line each
    S005_001_00000011_landmarks.txt    2.0592000e+02   2.0733000e+02      x, y; 68 lines

The first two are of the last frame alone, the peak.
"""

from pathlib import Path

import numpy as np

from labkit.errors import DataError

EMOTION_CODES: tuple[str, ...] = (
    *("neutral", "angry", "contempt", "disgust"),
    *("fearful", "happy", "sad", "surprised"),
)
POINTS = 68


def emotion(path: Path | str) -> str:
    """The emotion that a file names, canonical.

    Raises:
        DataError: if it holds no number, several, or none of the eight codes.
    """
    numbers = _numbers(path)
    if numbers.size != 1 or numbers.ravel()[0] not in range(len(EMOTION_CODES)):
        raise DataError(f"{path} holds no emotion's code, a number from 0 to 7; get it again.")
    return EMOTION_CODES[int(numbers.ravel()[0])]


def action_units(path: Path | str) -> dict[int, int]:
    """The action units of a peak: number → intensity, 1 (a trace) to 5, or 0 where it was not scored.

    Raises:
        DataError: if a line is not an action unit and an intensity, both whole and none below 0.
    """
    numbers = _numbers(path)
    if numbers.size and (numbers.shape[1] != 2 or (numbers < 0).any() or (numbers % 1).any()):
        raise DataError(f"{path} has lines that are not an action unit and its intensity; get it again.")
    return {int(unit): int(strength) for unit, strength in numbers}


def landmarks(path: Path | str) -> np.ndarray:
    """The landmarks of a frame, x and y in its pixels: float64 (68, 2).

    17 lie along the jaw, from the viewer's left ear to the right one, 10 on the brows, 9 on the nose, 12
    about the eyes and 20 on the lips.

    Raises:
        DataError: if there are not 68 of them.
    """
    points = _numbers(path)
    if points.shape != (POINTS, 2):
        raise DataError(f"{path} does not hold 68 points; get it again.")
    return points


def _numbers(path: Path | str) -> np.ndarray:
    """The finite numbers of a file, (lines, numbers a line); (0, 0) for an empty one.

    Raises:
        DataError: if the file cannot be read, or holds anything else.
    """
    try:
        lines = [line.split() for line in Path(path).read_text().splitlines() if line.strip()]
        numbers = np.array(lines, float).reshape(len(lines), len(lines[0]) if lines else 0)
    except (OSError, ValueError):
        raise DataError(f"{path} is no table of numbers; get it again.") from None
    if not np.isfinite(numbers).all():
        raise DataError(f"{path} holds a number that is not finite; get it again.")
    return numbers
