"""The crowd, the leakage lab and its widget, errors by group, and the planted gap."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from labkit.errors import DataError
from labkit.scrutiny.crowd import EMOTIONS, Crowd, CrowdOrder, draw_crowd, dressed
from labkit.scrutiny.drawing_people import DrawnPeople
from labkit.scrutiny.groups import errors_by_group, group_gaps
from labkit.scrutiny.leakage import LABELS, POLICIES, LeakageStudy, deal, relabelled
from labkit.scrutiny.planted import TRAININGS, plant
from labkit.scrutiny.readers import NEAREST, RIDGE
from labkit.synthetic import Person
from labkit.widgets.leakage_lab import LeakageLab
from labkit.widgets.leakage_picture import compose_leak, tell_leak


def made_up(people: int = 9, takes: int = 2, frames: int = 3, seed: int = 0) -> Crowd:
    """Noise in place of faces: what is common to a clip, and a little of each frame's own."""
    rng = np.random.default_rng(seed)
    rows, faces = [], []
    for person in range(people):
        for number in range(takes * len(EMOTIONS)):
            clip = rng.integers(0, 200, (48, 48))
            for frame in range(frames):
                faces.append(clip + rng.integers(0, 20, (48, 48)))
                rows.append(
                    {
                        "subject": f"{person:03}",
                        "clip": f"{person:03}-{number:02}",
                        "emotion": EMOTIONS[number % len(EMOTIONS)],
                        "frame": frame,
                        "sex": "male" if person % 3 else "female",
                        "darkness": person / people,
                        "beard": ("none", "full", "none", "stubble")[person % 4],
                        "glasses": person == 0,
                        "light": (-0.9, 0.0, 0.9)[number % 3],
                    }
                )
    return Crowd(np.array(faces, np.uint8), pd.DataFrame(rows))


@pytest.fixture(scope="module")
def study() -> LeakageStudy:
    return LeakageStudy(made_up())


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    return tmp_path


def test_a_crowd_is_drawn_once_and_its_twin_differs_in_one_trait_alone(cache):
    order = CrowdOrder(2, takes=1, frames=2)
    plain = draw_crowd(replace(order, dress="no glasses"), workers=1)
    twin = draw_crowd(replace(order, dress="glasses"), workers=1)
    assert plain.faces.shape == (len(plain.table), 48, 48) and plain.faces.dtype == np.uint8
    same = [name for name in plain.table if name != "glasses"]
    pd.testing.assert_frame_equal(plain.table[same], twin.table[same])
    assert not plain.table["glasses"].any() and twin.table["glasses"].all()
    changed = (plain.faces != twin.faces).mean(axis=(1, 2))
    assert (changed > 0).all() and (plain.faces[:, 36:] == twin.faces[:, 36:]).mean() > 0.95  # the chin stays
    (kept,) = (cache / "cache" / "crowds").glob(f"{replace(order, dress='glasses').digest}.npz")
    written = kept.stat().st_mtime_ns
    again = draw_crowd(replace(order, dress="glasses"), workers=1)
    assert (again.faces == twin.faces).all() and kept.stat().st_mtime_ns == written
    pd.testing.assert_frame_equal(again.table, twin.table)


def test_every_person_of_a_crowd_shows_every_emotion_in_clips_of_their_own(cache):
    table = draw_crowd(CrowdOrder(1, takes=2, frames=1), workers=1).table
    assert table["clip"].is_unique and sorted(table["emotion"]) == sorted(EMOTIONS * 2)


def test_a_dress_changes_nothing_else_of_a_person():
    person = Person.from_seed(3)
    dark, light = dressed(person, "dark skin"), dressed(person, "light skin")
    assert dark.skin.darkness > 0.75 and light.skin.darkness < 0.25
    assert sum(dark.skin.colour) < sum(light.skin.colour)
    assert replace(dark, skin=person.skin, mouth=person.mouth) == person
    assert dressed(person, "as drawn") == person


