"""The training lab without a browser: its picture, past runs, controls, and trainings in its thread."""

import signal
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_experiment import BRIEF, image_sets

from labkit.errors import DataError, TrainingError
from labkit.training import ledger
from labkit.training.experiment import Experiment, Settings, identity
from labkit.training.image_sets import ImageSets
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.training_lab import TrainingLab
from labkit.widgets.training_picture import PALETTE, Curve, TrainingCurves, compose_training
from labkit.widgets.training_runs import HEADINGS, past_runs, sorted_runs, to_csv


def records(epochs: int, loss: float = 1.0) -> list[dict]:
    """A history as the ledger keeps it."""
    return [
        {
            "epoch": epoch,
            "learning_rate": 1e-3,
            "loss": loss / epoch,
            "accuracy": 1 - 0.7 / epoch,
            "val_loss": loss / epoch + 0.1,
            "val_accuracy": 1 - 0.8 / epoch,
            "seconds": 0.5,
        }
        for epoch in range(1, epochs + 1)
    ]


def curve(epochs: int, loss: float = 1.0, **others) -> Curve:
    history = pd.DataFrame(records(epochs, loss), columns=records(1)[0].keys())
    return Curve(**{"name": "Run 1", "label": "lenet", "colour": PALETTE[0], "history": history} | others)


@pytest.fixture(scope="module")
def sets() -> dict[str, ImageSets]:
    return {policy: image_sets(policy) for policy in ("random", "by subject")}


@pytest.fixture
def path(tmp_path, sets):
    """A ledger of two runs on these pictures, the second stopped in its first epoch, among other lines."""
    path = tmp_path / "ledger.jsonl"
    second = replace(BRIEF, policy="by subject", optimizer="rmsprop", batch_size=4)
    other = identity(BRIEF, image_sets(seed=1))
    for details, status, epochs in (
        (identity(BRIEF, sets["random"]), "finished", 3),
        ({"profile": "fast"}, "finished", 1),
        (other, "finished", 5),
        (identity(second, sets["by subject"]), "stopped", 0),
    ):
        line = {"details": details, "status": status, "history": records(epochs), "judged": {"accuracy": 0.5}}
        ledger.append(line, path)
    return path


@pytest.fixture
def lab(sets, path) -> TrainingLab:
    return TrainingLab(sets, settings=BRIEF, ledger=path)


# the picture


def test_the_picture_follows_every_curve_and_the_unfinished_epoch():
    now = {"epoch": 2.5, "loss": 0.4, "accuracy": 0.6}
    states = [
        TrainingCurves([], 4, 10),
        TrainingCurves([curve(2)], 4, 10),
        TrainingCurves([curve(3)], 4, 10),
        TrainingCurves([curve(2, unfinished=now)], 4, 10),
        TrainingCurves([curve(2, unfinished=now | {"epoch": 2.8})], 4, 10),
        TrainingCurves([curve(2), curve(3, name="Run 2", colour=PALETTE[1])], 4, 10),
        TrainingCurves([curve(0, unfinished=now)], 4, 1),
    ]
    pictures = [compose_training(state) for state in states]
    assert all(picture.dtype == np.uint8 and picture.shape[1:] == (1800, 3) for picture in pictures)
    assert len({to_jpeg(picture) for picture in pictures}) == len(states)


@pytest.mark.parametrize("loss", [np.nan, np.inf, 1e30])
def test_a_loss_off_the_scale_leaves_the_others_readable(loss):
    state = TrainingCurves([curve(3), curve(3, loss)], classes=4)
    assert state.highest_loss < 3.3 * np.log(4)
    assert compose_training(state).std() > 0


def test_the_axis_holds_the_longest_run():
    assert TrainingCurves([curve(3), curve(7)], 4, epochs=5).last_epoch == 7
    assert TrainingCurves([curve(3)], 4, epochs=25).last_epoch == 25


@pytest.mark.parametrize(("epochs", "classes"), [(10_001, 4), (123_456, 4), (25, 1000)])
def test_axes_of_any_length_are_drawn(epochs, classes):
    state = TrainingCurves([curve(3, 1e9)], classes, epochs)
    assert compose_training(state).std() > 0


# past runs


def test_only_runs_on_these_pictures_are_listed_and_nothing_of_the_test_set(sets, path):
    runs = past_runs(sets, path)
    assert runs["run"].tolist() == [1, 2] and runs["optimizer"].tolist() == ["adam", "rmsprop"]
    assert runs["epochs"].tolist() == [3, 0] and runs["asked"].tolist() == [3, 3]
    assert runs["val_accuracy"][0] == pytest.approx(1 - 0.8 / 3) and np.isnan(runs["val_accuracy"][1])
    assert not {"accuracy", "loss", "judged", "predictions"} & set(runs)
    assert past_runs(sets, path.with_name("none.jsonl")).empty


def test_runs_are_sorted_with_missing_figures_last(sets, path):
    runs = past_runs(sets, path)
    for descending in (True, False):
        assert sorted_runs(runs, "val_accuracy", descending)["run"].tolist() == [1, 2]
    assert sorted_runs(runs, "batch_size", False)["run"].tolist() == [2, 1]
    assert sorted_runs(runs, "network", False)["run"].tolist() == [2, 1]  # equal: newest first
    assert to_csv(runs).splitlines()[0].split(",")[: len(HEADINGS)] == list(HEADINGS)


# the lab


