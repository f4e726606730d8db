"""Answers over time: windows in seconds, gaps, key frames, one answer a clip, and how the ways are judged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import DataError
from labkit.evaluation.over_time import (
    CLIP_WAYS,
    NO_ANSWER,
    WAYS,
    ClipAnswers,
    answers,
    clip_answer,
    clip_scores,
    flips_per_second,
    key_frames,
    smooth,
    temporal_scores,
)

GAP = [np.nan, np.nan, np.nan]
SMOOTHING = [way for way in WAYS if way != "none"]


def sure(*classes: int, of: float = 0.8) -> np.ndarray:
    """Rows over three classes, each ``of`` sure of one of them; -1 makes a gap."""
    rest = (1 - of) / 2
    return np.array([GAP if c < 0 else [of if k == c else rest for k in range(3)] for c in classes])


def every(seconds: float, rows: np.ndarray) -> np.ndarray:
    return seconds * np.arange(len(rows))


@st.composite
def clips(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities with gaps, at times that rise unevenly."""
    seed, moments, classes = draw(st.tuples(st.integers(0, 9999), st.integers(1, 12), st.integers(2, 7)))
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.ones(classes), moments)
    rows[rng.random(moments) < 0.3] = np.nan
    return rows, np.cumsum(rng.uniform(0.02, 0.6, moments))


def seen(rows: np.ndarray) -> np.ndarray:
    return ~np.isnan(rows).any(axis=1)


@settings(max_examples=40, deadline=None)
@given(clips(), st.floats(0, 3), st.sampled_from(WAYS), st.booleans())
def test_what_is_smoothed_are_probabilities_again(clip, window, way, centred):
    rows, times = clip
    smoothed = smooth(rows, times, window, way, centred=centred)
    there = seen(smoothed)
    assert smoothed.shape == rows.shape and there[seen(rows)].all()
    assert smoothed[there].sum(axis=1) == pytest.approx(1) and (smoothed[there] >= 0).all()
    assert np.isnan(smoothed[~there]).all()


@settings(max_examples=30, deadline=None)
@given(clips(), st.sampled_from(SMOOTHING), st.booleans())
def test_without_a_window_every_moment_stands_alone(clip, way, centred):
    rows, times = clip
    alone = smooth(rows, times, 0.0, way, centred=centred)
    assert (answers(alone) == answers(rows)).all()  # a vote of one is the likeliest class
    expected = (
        rows if way != "vote" else np.where(seen(rows)[:, None], np.eye(rows.shape[1])[answers(rows)], rows)
    )
    np.testing.assert_allclose(alone, expected, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(clips(), st.floats(0, 3), st.sampled_from(["mean", "exponential"]), st.booleans())
def test_an_answer_that_never_changes_is_left_as_it_is(clip, window, way, centred):
    rows, times = clip
    same = np.tile([0.5, 0.2, 0.3], (len(rows), 1))
    np.testing.assert_allclose(smooth(same, times, window, way, centred=centred), same)


@settings(max_examples=30, deadline=None)
@given(clips(), st.floats(0, 3), st.sampled_from(WAYS), st.data())
def test_the_future_is_not_looked_at(clip, window, way, data):
    rows, times = clip
    now = data.draw(st.integers(1, len(rows)))
    whole = smooth(rows, times, window, way)[:now]
    np.testing.assert_allclose(smooth(rows[:now], times[:now], window, way), whole)


def test_the_mean_and_the_exponential_mean_by_hand():
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    times = np.array([0.0, 0.3, 0.6, 0.9])
    assert smooth(rows, times, 0.6, "mean")[:, 0] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 3])
    assert smooth(rows, times, 0.6, "mean", centred=True)[:, 0] == pytest.approx([1 / 2, 1 / 3, 1 / 3, 1 / 2])
    # The newest weighs 1, the one before it e^-1.5, the oldest e^-3.
    half, old = np.exp(-1.5), np.exp(-3)
    expected = [1, half / (1 + half), old / (1 + half + old), 1 / (1 + half + old)]
    assert smooth(rows, times, 0.6, "exponential")[:, 0] == pytest.approx(expected)


def test_a_single_slip_is_outvoted():
    """The paper's own example: happy, surprised, happy (§6.1)."""
    rows = sure(0, 0, 1, 0, 0)
    voted = smooth(rows, every(0.3, rows), 0.6, "vote")
    assert list(answers(voted)) == [0, 0, 0, 0, 0]
    assert voted[2] == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-5)


def test_a_tie_goes_to_the_surer_class_not_to_the_first():
    rows = np.array([[0.6, 0.4, 0.0], [0.0, 0.1, 0.9]])
    assert list(answers(smooth(rows, [0, 0.3], 1, "vote"))) == [0, 2]
    assert clip_answer(rows, "vote") == 2


@pytest.mark.parametrize("way", SMOOTHING)
def test_a_gap_is_bridged_as_far_as_the_window_reaches(way):
    rows = sure(-1, 1, -1, -1, -1, 2)
    smoothed = smooth(rows, every(0.3, rows), 0.6, way)
    assert list(answers(smoothed)) == [NO_ANSWER, 1, 1, 1, NO_ANSWER, 2]
    assert np.isnan(smooth(rows, every(0.3, rows), 0.6, "none")).all(axis=1).sum() == 4