@pytest.mark.parametrize("order", [{"people": 0}, {"people": 3, "takes": 0}, {"people": 3, "frames": 9}])
def test_a_crowd_that_cannot_be_is_refused(order):
    with pytest.raises(DataError, match="A crowd has 1 to"):
        CrowdOrder(**order)
    with pytest.raises(DataError, match="no dress 'hat'; it is one of as drawn"):
        CrowdOrder(3, dress="hat")


@pytest.mark.parametrize(("policy", "unit"), [("by clip", "clip"), ("by subject", "subject")])
def test_no_unit_is_in_two_folds_and_every_picture_in_one(policy, unit):
    table = made_up().table
    folds = deal(table, policy, 0)
    assert pd.Series(folds).groupby(table[unit]).nunique().eq(1).all()
    assert set(folds) == {0, 1, 2} and np.bincount(folds).min() > len(table) / 5


def test_by_frame_nearly_every_picture_has_a_sibling_in_training():
    table = made_up().table
    folds = deal(table, "by frame", 0)
    shared = pd.Series(folds).groupby(table["clip"]).nunique()
    assert (shared > 1).mean() > 0.8


def test_on_noise_only_the_split_by_frame_is_above_chance(study):
    leak = study.measure(9, NEAREST.name)
    assert leak.accuracy("by frame") > 0.8
    assert leak.accuracy("by clip") < 0.3 and leak.accuracy("by subject") < 0.3
    assert leak.gaps["by frame"].low > 0.4 and leak.majority == pytest.approx(1 / 7)
    low, high = leak.intervals["by frame"]
    assert low <= leak.accuracy("by frame") <= high


def test_lots_keep_a_clip_whole_and_every_label_as_frequent():
    table = made_up().table
    drawn = relabelled(table, "by lot for each clip", 3)
    assert drawn.groupby("clip")["emotion"].nunique().eq(1).all()
    assert dict(drawn["emotion"].value_counts()) == dict(table["emotion"].value_counts())
    assert (drawn["emotion"] != table["emotion"]).mean() > 0.5


def test_moods_are_two_and_halve_the_people():
    drawn = relabelled(made_up(people=8).table, "a mood for each person", 0)
    moods = drawn.groupby("subject")["emotion"].agg(["nunique", "first"])
    assert moods["nunique"].eq(1).all() and sorted(moods["first"].value_counts()) == [4, 4]
    with pytest.raises(DataError, match="no labels 'true'; they are one of as shown"):
        relabelled(drawn, "true", 0)


def test_the_curve_asks_about_the_same_people_at_every_size(study):
    curve = study.curve((6, 9), NEAREST.name)
    assert list(curve["split"]) == [*POLICIES, *POLICIES] and list(curve["people"]) == [6] * 3 + [9] * 3
    assert curve["gap"].isna().sum() == 2  # of the split by subject to itself
    everybody = LeakageStudy(made_up(people=12)).measure(6, NEAREST.name, everybody=True)
    assert len(np.unique(everybody.subjects)) == 12


def test_what_was_measured_is_remembered_and_too_few_people_are_refused(study):
    assert study.measure(6, RIDGE.name) is study.measure(6, RIDGE.name)
    with pytest.raises(DataError, match="6 to 9 people here, not 10"):
        study.measure(10, RIDGE.name)
    with pytest.raises(DataError, match="6 people or more, not 5"):
        LeakageStudy(made_up(people=5))


def test_a_group_of_few_people_gets_no_interval_and_no_claim():
    crowd = made_up(people=12)
    hits = np.ones(len(crowd.table), bool)
    groups = errors_by_group(crowd.table, hits).set_index(["trait", "group"])
    assert groups.loc[("glasses", "glasses"), "people"] == 1
    assert np.isnan(groups.loc[("glasses", "glasses"), "low"]) and groups.loc[("glasses", "none"), "low"] == 1
    assert groups.loc["beard"]["people"].sum() == 6  # of eight men, two with stubble
    claims = group_gaps(crowd.table, hits).set_index("trait")["claim"]
    assert claims["glasses"] == "Fewer than 5 people on one side: nothing can be said."
    assert claims["light"] == "No difference can be claimed."


