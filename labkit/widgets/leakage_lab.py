"""The leakage lab: how much of an accuracy is memory, over people, models and labels.

A thin shell of ipywidgets over :class:`~labkit.scrutiny.leakage.LeakageStudy` and
:func:`labkit.widgets.leakage_picture.compose_leak`. Each change trains nine small models, which takes about a
second; what was measured once is remembered. JupyterLab may run callbacks in several threads, hence the lock.
Each control carries a class name ("leak-people", "leak-model", "leak-labels", "leak-picture", "leak-caption")
for style sheets and tests.
"""

from html import escape
from threading import RLock

import ipywidgets as widgets

from labkit.scrutiny.leakage import FEWEST, LABELS, Leak, LeakageStudy
from labkit.scrutiny.readers import READERS
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.leakage_picture import WIDTH, compose_leak, tell_leak

_STEP = 3  # people
_CONTROLS = ("people", "model", "labels", "picture", "caption")


class LeakageLab(widgets.VBox):
    """Turn the knobs of a split.

    Args:
        study: the crowd that people are taken from.
        people: how many to start with; by default as many as there are.
    """

    def __init__(self, study: LeakageStudy, people: int | None = None) -> None:
        self._study, self._lock = study, RLock()
        most = len(study.crowd.people)
        self._make_controls(most, people or most)
        self._show()
        for control in (self.people, self.model, self.labels):
            control.observe(lambda _: self._show(), names="value")
        line = widgets.Layout(align_items="center", max_width=f"{WIDTH}px")
        super().__init__(
            [widgets.HBox([self.people, self.model, self.labels], layout=line), self.picture, self.caption]
        )

    def _make_controls(self, most: int, people: int) -> None:
        narrow = widgets.Layout(width="245px")
        self.people = widgets.IntSlider(
            people, FEWEST, most, _STEP, description="people", continuous_update=False, layout=narrow
        )
        self.model = widgets.Dropdown(options=list(READERS), description="model", layout=narrow)
        self.labels = widgets.Dropdown(options=list(LABELS), description="labels", layout=narrow)
        self.picture = widgets.Image(
            format="jpeg", layout=widgets.Layout(width="100%", max_width=f"{WIDTH}px")
        )
        self.caption = widgets.HTML()
        for name in _CONTROLS:
            getattr(self, name).add_class(f"leak-{name}")

    @property
    def leak(self) -> Leak:
        """What is shown now."""
        return self._study.measure(self.people.value, self.model.value, self.labels.value)

    def _show(self) -> None:
        with self._lock:
            leak = self.leak
            self.picture.value = to_jpeg(compose_leak(leak))
            # ipywidgets gives an image no alternative text: the caption is it.
            self.caption.value = f'<p role="status" aria-live="polite">{escape(tell_leak(leak))}</p>'
