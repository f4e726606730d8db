"""The instructors' guide: the round in it runs as it is written, and what it names is there."""

import importlib
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import nbformat
import pytest
from typer.main import get_command

from labkit.cli import app

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "instructors.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAME = "02_frame_differences"
READING = {"a minute": 1, "four minutes": 4, "six minutes": 6, "ten": 10}
READING |= {"an hour": 60, "an hour and a half": 90, "two hours": 120}
TIME = re.compile(r"\*\*Time\*\* (.+?) to run(?: on a laptop)?, (.+?) to read")
# Runs command lines in one process that imports nbgrader once, and each of its commands in a fork.
SHELL = """
import os, shlex, sys
from labkit.cli import main
from nbgrader.apps import NbGraderApp

programs = {"labkit": main, "nbgrader": NbGraderApp.launch_instance}
for line in sys.argv[1:]:
    command, *arguments = map(os.path.expanduser, shlex.split(line))
    if command == "cd":
        os.chdir(*arguments)
    elif child := os.fork():
        if os.waitpid(child, 0)[1]:
            sys.exit(f"failed: {line}")
    elif command in programs:
        sys.argv = [command, *arguments]
        programs[command]()
        sys.exit()
    else:
        os.execlp(command, command, *arguments)
"""


def section(number: int) -> str:
    return re.search(rf"^## {number}\. .*?(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)[0]


def commands(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def first_cells(path: Path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells[:3])


def test_the_round_runs_as_it_is_written(tmp_path):
    """In a home of its own: one student, who has done nothing but write a name, is collected and graded."""
    home, archive = tmp_path / "home", f"downloaded/{NAME}/archive"
    notebook = nbformat.read(ROOT / "exercises" / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace('STUDENT = ""', 'STUDENT = "ada"')
    handed_in = tmp_path / f"ada_{NAME}.ipynb"
    nbformat.write(notebook, handed_in)
    lines = commands(section(3))
    (collected,) = [number for number, line in enumerate(lines) if "zip_collect" in line]
    lines[collected:collected] = [f"mkdir -p {archive}", f"cp {handed_in} {archive}"]
    home.mkdir()
    bin_ = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader looks for alembic there
    )
    environment = os.environ | {"HOME": str(home), "PATH": bin_, "JUPYTER_PREFER_ENV_PATH": "1"}
    shell = [sys.executable, "-W", "ignore", "-c", SHELL, *lines]
    done = subprocess.run(shell, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 measured people of their own." in done.stdout
    course = home / "emotion"
    (header, ada) = (line.split(",") for line in (course / "grades.csv").read_text().splitlines())
    row = dict(zip(header, ada, strict=True))
    assert (row["student_id"], row["score"], row["max_score"]) == ("ada", "0.0", "35.0")
    assert (course / "feedback" / "ada" / NAME / f"{NAME}.html").is_file()


def test_the_students_copy_has_exercises_and_no_solutions(tmp_path):
    (command,) = [line for line in commands(section(7)) if line.startswith("git archive")]
    done = subprocess.run(
        ["bash", "-c", command.replace("../students.tar", str(tmp_path / "students.tar"))],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if "not a git repository" in done.stderr:
        pytest.skip("not a git checkout")
    with tarfile.open(tmp_path / "students.tar") as tar:
        folders = {"/".join(name.split("/")[:2]) for name in tar.getnames()}
    assert f"exercises/{NAME}.ipynb" in folders and "labkit/exercises" in folders
    assert not [name for name in folders if name.startswith(("solutions", "tests/exercises"))]


def test_the_weeks_say_what_notebooks_and_exercises_say():
    notebooks, sets = set(), set()
    for row in re.findall(r"^\| \d \| \[.*\|$", section(1), re.MULTILINE):
        _, lesson, minutes, exercises, *stated = (cell.strip() for cell in row.strip("|").split("|"))
        notebook = (PAGE.parent / re.search(r"\((.+)\)", lesson)[1]).resolve()
        run, read = TIME.search(first_cells(notebook)).groups()
        assert minutes == f"{READING[run]}, {READING[read]}", notebook.name
        notebooks.add(notebook.name)
        if link := re.search(r"\((.+)\)", exercises):
            path = (PAGE.parent / link[1]).resolve()
            total = re.search(r"^\| all \| +\| +\| (\d+) \| (\d+) \|$", first_cells(path), re.MULTILINE)
            assert tuple(stated) == total.groups(), path.name
            sets.add(path.name)
    assert notebooks == {path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert sets == {path.name for path in (ROOT / "exercises").glob("[0-9]*.ipynb")}


def test_links_lead_somewhere():
    headings = {
        re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("## ")
    }
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        if link.startswith("#"):
            assert link[1:] in headings
        elif not link.startswith("https://"):
            assert (PAGE.parent / link).exists(), link


def test_commands_goals_and_variables_exist():
    cli = get_command(app)
    for first, second in re.findall(r"labkit ([a-z]+)(?: ([a-z]+))?", _code()):
        command = cli.commands[first]
        assert not hasattr(command, "commands") or second in command.commands, f"labkit {first} {second}"
    goals = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"make ([a-z]+)", _code())) <= set(goals)
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "labkit").rglob("*.py"))
    for variable in re.findall(r"LABKIT_[A-Z]+", TEXT):
        assert f'"{variable}"' in code, variable


def test_what_it_names_of_nbgrader_exists():
    apps = importlib.import_module("nbgrader.apps")
    known = apps.NbGraderApp.subcommands
    assert set(re.findall(r"nbgrader ([a-z_]+)", _code())) <= set(known)
    exchange = importlib.import_module("nbgrader.exchange.default").Exchange
    classes = [*apps.NbGraderApp().all_configurable_classes(), exchange]
    traits = {f"{one.__name__}.{trait}" for one in classes for trait in one.class_traits(config=True)}
    assert set(re.findall(r"(?:--|c\.)([A-Z]\w+\.\w+)", TEXT)) <= traits
    grading = apps.AutogradeApp
    options = {*grading.aliases, *grading.flags, *apps.FetchAssignmentApp.aliases}
    assert {"student", "force", "log-level", "course"} <= options


def test_files_and_modules_exist():
    folders = r"(?:solutions|exercises|tests|labkit|notebooks)/"
    for path in re.findall(rf"`({folders}[\w/.]*)`", TEXT):
        assert (ROOT / path).exists(), path
    for name in re.findall(r"`(labkit(?:\.\w+)+)`", TEXT):
        module, _, last = name.rpartition(".")
        assert hasattr(importlib.import_module(module), last), name


def _code() -> str:
    """All that the page sets as code."""
    return "\n".join([*commands(TEXT), *re.findall(r"`([^`]+)`", TEXT)])
