"""The Aff-Wild2 world: feelings that move over time, tracks with gaps, faces that follow it alone."""

import shutil
from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pandas as pd
import pytest

from labkit.affect import PLACES
from labkit.datasets import affwild2, recognise
from labkit.datasets.world_files import truth_file
from labkit.errors import DataError
from labkit.synthetic import AffWild2World, IsedWorld, RavdessWorld, make_world, read_world
from labkit.synthetic.action_units import INDEX
from labkit.synthetic.affect import AffectClip, affect_track, affect_units
from labkit.synthetic.identity import Person
from labkit.synthetic.worlds.affwild2 import INVALID, LAG
from labkit.synthetic.worlds.check import check_world

TINY = AffWild2World(people=5, seconds=2.0, fps=8.0, size=(100, 125))
DEFAULT = AffWild2World()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


@pytest.fixture(scope="module")
def plan():
    return DEFAULT.plan()


def test_tracks_are_smooth_and_as_uneven_as_the_original():
    tracks = [affect_track(np.random.default_rng(seed), 60.0, 10.0) for seed in range(60)]
    assert max(np.abs(np.diff(track, axis=0)).max() for track in tracks) < 0.35
    pooled = np.concatenate(tracks)
    valence, arousal = pooled.T
    still = (pooled == 0).all(axis=1)
    assert np.abs(pooled).max() <= 1
    assert 0.08 < still.mean() < 0.25
    pleasant, unpleasant = (valence > 0.1).mean(), (valence < -0.1).mean()
    assert pleasant > 1.5 * unpleasant > 0.15
    assert (arousal > 0).mean() > 3 * (arousal < 0).mean()
    counts = np.histogram2d(valence, arousal, bins=40, range=[[-1, 1], [-1, 1]])[0]
    assert counts.max() > 20 * counts[counts > 0].mean() and (counts == 0).mean() > 0.2


def test_equal_random_states_give_equal_tracks_of_the_length_asked_for():
    one, two = (affect_track(np.random.default_rng(5), 7.0, 12.0) for _ in range(2))
    assert one.shape == (84, 2) and np.array_equal(one, two)
    assert affect_track(np.random.default_rng(5), 0.01, 12.0).shape == (1, 2)


def units_at(*places):
    valence, arousal = np.array(places, float).T
    return affect_units(Person.from_seed(31), valence, arousal, np.random.default_rng(0))


def test_a_face_shows_the_emotions_near_a_point_as_strongly_as_it_is_far_out():
    middle, happy, half, sad, between = units_at(
        (0, 0), PLACES["happy"], np.multiply(PLACES["happy"], 0.5), PLACES["sad"], (-0.7, 0.38)
    )
    assert not middle.any()
    assert happy[INDEX["AU12L"]] > 0.6 > 0.2 > happy[INDEX["AU15"]]
    assert np.allclose(half, happy / 2)
    assert sad[INDEX["AU15"]] > 0.4 > 0.1 > sad[INDEX["AU12L"]] and sad[INDEX["AU43"]] > 0.3
    assert between[INDEX["AU4"]] > 0.3 and between[INDEX["AU9"]] > 0.1  # angry, disgusted
    awake, sleepy = units_at((0, 0.6), (0, -0.6))
    assert awake[INDEX["AU5"]] > 0.4 > 0.1 > sleepy[INDEX["AU5"]] and sleepy[INDEX["AU43"]] > 0.4


def test_near_points_look_alike():
    angles = np.linspace(-np.pi, np.pi, 1441)
    units = units_at(*zip(0.6 * np.cos(angles), 0.6 * np.sin(angles), strict=True))
    assert np.abs(np.diff(units, axis=0)).max() < 0.03 and (units >= 0).all()


def test_without_expression_nothing_in_the_performance_depends_on_the_feeling(monkeypatch):
    clip = AffectClip(Person.from_seed(31), seconds=4.0, fps=10.0, voice="speech")
    off = replace(clip, intensity=0.0)
    assert np.array_equal(clip.track, off.track)
    shown, hidden = clip.performance, off.performance
    assert np.abs(shown.units - hidden.units).max() > 0.3
    for name in ("blink", "gaze", "roll", "yaw", "pitch", "shift", "nearness"):
        assert np.array_equal(getattr(shown, name), getattr(hidden, name))
    other = replace(off)
    other.__dict__["track"] = -clip.track  # as if the opposite were felt
    assert np.array_equal(other.performance.units, hidden.units)


