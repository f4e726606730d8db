"""A planted gap: leave a group out of the training, and see who pays.

The same people are drawn twice, once with a trait and once without; nothing else differs. Three trainings of
the same people, the same clips and the same number of pictures differ only in who wears it: nobody, every
second person, everybody. Each is asked about people it has not met, with and without the trait. Because the
two tests are twins, the difference is measured within each person.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from labkit.errors import DataError
from labkit.scrutiny.crowd import Crowd
from labkit.scrutiny.drawing_people import DrawnPeople
from labkit.scrutiny.readers import RIDGE, Reader

TRAININGS = ("nobody", "every second person", "everybody")
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Planted:
    """What was got right of n pictures and of their n twins."""

    trait: tuple[str, str]  # what the pictures have, and what their twins have: "no glasses", "glasses"
    subjects: np.ndarray  # (n,)
    hits: dict[str, tuple[np.ndarray, np.ndarray]]  # training → (n,) bool of the pictures, and of their twins

    def table(self) -> pd.DataFrame:
        """A row a training: accuracy on both, and the gap with its interval, widened for three trainings."""
        without, with_it = self.trait
        drawn = DrawnPeople(self.subjects, len(self.hits))
        rows = []
        for training, (plain, twin) in self.hits.items():
            low, high = drawn.interval(drawn.means(_minus(plain, twin)))
            rows.append(
                {
                    "in training": f"{training} has it",
                    f"tested: {without}": plain.mean(),
                    f"tested: {with_it}": twin.mean(),
                    "gap": plain.mean() - twin.mean(),
                    "low": low,
                    "high": high,
                }
            )
        return pd.DataFrame(rows)

    def narrowed(self) -> tuple[float, float, float]:
        """By how much the balanced training narrows the gap that leaving out makes: value, low, high."""
        alone, balanced = (_minus(*self.hits[training]) for training in TRAININGS[:2])
        drawn = DrawnPeople(self.subjects)
        return float((alone - balanced).mean()), *drawn.interval(drawn.means(alone - balanced))


def plant(without: Crowd, with_it: Crowd, trait: tuple[str, str], reader: Reader = RIDGE) -> Planted:
    """Train with nobody, every second person and everybody having the trait; ask about people held out.

    Args:
        without: the crowd in one dress.
        with_it: the same crowd in another: the same pictures, row by row.
        trait: the names of both dresses.

    Raises:
        DataError: if the crowds are no twins, or have fewer than FOLDS people.
    """
    same = ["subject", "clip", "emotion", "frame"]
    table = without.table
    if not table[same].equals(with_it.table[same]):
        raise DataError(
            "The two crowds are no twins; order both with the same people, takes, frames and seed."
        )
    if len(without.people) < FOLDS:
        raise DataError(f"A planted gap needs {FOLDS} people or more, not {len(without.people)}.")
    labels, subjects = table["emotion"].to_numpy(), table["subject"].to_numpy()
    plain, twin = reader.look(without.faces), reader.look(with_it.faces)
    half = np.isin(subjects, without.people[::2])
    seen = dict(zip(TRAININGS, (plain, np.where(half[:, None], twin, plain), twin), strict=True))
    hits = {training: (np.zeros(len(labels), bool), np.zeros(len(labels), bool)) for training in TRAININGS}
    for learn, test in GroupKFold(FOLDS).split(plain, labels, subjects):
        for training in TRAININGS:
            model = reader.model().fit(seen[training][learn], labels[learn])
            for right, asked in zip(hits[training], (plain, twin), strict=True):
                right[test] = model.predict(asked[test]) == labels[test]
    return Planted(trait, subjects, hits)


def _minus(plain: np.ndarray, twin: np.ndarray) -> np.ndarray:
    """(n,): 1 where only the picture was got right, -1 where only its twin was."""
    return plain.astype(float) - twin
