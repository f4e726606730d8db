"""The labelling widget in JupyterLab: keys, buttons, undo, the files they make, going on after a reload."""

import json
from pathlib import Path

import cv2
import pytest
from lab import write_notebook

from labkit.synthetic import Person, render_still

CELL = """
from pathlib import Path

from labkit.widgets.label_book import LabelBook
from labkit.widgets.labelling import LabellingWidget

faces = sorted(Path("faces").iterdir())
automatic = {face.name: "happy" for face in faces}
LabellingWidget(LabelBook(faces, Path("labels")), automatic)
"""
NAMES = [f"{person}_1_{frame}.png" for person in range(1, 5) for frame in (11, 16, 21)]
EMOTIONS = ("happy", "sad", "surprised", "disgust")
CELL_KINDS = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.type)"


@pytest.fixture(scope="module")
def labels(lab_root: Path) -> Path:
    """The folder the labels go to, beside twelve faces and the notebook that labels them."""
    (lab_root / "faces").mkdir()
    for number, name in enumerate(NAMES):
        frame = render_still(Person.from_seed(number), EMOTIONS[number % 4], size=(320, 180))
        face = cv2.resize(frame[24:164, 90:230], (64, 64), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(lab_root / "faces" / name), cv2.cvtColor(face, cv2.COLOR_RGB2BGR))
    write_notebook(lab_root / "labelling.ipynb", CELL)
    return lab_root / "labels"


@pytest.fixture(scope="module")
def notebook(lab, labels: Path):
    with lab.open("labelling.ipynb") as opened:
        opened.run_all()
        yield opened


def shows(notebook, face: int) -> None:
    """Wait until the widget shows a face, by its place in the queue."""
    words = f"Face {face} of {len(NAMES)}"
    notebook.page.locator(".labelling .place", has_text=words).wait_for(timeout=10_000)


def press(notebook, key: str, then: int) -> None:
    notebook.page.keyboard.press(key)
    shows(notebook, then)


def on_disk(labels: Path) -> list[str]:
    return sorted(str(path.relative_to(labels)) for path in labels.glob("*/*"))


def test_keys_label_skip_and_undo(notebook, labels):
    notebook.find(".labelling .frame").click()
    press(notebook, "1", then=2)
    press(notebook, "3", then=3)
    assert on_disk(labels) == [f"disgust/{NAMES[0]}", f"sad/{NAMES[1]}"]
    press(notebook, "u", then=2)
    press(notebook, "2", then=3)
    press(notebook, "s", then=4)
    press(notebook, "Backspace", then=3)
    press(notebook, "s", then=4)
    assert on_disk(labels) == [f"disgust/{NAMES[0]}", f"happy/{NAMES[1]}"]
    journal = [json.loads(line) for line in (labels / "labels.jsonl").read_text().splitlines()]
    assert [line["step"] for line in journal] == [
        "disgust", "sad", "undone", "happy", "skipped", "undone", "skipped",
    ]  # fmt: skip


def test_plain_keys_stay_from_the_notebook(notebook):
    for key in "bxm":  # there: a new cell below, cut the cell, make it Markdown
        notebook.page.keyboard.press(key)
    press(notebook, "4", then=5)
    press(notebook, "u", then=4)
    assert notebook.page.evaluate(CELL_KINDS) == ["code"]


def test_the_automatic_label_comes_on_demand_and_after_the_hands(notebook):
    strip = notebook.find(".labelling .strip")
    assert "the same" not in strip.inner_text()
    notebook.find(".labelling .compare input").check()
    strip.get_by_text("✓ the same").wait_for()
    assert strip.locator("li").all_inner_texts() == ["happy\n✓ the same", "disgust\n≠ happy"]
    assert "the same for 1 of 2" in notebook.find(".labelling .compare").inner_text()


def test_buttons_do_what_the_keys_do(notebook, labels):
    notebook.find(".labelling .emotion[data-emotion=surprised]").click()
    shows(notebook, 5)
    assert f"surprised/{NAMES[3]}" in on_disk(labels)
    assert "Labelled surprised. Face 5 of 12." in notebook.find(".labelling .said").inner_text()
    press(notebook, "u", then=4)  # the keys go on working after a click
    notebook.find(".labelling .emotion[data-emotion=sad]").click()
    shows(notebook, 5)


def test_a_reload_goes_on_where_it_stopped(notebook, lab, labels, screenshots):
    with lab.open("labelling.ipynb") as again:
        again.run_all()
        shows(again, 5)
        assert "3 labelled · 1 skipped · 8 left" in again.find(".labelling .tally").inner_text()
        again.find(".labelling .frame").click()
        for face, key in enumerate("24132", start=5):
            press(again, key, then=face + 1)
        again.page.screenshot(path=screenshots / "labelling.png")
        press(again, "1", then=11)
        press(again, "2", then=12)
        again.page.keyboard.press("3")
        again.page.locator(".labelling.ended").wait_for()
        assert len(on_disk(labels)) == len(NAMES) - 1
        again.page.keyboard.press("u")
        shows(again, 12)
