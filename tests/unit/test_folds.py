"""Folds: everything is tested once; what they share is said; validation comes out of training."""

import warnings

import numpy as np
import pandas as pd
import pytest

from labkit.datasets.folds import check_folds, cut_validation, folds_by_item, folds_by_subject, turns
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


def test_items_without_names_are_dealt_one_by_one():
    table = folds_by_item(items(10).assign(subject=""), 5, seed=0)
    assert (pd.crosstab(table["fold"], table["emotion"]) == 2).all(axis=None)
    assert not table["fold"].equals(folds_by_item(items(10), 5, seed=1)["fold"])
    with pytest.raises(DataError, match="No emotion has more than 2 items"):
        folds_by_item(items(2), 3, 0)


def test_sound_folds_need_no_word():
    assert check_folds(folds_by_subject(items(12), 4, seed=0), apart=True) == []


def test_what_is_to_be_known_of_folds_is_said():
    table = folds_by_item(items(10), 5, seed=0)
    shared = check_folds(table)
    assert shared == ["10 of 10 people are in several folds, with 100% of the items."]
    with pytest.raises(DataError, match=r"10 people are in more than one fold \(P0, P1, P2, …\)"):
        check_folds(table, apart=True)
    nameless = check_folds(table.assign(subject=""), apart=True)
    assert nameless == ["Nobody is named, so people cannot be counted who are in several folds."]
    half = table.assign(subject=table["subject"].where(table["subject"] == "P1", ""))
    assert check_folds(half) == [
        "1 of 1 people are in several folds, with 10% of the items.",
        "63 of 70 items do not say whom they show.",
    ]
    rare = table[(table["emotion"] != "emotion 3") | (table["fold"] != 1)]
    (said, _) = check_folds(rare)
    assert said == "Fold 2 has no item of emotion 3: its mean over classes leaves this out."
    (said, _) = check_folds(table.assign(fold=table["fold"].where(table.index >= 5, -1)))
    assert said == "5 of 70 items are in no fold: leave them out."
    with pytest.raises(DataError, match="no more than 1 fold"):
        check_folds(table.assign(fold=0))


def test_items_in_no_fold_have_no_turn():
    table = folds_by_item(items(10), 5, seed=0)
    with pytest.raises(DataError, match="3 items are in no fold"):
        next(turns(table.assign(fold=table["fold"].where(table.index >= 3, -1)), 0.1))


def test_validation_is_cut_from_the_training_folds():
    table = folds_by_item(items(40).assign(subject=""), 5, seed=0)
    for number, turn in enumerate(turns(table, 0.1, seed=0)):
        assert ((turn["split"] == "test") == (table["fold"] == number)).all()
        shares = pd.crosstab(turn["emotion"], turn["split"])
        assert (shares["test"] == 8).all() and shares["validation"].between(3, 4).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_cut_takes_whole_people_of_unequal_counts(seed):
    table = items(20).assign(split="train")
    busy = pd.concat([table, *[table[table["subject"] == "P7"]] * 15], ignore_index=True)
    cut = cut_validation(busy, 0.2, seed)
    assert cut.groupby("subject")["split"].nunique().max() == 1
    # the busy one alone has almost half of the items, far more than the share
    assert (cut.loc[cut["subject"] == "P7", "split"] == "train").all()
    assert 0.08 < (cut["split"] == "validation").mean() < 0.25
    assert cut["split"].equals(cut_validation(busy, 0.2, seed)["split"])


def test_whoever_is_not_named_stands_alone():
    table = items(6).assign(split="train")
    table.loc[table.index % 2 == 0, "subject"] = ""
    cut = cut_validation(table, 0.3, 0)
    known = cut[cut["subject"] != ""]
    assert known.groupby("subject")["split"].nunique().max() == 1
    assert set(cut.loc[cut["subject"] == "", "split"]) == {"train", "validation"}


def test_few_people_are_cut_as_far_as_they_go():
    table = items(3).assign(split=["test"] * 7 + ["train"] * 14)
    cut = cut_validation(table, 0.1, 0)
    assert cut["split"].value_counts().to_dict() == {"test": 7, "train": 7, "validation": 7}
    with pytest.raises(DataError, match="Training shows 1 person, too little to cut validation from"):
        cut_validation(items(2).assign(split=["test"] * 7 + ["train"] * 7), 0.1, 0)
    with pytest.raises(ValueError, match="share must be above 0"):
        cut_validation(table, 0.9, 0)


def test_validation_is_cut_even_where_every_emotion_is_rare():
    table = pd.DataFrame(
        {
            "subject": list("aabbccdd"),
            "emotion": ["happy", "sad", "angry", "happy", "sad", "fearful", "disgust", "neutral"],
            "split": "train",
        }
    )
    cut = cut_validation(table, 0.125, seed=0)
    assert set(cut["split"]) == {"train", "validation"}
    assert cut.groupby("subject")["split"].nunique().max() == 1


def test_no_validation_is_cut_where_no_emotion_is_there_twice():
    table = pd.DataFrame({"subject": list("abc"), "emotion": ["happy", "sad", "angry"], "split": "train"})
    with pytest.raises(DataError, match="Training shows no emotion twice"):
        cut_validation(table, 0.125, seed=0)
