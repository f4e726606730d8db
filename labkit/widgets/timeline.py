"""The timeline: step or play through a clip, and see what smoothing does to the answers (paper §6.1).

A thin shell of ipywidgets over :func:`labkit.widgets.timeline_picture.compose_timeline`. Each change sends
the browser one JPEG. JupyterLab may run callbacks in several threads, hence the lock. Each control carries a
class name ("timeline-clip", "timeline-time", "timeline-play", "timeline-window", "timeline-smoothing",
"timeline-picture", "timeline-caption") for style sheets and tests.
"""

from collections.abc import Mapping
from html import escape
from threading import RLock

import ipywidgets as widgets

from labkit.errors import DataError
from labkit.evaluation.over_time import WAYS
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.timeline_picture import WIDTH, compose_timeline
from labkit.widgets.timeline_state import LONGEST_WINDOW, TimelineClip, TimelineState


class Timeline(widgets.VBox):
    """Pick a clip, move or play through its moments, choose how its answers are smoothed.

    Args:
        clips: name → clip.
        window: where the slider of the window's length starts, in seconds (0 to 2).
        smoothing: the way to start with: "none", "mean", "vote" or "exponential".
    """

    def __init__(
        self, clips: Mapping[str, TimelineClip], *, window: float = 1.0, smoothing: str = "mean"
    ) -> None:
        if not clips:
            raise DataError("The timeline has no clip to show; give it at least one.")
        self._clips = dict(clips)
        self._lock = RLock()
        self._fitting_time = False
        self._make_controls(window, smoothing)
        self._fit_time()
        self._show()
        for control in (self.clip, self.time, self.window, self.smoothing):
            control.observe(self._on_change, names="value")
        rows = ([self.clip], [self.smoothing, self.window], [self.time, self.play])
        super().__init__([*map(widgets.HBox, rows), self.picture, self.caption])

    def _make_controls(self, window: float, smoothing: str) -> None:
        self.clip = widgets.Dropdown(options=list(self._clips), description="clip")
        self.time = widgets.IntSlider(1, 1, 1, description="moment", layout=widgets.Layout(width="560px"))
        self.play = widgets.Play(min=1, max=1, interval=300)
        self._play_moves_time = widgets.jslink((self.play, "value"), (self.time, "value"))
        self.window = widgets.FloatSlider(
            window, min=0, max=LONGEST_WINDOW, step=0.1, description="window (s)", readout_format=".1f"
        )
        self.smoothing = widgets.Dropdown(options=WAYS, value=smoothing, description="smoothing")
        self.picture = widgets.Image(
            format="jpeg", layout=widgets.Layout(width="100%", max_width=f"{WIDTH}px")
        )
        self.caption = widgets.HTML()
        for name in ("clip", "time", "play", "window", "smoothing", "picture", "caption"):
            getattr(self, name).add_class(f"timeline-{name}")

    @property
    def state(self) -> TimelineState:
        """What is shown now."""
        clip = self._clips[self.clip.value]
        return TimelineState(clip, self.time.value - 1, self.window.value, self.smoothing.value)

    def _on_change(self, change: dict) -> None:
        with self._lock:
            if self._fitting_time:
                return
            if change["owner"] is self.clip:
                self._fit_time()
            self._show()

    def _fit_time(self) -> None:
        """Give the time slider the moments of the chosen clip, and start at the first."""
        self._fitting_time = True
        try:
            self.time.value = 1
            self.time.max = self.play.max = len(self._clips[self.clip.value].times)
        finally:
            self._fitting_time = False

    def _show(self) -> None:
        state = self.state
        self.picture.value = to_jpeg(compose_timeline(state))
        # ipywidgets gives an image no alternative text (and its tooltip breaks the view): the caption is it.
        self.caption.value = f'<p role="status" aria-live="polite">{escape(state.caption)}</p>'
