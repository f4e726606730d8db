"""The files that set the project up agree with each other and with the code."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import Version

import labkit

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNNING = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = PROJECT["optional-dependencies"]
INSTRUCTOR = [Requirement(line) for line in EXTRAS["instructor"]]
LOCKED = ("lab", "instructor", "test")
REQUIREMENTS = RUNNING + [Requirement(line) for extra in LOCKED for line in EXTRAS[extra]]
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "seaborn": "seaborn-base",
    "nbconvert": "nbconvert-core",
    "jupyter-client": "jupyter_client",
}
# Modules whose distribution has another name.
DISTRIBUTIONS = {
    "cv2": "opencv-python-headless",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "IPython": "ipython",
    "jupyter_client": "jupyter-client",
    "yaml": "pyyaml",
}


def locked() -> list[tuple[str, Version, Marker | None]]:
    pin = re.compile(r"^([\w.-]+)==([^ ;\\]+)(?: ; ([^\\]+))? \\$", re.MULTILINE)
    found = pin.findall((ROOT / "requirements.lock").read_text())
    return [(name, Version(version), Marker(marker) if marker else None) for name, version, marker in found]


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_has_every_dependency_within_its_bounds(python):
    environment = {"python_full_version": python, "python_version": python[:4], "sys_platform": "linux"}
    pins = {name: version for name, version, m in locked() if m is None or m.evaluate(environment)}
    for requirement in REQUIREMENTS:
        assert requirement.specifier.contains(pins[requirement.name]), requirement


def test_the_lock_names_no_index_and_hashes_everything():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)
    blocks = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert len(blocks) > 100 and all("--hash=sha256:" in block for block in blocks)


def test_the_conda_environment_has_the_same_bounds():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (from_pip,) = [entry["pip"] for entry in environment if isinstance(entry, dict)]
    listed = [
        Requirement(line) for line in environment + from_pip if isinstance(line, str) and line[0] != "-"
    ]
    bounds = {requirement.name: requirement.specifier for requirement in listed}
    assert bounds.pop("python") == Requirement(f"python{PROJECT['requires-python']}").specifier
    bounds.pop("pip")
    assert bounds == {CONDA_NAMES.get(r.name, r.name): r.specifier for r in REQUIREMENTS}


def imported_modules(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it, by their full names."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported(folder: str) -> set[str]:
    paths = (ROOT / folder).rglob("*.py")
    return {name.split(".")[0] for path in paths for name in imported_modules(path)}


def floors() -> dict[str, int]:
    """The map in labkit's docstring: room → floor, the highest number at the top."""
    rows = re.findall(r"^ {4}(\w+(?:, \w+)*)  ", labkit.__doc__, re.MULTILINE)
    return {room: -number for number, row in enumerate(rows) for room in row.split(", ")}


def rooms_used() -> dict[str, set[str]]:
    """What each room of labkit imports of the others."""
    used = {}
    for path in (ROOT / "labkit").rglob("*.py"):
        room = path.relative_to(ROOT / "labkit").parts[0].removesuffix(".py")
        names = {name.split(".")[1] for name in imported_modules(path) if name.startswith("labkit.")}
        used.setdefault(room, set()).update(names - {room})
    return used


def test_the_map_has_every_room():
    assert set(floors()) == set(rooms_used()) - {"__init__"}


def test_no_import_points_up():
    floor = floors()
    pairs = ((room, other) for room, others in rooms_used().items() for other in others)
    assert not [f"{room} imports {other}" for room, other in pairs if floor[other] > floor[room]]


def test_no_imports_run_in_a_circle():
    TopologicalSorter(rooms_used()).prepare()  # raises a CycleError that names the circle


@pytest.mark.parametrize(
    ("folder", "stated"),
    [("labkit", RUNNING + INSTRUCTOR), ("tests", REQUIREMENTS), ("benchmarks", REQUIREMENTS)],
)
def test_what_the_code_imports_is_stated(folder, stated):
    scripts = set() if folder == "labkit" else {path.stem for path in (ROOT / folder).rglob("*.py")}
    optional = {"torch", "jax", "tensorflow"}  # other backends, asked for their devices if they are there
    foreign = imported(folder) - set(sys.stdlib_module_names) - scripts - {"labkit"} - optional
    missing = {DISTRIBUTIONS.get(module, module) for module in foreign} - {r.name for r in stated}
    assert not missing


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_the_style_is_kept(command):
    ruff = [sys.executable, "-m", "ruff", *command, "labkit", "tests", "benchmarks", "tools"]
    done = subprocess.run(ruff, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_only_networks_and_training_may_import_a_backend():
    """Keras costs seconds; the loaders, the pre-processing and the command line must start at once."""
    rooms = "cli exercises datasets faces preprocessing synthetic video widgets doctor notebooks results"
    slow = {"keras", "tensorflow", "torch", "jax"}
    code = "import sys, {0}; sys.exit(', '.join(set(sys.modules) & {1}) or 0)"
    modules = ", ".join(f"labkit.{room}" for room in rooms.split())
    done = subprocess.run([sys.executable, "-c", code.format(modules, slow)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def find_python(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess:
    script = ["/bin/sh", str(ROOT / "tools" / "find_python.sh"), *arguments]
    return subprocess.run(script, capture_output=True, text=True, env={"PATH": path} if path else None)


def fake_python(folder: Path, name: str, version: str, fits: bool, venv: bool) -> None:
    """A python that knows its version and whether it has venv, and nothing else."""
    answers = f"*platform*) echo {version};; *version_info*) exit {1 - fits};; *venv*) exit {1 - venv};;"
    (folder / name).write_text(f'#!/bin/sh\ncase "$2" in {answers} esac\n')
    (folder / name).chmod(0o755)


def test_the_python_that_fits_is_found():
    assert find_python(sys.executable).stdout.strip() == sys.executable


@pytest.mark.parametrize(
    ("version", "fits", "venv", "reason"),
    [("3.10.13", False, True, "python3 is 3.10.13;"), ("3.12.1", True, False, "apt install python3-venv")],
)
def test_a_python_that_does_not_fit_gives_one_sentence(tmp_path, version, fits, venv, reason):
    fake_python(tmp_path, "python3", version, fits, venv)
    found = find_python(path=str(tmp_path))
    assert found.returncode == 1 and found.stdout == ""
    assert reason in found.stderr and found.stderr.count("\n") == 1


def test_a_second_python_is_tried(tmp_path):
    fake_python(tmp_path, "python3", "3.10.13", fits=False, venv=True)
    fake_python(tmp_path, "python3.12", "3.12.1", fits=True, venv=True)
    assert find_python(path=str(tmp_path)).stdout.strip() == str(tmp_path / "python3.12")


def test_no_python_gives_one_sentence(tmp_path):
    found = find_python(path=str(tmp_path))
    assert found.returncode == 1 and "no Python was found" in found.stderr
