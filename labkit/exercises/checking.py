"""``check`` and ``hint``: verdicts and hints, as plain sentences that a screen reader reads as well."""

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from labkit.errors import ExerciseError
from labkit.exercises.expectations import NotAttempted, Wrong
from labkit.exercises.tasks import Task, find_task, grade_id

# Where an instructor allows solutions to be seen, this names the folder that holds them.
SOLUTIONS = "LABKIT_SOLUTIONS"

_hints_given: dict[str, int] = {}


@dataclass(frozen=True)
class Verdict:
    """What a check says; a notebook shows its sentence."""

    state: Literal["not attempted", "wrong", "right"]
    message: str

    def __repr__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Hint:
    """One hint, or the solution; a notebook shows its text."""

    text: str

    def __repr__(self) -> str:
        return self.text


def check(task: str, *answers: Any) -> Verdict:
    """Look at the answers to a task, on examples that are no secret.

    Args:
        task: the set's number and the task's name, as "02.roll_angle".
        answers: the functions or values that the task asks for.

    Raises:
        ExerciseError: if there is no such task, or it asks for more answers, or fewer.
    """
    look = find_task(task).check
    _expect_as_many(task, look, answers)
    try:
        look(*answers)
    except NotAttempted:
        return Verdict("not attempted", f'Not attempted yet. hint("{task}") helps you to start.')
    except Wrong as wrong:
        said = str(wrong)
    except (TypeError, ValueError) as error:  # numbers in a list of lists, say: no check foresees it all
        said = f"the answer is not of the form that is asked for ({type(error).__name__}: {error})"
    else:
        return Verdict("right", "Right, on these examples. The graded tests try others.")
    return Verdict("wrong", f'Wrong: {said}{"" if said.endswith("?") else "."} hint("{task}") helps.')


def _expect_as_many(task: str, look: Callable[..., None], answers: tuple) -> None:
    wanted = list(inspect.signature(look).parameters)
    if len(wanted) != len(answers):
        names = ", ".join(name.rstrip("_") for name in wanted)
        count = f"{len(wanted)} after the name, not {len(answers)}"
        raise ExerciseError(f'Call check("{task}", {names}): {count}.')


def hint(task: str) -> Hint:
    """The next hint of a task; after the last, its solution where the instructor allows it.

    Raises:
        ExerciseError: if there is no such task.
    """
    found: Task = find_task(task)
    number = _hints_given.get(task, 0)
    _hints_given[task] = number + 1
    if number < len(found.hints):
        return Hint(f"Hint {number + 1} of {len(found.hints)}: {found.hints[number]}")
    if folder := os.environ.get(SOLUTIONS):
        return Hint(f"The solution:\n\n{_solution(task, Path(folder))}")
    return Hint("That was the last hint. The solution is shown where your instructor allows it.")


def _solution(task: str, folder: Path) -> str:
    """The source of the task's solution cell."""
    import nbformat

    number, wanted = task.partition(".")[0], grade_id(task)
    for path in sorted(folder.glob(f"{number}_*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == wanted:
                lines = cell.source.splitlines()
                return "\n".join(line for line in lines if not line.strip().startswith("###"))
    raise ExerciseError(f"${SOLUTIONS} is {folder}, but no notebook there has a solution of '{task}'.")
