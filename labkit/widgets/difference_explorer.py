"""The gap/stride explorer (paper §3.1): move gap and stride, step through time, see what the gap does.

A thin shell of ipywidgets over :func:`labkit.widgets.difference_picture.compose_picture`. Each change sends
the browser one JPEG. JupyterLab may run callbacks in several threads, hence the lock. Each control carries a
class name ("clip", "alignment", "gap", "stride", "time", "play", "picture", "caption") for style sheets and
tests.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from threading import RLock

import ipywidgets as widgets
import numpy as np

from labkit.preprocessing.face_cache import FaceClip
from labkit.preprocessing.gap_measures import MAX_GAP
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.difference_picture import WIDTH, compose_picture
from labkit.widgets.explorer_state import ExplorerClip, ExplorerState

TRACKED, PER_FRAME = "tracked", "per-frame"

Faces = np.ndarray | FaceClip


class DifferenceExplorer(widgets.VBox):
    """Pick a clip, move gap and stride, step or play through its pairs.

    Args:
        clips: name → aligned faces, as an array (T, S, S, 3) uint8 or an open :class:`FaceClip`, which is
            read when first chosen.
        per_frame: the same names → the faces cut frame by frame, the paper's plain way; adds a switch.
        fps: frames a second of the clips that are arrays.
        gap, stride: where the two sliders start, in frames.
    """

    def __init__(
        self,
        clips: Mapping[str, Faces],
        *,
        per_frame: Mapping[str, Faces] | None = None,
        fps: float = 30.0,
        gap: int = 5,
        stride: int = 4,
    ) -> None:
        sources = {TRACKED: clips} | ({PER_FRAME: per_frame} if per_frame else {})
        self._clip = lru_cache(maxsize=8)(lambda way, name: ExplorerClip.load(sources[way][name], fps))
        self._lock = RLock()
        self._fitting_time = False
        self._frame = 0  # where the time slider was last put; gap and stride keep it
        self._make_controls(list(clips), list(sources), gap, stride)
        self._fit_time()
        self._show()
        for control in (self.clip, self.alignment, self.gap, self.stride, self.time):
            control.observe(self._on_change, names="value")
        choice = [self.clip, self.alignment] if per_frame else [self.clip]
        rows = (choice, [self.gap, self.stride], [self.time, self.play])
        super().__init__([*map(widgets.HBox, rows), self.picture, self.caption])

    def _make_controls(self, names: list[str], ways: list[str], gap: int, stride: int) -> None:
        self.clip = widgets.Dropdown(options=names, description="clip")
        self.alignment = widgets.ToggleButtons(options=ways)
        self.gap = widgets.IntSlider(gap, 1, MAX_GAP, description="gap")
        self.stride = widgets.IntSlider(stride, 1, MAX_GAP, description="stride")
        self.time = widgets.IntSlider(1, 1, 1, description="pair")
        self.play = widgets.Play(min=1, max=1, interval=150)
        self._play_moves_time = widgets.jslink((self.play, "value"), (self.time, "value"))
        self.picture = widgets.Image(
            format="jpeg", layout=widgets.Layout(width="100%", max_width=f"{WIDTH}px")
        )
        self.caption = widgets.HTML()
        for name in ("clip", "alignment", "gap", "stride", "time", "play", "picture", "caption"):
            getattr(self, name).add_class(name)

    @property
    def state(self) -> ExplorerState:
        """What is shown now."""
        clip = self._clip(self.alignment.value, self.clip.value)
        return clip.state(self.gap.value, self.stride.value, self.time.value - 1)

    def _on_change(self, change: dict) -> None:
        with self._lock:
            if self._fitting_time:
                return
            if change["owner"] is not self.time:
                self._fit_time()
            elif len(self.state.pairs):
                self._frame = self.state.pair[0]
            self._show()

    def _fit_time(self) -> None:
        """Give the time slider the pairs of this clip, gap and stride, near the frame chosen last."""
        starts = self.state.pairs[:, 0]
        nearest = int(np.abs(starts - self._frame).argmin()) if len(starts) else 0
        self._fitting_time = True
        try:
            self.time.max = self.play.max = max(1, len(starts))
            self.time.value = nearest + 1
        finally:
            self._fitting_time = False

    def _show(self) -> None:
        state = self.state
        self.picture.value = to_jpeg(compose_picture(state))
        # ipywidgets gives an image no alternative text (and its tooltip breaks the view): the caption is it.
        self.caption.value = f'<p role="status" aria-live="polite">{escape(state.caption)}</p>'
