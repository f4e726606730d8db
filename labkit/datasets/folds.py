"""Folds: every item is tested once, by a network that never saw its person.

scikit-learn deals whole people so that each fold gets its share of every emotion. One fold is the
test, the next one validation, the rest training; in the next turn all move on by one.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from labkit.errors import DataError


def folds_by_subject(table: pd.DataFrame, folds: int, seed: int) -> pd.DataFrame:
    """The same rows with a column ``fold``, from 0; no person is in two folds.

    Args:
        table: one row an item, with the columns ``subject`` and ``emotion``.
        folds: at least 3: one each for test, validation and training.

    Raises:
        DataError: if there are fewer people than folds, a person has no name, or no emotion has an item for
            each fold. (An emotion that is rarer than that is in some folds only.)
    """
    if folds < 3:
        raise ValueError(f"folds must be 3 or more (test, validation, training), not {folds}")
    if (table["subject"] == "").any():
        raise DataError(
            "Some items do not say whom they show, so people cannot be kept apart; split by item."
        )
    people = table["subject"].nunique()
    if people < folds:
        raise DataError(f"{people} people cannot fill {folds} folds; take at most {people} folds.")
    if (most := table["emotion"].value_counts().max()) < folds:
        raise DataError(f"No emotion has more than {most} items, too few for {folds} folds; get more data.")
    dealer = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    fold = np.empty(len(table), int)
    with warnings.catch_warnings():  # it warns of emotions with fewer items than folds
        warnings.simplefilter("ignore", UserWarning)
        for number, (_, test) in enumerate(dealer.split(table, table["emotion"], table["subject"])):
            fold[test] = number
    return table.assign(fold=fold)


def turns(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A turn a fold: the rows with a column ``split``; that fold is the test, the next one validation.

    Args:
        table: of :func:`folds_by_subject`.
    """
    count = table["fold"].max() + 1
    for number in range(count):
        names = {number: "test", (number + 1) % count: "validation"}
        yield table.assign(split=[names.get(fold, "train") for fold in table["fold"]])
