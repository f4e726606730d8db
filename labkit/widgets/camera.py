"""The camera: a picture every 0.3 s from the browser to Python, and Python's answer beside it (paper §5.4.1).

A thin shell of anywidget. The browser owns the camera, so it works wherever the notebook is looked at, also
when Python runs on another machine. One picture is on its way at a time: where Python takes longer than
0.3 s pictures are left out, none waits in a queue. A picture is judged and forgotten: nothing is stored, and
nothing goes anywhere but to this notebook's Python. What the page does stands in ``camera_page.py``.

JupyterLab may run callbacks in several threads, hence the lock.
"""

from collections.abc import Callable, Mapping
from threading import RLock

import anywidget
import cv2
import numpy as np
import traitlets

from labkit.emotions import COLOURS
from labkit.errors import DataError, LabkitError
from labkit.widgets.camera_page import CSS, ESM
from labkit.widgets.canvas import MUTED

Answer = str | Mapping[str, float]


class Camera(anywidget.AnyWidget):
    """What a camera sees, and what Python says of it; a person starts and stops it.

    Args:
        on_picture: takes a picture, RGB uint8 (height, W, 3), and gives the probability of each emotion,
            to be drawn as bars, or a sentence, such as "No face is found.". An error that it raises is
            shown on the page and stops the camera.
        seconds: from one picture to the next, at least.
        height: pixels of a picture, 90 to 1080.
    """

    _esm = ESM
    _css = CSS
    seconds = traitlets.Float(0.3, min=0.0).tag(sync=True)
    height = traitlets.Int(240, min=90, max=1080).tag(sync=True)

    def __init__(
        self, on_picture: Callable[[np.ndarray], Answer], *, seconds: float = 0.3, height: int = 240
    ) -> None:
        self._on_picture = on_picture
        self._lock = RLock()
        super().__init__(seconds=seconds, height=height)
        self.on_msg(lambda _, message, buffers: self.receive(message, buffers))

    def receive(self, message: dict, buffers: list) -> None:
        """Answer a picture.

        Args:
            message: ``number``, which comes back with the answer, so that the page knows its own.
            buffers: the picture as one JPEG.
        """
        with self._lock:
            try:
                shown = _to_show(self._on_picture(_decoded(buffers)))
            except LabkitError as problem:
                shown = {"problem": str(problem)}
            except Exception as problem:  # the page must not wait for an answer that never comes
                words = f"Python could not judge the picture: {type(problem).__name__}: {problem}"
                self.send(message | {"problem": words})
                raise
            self.send(message | shown)


def _decoded(buffers: list) -> np.ndarray:
    jpeg = np.frombuffer(buffers[0], np.uint8)
    bgr = cv2.imdecode(jpeg, cv2.IMREAD_COLOR) if len(jpeg) else None
    if bgr is None:
        raise DataError("The browser sent a picture that cannot be read; stop the camera and start it again.")
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


def _to_show(answer: Answer) -> dict:
    if isinstance(answer, str):
        return {"words": answer, "bars": []}
    bars = [
        {"name": name, "share": float(share), "colour": COLOURS.get(name, MUTED)}
        for name, share in answer.items()
    ]
    if not bars or not np.isfinite([bar["share"] for bar in bars]).all():
        raise DataError("The network's answer is no probability for each emotion; look at what it was given.")
    return {"words": max(bars, key=lambda bar: bar["share"])["name"], "bars": bars}
