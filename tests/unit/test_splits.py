"""Splits: what may not be shared, what is balanced, what leaks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.datasets.splits import leaks, split_by_clip, split_by_frame, split_by_quota, split_by_subject
from labkit.errors import DataError

SPLITTERS = {"frame": split_by_frame, "clip": split_by_clip, "subject": split_by_subject}


def images(people=10, clips=4, pairs=6, gap=5, stride=4) -> pd.DataFrame:
    rows = [
        {
            "subject": f"{person:02d}",
            "sex": "male" if person % 2 else "female",
            "clip": f"{person:02d}-{clip}",
            "emotion": ("happy", "sad")[clip % 2],
            "start": pair * stride,
            "stop": pair * stride + gap,
        }
        for person in range(1, people + 1)
        for clip in range(clips)
        for pair in range(pairs)
    ]
    return pd.DataFrame(rows)


tables = st.builds(images, people=st.integers(3, 12), clips=st.integers(1, 4), pairs=st.integers(1, 5))
ratios = st.tuples(*[st.integers(1, 9)] * 3)


@settings(max_examples=40, deadline=None)
@given(table=tables, seed=st.integers(0, 99), ratios=ratios, policy=st.sampled_from(sorted(SPLITTERS)))
def test_a_split_is_a_partition_that_depends_on_the_seed_alone(table, seed, ratios, policy):
    split = SPLITTERS[policy](table, seed, ratios)
    assert set(split["split"]) == {"train", "validation", "test"}
    pd.testing.assert_frame_equal(split.drop(columns="split"), table)
    pd.testing.assert_frame_equal(SPLITTERS[policy](table, seed, ratios), split)


@settings(max_examples=40, deadline=None)
@given(table=tables, seed=st.integers(0, 99), ratios=ratios, unit=st.sampled_from(["clip", "subject"]))
def test_no_clip_or_person_is_in_two_splits_and_the_order_of_rows_is_nothing(table, seed, ratios, unit):
    split = SPLITTERS[unit](table, seed, ratios)
    assert (split.groupby(unit)["split"].nunique() == 1).all()
    shuffled = SPLITTERS[unit](table.sample(frac=1, random_state=1), seed, ratios)
    pd.testing.assert_frame_equal(shuffled.sort_index(), split)


@pytest.mark.parametrize(("policy", "unit"), [("frame", None), ("clip", "clip"), ("subject", "subject")])
def test_sizes_follow_the_ratios(policy, unit):
    split = SPLITTERS[policy](images(people=20), 0)
    rows = split.drop_duplicates(unit) if unit else split
    share = rows["split"].value_counts(normalize=True)
    assert share.to_dict() == pytest.approx({"train": 0.8, "validation": 0.1, "test": 0.1})


@pytest.mark.parametrize("seed", range(5))
def test_every_split_gets_both_sexes_and_all_emotions(seed):
    by_person = split_by_subject(images(people=24), seed).groupby("split")["sex"].value_counts(normalize=True)
    assert by_person.between(0.3, 0.7).all() and len(by_person) == 6
    by_clip = split_by_clip(images(people=10), seed).groupby("split")["emotion"].value_counts(normalize=True)
    assert by_clip.to_numpy() == pytest.approx(np.full(6, 0.5))


def test_another_seed_gives_another_split():
    table = images()
    assert not split_by_frame(table, 0)["split"].equals(split_by_frame(table, 1)["split"])
    assert not split_by_subject(table, 0)["split"].equals(split_by_subject(table, 1)["split"])


@pytest.mark.parametrize(
    ("policy", "what"), [("frame", "0 images"), ("clip", "2 clips"), ("subject", "2 people")]
)
def test_too_little_data_is_said_in_a_sentence(policy, what):
    table = images(people=2, clips=1) if policy != "frame" else images().head(0)
    with pytest.raises(DataError, match=what):
        SPLITTERS[policy](table, 0)


@pytest.mark.parametrize("ratios", [(8, 2), (8, 0, 2), (8, -1, 1)])
def test_ratios_must_be_three_positive_shares(ratios):
    with pytest.raises(DataError, match="three positive shares"):
        split_by_frame(images(), 0, ratios)


def test_a_frame_split_leaks_nearly_everything():
    found = leaks(split_by_frame(images(), 0))
    assert found.shared_subjects == 1 and found.shared_clips > 0.9 and found.near_duplicates > 0.8
    assert str(found).startswith("Shares people and clips with training: 100%")


def test_a_clip_split_leaks_people_alone():
    found = leaks(split_by_clip(images(), 0))
    assert found.shared_subjects == 1 and found.shared_clips == 0 and found.near_duplicates == 0
    assert str(found).startswith("Shares people with training, but no clips")


def test_a_subject_split_leaks_nothing():
    found = leaks(split_by_subject(images(), 0))
    assert (found.shared_subjects, found.shared_clips, found.near_duplicates) == (0, 0, 0)
    assert str(found) == "No person of the test set was seen in training."


def test_leaks_are_counted_exactly():
    """Test images at 0, 5 and 40 of clip a, and one of clip b; training has a's frame 8 alone."""
    table = pd.DataFrame(
        [("1", "a", 0, "test"), ("1", "a", 5, "test"), ("1", "a", 40, "test"), ("2", "b", 8, "test"),
         ("1", "a", 8, "train"), ("3", "c", 0, "validation")],
        columns=["subject", "clip", "start", "split"],
    ).assign(stop=lambda t: t["start"] + 5)  # fmt: skip
    found = leaks(table)
    assert (found.images, found.within) == (4, 5)
    assert (found.shared_subjects, found.shared_clips, found.near_duplicates) == (0.75, 0.75, 0.25)
    assert leaks(table, within=8).near_duplicates == 0.5


