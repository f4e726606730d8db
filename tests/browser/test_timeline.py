"""The timeline in JupyterLab: clips, moments, windows and ways, and the pixels a person sees."""

import re
from pathlib import Path

import numpy as np
import pytest
from lab import write_notebook

CELL = """
import cv2
import numpy as np
from labkit.synthetic import Person, render_still
from labkit.widgets.timeline import Timeline
from labkit.widgets.timeline_state import TimelineClip

CLASSES = ("angry", "disgust", "fearful", "happy", "sad", "surprised", "neutral")

def clip(seed, *shown):
    rng, person = np.random.default_rng(seed), Person.from_seed(seed)
    stills = {emotion: render_still(person, emotion, size=(320, 180)) for emotion in shown}
    truth = [emotion for emotion in shown for _ in range(12)]
    pictures = [stills[emotion] for emotion in truth]
    faces = [cv2.cvtColor(picture[24:164, 90:230], cv2.COLOR_RGB2GRAY) for picture in pictures]
    scores = rng.normal(0, 1, (len(truth), len(CLASSES)))
    scores[np.arange(len(truth)), [CLASSES.index(emotion) for emotion in truth]] += 1.8
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    probabilities[17:19] = probabilities[26:34] = np.nan
    times = 0.3 * np.arange(len(truth))
    return TimelineClip(f"Person {seed}", times, faces, probabilities, CLASSES, pictures, truth)

Timeline({"first": clip(1, "neutral", "happy", "surprised"), "second": clip(3, "neutral", "sad", "angry")})
"""


@pytest.fixture(scope="module")
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "timeline.ipynb", CELL)
    with lab.open("timeline.ipynb") as opened:
        opened.run_all()
        yield opened


def picture(notebook) -> np.ndarray:
    return notebook.pixels("img.timeline-picture")


def changed(notebook, before: np.ndarray) -> np.ndarray:
    return notebook.pixels_after(before, "img.timeline-picture")


def says(notebook, words: str) -> None:
    notebook.page.locator(".timeline-caption [role=status]", has_text=words).wait_for(timeout=10_000)


def test_the_keyboard_steps_through_the_moments(notebook):
    before = picture(notebook)
    says(notebook, "0.0 s, moment 1 of 36")
    notebook.press("timeline-time", "ArrowRight", times=3)
    says(notebook, "0.9 s, moment 4 of 36")
    changed(notebook, before)


def test_another_way_of_smoothing_changes_bands_and_sentence(notebook):
    before = picture(notebook)
    notebook.find(".timeline-smoothing select").select_option("vote")
    says(notebook, "the share of votes in the last 1 s")
    after = changed(notebook, before)
    assert (after[36:48, 10:] != before[36:48, 10:]).any(axis=2).mean() > 0.2  # the bands, on 90 × 60


def test_the_longest_window_is_calmer_than_the_faces_alone(notebook):
    before = picture(notebook)
    notebook.press("timeline-window", "End")
    says(notebook, "last 2 s")
    changed(notebook, before)
    sentence = notebook.find(".timeline-caption").inner_text()
    plain, smoothed = (float(rate) for rate in re.findall(r"(\d+\.\d+) times", sentence))
    assert smoothed < plain


def test_another_clip_starts_anew(notebook):
    before = picture(notebook)
    notebook.find(".timeline-clip select").select_option("second")
    says(notebook, "0.0 s, moment 1 of 36")
    after = changed(notebook, before)
    assert (after[5:24, :34] != before[5:24, :34]).mean() > 0.5  # the frame


def test_playing_moves_through_a_gap_and_says_so(notebook, screenshots):
    notebook.find(".timeline-smoothing select").select_option("mean")
    notebook.press("timeline-time", "ArrowRight", times=16)
    says(notebook, "moment 17 of 36")
    notebook.page.screenshot(path=screenshots / "timeline.png")
    notebook.find(".timeline-play button").click()
    says(notebook, "no face was found at this moment")
