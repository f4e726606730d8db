"""Balancing: the text's rule makes a set less even, the code's more, and both are exact by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from labkit.datasets.balancing import (
    RULES,
    SUBSETS,
    balance,
    balance_report,
    effective_bins,
    histogram,
    keep_probability,
)
from labkit.errors import DataError


def filled(*counts: int) -> np.ndarray:
    """So many frames in each of some bins, along the diagonal from the middle outwards."""
    return np.repeat(0.025 + 0.05 * np.arange(len(counts)), counts)[:, None].repeat(2, axis=1)


def unbalanced(frames: int = 20_000) -> np.ndarray:
    """As the original: mostly mild and positive, negative rare, some exact zeros, some missing."""
    random = np.random.default_rng(0)
    affect = np.clip(random.normal((0.2, 0.3), (0.3, 0.2), (frames, 2)), -1, 1).astype("float32")
    affect[:1000] = 0
    affect[1000:1100] = np.nan
    return affect


def test_a_value_on_an_edge_belongs_to_the_bin_above_it():
    edges = np.round(np.arange(-20, 21) * 0.05, 2)
    for kind in (np.float32, np.float64):
        counts = histogram(np.stack([edges, np.ones(41)], axis=1).astype(kind))
        assert counts.shape == (40, 40) and counts[:, -1].tolist() == [1] * 39 + [2]
    assert histogram([[-1, 1], [np.nan, 0]], bins=2).tolist() == [[0, 1], [0, 0]]


@pytest.mark.parametrize(
    ("subset", "rule", "expected"),
    [
        ("maximum", "text", (2 / 8, 1)),
        ("maximum", "code", (6 / 8, 0)),
        ("mean", "text", (1, 1)),  # ten frames in 1600 bins: any bin with a frame is fuller than the mean
        ("mean", "code", (0, 0)),
        ("both", "text", (2 / ((8 + 10 / 1600) / 2), 1)),
        ("both", "code", (1 - 2 / ((8 + 10 / 1600) / 2), 0)),
    ],
)
def test_probabilities_by_hand(subset, rule, expected):
    affect = np.concatenate([[[0, 0], [np.nan, 0.5]], filled(2, 8)])
    probability = keep_probability(affect, subset, rule)
    np.testing.assert_allclose(probability, [0, 0, *[expected[0]] * 2, *[expected[1]] * 8])


@given(st.lists(st.integers(1, 40), min_size=2, max_size=12), st.sampled_from(list(SUBSETS)))
def test_the_rules_are_opposites(counts, subset):
    assume(len(set(counts)) > 1)
    affect, before = filled(*counts), np.array(counts)
    firsts = np.cumsum([0, *counts[:-1]])
    text, code = (before * keep_probability(affect, subset, rule)[firsts] for rule in RULES)
    for thin in range(len(counts)):
        for full in np.flatnonzero(before > before[thin]):
            # On average the text keeps no less of a fuller bin's lead, the code no more.
            assert text[full] * before[thin] >= text[thin] * before[full] - 1e-9
            assert code[full] * before[thin] <= code[thin] * before[full] + 1e-9


@given(st.lists(st.integers(1, 40), min_size=2, max_size=12))
def test_the_texts_rule_makes_any_set_less_even(counts):
    assume(len(set(counts)) > 1)
    affect, before = filled(*counts), np.array(counts)
    kept = before * keep_probability(affect, "maximum", "text")[np.cumsum([0, *counts[:-1]])]
    shares = kept / kept.sum()
    assert np.exp(-(shares * np.log(shares)).sum()) < effective_bins(affect)


def test_a_set_like_the_original_grows_more_even_by_the_codes_rule():
    table = balance_report(unbalanced())
    even, before = table["effective_bins"], table.loc[("–", "without (0, 0)"), "effective_bins"]
    for subset in ("maximum", "both"):
        assert even["text", subset] < before < even["code", subset]
        text, code = (table.loc[(rule, subset), "fullest_tenth"] for rule in RULES)
        assert code < table.loc[("–", "without (0, 0)"), "fullest_tenth"] < text
    assert table.loc[("–", "all"), "frames"] == 19_900 and table.loc[("–", "all"), "share"] == 1
    assert table.loc[("–", "without (0, 0)"), "frames"] == 18_900
    assert table.loc[("code", "maximum"), "lost_bins"] >= 1  # the fullest has no chance


def test_the_codes_rule_can_overshoot():
    assert len(balance(filled(1, 100), "maximum", "code")) == 1  # all of the full bin is gone


def test_the_report_counts_what_balance_keeps():
    affect = unbalanced()
    table = balance_report(affect, seed=3)
    for rule in RULES:
        for subset in SUBSETS:
            kept = balance(affect, subset, rule, seed=3)
            assert len(kept) == table.loc[(rule, subset), "frames"]
            assert (np.diff(kept) > 0).all() and (kept >= 1100).all()
    assert (balance(affect, seed=1) == balance(affect, seed=1)).all()
    assert len(np.setdiff1d(balance(affect, seed=1), balance(affect, seed=2)))


def test_a_set_without_frames_has_a_report():
    table = balance_report(np.zeros((3, 2)))
    assert table.loc[("code", "both"), "frames"] == 0 and table.loc[("code", "both"), "effective_bins"] == 0
    assert np.isnan(table.loc[("code", "both"), "fullest_tenth"])


def test_what_cannot_be_balanced_is_refused():
    with pytest.raises(DataError, match="1 frames have a value outside"):
        histogram([[0.5, -5.0]])
    with pytest.raises(DataError, match=r"shape \(3,\)"):
        histogram(np.zeros(3))
    with pytest.raises(DataError, match="keeps none of 3 frames"):
        balance(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="subset must be one of"):
        balance(filled(2, 3), "median")
