"""Folds of whole people: everyone is tested once, by a network that never saw them."""

import warnings

import numpy as np
import pandas as pd
import pytest

from labkit.datasets.folds import folds_by_subject, turns
from labkit.datasets.splits import leaks
from labkit.errors import DataError


def items(people: int = 9, each: int = 7) -> pd.DataFrame:
    """``each`` items a person, one an emotion."""
    subjects = np.repeat([f"P{number}" for number in range(people)], each)
    emotions = [f"emotion {number}" for number in range(each)] * people
    return pd.DataFrame({"subject": subjects, "emotion": emotions, "clip": subjects, "frame": 1})


@pytest.mark.parametrize(("people", "folds", "seed"), [(9, 3, 0), (10, 3, 1), (10, 5, 2), (23, 4, 3)])
def test_everybody_is_tested_once_and_never_seen_before(people, folds, seed):
    made = list(turns(folds_by_subject(items(people), folds, seed)))
    assert len(made) == folds
    tested = [set(turn.loc[turn["split"] == "test", "subject"]) for turn in made]
    assert set().union(*tested) == set(items(people)["subject"]) and sum(map(len, tested)) == people
    for turn in made:
        assert set(turn["split"]) == {"train", "validation", "test"}
        assert leaks(turn, within=1).shared_subjects == 0
        assert turn.groupby("subject")["split"].nunique().max() == 1


def test_every_fold_gets_its_share_of_the_emotions():
    table = folds_by_subject(items(12), 4, seed=0)
    assert (pd.crosstab(table["fold"], table["emotion"]) == 3).all(axis=None)


def test_the_seed_decides():
    first, again, other = (folds_by_subject(items(), 3, seed)["fold"] for seed in (0, 0, 1))
    assert first.equals(again) and not first.equals(other)


def test_too_few_people_and_nameless_ones_are_refused():
    with pytest.raises(DataError, match="2 people cannot fill 3 folds; take at most 2"):
        folds_by_subject(items(2), 3, 0)
    with pytest.raises(DataError, match="do not say whom they show"):
        folds_by_subject(items().assign(subject=""), 3, 0)


def test_rare_emotions_are_dealt_in_silence_and_too_few_items_refused():
    table = items(4, 2).assign(emotion=["happy", "sad"] * 3 + ["happy", "angry"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert folds_by_subject(table, 3, 0)["fold"].nunique() == 3
    with pytest.raises(DataError, match="No emotion has more than 2 items, too few for 3 folds"):
        folds_by_subject(table.assign(emotion=["a", "b", "c", "d"] * 2), 3, 0)
