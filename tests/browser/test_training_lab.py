"""The training lab in JupyterLab: run, watch the curves move, stop, run another, overlay, sort and export."""

from pathlib import Path

import pandas as pd
import pytest
from lab import write_notebook

SETS = """
from pathlib import Path
import numpy as np
from labkit.training.experiment import Settings
from labkit.training.image_sets import ImageSets
from labkit.widgets.training_lab import TrainingLab

def image_sets(policy):
    random = np.random.default_rng(0)
    labels = {part: np.arange(n) % 4 for part, n in (("train", 240), ("validation", 80), ("test", 80))}
    images = {
        part: (random.integers(0, 190, (len(y), 28, 28, 3)) + 20 * y[:, None, None, None]).astype(np.uint8)
        for part, y in labels.items()
    }
    subjects = {part: np.full(len(y), part) for part, y in labels.items()}
    classes = ("disgust", "happy", "sad", "surprised")
    return ImageSets(classes, images, labels, policy, "", "synthetic", subjects)

lab = TrainingLab(
    {policy: image_sets(policy) for policy in ("random", "by subject")},
    settings=Settings(epochs=400, batch_size=20),
    ledger=Path("training/ledger.jsonl"),
)
lab
"""
# Waits in a cell of its own, once there has been a run.
WAIT = "if len(lab.runs):\n    lab.start()\n    lab.wait()"
RUN_WAIT = """() => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
    window.jupyterapp.commands.execute('notebook:run-cell');
}"""
INTERRUPT = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()"


@pytest.fixture(scope="module")
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "training.ipynb", SETS, WAIT)
    with lab.open("training.ipynb") as opened:
        opened.run_all()
        yield opened


def says(notebook, words: str, seconds: float = 60) -> None:
    notebook.page.locator(".message", has_text=words).wait_for(timeout=1000 * seconds)


def table(notebook) -> list[list[str]]:
    """The runs as the browser shows them, without the column of ticks."""
    rows = notebook.find(".runs").locator("tbody tr").all()
    return [row.locator("td:not(.tick)").all_inner_texts() for row in rows]


def type_in(notebook, control: str, value: object) -> None:
    box = notebook.find(f".{control} input")
    box.fill(str(value))
    box.press("Enter")


def test_the_curves_move_and_stop_leaves_a_run(notebook):
    assert notebook.find(".stop").is_disabled()
    empty = notebook.pixels()
    notebook.find("button.run").click()
    first = notebook.pixels_after(empty, seconds=60)
    says(notebook, "left.")
    second = notebook.pixels_after(first)
    notebook.pixels_after(second)
    assert notebook.find("button.run").is_disabled()
    notebook.find("button.stop").click()
    says(notebook, "the model is usable")
    ((run, network, optimizer, rate, batch, epochs, *_, status, _, _, _),) = table(notebook)
    assert (run, network, optimizer, rate, batch, status) == ("1", "lenet", "sgd", "0.001", "20", "stopped")
    assert epochs.endswith(" of 400")


def test_a_second_run_is_overlaid_on_the_first(notebook, screenshots):
    notebook.find(".optimizer select").select_option("adam")
    type_in(notebook, "epochs", 12)
    notebook.find("button.run").click()
    says(notebook, "Finished after 12 epochs.")
    assert [row[2] for row in table(notebook)] == ["adam", "sgd"]
    ticks = notebook.find(".runs").locator("tbody input")
    assert [tick.is_checked() for tick in ticks.all()] == [True, True]
    notebook.find(".network").scroll_into_view_if_needed()
    notebook.page.screenshot(path=screenshots / "training_lab.png")
    both = notebook.pixels()
    ticks.nth(1).uncheck()
    one = notebook.pixels_after(both)
    ticks.nth(1).check()
    notebook.pixels_after(one)


def test_a_heading_sorts_and_keeps_the_focus(notebook):
    heading = notebook.find(".runs th:has-text('optimizer') button")
    for order in (["adam", "sgd"], ["sgd", "adam"]):
        heading.focus()
        notebook.page.keyboard.press("Enter")
        notebook.page.wait_for_function(
            "order => [...document.querySelectorAll('.runs tbody tr td:nth-child(4)')]"
            ".map(cell => cell.innerText).join() === order.join()",
            arg=order,
        )
    assert notebook.page.evaluate("() => document.activeElement.innerText").startswith("optimizer")
    assert notebook.find(".runs th:has-text('optimizer')").get_attribute("aria-sort") == "descending"


def test_the_runs_are_exported(notebook, lab_root):
    notebook.find("button.export").click()
    link = notebook.find(".download a")
    with notebook.page.expect_download() as waiting:
        link.click()
    downloaded = pd.read_csv(waiting.value.path())
    assert downloaded.equals(pd.read_csv(lab_root / "training" / "training_runs.csv"))
    assert downloaded["optimizer"].tolist() == ["sgd", "adam"]  # as the table is sorted
    assert downloaded["epochs"].tolist()[1] == 12


def test_an_impossible_batch_is_explained(notebook, screenshots):
    type_in(notebook, "batch_size", 1000)
    notebook.find("button.run").click()
    says(notebook, "A batch of 1000 images cannot be drawn from a training set of 240")
    assert notebook.find("button.run").is_enabled()
    notebook.page.screenshot(path=screenshots / "training_lab_problem.png")


def test_the_lab_lives_while_a_cell_runs_and_an_interrupt_stops_the_training(notebook):
    type_in(notebook, "batch_size", 20)
    type_in(notebook, "epochs", 400)
    notebook.page.evaluate(RUN_WAIT)
    says(notebook, "left.")
    notebook.pixels_after(notebook.pixels())
    notebook.page.evaluate(INTERRUPT)
    says(notebook, "the model is usable")
    notebook.find(".jp-OutputArea-output:has-text('KeyboardInterrupt')").wait_for()
    assert len(table(notebook)) == 3
