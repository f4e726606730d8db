"""The affect plane: words for points, smoothing, what a clip refuses, its sentences, picture and widget."""

import numpy as np
import pytest

from labkit.affect import PLACES, word_for
from labkit.emotions import COLOURS, EMOTIONS
from labkit.errors import DataError
from labkit.evaluation.affect_over_time import smooth_affect
from labkit.evaluation.agreement import ccc
from labkit.widgets.affect_plane import AffectPlane
from labkit.widgets.affect_plane_picture import compose_affect
from labkit.widgets.affect_plane_state import AffectClip, AffectState
from labkit.widgets.canvas import BLUE

NAN = np.nan


def clip(moments: int = 40, *, step: float = 0.1, **parts) -> AffectClip:
    """A slow true wave; a network that sees it through noise, another that answers from moment 10 on."""
    times = step * np.arange(moments)
    truth = np.stack([0.4 + 0.4 * np.sin(times), 0.3 + 0.3 * np.cos(times)], axis=1)
    noisy = truth + np.random.default_rng(0).normal(0, 0.3, truth.shape)
    late = np.where(np.arange(moments)[:, None] < 10, NAN, 0.9 * truth)
    parts = {
        "title": "video1_left",
        "times": times,
        "pictures": [np.full((24, 24, 3), (30, 60, 4 * (n % 60)), np.uint8) for n in range(moments)],
        "predictions": {"CNN": noisy, "CNN + GRU": late},
        "truth": truth,
    } | parts
    return AffectClip(**parts)


def contains(picture: np.ndarray, colour: str) -> int:
    """How many pixels have exactly this colour."""
    rgb = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return int((picture == rgb).all(axis=2).sum())


def test_every_place_has_its_own_word_and_strength_does_not_change_it():
    assert set(PLACES) <= set(EMOTIONS) & set(COLOURS)
    for word, (valence, arousal) in PLACES.items():
        assert word_for(valence, arousal) == word_for(0.4 * valence, 0.4 * arousal) == word
        assert np.hypot(valence, arousal) <= 1


def test_words_go_round_the_circle_without_a_seam():
    assert word_for(-1, 0.02) == word_for(-1, -0.02) == "disgust" and word_for(-1, -0.3) == "sad"
    assert word_for(0.05, -0.1) == "neutral"
    assert word_for(0.1, -0.9) == "calm"
    assert word_for(NAN, 0.5) == word_for(0.5, NAN) == ""


def test_a_mean_looks_back_over_its_window_and_no_further():
    values = np.array([[0.0, 1.0], [1.0, 0.0], [NAN, NAN], [0.2, 0.4]])
    smoothed = smooth_affect(values, np.array([0.0, 1.0, 2.0, 3.0]), 1.0)
    np.testing.assert_allclose(smoothed, [[0, 1], [0.5, 0.5], [1, 0], [0.2, 0.4]])


def test_an_exponential_mean_trusts_the_newest_most():
    smoothed = smooth_affect(np.array([[0.0, 0.0], [1.0, -1.0]]), np.array([0.0, 2.0]), 2.0, "exponential")
    newest = 1 / (1 + np.exp(-3))
    np.testing.assert_allclose(smoothed, [[0, 0], [newest, -newest]])


def test_a_gap_longer_than_its_window_stays_a_gap():
    values = np.full((10, 2), 0.5)
    values[2:8] = NAN
    smoothed = smooth_affect(values, 0.1 * np.arange(10), 0.2)
    assert list(np.flatnonzero(np.isnan(smoothed[:, 0]))) == [4, 5, 6, 7]
    for window, way in ((0.0, "mean"), (1.0, "none")):
        np.testing.assert_array_equal(smooth_affect(values, 0.1 * np.arange(10), window, way), values)


