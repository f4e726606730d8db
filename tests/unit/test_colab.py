"""The way to Colab: what the badges open, what the first cell does there and elsewhere, what pip may touch.

``COLAB`` is what Colab had installed in June 2026 of what labkit asks for (googlecolab/backend-info,
pip-freeze.gpu.txt at commit 03a8903); ``WIDGETS`` is what ipywidgets 7.7.1, Colab's, understands.
"""

import ast
import re
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.requirements import Requirement

from labkit.colab import addresses, cells, session
from labkit.errors import NotebookError
from labkit.paths import checkout

ROOT = checkout()
ALL = [
    path
    for folder in ("notebooks", "solutions", "exercises")
    for path in (ROOT / folder).glob("[0-9]*.ipynb")
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
COLAB = {
    "anywidget": "0.9.21", "filelock": "3.29.0", "h5py": "3.16.0", "ipykernel": "6.17.1", "ipython": "7.34.0",
    "ipywidgets": "7.7.1", "jupyter-client": "7.4.9", "keras": "3.13.2", "matplotlib": "3.10.0",
    "nbconvert": "7.17.1", "nbformat": "5.10.4", "numpy": "2.0.2", "opencv-python-headless": "4.13.0.92",
    "packaging": "26.2", "pandas": "2.2.2", "pillow": "11.3.0", "pooch": "1.9.0", "requests": "2.32.4",
    "scikit-image": "0.25.2", "scikit-learn": "1.6.1", "scipy": "1.16.3", "seaborn": "0.13.2",
    "tensorflow": "2.20.0", "tqdm": "4.67.3", "traitlets": "5.7.1", "typer": "0.25.1",
}  # fmt: skip
ADDED = {"imagehash", "papermill"}  # what is installed there
_NUMBER = "continuous_update description disabled max min orientation readout readout_format step style value"
_CHOICE = "description disabled index label options style value"
WIDGETS = {
    "Box": "children",
    "Button": "button_style description disabled icon style tooltip",
    "Checkbox": "description disabled indent style value",
    "Dropdown": _CHOICE,
    "FloatProgress": "bar_style description max min orientation style value",
    "FloatSlider": _NUMBER,
    "FloatText": "continuous_update description disabled step style value",
    "HBox": "children",
    "HTML": "description placeholder style value",
    "Image": "format height value width",
    "IntProgress": "bar_style description max min orientation style value",
    "IntRangeSlider": _NUMBER,
    "IntSlider": _NUMBER,
    "IntText": "continuous_update description disabled step style value",
    "Layout": "align_items border display flex flex_flow height justify_content margin max_height max_width "
    "min_height min_width overflow padding visibility width",
    "Play": "description disabled interval max min show_repeat step style value",
    "SelectionSlider": f"{_CHOICE} continuous_update orientation readout",
    "Text": "continuous_update description disabled placeholder style value",
    "ToggleButtons": f"{_CHOICE} button_style icons tooltips",
    "VBox": "children",
    "Widget": "",
    "jslink": "",
}

every_notebook = pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")


def test_make_badges_has_nothing_to_write():
    assert cells.drifted(ROOT) == [], "run 'make badges' (and 'make exercises' after a change of a solution)"


def top(path: Path) -> str:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.id == f"{path.name[:2]}-colab", "run 'make badges'"
    return first.source


def opened(address: str) -> str:
    """The path in the repository that an address on Colab opens."""
    start = addresses.colab_address("")
    assert address.startswith(start)
    return address.removeprefix(start)


@every_notebook
def test_the_badge_opens_what_a_student_may_open(path):
    links = [opened(link) for link in LINK.findall(top(path)) if "/github/" in link]
    folder = "notebooks" if path.parent.name == "notebooks" else "exercises"
    assert links[0] == f"{folder}/{path.name}"
    assert all((ROOT / link).is_file() and not link.startswith("solutions/") for link in links)


@every_notebook
def test_a_link_to_a_file_leads_there_and_its_notebook_is_linked_on_colab(path):
    on_colab = {opened(link) for link in LINK.findall(top(path)) if "/github/" in link}
    texts = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
    for link in (
        link for text in texts for link in LINK.findall(text) if not re.match(r"\w+:|#|attachment", link)
    ):
        target = (path.parent / link.split("#")[0]).resolve()
        assert target.is_file(), link
        assert str(target.relative_to(ROOT)) in on_colab, f"{link} has no address on Colab beside it"


def test_the_readme_leads_to_every_lesson_and_exercise():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (path for path in ALL if path.parent.name != "solutions"):
        assert addresses.colab_address(f"{path.parent.name}/{path.name}") in text


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons and one set of exercises, published somewhere."""
    monkeypatch.setattr(cells, "checkout", lambda: tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project.urls]\nRepository = "https://github.com/a/b"\n')
    (tmp_path / "README.md").write_text(
        "Before\n<!-- colab: made by `make badges` -->\n<!-- /colab -->\nAfter\n"
    )
    for name in ("notebooks/01_one", "notebooks/02_two", "solutions/01_one"):
        path = tmp_path / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        own = [new_markdown_cell("# Title", id="x-000"), new_code_cell("SEED = 0", id="x-001")]
        nbformat.write(new_notebook(cells=own), path)
    return tmp_path


def cells_of(path: Path) -> list:
    return nbformat.read(path, as_version=4).cells


def test_the_cells_stand_at_the_top_and_before_the_first_code(course):
    cells.update_files()
    for path in cells.course_notebooks(course):
        ids = [cell.id for cell in cells_of(path)]
        assert ids == [f"{path.name[:2]}-colab", "x-000", f"{path.name[:2]}-install", "x-001"]
    solution = cells_of(course / "solutions" / "01_one.ipynb")[0].source
    assert "/github/a/b/blob/main/exercises/01_one.ipynb" in solution and "solutions" not in solution
    lesson = cells_of(course / "notebooks" / "01_one.ipynb")[0].source
    assert "[Exercises](../exercises/01_one.ipynb)" in lesson and "[Next: 02](02_two.ipynb)" in lesson
    readme = (course / "README.md").read_text()
    assert readme.startswith("Before\n") and readme.endswith("After\n") and readme.count("/blob/main/") == 3


def test_writing_again_changes_nothing_and_a_new_address_changes_everything(course, capsys):
    cells.update_files()
    before = {path: path.read_bytes() for path in course.rglob("*.*")}
    cells.update_files()
    assert {path: path.read_bytes() for path in course.rglob("*.*")} == before
    assert capsys.readouterr().out.count("wrote ") == 4
    (course / "pyproject.toml").write_text('[project.urls]\nRepository = "https://github.com/c/d/"\n')
    assert len(cells.drifted(course)) == 4
    cells.update_files()
    texts = [path.read_text() for path in course.rglob("*.*")]
    assert not [text for text in texts if "github/a/b" in text or "github.com/a/b" in text]


def test_a_notebook_rebuilt_elsewhere_gets_its_cells_again(course):
    cells.update_files()
    path = course / "notebooks" / "01_one.ipynb"
    made = path.read_bytes()
    nbformat.write(new_notebook(cells=[c for c in cells_of(path) if c.id.startswith("x-")]), path)
    assert cells.drifted(course) == [path]
    cells.update_files()
    assert path.read_bytes() == made


def run_install_cell(monkeypatch) -> list[str]:
    """Run the first code cell of notebook 00 as IPython would; returns what it gave to the shell."""
    asked = []
    shell = types.SimpleNamespace(system=asked.append)
    source = next(
        c.source for c in cells_of(ROOT / "notebooks" / "00_start_here.ipynb") if c.cell_type == "code"
    )
    monkeypatch.setattr(sys, "path", list(sys.path))
    exec(TransformerManager().transform_cell(source), {"get_ipython": lambda: shell})
    return asked


def test_elsewhere_the_first_cell_does_nothing(monkeypatch):
    monkeypatch.setattr(session, "set_up", lambda: pytest.fail("it was set up"))
    before = list(sys.path)
    assert run_install_cell(monkeypatch) == [] and sys.path == before


def test_on_colab_the_first_cell_fetches_the_course_and_sets_it_up(monkeypatch):
    done = []
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setattr(session, "set_up", lambda: done.append("set up"))
    (command,) = run_install_cell(monkeypatch)
    assert command.endswith(f"git clone --quiet --depth 1 {addresses.repository()} /content/course")
    assert done == ["set up"]


def test_a_link_in_an_output_is_a_file_or_on_colab_an_address(monkeypatch):
    notebook = Path("01_optimizers_and_batch_size.ipynb")
    assert addresses.link_to(notebook) == notebook.name
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert opened(addresses.link_to(notebook)) == f"notebooks/{notebook.name}"


@pytest.fixture
def pip(monkeypatch):
    """Pip's calls, with the constraints of each; it installs nothing."""
    calls = []

    def run(command, **_):
        held = command[command.index("--constraint") + 1] if "--constraint" in command else None
        calls.append((command[command.index("install") + 1 :], Path(held).read_text() if held else ""))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(session.subprocess, "run", run)
    return calls


def test_a_session_is_set_up(pip, monkeypatch, capsys):
    switched_on = []
    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: switched_on.append(True))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    monkeypatch.setattr(session, "installed", lambda: COLAB)
    monkeypatch.chdir(ROOT)
    session.set_up()
    (missing, held), (itself, _) = pip
    assert {Requirement(line).name for line in missing if line[0].isalpha()} == ADDED
    assert set(held.splitlines()) == {f"{name}=={version}" for name, version in COLAB.items()}
    assert itself[-2:] == ["--editable", str(ROOT)] and "--no-deps" in itself
    assert switched_on and Path.cwd() == ROOT / "notebooks"
    said = capsys.readouterr().out
    assert "tensorflow 2.20.0, keras 3.13.2, numpy 2.0.2 stay Colab's own" in said
    assert "No restart is needed" in said and "not been tried" not in said