def test_leaks_need_both_sides():
    with pytest.raises(DataError, match="training and test"):
        leaks(images().assign(split="train"))


TABLE = {"happy": (5, 3, 2), "sad": (2, 1, 1)}  # a paper's table, in small


@settings(max_examples=40, deadline=None)
@given(people=st.integers(1, 12), pairs=st.integers(1, 5), seed=st.integers(0, 99))
def test_a_quota_is_met_exactly_or_in_proportion(people, pairs, seed):
    table = images(people=people, clips=4, pairs=pairs).sample(frac=1, random_state=seed)
    if min(table["emotion"].value_counts()) < 3:
        with pytest.raises(DataError, match="Too few images"):
            split_by_quota(table, TABLE, seed)
        return
    split = split_by_quota(table, TABLE, seed)
    pd.testing.assert_frame_equal(split_by_quota(table, TABLE, seed), split)
    pd.testing.assert_frame_equal(split.drop(columns="split"), table.loc[split.index])
    for emotion, quota in TABLE.items():
        dealt = split.loc[split["emotion"] == emotion, "split"].value_counts()
        there = int((table["emotion"] == emotion).sum())
        assert dealt.sum() == min(there, sum(quota))
        for name, wanted in zip(("train", "validation", "test"), quota, strict=True):
            share = wanted * min(1, there / sum(quota))
            assert dealt[name] >= 1 and abs(dealt[name] - share) <= 1


def test_a_quota_deals_at_random_and_by_the_seed():
    table = images(people=20)
    first, second = (split_by_quota(table, TABLE, seed) for seed in (0, 1))
    assert set(first.index) != set(second.index)
    tests = [split_by_quota(table, TABLE, seed).query("split == 'test'")["subject"] for seed in range(30)]
    assert pd.concat(tests).nunique() > 15  # not the first people of the table, nor the last


@pytest.mark.parametrize(
    ("quotas", "reason"),
    [
        ({"happy": (5, 3, 2)}, "no quota for sad"),
        (TABLE | {"disgust": (2, 1, 1)}, "Too few images of disgust: 0"),
        (TABLE | {"sad": (2, 1)}, "not three positive whole numbers"),
        (TABLE | {"sad": (2, 0, 1)}, "not three positive whole numbers"),
        (TABLE | {"sad": (0.8, 0.1, 0.1)}, "not three positive whole numbers"),
    ],
)
def test_a_quota_that_cannot_be_met_is_said_in_a_sentence(quotas, reason):
    with pytest.raises(DataError, match=reason):
        split_by_quota(images(), quotas, 0)


def test_people_who_show_few_emotions_are_dealt_so_that_every_split_has_all():
    few = pd.DataFrame({"subject": list("abcdef"), "emotion": ["happy", "sad"] * 3})  # three people each
    for seed in range(10):
        split = split_by_subject(few, seed, (1, 1, 1))
        assert len(split[["split", "emotion"]].drop_duplicates()) == 6
    rare = images(people=20).query("emotion == 'happy' or subject < '07'")  # six people are ever sad
    for seed in range(10):
        share = split_by_subject(rare, seed).groupby("split")["emotion"].value_counts(normalize=True)
        assert (share > 0.5 * rare["emotion"].value_counts(normalize=True)["sad"]).all()
    impossible = split_by_subject(few.head(3), 0)  # one person each: the best deal stands
    assert set(impossible["split"]) == {"train", "validation", "test"}


def test_stills_leak_as_images_of_one_frame():
    table = pd.DataFrame(
        [
            ("1", "1_1", 1, "test"),
            ("1", "1_1", 21, "test"),
            ("1", "1_1", 6, "train"),
            ("2", "2_1", 1, "train"),
        ],
        columns=["subject", "clip", "frame", "split"],
    ).astype({"frame": "Int64"})
    found = leaks(table, within=5)
    assert (found.images, found.shared_clips, found.near_duplicates, found.within) == (2, 1, 0.5, 5)
    with pytest.raises(ValueError, match="within"):
        leaks(table)
    with pytest.raises(DataError, match="names of 1 images"):
        leaks(table.assign(frame=[1, 21, 6, pd.NA]), within=5)
