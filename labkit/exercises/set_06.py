"""Set 06, reading papers: what its checks look at; its hints are in ``hints_06``."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from labkit.datasets.splits import leaks
from labkit.evaluation.metrics import mcnemar_of_counts, wilson_interval
from labkit.exercises.expectations import (
    Wrong,
    answer_of,
    attempted,
    expect_array,
    expect_choice,
    expect_keys,
    expect_number,
    expect_whole,
)
from labkit.exercises.hints_06 import HINTS
from labkit.exercises.tasks import Task

CRUMB = 1e-9  # that a computer may be off by
SIZES = {"jaffe": (range(36, 49), 2, (0.83,)), "ravdess": (range(3340, 3401), 4, (0.7974, 0.6289, 0.7589))}
ROOM = 6  # grey levels between twins
DIRECTIONS = ("grows", "stays", "falls")


def _possible(possible: Callable) -> None:
    for share, n, digits in ((0.83, 42, 2), (0.83, 43, 2), (0.0, 5, 2), (1.0, 5, 2), (0.5, 300, 2)):
        where = f"for {share} of {n} with {digits} decimals"
        _expect_same(answer_of(possible, share, n, digits, where=where), _counts(share, n, digits), where)
    where = "for 0.38 of 8 with 2 decimals, where .375 is a tie"
    _expect_same(answer_of(possible, 0.38, 8, 2, where=where), [3], where)


def _counts(share: float, n: int, digits: int) -> list[int]:
    off = np.abs(np.arange(n + 1) / n - share)
    return np.flatnonzero(off <= 0.5 * 10**-digits + CRUMB).tolist()


def _sizes(sizes: dict) -> None:
    for data, given in expect_keys(sizes, SIZES, "in sizes").items():
        within, digits, shares = SIZES[data]
        expected = [n for n in within if all(_counts(share, n, digits) for share in shares)]
        _expect_same(given, expected, f"for {data}")


def _invented(invented: list, report: pd.DataFrame) -> None:
    shares = zip(report["accuracy"] / 100, report["faces"], strict=True)
    changed = np.array([not _counts(share, faces, 3) for share, faces in shares])
    _expect_same(invented, report["system"][changed], "in your report")


def _can_be_mean(can_be_mean: Callable) -> None:
    for total, cells, room, faces, expected in (
        (0.3, (0.2, 0.4), 0.01, None, True),
        (0.41, (0.2, 0.4), 0.01, None, True),
        (0.18, (0.2, 0.4), 0.01, None, False),
        (0.43, (0.2, 0.4), 0.01, None, False),
        (0.25, (0.2, 0.4), 0.01, (30, 10), True),
        (0.3, (0.2, 0.4), 0.01, (30, 10), False),
    ):
        where = f"for a total of {total}, cells of {cells}, a room of {room} and faces {faces}"
        given = answer_of(can_be_mean, total, cells, room, faces, where=where)
        if not isinstance(given, (bool, np.bool_)):
            raise Wrong(f"{where}, True or False was expected, not {given!r}")
        if bool(given) is not expected:
            raise Wrong(f"{where}, {given} is not right")


def _impossible(impossible: list, totals: pd.DataFrame) -> None:
    off = []
    for row in totals.itertuples():
        means = [np.average(row.cells, weights=row.faces)] if row.faces else row.cells
        off.append(not min(means) - row.room - CRUMB <= row.total <= max(means) + row.room + CRUMB)
    _expect_same(impossible, totals.index[off], "of the twenty rows")


def _wilson(wilson: Callable) -> None:
    for right, n in ((9, 10), (30, 40), (0, 5), (5, 5)):
        where = f"for {right} of {n}"
        given = answer_of(wilson, right, n, where=where)
        if not isinstance(given, (tuple, list, np.ndarray)) or len(given) != 2:
            raise Wrong(f"{where}, two numbers were expected: return low, high")
        for end, one, expected in zip(("lower", "upper"), given, wilson_interval(right, n), strict=True):
            expect_number(one, expected, f"{where}, at the {end} end", 1e-4)


def _mcnemar(mcnemar: Callable) -> None:
    for only_a, only_b in ((4, 0), (0, 4), (9, 2), (3, 3), (0, 0), (70, 50)):
        where = f"for {only_a} items that A alone and {only_b} that B alone named rightly"
        given = answer_of(mcnemar, only_a, only_b, where=where)
        expect_number(given, mcnemar_of_counts(only_a, only_b), where)


def _differs(differs: Callable) -> None:
    for right_a, right_b, n, expected in (
        (95, 5, 100, "yes"),
        (5, 95, 100, "yes"),
        (40, 30, 60, "open"),
        (84, 70, 100, "open"),
        (60, 60, 100, "no"),
        (4, 0, 4, "no"),
    ):
        where = f"for {right_a} and {right_b} right answers of {n}"
        given = answer_of(differs, right_a, right_b, n, where=where)
        expect_choice(given, ("yes", "no", "open"), where)
        if given != expected:
            raise Wrong(f"{where}, {given!r} is not right")


def _shared(shared: Callable) -> None:
    columns = ("subject", "clip", "frame")
    train = pd.DataFrame([("ada", 1, 4), ("ada", 2, 4), ("ben", 3, 8)], columns=columns)
    rows = [("ada", 1, 6), ("ada", 1, 7), ("ada", 3, 8), ("ben", 3, 6), ("ben", 1, 4), ("eve", 1, 4)]
    test = pd.DataFrame(rows, columns=columns)
    where = "for six test frames, of Ada, Ben and a stranger, within 2 frames"
    given = expect_keys(
        answer_of(shared, train.copy(), test.copy(), 2, where=where), ("person", "clip", "neighbour"), where
    )
    both = pd.concat([train.assign(split="train"), test.assign(split="test")], ignore_index=True)
    both["clip"] = both["subject"] + both["clip"].astype(str)
    found = leaks(both, within=2)
    expected = (found.shared_subjects, found.shared_clips, found.near_duplicates)
    for kind, share in zip(("person", "clip", "neighbour"), expected, strict=True):
        expect_whole(given[kind], round(share * found.images), f"{where}, the number for {kind!r}")


def _twins(twins: Callable) -> None:
    train = np.stack([np.full((2, 2, 3), level, np.uint8) for level in (100, 200)])
    test = np.stack([np.full((2, 2, 3), level, np.uint8) for level in (97, 103, 150, 204, 196)])
    test[2, 0], test[2, 1] = 190, 210
    for room in (2, 3, 4, 10):
        where = f"for even greys of 100 and 200 in training and a room of {room}"
        expected = _nearest(train, test)[1] <= room
        expect_array(answer_of(twins, train.copy(), test.copy(), room, where=where), expected, where)


def _nearest(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each test image the place of the nearest training image, and the mean difference from it."""
    flat = train.reshape(len(train), -1).astype(int)
    apart = np.array([np.abs(flat - image.ravel()).mean(axis=1) for image in test.astype(int)])
    return apart.argmin(axis=1), apart.min(axis=1)


