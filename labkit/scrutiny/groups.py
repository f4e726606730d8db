"""Errors by group, where it is known who is who: skin, beard, glasses, light.

Design choices:
- a group is made of *people*: the interval is from a bootstrap over them, and a group of fewer than FEWEST
  gets none, however many pictures there are;
- groups are compared with others that differ in as little else as can be: beards among men only, and faint
  ones (stubble) left out; the middle third of the skin tones is shown and not compared;
- every comparison that is looked at counts: the intervals of the differences are widened for their number
  (Bonferroni). Only a difference whose interval leaves zero out is claimed.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from labkit.evaluation.metrics import bootstrap_interval
from labkit.scrutiny.drawing_people import DrawnPeople

FEWEST = 5  # people of a group, for an interval
_SIDE, _FRONT = 0.45, 0.25  # of the light's direction, from .. on and up to: from the side, from the front


def _skin(table: pd.DataFrame) -> np.ndarray:
    return np.select([table["darkness"] < 1 / 3, table["darkness"] < 2 / 3], ["light", "medium"], "dark")


def _beard(table: pd.DataFrame) -> np.ndarray:
    unlike = (table["sex"] != "male") | (table["beard"] == "stubble")
    return np.select([unlike, table["beard"] == "none"], ["", "none (men)"], "beard")


def _glasses(table: pd.DataFrame) -> np.ndarray:
    return np.where(table["glasses"], "glasses", "none")


def _light(table: pd.DataFrame) -> np.ndarray:
    aside = table["light"].abs()
    return np.select([aside <= _FRONT, aside >= _SIDE], ["from the front", "from the side"], "")


# Trait → the group of each row ("": in none), and the two groups that are compared.
TRAITS: dict[str, tuple[Callable[[pd.DataFrame], np.ndarray], tuple[str, str]]] = {
    "skin": (_skin, ("light", "dark")),
    "beard": (_beard, ("none (men)", "beard")),
    "glasses": (_glasses, ("none", "glasses")),
    "light": (_light, ("from the front", "from the side")),
}


def errors_by_group(table: pd.DataFrame, hits: np.ndarray) -> pd.DataFrame:
    """A row a group: trait, group, people, pictures, accuracy, low, high (NaN for fewer than FEWEST people).

    Args:
        table: of a :class:`~labkit.scrutiny.crowd.Crowd`.
        hits: (n,) bool, whether each of its faces was read rightly, by a model that has not met the person.
    """
    rows = []
    for trait, (groups_of, _) in TRAITS.items():
        groups = groups_of(table)
        for group in sorted(set(groups) - {""}):
            chosen = groups == group
            people = table["subject"][chosen]
            enough = people.nunique() >= FEWEST
            low, high = bootstrap_interval(hits[chosen], people) if enough else (np.nan, np.nan)
            rows.append(
                {
                    "trait": trait,
                    "group": group,
                    "people": people.nunique(),
                    "pictures": int(chosen.sum()),
                    "accuracy": hits[chosen].mean(),
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


def group_gaps(
    table: pd.DataFrame, hits: np.ndarray, *, by_emotion: bool = False, corrected: bool = True, seed: int = 0
) -> pd.DataFrame:
    """A row a comparison: trait, (emotion,) A, B, the difference of their accuracies, its interval, a claim.

    Args:
        by_emotion: compare each emotion's recall by itself: seven times as many comparisons.
        corrected: widen the intervals for the number of comparisons. Switch it off to see what it prevents.
        seed: of the bootstrap.
    """
    asked = []
    for trait, (groups_of, pair) in TRAITS.items():
        groups = groups_of(table)
        for emotion in sorted(table["emotion"].unique()) if by_emotion else [""]:
            rows = (table["emotion"] == emotion).to_numpy() if emotion else np.ones(len(table), bool)
            asked.append((trait, emotion, pair, [rows & (groups == side) for side in pair]))
    enough = [_people(table, sides) >= FEWEST for *_, sides in asked]
    drawn = DrawnPeople(table["subject"], max(1, sum(enough)) if corrected else 1, seed)
    rows = []
    for (trait, emotion, pair, sides), judged in zip(asked, enough, strict=True):
        difference, low, high = _difference(drawn, hits, sides) if judged else (np.nan, np.nan, np.nan)
        row = {"trait": trait} | ({"emotion": emotion} if by_emotion else {})
        row |= {"A": pair[0], "B": pair[1], "A − B": difference, "low": low, "high": high}
        rows.append(row | {"claim": _claim(pair, low, high)})
    return pd.DataFrame(rows)


def _people(table: pd.DataFrame, sides: list[np.ndarray]) -> int:
    """Of the smaller side."""
    return min(table["subject"][side].nunique() for side in sides)


def _difference(drawn: DrawnPeople, hits: np.ndarray, sides: list[np.ndarray]) -> tuple[float, float, float]:
    """The first side's accuracy minus the second's, and its interval.

    Everybody is drawn together, since somebody may be on both sides (of the light).
    """
    right = hits.astype(float)
    low, high = drawn.interval(drawn.means(right, sides[0]) - drawn.means(right, sides[1]))
    return float(right[sides[0]].mean() - right[sides[1]].mean()), low, high


def _claim(pair: tuple[str, str], low: float, high: float) -> str:
    if np.isnan(low):
        return f"Fewer than {FEWEST} people on one side: nothing can be said."
    if low <= 0 <= high:
        return "No difference can be claimed."
    better, worse = pair if low > 0 else pair[::-1]
    near, far = sorted((100 * abs(low), 100 * abs(high)))
    return f"'{better}' is read better than '{worse}', by {near:.0f} to {far:.0f} points."
