"""Making exercises, on a tiny solution made up here."""

import json
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labkit.cli import main
from labkit.errors import ExerciseError
from labkit.exercises.making import drifted, lay_out_course, make_exercises

TWO = "def two():\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION"


def tiny(solution: str = TWO) -> nbformat.NotebookNode:
    """A solution with one task."""
    about = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    tests = "assert two()\n### BEGIN HIDDEN TESTS\nassert two() == 2\n### END HIDDEN TESTS"
    answer = about | {"solution": True, "grade_id": "02-pair-count"}
    graded = about | {"grade": True, "locked": True, "points": 1, "grade_id": "02-pair-count-tests"}
    cells = [
        new_markdown_cell("# Tiny", id="a"),
        new_code_cell(solution, id="b", metadata={"nbgrader": answer}),
        new_code_cell(tests, id="c", metadata={"nbgrader": graded}),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def folders(tmp_path):
    solutions, exercises = tmp_path / "solutions", tmp_path / "exercises"
    solutions.mkdir()
    nbformat.write(tiny(), solutions / "02_tiny.ipynb")
    return solutions, exercises


def test_an_exercise_is_made_and_its_drift_found(folders):
    solutions, exercises = folders
    assert drifted(*folders) == ["02_tiny.ipynb"]  # missing
    (path,) = make_exercises(*folders)
    made = nbformat.read(path, as_version=4)
    assert "raise NotImplementedError()" in made.cells[1].source and "return 2" not in made.cells[1].source
    assert made.cells[2].source == "assert two()" and drifted(*folders) == []
    (exercises / "03_left_over.ipynb").write_text("{}")
    path.write_text(path.read_text().replace("Tiny", "Edited"))
    assert drifted(*folders) == ["02_tiny.ipynb", "03_left_over.ipynb"]
    make_exercises(*folders)
    assert drifted(*folders) == []


def test_a_solution_that_nbgrader_refuses_is_one_sentence(folders):
    solutions, exercises = folders
    nbformat.write(tiny(TWO.replace("### END SOLUTION", "")), solutions / "02_tiny.ipynb")
    with pytest.raises(ExerciseError, match="of 02_tiny: RuntimeError: no end solution statement found$"):
        make_exercises(*folders)
    assert not exercises.exists()


def test_no_solutions_or_no_room_for_a_course_is_one_sentence(tmp_path):
    with pytest.raises(ExerciseError, match="There is no solution in"):
        make_exercises(tmp_path, tmp_path)
    (tmp_path / "in_the_way").touch()
    with pytest.raises(ExerciseError, match="is not empty"):
        lay_out_course(tmp_path, [])
    with pytest.raises(ExerciseError, match="No course can be made in .*in_the_way: File exists.$"):
        lay_out_course(tmp_path / "in_the_way", [])


def test_the_commands_make_check_and_lay_out(folders, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("labkit.exercises.making.checkout", lambda: tmp_path)

    def labkit(*arguments):
        monkeypatch.setattr(sys, "argv", ["labkit", "exercises", *arguments, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, json.loads(capsys.readouterr().out)

    assert labkit("check") == (1, {"ok": False, "drifted": ["02_tiny.ipynb"]})
    assert labkit("make") == (0, {"made": [str(tmp_path / "exercises" / "02_tiny.ipynb")]})
    assert labkit("check") == (0, {"ok": True, "drifted": []})
    assert labkit("course", str(tmp_path / "course"))[1]["assignments"] == ["02_tiny"]
    assert (tmp_path / "course" / "source" / "02_tiny" / "02_tiny.ipynb").is_file()
