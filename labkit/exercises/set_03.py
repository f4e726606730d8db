"""Set 03, features, memory and answers over time: what its checks look at. Its hints are in ``hints_03``."""

from collections.abc import Callable

import numpy as np

from labkit.evaluation.over_time import answers, flips_per_second, smooth
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
from labkit.exercises.hints_03 import HINTS
from labkit.exercises.streams import Streams
from labkit.exercises.tasks import Task
from labkit.papers.cnn_lstm.forensics import accuracy_as_count
from labkit.papers.cnn_lstm.tables import TABLE_5

WINDOWS = (0, 0.25, 0.5, 1, 2)
COURSES = ("rises", "falls", "rises, then falls", "falls, then rises")


def _pair(function: Callable, *inputs, names: str, where: str) -> tuple:
    given = answer_of(function, *inputs, where=where)
    if not isinstance(given, tuple) or len(given) != 2:
        raise Wrong(f"{where}, two answers were expected: return {names}")
    return given


def _expect_floats(given: np.ndarray, expected: np.ndarray, where: str) -> None:
    """An array of any float type."""
    if isinstance(given, np.ndarray) and np.issubdtype(given.dtype, np.floating):
        given = given.astype(np.float64)
    expect_array(given, np.asarray(expected, np.float64), where, 1e-4)


def _lstm_step(lstm_step: Callable) -> None:
    """Gates that are wide open or shut, so that each can be told from the others."""
    x, h, c = np.array([[1.0]]), np.array([[0.5]]), np.array([[0.8]])
    open_, shut = 20.0, -20.0
    for where, biases, memory, said in (
        ("where only f and o are open", (shut, open_, 0.3, open_), 0.8, np.tanh(0.8)),
        ("where only i and o are open", (open_, shut, 0.3, open_), np.tanh(0.3), np.tanh(np.tanh(0.3))),
        ("where o is shut", (open_, open_, 0.3, shut), 0.8 + np.tanh(0.3), 0.0),
    ):
        inputs = (x, h.copy(), c.copy(), np.zeros((1, 4)), np.zeros((1, 4)), np.array(biases))
        new_h, new_c = _pair(lstm_step, *inputs, names="h, c", where=where)
        _expect_floats(new_c, np.array([[memory]]), f"{where}, in c")
        _expect_floats(new_h, np.array([[said]]), f"{where}, in h")
    where = "where i, f and o are open and g looks at x and h"
    recurrent = np.array([[0.0, 0.0, 2.0, 0.0]])
    inputs = (x, h, c, np.array([[0.0, 0.0, -0.4, 0.0]]), recurrent, np.array([open_, open_, 0.0, open_]))
    new_h, new_c = _pair(lstm_step, *inputs, names="h, c", where=where)
    _expect_floats(new_c, np.array([[0.8 + np.tanh(0.6)]]), f"{where}, in c")
    _expect_floats(new_h, np.tanh(np.array([[0.8 + np.tanh(0.6)]])), f"{where}, in h")


def _lstm_weights(lstm_weights: Callable) -> None:
    for features, units, total, idle in ((4, 2, 56, 26), (10, 3, 168, 69)):
        where = f"for {features} features and {units} units"
        given = _pair(lstm_weights, features, units, names="total, idle", where=where)
        expect_whole(given[0], total, f"{where}, all weights")
        expect_whole(given[1], idle, f"{where}, idle weights")


def _normalised(normalised: Callable) -> None:
    faces = np.array([[[10, 20], [30, 40]], [[30, 60], [50, 40]], [[255, 255], [0, 0]]], np.uint8)
    mean, deviation = np.array([[20, 40], [40, 40]]), np.sqrt(150)
    where = "for two training faces and a test face"
    given = answer_of(normalised, faces.copy(), np.array([True, True, False]), where=where)
    _expect_floats(given, (faces - mean) / deviation, where)


def _deal_folds(deal_folds: Callable) -> None:
    subjects = np.array([f"p{number}" for number in (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 6, 0)])
    where = "for 12 faces of 7 people and 3 folds"
    fold = np.asarray(answer_of(deal_folds, subjects.copy(), 3, 0, where=where))
    if fold.shape != (12,) or not np.issubdtype(fold.dtype, np.integer) or set(fold.tolist()) != {0, 1, 2}:
        raise Wrong(f"{where}, 12 whole numbers were expected, each of 0, 1 and 2 among them")
    people = [set(subjects[fold == number]) for number in range(3)]
    if sum(map(len, people)) > 7:
        raise Wrong(f"{where}, somebody is in two folds")
    if sorted(map(len, people)) != [2, 2, 3]:
        raise Wrong(f"{where}, folds of 2, 2 and 3 people were expected, not {sorted(map(len, people))}")
    if not np.array_equal(fold, answer_of(deal_folds, subjects.copy(), 3, 0, where=where)):
        raise Wrong(f"{where}, the same seed gives two different deals")
    others = [
        np.asarray(answer_of(deal_folds, subjects.copy(), 3, seed, where=where)) for seed in range(1, 9)
    ]
    if all(_as_sets(subjects, other) == _as_sets(subjects, fold) for other in others):
        raise Wrong(f"{where}, every seed keeps the same people together")


