"""The affect plane in JupyterLab: moments, smoothing, predictions and clips, and the pixels a person sees."""

import re
from pathlib import Path

import numpy as np
import pytest
from lab import write_notebook

CELL = """
import numpy as np
from labkit.synthetic import Person, render_still
from labkit.widgets.affect_plane import AffectPlane
from labkit.widgets.affect_plane_state import AffectClip

def clip(name, seed, emotions, shift):
    rng, person = np.random.default_rng(seed), Person.from_seed(seed)
    faces = [render_still(person, emotion, size=(320, 180))[24:164, 90:230] for emotion in emotions]
    times = np.arange(240) / 15
    truth = np.stack([0.1 + 0.6 * np.sin(times / 2 + shift), 0.3 + 0.4 * np.sin(times / 3)], axis=1)
    frames = 0.8 * truth + rng.normal(0, 0.2, truth.shape)
    over_time = 0.9 * truth + 0.03
    over_time[:30] = np.nan
    truth[150:165] = np.nan
    pictures = [faces[len(faces) * moment // 240] for moment in range(240)]
    predictions = {"CNN": frames, "CNN + GRU": over_time}
    return AffectClip(name, times, pictures, predictions, truth)

AffectPlane({
    "first": clip("video31", 31, ("neutral", "happy", "sad"), 0),
    "second": clip("video40_left", 40, ("sad", "surprised"), 3),
}, smoothing="none")
"""


PLAYED = re.compile(r"moment (10|1[3-9]|[2-9]\d|1\d\d) of 240")  # three pictures on, or later


@pytest.fixture(scope="module")
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "affect_plane.ipynb", CELL)
    with lab.open("affect_plane.ipynb") as opened:
        opened.run_all()
        yield opened


def picture(notebook) -> np.ndarray:
    return notebook.pixels("img.affect-picture")


def changed(notebook, before: np.ndarray) -> np.ndarray:
    return notebook.pixels_after(before, "img.affect-picture")


def says(notebook, words: str) -> None:
    notebook.page.locator(".affect-caption [role=status]", has_text=words).wait_for(timeout=10_000)


def test_the_keyboard_steps_through_the_moments(notebook):
    before = picture(notebook)
    says(notebook, "0.00 s, moment 1 of 240: CNN says")
    notebook.press("affect-time", "PageUp", times=12)
    says(notebook, "moment 61 of 240")
    changed(notebook, before)


def test_smoothing_raises_the_clips_agreement_and_says_so(notebook):
    before = picture(notebook)
    notebook.find(".affect-smoothing select").select_option("mean")
    says(notebook, "the mean over the last 1 s")
    after = changed(notebook, before)
    assert (after[37:56, 8:] != before[37:56, 8:]).any(axis=2).mean() > 0.1  # the curves, on 90 × 60
    sentence = notebook.find(".affect-caption").inner_text()
    pairs = re.findall(r"(\d\.\d\d) frame by frame, (\d\.\d\d) smoothed", sentence)
    assert len(pairs) == 2 and all(float(smooth) > float(plain) for plain, smooth in pairs)


def test_a_window_of_four_seconds_lags_behind(notebook):
    notebook.press("affect-window", "End")
    says(notebook, "the mean over the last 4 s")


def test_another_prediction_of_the_same_moment(notebook, screenshots):
    before = picture(notebook)
    notebook.find(".affect-prediction select").select_option("CNN + GRU")
    says(notebook, "CNN + GRU says")
    says(notebook, "45 of 240 moments lack a label or a prediction")
    changed(notebook, before)
    notebook.page.screenshot(path=screenshots / "affect_plane.png")


def test_another_clip_starts_anew_and_keeps_the_prediction(notebook):
    before = picture(notebook)
    notebook.find(".affect-clip select").select_option("second")
    says(notebook, "0.00 s, moment 1 of 240: CNN + GRU says nothing")
    after = changed(notebook, before)
    assert (after[4:34, :30] != before[4:34, :30]).mean() > 0.5  # the face


def test_playing_passes_over_moments_at_the_clips_pace(notebook):
    notebook.find(".affect-play button").click()
    shown = notebook.page.locator(".affect-caption [role=status]", has_text=PLAYED)
    shown.wait_for(timeout=10_000)
