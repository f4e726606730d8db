"""Set 02, frame differences: what its checks look at, and its hints."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from labkit.datasets.splits import leaks
from labkit.exercises.expectations import (
    Wrong,
    answer_of,
    expect_array,
    expect_choice,
    expect_keys,
    expect_number,
    expect_whole,
)
from labkit.exercises.tasks import Task
from labkit.preprocessing.differences import frame_difference, pair_count, pair_indices

GAPS = (1, 2, 5, 10)
STRIDES = (1, 2, 5)
DIRECTIONS = ("grows", "stays", "falls")


def _difference(difference: Callable) -> None:
    for before, after in ((3, 5), (5, 3), (250, 0)):
        earlier, later = np.full((2, 2, 3), before, np.uint8), np.full((2, 2, 3), after, np.uint8)
        where = f"where the earlier frame is {before} everywhere and the later one {after}"
        given = answer_of(difference, earlier, later, where=where)
        expect_array(given, frame_difference(earlier, later), where)


def _pair_count(pair_count_: Callable) -> None:
    for frames, gap, stride in ((6, 5, 4), (10, 5, 1), (10, 5, 4), (138, 5, 4), (4, 5, 1)):
        where = f"for {frames} frames, gap {gap}, stride {stride}"
        expect_whole(
            answer_of(pair_count_, frames, gap, stride, where=where), pair_count(frames, gap, stride), where
        )


def _roll_angle(roll_angle: Callable) -> None:
    faces = {
        "for an upright face": (((30, 40), (70, 40), (50, 90)), 0.0),
        "for a face whose mouth is to the left of its eyes": (((60, 40), (100, 40), (30, 90)), 45.0),
        "for a face whose mouth is to the right of its eyes": (((30, 40), (70, 40), (100, 90)), -45.0),
        "for a face whose eyes are below its mouth": (((80, 90), (120, 90), (50, 40)), 135.0),
    }
    for where, (points, expected) in faces.items():
        given = answer_of(roll_angle, *points, where=where)
        expect_number(given, expected, where)


def _split_people(split_people: Callable) -> None:
    people, clips = ([f"{kind}{n}" for n in range(count)] for kind, count in (("p", 10), ("c", 20)))
    table = pd.DataFrame({"subject": np.repeat(people, 6), "clip": np.repeat(clips, 3)})
    where = "for 10 people with 6 images each and a share of 0.27"
    split = np.asarray(answer_of(split_people, table, 0.27, 0, where=where))
    if split.shape != (60,) or not set(split) <= {"train", "test"}:
        raise Wrong(f'{where}, 60 words were expected, each "train" or "test"')
    test, train = (set(table["subject"][split == name]) for name in ("test", "train"))
    if test & train:
        raise Wrong(f"{where}, {len(test & train)} people are in training and in the test")
    if len(test) != 3:
        raise Wrong(f"{where}, the test was expected to hold 3 people, not {len(test)}")
    if not np.array_equal(split, answer_of(split_people, table, 0.27, 0, where=where)):
        raise Wrong(f"{where}, the same seed gives two different splits")
    others = [answer_of(split_people, table, 0.27, seed, where=where) for seed in range(1, 9)]
    if all(np.array_equal(split, other) for other in others):
        raise Wrong(f"{where}, every seed gives the same split")


def _predicted(predicted: dict) -> None:
    for knob, word in expect_keys(predicted, ("gap", "stride"), "in predicted").items():
        expect_choice(word, DIRECTIONS, f"for the {knob}")


def _measured(by_gap: dict, by_stride: dict, faces: np.ndarray) -> None:
    expect_keys(by_gap, GAPS, "in by_gap")
    expect_keys(by_stride, STRIDES, "in by_stride")
    for gap in GAPS:
        expect_number(by_gap[gap], _mean(faces, gap, 1), f"at gap {gap}, stride 1", 1e-4)
    for stride in STRIDES:
        expect_number(by_stride[stride], _mean(faces, 5, stride), f"at gap 5, stride {stride}", 1e-4)


def _mean(faces: np.ndarray, gap: int, stride: int) -> float:
    first, second = pair_indices(faces.shape[1], gap, stride).T
    return float(frame_difference(faces[:, first], faces[:, second]).mean())


def _leaked(leaked: Callable) -> None:
    columns = ("clip", "subject", "split", "frame")
    rows = [("a1", "a", "train", 0), ("a1", "a", "test", 1), ("a2", "a", "test", 0), ("b1", "b", "test", 0)]
    table = pd.DataFrame(rows, columns=columns)
    where = "for three test images, one of them of a clip and two of a person in training"
    given = answer_of(leaked, table, where=where)
    if not isinstance(given, tuple) or len(given) != 2:
        raise Wrong(f"{where}, two numbers were expected: return people, clips")
    expected = leaks(table, within=1)
    expect_number(given[0], expected.shared_subjects, f"{where}, the share of people")
    expect_number(given[1], expected.shared_clips, f"{where}, the share of clips")


def _honest(honest: dict, reported: float) -> None:
    people = [f"person{number}" for number in range(1, 7)]
    for person, share in expect_keys(honest, people, "in honest").items():
        if not isinstance(share, (int, float, np.number)) or not 0 <= share <= 1:
            raise Wrong(f"for {person}, a share from 0 to 1 was expected, not {share!r}")
    if np.mean(list(honest.values())) >= reported:
        raise Wrong("less was expected without the leak than with it: is anybody judged by their own images?")


TASKS = {
    "difference": Task(
        _difference,
        (
            "In unsigned bytes 3 − 5 is 254. Which numbers can hold −2?",
            "Subtract in signed numbers that reach from −255 to 255, and take the absolute value there.",
            "np.int16 is wide enough: earlier.astype(np.int16). At the end go back to np.uint8.",
        ),
    ),
    "pair_count": Task(
        _pair_count,
        (
            "Write down the pairs of a clip of 10 frames with gap 5 and stride 1, then with stride 4.",
            "The last frame that still has a partner is frames − 1 − gap. How many steps lead there?",
            "Zero steps are one pair; and a clip that is too short has none, not fewer than none.",
        ),
    ),
    "roll_angle": Task(
        _roll_angle,
        (
            "Draw it: the middle of the eyes, the mouth, the line between them, the vertical.",
            "On the screen y grows downwards. Turned clockwise, the mouth goes to the left of the eyes.",
            "np.arctan2 takes what lies across and what lies along the vertical, in this order, in radians.",
        ),
    ),
    "split_people": Task(
        _split_people,
        (
            "What must not be cut in two: an image, a clip or a person? Deal these.",
            "Draw the people of the test first: np.random.default_rng(seed) and a permutation of the people.",
            'table["subject"].isin(chosen) tells for each row whether its person was drawn; then np.where.',
        ),
    ),
    "predicted": Task(
        _predicted,
        (
            "There is no wrong prediction, only none: say what you expect before you measure.",
            "What happens in a face within one frame, a twenty-fifth of a second, and within ten?",
            'Replace the dots by a dictionary, {"gap": …, "stride": …}, with one of the three words each.',
        ),
    ),
    "measured": Task(
        _measured,
        (
            "films.faces[:, t] are the faces of all films at moment t; films.faces.shape[1] counts moments.",
            "For a gap and a stride, list the moments t; average the differences of t and t + gap over all.",
            "Beware of uint8 once more, and of the last pair: range(0, frames − gap, stride) has it.",
        ),
    ),
    "leaked": Task(
        _leaked,
        (
            "Take the rows of the test. For each: is its person anywhere among the rows of training?",
            'test["subject"].isin(train["subject"]) gives a yes or no a row.',
            "The mean of yes and no is a share. The same with the clips, and return both, people first.",
        ),
    ),
    "honest": Task(
        _honest,
        (
            "How could the nearest image know the answer, if nobody showed an emotion?",
            "Judge each person by images of the others only; six people make six turns.",
            'nearest(train, test) takes masks: test is table["subject"] == person, train is all the rest.',
        ),
    ),
}
