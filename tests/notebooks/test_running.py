"""The notebook runner, on tiny notebooks made up here."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labkit.errors import NotebookError
from labkit.notebooks import course_dir, course_parameters, course_root, find_notebook, run_notebook

PARAMETERS = course_parameters("fast", "synthetic", 7)
WRITE = """
import os
from labkit.results import write_results
assert os.environ["LABKIT_HEADLESS"]
write_results("03_tiny", PROFILE, DATA, SEED, [{"system": "tiny", "accuracy": 0.5}])
"""
PICTURE = """
from matplotlib.figure import Figure
from labkit.evaluation.figures import show
figure = Figure(figsize=(1, 1))
figure.subplots().plot([0, 1])
show(figure, alt="A rising line")
"""
DEFAULTS = new_code_cell(
    "PROFILE = 'laptop'\nDATA = 'synthetic'\nSEED = 0", metadata={"tags": ["parameters"]}
)


def notebook(folder, *cells):
    path = folder / "03_tiny.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=list(cells), metadata={"kernelspec": kernel}), path)
    return path


def test_a_run_leaves_the_notebook_its_page_and_its_results(tmp_path):
    out = tmp_path / "out"
    done = run_notebook(
        notebook(tmp_path, DEFAULTS, new_code_cell(WRITE), new_code_cell(PICTURE)), PARAMETERS, out
    )
    assert sorted(p.name for p in out.iterdir()) == ["03_tiny.html", "03_tiny.ipynb", "results"]
    assert done.results == out / "results" / "03_tiny.json"
    written = json.loads(done.results.read_text())
    assert (written["profile"], written["data"], written["seed"]) == ("fast", "synthetic", 7)
    page = done.html.read_text()
    assert 'alt="A rising line"' in page and "data:image/png;base64," in page


def test_a_failing_cell_is_named_in_a_sentence_and_its_notebook_kept(tmp_path):
    cells = [
        DEFAULTS,
        new_markdown_cell("# Tiny\n\nwords\n\n## The data"),
        new_code_cell("print('so far')"),
        new_code_cell("from labkit.errors import DataError\nraise DataError('No clips.\\nGet some.')"),
    ]
    out = tmp_path / "out"
    with pytest.raises(NotebookError) as raised:
        run_notebook(notebook(tmp_path, *cells), PARAMETERS, out)
    sentence = str(raised.value)
    assert "03_tiny failed in cell [4], under 'The data': DataError: Get some." in sentence
    assert "\n" not in sentence and str(out / "03_tiny.ipynb") in sentence
    assert "so far" in (out / "03_tiny.ipynb").read_text()


def test_a_failed_run_leaves_no_earlier_page_or_results_to_pass_for_its_own(tmp_path):
    out = tmp_path / "out"
    done = run_notebook(notebook(tmp_path, DEFAULTS, new_code_cell(WRITE)), PARAMETERS, out)
    assert done.html.is_file() and done.results.is_file()
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        run_notebook(notebook(tmp_path, DEFAULTS, new_code_cell("1 / 0")), PARAMETERS, out)
    assert [p.name for p in out.rglob("*") if p.is_file()] == ["03_tiny.ipynb"]


def test_runs_on_different_data_have_different_folders():
    folders = {
        course_dir(profile, data) for profile in ("fast", "paper") for data in ("synthetic", "ravdess")
    }
    assert len(folders) == 4 and {folder.parent for folder in folders} == {course_root()}


def test_a_kernel_that_dies_is_said(tmp_path):
    killing = new_code_cell("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(NotebookError, match="03_tiny: .*[Kk]ernel died"):
        run_notebook(notebook(tmp_path, DEFAULTS, killing), PARAMETERS, tmp_path / "out")


def test_a_parameter_the_notebook_lacks_is_an_error(tmp_path):
    path = notebook(tmp_path, DEFAULTS)
    with pytest.raises(NotebookError, match="has no parameter EPOCHS; it has PROFILE, DATA, SEED"):
        run_notebook(path, PARAMETERS | {"EPOCHS": 1}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_notebook_without_parameters_and_a_file_that_is_none_are_errors(tmp_path):
    with pytest.raises(NotebookError, match="no cell tagged 'parameters'"):
        run_notebook(notebook(tmp_path, new_code_cell("1")), PARAMETERS, tmp_path / "out")
    (tmp_path / "04_text.ipynb").write_text("hello")
    with pytest.raises(NotebookError, match="no notebook that can be run"):
        run_notebook(tmp_path / "04_text.ipynb", PARAMETERS, tmp_path / "out")


def test_notebooks_are_found_by_number_or_name(tmp_path):
    path = notebook(tmp_path, DEFAULTS)
    for name in ("3", "03", "03_tiny", "03_tiny.ipynb", str(path)):
        assert find_notebook(name, tmp_path) == path
    with pytest.raises(NotebookError, match="no notebook '4' in .*; there are 03_tiny"):
        find_notebook("4", tmp_path)


@pytest.mark.parametrize("wrong", [("quick", "synthetic", 0), ("fast", "imagenet", 0)])
def test_an_unknown_profile_or_data_set_is_an_error(wrong):
    with pytest.raises(NotebookError, match="it is one of"):
        course_parameters(*wrong)
