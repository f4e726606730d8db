"""Every set as it lies in the repository: made from its solution, complete, and its header true."""

import re
import runpy
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from labkit.exercises.making import drifted
from labkit.exercises.tasks import grade_id

ROOT = Path(__file__).parents[2]
SOLUTIONS, EXERCISES = ROOT / "solutions", ROOT / "exercises"
ROW = re.compile(r"^\| (\d+) · [^|]+\| ([^|]+) \| (easy|medium|hard) \| (\d+) \| (\d+) \|$", re.MULTILINE)
ALL = re.compile(r"^\| all \| +\| +\| (\d+) \| (\d+) \|$", re.MULTILINE)

every_set = pytest.mark.parametrize(
    "path", sorted(SOLUTIONS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem
)


def cells(path: Path) -> list[nbformat.NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def header(path: Path) -> str:
    """The cell that says what the set is; above it stands the way to Colab."""
    return cells(path)[1].source


def graded(path: Path) -> dict[str, dict]:
    """grade_id → nbgrader's metadata."""
    about = (cell.metadata.get("nbgrader") for cell in cells(path))
    return {one["grade_id"]: one for one in about if one}


def test_exercises_are_what_their_solutions_make():
    assert drifted(SOLUTIONS, EXERCISES) == []


@every_set
def test_an_exercise_gives_nothing_away(path):
    text = (EXERCISES / path.name).read_text(encoding="utf-8")
    assert not re.search("BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)|solutions/", text)


@every_set
def test_outputs_are_stripped(path):
    code = [cell for cell in cells(path) if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@every_set
def test_the_header_tells_the_truth(path):
    assert "**By the end you can**" in header(path)
    rows = ROW.findall(header(path))
    points = [one.get("points", 0) for one in graded(path).values()]
    ((minutes, total),) = ALL.findall(header(path))
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert sum(int(row[3]) for row in rows) == int(minutes)
    assert sum(int(row[4]) for row in rows) == int(total) == sum(points)


@every_set
def test_a_set_has_every_kind_of_task(path):
    kinds = [row[1] for row in ROW.findall(header(path))]
    assert kinds.count("open project") == 1 and len(kinds) > 3
    assert {"implement", "predict, then measure", "find the flaw"} >= set(kinds) - {"open project"}
    (project,) = [cell for cell in cells(path) if cell.metadata.get("nbgrader", {}).get("task")]
    assert "| | 0 | half | full |" in project.source


@every_set
def test_every_task_has_a_check_hints_and_wrong_answers(path):
    number = path.stem[:2]
    tests = [name for name, one in graded(path).items() if one["grade"] and not one["solution"]]
    tasks = {grade_id(f"{number}.{name}"): task for name, task in _tasks(number).items()}
    planted = runpy.run_path(str(Path(__file__).with_name("planted") / f"{number}.py"))["PLANTED"]
    assert set(tasks) == set(planted)
    assert all(len(task.hints) == 3 and all(task.hints) for task in tasks.values())
    assert not [name for name in tests if not name.startswith(tuple(tasks)) or not name.endswith("-tests")]
    assert not [task for task in tasks if not any(name.startswith(task) for name in tests)]


def _tasks(number: str) -> dict:
    return import_module(f"labkit.exercises.set_{number}").TASKS