def test_colabs_own_packages_are_within_the_bounds():
    bounds = {r.name: r.specifier for r in session.stated_requirements()}
    assert set(bounds) - set(COLAB) == ADDED
    assert not [name for name, version in COLAB.items() if not bounds[name].contains(version)]


def test_a_package_that_changed_asks_for_a_restart_and_an_untried_one_is_named():
    wanted = [Requirement("numpy>=2,<3"), Requirement("pandas>=2.2,<4")]
    before = {"numpy": "2.0.2", "pandas": "4.1"}
    (packages, *_) = session.worth_knowing(
        wanted, before, before | {"numpy": "2.4", "new": "1"}, has_gpu=False
    )
    assert "Restart the session" in packages and "numpy changed" in packages and "added: new." in packages
    assert "not been tried with pandas 4.1 (<4,>=2.2)" in packages


def test_of_a_package_found_twice_the_first_on_the_path_counts(tmp_path, monkeypatch):
    for folder, version in (("first", "1.0"), ("second", "2.0")):
        about = tmp_path / folder / f"some_thing-{version}.dist-info" / "METADATA"
        about.parent.mkdir(parents=True)
        about.write_text(f"Metadata-Version: 2.1\nName: Some.Thing\nVersion: {version}\n")
        monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / folder)])
    assert session.installed()["some-thing"] == "1.0"


