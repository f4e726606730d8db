"""The training lab (paper §III): choose, run, watch, stop, and overlay what was run.

A thin shell of ipywidgets over :class:`~labkit.training.experiment.Experiment`, the ledger and
:func:`~labkit.widgets.training_picture.compose_training`. Only training and validation are shown: a knob
that is turned after a look at the test set makes the test worthless.

Training runs in a thread of its own, so that the lab lives while a cell runs, also where the kernel handles
one message at a time (Colab). JupyterLab may run callbacks in several threads, hence the lock. Each control
carries a class name for style sheets and tests: those of the choices, and "run", "stop", "progress",
"message", "picture", "runs", "export" and "download".
"""

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from threading import Event, RLock, Thread

import ipywidgets as widgets
import pandas as pd

from labkit.errors import DataError, LabkitError, TrainingError
from labkit.training import ledger as ledger_file
from labkit.training.experiment import Experiment, Settings
from labkit.training.image_sets import ImageSets
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.training_choices import TrainingChoices
from labkit.widgets.training_picture import PALETTE, WIDTH, Curve, TrainingCurves, compose_training
from labkit.widgets.training_runs import COLUMNS, HEADINGS, cells, past_runs, sorted_runs, to_csv
from labkit.widgets.training_table import RunsTable

CSV_NAME = "training_runs.csv"  # beside the ledger

_WORDS = ("network", "optimizer", "augmentation", "policy", "status")  # columns that are no numbers
_REDRAW = 0.5  # seconds at least between two pictures of a running training; each costs some 40 ms
_NOTE = "Training and validation images only: the test set stays closed here, so that it can judge once."
_MUTED, _WARNING = "color:var(--jp-ui-font-color2,#667085)", "background:#fdf0cd;color:#8a4b08"


