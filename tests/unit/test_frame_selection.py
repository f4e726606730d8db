"""One answer a clip: means of logits, votes, and looking no further than needed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import DataError
from labkit.evaluation.clip_decision import clip_answers
from labkit.evaluation.frame_selection import coarse_to_fine, evenly, look, selection_curve


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1, keepdims=True)


@st.composite
def clips(draw: st.DrawFn) -> np.ndarray:
    """float32 (n, T, c) probabilities, as a network gives them."""
    seed, n, steps, classes = draw(
        st.tuples(st.integers(0, 9999), st.integers(1, 6), st.integers(1, 20), st.integers(2, 7))
    )
    logits = np.random.default_rng(seed).normal(0, 3, (n, steps, classes))
    return softmax(logits).astype(np.float32)


def sure(*classes: int, of: float = 0.8) -> np.ndarray:
    """One clip over three classes, a frame an argument."""
    return np.array([[[of if k == c else (1 - of) / 2 for k in range(3)] for c in classes]])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9999), st.floats(-50, 50))
def test_the_mean_of_log_probabilities_is_the_mean_of_logits(seed, shift):
    logits = np.random.default_rng(seed).normal(shift, 5, (4, 16, 7))
    np.testing.assert_allclose(
        clip_answers(softmax(logits - shift)), softmax((logits - shift).mean(axis=1)), atol=1e-9
    )


@settings(max_examples=30, deadline=None)
@given(clips(), st.sampled_from(["mean", "vote"]))
def test_a_clip_answers_in_probabilities_whatever_the_frames_order(frames, how):
    answers = clip_answers(frames, how)
    assert answers.shape == (len(frames), frames.shape[2]) and (answers >= 0).all()
    np.testing.assert_allclose(answers.sum(axis=1), 1)
    np.testing.assert_allclose(clip_answers(frames[:, ::-1], how), answers, atol=1e-12)
    np.testing.assert_allclose(clip_answers(np.stack([frames, frames]), how)[1], answers)


def test_votes_are_counted_and_the_mean_breaks_their_ties():
    frames = np.concatenate([sure(0, 0, 1, of=0.4), sure(0, 1, 1, of=0.4)])
    np.testing.assert_allclose(
        clip_answers(frames, "vote"), [[2 / 3, 1 / 3, 0], [1 / 3, 2 / 3, 0]], atol=1e-5
    )
    tie = np.concatenate([sure(0, of=0.5), sure(2, of=0.9)], axis=1)
    assert clip_answers(tie, "vote")[0].argmax() == 2
    assert clip_answers(np.concatenate([sure(0, 0, of=0.4), sure(1, of=0.98)], axis=1)).argmax() == 1


def test_a_probability_of_zero_stays_a_number():
    frames = np.array([[[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]], np.float32)
    np.testing.assert_allclose(clip_answers(frames), [[0, 1]], atol=1e-12)


@pytest.mark.parametrize("frames", [np.ones(7), np.ones((2, 16, 7)), np.full((2, 16, 7), np.nan)])
def test_what_is_no_probability_is_refused(frames):
    with pytest.raises(DataError):
        clip_answers(frames)
    with pytest.raises(DataError):
        look(frames, 0.5)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 16, 31])
def test_from_coarse_to_fine_every_frame_comes_once(count):
    assert sorted(coarse_to_fine(count)) == list(range(count))


def test_sixteen_frames_begin_with_the_middle_and_the_quarters():
    assert coarse_to_fine(16)[:7].tolist() == [8, 4, 12, 2, 6, 10, 14]
    for looks, apart in ((1, 8), (3, 4), (7, 2)):  # however early one stops, no frame is far from a look
        places = coarse_to_fine(16)[:looks]
        assert max(min(abs(frame - places)) for frame in range(16)) == apart


@settings(max_examples=30, deadline=None)
@given(clips(), st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_takes_more_looks_and_the_last_sees_all(frames, one, other):
    low, high = sorted((one, other))
    assert (look(frames, low)[1] <= look(frames, high)[1]).all()
    answers, looked = look(frames, 1.0)
    steps = frames.shape[1]
    assert (looked == steps).all()
    np.testing.assert_allclose(answers, clip_answers(frames), atol=1e-9)
    np.testing.assert_allclose(evenly(frames, steps), answers, atol=1e-9)
    first, looked = look(frames, 0.0)
    assert (looked == 1).all()
    np.testing.assert_allclose(first, frames[:, steps // 2], atol=1e-6)
    np.testing.assert_allclose(evenly(frames, 1), first, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(clips(), st.floats(0, 1))
def test_looking_ends_where_the_answer_is_sure_enough(frames, confidence):
    answers, looked = look(frames, confidence)
    order = coarse_to_fine(frames.shape[1])
    for clip, answer, looks in zip(frames, answers, looked, strict=True):
        np.testing.assert_allclose(answer, clip_answers(clip[order[:looks]]), atol=1e-9)
        assert looks == len(order) or answer.max() > confidence
        if looks > 1:
            assert clip_answers(clip[order[: looks - 1]]).max() <= confidence + 1e-9


def test_the_curve_by_hand():
    # three frames, looked at as 1, 0, 2: the first clip is sure at once, the second is not until the end
    frames = np.concatenate([sure(1, 0, 1, of=0.9), sure(2, 1, 2, of=0.6)])
    curve = selection_curve(frames, np.array([0, 2]), (0.5, 0.7, 1.0))
    assert curve["frames"].tolist() == [1, 2, 3]
    assert curve["accuracy"].tolist() == [0.5, 1.0, 0.5]
    # evenly: one frame is the middle, two are frames 0 and 2, three are all; of these only clip 2 is right
    assert curve["even accuracy"].tolist() == [0.5, 0.5, 0.5]


def test_the_rival_gets_as_many_frames_on_average():
    frames = np.concatenate([sure(1, 0, 1, 1, of=0.9), sure(0, 0, 1, 0, of=0.4)])
    (row,) = selection_curve(frames, np.array([1, 1]), (0.7,)).to_dict("records")
    exact = [(evenly(frames, count).argmax(axis=1) == 1).mean() for count in (1, 2, 3, 4)]
    looks = row["frames"]
    assert looks == 2.5 and row["even accuracy"] == pytest.approx((exact[1] + exact[2]) / 2)


def test_clips_and_labels_must_go_together():
    with pytest.raises(DataError, match="1 clips do not go with 2 labels"):
        selection_curve(sure(1, 2), np.array([0, 1]))
    with pytest.raises(ValueError, match="count must be 1 to 2"):
        evenly(sure(1, 2), 3)
