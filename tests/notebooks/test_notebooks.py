"""Every notebook of the course: clean in the repository, and whole in the fast profile."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from labkit.errors import NotebookError
from labkit.notebooks import course_parameters, run_notebook

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
LIMIT = 90  # seconds, on two cores
PARAMETERS = course_parameters("fast", "synthetic", 0)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@every_notebook
def test_outputs_are_stripped(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.source


@every_notebook
def test_after_the_set_up_of_colab_come_the_parameters(path):
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    first = next(cell for cell in code if cell.id != f"{path.name[:2]}-install")
    assert "parameters" in first.metadata.get("tags", ())
    assert {line.split("=")[0].strip() for line in first.source.splitlines() if "=" in line} >= set(
        PARAMETERS
    )


@every_notebook
def test_an_unknown_parameter_is_an_error(path, tmp_path):
    with pytest.raises(NotebookError, match="has no parameter PROFIL;"):
        run_notebook(path, {"PROFIL": "fast"}, tmp_path)


@every_notebook
def test_it_runs_in_the_fast_profile(path, tmp_path):
    done = run_notebook(path, PARAMETERS, tmp_path)
    assert done.seconds <= LIMIT
    page = done.html.read_text()
    assert "No description has been provided" not in page, "a picture has no alternative text"
    assert all("alt=" in picture for picture in re.findall(r"<img\b[^>]*>", page))
    if path.stem == "00_start_here":  # it rebuilds no paper
        return
    written = json.loads(done.results.read_text())
    assert written["rows"] and all(row["system"] and row["data"] for row in written["rows"])
