"""Labelling faces by hand, without a widget: which face is next, what was said of each, and undo.

A label copies the face to ``<root>/<emotion>/<file name>`` at once, so that the class folders are ready at
any time. A journal, ``labels.jsonl``, holds one line a step; the line is on the disk before a folder is
touched. Where the two differ the folders are believed: a stop at any moment loses at most the step in hand,
and a file that somebody moved, deleted or added by hand counts as it lies. The journal adds what folders
cannot tell: what was skipped, and in which order the steps were made.

Undo takes back the steps made with a book, the last first; a file put into a class folder by hand stays.
"""

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from labkit.datasets.class_folders import open_image
from labkit.emotions import canonical
from labkit.errors import DataError
from labkit.training import ledger

JOURNAL = "labels.jsonl"
SKIPPED, UNDONE = "skipped", "undone"  # the steps in the journal that are no emotion


@dataclass(frozen=True)
class Progress:
    """How far the labelling is, in faces."""

    total: int
    labelled: int
    skipped: int
    unreadable: int  # of those reached so far

    @property
    def left(self) -> int:
        return self.total - self.labelled - self.skipped - self.unreadable


class LabelBook:
    """A queue of faces and the labels given to them.

    A new book on the same folder goes on where the last one stopped, undo included. Skipped faces stay
    skipped.

    Args:
        faces: image files, in the order in which they are shown; their names must differ.
        root: the folder that gets the class folders and the journal; made when absent.
        classes: emotions, in any spelling :func:`~labkit.emotions.canonical` knows.

    Raises:
        DataError: if there are no faces or two of one name, if ``root`` cannot be used or read, if a face
            lies in two class folders, or if the journal has an emotion that is none of ``classes``.
    """

    def __init__(
        self,
        faces: Sequence[Path],
        root: Path,
        classes: Sequence[str] = ("disgust", "happy", "sad", "surprised"),
    ) -> None:
        self.root = Path(root)
        self.classes = tuple(canonical(name) for name in classes)
        self._faces = _by_name([Path(face) for face in faces])
        self._unreadable: list[str] = []
        self._make_folders()
        self._steps = self._read_journal()  # file name → emotion or SKIPPED, in the order of the steps
        self._by_hand: dict[str, str] = {}  # file name → emotion: labelled, but not with a book
        self._notes = self._believe_folders()
        self._face = self._next_face()

    @property
    def face(self) -> Path | None:
        """The face to label now; None when none is left. Faces that cannot be read are passed over."""
        return self._face

    @property
    def place(self) -> int | None:
        """The place of that face in the queue, from 1."""
        return list(self._faces).index(self._face.name) + 1 if self._face else None

    @property
    def progress(self) -> Progress:
        return Progress(len(self._faces), len(self._labels()), self._skipped(), len(self._unreadable))

    @property
    def notes(self) -> list[str]:
        """What is worth knowing about the folders and the faces, a sentence each."""
        count = len(self._unreadable)
        names = ", ".join(self._unreadable[:3]) + (" …" if count > 3 else "")
        unreadable = [f"Faces that cannot be read, left out: {count} ({names})."] if count else []
        return self._notes + unreadable

    @property
    def can_undo(self) -> bool:
        return bool(self._steps)

    def counts(self) -> dict[str, int]:
        """How many faces have each emotion, for every class."""
        counted = Counter(self._labels().values())
        return {emotion: counted[emotion] for emotion in self.classes}

    def recent(self, number: int) -> list[tuple[Path, str]]:
        """The faces labelled last and their emotions, the newest first, at most ``number``."""
        labels = [(name, step) for name, step in reversed(self._steps.items()) if step != SKIPPED]
        return [(self.root / emotion / name, emotion) for name, emotion in labels[:number]]

    def table(self) -> pd.DataFrame:
        """The labelled faces in the queue's order: path (of the copy), file (its name), emotion."""
        labels = self._labels()
        rows = [
            (self.root / labels[name] / name, name, labels[name]) for name in self._faces if name in labels
        ]
        return pd.DataFrame(rows, columns=["path", "file", "emotion"])

    def label(self, emotion: str) -> None:
        """Give the face an emotion: copy it into the class folder and go on to the next.

        Raises:
            DataError: if no face is left, the emotion is no class, or the disk refuses. Nothing is changed
                then, except that a face which was labelled elsewhere in the meantime is passed over.
        """
        face = self._current()
        if emotion not in self.classes:
            raise DataError(f"'{emotion}' is none of the classes {', '.join(self.classes)}.")
        for other in self.classes:
            if (self.root / other / face.name).exists():
                self._by_hand[face.name] = other
                self._face = self._next_face()
                raise DataError(f"{face.name} was put into {other} in the meantime; that label stands.")
        self._note(face.name, emotion)
        self._copy(face, emotion)
        self._steps[face.name] = emotion
        self._face = self._next_face()

    def skip(self) -> None:
        """Leave the face without a label and go on to the next.

        Raises:
            DataError: if no face is left, or the journal cannot be written.
        """
        name = self._current().name
        self._note(name, SKIPPED)
        self._steps[name] = SKIPPED
        self._face = self._next_face()

    def undo(self) -> None:
        """Take the last step back; its face comes next again.

        Raises:
            DataError: if there is no step, its face is gone (its copy may be the last one), or the disk
                refuses. Nothing is changed then.
        """
        if not self._steps:
            raise DataError("There is no step to take back.")
        name = next(reversed(self._steps))
        if read_face(self._faces[name]) is None:
            raise DataError(f"{self._faces[name]} cannot be read any more; its step is not taken back.")
        self._note(name, UNDONE)
        self._remove_copies(name)
        del self._steps[name]
        self._face = self._faces[name]

    def _labels(self) -> dict[str, str]:
        labelled = {name: step for name, step in self._steps.items() if step != SKIPPED}
        return self._by_hand | labelled

    def _skipped(self) -> int:
        return sum(step == SKIPPED for step in self._steps.values())

    def _current(self) -> Path:
        if self._face is None:
            raise DataError("No face is left to label.")
        return self._face

    def _next_face(self) -> Path | None:
        done = self._steps.keys() | self._by_hand.keys() | set(self._unreadable)
        for name, face in self._faces.items():
            if name not in done:
                if read_face(face) is not None:
                    return face
                self._unreadable.append(name)
        return None

    def _make_folders(self) -> None:
        sources = {face.parent.resolve() for face in self._faces.values()}
        for emotion in self.classes:
            folder = self.root / emotion
            if folder.resolve() in sources:
                raise DataError(f"{folder} holds faces to be labelled; choose another folder for the labels.")
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DataError(f"{folder} cannot be made ({error.strerror}); choose another.") from error

    def _read_journal(self) -> dict[str, str]:
        """The steps that stand, of these faces, in their order."""
        steps: dict[str, str] = {}
        for line in ledger.read(self.root / JOURNAL).to_dict("records"):
            name, step = line.get("file"), line.get("step")
            if name not in self._faces:
                continue
            if step not in (*self.classes, SKIPPED, UNDONE):
                raise DataError(
                    f"{self.root / JOURNAL} says '{step}' of {name}, which is none of the classes "
                    f"{', '.join(self.classes)}; add that class, or choose another folder."
                )
            steps.pop(name, None)  # a face that comes again counts from its last step
            if step != UNDONE:
                steps[name] = step
        return steps

    def _believe_folders(self) -> list[str]:
        """Make the steps agree with what lies in the class folders; sentences that say what differed."""
        lying, foreign = self._lying()
        moved = gone = 0
        for name, step in list(self._steps.items()):
            emotion = lying.get(name)
            if step == SKIPPED and emotion:
                del self._steps[name]
            elif step != SKIPPED and not emotion:
                del self._steps[name]
                gone += 1
            elif emotion:
                moved += emotion != step
                self._steps[name] = lying.pop(name)
        self._by_hand = lying
        findings = {
            "Faces moved to another class folder by hand, counted there": moved,
            "Labelled faces no longer in a class folder, to be labelled again": gone,
            "Faces put into a class folder by hand, counted as labelled": len(lying),
            "Other files in the class folders, left alone": foreign,
        }
        return [f"{words}: {number}." for words, number in findings.items() if number]

    def _lying(self) -> tuple[dict[str, str], int]:
        """File name → emotion of these faces as they lie, and the number of other files beside them."""
        lying: dict[str, str] = {}
        foreign = 0
        for emotion in self.classes:
            for name in sorted(os.listdir(self.root / emotion)):
                if name not in self._faces:
                    foreign += 1
                elif name in lying:
                    raise DataError(
                        f"{name} lies in {self.root / lying[name]} and in {self.root / emotion}; delete one."
                    )
                else:
                    lying[name] = emotion
        return lying, foreign

    def _note(self, name: str, step: str) -> None:
        ledger.append({"file": name, "step": step}, self.root / JOURNAL)

    def _copy(self, face: Path, emotion: str) -> None:
        """Copy a face into a class folder, whole or not at all."""
        part = self.root / f".{face.name}.part"
        try:
            shutil.copyfile(face, part)
            os.replace(part, self.root / emotion / face.name)
        except OSError as error:
            raise DataError(
                f"{face} cannot be copied to {self.root / emotion}: {error.strerror}; "
                "put that right and label it again."
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def _remove_copies(self, name: str) -> None:
        try:
            for emotion in self.classes:
                (self.root / emotion / name).unlink(missing_ok=True)
        except OSError as error:
            raise DataError(f"{error.filename} cannot be deleted: {error.strerror}.") from error


@dataclass(frozen=True)
class Agreement:
    """How far two people, or a person and a rule, gave the same faces the same emotions."""

    faces: int  # labelled by both
    share: float  # of them with the same emotion, 0–1
    kappa: float  # Cohen's: 0 is chance, 1 is always; nan where everything is one emotion
    confusion: pd.DataFrame  # counts: rows automatic, columns by hand

    def __str__(self) -> str:
        same = round(self.share * self.faces)
        return (
            f"Hand and automatic labels agree on {same} of {self.faces} faces "
            f"({self.share:.0%}; Cohen's kappa {self.kappa:.2f})."
        )


def agreement(by_hand: pd.DataFrame, automatic: pd.DataFrame) -> Agreement:
    """Compare two tables of labels (columns path and emotion) on the faces, by file name, that both have.

    Raises:
        DataError: if they share no face, or one of them has a file name twice.
    """
    hand, other = _emotions(by_hand, "hand"), _emotions(automatic, "automatic")
    shared = [name for name in hand if name in other]
    if not shared:
        raise DataError("The hand and the automatic labels share no face; label some of the same faces.")
    rows, columns = (pd.Series([labels[name] for name in shared]) for labels in (other, hand))
    emotions = sorted({*rows, *columns})
    confusion = pd.crosstab(rows, columns).reindex(index=emotions, columns=emotions, fill_value=0)
    kappa = cohen_kappa_score(rows, columns) if len(emotions) > 1 else float("nan")
    return Agreement(
        faces=len(shared),
        share=float((rows == columns).mean()),
        kappa=float(kappa),
        confusion=confusion.rename_axis(index="automatic", columns="by hand"),
    )


def read_face(path: Path) -> np.ndarray | None:
    """An image as RGB uint8 (H, W, 3); None where there is none or it is damaged."""
    try:
        return np.asarray(open_image(path))
    except DataError:
        return None


def _emotions(table: pd.DataFrame, whose: str) -> dict[str, str]:
    names = [Path(path).name for path in table["path"]]
    if len(set(names)) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise DataError(f"The {whose} labels have {twice} twice; give each face one label.")
    return dict(zip(names, table["emotion"], strict=True))


def _by_name(faces: list[Path]) -> dict[str, Path]:
    if not faces:
        raise DataError("There are no faces to label; give at least one image file.")
    named: dict[str, Path] = {}
    for face in faces:
        if face.name in named:
            raise DataError(f"{named[face.name]} and {face} have one name; labelled copies need two.")
        named[face.name] = face
    return named