class TrainingLab(widgets.VBox):
    """Train the course's networks and compare the runs.

    Args:
        sets: split policy → images.
        networks: names of :data:`labkit.models.MODELS`, or (name, width) for a narrower one.
        settings: what the controls start with.
        ledger: where runs are noted and past ones are read; the results folder's ledger by default.

    Attributes:
        choices: the controls; ``choices.settings`` says what is chosen, and can be assigned.
        experiment: the last one begun; None before.
        runs: the past runs on these pictures, as of :func:`labkit.widgets.training_runs.past_runs`.
    """

    def __init__(
        self,
        sets: Mapping[str, ImageSets],
        *,
        networks: Sequence[str | tuple[str, float]] = ("lenet", ("alexnet-tutorial", 0.25)),
        settings: Settings | None = None,
        ledger: Path | None = None,
    ) -> None:
        self._sets, self._ledger = dict(sets), ledger
        self.experiment: Experiment | None = None
        self._idle = Event()  # no training runs
        self._idle.set()
        self._lock = RLock()
        self.runs = pd.DataFrame(columns=COLUMNS)
        self._drawn_at = 0.0  # when, on the monotonic clock
        self._runs_before = 0  # rows of the table when the last training began
        # Run → colour of those drawn, the longest drawn first; None is the one not in the table yet.
        self._colours: dict[int | None, str] = {}
        self._sort = ("run", True)  # column, descending
        first = settings or Settings(policy=next(iter(self._sets)))
        self.choices = TrainingChoices(networks, list(self._sets), first)
        self._make_buttons()
        self._make_displays()
        self.refresh()
        super().__init__(self._rows())

    # what a person or a notebook does

    def start(self) -> Experiment:
        """Begin a training with the chosen settings, in the background.

        Raises:
            TrainingError: if the settings are impossible, or a training is running; the lab shows it too.
        """
        with self._lock:
            try:
                if not self._idle.is_set():
                    raise TrainingError("A training is running: stop it, or wait for its end.")
                settings = self.choices.settings
                self.experiment = Experiment(
                    settings,
                    self._sets[settings.policy],
                    ledger=self._ledger,
                    show=False,
                    on_change=self._on_change,
                )
            except LabkitError as fault:
                self._say(str(fault), problem=True)
                raise
            self.progress.value, self.progress.bar_style = 0, ""
            self._drawn_at = 0.0
            self._runs_before = len(self.runs)
            self._colours.pop(None, None)
            self._give_colour(None)
            self._idle.clear()
            self.run_button.disabled, self.stop_button.disabled = True, False
            Thread(target=self._train, args=[self.experiment], daemon=True).start()
            return self.experiment

    def stop(self) -> None:
        """End the running training after the batch it is at; its model stays usable."""
        if self.experiment is not None:
            self.experiment.stop()

    def wait(self) -> Experiment | None:
        """Block the cell until the training has ended; an interrupt of the kernel stops the training.

        Raises:
            KeyboardInterrupt: handed on once the training has stopped and the ledger has been told.
        """
        # Not Thread.join: interrupted, it takes the thread for ended (up to Python 3.12).
        try:
            while not self._idle.wait(0.1):  # in short steps, so that an interrupt is heard everywhere
                pass
        except KeyboardInterrupt:
            self.stop()
            self._idle.wait()
            raise
        return self.experiment

    def refresh(self) -> None:
        """Read the past runs from the ledger again."""
        with self._lock:
            try:
                self.runs = past_runs(self._sets, self._ledger)
            except DataError as fault:
                self._say(str(fault), problem=True)
            self._fill_table()
            self._draw()

    def overlay(self, run: int, on: bool = True) -> None:
        """Draw a past run's curves, or no longer; of more than eight, the longest drawn goes.

        Raises:
            TrainingError: if there is no such run.
        """
        with self._lock:
            if run not in set(self.runs["run"]):
                raise TrainingError(f"There is no run {run}: the table has {len(self.runs)}.")
            self._colours.pop(run, None)
            if on:
                self._give_colour(run)
            self._fill_table()
            self._draw()

    def sort(self, column: str, descending: bool = False) -> None:
        """Sort the table by a column of :data:`labkit.widgets.training_runs.HEADINGS`."""
        with self._lock:
            self._sort = (column, descending)
            self._fill_table()

    def write_csv(self) -> Path:
        """Write the past runs, as the table sorts them, beside the ledger, and show a link to them.

        Raises:
            DataError: if the file cannot be written; the link is there all the same.
        """
        with self._lock:
            text = to_csv(sorted_runs(self.runs, *self._sort))
            path = (self._ledger or ledger_file.default_path()).with_name(CSV_NAME)
            data = base64.b64encode(text.encode()).decode()
            link = f'<a download="{CSV_NAME}" href="data:text/csv;base64,{data}">Download {CSV_NAME}</a>'
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            except OSError as error:
                self.download.value = link
                raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error
            place = f'<span style="{_MUTED}">also written to {escape(str(path))}</span>'
            self.download.value = f'<p style="margin:0 8px;line-height:1.35">{link} {place}</p>'
            return path

    # the training's thread

    def _train(self, experiment: Experiment) -> None:
        try:
            experiment.run()
        except LabkitError:
            pass  # the lab shows its sentence
        finally:
            with self._lock:
                try:
                    self._note_end(experiment)
                finally:  # a picture that cannot be drawn does not lock the lab
                    try:
                        self.run_button.disabled, self.stop_button.disabled = False, True
                    finally:
                        self._idle.set()

    def _on_change(self, experiment: Experiment) -> None:
        now = time.monotonic()
        with self._lock:
            if now - self._drawn_at >= _REDRAW:
                self._drawn_at = now
                self._show_progress(experiment)
                self._draw()

    def _note_end(self, experiment: Experiment) -> None:
        """The run gets its place in the table, and keeps its colour there."""
        self.refresh()
        new = self.runs[self.runs["run"] > self._runs_before]
        same = new[new["label"] == str(experiment.settings)]
        if len(same):  # not so where the ledger cannot be written
            self._colours[int(same["run"].iloc[-1])] = self._colours.pop(None)
        self._fill_table()
        self._draw()
        self._show_progress(experiment)

    # what is shown

    def _give_colour(self, run: int | None) -> None:
        if len(self._colours) == len(PALETTE):
            del self._colours[next(key for key in self._colours if key is not None)]
        self._colours[run] = next(colour for colour in PALETTE if colour not in self._colours.values())

    def _draw(self) -> None:
        curves = [self._curve(run, colour) for run, colour in self._colours.items()]
        classes = len(next(iter(self._sets.values())).classes)
        if None in self._colours:
            epochs = self.experiment.settings.epochs
        else:
            epochs = 1 if curves else max(1, self.choices.epochs.value)
        self.picture.value = to_jpeg(compose_training(TrainingCurves(curves, classes, epochs)))

    def _curve(self, run: int | None, colour: str) -> Curve:
        if run is None:
            experiment = self.experiment
            label = str(experiment.settings)
            return Curve("This run", label, colour, experiment.history, experiment.unfinished)
        row = self.runs.set_index("run").loc[run]
        cut = "" if row["status"] == "finished" else f" · {row['status']}"
        return Curve(f"Run {run}", row["label"] + cut, colour, row["history"])

    def _fill_table(self) -> None:
        column, descending = self._sort
        columns = [
            {"key": key, "words": words, "numeric": key not in _WORDS} for key, words in HEADINGS.items()
        ]
        rows = [
            {
                "run": int(row["run"]),
                "label": row["label"],
                "colour": self._colours.get(int(row["run"]), ""),
                "cells": cells(row),
            }
            for _, row in sorted_runs(self.runs, column, descending).iterrows()
        ]
        sort = {"column": column, "descending": descending}
        self.table.table = {"columns": columns, "rows": rows, "sort": sort}

    def _show_progress(self, experiment: Experiment) -> None:
        self.progress.value = experiment.progress
        styles = {"finished": "success", "diverged": "danger", "failed": "danger"}
        self.progress.bar_style = styles.get(experiment.status, "")
        left = experiment.seconds_left
        words = experiment.message + (f" About {_time(left)} left." if left is not None else "")
        self._say(words, problem=experiment.status in ("diverged", "failed"), live=experiment.over)

    def _say(self, words: str, *, problem: bool = False, live: bool = True) -> None:
        """Put a sentence beside the buttons; ``live``: a screen reader says it too."""
        style = f"{_WARNING};padding:4px 10px;border-radius:6px" if problem else ""
        spoken = "polite" if live else "off"
        self.message.value = (
            f'<p role="status" aria-live="{spoken}" class="{"problem" if problem else "fine"}" '
            f'style="margin:0 0 0 8px;line-height:1.35;white-space:normal;{style}">{escape(words)}</p>'
        )

    # the controls

    def _make_buttons(self) -> None:
        small = widgets.Layout(width="92px", flex="none")
        self.run_button = widgets.Button(description="Run", button_style="primary", icon="play", layout=small)
        self.stop_button = widgets.Button(description="Stop", icon="stop", disabled=True, layout=small)
        self.export_button = widgets.Button(description="Export CSV", icon="download")
        self.run_button.on_click(self._shown(self.start))
        self.stop_button.on_click(self._shown(self.stop))
        self.export_button.on_click(self._shown(self.write_csv))

    def _make_displays(self) -> None:
        full = {"width": "100%", "max_width": f"{WIDTH}px"}
        self.progress = widgets.FloatProgress(
            value=0, min=0, max=1, layout=widgets.Layout(width="200px", flex="none")
        )
        self.message = widgets.HTML(layout=widgets.Layout(flex="1 1 auto"))
        self._say("Choose, then press Run.")
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(**full))
        self.table = RunsTable(layout=widgets.Layout(**full))
        self.table.on_msg(lambda _, message, __: self._on_table(message))
        self.download = widgets.HTML()

    def _rows(self) -> list[widgets.Widget]:
        buttons = {"run": self.run_button, "stop": self.stop_button, "export": self.export_button}
        displays = {name: getattr(self, name) for name in ("progress", "message", "picture", "download")}
        for name, control in (buttons | displays | {"runs": self.table}).items():
            control.add_class(name)
        self.choices.layout.max_width = f"{WIDTH}px"
        line = widgets.Layout(align_items="center", max_width=f"{WIDTH}px")
        return [
            self.choices,
            widgets.HBox([self.run_button, self.stop_button, self.progress, self.message], layout=line),
            self.picture,
            widgets.HTML(f'<p style="margin:0;line-height:1.4;{_MUTED}">{_NOTE}</p>'),
            self.table,
            widgets.HBox([self.export_button, self.download], layout=line),
        ]

    def _shown(self, action: Callable[[], object]) -> Callable[[widgets.Button], None]:
        """What a button does; a fault is shown as its sentence."""

        def do(_: widgets.Button) -> None:
            try:
                action()
            except LabkitError as fault:
                self._say(str(fault), problem=True)

        return do

    def _on_table(self, message: dict) -> None:
        if message["do"] == "tick":
            self.overlay(message["run"], message["on"])
        else:
            column, descending = self._sort
            again = message["column"] == column
            self.sort(message["column"], not descending if again else False)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
