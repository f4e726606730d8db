"""How many of DFEW's clips show each emotion, worked out from figures that others published.

A share of right answers (WAR) is the classes' recalls, each weighted by its share of the clips. The
clips are the same for all who use the five folds, so every published row with its seven recalls is one
equation for the same seven shares. Printed figures leave each equation some room; all rows together
leave little. Nothing is trained, and no label is read.
"""

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from labkit.papers.resnet_folds import tables
from labkit.papers.resnet_folds.tables import CLASSES

# Points that a row may be off: rounding explains 0.01 (WAR 0.005, the recalls together 0.005); the same
# again for how a method averages its folds.
ROOM = 0.02


def uar_checked() -> pd.DataFrame:
    """One row a method: its UAR as printed and as the mean of its recalls.

    Columns: name, printed, recomputed, agrees (whether rounding explains the difference).
    """
    rows = []
    for result in tables.with_recalls():
        again = float(np.mean(result.recalls))
        rows.append((result.name, result.uar, again, abs(again - result.uar) <= 0.01 + 1e-9))
    return pd.DataFrame(rows, columns=["name", "printed", "recomputed", "agrees"])


def class_sizes(room: float = ROOM) -> pd.DataFrame:
    """One row an emotion: the fewest and most clips of it with which the published rows agree.

    Rows whose UAR is not the mean of their recalls are not asked. What is known beside: all clips, those
    of disgust, and the share of the commonest class.

    Args:
        room: points that a row's WAR may be off.

    Returns:
        Columns emotion, least, most, about (the middle); all NaN where no sizes agree with every row.
    """
    agrees = uar_checked()["agrees"].to_numpy()
    asked = [result for result, fits in zip(tables.with_recalls(), agrees, strict=True) if fits]
    recalls = np.array([result.recalls for result in asked])
    war = np.array([result.war for result in asked])
    bounds = [(0, tables.MAJORITY_SHARE + 0.0005)] * len(CLASSES)
    bounds[CLASSES.index("disgust")] = (tables.DISGUST_CLIPS / tables.USED_CLIPS,) * 2
    rows = []
    for emotion in CLASSES:
        ends = []
        for sign in (1, -1):
            found = linprog(
                [sign * float(name == emotion) for name in CLASSES],
                A_ub=np.vstack([recalls, -recalls]),
                b_ub=np.concatenate([war + room, room - war]),
                A_eq=np.ones((1, len(CLASSES))),
                b_eq=[1],
                bounds=bounds,
            )
            ends.append(sign * found.fun * tables.USED_CLIPS if found.success else np.nan)
        rows.append((emotion, *ends, sum(ends) / 2))
    return pd.DataFrame(rows, columns=["emotion", "least", "most", "about"])
