"""The affect plane: a clip beside its place in valence and arousal, step by step or playing.

A thin shell of ipywidgets over :func:`labkit.widgets.affect_plane_picture.compose_affect`. Each change sends
the browser one JPEG. Playing keeps the clip's own pace: it shows some five moments a second and passes over
those between. JupyterLab may run callbacks in several threads, hence the lock. Each control carries a class
name ("affect-clip", "affect-prediction", "affect-smoothing", "affect-window", "affect-trail", "affect-time",
"affect-play", "affect-picture", "affect-caption") for style sheets and tests.
"""

from collections.abc import Mapping
from html import escape
from threading import RLock

import ipywidgets as widgets
import numpy as np

from labkit.errors import DataError
from labkit.evaluation.affect_over_time import AFFECT_WAYS
from labkit.widgets.affect_plane_picture import WIDTH, compose_affect
from labkit.widgets.affect_plane_state import LONGEST_TRAIL, LONGEST_WINDOW, AffectClip, AffectState
from labkit.widgets.canvas import to_jpeg

_PICTURE_TIME = 0.2  # seconds between two pictures while playing, at least
_CONTROLS = ("clip", "prediction", "smoothing", "window", "trail", "time", "play", "picture", "caption")


class AffectPlane(widgets.VBox):
    """Pick a clip and a prediction, move or play through the clip, choose how the prediction is smoothed.

    Args:
        clips: name → clip.
        window: where the slider of the window's length starts, in seconds (0 to 4).
        smoothing: the way to start with: "none", "mean" or "exponential".
        trail: where the slider of the trail's length starts, in seconds (0 to 6).
    """

    def __init__(
        self,
        clips: Mapping[str, AffectClip],
        *,
        window: float = 1.0,
        smoothing: str = "mean",
        trail: float = 2.0,
    ) -> None:
        if not clips:
            raise DataError("The affect plane has no clip to show; give it at least one.")
        self._clips = dict(clips)
        self._lock = RLock()
        self._fitting = False
        self._make_controls(window, smoothing, trail)
        self._fit_clip()
        self._show()
        for control in (self.clip, self.prediction, self.smoothing, self.window, self.trail, self.time):
            control.observe(self._on_change, names="value")
        rows = (
            [self.clip, self.prediction],
            [self.smoothing, self.window, self.trail],
            [self.time, self.play],
        )
        super().__init__([*map(widgets.HBox, rows), self.picture, self.caption])

    def _make_controls(self, window: float, smoothing: str, trail: float) -> None:
        self.clip = widgets.Dropdown(options=list(self._clips), description="clip")
        self.prediction = widgets.Dropdown(description="prediction")
        self.smoothing = widgets.Dropdown(options=AFFECT_WAYS, value=smoothing, description="smoothing")
        self.window = _seconds("window (s)", window, LONGEST_WINDOW)
        self.trail = _seconds("trail (s)", trail, LONGEST_TRAIL)
        self.time = widgets.IntSlider(1, 1, 1, description="moment", layout=widgets.Layout(width="560px"))
        self.play = widgets.Play(min=1, max=1)
        self._play_moves_time = widgets.jslink((self.play, "value"), (self.time, "value"))
        self.picture = widgets.Image(
            format="jpeg", layout=widgets.Layout(width="100%", max_width=f"{WIDTH}px")
        )
        self.caption = widgets.HTML()
        for name in _CONTROLS:
            getattr(self, name).add_class(f"affect-{name}")

    @property
    def state(self) -> AffectState:
        """What is shown now."""
        return AffectState(
            self._clips[self.clip.value],
            self.time.value - 1,
            self.prediction.value,
            self.window.value,
            self.smoothing.value,
            self.trail.value,
        )

    def _on_change(self, change: dict) -> None:
        with self._lock:
            if self._fitting:
                return
            if change["owner"] is self.clip:
                self._fit_clip()
            self._show()

    def _fit_clip(self) -> None:
        """Offer the chosen clip's moments and predictions, and start at its first moment.

        The prediction stays the same if the clip has it, so that two clips can be compared.
        """
        clip = self._clips[self.clip.value]
        chosen, names = self.prediction.value, list(clip.predictions)
        self._fitting = True
        try:
            self.prediction.options = names
            self.prediction.value = chosen if chosen in names else names[0]
            self.time.value = 1
            self.time.max = self.play.max = len(clip.times)
            step = float(np.median(np.diff(clip.times))) if len(clip.times) > 1 else 1.0
            self.play.step = max(1, round(_PICTURE_TIME / step))
            self.play.interval = round(1000 * step * self.play.step)
        finally:
            self._fitting = False

    def _show(self) -> None:
        state = self.state
        self.picture.value = to_jpeg(compose_affect(state))
        # ipywidgets gives an image no alternative text (and its tooltip breaks the view): the caption is it.
        self.caption.value = f'<p role="status" aria-live="polite">{escape(state.caption)}</p>'


def _seconds(description: str, value: float, longest: float) -> widgets.FloatSlider:
    return widgets.FloatSlider(
        value, min=0, max=longest, step=0.1, description=description, readout_format=".1f"
    )