def _predicted(predicted: dict) -> None:
    for what, word in expect_keys(predicted, ("accuracy", "width"), "in predicted").items():
        expect_choice(word, DIRECTIONS, f"for the {what}")


def _measured(
    measured: dict,
    train_images: np.ndarray,
    train_emotions: np.ndarray,
    test_images: np.ndarray,
    test_emotions: np.ndarray,
) -> None:
    expect_keys(measured, ("twins", "all", "without twins", "apart"), "in measured")
    nearest, apart = _nearest(train_images, test_images)
    hit, alone = train_emotions[nearest] == test_emotions, apart > ROOM
    expect_whole(measured["twins"], int((~alone).sum()), "for the number of twins")
    expect_number(measured["all"], hit.mean(), "for all test images", 1e-3)
    expect_number(measured["without twins"], hit[alone].mean(), "for those without a twin", 1e-3)
    expect_number(measured["apart"], apart[alone].mean(), "for how far they are apart", 1e-3)


def _expect_same(given: Any, expected: Iterable, where: str) -> None:
    """A list of the same numbers, rising, or names, in any order; says how many are amiss, not which."""
    if not isinstance(attempted(given), (list, tuple, np.ndarray, pd.Series, pd.Index)):
        raise Wrong(f"{where}, a list was expected, not {given!r}")
    given, expected = list(given), list(expected)
    extra, lacking = len(set(given) - set(expected)), len(set(expected) - set(given))
    if extra or lacking:
        raise Wrong(f"{where}, {extra} of the list do not belong there, and {lacking} are missing")
    if len(given) != len(expected):
        raise Wrong(f"{where}, something stands in the list twice")
    if sorted(expected) == expected != given:
        raise Wrong(f"{where}, the smallest was expected first")


TASKS = {
    "possible": Task(_possible, HINTS["possible"]),
    "sizes": Task(_sizes, HINTS["sizes"]),
    "invented": Task(_invented, HINTS["invented"]),
    "can_be_mean": Task(_can_be_mean, HINTS["can_be_mean"]),
    "impossible": Task(_impossible, HINTS["impossible"]),
    "wilson": Task(_wilson, HINTS["wilson"]),
    "mcnemar": Task(_mcnemar, HINTS["mcnemar"]),
    "differs": Task(_differs, HINTS["differs"]),
    "shared": Task(_shared, HINTS["shared"]),
    "twins": Task(_twins, HINTS["twins"]),
    "predicted": Task(_predicted, HINTS["predicted"]),
    "measured": Task(_measured, HINTS["measured"]),
}
