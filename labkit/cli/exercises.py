"""``labkit exercises make``, ``check`` and ``course``: for who writes exercises or grades them."""

from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.output import AsJson, emit, fail

app = typer.Typer(help="Make the exercises from their solutions, and grade them.", no_args_is_help=True)


@app.command()
def make(as_json: AsJson = False) -> None:
    """Make exercises/ from solutions/, by nbgrader's converter."""
    from labkit.exercises.making import exercises_dir, make_exercises, solutions_dir

    made = make_exercises(solutions_dir(), exercises_dir())
    said = "\n".join(f"made exercises/{path.name}" for path in made)
    emit(as_json, {"made": [str(path) for path in made]}, said)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Say whether exercises/ is what solutions/ makes."""
    from labkit.exercises.making import drifted, exercises_dir, solutions_dir

    names = drifted(solutions_dir(), exercises_dir())
    said = "\n".join(names) or "Every exercise is what its solution makes."
    emit(as_json, {"ok": not names, "drifted": names}, said)
    if names:
        fail(
            as_json,
            f"{len(names)} exercises are not what solutions/ makes; run 'labkit exercises make'.",
        )


@app.command()
def course(
    folder: Annotated[Path, typer.Argument(help="A new folder, for nbgrader to work in.")],
    as_json: AsJson = False,
) -> None:
    """Lay out a course for nbgrader, in which every set of exercises is an assignment."""
    from labkit.exercises.making import find_solutions, lay_out_course, solutions_dir

    solutions = find_solutions(solutions_dir())
    lay_out_course(folder, solutions)
    names = [path.stem for path in solutions]
    said = f"{folder} holds {', '.join(names)}; begin there with 'nbgrader generate_assignment {names[0]}'."
    emit(as_json, {"course": str(folder), "assignments": names}, said)


@app.command()
def names(
    folder: Annotated[Path, typer.Argument(help="The course, with what was handed in in submitted/.")],
    assignment: Annotated[str, typer.Argument(help="The set, as 02_frame_differences.")],
    as_json: AsJson = False,
) -> None:
    """Say whose STUDENT is not the name that they handed in under: empty, made up, or somebody else."""
    from labkit.exercises.names import odd_names, stated_names

    stated = stated_names(folder, assignment)
    odd = odd_names(stated)
    said = "\n".join([f"{student}: {what}" for student, what in odd.items()])
    well = f"{len(stated) - len(odd)} of {len(stated)} measured people of their own."
    emit(as_json, {"handed_in": len(stated), "odd": odd}, f"{said}\n{well}".lstrip())
