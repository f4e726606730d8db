"""Notebook 02 in JupyterLab, from its first cell to the explorer, as a student begins it."""

from pathlib import Path

import nbformat

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_frame_differences.ipynb"


def test_the_notebooks_explorer_answers_the_keyboard(lab, lab_root, screenshots):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    sources = [cell.source for cell in notebook.cells]
    explorer = next(place for place, source in enumerate(sources) if source.endswith("\nexplorer"))
    notebook.cells = notebook.cells[: explorer + 1]
    for cell in notebook.cells:
        cell.source = cell.source.replace('PROFILE = "laptop"', 'PROFILE = "fast"')
    nbformat.write(notebook, lab_root / NOTEBOOK.name)

    with lab.open(NOTEBOOK.name) as opened:
        opened.run_all(seconds=180)
        opened.watch()
        before, gap = opened.pixels(), opened.value("gap")
        opened.press("gap", "ArrowRight", times=3)
        opened.pixels_after(before)
        assert opened.value("gap") == gap + 3
        opened.page.screenshot(path=screenshots / "notebook_02.png")
