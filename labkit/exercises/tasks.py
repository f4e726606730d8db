"""What a set of exercises consists of, and finding a task by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from labkit.errors import ExerciseError


@dataclass(frozen=True)
class Task:
    """One task that can be checked.

    Attributes:
        check: takes the student's answers; raises :class:`~labkit.exercises.expectations.NotAttempted` or
            :class:`~labkit.exercises.expectations.Wrong`, or returns.
        hints: from a nudge to nearly the answer.
    """

    check: Callable[..., None]
    hints: tuple[str, str, str]


def find_task(name: str) -> Task:
    """The task called "02.roll_angle": the set's number, and the task's name in its module ``set_02``.

    Raises:
        ExerciseError: if there is none, naming those there are.
    """
    if not isinstance(name, str):
        raise ExerciseError('The task\'s name comes first, in quotes: check("02.roll_angle", roll_angle).')
    number, _, task = name.partition(".")
    if number not in (sets := _sets()):
        raise ExerciseError(f"There is no exercise set '{number}'; there are {', '.join(sets)}.")
    tasks: dict[str, Task] = import_module(f"labkit.exercises.set_{number}").TASKS
    if task not in tasks:
        raise ExerciseError(f"Set {number} has no task '{task}'; it has {', '.join(tasks)}.")
    return tasks[task]


def grade_id(name: str) -> str:
    """The name of a task's cells in nbgrader: "02-roll-angle" for "02.roll_angle"."""
    return name.replace(".", "-").replace("_", "-")


def _sets() -> list[str]:
    package = import_module("labkit.exercises")
    names = sorted(module.name for module in iter_modules(package.__path__))
    return [name.removeprefix("set_") for name in names if name.startswith("set_")]
