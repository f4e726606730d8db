"""Synthetic people: who they are, what they do, and that the truth is true of the pictures."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from labkit.errors import DataError
from labkit.synthetic import Clip, ClipRenderer, Person, render_clip, render_still
from labkit.synthetic.action_units import INDEX
from labkit.synthetic.performance import Performance
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import truth_table

SMALL = (240, 136)
ALL = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised", "contempt")


@pytest.fixture(scope="module")
def person() -> Person:
    return replace(Person.from_seed(5, "female"), glasses=replace(Person.from_seed(5).glasses, worn=False))


@pytest.fixture(scope="module")
def rig(person) -> Rig:
    return Rig(person, 360)


def large(person: Person, **changes) -> Clip:
    return Clip(person, "neutral", size=(640, 360), background="plain", **changes)


def with_motion(clip: Clip, **changes) -> Clip:
    """The clip with parts of its performance replaced."""
    clip.__dict__["performance"] = replace(clip.performance, **changes)
    return clip


def test_equal_seeds_give_equal_people_and_pictures():
    assert Person.from_seed(3) == Person.from_seed(3)
    clips = [Clip(Person.from_seed(3), "happy", take=1, size=SMALL, seconds=0.1) for _ in range(2)]
    first, second = (list(render_clip(clip)) for clip in clips)
    assert len(first) == 3 and np.array_equal(first, second)


def test_no_two_people_share_a_measure():
    people = [Person.from_seed(seed) for seed in range(60)]
    for part, name in (("skull", "cheek"), ("eyes", "x"), ("nose", "length"), ("mouth", "width")):
        assert len({getattr(getattr(p, part), name) for p in people}) > 55
    assert len({p.skin.colour for p in people}) == len({p.hair.colour for p in people}) == 60
    assert len({p.hair.style for p in people}) >= 6
    assert 3 <= sum(p.glasses.worn for p in people) <= 25


def test_sex_can_be_asked_for():
    assert {Person.from_seed(seed, "male").sex for seed in range(9)} == {"male"}
    assert all(Person.from_seed(seed, "female").hair.beard == "none" for seed in range(30))


def test_takes_differ_and_without_intensity_emotions_do_not():
    person = Person.from_seed(8)
    still = {e: Clip(person, e, take=4, size=SMALL, intensity=0, seconds=0.5) for e in ALL}
    pictures = [ClipRenderer(clip).frame(7) for clip in still.values()]
    assert all(np.array_equal(pictures[0], picture) for picture in pictures)
    assert not np.array_equal(pictures[0], ClipRenderer(replace(still["sad"], take=5)).frame(7))


def test_nothing_but_the_action_units_tells_the_emotion():
    shown = [Clip(Person.from_seed(8), emotion, take=4).performance for emotion in ("sad", "happy")]
    for part in ("blink", "gaze", "roll", "yaw", "pitch", "shift", "nearness"):
        assert np.array_equal(*(getattr(performance, part) for performance in shown))
    assert not np.array_equal(*(performance.units for performance in shown))


def test_every_emotion_looks_different_at_full_intensity():
    person = Person.from_seed(8)
    pictures = [render_still(person, emotion, size=SMALL).astype(int) for emotion in ALL]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert np.abs(one - other).mean() > 0.05


def test_unknown_emotion_is_refused():
    with pytest.raises(DataError, match="hungry"):
        Clip(Person.from_seed(1), "hungry")


def test_expression_rises_from_the_resting_face_and_swells_with_the_song():
    person = Person.from_seed(11)
    smile = INDEX["AU12L"]
    swings = []
    for take in range(12):
        performance: Performance = Clip(person, "happy", take=take, seconds=4.0).performance
        track = performance.units[:, smile]
        assert track[0] < 0.5 * track.max()
        apex = track[40:80]
        swings.append(1 - apex.min() / apex.max())
    assert 0.2 < np.median(swings) < 0.6


def test_mouth_sings_and_eyes_blink():
    performance = Clip(Person.from_seed(2), "neutral", seconds=10.0).performance
    jaw = performance.units[:, INDEX["AU26"]]
    openings = np.sum((jaw[1:-1] > jaw[:-2]) & (jaw[1:-1] >= jaw[2:]) & (jaw[1:-1] > 0.1))
    blinks = np.sum(np.diff((performance.blink > 0.5).astype(int)) == 1)
    assert 10 <= openings <= 40 and 1 <= blinks <= 10


def test_pupils_are_where_the_truth_says(person, rig):
    clip = large(person, take=2)
    with_motion(clip, blink=0 * clip.performance.blink, gaze=0 * clip.performance.gaze)
    renderer, truth = ClipRenderer(clip, rig), truth_table(clip, rig)
    for frame in (0, 25, 50):
        grey = cv2.cvtColor(renderer.frame(frame), cv2.COLOR_RGB2GRAY).astype(float)
        row = truth.loc[frame]
        for side in ("left", "right"):
            x, y = row[f"{side}_eye_x"], row[f"{side}_eye_y"]
            pupil = grey[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].mean()
            below = grey[int(y) + 18 : int(y) + 23, int(x) - 2 : int(x) + 3].mean()
            assert pupil < 0.6 * below


@pytest.mark.parametrize("roll", (-10.0, 0.0, 10.0))
def test_planted_roll_is_in_the_eye_line_and_in_the_picture(person, rig, roll):
    clip = large(person, take=1)
    still = np.zeros(clip.frames)
    motion = {"roll": still + roll, "yaw": still, "pitch": still, "blink": still, "nearness": still + 1}
    with_motion(clip, shift=np.zeros((clip.frames, 2)), **motion)
    row = truth_table(clip, rig, [0]).loc[0]
    line = np.degrees(np.arctan2(row.right_eye_y - row.left_eye_y, row.right_eye_x - row.left_eye_x))
    assert line == pytest.approx(roll, abs=0.3) and row.roll == roll
    upright = large(person, take=1)
    with_motion(upright, shift=np.zeros((clip.frames, 2)), **(motion | {"roll": still}))
    turned, straight = (ClipRenderer(c, rig).frame(0) for c in (clip, upright))
    eyes = (row.left_eye_x + row.right_eye_x) / 2, (row.left_eye_y + row.right_eye_y) / 2
    back = cv2.warpAffine(turned, cv2.getRotationMatrix2D(eyes, row.roll, 1.0), clip.size)
    first = truth_table(upright, rig, [0]).loc[0]
    dx, dy = (
        round(first[f"left_eye_{a}"] + first[f"right_eye_{a}"]) / 2 - e
        for a, e in zip("xy", eyes, strict=True)
    )
    back = cv2.warpAffine(back, np.float32([[1, 0, dx], [0, 1, dy]]), clip.size)
    x, y = int(first.face_x), int(first.face_y)
    window = np.s_[y + 20 : y + int(first.face_h) - 20, x + 20 : x + int(first.face_w) - 20]
    assert np.abs(back[window].astype(int) - straight[window]).mean() < 7


def test_switches_take_mouth_and_eyes_away(person, rig):
    clip = large(person)
    whole = ClipRenderer(clip, rig).frame(0).astype(int)
    row = truth_table(clip, rig, [0]).loc[0]
    for switch, part in (("draw_mouth", "mouth"), ("draw_eyes", "left_eye")):
        without = ClipRenderer(replace(clip, **{switch: False}), rig).frame(0).astype(int)
        rows, columns = np.nonzero(np.abs(whole - without).sum(axis=2) > 30)
        assert len(rows) > 50
        assert abs(np.median(columns) - row[f"{part}_x"]) < (12 if part == "mouth" else 80)
        assert abs(np.median(rows) - row[f"{part}_y"]) < 12


@pytest.mark.parametrize("background", ("plain", "textured", "varied"))
def test_any_size_and_background(background):
    clip = Clip(Person.from_seed(4), "calm", size=(213, 121), background=background, seconds=0.1)
    assert ClipRenderer(clip).frame(0).shape == (121, 213, 3)
