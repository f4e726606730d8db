"""The leakage lab in JupyterLab: its slider and menus, and the pixels one sees."""

from pathlib import Path

import pytest
from lab import write_notebook

CELL = """
import numpy as np
import pandas as pd
from labkit.scrutiny.crowd import EMOTIONS, Crowd
from labkit.scrutiny.leakage import LeakageStudy
from labkit.widgets.leakage_lab import LeakageLab

rng = np.random.default_rng(0)
rows = [
    {"subject": f"{person:03}", "clip": f"{person:03}-{number}", "emotion": emotion, "frame": frame}
    for person in range(12) for number, emotion in enumerate(EMOTIONS) for frame in range(3)
]
clips = rng.integers(0, 200, (len(rows) // 3, 48, 48)).repeat(3, axis=0)
faces = (clips + rng.integers(0, 20, clips.shape)).astype(np.uint8)
LeakageLab(LeakageStudy(Crowd(faces, pd.DataFrame(rows))))
"""
PICTURE = "img.leak-picture"


@pytest.fixture(scope="module")
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "leakage.ipynb", CELL)
    with lab.open("leakage.ipynb") as opened:
        opened.run_all()
        yield opened


def says(notebook, words: str) -> None:
    notebook.page.locator(".leak-caption [role=status]", has_text=words).wait_for(timeout=10_000)


def test_people_models_and_labels_move_picture_and_words(notebook, screenshots):
    says(notebook, "HOG + ridge on 12 people")
    before = notebook.pixels(PICTURE)
    notebook.press("leak-people", "ArrowLeft")
    says(notebook, "on 9 people")
    after = notebook.pixels_after(before, PICTURE)
    notebook.find(".leak-model select").select_option("pixels + nearest neighbour")
    says(notebook, "pixels + nearest neighbour on 9 people")
    notebook.find(".leak-labels select").select_option("a mood for each person")
    says(notebook, "labels a mood for each person")
    assert (notebook.pixels_after(after, PICTURE) != before).any()
    notebook.page.screenshot(path=screenshots / "leakage_lab.png")
