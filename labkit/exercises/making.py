"""Exercises made from solutions, by nbgrader's own converter in a course of its own.

Only here is nbgrader needed (``pip install 'labkit[instructor]'``); it is imported when something is made.
An assignment holds one notebook of the same name, the layout that nbgrader expects:
``source/02_frame_differences/02_frame_differences.ipynb``.
"""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from labkit.errors import ExerciseError
from labkit.paths import checkout
from labkit.whole_files import written_whole

if TYPE_CHECKING:
    from nbgrader.apps import NbGraderAPI

_CONFIG = """\
# For nbgrader, which is run in this folder.
c = get_config()
c.CourseDirectory.course_id = "labkit"
c.Execute.timeout = 120  # seconds a cell
"""


def solutions_dir() -> Path:
    """The folder of the solutions: of the checkout, or else of the current folder."""
    return (checkout() or Path.cwd()) / "solutions"


def exercises_dir() -> Path:
    """The folder of the exercises, beside the solutions."""
    return solutions_dir().with_name("exercises")


def find_solutions(folder: Path) -> list[Path]:
    """The solutions in ``folder``, in order.

    Raises:
        ExerciseError: if there is none.
    """
    found = sorted(folder.glob("[0-9]*.ipynb"))
    if not found:
        raise ExerciseError(f"There is no solution in {folder}; run this where the course's files are.")
    return found


def lay_out_course(course: Path, solutions: list[Path]) -> None:
    """Make ``course`` a folder that nbgrader works in, with every solution as the source of an assignment.

    Raises:
        ExerciseError: if ``course`` holds anything already, or cannot be made there.
    """
    try:
        course.mkdir(parents=True, exist_ok=True)
        if any(course.iterdir()):
            raise ExerciseError(f"{course} is not empty; name a new folder for the course.")
        for solution in solutions:
            folder = course / "source" / solution.stem
            folder.mkdir(parents=True)
            shutil.copy(solution, folder)
        (course / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
    except OSError as error:
        raise ExerciseError(f"No course can be made in {course}: {error.strerror}.") from error


def made_from(solutions: list[Path]) -> dict[str, bytes]:
    """File name → the exercise made from each of ``solutions``, in a course that is then thrown away.

    Raises:
        ExerciseError: if nbgrader is not installed, or refuses a solution.
    """
    with TemporaryDirectory() as folder:
        course = Path(folder).resolve()
        lay_out_course(course, solutions)
        nbgrader = _nbgrader(course)
        return {path.name: _released(nbgrader, course, path.stem) for path in solutions}


def _nbgrader(course: Path) -> "NbGraderAPI":
    """nbgrader in ``course``, without its database: what a student gets does not depend on it."""
    try:
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import Config
    except ImportError as error:
        raise ExerciseError(
            "nbgrader is not installed, and exercises are made by it; "
            "install it by pip install 'labkit[instructor]'."
        ) from error
    config = Config()
    config.CourseDirectory.root = str(course)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    return NbGraderAPI(config=config)


def _released(nbgrader: "NbGraderAPI", course: Path, name: str) -> bytes:
    done = nbgrader.generate_assignment(name)
    if not done["success"]:
        lines = [line.strip() for line in done["log"].splitlines()]
        reason = [line for line in lines if re.match(r"\w+Error: ", line)] or lines
        raise ExerciseError(f"No exercise can be made of {name}: {reason[-1]}")
    return (course / "release" / name / f"{name}.ipynb").read_bytes()


def make_exercises(solutions: Path, exercises: Path) -> list[Path]:
    """Make every exercise, and remove those whose solution is gone; returns what was made."""
    made = made_from(find_solutions(solutions))
    exercises.mkdir(exist_ok=True)
    for path in exercises.glob("[0-9]*.ipynb"):
        if path.name not in made:
            path.unlink()
    for name, content in made.items():
        with written_whole(exercises / name) as whole:
            whole.write_bytes(content)
    return [exercises / name for name in made]


def drifted(solutions: Path, exercises: Path) -> list[str]:
    """The names of exercises that are not what their solutions make: changed, missing, or left over."""
    made = made_from(find_solutions(solutions))
    there = {path.name: path.read_bytes() for path in exercises.glob("[0-9]*.ipynb")}
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
