"""Running a notebook headless, by papermill, into a folder.

papermill only warns about a parameter that the notebook lacks, and a misspelt one
would silently run the defaults; here it is an error. The kernel is that of the Python
labkit runs on, and works in the notebook's own folder, as in JupyterLab. The notebook that a
failed run left is kept, because the cell that failed is the first thing one wants to see; an
earlier run's page and results are not, because they would pass for this run's.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

from labkit.datasets import DATASETS
from labkit.errors import NotebookError
from labkit.paths import checkout

PROFILES = ("fast", "laptop", "paper")
DATA = ("synthetic", *DATASETS)
KERNEL = "python3"


@dataclass(frozen=True)
class NotebookRun:
    """A notebook that ran to its end, and what it left."""

    name: str
    seconds: float
    notebook: Path  # executed, outputs and all
    html: Path
    results: Path | None  # the JSON file of results, if it wrote one

    def to_dict(self) -> dict:
        return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(self).items()}


def find_notebook(name: str, folder: Path | None = None) -> Path:
    """The notebook called "2", "02" or "02_frame_differences" (or the path of one).

    Raises:
        NotebookError: if there is none, naming those there are.
    """
    if Path(name).suffix == ".ipynb" and Path(name).is_file():
        return Path(name)
    folder = folder or (checkout() or Path.cwd()) / "notebooks"
    notebooks = sorted(folder.glob("[0-9]*.ipynb"))
    stem = f"{int(name):02d}" if name.isdecimal() else name.removesuffix(".ipynb")
    for notebook in notebooks:
        if notebook.stem == stem or notebook.stem.split("_")[0] == stem:
            return notebook
    known = ", ".join(notebook.stem for notebook in notebooks) or "none at all"
    raise NotebookError(f"There is no notebook '{name}' in {folder}; there are {known}.")


def course_root() -> Path:
    """The folder of all runs of the course, one subfolder a profile and data set."""
    return (checkout() or Path.cwd()) / "build" / "course"


def course_dir(profile: str, data: str) -> Path:
    """Where the executed notebooks, pages and results of one profile on one data set go."""
    return course_root() / f"{profile}-{data}"


def course_parameters(profile: str, data: str, seed: int) -> dict:
    """The parameters of every notebook of the course.

    Raises:
        NotebookError: for a profile or data that does not exist.
    """
    for what, value, allowed in (("profile", profile, PROFILES), ("data", data, DATA)):
        if value not in allowed:
            raise NotebookError(f"There is no {what} '{value}'; it is one of {', '.join(allowed)}.")
    return {"PROFILE": profile, "DATA": data, "SEED": seed}


def run_notebook(notebook: Path, parameters: dict, out: Path) -> NotebookRun:
    """Execute a notebook; leave ``<name>.ipynb``, ``<name>.html`` and ``results/`` in ``out``.

    Raises:
        NotebookError: if the notebook lacks one of the parameters, or a cell fails: which
            one, with its error in one line. The partly executed notebook stays in ``out``.
    """
    import papermill

    _require_parameters(notebook, parameters)
    out = out.absolute()
    results = out / "results"
    results.mkdir(parents=True, exist_ok=True)
    executed, written = out / notebook.name, results / f"{notebook.stem}.json"
    for earlier in (executed.with_suffix(".html"), written):
        earlier.unlink(missing_ok=True)
    began = time.monotonic()
    with _environment(LABKIT_HEADLESS="1", LABKIT_RESULTS=str(results), JUPYTER_PREFER_ENV_PATH="1"):
        try:
            papermill.execute_notebook(
                notebook,
                executed,
                parameters,
                kernel_name=KERNEL,
                cwd=notebook.parent,
                progress_bar=sys.stderr.isatty(),
                extra_arguments=["--log-level=ERROR"],  # the kernel's warnings are not the course's
            )
        except papermill.PapermillExecutionError as error:
            raise NotebookError(_failure(notebook, executed, error)) from error
        except RuntimeError as error:  # nbclient's dead kernel
            raise NotebookError(
                f"{notebook.stem}: {error} What it did until then is in {executed}."
            ) from error
    html = write_html(executed)
    seconds = time.monotonic() - began
    return NotebookRun(notebook.stem, seconds, executed, html, written if written.is_file() else None)


def write_html(notebook: Path) -> Path:
    """The notebook as one HTML page beside it, with its pictures inside."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(embed_images=True).from_filename(str(notebook))
    path = notebook.with_suffix(".html")
    path.write_text(page, encoding="utf-8")
    return path


def _require_parameters(notebook: Path, parameters: dict) -> None:
    import papermill

    try:
        known = papermill.inspect_notebook(str(notebook))
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise NotebookError(f"{notebook} is no notebook that can be run: {reason}.") from error
    for name in parameters:
        if name not in known:
            has = ", ".join(known) or "no cell tagged 'parameters'"
            raise NotebookError(f"{notebook.stem} has no parameter {name}; it has {has}.")


def _failure(notebook: Path, executed: Path, error) -> str:
    reason = next((line for line in reversed(error.evalue.strip().splitlines()) if line.strip()), "")
    under = _heading_above(executed, error.cell_index)
    return (
        f"{notebook.stem} failed in cell [{error.exec_count}]{under}: {error.ename}: {reason} "
        f"What it did until then is in {executed}."
    )


def _heading_above(executed: Path, index: int) -> str:
    # papermill has put a cell of its own at the top, so that the failed one stands one further down
    for cell in reversed(nbformat.read(executed, as_version=4).cells[: index + 1]):
        headings = [line for line in cell.source.splitlines() if line.startswith("#")]
        if cell.cell_type == "markdown" and headings:
            return f", under '{headings[-1].lstrip('# ')}'"
    return ""


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set variables for the kernel, which inherits them, and put the old ones back."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
