"""A claim that one model beats another stands only where paired answers support it."""

import numpy as np
import pytest

from labkit.evaluation.comparison import compare, comparison_table

PEOPLE = np.repeat(np.arange(20), 10)


def test_a_clear_winner_is_named_whichever_comes_first():
    good, poor = np.ones(200, bool), np.arange(200) % 2 == 0
    for first, second in ((good, poor), (poor, good)):
        (found,) = compare({"one": first, "two": second}, PEOPLE)
        winner = "one" if first is good else "two"
        assert found.claim.startswith(f"{winner} beats")
        assert abs(found.difference) == pytest.approx(0.5)


def test_a_difference_that_one_person_makes_is_no_claim():
    a, b = np.ones(200, bool), np.ones(200, bool)
    b[PEOPLE == 3] = False  # ten answers, all of one person
    (found,) = compare({"a": a, "b": b}, PEOPLE)
    assert found.mcnemar < 0.01  # as if the ten answers stood alone
    assert found.low <= 0 and "No difference" in found.claim


def test_equal_answers_make_no_claim():
    (found,) = compare({"a": np.ones(200, bool), "b": np.ones(200, bool)}, PEOPLE)
    assert (found.difference, found.low, found.high, found.mcnemar) == (0, 0, 0, 1)


def test_more_comparisons_widen_every_interval():
    rng = np.random.default_rng(0)
    hits = {name: rng.random(200) < share for name, share in (("a", 0.7), ("b", 0.6), ("c", 0.5), ("d", 0.5))}
    alone = compare({"a": hits["a"], "b": hits["b"]}, PEOPLE)[0]
    among = next(c for c in compare(hits, PEOPLE) if (c.a, c.b) == ("a", "b"))
    assert among.low < alone.low and among.high > alone.high
    assert len(comparison_table(compare(hits, PEOPLE))) == 6


def test_several_trainings_are_averaged():
    always, never = np.ones(200, bool), np.zeros(200, bool)
    (found,) = compare({"a": np.stack([always, never]), "b": np.stack([never, never])}, PEOPLE)
    assert found.difference == pytest.approx(0.5)
