"""DFEW's official five folds: ``test(single-labeled)/set_k.csv`` is fold k - 1, ``train(…)`` the rest.

A clip in two test folds, or in training and test of one set, would make every figure measured on the folds
wrong without a sign; such files are refused. What is merely incomplete is said, and left as it is.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from labkit.datasets.dfew_labels import CLASSES, read_set
from labkit.datasets.folders import several
from labkit.errors import DataError

FOLDS = 5
FOLDER = "EmoLabel_DataSplit"
PARTS = {"test": "test(single-labeled)", "train": "train(single-labeled)"}
NO_FOLD = -1


@dataclass
class Split:
    """What the set files say."""

    label: pd.Series  # int, by clip
    fold: pd.Series  # int, by clip; of those that are tested
    faults: list[str] = field(default_factory=list)  # sentences: nothing may be measured on such folds
    lacking: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_split(holder: Path) -> Split:
    """Read the set files that are in a folder :data:`FOLDER`; there may be none."""
    lists, lacking, odd = [], [], []
    for part, folder in PARTS.items():
        for number in range(1, FOLDS + 1):
            file = holder / folder / f"set_{number}.csv"
            if not file.is_file():
                lacking.append(f"{folder}/{file.name}")
                continue
            try:
                rows = read_set(file)
            except DataError as error:
                odd.append(str(error))
                continue
            odd += rows.odd
            lists.append(rows.table.reset_index().assign(part=part, set=number))
    lines = pd.concat(lists) if lists else pd.DataFrame(columns=["clip", "label", "part", "set"])
    return Split(
        label=lines.drop_duplicates("clip").set_index("clip")["label"].astype(int),  # a test file's, if any
        fold=_fold_of(lines),
        faults=_shared_folds(lines) + _shared_sets(lines),
        lacking=[f"{len(lacking)} set files are not in {FOLDER}: {several(lacking)}"] if lacking else [],
        odd=odd + _differing(lines),
        notes=_incomplete(lines),
    )


def empty_classes(table: pd.DataFrame) -> list[str]:
    """The folds that lack a class, or have no clip at all, a sentence each; none where no clip is in a fold.

    Args:
        table: columns ``emotion`` and ``fold``.
    """
    if (table["fold"] == NO_FOLD).all():
        return []
    counts = pd.crosstab(table["fold"], table["emotion"])
    counts = counts.reindex(index=range(FOLDS), columns=list(CLASSES), fill_value=0)
    said = []
    for fold, row in counts.iterrows():
        if lacks := row.index[row == 0].tolist():
            what = f"of {', '.join(lacks)}" if row.any() else "at all"
            said.append(f"fold {fold + 1} (set_{fold + 1}.csv) has no clip {what}")
    return said


def _fold_of(lines: pd.DataFrame) -> pd.Series:
    tested = lines[lines["part"] == "test"].drop_duplicates("clip").set_index("clip")
    return (tested["set"].astype(int) - 1).rename("fold")


def _shared_folds(lines: pd.DataFrame) -> list[str]:
    """The clips that are in two test folds, with the names of both."""
    tested = lines[lines["part"] == "test"]
    again = tested[tested["clip"].duplicated(keep=False)]
    if again.empty:
        return []
    clip = again["clip"].iloc[0]
    first, second = again.loc[again["clip"] == clip, "set"].iloc[:2]
    count = again["clip"].nunique()
    return [
        f"{PARTS['test']}: set_{first}.csv and set_{second}.csv both hold clip {clip} "
        f"({count} clips are in more than one fold); folds must not overlap, get the set files again"
    ]


def _shared_sets(lines: pd.DataFrame) -> list[str]:
    """The sets whose training and test files share clips."""
    train, test = (lines.loc[lines["part"] == part, ["set", "clip"]] for part in ("train", "test"))
    both = train.merge(test, on=["set", "clip"])
    return [
        f"set_{number}.csv: {len(rows)} clips are in training and in test ({several(sorted(rows['clip']))}); "
        "they must not overlap, get the set files again"
        for number, rows in both.groupby("set")
    ]


def _differing(lines: pd.DataFrame) -> list[str]:
    """The clips to which two files give different labels."""
    labels = lines.groupby("clip")["label"].nunique()
    clips = labels.index[labels > 1].tolist()
    said = f"{len(clips)} clips have other labels in other set files; the test file's count: {several(clips)}"
    return [said] if clips else []


def _incomplete(lines: pd.DataFrame) -> list[str]:
    """The sets whose training file is not just what the other folds test."""
    notes = []
    tested = lines[lines["part"] == "test"]
    for number, rows in lines[lines["part"] == "train"].groupby("set"):
        train, others = set(rows["clip"]), set(tested.loc[tested["set"] != number, "clip"])
        if less := len(others - train):
            notes.append(f"set_{number}.csv: {less} clips of other folds are not in its training file")
        if more := len(train - others):
            notes.append(f"set_{number}.csv: {more} clips of its training file are in no other fold")
    return notes
