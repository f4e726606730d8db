"""A Colab session made ready: what is missing is installed, and nothing that is there is replaced.

Colab's packages fit each other and its GPU's driver, some are loaded before the first cell runs, and its
widgets speak with ipywidgets 7 alone. So pip is held to every version that is installed, and is asked only
for what is not there; a bound of ours that Colab has outrun is said, and nothing is done about it.
"""

import importlib
import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from tempfile import NamedTemporaryFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from labkit.errors import NotebookError
from labkit.paths import checkout, data_dir, results_dir


def set_up() -> None:
    """Install what is missing, switch widgets on, go to the notebooks' folder; print what one should know.

    Raises:
        NotebookError: if pip cannot install it, with pip's own reason.
    """
    root, before, requirements = checkout(), installed(), stated_requirements()
    install_beside(before, [str(r) for r in requirements if canonicalize_name(r.name) not in before])
    _pip("--no-deps", "--editable", str(root))  # for the command, labkit
    importlib.invalidate_caches()
    importlib.import_module("google.colab.output").enable_custom_widget_manager()
    os.chdir(root / "notebooks")
    for line in worth_knowing(requirements, before, installed(), has_gpu=Path("/dev/nvidia0").exists()):
        print(line)


def stated_requirements() -> list[Requirement]:
    """What pyproject.toml asks for."""
    settings = tomllib.loads((checkout() / "pyproject.toml").read_text(encoding="utf-8"))
    return [Requirement(line) for line in settings["project"]["dependencies"]]


def installed() -> dict[str, str]:
    """Name of each installed package → its version; of two of one name, the one that is imported."""
    return {
        canonicalize_name(one.name): one.version for one in reversed([*metadata.distributions()]) if one.name
    }


def install_beside(there: dict[str, str], missing: list[str]) -> None:
    """Install ``missing`` and what it needs, while every package in ``there`` keeps its version."""
    if not missing:
        return
    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as held:
        held.writelines(f"{name}=={version}\n" for name, version in there.items())
        held.flush()
        _pip("--constraint", held.name, *missing)


def worth_knowing(
    requirements: list[Requirement], before: dict[str, str], after: dict[str, str], has_gpu: bool
) -> list[str]:
    """The lines that a session begins with: packages, computer, files, notebook, widgets."""
    kept = ", ".join(f"{name} {after[name]}" for name in ("tensorflow", "keras", "numpy") if name in before)
    added = ", ".join(sorted(after.keys() - before.keys())) or "nothing"
    changed = sorted(name for name in before if after.get(name) != before[name])
    restart = (
        f"Restart the session (Runtime menu) and run this cell again: {', '.join(changed)} changed."
        if changed
        else "No restart is needed."
    )
    gpu = (
        "a GPU is there; it shortens training, not the drawing of people and the finding of faces."
        if has_gpu
        else 'no GPU. PROFILE = "laptop" does without; Runtime, Change runtime type offers one.'
    )
    return [
        f"Packages  {kept} stay Colab's own; added: {added}.{_untried(requirements, after)} {restart}",
        f"Computer  {gpu}",
        f"Files     Data go to {data_dir()}, results to {results_dir()}, and both go with the session.",
        "          To keep them, mount Google Drive and set LABKIT_DATA and LABKIT_RESULTS to folders there.",
        "Notebook  This one is GitHub's: File, Save a copy in Drive keeps what you change.",
        "Widgets   They are switched on. After a disconnection run this cell and theirs again.",
    ]


def _untried(requirements: list[Requirement], there: dict[str, str]) -> str:
    """Packages whose versions here are outside labkit's bounds."""
    versions = {r.name: there.get(canonicalize_name(r.name), "") for r in requirements}
    outside = [
        f"{r.name} {versions[r.name]} ({r.specifier})"
        for r in requirements
        if versions[r.name] and not r.specifier.contains(versions[r.name], prereleases=True)
    ]
    return f" The course has not been tried with {', '.join(outside)}." if outside else ""


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        reason = next((line for line in said if line.startswith("ERROR: ")), said[-1])
        raise NotebookError(f"pip could not install {arguments[-1]}: {reason.removeprefix('ERROR: ')}")
