"""The camera's Python side: a JPEG in, something to show out, whatever the judge does."""

import cv2
import numpy as np
import pytest

from labkit.emotions import COLOURS
from labkit.errors import FaceError
from labkit.widgets.camera import Camera
from labkit.widgets.canvas import to_jpeg

RED = np.full((240, 320, 3), (220, 30, 40), np.uint8)


def answers(judge, *jpegs: bytes) -> list[dict]:
    """What the page is sent for these pictures."""
    camera, sent = Camera(judge), []
    camera.send = sent.append
    for number, jpeg in enumerate(jpegs, 7):
        camera.receive({"number": number}, [memoryview(jpeg)])
    return sent


def test_the_judge_gets_the_picture_in_rgb():
    seen = []
    answers(lambda picture: seen.append(picture) or "seen", to_jpeg(RED))
    assert seen[0].shape == (240, 320, 3) and seen[0].dtype == np.uint8
    assert np.abs(seen[0].astype(int) - RED).max() < 12


def test_probabilities_become_bars_and_the_greatest_the_answer():
    shares = {"happy": np.float32(0.75), "sad": np.float32(0.25)}
    (sent,) = answers(lambda _: shares, to_jpeg(RED))
    assert sent == {
        "number": 7,
        "words": "happy",
        "bars": [
            {"name": "happy", "share": 0.75, "colour": COLOURS["happy"]},
            {"name": "sad", "share": 0.25, "colour": COLOURS["sad"]},
        ],
    }


def test_a_sentence_is_shown_without_bars():
    sent = answers(lambda picture: f"{picture.mean():.0f}", to_jpeg(RED), to_jpeg(RED // 2))
    assert [(answer["number"], answer["bars"]) for answer in sent] == [(7, []), (8, [])]
    assert sent[0]["words"] != sent[1]["words"]


def test_a_fault_that_is_foreseen_is_told_in_its_own_words():
    def judge(_):
        raise FaceError("The face is too small; come closer.")

    assert answers(judge, to_jpeg(RED)) == [{"number": 7, "problem": "The face is too small; come closer."}]


def test_any_other_fault_is_told_to_the_page_and_not_swallowed():
    camera, sent = Camera(lambda picture: picture["face"]), []
    camera.send = sent.append
    with pytest.raises(IndexError):
        camera.receive({"number": 1}, [memoryview(to_jpeg(RED))])
    assert sent[0]["problem"].startswith("Python could not judge the picture: IndexError")


@pytest.mark.parametrize("shares", [{}, {"happy": 0.5, "sad": np.nan}])
def test_what_is_no_probability_is_said_so(shares):
    (sent,) = answers(lambda _: shares, to_jpeg(RED))
    assert "no probability" in sent["problem"]


@pytest.mark.parametrize("jpeg", [b"", b"no picture", to_jpeg(RED)[:40]])
def test_a_picture_that_cannot_be_read_is_said_so(jpeg):
    (sent,) = answers(lambda _: "seen", jpeg)
    assert "cannot be read" in sent["problem"]


def test_pictures_of_any_shape_and_grey_ones_arrive_in_colour():
    seen = []
    _, grey = cv2.imencode(".jpg", np.full((90, 60), 77, np.uint8))
    answers(lambda picture: seen.append(picture.shape) or "seen", grey.tobytes())
    assert seen == [(90, 60, 3)]
