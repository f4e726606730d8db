"""How many test faces stand behind the tables on JAFFE: whole numbers from rounded shares.

A recall of .75 is 3 of 4 faces, or 6 of 8, but no share of 5. Each row of Tables 1 and 2
thus allows few numbers of faces; together they must add up to the test images, and every
test image gets one answer. What is left is tried out, all of it. Nothing is trained.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from labkit.papers.cnn_lstm import tables
from labkit.papers.cnn_lstm.tables import Measures, MeasureTable

# Half a unit of the last digit; the crumb lets a tie be rounded either way.
ROUNDING = 0.005 + 1e-9

# JAFFE as it is published: 213 images. No test set holds more of an emotion than there are.
JAFFE_FACES = {
    "angry": 30,
    "disgust": 29,
    "fearful": 32,
    "happy": 31,
    "sad": 31,
    "surprised": 30,
    "neutral": 30,
}


@dataclass(frozen=True)
class Faces:
    """Whole numbers that give one row of Table 1 or 2: an emotion's test faces."""

    faces: int
    right: int
    answered: int  # how often the emotion was the answer, rightly or wrongly


@dataclass(frozen=True)
class FaceSet:
    """Whole numbers that give a whole table.

    Attributes:
        emotions: emotion → its faces; those alone of which at least one was named rightly.
        others: faces of the other emotions together; their rows, all 0.00, do not say how many each has.
    """

    emotions: dict[str, Faces]
    others: int

    @property
    def images(self) -> int:
        return sum(row.faces for row in self.emotions.values()) + self.others

    @property
    def right(self) -> int:
        return sum(row.right for row in self.emotions.values())

    def total(self) -> Measures:
        """The mean of the rows, each weighted by its faces, as scikit-learn's report has it; unrounded."""
        rows, images = self.emotions.values(), self.images
        return Measures(
            precision=sum(row.faces * row.right / row.answered for row in rows) / images,
            recall=self.right / images,
            f1=sum(row.faces * 2 * row.right / (row.faces + row.answered) for row in rows) / images,
        )


@lru_cache
def fitting(row: Measures, most_faces: int, most_answers: int) -> tuple[Faces, ...]:
    """All whole numbers that give a printed row with a recall above 0, within rounding."""
    return tuple(
        Faces(faces, right, answered)
        for faces in range(1, most_faces + 1)
        for right in range(1, faces + 1)
        if _rounds(right / faces, row.recall)
        for answered in range(right, most_answers + 1)
        if _rounds(right / answered, row.precision)
        if _rounds(2 * right / (faces + answered), row.f1)
    )


def face_sets(table: MeasureTable, images: int) -> Iterator[FaceSet]:
    """All test sets of so many images of JAFFE that give every row of Table 1 or 2.

    The last row is not asked: see :func:`agrees_with_total`.
    """
    known = [emotion for emotion, row in table.rows.items() if row.recall > 0]
    unknown = [emotion for emotion in table.rows if emotion not in known]
    choices = [fitting(table.rows[emotion], JAFFE_FACES[emotion], images) for emotion in known]
    for rows in _sums_up_to(choices, images, images):
        others = images - sum(row.faces for row in rows)
        spare_answers = images - sum(row.answered for row in rows)
        enough = len(unknown) <= others <= sum(JAFFE_FACES[emotion] for emotion in unknown)
        if enough and (unknown or spare_answers == 0):
            yield FaceSet(dict(zip(known, rows, strict=True)), others)


def agrees_with_total(found: FaceSet, table: MeasureTable) -> bool:
    """Whether the weighted mean of a test set's rows is the table's last row, within rounding."""
    total = found.total()
    return all(
        _rounds(getattr(total, name), getattr(table.total, name)) for name in ("precision", "recall", "f1")
    )


def sizes(images: Sequence[int]) -> pd.DataFrame:
    """One row a size of test set: whether Tables 1 and 2 can have been measured on so many images.

    Columns: images; "Table 1", whether its rows and its last row fit; "Table 2", whether its rows
    fit (its last row fits nothing); "right", the numbers of right answers that Table 2's rows allow.
    """
    rows = []
    for number in images:
        with_total = (agrees_with_total(found, tables.TABLE_1) for found in face_sets(tables.TABLE_1, number))
        right = sorted({found.right for found in face_sets(tables.TABLE_2, number)})
        rows.append({"images": number, "Table 1": any(with_total), "Table 2": bool(right), "right": right})
    return pd.DataFrame(rows)


def one_test_set() -> pd.DataFrame:
    """One row an emotion: how many test faces Table 1 allows, how many Table 2, and how many both.

    Emotions that Table 1 never names rightly allow any number there and are left out. Where "both"
    is empty, the two tables were not measured on the same test images.
    """
    rows = []
    for emotion, most in JAFFE_FACES.items():
        first, second = tables.TABLE_1.rows[emotion], tables.TABLE_2.rows[emotion]
        if first.recall == 0:
            continue
        allowed = [
            sorted({found.faces for found in fitting(row, most, sum(JAFFE_FACES.values()))})
            for row in (first, second)
        ]
        both = sorted(set(allowed[0]) & set(allowed[1]))
        rows.append({"emotion": emotion, "Table 1": allowed[0], "Table 2": allowed[1], "both": both})
    return pd.DataFrame(rows)


def _rounds(value: float, printed: float) -> bool:
    return abs(value - printed) <= ROUNDING


def _sums_up_to(choices: Sequence[Sequence[Faces]], faces: int, answers: int) -> Iterator[tuple[Faces, ...]]:
    """One of each choice, in all ways that keep within so many faces and answers."""
    if not choices:
        yield ()
        return
    for row in choices[0]:
        if row.faces <= faces and row.answered <= answers:
            for rest in _sums_up_to(choices[1:], faces - row.faces, answers - row.answered):
                yield (row, *rest)
