"""``labkit run`` and ``labkit results``."""

from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.output import AsJson, emit, table_records, table_text
from labkit.errors import DataError


def run(
    notebook: Annotated[str, typer.Argument(help="A notebook: 2, 02, or its whole name.")],
    profile: Annotated[str, typer.Option(help="fast, laptop or paper.")] = "laptop",
    data: Annotated[str, typer.Option(help="synthetic, or a data set such as ravdess.")] = "synthetic",
    seed: Annotated[int, typer.Option(help="Of every random choice.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder; build/course/<profile>-<data> by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Execute a notebook headless; leave it executed, as HTML, and its results."""
    from labkit.notebooks import course_dir, course_parameters, find_notebook, run_notebook

    parameters = course_parameters(profile, data, seed)
    done = run_notebook(find_notebook(notebook), parameters, out or course_dir(profile, data))
    said = f"{done.name}: {profile}, {data}, seed {seed}: done in {done.seconds:.0f} s, see {done.html}"
    emit(as_json, done.to_dict(), said)


def results(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Results folders; all of build/ by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what the notebooks found, always with the data it was found on."""
    from labkit.notebooks import course_root
    from labkit.paths import results_dir
    from labkit.results import read_results, results_table

    for folder in folders or ():
        if not folder.is_dir():
            raise DataError(f"There is no folder {folder}; check the path.")
    searched = folders or [results_dir(), *sorted(course_root().glob("*/results"))]
    found = read_results(searched)
    empty = "No results yet: run a notebook, for instance 'labkit run 2 --profile fast'."
    text = table_text(results_table(found)) if len(found) else empty
    emit(as_json, {"results": table_records(found)}, text)