def test_a_true_difference_is_claimed_with_its_sign_and_more_comparisons_widen_it():
    crowd = made_up(people=30)
    aside = crowd.table["light"].abs().to_numpy() > 0.5
    hits = np.random.default_rng(0).random(len(aside)) < np.where(aside, 0.5, 0.8)
    gaps = group_gaps(crowd.table, hits).set_index("trait")
    assert gaps.loc["light", "claim"].startswith("'from the front' is read better than 'from the side', by 2")
    assert gaps.loc["light", "A − B"] == pytest.approx(hits[~aside].mean() - hits[aside].mean())
    wide, narrow = (
        group_gaps(crowd.table, hits, by_emotion=True, corrected=corrected) for corrected in (True, False)
    )
    assert len(wide) == 28
    judged = wide["low"].notna()
    assert (wide["low"] < narrow["low"])[judged].all() and (wide["high"] > narrow["high"])[judged].all()


def test_people_drawn_anew_keep_all_their_pictures():
    subjects = np.repeat(["a", "b", "c"], [1, 2, 3])
    drawn = DrawnPeople(subjects)
    means = drawn.means((subjects == "c").astype(float))
    assert {0.0, 1.0} <= set(means) and 0.5 == pytest.approx(np.median(means), abs=0.15)
    only = drawn.means(np.ones(6), subjects == "a")
    assert np.isnan(only).any() and set(only[~np.isnan(only)]) == {1.0}


def with_mark(crowd: Crowd) -> Crowd:
    """The faces with a trait that reverses what they show: black becomes white."""
    return Crowd(255 - crowd.faces, crowd.table)


def telling(people: int = 10) -> Crowd:
    """Faces that tell the emotion by a bright band, the same for everybody."""
    crowd = made_up(people, takes=1, frames=1)
    for row, emotion in enumerate(crowd.table["emotion"]):
        crowd.faces[row] //= 4
        crowd.faces[row, 6 * EMOTIONS.index(emotion) :][:6] += 150
    return crowd


def test_leaving_a_trait_out_makes_a_gap_that_balance_narrows():
    crowd = telling()
    planted = plant(crowd, with_mark(crowd), ("plain", "marked"), NEAREST)
    table = planted.table().set_index("in training")
    alone, balanced, reverse = (table.loc[f"{name} has it"] for name in TRAININGS)
    assert alone["tested: plain"] > 0.9 and alone["low"] > 0.3
    assert abs(balanced["gap"]) < 0.1 and reverse["high"] < -0.3
    narrowed, low, high = planted.narrowed()
    assert 0.3 < low <= narrowed <= high
    assert narrowed == pytest.approx(alone["gap"] - balanced["gap"])


def test_crowds_that_are_no_twins_are_refused():
    with pytest.raises(DataError, match="are no twins"):
        plant(made_up(6), made_up(7), ("a", "b"))
    with pytest.raises(DataError, match="5 people or more, not 4"):
        plant(made_up(4), made_up(4), ("a", "b"))


def test_turning_a_knob_moves_picture_and_words(study):
    """As papermill does: no browser, only ``.value =``."""
    lab = LeakageLab(study)
    seen = {(lab.picture.value, lab.caption.value)}
    for control, value in (("people", 6), ("model", NEAREST.name), ("labels", LABELS[1])):
        getattr(lab, control).value = value
        assert (lab.picture.value, lab.caption.value) not in seen, control
        seen.add((lab.picture.value, lab.caption.value))
    assert (lab.leak.people, lab.leak.reader, lab.leak.labels) == (6, NEAREST.name, LABELS[1])
    assert lab.caption.value.startswith('<p role="status"')


def test_the_words_have_every_figure_of_the_picture(study):
    leak = study.measure(9, NEAREST.name)
    told = tell_leak(leak)
    for policy in POLICIES:
        assert f"{policy} {leak.accuracy(policy):.0%}" in told
    assert compose_leak(leak).shape == (660, 1520, 3)