def test_smoothing_equals_a_plain_loop():
    rng = np.random.default_rng(1)
    times, values = np.cumsum(rng.uniform(0.02, 0.3, 60)), rng.normal(size=(60, 2))
    values[rng.random(60) < 0.3] = NAN
    for way, decay in (("mean", 0.0), ("exponential", 3.0)):
        for moment, row in enumerate(smooth_affect(values, times, 0.7, way)):
            near = (times <= times[moment]) & (times >= times[moment] - 0.7) & ~np.isnan(values[:, 0])
            weights = np.exp(-decay * (times[moment] - times[near]) / 0.7)
            expected = weights @ values[near] / weights.sum() if near.any() else [NAN, NAN]
            np.testing.assert_allclose(row, expected)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"times": np.zeros(40)}, "do not rise"),
        ({"predictions": {}}, "no prediction"),
        ({"predictions": {"CNN": np.zeros((39, 2))}}, r"CNN: Values of shape \(39, 2\)"),
        ({"predictions": {"CNN": np.tile([NAN, 0.1], (40, 1))}}, "CNN: .* only one of valence and arousal"),
        ({"pictures": [None] * 7}, "40 times but 7 pictures"),
        ({"truth": np.full((40, 2), -5.0)}, r"outside \[-1, 1\]; mark what is not valid \(-5\) as NaN"),
    ],
)
def test_a_clip_whose_parts_do_not_fit_is_refused_by_name(parts, words):
    with pytest.raises(DataError, match=f"Clip 'video1_left'.*{words}"):
        clip(**parts)


def test_the_caption_tells_word_values_and_ccc_before_and_after_smoothing():
    predicted = np.array([[0.0, 0.0], [0.8, 0.2], [0.4, 0.2], [0.9, 0.3]])
    truth = np.array([[0.1, 0.1], [0.4, 0.1], [0.6, 0.2], [0.6, 0.3]])
    short = clip(4, step=1.0, predictions={"CNN": predicted}, truth=truth)
    said = AffectState(short, 2, window=1.0).caption
    assert (
        "2.0 s, moment 3 of 4: CNN says happy, valence 0.60, arousal 0.20, the mean over the last 1 s" in said
    )
    assert (
        "at this moment alone happy, valence 0.40, arousal 0.20; the label says happy, valence 0.60" in said
    )
    plain = ccc(truth[:, 0], predicted[:, 0])
    mean = ccc(truth[:, 0], np.array([0.0, 0.4, 0.6, 0.65]))
    assert (
        f"4 counted moments of this clip: valence {plain:.2f} frame by frame, {mean:.2f} smoothed; arousal"
        in said
    )


def test_both_ccc_are_taken_on_the_same_moments():
    """Smoothing gives moments without a prediction a value; they must not count all the same."""
    gappy = clip().predictions["CNN"].copy()
    gappy[5:12] = NAN
    truth = clip().truth.copy()
    truth[20:24] = NAN
    state = AffectState(clip(predictions={"CNN": gappy}, truth=truth), window=1.0)
    assert np.isfinite(state.smoothed[6]).all() and not state.counted[6]
    seen = np.r_[0:5, 12:20, 24:40]
    expected = ccc(truth[seen, 1], state.smoothed[seen, 1])
    assert state.agreement["smoothed"][1] == pytest.approx(expected)
    assert "29 counted moments" in state.caption and "11 of 40 moments lack a label" in state.caption


def test_without_smoothing_nothing_is_called_smoothed():
    for state in (AffectState(clip(), 8, way="none"), AffectState(clip(), 8, window=0.0)):
        assert "smoothed" not in state.caption and "at this moment alone" not in state.caption
        assert list(state.agreement) == ["frame by frame"]


def test_where_there_is_no_ccc_the_caption_says_why():
    equal = clip(truth=np.tile([0.0, 0.5], (40, 1)) + np.stack([np.linspace(0, 0.4, 40), np.zeros(40)], 1))
    assert "arousal not defined, as all its labels are equal" in AffectState(equal).caption
    assert "has no labels" in AffectState(clip(truth=None)).caption
    lost = clip(truth=np.full((40, 2), NAN))
    assert "There is no CCC: 0 of its moments" in AffectState(lost).caption
    assert "10 of 40 moments have no prediction" in AffectState(clip(truth=None), 0, "CNN + GRU").caption


