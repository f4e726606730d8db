"""The whole round with nbgrader, a set at a time: released, handed in, graded, and given back.

A submission takes seconds, so that each holds a wrong answer to every task, and no more submissions are
made than the task with the most wrong answers needs. A set is one test, so that sets can share the cores.
"""

import os
import runpy
import sys
from itertools import zip_longest
from pathlib import Path

import nbformat
import pytest
from grading import Course, InOneKernel, grade_id, verdicts

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("[0-9]*.ipynb"))


def planted(number: str) -> dict[str, list[tuple[str, str, float]]]:
    return runpy.run_path(str(Path(__file__).with_name("planted") / f"{number}.py"))["PLANTED"]


def wrong_answers(number: str) -> list[dict[str, tuple[str, str, float]]]:
    """One a submission: task → (what is wrong, the cell, points lost)."""
    tasks = planted(number)
    rows = zip_longest(*tasks.values())
    return [{task: wrong for task, wrong in zip(tasks, row, strict=True) if wrong} for row in rows]


def solved(solution: Path) -> dict[str, str]:
    cells = nbformat.read(solution, as_version=4).cells
    return {grade_id(c): c.source for c in cells if c.metadata.get("nbgrader", {}).get("solution")}


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """All sets, in one course a process: nbgrader takes seconds to make a gradebook."""
    bin_ = Path(sys.executable).parent  # nbgrader looks for alembic on the path
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        patch.setenv("LABKIT_HEADLESS", "1")
        patch.setenv("LABKIT_DATA", str(tmp_path_factory.mktemp("data")))
        yield Course(tmp_path_factory.mktemp("course").resolve(), SOLUTIONS)
        InOneKernel.end()


@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")  # nbgrader's own
@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)
def test_the_round(course, solution):
    """The untouched exercise comes last: had anything of the others stayed in the kernel, it would earn."""
    name, right = solution.stem, solved(solution)
    course.release(name)
    course.submit(name, "solved", right)
    the_solution_earns_everything(course, name)
    for number, wrong in enumerate(wrong_answers(name[:2])):
        student = f"wrong{number}"
        course.submit(name, student, right | {task: source for task, (_, source, _) in wrong.items()})
        each_wrong_answer_loses_exactly_its_points(course, name, student, wrong, set(right))
    course.submit(name, "untouched", {})
    the_untouched_exercise_earns_nothing_and_says_so(course, name)
    feedback_pages_are_made(course, name)


def the_solution_earns_everything(course: Course, name: str) -> None:
    grades = {cell: grade for cell, grade in course.grades(name, "solved").items() if not grade.by_hand}
    assert {cell: g.points for cell, g in grades.items()} == {cell: g.most for cell, g in grades.items()}
    said = verdicts(course.graded(name, "solved"))
    assert said and all(text.startswith("Right") for text in said), said


def each_wrong_answer_loses_exactly_its_points(
    course: Course, name: str, student: str, wrong: dict[str, tuple[str, str, float]], tasks: set[str]
) -> None:
    lost = dict.fromkeys(wrong, 0.0)
    for cell, grade in course.grades(name, student).items():
        if not grade.by_hand and (points := grade.most - grade.points):
            # The longest name that fits: "02-gap" must not take what "02-gap-count" lost.
            task = max((task for task in tasks if cell.startswith(task)), key=len)
            lost[task] = lost.get(task, 0.0) + points
    what = {task: name for task, (name, _, _) in wrong.items()}
    assert lost == {task: points for task, (_, _, points) in wrong.items()}, what


def the_untouched_exercise_earns_nothing_and_says_so(course: Course, name: str) -> None:
    assert sum(grade.points for grade in course.grades(name, "untouched").values()) == 0
    said = verdicts(course.graded(name, "untouched"))
    assert said and all(text.startswith("Not attempted") for text in said), said


def feedback_pages_are_made(course: Course, name: str) -> None:
    assert "Not attempted" in course.feedback(name, "untouched")
    score, most = course.grade_by_hand(name, "solved")
    assert score == most > 0
    page = course.feedback(name, "solved")
    assert f"(Score: {score:.1f} / {most:.1f})" in page and "BEGIN HIDDEN TESTS" in page
