"""Folds: every item is tested once, by a network that did not learn from it.

Design choices:
- scikit-learn deals: whole people where people are known, so that nobody is tested by a network that has
  seen them; else single items. Either way each fold gets its share of every emotion;
- a data set's own folds are taken as they are, and looked at first (:func:`check_folds`): DFEW's know no
  people, and nothing in them promises that;
- in a turn one fold is the test. Validation, which chooses when to stop, is either the next fold, or cut
  from the folds in training where these are too precious or come from elsewhere. It is never the test.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from labkit.errors import DataError

_NAMED = 3  # of many people or emotions, so many are named in a sentence


def folds_by_subject(table: pd.DataFrame, folds: int, seed: int) -> pd.DataFrame:
    """The same rows with a column ``fold``, from 0; no person is in two folds.

    Args:
        table: one row an item, with the columns ``subject`` and ``emotion``.
        folds: at least 3: one each for test, validation and training.

    Raises:
        DataError: if there are fewer people than folds, a person has no name, or no emotion has an item for
            each fold. (An emotion that is rarer than that is in some folds only.)
    """
    _check_number(folds)
    if (table["subject"] == "").any():
        raise DataError(
            "Some items do not say whom they show, so people cannot be kept apart; split by item."
        )
    people = table["subject"].nunique()
    if people < folds:
        raise DataError(f"{people} people cannot fill {folds} folds; take at most {people} folds.")
    _check_emotions(table, folds)
    return table.assign(fold=_dealt(table["emotion"], table["subject"], folds, seed))


def folds_by_item(table: pd.DataFrame, folds: int, seed: int) -> pd.DataFrame:
    """The same rows with a column ``fold``, from 0, dealt item by item, whomever they show.

    For data without people's names and folds of its own. What it shares, :func:`check_folds` says.

    Args:
        table: one row an item, with the column ``emotion``.
        folds: at least 3, as for :func:`folds_by_subject`.

    Raises:
        DataError: if no emotion has an item for each fold.
    """
    _check_number(folds)
    _check_emotions(table, folds)
    return table.assign(fold=_dealt(table["emotion"], None, folds, seed))


def _check_number(folds: int) -> None:
    if folds < 3:
        raise ValueError(f"folds must be 3 or more (test, validation, training), not {folds}")


def _check_emotions(table: pd.DataFrame, folds: int) -> None:
    if (most := table["emotion"].value_counts().max()) < folds:
        raise DataError(f"No emotion has more than {most} items, too few for {folds} folds; get more data.")


def _dealt(emotions: pd.Series, people: pd.Series | None, folds: int, seed: int) -> np.ndarray:
    """The fold of each row, int (n,)."""
    kind = StratifiedKFold if people is None else StratifiedGroupKFold
    dealer = kind(folds, shuffle=True, random_state=seed)
    fold = np.empty(len(emotions), int)
    with warnings.catch_warnings():  # it warns of emotions with fewer items than folds
        warnings.simplefilter("ignore", UserWarning)
        for number, (_, test) in enumerate(dealer.split(emotions, emotions, people)):
            fold[test] = number
    return fold


def check_folds(table: pd.DataFrame, *, apart: bool = False) -> list[str]:
    """What is to be known of some folds before anything is trained on them, one sentence each.

    Args:
        table: one row an item, with the columns ``subject`` ("" where unknown), ``emotion`` and ``fold``
            (from 0; −1: in no fold).
        apart: whether nobody may be in two folds.

    Returns:
        Sentences on items in no fold, emotions that a fold lacks, people in several folds, and items that do
        not say whom they show; none if there is nothing to say.

    Raises:
        DataError: if there are fewer than two folds, or with ``apart`` somebody is in two of them.
    """
    in_fold = table[table["fold"] >= 0]
    count = in_fold["fold"].nunique()
    if count < 2:
        raise DataError(f"There is no more than {count} fold to take turns with; deal folds of your own.")
    notes = []
    if outside := len(table) - len(in_fold):
        notes.append(f"{outside:,} of {len(table):,} items are in no fold: leave them out.")
    counts = pd.crosstab(in_fold["fold"], in_fold["emotion"])
    for fold, row in counts.iterrows():
        if lacking := row.index[row == 0].tolist():
            notes.append(
                f"Fold {fold + 1} has no item of {', '.join(lacking)}: its mean over classes leaves this out."
            )
    return notes + _sharing(in_fold, apart)


def _sharing(table: pd.DataFrame, apart: bool) -> list[str]:
    """A sentence on people who are in several folds, if any; an error where this must not be."""
    known = table[table["subject"] != ""]
    if known.empty:
        return ["Nobody is named, so people cannot be counted who are in several folds."]
    nameless = len(table) - len(known)
    unsaid = [f"{nameless:,} of {len(table):,} items do not say whom they show."] if nameless else []
    spread = known.groupby("subject")["fold"].nunique()
    shared = spread.index[spread > 1].tolist()
    if not shared:
        return unsaid
    some = ", ".join(map(str, shared[:_NAMED])) + (", …" if len(shared) > _NAMED else "")
    if apart:
        raise DataError(
            f"{len(shared)} people are in more than one fold ({some}); deal folds by person instead."
        )
    items = table["subject"].isin(shared).mean()
    return [
        f"{len(shared)} of {len(spread)} people are in several folds, with {items:.0%} of the items.",
        *unsaid,
    ]


def turns(table: pd.DataFrame, share: float | None = None, seed: int = 0) -> Iterator[pd.DataFrame]:
    """A turn a fold: the rows with a column ``split``; that fold is the test.

    Args:
        table: with a column ``fold`` from 0, of the functions above or of the data set's own.
        share: of the other folds' items, cut for validation (see :func:`cut_validation`); None: the next
            fold is validation.
        seed: of the cut.

    Raises:
        DataError: if an item is in no fold, or a cut is not possible.
    """
    if outside := int((table["fold"] < 0).sum()):
        raise DataError(f"{outside:,} items are in no fold; leave them out, or deal folds of your own.")
    count = table["fold"].max() + 1
    for number in range(count):
        names = {number: "test"} if share else {number: "test", (number + 1) % count: "validation"}
        turn = table.assign(split=[names.get(fold, "train") for fold in table["fold"]])
        yield cut_validation(turn, share, seed) if share else turn


def cut_validation(table: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """The same rows, with a share of the training ones turned into validation; the test stays as it is.

    Whole people are cut where people are known, so that validation is as strange to the network as a test on
    unseen people is. Out of a few cuts the one stands that comes nearest to the share in every emotion.

    Args:
        table: one row an item, with the columns ``subject`` ("" where unknown), ``emotion`` and ``split``.
        share: of the training items, above 0 and at most one half.
        seed: of the deal.

    Raises:
        DataError: if training shows one person only, or no emotion twice.
    """
    if not 0 < share <= 0.5:
        raise ValueError(f"share must be above 0 and at most 0.5, not {share}")
    train = np.flatnonzero(table["split"] == "train")
    emotions, subjects = (table[column].to_numpy(str)[train] for column in ("emotion", "subject"))
    nameless = subjects == ""
    people = None
    if not nameless.all():  # whoever is not named stands alone
        people = np.where(nameless, np.char.add("?", np.arange(len(train)).astype(str)), subjects)
    found, places = np.unique(emotions, return_inverse=True)
    most = len(train if people is None else np.unique(people))
    commonest = np.bincount(places, minlength=1).max()  # scikit-learn deals no more parts than these
    if min(most, commonest) < 2:
        shown = "no emotion twice" if most > 1 else "1 item" if people is None else "1 person"
        raise DataError(
            f"Training shows {shown}, too little to cut validation from; get more data or fewer folds."
        )
    parts = _dealt(emotions, people, min(round(1 / share), most, commonest), seed)
    counts = np.zeros((parts.max() + 1, len(found)))
    np.add.at(counts, (parts, places), 1)
    best = np.abs(counts / counts.sum(axis=0) - share).sum(axis=1).argmin()
    split = table["split"].to_numpy(object).copy()
    split[train[parts == best]] = "validation"
    return table.assign(split=split)