def test_windows_are_counted_in_seconds_whatever_the_rate():
    rows = sure(0, 0, 0, 1)
    assert smooth(rows, every(0.1, rows), 0.2, "mean")[3, 0] == pytest.approx((0.8 + 0.8 + 0.1) / 3)
    assert smooth(rows, every(0.4, rows), 0.2, "mean")[3, 0] == pytest.approx(0.1)


def test_flips_by_hand():
    times = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    assert flips_per_second(np.array([0, 1, 0, 0, 2]), times) == pytest.approx(3 / 2)
    assert flips_per_second(np.array([-1, 1, -1, -1, 2]), times) == pytest.approx(1 / 1.5)
    assert flips_per_second(np.array([-1, 1, -1, 1, -1]), times) == 0
    assert flips_per_second(np.array([-1, -1, -1, -1, 2]), times) == 0


def test_key_frames_are_the_surest_and_lie_apart():
    rows = np.concatenate([sure(0, of=0.5), sure(1, of=0.9), sure(1, of=0.85), sure(-1), sure(2, of=0.7)])
    times = every(0.6, rows)
    assert list(key_frames(rows, times, 3)) == [1, 4]  # 2 is too near to 1, 3 empty, 0 too near to 1
    assert list(key_frames(rows, times, 9, apart=0)) == [1, 2, 4, 0]
    assert list(key_frames(rows, times, 1)) == [1]
    assert list(key_frames(rows, times, 1, neutral=1)) == [4]
    assert len(key_frames(sure(-1, -1), [0, 1])) == 0


def test_the_ways_to_answer_for_a_clip():
    rows = np.concatenate([sure(2, 2, of=0.95), sure(0, 0, 0, of=0.4), sure(1, -1)])
    assert {way: clip_answer(rows, way) for way in CLIP_WAYS} == {
        "last": 1,
        "mean": 2,
        "vote": 0,
        "key frame": 2,
    }
    assert clip_answer(rows, "key frame", neutral=2) == 1
    with pytest.raises(DataError, match="No face"):
        clip_answer(sure(-1, -1))


def answered(subject: str, truth: int, *said: int) -> ClipAnswers:
    rows = sure(*said)
    return ClipAnswers(rows, every(0.3, rows), np.full(len(said), truth), truth, subject)


def test_the_ways_of_smoothing_are_judged_on_the_same_moments():
    told = [answered("7", 0, 0, 0, 1, 0, -1, 0), answered("8", 1, 1, 1, 1, 2, 1)]
    table = temporal_scores(told, ("none", "vote"), window=0.7).set_index("way")
    assert list(table["accuracy"]) == pytest.approx([8 / 10, 1])
    assert list(table["moments"]) == [10, 10] and list(table["answered"]) == pytest.approx([10 / 11, 1])
    assert list(table["flips per second"]) == pytest.approx([(2 / 1.5 + 2 / 1.2) / 2, 0])
    assert (table["low"] <= table["accuracy"]).all() and (table["accuracy"] <= table["high"]).all()
    assert table.loc["none", ["low", "high"]].tolist() == pytest.approx([0.8, 0.8])  # 4 of 5 for both


def test_moments_without_a_truth_are_not_judged():
    clip = answered("7", 0, 0, 1, 1, 0)
    unsure = ClipAnswers(clip.probabilities, clip.times, np.array([0, -1, -1, 0]), 0, "7")
    (row,) = temporal_scores([unsure], ("none",)).to_dict("records")
    assert row["accuracy"] == 1 and row["moments"] == 2 and np.isnan(row["low"])  # one person: no interval


def test_the_ways_to_answer_for_a_clip_are_judged():
    told = [answered("7", 0, 0, 0, 1), answered("8", 2, 1, 1, 2), answered("9", 1, -1, -1)]
    table = clip_scores(told).set_index("way")
    assert table["accuracy"].to_dict() == pytest.approx(
        {"last": 1 / 3, "mean": 1 / 3, "vote": 1 / 3, "key frame": 1 / 3}
    )
    assert set(table["clips"]) == {3} and set(table["faceless"]) == {1}
    assert clip_scores(told[:2], ("last",))["accuracy"].item() == 1 / 2
    assert table.loc["vote", ["low", "high"]].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("rows", "times", "why"),
    [
        ([[0.5, 0.5]], [0, 1], "do not go with"),
        (np.empty((0, 3)), [], "do not go with"),
        ([[0.5, 0.5], [0.5, 0.5]], [1, 1], "do not rise"),
        ([[0.5, 0.5], [0.5, 0.5]], [0, np.nan], "do not rise"),
        ([[0.5, 0.6]], [0], "sum to 1"),
        ([[1.5, -0.5]], [0], "sum to 1"),
        ([[0.5, np.nan]], [0], "all NaN"),
    ],
)
def test_what_are_no_probabilities_over_time_is_said(rows, times, why):
    with pytest.raises(DataError, match=why):
        smooth(rows, times)


def test_unknown_ways_and_windows_are_said():
    for wrong in ({"way": "median"}, {"window": -1}, {"window": np.nan}):
        with pytest.raises(ValueError, match="must be"):
            smooth([[1.0]], [0], **wrong)
    with pytest.raises(ValueError, match="key frame"):
        clip_answer([[1.0]], "first")
    with pytest.raises(DataError, match="no clips"):
        temporal_scores([])
    with pytest.raises(DataError, match="one a moment"):
        ClipAnswers(sure(0, 1), np.array([0, 1]), np.array([0]), 0, "7")
