"""Set 04, valence and arousal: what its checks look at; its hints are in ``hints_04``."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import entropy

from labkit.evaluation.agreement import ccc
from labkit.exercises.affect_tracks import Reading
from labkit.exercises.expectations import (
    Wrong,
    answer_of,
    expect_array,
    expect_choice,
    expect_keys,
    expect_number,
)
from labkit.exercises.hints_04 import HINTS
from labkit.exercises.tasks import Task

RULES = ("text", "code", "code, mean")
LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200)
EPOCHS = (1, 6, 17, 30)
NAN = float("nan")


def _concordance(concordance: Callable) -> None:
    truth = [-0.5, 0.1, 0.2, 0.6]
    answers = {
        "for equal answers": truth,
        "for answers that are all 0.2 too high": [-0.3, 0.3, 0.4, 0.8],
        "for answers of half the spread": [-0.2, 0.1, 0.15, 0.35],
        "for answers of the other sign": [0.5, -0.1, -0.2, -0.6],
        "for answers that are all 0.3": [0.3] * 4,
        "where the second answer is missing": [-0.2, NAN, 0.1, 0.7],
    }
    for where, answered in answers.items():
        given = answer_of(concordance, np.array(truth), np.array(answered), where=where)
        expect_number(given, ccc(truth, answered), where)
    where = "where both sides are constant"
    given = answer_of(concordance, np.full(3, 0.1), np.full(3, 0.3), where=where)
    if not isinstance(given, (float, np.floating)) or not np.isnan(given):
        raise Wrong(f"{where}, NaN was expected, not {given}")


def _keep_probability(keep_probability: Callable) -> None:
    counts = np.array([2, 8, 6, 0])
    text = {
        "maximum": [0.25, 1, 0.75, 0],
        "mean": [0.5, 1, 1, 0],
        "both": [1 / 3, 1, 1, 0],
    }
    for k_max, likely in text.items():
        for rule, expected in (("text", np.array(likely)), ("code", 1 - np.array(likely))):
            where = f'for bins of 2, 8, 6 and 0 frames, "{rule}" and "{k_max}"'
            given = answer_of(keep_probability, counts.copy(), rule, k_max, where=where)
            expect_array(_as(float, given), expected, where, 1e-6)


def _predicted_rules(predicted_rules: dict) -> None:
    for rule, word in expect_keys(predicted_rules, RULES, "in predicted_rules").items():
        expect_choice(word, ("more", "fewer"), f'for "{rule}"')


def _effective(effective: dict, counts: np.ndarray) -> None:
    likely = {
        "all": 1,
        "text": counts / counts.max(),
        "code": 1 - counts / counts.max(),
        "code, mean": np.clip(1 - counts / counts.mean(), 0, 1),
    }
    expect_keys(effective, likely, "in effective")
    for name, share in likely.items():
        expect_number(effective[name], float(np.exp(entropy(counts * share))), f'for "{name}"', 1e-3)


def _quadrant_pool(quadrant_pool: Callable) -> None:
    pooled = {(2, 2): [[0, 1], [10, 11]], (4, 2): [[5, 6], [25, 26]], (3, 5): [[6, 8], [16, 18]]}
    for (height, width), expected in pooled.items():
        where = f"for a map of {height}×{width} (10 · row + column, and a second channel of the other sign)"
        picture = 10.0 * np.arange(height)[:, None] + np.arange(width)
        given = answer_of(quadrant_pool, _two_channels(picture), where=where)
        expect_array(_as(float, given), _two_channels(expected), where, 1e-6)


def _two_channels(picture: Any) -> np.ndarray:
    return np.stack([picture, np.negative(picture)], axis=-1)[None].astype(float)


def _window_starts(window_starts: Callable) -> None:
    one, whole = np.zeros(8, int), np.ones(8, bool)
    broken = whole.copy()
    broken[3] = False
    jump = np.array([0, 1, 2, 5, 6, 7, 8, 9])
    tracks, run_on = np.repeat([1, 2], 4), np.arange(8)
    cases = (
        ("for 8 frames on end and length 3", one, run_on, whole, 3, range(5)),
        ("for 8 frames on end and length 8", one, run_on, whole, 8, ()),
        ("where row 3 of 8 is not valid and the length is 1", one, run_on, broken, 1, (0, 1, 4, 5, 6)),
        ("for the frames 0, 1, 2, 5, 6, 7, 8, 9 and length 2", one, jump, whole, 2, (0, 3, 4, 5)),
        (
            "for two tracks of 4 frames, numbered on, and length 2",
            tracks,
            run_on,
            whole,
            2,
            (0, 1, 4, 5),
        ),
    )
    for where, track, frame, valid, length, expected in cases:
        given = answer_of(window_starts, track.copy(), frame.copy(), valid.copy(), length, where=where)
        expect_array(_as(np.int64, given), np.array(expected, np.int64), where)


def _bridged(bridged: Callable) -> None:
    cases = {
        "where one frame is missing between 0 and 1": ([0, NAN, 1], [0, 0.5, 1]),
        "where three frames are missing between 1 and 0": ([1, NAN, NAN, NAN, 0], [1, 0.75, 0.5, 0.25, 0]),
        "where the first and the last frame are missing": ([NAN, 0.5, 0.7, NAN], [NAN, 0.5, 0.7, NAN]),
        "where all frames are missing": ([NAN, NAN], [NAN, NAN]),
    }
    for where, (answers, expected) in cases.items():
        holes = np.column_stack([answers, np.negative(answers)])
        before = holes.copy()
        given = answer_of(bridged, holes, where=where)
        if not np.array_equal(holes, before, equal_nan=True):
            raise Wrong(f"{where}, the old array was expected to stay as it is")
        expect_array(_as(float, given), np.column_stack([expected, np.negative(expected)]), where, 1e-6)


def _predicted_length(predicted_length: str) -> None:
    expect_choice(predicted_length, ("rises", "falls", "rises, then falls"), "in predicted_length")


def _by_length(by_length: dict, yours: Reading) -> None:
    expect_keys(by_length, LENGTHS, "in by_length")
    for length in LENGTHS:
        smooth = pd.DataFrame(yours.answered).rolling(length, min_periods=1).mean().to_numpy()
        both = [ccc(yours.true[:, column], smooth[:, column]) for column in (0, 1)]
        expect_number(by_length[length], float(np.mean(both)), f"at by_length[{length}]", 1e-4)


def _chosen(chosen: Callable) -> None:
    cases = {
        "where the second of three epochs is best on validation": ([0.1, 0.3, 0.2], [0.2, 0.1, 0.4], 1),
        "where the first and the last are equally good": ([0.3, 0.1, 0.3], [0.2, 0.4, 0.1], 0),
        "where the first epoch's validation is NaN": ([NAN, 0.1, 0.2], [0.3, 0.2, 0.1], 2),
    }
    for where, (validation, test, kept) in cases.items():
        given = answer_of(chosen, np.array(validation), np.array(test), where=where)
        if not isinstance(given, tuple) or len(given) != 2:
            raise Wrong(f"{where}, two numbers were expected: return reported, honest")
        expect_number(given[0], validation[kept], f"{where}, the reported CCC")
        expect_number(given[1], test[kept], f"{where}, the CCC on the test")


def _luck(luck: dict, validation: np.ndarray, test: np.ndarray) -> None:
    expect_keys(luck, EPOCHS, "in luck")
    for epochs in EPOCHS:
        kept = validation[:, :epochs].argmax(axis=1)[:, None]
        gaps = np.take_along_axis(validation, kept, 1) - np.take_along_axis(test, kept, 1)
        expect_number(luck[epochs], float(gaps.mean()), f"at luck[{epochs}]")


def _as(kind: type, given: Any) -> Any:
    """An array's numbers as ``kind``: in this set neither length nor precision of a number is judged."""
    return given.astype(kind) if isinstance(given, np.ndarray) else given


CHECKS: Mapping[str, Callable[..., None]] = {
    "concordance": _concordance,
    "keep_probability": _keep_probability,
    "predicted_rules": _predicted_rules,
    "effective": _effective,
    "quadrant_pool": _quadrant_pool,
    "window_starts": _window_starts,
    "bridged": _bridged,
    "predicted_length": _predicted_length,
    "by_length": _by_length,
    "chosen": _chosen,
    "luck": _luck,
}
TASKS = {name: Task(checked, HINTS[name]) for name, checked in CHECKS.items()}
