"""The CK+ world: from neutral to the peak, in the official layout; landmarks that lie on what is drawn."""

import re
import shutil
from collections import Counter, defaultdict
from dataclasses import replace

import cv2
import numpy as np
import pytest

from labkit.datasets import ckplus, ckplus_labels
from labkit.errors import DataError
from labkit.synthetic import CkPlusWorld, Clip, ClipRenderer, JaffeWorld, Person, make_world, read_world
from labkit.synthetic.action_units import INDEX
from labkit.synthetic.landmarks import landmarks
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table
from labkit.synthetic.worlds.check import check_world

TINY = CkPlusWorld(people=2, sequences=8, seconds=0.5, size=(96, 74))
FLOAT = r"   \d\.\d{7}e[+-]\d\d"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


def onset(emotion: str = "surprised", **more) -> Clip:
    person = Person.from_seed(7)
    return Clip(person, emotion, seconds=1.0, fps=12, size=(320, 245), voice="silent", course="onset", **more)


def test_the_default_world_is_labelled_as_ckplus_is():
    plan = CkPlusWorld().plan()
    counts = Counter(planned.clip.emotion for planned in plan)
    assert len(plan) == 240 and len({planned.subject for planned in plan}) == 60
    assert abs((240 - counts.pop("")) / 240 - 327 / 593) < 0.01
    assert sorted(counts, key=counts.get) == sorted(ckplus.COUNTS, key=ckplus.COUNTS.get)
    assert {planned.clip.frames for planned in plan} == set(range(8, 17))
    people = defaultdict(list)
    for planned in plan:
        people[planned.subject].append(planned.clip.emotion)
    assert max(map(len, people.values())) > 3 * min(map(len, people.values()))
    assert all(max(Counter(e for e in shown if e).values(), default=0) <= 1 for shown in people.values())
    assert len(CkPlusWorld(people=123, sequences=593).plan()) == 593


def test_nobody_acts_in_another_world_and_impossible_orders_are_refused():
    seeds = {planned.clip.person.seed for planned in CkPlusWorld(people=123, sequences=200).plan()}
    assert min(seeds) == 301 and max(seeds) == 423
    assert seeds.isdisjoint(planned.clip.person.seed for planned in JaffeWorld().plan())
    with pytest.raises(DataError, match="sequences must be 60 or more"):
        CkPlusWorld(sequences=10)


def test_the_loader_reads_the_world_as_planned(world):
    table, plan = ckplus.load(world), TINY.plan()
    assert read_world(world) == TINY and len(table) == 8
    assert table["emotion"].tolist() == [planned.clip.emotion for planned in plan]
    assert table["frames"].tolist() == [planned.clip.frames for planned in plan]
    assert 0 < (table["emotion"] == "").sum() < 8
    frames = ckplus.frames(table)
    assert frames["landmarks"].notna().all()
    assert {image.shape for image in ckplus.read_images(frames)} == {(74, 96)}


def test_texts_have_the_official_form_and_say_what_is_shown(world):
    for planned in TINY.plan():
        units = planned.clip.performance.units[-1]
        last = world / planned.file
        stem = world / "{}" / last.parent.relative_to(world / "cohn-kanade-images") / last.stem
        facs = str(stem).format("FACS") + "_facs.txt"
        marks = str(stem).format("Landmarks") + "_landmarks.txt"
        for file in (facs, marks):
            assert all(re.fullmatch(FLOAT * 2, line) for line in open(file).read().splitlines())
        coded = ckplus_labels.action_units(facs)
        for number in (1, 2, 4, 25):
            assert (number in coded) == (units[INDEX[f"AU{number}"]] >= 0.12)
        truth = truth_table(planned.clip, Rig(planned.clip.person, 74), [planned.clip.frames - 1]).loc[0]
        points = ckplus_labels.landmarks(marks)
        middle = points[36:42].mean(axis=0)
        assert np.abs(middle - truth[["left_eye_x", "left_eye_y"]]).max() < 1.5


