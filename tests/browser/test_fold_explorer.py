"""The fold explorer in JupyterLab: cells by mouse and keyboard, folds, outcomes, and the pixels one sees."""

from pathlib import Path

import pytest
from lab import write_notebook

CELL = """
import numpy as np
import pandas as pd
from labkit.synthetic import Person, render_still
from labkit.widgets.fold_explorer import FoldExplorer
from labkit.widgets.fold_explorer_state import FoldAnswers

CLASSES = ("happy", "sad", "neutral", "angry", "surprised", "disgust", "fearful")
rng = np.random.default_rng(0)
people = [Person.from_seed(seed) for seed in (31, 40, 52)]
stills = {
    (number, emotion): render_still(person, emotion, size=(320, 180))[24:164, 90:230]
    for number, person in enumerate(people) for emotion in ("neutral", *CLASSES[:2])
}
emotions = np.array([CLASSES[number] for number in rng.integers(0, 5, 150)])
scores = rng.normal(0, 0.9, (150, 16, 7)) + rng.normal(0, 0.8, (150, 1, 7))
scores[np.arange(150), :, [CLASSES.index(emotion) for emotion in emotions]] += 1.4
logs = scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))
answers = np.exp(logs.mean(axis=1))
faces = [
    np.stack([stills[n % 3, "neutral"]] * 6 + [stills[n % 3, CLASSES[n % 2]]] * 10) for n in range(150)
]
clips = pd.DataFrame({
    "clip": [f"{n + 1:05d}" for n in range(150)],
    "subject": [f"P{n % 3 + 1}" for n in range(150)],
    "fold": np.arange(150) % 5,
    "emotion": emotions,
})
answers /= answers.sum(axis=1, keepdims=True)
FoldExplorer(FoldAnswers(clips, np.exp(logs), answers, faces, CLASSES, "ResNet-20", "synthetic"))
"""
PICTURE = "img.fold-picture"


@pytest.fixture(scope="module")
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "folds.ipynb", CELL)
    with lab.open("folds.ipynb") as opened:
        opened.run_all()
        yield opened


def says(notebook, words: str) -> None:
    notebook.page.locator(".fold-caption [role=status]", has_text=words).wait_for(timeout=10_000)


def cell(notebook, name: str):
    """A button of the matrix by what it says aloud, up to the count."""
    return notebook.find(f'.fold-matrix button[aria-label^="{name}:"]')


def focused(notebook) -> str:
    return notebook.page.evaluate("() => document.activeElement.getAttribute('aria-label') || ''")


def test_a_cell_shows_its_clips(notebook, screenshots):
    before = notebook.pixels(PICTURE)
    says(notebook, "1 of 150 (all folds)")
    button = cell(notebook, "angry taken for sad")
    count = int(button.inner_text())
    assert count > 0
    button.click()
    says(notebook, f"1 of {count} (all folds, truly angry, answered sad): angry, taken for sad")
    notebook.pixels_after(before, PICTURE)
    assert cell(notebook, "angry taken for sad").get_attribute("aria-pressed") == "true"
    assert notebook.find(".fold-truth select").input_value() == "angry"
    notebook.find(".fold-matrix")
    notebook.page.screenshot(path=screenshots / "fold_explorer.png")


def test_the_keyboard_walks_the_matrix_and_presses(notebook):
    cell(notebook, "angry taken for sad").focus()
    for key in ("ArrowUp", "ArrowLeft"):
        notebook.page.keyboard.press(key)
    assert focused(notebook).startswith("neutral taken for happy")
    notebook.page.keyboard.press("Enter")
    says(notebook, "truly neutral, answered happy): neutral, taken for happy")
    notebook.page.wait_for_function("() => document.activeElement.getAttribute('aria-pressed') === 'true'")
    assert focused(notebook).startswith("neutral taken for happy")  # kept, though the matrix was made anew
    stops = notebook.page.locator(".fold-matrix button[tabindex='0']")
    assert stops.count() == 1
    notebook.page.keyboard.press("Space")
    says(notebook, "1 of 150 (all folds)")


def test_a_fold_has_its_own_matrix_and_clips(notebook):
    notebook.find(".fold-fold select").select_option("3")
    says(notebook, "fold 3, 1 of 30 (fold 3)")
    notebook.page.locator(".fold-matrix caption", has_text="Fold 3: 30 clips held out").wait_for()
    counts = notebook.page.locator(".fold-matrix button").all_inner_texts()
    assert len(counts) == 49 and sum(map(int, counts)) == 30


def test_next_shows_the_next_clip(notebook):
    before = notebook.pixels(PICTURE)
    notebook.find("button.fold-next").click()
    says(notebook, "2 of 30 (fold 3)")
    notebook.pixels_after(before, PICTURE)


def test_only_right_answers_then_none(notebook, screenshots):
    notebook.find(".fold-outcome select").select_option("right")
    says(notebook, "fold 3, only right answers): ")
    notebook.find(".fold-truth select").select_option("fearful")
    says(notebook, "No clip matches: fold 3, truly fearful, only right answers.")
    assert notebook.find("button.fold-next").is_disabled()
    notebook.page.screenshot(path=screenshots / "fold_explorer_none.png")
