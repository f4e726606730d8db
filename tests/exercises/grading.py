"""A course in a temporary folder, graded by nbgrader itself: its release, its submissions, its gradebook.

Starting a kernel costs more than most exercises do, so all submissions share one, emptied in between.
"""

import asyncio
import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from traitlets.config import PyFileConfigLoader

from labkit.exercises.making import lay_out_course


class InOneKernel(Execute):
    """nbgrader's way to run a notebook, in a kernel that is emptied before and kept after."""

    kept = None

    def preprocess(self, nb, resources):
        return super().preprocess(nb, resources, km=InOneKernel.kept)

    @contextmanager
    def setup_kernel(self, **kwargs) -> Iterator[None]:
        with super().setup_kernel(cleanup_kc=False, **kwargs):
            InOneKernel.kept = self.km
            self.wait_for_reply(self.kc.execute("%reset -f", silent=True))
            yield
            self.kc.stop_channels()

    @classmethod
    def end(cls) -> None:
        if cls.kept is not None:
            asyncio.run(cls.kept.shutdown_kernel(now=True))
            cls.kept = None


@dataclass(frozen=True)
class Grade:
    """One graded cell of one submission."""

    points: float
    most: float
    by_hand: bool  # a person has to look at it


class Course:
    """The sets of exercises as an instructor has them, an assignment each; ``name`` is a set's."""

    def __init__(self, folder: Path, solutions: list[Path]) -> None:
        self.folder = folder
        lay_out_course(folder, solutions)
        config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
        config.CourseDirectory.root = str(folder)
        steps = Autograde.autograde_preprocessors.default()
        config.Autograde.autograde_preprocessors = [InOneKernel if one is Execute else one for one in steps]
        self._nbgrader = NbGraderAPI(config=config)

    def release(self, name: str) -> nbformat.NotebookNode:
        """Generate the students' version."""
        self._do("generate_assignment", name)
        return self._read("release", name)

    def submit(self, name: str, student: str, answers: Mapping[str, str]) -> None:
        """Hand in the release, ``answers`` (grade_id → source) in the place of its stubs, and grade it."""
        notebook = copy.deepcopy(self._read("release", name))
        for cell in notebook.cells:
            cell.source = answers.get(grade_id(cell), cell.source)
            if "parameters" in cell.metadata.get("tags", ()):
                cell.source = cell.source.replace('STUDENT = ""', f'STUDENT = "{student}"')
        path = self._path("submitted", name, student)
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
        self._do("autograde", name, student)

    def graded(self, name: str, student: str) -> nbformat.NotebookNode:
        """The submission as it ran."""
        return self._read("autograded", name, student)

    def grades(self, name: str, student: str) -> dict[str, Grade]:
        """Name of a graded cell → what it earned."""
        with self._nbgrader.gradebook as book:
            grades = book.find_submission_notebook(name, name, student).grades
            return {g.name: Grade(g.score, g.max_score, bool(g.needs_manual_grade)) for g in grades}

    def grade_by_hand(self, name: str, student: str) -> tuple[float, float]:
        """Give full points for all that a person has to look at; returns the whole score and the most."""
        with self._nbgrader.gradebook as book:
            submission = book.find_submission(name, student)
            for grade in submission.notebooks[0].grades:
                if grade.needs_manual_grade:
                    grade.manual_score, grade.needs_manual_grade = grade.max_score, False
            book.db.commit()
            return submission.score, submission.max_score

    def feedback(self, name: str, student: str) -> str:
        """The page that the student gets back."""
        self._do("generate_feedback", name, student)
        return self._path("feedback", name, student).with_suffix(".html").read_text(encoding="utf-8")

    def _do(self, step: str, *arguments: str) -> None:
        done = getattr(self._nbgrader, step)(*arguments)
        assert done["success"], f"{step} {arguments}: {done.get('error')}\n{done['log']}"

    def _path(self, step: str, name: str, student: str = ".") -> Path:
        return self.folder / step / student / name / f"{name}.ipynb"

    def _read(self, step: str, name: str, student: str = ".") -> nbformat.NotebookNode:
        return nbformat.read(self._path(step, name, student), as_version=4)


def grade_id(cell: nbformat.NotebookNode) -> str:
    """The name that nbgrader knows a cell by, or nothing."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def verdicts(notebook: nbformat.NotebookNode) -> list[str]:
    """What the checks of a notebook that ran have said."""
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    return ["".join(out.get("data", {}).get("text/plain", "") for out in cell.outputs) for cell in checks]