def test_the_default_world_has_both_sets_pairs_and_every_kind_of_gap(plan):
    assert Counter(p.file.split("/")[-2] for p in plan) == {"Train_Set": 25, "Validation_Set": 10}
    seeds = [p.clip.person.seed for p in plan]
    assert len(set(seeds)) == len(plan)
    names = {p.name: p for p in plan}
    lefts = [name for name in names if name.endswith("_left")]
    for one, two in ((names[left], names[left.replace("_left", "_right")]) for left in lefts):
        assert one.clip.frames == two.clip.frames and one.file.split("/")[-2] == two.file.split("/")[-2]
    assert len(lefts) == 7
    rows = {p.name: len(p.annotation) for p in plan}
    assert sum(count < 101 for count in rows.values()) >= 1 and 8000 < sum(rows.values()) < 11000
    last = {p.name: max(p.images) + 1 for p in plan}
    assert any(last[name] < rows[name] for name in names) and any(last[name] > rows[name] for name in names)
    gaps = [np.diff(sorted(p.images)).max() for p in plan]
    invalid = [(p.annotation == INVALID).any() for p in plan]
    assert any(gap > 5 for gap in gaps) and any(1 < gap <= 5 for gap in gaps) and 3 <= sum(invalid) <= 25


def test_nobody_acts_elsewhere_and_a_smaller_world_is_a_part(plan):
    seeds = {p.clip.person.seed for p in AffWild2World(people=AffWild2World.most_people).plan()}
    for neighbour in (RavdessWorld(), IsedWorld()):
        assert seeds.isdisjoint(p.clip.person.seed for p in neighbour.plan())
    few = AffWild2World(people=8).plan()
    assert [p.name for p in few] == [p.name for p in plan[:8]]
    assert np.array_equal(few[2].annotation, plan[2].annotation)
    for people in (4, 70):
        with pytest.raises(DataError, match="people must be"):
            AffWild2World(people=people)


def test_an_annotation_follows_the_truth_a_little_late_and_unsure(plan):
    track = next(p for p in plan if (p.annotation[:, 0] != INVALID).all() and len(p.annotation) > 200)
    written, true = track.annotation, track.clip.track[: len(track.annotation)]
    late = round(LAG * DEFAULT.fps)
    assert late == 2
    error = np.abs(written[late:] - true[:-late])
    assert 0.002 < error.mean() < 0.05 and error.max() < 0.2
    every = [p.annotation for p in plan]
    assert all(np.array_equal(rows, rows.round(3)) for rows in every)
    assert 0.05 < (np.concatenate(every) == 0).all(axis=1).mean() < 0.25  # (0, 0) stays exact


def test_the_loader_reads_the_world_as_planned(world):
    assert recognise(world) is affwild2 and read_world(world) == TINY
    tracks, planned = affwild2.load(world), {p.name: p for p in TINY.plan()}
    assert set(tracks["clip"]) == set(planned)
    assert Counter(tracks["split"]) == {"train": 4, "validation": 1}
    assert tracks["video"].tolist().count("video1") == 2
    for clip, rows in affwild2.frames(tracks).groupby("clip"):
        expected = planned[clip].annotation
        read = rows[["valence", "arousal"]].to_numpy()
        assert np.allclose(read, np.where(expected == INVALID, np.nan, expected), atol=1e-6, equal_nan=True)
        images = {int(frame) - 1 for frame in rows["frame"][rows["path"].notna()]}
        assert images == {frame for frame in planned[clip].images if frame < len(rows)}


def test_crops_are_level_and_as_tight_as_the_original(world):
    for planned in TINY.plan():
        truth = pd.read_csv(truth_file(world / planned.file))
        assert np.allclose(truth[["valence", "arousal"]], planned.clip.track, atol=1e-4)
        apart = truth["right_eye_x"] - truth["left_eye_x"]
        assert apart.between(25, 45).all() and truth["roll"].abs().max() < 12
        assert (truth["right_eye_y"] - truth["left_eye_y"]).abs().max() < 4
        assert truth["mouth_y"].between(80, 105).all()
        picture = cv2.imread(str(world / planned.images[max(planned.images)]))
        assert picture.shape == (112, 112, 3) and picture.std() > 15
        assert len(list(TINY.seen(world, planned, 1))) == 1
    picture, row = next(TINY.seen(world, TINY.plan()[0], 3))
    assert picture.shape == (448, 448, 3) and 0 < row["left_eye_x"] < row["right_eye_x"] < 448


def test_a_whole_world_is_complete_and_losses_are_named(world, tmp_path):
    report = check_world(world)
    assert report.complete and report.ok and "5 of 5 tracks" in str(report)
    copy = shutil.copytree(world, tmp_path / "copy")
    first, second = TINY.plan()[:2]
    (copy / first.images[3]).unlink()
    (copy / second.file).unlink()
    truth_file(copy / first.file).unlink()
    report = check_world(copy)
    assert report.missing == [
        "person video1_right lacks 1 of 1 tracks: annotations/VA_Set/Train_Set/video1_right.txt",
        "annotations/VA_Set/Train_Set/video1_left.txt has no truth beside it",
        f"cropped_aligned/video1_left lacks 1 of {len(first.images)} images",
    ]
