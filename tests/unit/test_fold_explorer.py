"""The fold explorer: which clips match and in which order, what it refuses, its words, picture and widget."""

import numpy as np
import pandas as pd
import pytest

from labkit.emotions import COLOURS
from labkit.errors import DataError
from labkit.widgets.canvas import channels, mixed
from labkit.widgets.fold_explorer import FoldExplorer
from labkit.widgets.fold_explorer_picture import compose_fold
from labkit.widgets.fold_explorer_state import FoldAnswers, FoldState, spoken

CLASSES = ("happy", "sad", "neutral", "angry", "surprised", "disgust", "fearful")
# clip, true class, answer, its probability, fold
CLIPS = [
    ("00001", "sad", "neutral", 0.5, 0),
    ("00002", "sad", "neutral", 0.9, 1),
    ("00003", "sad", "sad", 0.95, 0),
    ("00004", "happy", "sad", 0.7, 0),
    ("00005", "happy", "happy", 0.6, 1),
    ("00006", "sad", "neutral", 0.8, 0),
]


def answer(emotion: str, share: float) -> np.ndarray:
    """(7,): ``share`` for one class, the rest shared evenly."""
    row = np.full(7, (1 - share) / 6)
    row[CLASSES.index(emotion)] = share
    return row


def held_out(**parts) -> FoldAnswers:
    """Six clips; every frame answers as its clip does, but for three frames of the first, which say happy."""
    table = pd.DataFrame(CLIPS, columns=["clip", "emotion", "answer", "share", "fold"]).assign(subject="")
    table.loc[1, "subject"] = "P07"
    answers = np.stack([answer(said, share) for _, _, said, share, _ in CLIPS])
    frames = np.repeat(answers[:, None], 16, axis=1)
    frames[0, [2, 5, 9]] = answer("happy", 0.45)
    frames[1, 6] = answer("sad", 0.35)
    faces = [np.full((16, 24, 24, 3), (30 * number, 90, 140), np.uint8) for number in range(6)]
    parts = {
        "clips": table[["clip", "subject", "fold", "emotion"]],
        "probabilities": frames,
        "answers": answers,
        "faces": faces,
        "classes": CLASSES,
        "title": "ResNet-20",
        "data": "synthetic",
    } | parts
    return FoldAnswers(**parts)


def names(state: FoldState) -> list[str]:
    return state.held_out.clips["clip"].iloc[state.matching].tolist()


def test_the_surest_mistake_comes_first_and_the_right_answers_last():
    assert names(FoldState(held_out())) == ["00002", "00006", "00004", "00001", "00003", "00005"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"fold": 0}, ["00006", "00004", "00001", "00003"]),
        ({"truth": "happy"}, ["00004", "00005"]),
        ({"answer": "sad"}, ["00004", "00003"]),
        ({"truth": "sad", "answer": "neutral"}, ["00002", "00006", "00001"]),
        ({"outcome": "right"}, ["00003", "00005"]),
        ({"fold": 1, "outcome": "wrong"}, ["00002"]),
        ({"truth": "sad", "answer": "happy"}, []),
        ({"truth": "sad", "answer": "neutral", "outcome": "right"}, []),
    ],
)
def test_a_selection_shows_the_clips_that_match(choice, expected):
    assert names(FoldState(held_out(), **choice)) == expected


def test_the_matrix_counts_the_clips_of_its_fold_whatever_else_is_chosen():
    first = FoldState(held_out(), 0, "happy", "sad", "wrong").matrix
    expected = np.zeros((7, 7), int)
    expected[0, 1], expected[1, 1], expected[1, 2] = 1, 1, 2
    np.testing.assert_array_equal(first, expected)
    assert FoldState(held_out()).matrix.sum() == 6


def test_a_fold_is_summed_up_by_both_recalls():
    first, both = FoldState(held_out(), 0), FoldState(held_out())
    # sad: 1 of 3 right, happy: 0 of 1; over both folds sad 1 of 4, happy 1 of 2
    assert first.summary == "Fold 1: 4 clips held out, accuracy (WAR) 25%, mean recall (UAR) 17%."
    assert both.summary == "All folds: 6 clips held out, accuracy (WAR) 33%, mean recall (UAR) 38%."


def test_the_caption_tells_the_clip_its_answer_and_its_frames_votes():
    state = FoldState(held_out(), truth="sad", outcome="wrong", position=2)
    assert state.caption == (
        "Clip 00001, fold 1, 3 of 3 (all folds, truly sad, only wrong answers): sad, taken for neutral "
        "with 50%. Its 16 frames, each alone: 13 neutral, 3 happy."
    )
    right = FoldState(held_out(), 0, outcome="right").caption
    assert "1 of 1 (fold 1, only right answers): sad, rightly answered with 95%" in right
    assert FoldState(held_out(), 1).caption.startswith("Clip 00002, person P07, fold 2, 1 of 2")


def test_an_empty_selection_says_so_in_words_and_as_a_picture():
    state = FoldState(held_out(), 1, "sad", "happy")
    assert state.row is None
    assert state.caption.startswith("No clip matches: fold 2, truly sad, answered happy.")
    assert compose_fold(state).shape == compose_fold(FoldState(held_out())).shape == (940, 1800, 3)