def test_the_controls_say_the_settings(lab):
    assert lab.choices.settings == BRIEF
    wanted = Settings("alexnet-tutorial", 0.25, "rmsprop", 0.01, 4, 7, True, "by subject", 3)
    lab.choices.settings = wanted
    assert lab.choices.settings == wanted and lab.choices.network.label == "alexnet-tutorial ×0.25"


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("batch_size", 41, "batch of 41 images .* training set of 40"),
        ("epochs", 0, "epochs must be above zero"),
        ("learning_rate", -1.0, "learning_rate must be above zero"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(lab, control, value, words):
    getattr(lab.choices, control).value = value
    with pytest.raises(TrainingError, match=words):
        lab.start()
    lab.message.value = ""
    lab.run_button.click()
    assert 'class="problem"' in lab.message.value and control.split("_")[0] in lab.message.value
    assert not lab.run_button.disabled and lab.experiment is None


def shown(lab: TrainingLab) -> dict[str, str]:
    """Run → colour of those the table ticks, in the order of its rows."""
    return {row["run"]: row["colour"] for row in lab.table.table["rows"] if row["colour"]}


def test_ticks_overlay_and_headings_sort(lab):
    empty = lab.picture.value
    lab._on_table({"do": "tick", "run": 1, "on": True})
    one = lab.picture.value
    lab._on_table({"do": "tick", "run": 2, "on": True})
    assert shown(lab) == {2: PALETTE[1], 1: PALETTE[0]} and len({empty, one, lab.picture.value}) == 3
    lab._on_table({"do": "tick", "run": 2, "on": False})
    assert lab.picture.value == one and shown(lab) == {1: PALETTE[0]}
    for descending in (False, True):
        lab._on_table({"do": "sort", "column": "optimizer"})
        assert lab.table.table["sort"] == {"column": "optimizer", "descending": descending}
        rows = [row["run"] for row in lab.table.table["rows"]]
        assert rows == ([2, 1] if descending else [1, 2])


def test_of_more_runs_than_colours_the_longest_drawn_goes(lab, sets, path):
    for seed in range(8):
        details = identity(replace(BRIEF, seed=seed), sets["random"])
        ledger.append({"details": details, "status": "finished", "history": records(2)}, path)
    lab.refresh()
    for run in range(1, 11):
        lab.overlay(run)
    assert set(shown(lab)) == set(range(3, 11)) and len(set(shown(lab).values())) == 8
    with pytest.raises(TrainingError, match="no run 11: the table has 10"):
        lab.overlay(11)


def test_the_runs_are_written_as_csv_with_a_link(lab, path):
    lab.export_button.click()
    written = pd.read_csv(path.with_name("training_runs.csv"))
    assert written["run"].tolist() == [2, 1] and written["status"].tolist() == ["stopped", "finished"]
    assert "data:text/csv;base64," in lab.download.value
    path.with_name("training_runs.csv").unlink()
    path.with_name("training_runs.csv").mkdir()
    with pytest.raises(DataError, match="training_runs.csv cannot be written"):
        lab.write_csv()


def test_a_ledger_that_cannot_be_read_is_said_and_costs_no_run(sets, path, monkeypatch):
    def unreadable(*about):
        raise DataError("The ledger cannot be read.")

    monkeypatch.setattr("labkit.widgets.training_lab.past_runs", unreadable)
    lab = TrainingLab(sets, settings=replace(BRIEF, epochs=1), ledger=path)
    assert "The ledger cannot be read." in lab.message.value and lab.runs.empty
    lab.start()
    assert lab.wait().status == "finished" and not lab.run_button.disabled


def test_a_run_is_seen_noted_and_overlaid(lab):
    pictures = []
    lab.picture.observe(lambda change: pictures.append(change["new"]), "value")
    lab.run_button.click()
    assert lab.run_button.disabled and not lab.stop_button.disabled
    with pytest.raises(TrainingError, match="is running"):
        lab.start()
    experiment = lab.wait()
    assert experiment is lab.experiment and experiment.status == "finished" and experiment.judged is None
    assert "Finished after 3 epochs." in lab.message.value and lab.progress.value == 1
    assert len(set(pictures)) >= 2 and list(shown(lab)) == [3]
    assert lab.runs["val_loss"].iloc[-1] == experiment.history["val_loss"].iloc[-1]
    assert not lab.run_button.disabled and lab.stop_button.disabled


def test_an_interrupt_while_waiting_stops_the_run_and_keeps_the_model(lab, monkeypatch):
    lab.choices.epochs.value = 3000
    begun = threading.Event()
    ended = Experiment._batch_ended

    def watched(self, *about):
        ended(self, *about)
        begun.set()

    monkeypatch.setattr(Experiment, "_batch_ended", watched)
    here = threading.get_ident()

    def interrupt():
        begun.wait(60)
        signal.pthread_kill(here, signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        threading.Thread(target=interrupt).start()
        lab.start()
        with pytest.raises(KeyboardInterrupt):
            lab.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    assert lab.experiment.status == "stopped" and "the model is usable" in lab.message.value
    assert lab.experiment.model.predict(np.zeros((1, 12, 12, 3)), verbose=0).shape == (1, 4)
    assert lab.runs["status"].iloc[-1] == "stopped" and not lab.run_button.disabled


def test_a_diverging_run_is_explained(lab):
    lab.choices.settings = replace(BRIEF, optimizer="sgd", learning_rate=1e38)
    lab.start()
    lab.wait()
    assert "lower the learning rate" in lab.message.value and 'class="problem"' in lab.message.value
    assert lab.progress.bar_style == "danger" and lab.runs["status"].iloc[-1] == "diverged"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_picture_that_cannot_be_drawn_does_not_lock_the_lab(lab, monkeypatch):
    def broken(experiment):
        raise ValueError("No picture.")

    monkeypatch.setattr(Experiment, "run", lambda self: self)
    with monkeypatch.context() as patch:
        patch.setattr(lab, "_note_end", broken)
        lab.start()
        assert lab._idle.wait(60) and not lab.run_button.disabled and lab.stop_button.disabled
    assert lab.start() is lab.wait()
