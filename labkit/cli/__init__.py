"""``labkit``: what a person types.

Every command has a readable form and ``--json`` for machines. A fault is one plain
sentence on stderr (with ``--json``, an object ``{"error": …}`` on stdout) and exit
status 1. The rooms are imported inside the commands, so that the command line starts
at once.
"""

import json
import sys

import typer

from labkit.cli import course, data, exercises, lab
from labkit.errors import LabkitError

app = typer.Typer(
    help="Reading emotion from faces in video: the course's data, pre-processing, networks and notebooks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(data.app, name="data")
app.add_typer(exercises.app, name="exercises")
for command in (lab.doctor, lab.preprocess, lab.models, course.run, course.results):
    app.command()(command)


def main() -> None:
    """Run the command line, and turn a fault into its sentence."""
    try:
        app()
    except LabkitError as error:
        if "--json" in sys.argv:
            print(json.dumps({"error": str(error)}))
        else:
            print(error, file=sys.stderr)
        sys.exit(1)