def test_a_whole_world_is_complete_and_losses_are_named(world, tmp_path):
    report = check_world(world)
    assert report.complete and report.ok and "8 of 8 sequences" in str(report) and "unlabelled" in str(report)
    copy = shutil.copytree(world, tmp_path / "copy")
    labelled = next(planned for planned in TINY.plan() if planned.clip.emotion)
    (emotion,) = (copy / "Emotion").rglob(f"{labelled.subject}_{labelled.clip.take:03}_*")
    emotion.unlink()
    assert check_world(copy).missing == [f"1 files of Emotion are missing: {emotion.relative_to(copy)}"]
    shutil.rmtree(copy / "Landmarks")
    frames = sum(planned.clip.frames for planned in TINY.plan())
    (sentence,) = (said for said in check_world(copy).missing if "Landmarks" in said)
    assert sentence.startswith(f"{frames} files of Landmarks are missing") and "more" in sentence


def test_an_onset_only_rises_ends_at_its_peak_with_open_eyes_and_draws_alike():
    for take in range(6):
        clip = onset(take=take)
        strength = clip.performance.units[:, INDEX["AU2"]]
        assert strength[0] < 0.35 * strength[-1] and strength[-1] > 0.9 * strength.max()
        assert clip.performance.blink[-1] == 0
        whole = replace(clip, course="whole").performance
        np.testing.assert_array_equal(whole.roll, clip.performance.roll)
        np.testing.assert_array_equal(whole.gaze, clip.performance.gaze)


def test_units_are_shown_instead_of_an_emotion_and_need_no_word():
    clip = onset("", units=(("AU4", 1.0),))
    shown = clip.performance.units[-1] - clip.performance.units[0]
    assert np.argmax(shown) == INDEX["AU4"]
    with pytest.raises(DataError):
        onset("")


def test_pictures_of_other_worlds_are_as_they_were():
    """A thumbnail of a frame that was rendered before clips could end at their peak."""
    clip = Clip(Person.from_seed(7), "surprised", take=3, seconds=1.0, size=(160, 120))
    grey = cv2.cvtColor(ClipRenderer(clip).frame(clip.apex), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (5, 4), interpolation=cv2.INTER_AREA).astype(int)
    before = [
        218,
        209,
        109,
        159,
        187,
        219,
        177,
        136,
        127,
        176,
        199,
        206,
        128,
        160,
        196,
        213,
        172,
        91,
        149,
        181,
    ]
    assert clip.apex == 21 and np.abs(small.ravel() - before).max() <= 1


def test_landmarks_are_in_order_and_follow_the_face():
    clip = onset("surprised")
    rig = Rig(clip.person, 245)
    rest, peak = landmarks(clip, rig, 0), landmarks(clip, rig, clip.frames - 1)
    for points in (rest, peak):
        assert points.shape == (68, 2)
        jaw, brows, eyes, lips = points[:17], points[17:27], points[36:48], points[48:60]
        assert (np.diff(jaw[:, 0]) > -1).all() and np.argmax(jaw[:, 1]) == 8
        assert (np.diff(brows[:, 0]) > 0).all() and brows[:, 1].max() < eyes[:, 1].min()
        assert (np.diff(points[[36, 39, 42, 45], 0]) > 0).all()
        assert lips[:, 1].max() < jaw[8, 1] and points[30, 1] < lips[:, 1].min()

    def gap(points: np.ndarray) -> float:
        return points[66, 1] - points[62, 1]

    def height(points: np.ndarray) -> float:
        return points[36:48, 1].mean() - points[17:27, 1].mean()

    assert gap(peak) > gap(rest) + 2 and height(peak) > height(rest) + 2
    assert peak[8, 1] > rest[8, 1]  # the jaw drops


def test_a_dark_mouth_lies_within_the_inner_lips():
    clip = onset("", units=(("AU25", 1.0), ("AU26", 0.9)))
    frame, rig = clip.frames - 1, Rig(clip.person, 245)
    grey = cv2.cvtColor(ClipRenderer(clip, rig).frame(frame), cv2.COLOR_RGB2GRAY)
    points = landmarks(clip, rig, frame)
    inside = cv2.fillPoly(np.zeros_like(grey), [np.round(points[60:]).astype(np.int32)], 1) > 0
    lips = cv2.fillPoly(np.zeros_like(grey), [np.round(points[48:60]).astype(np.int32)], 1) > 0
    assert inside.sum() > 40 and grey[inside].mean() < 0.8 * grey[lips & ~inside].mean()


def test_no_frame_is_shown_twice(world):
    planned = TINY.plan()[0]
    shown = [int(truth["index"]) for _, truth in TINY.seen(world, planned, 50)]
    assert shown == sorted(set(shown)) and len(shown) >= planned.clip.frames - 2
