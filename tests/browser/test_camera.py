"""The camera in JupyterLab, with the browser's own test picture: answers, stopping, refusals and faults."""

from pathlib import Path

import pytest
from lab import write_notebook

CELL = """
from labkit.errors import FaceError
from labkit.widgets.camera import Camera

judged = []

def judge(picture):  # the browser's test picture is green, with a yellow sector that turns
    judged.append(picture.shape)
    if len(judged) == 1:
        raise FaceError("The first picture has no face.")
    red, green, blue = picture.reshape(-1, 3).mean(axis=0) / picture.sum(axis=2).mean()
    return {"happy": green, "sad": blue, "angry": red}

Camera(judge)
"""
KEEP_TRACK = "() => { window.track = document.querySelector('.camera video').srcObject.getTracks()[0]; }"
OFF = "() => window.track.readyState === 'ended'"
CLEAR = "() => { window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); }"
NO_CAMERA = """() => {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };
}"""


@pytest.fixture
def notebook(lab, lab_root: Path):
    write_notebook(lab_root / "camera.ipynb", CELL)
    with lab.open("camera.ipynb") as opened:
        opened.run_all()
        yield opened


def says(notebook, where: str, words: str) -> None:
    notebook.page.locator(f".camera .{where}", has_text=words).wait_for(timeout=10_000)


def test_a_refusal_a_fault_an_answer_and_the_end(notebook, screenshots):
    start, stop = (notebook.find(f".camera .{name}") for name in ("start", "stop"))
    start.click()  # nobody is there to ask: the browser refuses
    says(notebook, "problem", "The browser does not allow the camera.")

    notebook.page.context.grant_permissions(["camera"])
    start.click()
    says(notebook, "problem", "The first picture has no face.")

    start.click()
    says(notebook, "answer", "happy")
    assert notebook.find(".camera .problem").inner_text() == ""
    assert notebook.find(".camera .bars").inner_text().split()[::2] == ["happy", "sad", "angry"]
    says(notebook, "facts", "answered in")
    notebook.page.screenshot(path=screenshots / "camera.png")
    notebook.page.evaluate(KEEP_TRACK)
    stop.click()
    assert notebook.page.evaluate(OFF)

    start.click()
    says(notebook, "answer", "happy")
    notebook.page.evaluate(KEEP_TRACK)
    notebook.page.evaluate(CLEAR)  # the widget leaves the page
    notebook.page.wait_for_function(OFF, timeout=10_000)


def test_without_a_camera_the_page_says_so(notebook):
    notebook.page.evaluate(NO_CAMERA)
    notebook.find(".camera .start").click()
    says(notebook, "problem", "No camera was found.")
