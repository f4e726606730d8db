"""One picture of people by emotions: what the synthetic world looks like.

``python -m labkit.synthetic.contact_sheet`` writes the one in ``data/README.md``.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from labkit.emotions import EMOTIONS
from labkit.paths import data_dir
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig
from labkit.synthetic.worlds.ravdess import RavdessWorld

CELL = (150, 176)  # width, height in pixels
BAR = 22  # pixels, above the columns, for the emotions' names
PEOPLE = ("01", "02", "03", "04", "05", "06", "07", "08")


def contact_sheet(people: Sequence[Person], emotions: Sequence[str] = EMOTIONS[:8]) -> np.ndarray:
    """RGB uint8: a row a person, a column an emotion, each at its strongest."""
    width = CELL[0] * len(emotions)
    title = np.full((BAR, width, 3), 255, np.uint8)
    for column, emotion in enumerate(emotions):
        place = (column * CELL[0] + 8, BAR - 6)
        cv2.putText(title, emotion, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 30), 1, cv2.LINE_AA)
    return np.vstack([title, *(_row(person, emotions) for person in people)])


def _row(person: Person, emotions: Sequence[str]) -> np.ndarray:
    rig = Rig(person, 270)
    return np.hstack(
        [_portrait(Clip(person, e, take=t, voice="silent"), rig) for t, e in enumerate(emotions)]
    )


def _portrait(clip: Clip, rig: Rig) -> np.ndarray:
    """The clip's strongest frame, cut out about the head."""
    picture = ClipRenderer(clip, rig).frame(clip.apex)
    x, y = (round(c) for c in clip.scene.centre)
    width, height = CELL
    left = int(np.clip(x - width / 2, 0, picture.shape[1] - width))
    top = int(np.clip(y - 0.52 * height, 0, picture.shape[0] - height))
    return picture[top : top + height, left : left + width]


def write_contact_sheet(file: Path) -> Path:
    """Draw the first people of the default world into a JPEG file."""
    sheet = contact_sheet([RavdessWorld().actor(subject) for subject in PEOPLE])
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 88])
    return file


if __name__ == "__main__":
    print(write_contact_sheet(data_dir() / "pictures" / "people_by_emotion.jpg"))
