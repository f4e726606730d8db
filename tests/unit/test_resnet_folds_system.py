"""The fifth system: folds with and without people, answers pooled, and what is read off them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labkit.datasets.dfew import CLASSES
from labkit.papers.resnet_folds import judging, study, system
from labkit.papers.resnet_folds.figures import fold_curves
from labkit.papers.resnet_folds.recipe import RECIPES
from labkit.training.cross_validation import CrossValidation
from labkit.training.recipe import Recipe

RECIPE = replace(RECIPES["fast"], folds=3)


def clip_table(clips: int = 42, people: int = 6) -> pd.DataFrame:
    """Clips in turn of every class and, a class later, of every person; the official folds know no people."""
    numbers = np.arange(clips)
    return pd.DataFrame(
        {
            "clip": [f"{n:05}" for n in numbers],
            "path": Path("."),
            "kind": "video",
            "emotion": [CLASSES[n % 7] for n in numbers],
            "subject": [f"p{n // 7 % people}" for n in numbers],
            "fold": numbers % 3,
        }
    )


def answered(said: np.ndarray, table: pd.DataFrame, policy: str = system.OFFICIAL) -> system.Answered:
    """As if networks had said one class of all of a clip's frames; (t, n) class numbers, a network a fold."""
    frames = np.repeat(np.eye(7, dtype=np.float32)[said][:, :, None], 16, axis=2) * 0.93 + 0.01
    splits = np.stack([np.where(table["fold"] == fold, "test", "train") for fold in range(len(said))])
    splits = splits.astype("<U10")
    splits[:, ::4] = np.where(splits[:, ::4] == "train", "validation", splits[:, ::4])
    return system.Answered(table, CrossValidation(frames, splits), policy, "synthetic", 0, ())


def test_people_are_in_one_fold_each_and_official_folds_are_left_alone():
    table = clip_table()
    unseen = system.folds_of(table, system.UNSEEN, RECIPE)
    assert unseen.groupby("subject")["fold"].nunique().max() == 1
    official = system.folds_of(table, system.OFFICIAL, RECIPE)
    assert official["fold"].tolist() == table["fold"].tolist()
    assert official["place"].tolist() == list(range(42))


def test_clips_outside_the_official_folds_stay_out_and_the_others_keep_their_places():
    table = clip_table()
    table.loc[[0, 5], "fold"] = -1
    official = system.folds_of(table, system.OFFICIAL, RECIPE)
    assert len(official) == 40
    assert table["clip"].iloc[official["place"]].tolist() == official["clip"].tolist()


@pytest.mark.parametrize(("fold", "found"), [(-1, 0), (np.arange(42) % 2, 2), (np.arange(42) % 5, 5)])
def test_without_as_many_official_folds_single_clips_are_dealt_and_it_is_said(fold, found):
    table = clip_table().assign(fold=fold, subject="")
    with pytest.warns(UserWarning, match=f"{found} folds come with the clips and 3 are asked for.* 42 clips"):
        dealt = system.folds_of(table, system.OFFICIAL, RECIPE)
    assert sorted(dealt["fold"].unique()) == [0, 1, 2] and len(dealt) == 42


def test_every_clip_is_judged_by_the_network_that_did_not_learn_from_it():
    table = clip_table()
    labels = system.class_numbers(table)
    fold = table["fold"].to_numpy()
    # Each network knows its training clips by heart and errs on every other.
    said = np.stack([np.where(fold == number, (labels + 1) % 7, labels) for number in range(3)])
    given = answered(said, table)
    assert judging.judge(given).card.accuracy == 0
    everything = study.scored_on_all(given)
    assert everything["all"].tolist() == pytest.approx([2 / 3] * 3)
    assert everything["test"].tolist() == [0, 0, 0] and everything["train"].tolist() == [1, 1, 1]
    assert judging.judge_on_all(given).card.accuracy == pytest.approx(2 / 3)


def test_a_report_says_what_the_folds_share():
    table = clip_table()
    said = np.tile(system.class_numbers(table), (3, 1))
    assert "6 of 6 people are in several folds" in judging.judge(answered(said, table)).card.leak_line
    apart = system.folds_of(table, system.UNSEEN, RECIPE)
    report = judging.judge(answered(said, apart, system.UNSEEN))
    assert report.card.leak_line == "Nobody is in two folds." and report.card.accuracy == 1
    nameless = judging.judge(answered(said, table.assign(subject="")))
    assert "Nobody is named" in nameless.card.leak_line
    half = apart.assign(subject=apart["subject"].where(apart.index >= 6, ""))
    assert judging.judge(answered(said, half)).card.leak_line == "6 of 42 items do not say whom they show."


def test_systems_are_compared_on_the_clips_that_all_of_them_tested():
    table = clip_table()
    labels = system.class_numbers(table)
    good = answered(np.tile(labels, (3, 1)), table)
    shuffled = table.sample(frac=1, random_state=1).reset_index(drop=True)
    poor = answered(np.tile((system.class_numbers(shuffled) + 1) % 7, (1, 1)), shuffled)
    scores, (claim,) = study.compare_systems({"good": good, "poor": poor})
    assert scores["clips"].tolist() == [14, 14]
    assert scores["accuracy"].tolist() == [1, 0]
    assert claim.difference == 1


def test_an_adaptive_selection_of_sure_answers_looks_once():
    table = clip_table()
    given = answered(np.tile(system.class_numbers(table), (3, 1)), table)
    confidence = study.choose_confidence(given)
    rows = study.adaptive_selection(given, confidence)
    assert rows["frames"].tolist() == [16, 1, 1] and rows["accuracy"].tolist() == [1, 1, 1]


def test_a_network_a_fold_answers_every_frame_and_a_head_reads_the_answers():
    table = clip_table()
    pictures = np.random.default_rng(0).integers(0, 255, (42, 16, 32, 32, 3), np.uint8)
    recipe = replace(
        RECIPE,
        training=Recipe("adam", 1e-3, epochs=1, batch_size=7),
        head=Recipe("adam", 1e-2, epochs=1, batch_size=7),
        validation=0.25,
        each=1,
    )
    dealt = system.folds_of(table, system.UNSEEN, recipe)
    given = system.cross_validate_clips(
        pictures, dealt, recipe, policy=system.UNSEEN, data="synthetic", only=1
    )
    assert given.networks.answers.shape == (1, 42, 16, 7)
    learned = dealt["subject"][given.networks.splits[0] == "train"]
    assert set(given.table["subject"]).isdisjoint(learned)
    assert given.frames.shape == (len(given.table), 16, 7) and len(given.runs) == 1
    before = "by subject (without 1 folds that were trained before)"
    for runs, title in ((given.runs, "by subject"), ((), before)):
        (axes,) = fold_curves(replace(given, runs=runs)).axes
        assert axes.get_title() == title and len(axes.lines) == 2 * len(runs)
    head = study.temporal_heads(given, recipe)
    assert head.shape == (len(given.table), 7) and head.sum(axis=1) == pytest.approx(1, abs=1e-5)