def test_a_moment_without_a_prediction_is_said_to_have_none():
    state = AffectState(clip(), 3, "CNN + GRU")
    assert "CNN + GRU says nothing; the label" in state.caption
    assert "the label says surprised, valence 0.52, arousal 0.59" in state.caption


def test_the_prediction_is_drawn_at_its_place():
    still = clip(predictions={"CNN": np.tile([-0.5, -0.5], (40, 1))}, truth=None)
    picture = compose_affect(AffectState(still, 20, way="none"))
    x, y = 2 * (322 + 75), 2 * (38 + 225)  # a quarter into the plane, at the canvas's scale of 2
    assert contains(picture[y - 8 : y + 8, x - 8 : x + 8], BLUE) > 150
    away = clip(predictions={"CNN": np.tile([-3.0, 3.0], (40, 1))}, truth=None)
    corner = compose_affect(AffectState(away, 20, way="none"))
    assert contains(corner[66:90, 634:660], BLUE) > 50  # on the edge, not outside


def test_a_longer_trail_shows_more_of_the_past():
    wide = clip(predictions={"CNN": np.stack([np.linspace(-1, 1, 40), np.zeros(40)], 1)}, truth=None)
    states = [AffectState(wide, 39, way="none", trail=trail) for trail in (0.0, 1.0, 3.0)]
    assert [state.recent for state in states] == [slice(39, 40), slice(29, 40), slice(9, 40)]
    none, short, long = (compose_affect(state)[76:676, 644:1244].astype(int) for state in states)
    assert 0 < (short != none).any(axis=2).sum() < (long != none).any(axis=2).sum()


@pytest.mark.parametrize(
    "few",
    [
        clip(1),
        clip(2, pictures=[None, np.zeros((90, 60), np.uint8)]),
        clip(3, predictions={"a rather long name of a network": np.full((3, 2), NAN)}),
        clip(2, times=np.array([100.0, 4000.0]), pictures=np.zeros((2, 30, 90, 1), np.uint8)),
        clip(5000, step=1 / 30),
    ],
    ids=["one moment", "grey and upright", "nothing predicted", "hours", "long"],
)
def test_every_clip_has_a_picture_of_one_size(few):
    for position in {0, len(few.times) - 1}:
        assert compose_affect(AffectState(few, position)).shape == (1200, 1800, 3)


@pytest.fixture
def plane() -> AffectPlane:
    short = clip(3, predictions={"CNN + GRU": np.zeros((3, 2)), "other": np.ones((3, 2))}, title="another")
    return AffectPlane({"first": clip(), "short": short})


def test_setting_values_in_python_moves_the_picture(plane):
    """As papermill does: no browser, only ``.value =``."""
    seen = {plane.picture.value}
    moves = [
        ("time", 30),
        ("smoothing", "exponential"),
        ("window", 4.0),
        ("trail", 0.5),
        ("smoothing", "none"),
        ("prediction", "CNN + GRU"),
        ("clip", "short"),
        ("prediction", "other"),
    ]
    for control, value in moves:
        getattr(plane, control).value = value
        assert plane.picture.value not in seen, control
        seen.add(plane.picture.value)


def test_another_clip_starts_at_its_first_moment_with_the_same_prediction(plane):
    plane.prediction.value = "CNN + GRU"
    plane.time.value = 20
    plane.clip.value = "short"
    assert (plane.time.value, plane.time.max, plane.play.max) == (1, 3, 3)
    assert plane.state.clip.title == "another" and plane.state.name == "CNN + GRU"
    plane.prediction.value = "other"
    plane.clip.value = "first"
    assert plane.state.name == "CNN"


def test_playing_keeps_the_clips_pace():
    for fps, step in ((30, 6), (15, 3), (2, 1)):
        play = AffectPlane({"one": clip(8, step=1 / fps)}).play
        assert play.step == step and play.interval == pytest.approx(1000 * step / fps, abs=1)


def test_the_caption_is_what_a_screen_reader_hears(plane):
    plane.time.value = 9
    assert plane.state.caption in plane.caption.value and 'role="status"' in plane.caption.value


def test_a_plane_without_clips_is_refused():
    with pytest.raises(DataError, match="no clip to show"):
        AffectPlane({})