def _as_sets(subjects: np.ndarray, fold: np.ndarray) -> set[frozenset[str]]:
    """The people of each fold, whatever its number."""
    return {frozenset(subjects[fold == number].tolist()) for number in range(3)}


def _look_back(look_back: Callable) -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
    times = np.array([0.0, 0.5, 1.0, 4.0])
    for window in (0.0, 0.5, 1.0):
        where = f"for moments at 0, 0.5, 1 and 4 seconds and a window of {window:g} seconds"
        given = answer_of(look_back, rows.copy(), times.copy(), window, where=where)
        _expect_floats(given, smooth(rows, times, window), where)
    rows[[1, 3]] = np.nan
    where = "for moments at 0, 0.5, 1 and 4 seconds, a window of 0.5 seconds, and no face at 0.5 and 4"
    given = answer_of(look_back, rows.copy(), times.copy(), 0.5, where=where)
    _expect_floats(given, smooth(rows, times, 0.5), where)


def _flips(flips: Callable) -> None:
    for where, answered, times in (
        ("for the answers 0, 1, 1, 0 at 0, 1, 2 and 4 seconds", [0, 1, 1, 0], [0, 1, 2, 4]),
        ("for the answers 1, -1, 1, 2 at 0, 1, 2 and 4 seconds", [1, -1, 1, 2], [0, 1, 2, 4]),
        ("for a single answer", [4], [0.5]),
    ):
        inputs = np.array(answered), np.array(times, float)
        expect_number(answer_of(flips, *inputs, where=where), flips_per_second(*inputs), where)


def _predicted_window(predicted: dict) -> None:
    for what, word in expect_keys(predicted, ("changes", "right"), "in your prediction").items():
        expect_choice(word, COURSES, f"for {what}")


def _measured_window(right: dict, changes: dict, streams: Streams) -> None:
    expect_keys(right, WINDOWS, "in right")
    expect_keys(changes, WINDOWS, "in changes")
    for window in WINDOWS:
        said = [answers(smooth(person, streams.times, window)) for person in streams.probabilities]
        share = float(np.mean([one == streams.truth for one in said]))
        expect_number(
            right[window], share, f"with a window of {window:g} s, the share answered rightly", 1e-4
        )
        a_second = float(np.mean([flips_per_second(one, streams.times) for one in said]))
        expect_number(changes[window], a_second, f"with a window of {window:g} s, the changes a second", 1e-4)


def _right_answers(right_answers: Callable) -> None:
    for printed, images, expected in (
        (0.67, 3, [2]),
        (0.5, 3, []),
        (1.0, 9, [9]),
        (0.25, 310, [76, 77, 78, 79]),
    ):
        where = f"for a printed share of {printed:.2f} and {images} images"
        given = list(answer_of(right_answers, printed, images, where=where))
        if len(given) != len(expected):
            raise Wrong(f"{where}, a list of length {len(expected)} was expected, not {len(given)}")
        for number, wanted in zip(given, expected, strict=True):
            expect_whole(number, wanted, where)


def _sizes(sizes: list) -> None:
    if not isinstance(attempted(sizes), list) or not sizes or not set(sizes) <= set(range(41, 51)):
        raise Wrong("a list of some of the numbers from 41 to 50 was expected")
    if sizes != sorted(set(sizes)):
        raise Wrong("each size was expected once, the smallest first")
    fit = [size for size in range(41, 51) if accuracy_as_count(TABLE_5["jaffe"].test, size)]
    if len(sizes) != len(fit):
        raise Wrong(f"more sizes fit than {len(sizes)}" if len(sizes) < len(fit) else "not all of these fit")


def _total_is_possible(total_is_possible: Callable) -> None:
    for rows, total, expected in (
        ([0.1, 0.5, 0.3], 0.25, True),
        ([0.1, 0.5, 0.3], 0.51, True),
        ([0.1, 0.5, 0.3], 0.6, False),
        ([0.1, 0.5, 0.3], 0.02, False),
    ):
        where = f"for the rows {rows} and the total {total}"
        given = answer_of(total_is_possible, rows, total, where=where)
        if not isinstance(given, (bool, np.bool_)):
            raise Wrong(f"{where}, True or False was expected, not {given!r}")
        if given != expected:
            raise Wrong(f"{where}, {given} is not right")


_CHECKS = {
    "lstm_step": _lstm_step,
    "lstm_weights": _lstm_weights,
    "normalised": _normalised,
    "deal_folds": _deal_folds,
    "look_back": _look_back,
    "flips": _flips,
    "predicted_window": _predicted_window,
    "measured_window": _measured_window,
    "right_answers": _right_answers,
    "sizes": _sizes,
    "total_is_possible": _total_is_possible,
}
TASKS = {name: Task(look, HINTS[name]) for name, look in _CHECKS.items()}
