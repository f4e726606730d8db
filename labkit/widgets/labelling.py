"""The labelling widget: a face, a key for each emotion, and the labels on the disk at once.

A thin shell of anywidget over :class:`~labkit.widgets.label_book.LabelBook`. The page hears the keyboard and
sends what was pressed together with the file it showed: a press meant for a face that is already gone is
dropped, so that no face gets a label it was not seen for. Python answers with everything to show in one
message. What the page does stands in ``labelling_page.py``.

An automatic label would bias the eye: it is sent to the page only with a face that has been labelled, and
shown only on demand. JupyterLab may run callbacks in several threads, hence the lock.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import RLock

import anywidget
import cv2
import traitlets

from labkit.emotions import COLOURS, canonical
from labkit.errors import LabkitError
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.label_book import LabelBook, read_face
from labkit.widgets.labelling_page import CSS, ESM

RECENT = 8  # labelled faces shown below
FACE_PIXELS, THUMBNAIL_PIXELS = 600, 158  # twice their sides on the page, for dense screens


class LabellingWidget(anywidget.AnyWidget):
    """Label faces with the keys 1, 2, 3 …; s skips, u or Backspace takes back.

    Args:
        book: the faces and their labels.
        suggestions: file name → automatic label, to compare with the hand's; for all faces or some.
    """

    _esm = ESM
    _css = CSS
    classes = traitlets.List().tag(sync=True)  # emotion and colour of each class, in the order of the keys
    shown = traitlets.Dict().tag(sync=True)  # all that changes with a step
    compare = traitlets.Bool(False).tag(sync=True)  # whether the automatic labels are shown

    def __init__(self, book: LabelBook, suggestions: Mapping[str, str] | None = None) -> None:
        self.book = book
        self._suggestions = {name: canonical(emotion) for name, emotion in (suggestions or {}).items()}
        self._lock = RLock()
        classes = [{"emotion": emotion, "colour": COLOURS[emotion]} for emotion in book.classes]
        super().__init__(classes=classes, shown=self._what_to_show())
        self.on_msg(lambda _, message, __: self.receive(message))

    def receive(self, message: dict) -> None:
        """Do what a press on the page asks for.

        Args:
            message: ``do`` ("label", "skip" or "undo"); ``file``, the name of the face it was pressed for;
                and ``emotion``. A label or skip for another face than the present one is dropped.
        """
        with self._lock:
            face = self.book.face
            try:
                if message["do"] == "undo":
                    self.book.undo()
                    said = "Taken back."
                elif face is None or message["file"] != face.name:
                    return
                elif message["do"] == "skip":
                    self.book.skip()
                    said = "Skipped."
                else:
                    self.book.label(message["emotion"])
                    said = f"Labelled {message['emotion']}."
                self.shown = self._what_to_show(said)
            except LabkitError as problem:
                self.shown = self._what_to_show(problem=str(problem))

    def _what_to_show(self, said: str = "", problem: str = "") -> dict:
        book, progress = self.book, self.book.progress
        after = f"Face {book.place} of {progress.total}." if book.face else "No face is left."
        return {
            "face": _shown_face(book.face),
            "place": book.place,
            "total": progress.total,
            "left": progress.left,
            "counts": book.counts(),
            "skipped": progress.skipped,
            "unreadable": progress.unreadable,
            "can_undo": book.can_undo,
            "recent": [self._shown_recent(copy, emotion) for copy, emotion in book.recent(RECENT)],
            "agreeing": self._agreeing(),
            "said": f"{said} {after}".strip(),
            "problem": problem,
            "notes": book.notes,
            "folder": str(book.root),
        }

    def _shown_recent(self, copy: Path, emotion: str) -> dict:
        picture, automatic = _jpeg(copy, THUMBNAIL_PIXELS), self._suggestions.get(copy.name)
        return {"file": copy.name, "picture": picture, "emotion": emotion, "automatic": automatic}

    def _agreeing(self) -> list[int] | None:
        """How many hand labels equal the automatic one, and of how many; None without suggestions."""
        if not self._suggestions:
            return None
        table = self.book.table()
        automatic = table["file"].map(self._suggestions)
        return [int((table["emotion"] == automatic).sum()), int(automatic.notna().sum())]


def _shown_face(face: Path | None) -> dict | None:
    return {"file": face.name, "picture": _jpeg(face, FACE_PIXELS)} if face else None


@lru_cache(maxsize=32)
def _jpeg(path: Path, pixels: int) -> bytes:
    """An image whose longer side has so many pixels, as a JPEG; empty where it cannot be read."""
    image = read_face(path)
    if image is None:
        return b""
    height, width = image.shape[:2]
    scale = pixels / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return to_jpeg(cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
