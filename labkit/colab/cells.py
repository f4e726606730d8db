"""The cells and lines that lead to Colab, written by ``make badges`` and by nobody else.

Each notebook has two such cells, known by their ids: ``02-colab``, at the top, has the badge and the ways on;
``02-install``, before all other code, prepares Colab and does nothing elsewhere. A solution carries its
exercise's cells, since the exercise is made from it: no badge opens a solution. Beside a link to a file is
the same file's address on Colab, because a copy saved there has no files beside it.
"""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from labkit.colab.addresses import colab_address, repository
from labkit.paths import checkout
from labkit.whole_files import written_whole

BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
_INSTALL = """\
# On Google Colab: fetch the course, and leave Colab's own TensorFlow as it is. Elsewhere: nothing.
import sys

if "google.colab" in sys.modules:
    ![ -d /content/course ] || git clone --quiet --depth 1 {repository} /content/course
    sys.path.insert(0, "/content/course")
    from labkit.colab.session import set_up

    set_up()"""
_README_LINES = re.compile(r"(?<=<!-- colab: made by `make badges` -->\n).*?(?=<!-- /colab -->)", re.S)


def course_notebooks(root: Path) -> list[Path]:
    """Every notebook that is given the cells: the lessons, and the solutions, of which exercises are made."""
    return sorted(root.glob("notebooks/[0-9]*.ipynb")) + sorted(root.glob("solutions/[0-9]*.ipynb"))


def with_cells(path: Path, root: Path) -> str:
    """The text of the notebook ``path`` with its cells for Colab made anew."""
    notebook = nbformat.read(path, as_version=4)
    number = path.name[:2]
    ids = (f"{number}-colab", f"{number}-install")
    own = [cell for cell in notebook.cells if cell.id not in ids]
    first_code = next(place for place, cell in enumerate(own) if cell.cell_type == "code")
    top = new_markdown_cell(_top_line(path, root), id=ids[0])
    install = new_code_cell(_INSTALL.format(repository=repository(root)), id=ids[1])
    notebook.cells = [top, *own[:first_code], install, *own[first_code:]]
    return nbformat.writes(notebook) + "\n"


def readme_lines(root: Path) -> str:
    """The README's lines with an address for every lesson and every exercise."""
    lines = []
    for words, folder in (("Notebooks", "notebooks"), ("Exercises", "solutions")):
        paths = [_opened(path) for path in sorted(root.glob(f"{folder}/[0-9]*.ipynb"))]
        links = [f"[{Path(path).name[:2]}]({colab_address(path, root)})" for path in paths]
        lines += [f"{words} on Colab: {' · '.join(links)}"] if links else []
    return "\n\n".join(lines) + "\n"


def drifted(root: Path) -> list[Path]:
    """The files in which ``make badges`` would change something."""
    return [path for path, text in _made(root).items() if path.read_text(encoding="utf-8") != text]


def update_files() -> None:
    """Write the cells and the README's lines into this checkout, where they differ, and say where."""
    root = checkout()
    made = _made(root)
    for path in drifted(root):
        with written_whole(path) as part:
            part.write_text(made[path], encoding="utf-8")
        print(f"wrote {path.relative_to(root)}")
    print(f"{len(made)} files lead to {repository(root)} on Colab")


def _made(root: Path) -> dict[Path, str]:
    readme = root / "README.md"
    lines = readme_lines(root)
    text = _README_LINES.sub(lambda _: lines, readme.read_text(encoding="utf-8"))
    return {path: with_cells(path, root) for path in course_notebooks(root)} | {readme: text}


def _opened(path: Path) -> str:
    """The path, in the repository, that a badge in ``path`` opens: never a solution."""
    return f"{'exercises' if path.parent.name == 'solutions' else 'notebooks'}/{path.name}"


def _top_line(path: Path, root: Path) -> str:
    """The badge; then, from a lesson to its exercises and the next one, from exercises to their lesson."""
    number, following = path.name[:2], f"{int(path.name[:2]) + 1:02d}"
    if path.parent.name == "solutions":
        ways = {f"Notebook {number}": f"notebooks/{number}_*.ipynb"}
    else:
        ways = {
            "Exercises": f"solutions/{number}_*.ipynb",
            f"Next: {following}": f"notebooks/{following}_*.ipynb",
        }
    there = {words: sorted(root.glob(pattern)) for words, pattern in ways.items()}
    links = [_both_links(words, paths[0], path, root) for words, paths in there.items() if paths]
    return " · ".join([f"[![Open in Colab]({BADGE})]({colab_address(_opened(path), root)})", *links])


def _both_links(words: str, there: Path, path: Path, root: Path) -> str:
    """A link to the file as it lies beside ``path``, and one to its address on Colab."""
    folder, name = _opened(there).split("/")
    beside = name if _opened(path).startswith(folder) else f"../{folder}/{name}"
    return f"[{words}]({beside}) ([on Colab]({colab_address(f'{folder}/{name}', root)}))"
