"""Whose people a submission has measured: the STUDENT in it, beside the name it was handed in under.

The graded tests take the STUDENT that they find, so a notebook copied whole earns its points, numbers and
all. What gives it away is the name. (Whoever sets STUDENT in a roundabout way is not found out here.)
"""

import re
from pathlib import Path

import nbformat

from labkit.errors import ExerciseError

_STUDENT = re.compile(r"^\s*STUDENT\s*=\s*(?:\"(.*?)\"|'(.*?)')\s*(?:#.*)?$", re.MULTILINE)


def stated_names(course: Path, assignment: str) -> dict[str, list[str]]:
    """Who handed ``assignment`` in → every STUDENT in the notebook; one if all is well.

    Raises:
        ExerciseError: if nothing was handed in, or a notebook cannot be read.
    """
    found = sorted(course.glob(f"submitted/*/{assignment}/{assignment}.ipynb"))
    if not found:
        raise ExerciseError(f"Nobody has handed in {assignment}; {course / 'submitted'} holds nothing of it.")
    return {path.parents[1].name: _stated(path) for path in found}


def _stated(path: Path) -> list[str]:
    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception as error:  # nbformat has no one error of its own
        raise ExerciseError(f"{path} cannot be read as a notebook; ask for it again.") from error
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return ["".join(both) for both in _STUDENT.findall(code)]


def odd_names(stated: dict[str, list[str]]) -> dict[str, str]:
    """Who handed in → what is odd about their STUDENT, for those only where something is."""
    return {student: odd for student, names in stated.items() if (odd := _odd(student, names, stated))}


def _odd(student: str, names: list[str], everybody: dict[str, list[str]]) -> str:
    if len(names) != 1:
        return "STUDENT is not set" if not names else f"STUDENT is set {len(names)} times"
    (name,) = names
    if _same(name, student):
        return ""
    if not name.strip():
        return "STUDENT is empty: these are everybody's people"
    others = [other for other in everybody if _same(name, other)]
    return f"STUDENT is {name!r}" + (", who is another student" if others else "")


def _same(one: str, other: str) -> bool:
    """As :func:`~labkit.exercises.seeds.student_seed` takes them."""
    return one.strip().casefold() == other.strip().casefold()
