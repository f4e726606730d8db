"""Set 01, optimizers and batch size: what its checks look at. Its hints are in ``hints_01``."""

from collections.abc import Callable, Mapping

import numpy as np

from labkit.exercises.expectations import (
    Wrong,
    answer_of,
    expect_array,
    expect_choice,
    expect_keys,
    expect_number,
    expect_whole,
)
from labkit.exercises.hints_01 import HINTS
from labkit.exercises.tasks import Task
from labkit.papers.optimizers_batch_size.forensics import recompute
from labkit.papers.optimizers_batch_size.tables import NETWORKS, OPTIMIZERS, TABLE_6

OUTCOMES = ("higher", "about the same", "lower")
WEIGHT, SLOPE = np.array([1.0, -1.0]), np.array([2.0, -0.5])


def _several(step: Callable, *inputs, names: tuple[str, ...], where: str) -> list[np.ndarray]:
    """What a step gives back, so many arrays."""
    given = answer_of(step, *inputs, where=where)
    if not isinstance(given, tuple) or len(given) != len(names):
        raise Wrong(f"{where}, {len(names)} arrays were expected: return {', '.join(names)}")
    return list(given)


def _expect_step(given: list, expected: list, names: tuple[str, ...], where: str) -> None:
    """The weight last: what is remembered goes wrong before it."""
    for number in (*range(1, len(names)), 0):
        expect_array(given[number], np.array(expected[number]), f"{where}, in the {names[number]}", 1e-6)


def _sgd_step(sgd_step: Callable) -> None:
    names = ("weight", "velocity")
    for momentum, velocity, after, speed in (
        (0.0, [0.5, 0.5], [0.8, -0.95], [-0.2, 0.05]),
        (0.8, [0.5, -1.0], [1.2, -1.75], [0.2, -0.75]),
    ):
        where = f"with rate 0.1 and momentum {momentum}"
        inputs = (WEIGHT.copy(), SLOPE.copy(), np.array(velocity), 0.1, momentum)
        _expect_step(_several(sgd_step, *inputs, names=names, where=where), [after, speed], names, where)
        if not all(map(np.array_equal, inputs[:3], (WEIGHT, SLOPE, velocity))):
            raise Wrong(f"{where}, an array that was handed in is changed")


def _rmsprop_step(rmsprop_step: Callable) -> None:
    names = ("weight", "square")
    where = "with rate 0.1, keep 0.5 and means of squares of 5 and 0"
    inputs = (WEIGHT.copy(), np.array([1.0, 4.0]), np.array([5.0, 0.0]), 0.1, 0.5)
    expected = [[1 - 0.1 / np.sqrt(3), -1 - 0.4 / np.sqrt(8)], [3.0, 8.0]]
    _expect_step(_several(rmsprop_step, *inputs, names=names, where=where), expected, names, where)
    where = "where all slopes have been 0"
    inputs = (WEIGHT.copy(), np.zeros(2), np.zeros(2), 0.1)
    given = _several(rmsprop_step, *inputs, names=names, where=where)
    _expect_step(given, [WEIGHT, np.zeros(2)], names, where)


def _adam_step(adam_step: Callable) -> None:
    names = ("weight", "mean", "square")
    zeros = np.zeros(2)
    where = "in the first step, with rate 0.1, keep 0.5 and keep_squares 0.75"
    inputs = (WEIGHT.copy(), SLOPE.copy(), zeros.copy(), zeros.copy(), 1, 0.1, 0.5, 0.75)
    expected = [[0.9, -0.9], SLOPE / 2, SLOPE**2 / 4]
    _expect_step(_several(adam_step, *inputs, names=names, where=where), expected, names, where)
    where = where.replace("first", "second") + ", tiny 0.5"
    inputs = (
        WEIGHT.copy(),
        np.array([1.0, 1.0]),
        np.array([2.0, -1.0]),
        np.array([1.0, 5.0]),
        2,
        0.1,
        0.5,
        0.75,
        0.5,
    )
    ahead, squares = np.array([1.5, 0.0]), np.array([1.0, 4.0])
    moved = WEIGHT - 0.1 * (ahead / 0.75) / (np.sqrt(squares / 0.4375) + 0.5)
    given = _several(adam_step, *inputs, names=names, where=where)
    _expect_step(given, [moved, ahead, squares], names, where)


def _updates(updates: Callable) -> None:
    for images, batch_size, epochs in ((1111, 100, 25), (1111, 10, 25), (100, 10, 2), (5, 10, 3)):
        where = f"for {images} images, batches of {batch_size}, {epochs} epochs"
        expected = epochs * int(np.ceil(images / batch_size))
        expect_whole(answer_of(updates, images, batch_size, epochs, where=where), expected, where)


