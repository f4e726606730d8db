"""Set 05, ResNet and five folds: what its checks look at, and its hints."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeClassifier

from labkit.exercises.expectations import (
    Wrong,
    answer_of,
    expect_array,
    expect_choice,
    expect_keys,
    expect_number,
)
from labkit.exercises.tasks import Task
from labkit.preprocessing.time_interpolation import interpolate_time

WAYS = ("frames", "clips", "people")
COMPARED = ("higher", "same", "lower")


def _layer(
    kernel: Sequence, beta: float = 0.0, mean: float = 0.0, root: float = 1.0, gamma: float = 1.0
) -> dict:
    """A layer whose normalisation divides by ``root``, with the same numbers for all its filters."""
    kernel = np.array(kernel, float)
    numbers = {"mean": mean, "variance": root**2 - 1e-5, "gamma": gamma, "beta": beta}
    return {"kernel": kernel} | {name: np.full(kernel.shape[-1], value) for name, value in numbers.items()}


def _one_weight(weight: float, size: int = 1, at: tuple[int, int] | None = None, **about: float) -> dict:
    """A layer from one channel to one, all of its weights 0 but one, in the middle or ``at`` a place."""
    kernel = np.zeros((size, size, 1, 1))
    kernel[at or (size // 2, size // 2)] = weight
    return _layer(kernel, **about)


def _residual_block(residual_block: Callable) -> None:
    plain, middle = _one_weight(1), _one_weight(1, size=3)
    pixels = {
        "for one pixel of 2, where the path gives −3": (
            {"a": plain, "b": middle, "c": _one_weight(-1.5)},
            0,
        ),
        "for one pixel of 2, where layer a gives −2": (
            {"a": _one_weight(-1), "b": middle, "c": _one_weight(1, beta=1)},
            3,
        ),
        "for one pixel of 2, where layer a stores a mean, a variance, a gamma and a beta": (
            {"a": _one_weight(1, mean=1, root=2, gamma=3, beta=0.5), "b": middle, "c": plain},
            4,
        ),
    }
    for where, (layers, expected) in pixels.items():
        given = answer_of(residual_block, np.full((1, 1, 1), 2.0), layers, where=where)
        expect_array(np.asarray(given), np.full((1, 1, 1), float(expected)), where, 1e-6)
    # The 3×3 looks one pixel to the right; layer c and the projection make two channels of one.
    layers = {"a": plain, "b": _one_weight(1, size=3, at=(1, 2)), "c": _layer([[[[1, -1]]]])}
    layers["projection"] = _layer([[[[10, 20]]]], beta=0.5)
    where = "for a picture of 3×3 with a projection and stride 2"
    given = answer_of(residual_block, np.arange(1.0, 10).reshape(3, 3, 1), layers, 2, where=where)
    expected = np.array([[[12.5, 18.5], [30.5, 60.5]], [[78.5, 132.5], [90.5, 180.5]]])
    expect_array(np.asarray(given), expected, where, 1e-6)


def _interpolate(interpolate: Callable) -> None:
    for frames, count in ((31, 16), (20, 16), (6, 16), (1, 16), (10, 4)):
        clip = np.random.default_rng(frames).normal(size=(frames, 2, 2)).cumsum(axis=0)
        where = f"for {frames} frames and {count} moments"
        given = answer_of(interpolate, clip, count, where=where)
        expect_array(given, interpolate_time(clip, count), where, 1e-4)
    clip = np.array([[250, 10], [0, 101]], np.uint8)  # at four moments: 166⅔ and 40⅓, 83⅓ and 70⅔
    where = "for bytes that fall from 250 to 0, and rise from 10 to 101"
    expect_array(answer_of(interpolate, clip, 4, where=where), interpolate_time(clip, 4), where)


def _learning_rate(learning_rate: Callable) -> None:
    for epoch, expected in ((0, 0.5), (3, 0.5), (4, 0.1), (7, 0.1), (8, 0.02)):
        where = f"in epoch {epoch}, from 0.5, a fifth every 4 epochs"
        expect_number(answer_of(learning_rate, epoch, 0.5, 0.2, 4, where=where), expected, where)
    for epoch, expected in ((0, 0.25), (1, 0.5), (2, 0.5)):
        where = f"in epoch {epoch}, from 0.5, with a warm-up of 2 epochs"
        expect_number(answer_of(learning_rate, epoch, 0.5, 0.2, 4, 2, where=where), expected, where)


def _deal_folds(deal_folds: Callable) -> None:
    rows = [
        (f"{emotion}{person}c{clip}", f"{emotion}{person}", emotion)
        for emotion in ("happy", "sad")
        for person in range(10)
        for clip in range(3)
    ]
    table = pd.DataFrame(rows, columns=["clip", "subject", "emotion"])
    where = "for 10 happy and 10 sad people with 3 clips each and 5 folds"
    fold = np.asarray(answer_of(deal_folds, table.copy(), 5, 0, where=where))
    if fold.shape != (60,) or set(fold) != set(range(5)):
        raise Wrong(f"{where}, 60 whole numbers were expected, from 0 to 4, none of them left out")
    if split := int((table.assign(fold=fold).groupby("subject")["fold"].nunique() > 1).sum()):
        raise Wrong(f"{where}, {split} people are in more than one fold")
    counts = pd.crosstab(fold, table["emotion"])
    if (counts != 6).any(axis=None):
        fewest, most = counts["happy"].min(), counts["happy"].max()
        raise Wrong(
            f"{where}, each fold was expected to hold as many clips of an emotion as any other; "
            f"of happy they hold {fewest} to {most}"
        )
    if not np.array_equal(fold, answer_of(deal_folds, table.copy(), 5, 0, where=where)):
        raise Wrong(f"{where}, the same seed deals different folds")
    if np.array_equal(fold, answer_of(deal_folds, table.copy(), 5, 1, where=where)):
        raise Wrong(f"{where}, another seed was expected to deal other folds")


def _war_uar(war_uar: Callable) -> None:
    cases = {
        "for 10 clips of one class, 7 of them right, and 2 of another, both right": (
            [[7, 3], [0, 2]],
            0.75,
            0.85,
        ),
        "where the second class has no clips": ([[6, 2, 0], [0, 0, 0], [1, 0, 1]], 0.7, 0.625),
    }
    for where, (confusion, war, uar) in cases.items():
        given = answer_of(war_uar, np.array(confusion), where=where)
        if not isinstance(given, tuple) or len(given) != 2:
            raise Wrong(f"{where}, two numbers were expected: return war, uar")
        expect_number(given[0], war, f"{where}, for WAR")
        expect_number(given[1], uar, f"{where}, for UAR")


def _predicted(predicted: dict) -> None:
    for way, word in expect_keys(predicted, WAYS[:2], "in predicted").items():
        expect_choice(word, COMPARED, f"if {way} are dealt")


def _measured(measured: dict, images: np.ndarray, table: pd.DataFrame) -> None:
    expect_keys(measured, WAYS, "in measured")
    emotions = table["emotion"].to_numpy()
    for way in WAYS:
        right = 0
        for fold in range(5):
            test = table[way].to_numpy() == fold
            model = RidgeClassifier(alpha=0.3).fit(images[~test], emotions[~test])
            right += (model.predict(images[test]) == emotions[test]).sum()
        expect_number(measured[way], right / len(table), f"if {way} are dealt", 4e-3)


def _held_out_behind(held_out_behind: Callable) -> None:
    for printed, folds, training, expected in (
        (0.9, 5, 1.0, 0.5),
        (1.0, 5, 1.0, 1.0),
        (0.8, 5, 1.0, 0.0),
        (0.75, 4, 0.9, 0.3),
    ):
        where = f"for {printed:.0%} printed, {folds} folds and {training:.0%} of what was learnt"
        expect_number(answer_of(held_out_behind, printed, folds, training, where=where), expected, where)
    where = "for 70% printed, 5 folds and 100% of what was learnt"
    given = answer_of(held_out_behind, 0.7, 5, 1.0, where=where)
    if not (isinstance(given, float) and math.isnan(given)):
        raise Wrong(f"{where}, np.nan was expected, not {given!r}: no share from 0 to 1 explains it")


def _by_heart(by_heart: dict, films: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> None:
    expect_keys(by_heart, ("printed", "held_out"), "in by_heart")
    apart = ((films[:, None] - films) ** 2).sum(axis=-1)
    apart[fold[:, None] == fold] = np.inf  # nobody's own fold is taught
    strangers = (labels[apart.argmin(axis=1)] == labels).mean()  # of folds of one size
    expect_number(by_heart["held_out"], strangers, "on the films that were not taught")
    expect_number(by_heart["printed"], 0.8 + strangers / 5, "on all films")


TASKS = {
    "residual_block": Task(
        _residual_block,
        (
            "Write one layer first, convolution and normalisation, as a function; then the block is short.",
            "Layer c has no ReLU of its own: its numbers may be negative until the shortcut is added.",
            "relu(c(relu(b(relu(a(x)), stride))) + shortcut); the shortcut is x, or its projection with the "
            "same stride.",
        ),
    ),
    "interpolate": Task(
        _interpolate,
        (
            "Where do the moments lie, counted in frames? The first is 0, the last T − 1, and count of them.",
            "np.linspace gives them. The whole part is the frame before, the rest the share of the next one.",
            "The last moment has no next frame: stop at T − 1. Mix bytes as floats, round, go back.",
        ),
    ),
    "learning_rate": Task(
        _learning_rate,
        (
            "How often has the rate been multiplied before epoch 0, and before epoch `every`?",
            "Whole-number division counts the steps: epoch // every.",
            "first * factor ** steps; in the warm-up multiply this by (epoch + 1) / warm_up.",
        ),
    ),
    "deal_folds": Task(
        _deal_folds,
        (
            "What must stay whole, and what must be shared out evenly? One name in scikit-learn says both.",
            "StratifiedGroupKFold shuffles, and looks at its seed, only with shuffle=True.",
            'split(table, table["emotion"], table["subject"]) yields two arrays of places a fold; write the '
            "fold's number where the second says.",
        ),
    ),
    "war_uar": Task(
        _war_uar,
        (
            "Rightly named clips stand on the diagonal. What is the sum of a row, and what that of a column?",
            "WAR divides the diagonal's sum by all clips; UAR divides each of its numbers by its row's sum.",
            "Keep only the rows whose sum is above 0 before you divide, and take the mean of what is left.",
        ),
    ),
    "predicted": Task(
        _predicted,
        (
            "There is no wrong prediction, only none: say what you expect before you measure.",
            "If frames are dealt, what else of the film was taught? If clips are, what else of the person?",
            'Replace the dots by a dictionary, {"frames": …, "clips": …}, with one of the three words each.',
        ),
    ),
    "measured": Task(
        _measured,
        (
            'table["people"] == 0 is a mask: the images tested in the first turn, if people are dealt.',
            "answers(~test, test) names their emotions; compare these with the true ones.",
            "Five turns a way. Count what is right in all five, and divide by 300 once, at the end.",
        ),
    ),
    "held_out_behind": Task(
        _held_out_behind,
        (
            "Turn it round first: what is printed, if the network names half of the new clips rightly?",
            "printed = seen · training + (1 − seen) · held_out, where seen is the share of the folds learnt.",
            "seen = (folds − 1) / folds; solve for held_out, and look whether it lies between 0 and 1.",
        ),
    ),
    "by_heart": Task(
        _by_heart,
        (
            "nearest(fold != 0) answers for all sixty films, by a model that was not taught fold 0.",
            "Compare with lots. Take one mean over all films, and one over those of the fold left out.",
            "A list of five such means each, and then their mean.",
        ),
    ),
}