def test_a_refusal_of_pip_is_said_in_one_sentence(monkeypatch):
    said = "ERROR: No matching distribution found for imagehash\nsome more"
    refuse = subprocess.CompletedProcess([], 1, "", said)
    monkeypatch.setattr(session.subprocess, "run", lambda *_, **__: refuse)
    with pytest.raises(NotebookError, match="pip could not install imagehash: No matching distribution"):
        session.install_beside({}, ["imagehash"])


def made_widgets() -> list[tuple[str, str, list[str]]]:
    """File, class and keywords of every widget that labkit makes."""
    made = []
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "labkit").rglob("*.py")}
    for file, text in texts.items():
        for node in ast.walk(ast.parse(text)) if "ipywidgets" in text else ():
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="widgets"), attr=name), keywords=words):
                    made.append((file.name, name, [word.arg for word in words if word.arg]))
    return made


def test_widgets_use_nothing_that_ipywidgets_7_lacks():
    """It ignores an unknown keyword without a word; Colab's manager draws no Accordion and no Tab."""
    made = made_widgets()
    assert len(made) > 50
    unknown = [(file, name) for file, name, _ in made if name not in WIDGETS]
    assert not unknown, "if ipywidgets 7.7.1 has it, add it to WIDGETS"
    for file, name, words in made:
        assert set(words) <= {"layout", *WIDGETS[name].split()}, (file, name)
