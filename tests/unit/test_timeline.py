"""The timeline: what its clip refuses, what its sentences say, its picture, the widget without a browser."""

import cv2
import numpy as np
import pytest

from labkit.emotions import COLOURS
from labkit.errors import DataError
from labkit.widgets.canvas import to_jpeg
from labkit.widgets.timeline import Timeline
from labkit.widgets.timeline_picture import compose_timeline
from labkit.widgets.timeline_state import TimelineClip, TimelineState

CLASSES = ("angry", "happy", "neutral")
SURE = {"a": (0.8, 0.1, 0.1), "h": (0.1, 0.8, 0.1), "n": (0.1, 0.1, 0.8), "-": (np.nan,) * 3}
TRUTH = {"a": "angry", "h": "happy", "n": "neutral", "-": ""}


def clip(shown: str = "nnnhnhhhah--------hhh", *, step: float = 0.3, **parts) -> TimelineClip:
    """A clip of which each letter is a moment's answer; "-" is a moment without a face."""
    moments = len(shown)
    faces = [
        None if letter == "-" else np.full((24, 24), 9 * (n % 28), np.uint8) for n, letter in enumerate(shown)
    ]
    parts = {
        "title": "a clip",
        "times": step * np.arange(moments),
        "faces": faces,
        "probabilities": np.array([SURE[letter] for letter in shown]),
        "classes": CLASSES,
        "pictures": [np.full((18, 32, 3), (20, 40, 8 * (n % 28)), np.uint8) for n in range(moments)],
        "truth": [TRUTH[letter] for letter in shown],
    } | parts
    return TimelineClip(**parts)


def contains(picture: np.ndarray, colour: str) -> int:
    """How many pixels have exactly this colour."""
    rgb = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return int((picture == rgb).all(axis=2).sum())


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"times": np.zeros(21)}, "do not rise"),
        ({"probabilities": np.full((21, 3), 0.5)}, "sum to 1"),
        ({"faces": [None] * 20}, "21 times but 20 faces, 21 pictures, 21 truth"),
        ({"classes": ("angry", "happy")}, "3 probabilities a moment for the classes angry, happy"),
        ({"classes": ("angry", "joy", "neutral")}, "not joy"),
        ({"truth": ["bored"] * 21}, "not bored"),
    ],
)
def test_a_clip_whose_parts_do_not_fit_is_refused_by_name(parts, words):
    with pytest.raises(DataError, match=f"Clip 'a clip'.*{words}"):
        clip(**parts)


def test_the_caption_tells_the_smoothed_answer_the_plain_one_and_the_changes():
    """n n n h n h h h a h: the face at 2.4 s says angry, three of the four in its second say happy."""
    state = TimelineState(clip("nnnhnhhhah"), 8, window=1.0, way="vote")
    assert state.answered[8] == "happy" and state.plain[8] == "angry"
    assert "2.4 s, moment 9 of 10: happy, 75%, the share of votes in the last 1 s" in state.caption
    assert "this face alone says angry, 80%; the label says angry" in state.caption
    assert "1.85 times a second face by face and 0.37 times smoothed" in state.caption  # 5 and 1 in 2.7 s


def test_without_smoothing_nothing_is_called_smoothed():
    for state in (TimelineState(clip(), 8, 1.0, "none"), TimelineState(clip(), 8, 0.0, "mean")):
        assert "from this face alone" in state.caption and "smoothed" not in state.caption
        assert state.answered == state.plain


def test_a_gap_keeps_its_windows_answer_and_then_has_none():
    held, lost = (TimelineState(clip(), at, 1.0, "mean") for at in (10, 15))
    assert held.plain[10] == "" and held.answered[10] == "happy"
    assert "no face was found at this moment" in held.caption
    assert "no face was found, so there is no answer" in lost.caption
    assert "No face was found at 8 of 21 moments." in lost.caption


def test_each_emotion_has_its_share_of_the_bands():
    """Eight tenths of "happy" and one tenth each of the others, in a clip that never changes."""
    still = clip("h" * 20, truth=None)
    happy, angry = (
        contains(compose_timeline(TimelineState(still, 0, 0, "none")), COLOURS[name])
        for name in ("happy", "angry")
    )
    bands = 804 * 130 * 4  # pixels, at the canvas's scale of 2
    assert 0.1 * bands <= angry <= 0.11 * bands  # the rest is the bar and its key
    assert happy > 0.8 * bands


def test_where_no_face_was_seen_there_is_no_band():
    seen, gap = (
        TimelineState(clip("hhhhh" + rest, truth=None), 0, 0.3, "mean") for rest in ("hhhhh", "-----")
    )
    whole, part = (contains(compose_timeline(state), COLOURS["happy"]) for state in (seen, gap))
    assert 0.4 * whole < part < 0.75 * whole


@pytest.mark.parametrize(
    "few",
    [
        clip("h"),
        clip("-"),
        clip("nh", step=1 / 30, pictures=None, truth=None),
        clip("h" * 400),
        clip("hh", pictures=[None, np.zeros((90, 60, 3), np.uint8)]),
        clip("hh", faces=np.zeros((2, 227, 227, 1), np.uint8)),
        clip("nh", times=np.array([100.0, 4000.0])),
        clip("nh", times=np.array([0.0, 40_000.0])),
    ],
    ids=["one moment", "no face", "fast and bare", "long", "upright", "array", "hours", "a day"],
)
def test_every_clip_has_a_picture_of_one_size(few):
    for position in {0, len(few.times) - 1}:
        assert compose_timeline(TimelineState(few, position)).shape == (1152, 1800, 3)


def test_the_picture_shows_the_frame_and_the_face_of_the_moment():
    picture = compose_timeline(TimelineState(clip(), 4))
    assert tuple(picture[300, 100]) == (20, 40, 32)  # the frame, inside its panel
    decoded = cv2.imdecode(np.frombuffer(to_jpeg(picture), np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape == picture.shape
    assert contains(picture, "#242424") > 300 * 300  # the face, 36 grey


@pytest.fixture
def timeline() -> Timeline:
    return Timeline({"first": clip(), "short": clip("nha", title="another")})


def test_setting_values_in_python_moves_the_picture(timeline):
    """As papermill does: no browser, only ``.value =``."""
    seen = {timeline.picture.value}
    moves = [
        ("time", 9),
        ("smoothing", "vote"),
        ("window", 2.0),
        ("smoothing", "exponential"),
        ("smoothing", "none"),
        ("clip", "short"),
        ("time", 2),
    ]
    for control, value in moves:
        getattr(timeline, control).value = value
        assert timeline.picture.value not in seen, control
        seen.add(timeline.picture.value)


def test_another_clip_starts_at_its_first_moment(timeline):
    timeline.time.value = 20
    timeline.clip.value = "short"
    assert (timeline.time.value, timeline.time.max, timeline.play.max) == (1, 3, 3)
    assert timeline.state.clip.title == "another"


def test_the_caption_is_what_a_screen_reader_hears(timeline):
    timeline.time.value = 9
    assert timeline.state.caption in timeline.caption.value and 'role="status"' in timeline.caption.value


def test_a_timeline_without_clips_is_refused():
    with pytest.raises(DataError, match="no clip to show"):
        Timeline({})
