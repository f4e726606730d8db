"""The gap/stride explorer in JupyterLab: keyboard, mouse, menus and play, and the pixels a person sees."""

from pathlib import Path

import numpy as np
import pytest
from lab import write_notebook

CELL = """
import cv2
import numpy as np
from labkit.widgets.difference_explorer import DifferenceExplorer

def clip(seed, jump):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 226, (14, 14, 3)).astype(np.float32)
    face = np.clip(cv2.resize(coarse, (112, 112), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
    frames = []
    for t in range(90):
        shift = np.float32([[1, 0, 0], [0, 1, 0]])
        shift[:, 2] = rng.normal(0, jump, 2)
        frame = cv2.warpAffine(face, shift, (112, 112), borderMode=cv2.BORDER_REFLECT)
        open_mouth = int(12 + 10 * np.sin(t / 6))
        cv2.ellipse(frame, (56, 84), (20, open_mouth), 0, 0, 360, (90, 20, 30), -1)
        frames.append(frame)
    return np.stack(frames)

names = {"first": 1, "second": 2}
explorer = DifferenceExplorer(
    {name: clip(seed, 0) for name, seed in names.items()},
    per_frame={name: clip(seed, 2) for name, seed in names.items()},
)
explorer
"""


@pytest.fixture(scope="module")
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "explorer.ipynb", CELL)
    with lab.open("explorer.ipynb") as opened:
        opened.run_all()
        opened.watch()
        yield opened


def test_the_keyboard_moves_the_gap(notebook):
    before, gap = notebook.pixels(), notebook.value("gap")
    notebook.press("gap", "ArrowRight", times=3)
    notebook.pixels_after(before)
    assert notebook.value("gap") == gap + 3


def test_the_mouse_drags_the_stride(notebook):
    before, stride = notebook.pixels(), notebook.value("stride")
    notebook.drag("stride", 60)
    notebook.pixels_after(before)
    assert notebook.value("stride") > stride


def test_choosing_a_clip_changes_both_frames(notebook):
    before = notebook.pixels()
    notebook.find(".clip select").select_option("second")
    after = notebook.pixels_after(before)
    assert (after[5:30, :28] != before[5:30, :28]).mean() > 0.5  # the left panel, on the 90 × 60 canvas


def test_stepping_and_playing_move_through_time(notebook):
    before, pair = notebook.pixels(), notebook.value("time")
    notebook.press("time", "ArrowRight")
    stepped = notebook.pixels_after(before)
    assert notebook.value("time") == pair + 1
    notebook.find(".play button").click()
    notebook.pixels_after(stepped)


def test_frames_boxed_one_by_one_raise_the_warning(notebook, screenshots):
    assert "Jitter" not in notebook.find(".caption").inner_text()
    before = notebook.pixels()
    notebook.find(".alignment button:has-text('per-frame')").click()
    notebook.pixels_after(before)
    notebook.page.wait_for_function("() => document.querySelector('.caption').innerText.includes('Jitter')")
    notebook.page.screenshot(path=screenshots / "difference_explorer.png")


def test_the_picture_follows_the_slider_within_150_ms(notebook):
    """The median over twelve key presses; twice more where other work on the machine spoils it."""
    medians = []
    for _ in range(3):
        medians.append(median_latency(notebook))
        if medians[-1] < 150:
            break
    print(f"slider to decoded picture: median {min(medians):.0f} ms")
    assert min(medians) < 150, f"medians {medians} ms"


def median_latency(notebook, moves: int = 12) -> float:
    start = len(notebook.latencies())
    for move in range(moves):
        before = len(notebook.latencies())
        notebook.press("gap", "ArrowRight" if move % 2 else "ArrowLeft")
        notebook.page.wait_for_function(f"() => window.latencies.length > {before}")
        notebook.page.wait_for_timeout(150)  # a person's pause; the kernel is idle again
    return float(np.median(notebook.latencies()[start:]))