def _equal_epochs(equal_epochs: Callable) -> None:
    for images, epochs, expected in ((1000, 3, 30), (1111, 2, 19), (1111, 3, 28), (20, 4, 8)):
        where = f"for {images} images, {epochs} epochs with batches of 10, against batches of 100"
        expect_whole(answer_of(equal_epochs, images, 10, 100, epochs, where=where), expected, where)


def _predicted(*keys: str) -> Callable[[dict], None]:
    def look(predicted: dict) -> None:
        for key, word in expect_keys(predicted, keys, "in your prediction").items():
            expect_choice(word, OUTCOMES, f"for {key}")

    return look


def _losses(given: dict, keys: tuple) -> dict:
    """Cross-entropies of networks that have learned something; what each must be is not said here."""
    for key, loss in expect_keys(given, keys, "in your losses").items():
        if not isinstance(loss, (int, float, np.number)) or not loss > 0:
            raise Wrong(f"for {key!r}, a loss above 0 was expected, not {loss!r}")
    return given


def _measured_batch(batch_losses: dict, loss_after: Callable) -> None:
    losses = _losses(batch_losses, ("small", "large", "large, equal updates"))
    expect_number(losses["small"], loss_after(6, 10), "for 'small'", 1e-4)
    if losses["large, equal updates"] >= losses["large"]:
        raise Wrong("with more epochs, batches of 100 were expected to reach a lower loss than with six")
    if abs(losses["large, equal updates"] / losses["small"] - 1) > 0.1:
        raise Wrong("the two that make equally many updates were expected nearer to each other: count them")


def _measured_rate(rate_losses: dict, loss_after: Callable) -> None:
    rates = (0.001, 0.5)
    losses = _losses(rate_losses, tuple((name, rate) for name in ("sgd", "adam") for rate in rates))
    if len({round(loss, 6) for loss in losses.values()}) < len(losses):
        raise Wrong("four different losses were expected: do the optimizer and the rate reach the network?")
    expect_number(losses["sgd", 0.001], loss_after(6, 10, "sgd", 0.001), 'for ("sgd", 0.001)', 1e-4)


def _overall(overall: Callable) -> None:
    where = "for 1 of 3 happy faces (33.33 %) and all of 7 sad ones"
    given = answer_of(overall, {"happy": 33.33, "sad": 100.0}, {"sad": 7, "happy": 3}, where=where)
    expect_number(given, 80.0, where, 1e-9)
    where = "for none of 4 happy faces and none of 6 sad ones"
    expect_number(
        answer_of(overall, {"happy": 0.0, "sad": 0.0}, {"happy": 4, "sad": 6}, where=where), 0, where
    )


def _best(best: dict) -> None:
    for network, optimizer in expect_keys(best, NETWORKS, "in best").items():
        expect_choice(optimizer, OPTIMIZERS, f"for {network}")
        right = {name: recompute(TABLE_6[network, name]).right for name in OPTIMIZERS}
        if right[optimizer] < max(right.values()):
            raise Wrong(f"for {network}, another optimizer names more of the faces rightly than {optimizer}")


def _missing_cell(missing_cell: Callable) -> None:
    row, faces = {"happy": 50.0, "sad": 25.0}, {"happy": 10, "sad": 20}  # 5 and 5 of 30
    for accuracy, expected in (
        (40.0, {"happy": 70.0, "sad": 35.0}),
        (50.0, {"happy": 100.0, "sad": 50.0}),
        (60.0, {"sad": 65.0}),
        (63.33, {"sad": 70.0}),
        (100.0, {}),
    ):
        where = f"for 5 of 10 happy faces, 5 of 20 sad ones and an accuracy that should be {accuracy:g} %"
        given = answer_of(missing_cell, row, faces, accuracy, where=where)
        if not isinstance(given, Mapping):
            raise Wrong(f"{where}, a dictionary was expected")
        if set(given) != set(expected):
            raise Wrong(f"{where}, another choice of emotions was expected than {sorted(given)}")
        for emotion, share in expected.items():
            expect_number(given[emotion], share, f"{where}, in the cell of {emotion}")


_CHECKS = {
    "sgd_step": _sgd_step,
    "rmsprop_step": _rmsprop_step,
    "adam_step": _adam_step,
    "updates": _updates,
    "equal_epochs": _equal_epochs,
    "predicted_batch": _predicted("epochs", "updates"),
    "measured_batch": _measured_batch,
    "predicted_rate": _predicted("sgd", "adam"),
    "measured_rate": _measured_rate,
    "overall": _overall,
    "best": _best,
    "missing_cell": _missing_cell,
}
TASKS = {name: Task(look, HINTS[name]) for name, look in _CHECKS.items()}