def test_a_cell_says_aloud_what_it_holds():
    assert spoken("sad", "neutral", 12) == "sad taken for neutral: 12 clips"
    assert spoken("sad", "sad", 1) == "sad, rightly answered: 1 clip"
    assert spoken("sad", "happy", 0) == "sad taken for happy: no clips"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"clips": pd.DataFrame({"clip": ["1"]})}, "no column 'subject'"),
        ({"probabilities": np.full((6, 16, 6), 1 / 6)}, r"6 clips and 7 classes do not fit .*\(6, 16, 6\)"),
        ({"faces": []}, "the faces of 0 clips"),
        ({"probabilities": np.zeros((6, 16, 7))}, "frames are no probabilities"),
        ({"answers": np.full((6, 7), np.nan)}, "clips are no probabilities"),
        ({"answers": np.log(np.full((6, 7), 1 / 7))}, "clips are no probabilities"),
        ({"clips": held_out().clips.assign(fold=[0, 1, -1, 0, 0, 1])}, "00003 is in no fold"),
        ({"clips": held_out().clips.assign(emotion="calm")}, "00001 shows 'calm', which is none of happy"),
        ({"clips": held_out().clips.assign(clip="00009")}, "00009 has two answers"),
        ({"classes": ("joy", *CLASSES[1:])}, "'joy' is no emotion"),
        (
            {"clips": held_out().clips[:0], "answers": np.zeros((0, 7)), "faces": []},
            "no held-out answer to explore",
        ),
    ],
)
def test_answers_that_do_not_fit_are_refused(parts, words):
    with pytest.raises(DataError, match=words):
        held_out(**parts)


def test_a_frames_probability_is_as_deep_as_it_is_high():
    picture = compose_fold(FoldState(held_out(), 1))  # clip 00002: neutral 90 % in all frames but the seventh
    row, columns = slice(2 * 347, 2 * 365), [2 * round(88 + 43.5 * frame) for frame in range(16)]
    for frame, share in ((0, 0.9), (6, 0.65 / 6)):
        cell = picture[row, columns[frame] + 4 : columns[frame] + 74]
        ground = channels(mixed(COLOURS["neutral"], "#f6f7f9", share))
        assert (cell == ground).all(axis=2).mean() > 0.5, frame


def test_only_the_clip_shown_is_read():
    class Faces:
        read: list[int] = []

        def __len__(self) -> int:
            return 6

        def __getitem__(self, row: int) -> np.ndarray:
            self.read.append(row)
            return np.zeros((16, 24, 24, 3), np.uint8)

    explorer = FoldExplorer(held_out(faces=Faces()))
    explorer.pick("happy", "sad")
    assert Faces.read == [1, 3]


@pytest.fixture
def explorer() -> FoldExplorer:
    return FoldExplorer(held_out())


def test_setting_values_in_python_moves_the_picture(explorer):
    """As papermill does: no browser, only ``.value =``."""
    seen = {explorer.picture.value}
    for control, value in (("fold", 1), ("clip", 2), ("truth", "happy"), ("answer", "angry"), ("fold", 2)):
        getattr(explorer, control).value = value
        assert explorer.picture.value not in seen, control
        seen.add(explorer.picture.value)
    explorer.answer.value = ""
    assert (explorer.state.fold, explorer.state.name) == (1, "Clip 00005, fold 2")


def test_a_press_on_a_cell_shows_its_clips_and_a_second_press_frees_it(explorer):
    explorer.outcome.value = "right"
    explorer.pick("sad", "neutral")
    assert names(explorer.state) == ["00002", "00006", "00001"] and explorer.clip.max == 3
    assert (explorer.truth.value, explorer.answer.value, explorer.outcome.value) == ("sad", "neutral", "all")
    assert explorer.matrix.shown["chosen"] == [1, 2]
    explorer.clip.value = 3
    explorer.pick("sad", "neutral")
    assert len(names(explorer.state)) == 6 and explorer.clip.value == 1
    assert explorer.matrix.shown["chosen"] is None


def test_what_the_page_sends_is_a_press(explorer):
    explorer.matrix._handle_custom_msg({"do": "pick", "truth": "happy", "answer": "sad"}, [])
    assert explorer.state.name == "Clip 00004, fold 1"


def test_the_matrix_shows_counts_shares_and_recall_of_the_fold(explorer):
    explorer.fold.value = 1
    shown = explorer.matrix.shown
    assert shown["summary"].startswith("Fold 1: 4 clips")
    sad, angry = shown["rows"][1], shown["rows"][3]
    assert [cell["words"] for cell in sad["cells"]] == ["0", "1", "2", "0", "0", "0", "0"]
    assert sad["cells"][2]["share"] == pytest.approx(2 / 3)
    assert sad["cells"][2]["spoken"] == "sad taken for neutral: 2 clips"
    assert (sad["recall"], angry["recall"]) == ("33% of 3", "no clips")


def test_next_and_previous_go_round(explorer):
    explorer.fold.value = 2
    explorer.previous.click()
    assert explorer.clip.value == 2
    explorer.next.click()
    assert explorer.clip.value == 1
    explorer.outcome.value = "wrong"
    assert explorer.next.disabled and explorer.previous.disabled and explorer.clip.disabled


def test_the_caption_is_what_a_screen_reader_hears(explorer):
    explorer.clip.value = 3
    assert explorer.state.caption in explorer.caption.value and 'aria-live="polite"' in explorer.caption.value
