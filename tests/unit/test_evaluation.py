"""Scores, intervals and the report card against values worked out by hand."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from labkit.errors import DataError
from labkit.evaluation import figures, metrics
from labkit.evaluation.report_card import ReportCard

CLASSES = ("happy", "sad", "angry")
TRUE = [0, 0, 0, 0, 1, 1, 1, 2, 2, 0]
SAID = [0, 0, 0, 1, 1, 1, 0, 2, 0, 0]
ABOUT = {
    "policy": "by frame",
    "leak_line": "24 people and 120 clips are in training and test",
    "data": "synthetic",
    "seed": 0,
    "sizes": {"train": 80, "validation": 10, "test": 10},
}


def card(**changes) -> ReportCard:
    return ReportCard.from_predictions(TRUE, np.array(SAID), CLASSES, **{**ABOUT, **changes})


def test_scores_by_hand():
    found = metrics.scores(np.array(TRUE), np.array(SAID))
    assert found["accuracy"] == pytest.approx(7 / 10)
    assert found["uar"] == pytest.approx((4 / 5 + 2 / 3 + 1 / 2) / 3)
    # precision 4/6, 2/3, 1/1 and recall 4/5, 2/3, 1/2 give F1 8/11, 2/3, 2/3
    assert found["macro_f1"] == pytest.approx((8 / 11 + 2 / 3 + 2 / 3) / 3)


def test_a_class_that_does_not_occur_does_not_count_against_the_uar():
    assert metrics.scores(np.array([0, 0, 1]), np.array([0, 0, 2]))["uar"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (344, 370, 0.899, 0.952),  # AlexNet with SGD in the optimizer paper's Table VI
        (336, 370, 0.874, 0.933),
        (0, 10, 0.0, 0.2775),  # z²/(n+z²)
    ],
)
def test_wilson_interval_against_known_values(correct, total, low, high):
    assert metrics.wilson_interval(correct, total) == pytest.approx((low, high), abs=6e-4)


@given(total=st.integers(1, 500), data=st.data())
def test_wilson_interval_holds_the_share_and_stays_in_range(total, data):
    correct = data.draw(st.integers(0, total))
    low, high = metrics.wilson_interval(correct, total)
    assert -1e-12 <= low <= correct / total + 1e-12 and correct / total - 1e-12 <= high <= 1 + 1e-12


def test_people_who_are_all_right_or_all_wrong_make_the_bootstrap_wide():
    hits = np.repeat([True, False, True, False], 25)
    people = np.repeat(list("abcd"), 25)
    low, high = metrics.bootstrap_interval(hits, people)
    assert (low, high) == (0.0, 1.0)  # four coins: all alike in 1/16 of draws, more than 2.5 %
    wilson = metrics.wilson_interval(50, 100)
    assert high - low > 4 * (wilson[1] - wilson[0])


def test_people_who_are_alike_make_the_bootstrap_narrow():
    low, high = metrics.bootstrap_interval(np.tile([True, False], 50), np.repeat(np.arange(10), 10))
    assert (low, high) == (0.5, 0.5)


def test_mcnemar_by_hand():
    a = np.array([1] * 8 + [0] * 1 + [1] * 5, bool)
    b = np.array([0] * 8 + [1] * 1 + [1] * 5, bool)
    assert metrics.mcnemar(a, b) == pytest.approx(2 * (1 + 9) / 2**9)  # at most 1 of 9, two-sided
    assert metrics.mcnemar(a, a) == 1.0


def test_the_card_by_hand():
    found = card()
    assert (found.accuracy, found.majority, found.chance) == pytest.approx((0.7, 0.5, 1 / 3))
    assert found.interval == pytest.approx((0.3968, 0.8922), abs=1e-3)
    assert found.interval_method == "Wilson" and not found.clear_of_majority
    assert found.recall == pytest.approx({"happy": 0.8, "sad": 2 / 3, "angry": 0.5})
    assert found.support == {"happy": 5, "sad": 3, "angry": 2}
    assert found.confusion == ((4, 1, 0), (1, 2, 0), (1, 0, 1))
    assert found.seeds == (0,)


def test_the_first_line_says_what_the_split_shares():
    text = str(card())
    assert text.splitlines()[0] == "Split by frame: 24 people and 120 clips are in training and test"
    assert "synthetic data · 80 train / 10 validation / 10 test · seed 0" in text
    assert "70.0%" in text and "39.7% to 89.2%, Wilson" in text and "not clear of it" in text


def test_people_give_the_spread_and_the_interval():
    people = list("aaaaabbbbb")
    found = card(subjects=people)
    assert found.subjects == pytest.approx({"a": 0.8, "b": 0.6})
    assert found.interval_method == "bootstrap over 2 people"
    assert "from 60.0% (b) to 80.0% (a)" in str(found)
    assert card(subjects=list("abcdefghij")).interval_method == "Wilson"  # nobody repeats


def test_the_answers_of_one_person_have_no_interval():
    found = card(subjects=["a"] * 10)
    assert np.isnan(found.interval).all() and not found.clear_of_majority
    text = str(found)
    assert "one person: no interval" in text and "nan" not in text and "Wilson" not in text
    kept = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert kept["interval"] == [None, None] and kept["clear_of_majority"] is False


def test_probabilities_are_judged_by_their_largest():
    assert ReportCard.from_predictions(TRUE, np.eye(3)[SAID], CLASSES, **ABOUT) == card()


def test_an_absent_class_is_shown_as_such():
    found = ReportCard.from_predictions([0, 1], np.array([0, 2]), CLASSES, **ABOUT)
    assert found.recall["angry"] is None and "–" in str(found)


def test_the_card_survives_json_and_escapes_html():
    found = card(leak_line="a < b", seed=[1, 2])
    assert json.loads(json.dumps(found.to_dict()))["seeds"] == [1, 2]
    assert "a &lt; b" in found._repr_html_() and found._repr_html_().index("a &lt; b") < 60


@pytest.mark.parametrize(
    ("true", "said", "subjects"),
    [
        ([], [], None),
        ([0, 1], [0], None),
        ([0, 3], [0, 1], None),
        ([0, -1], [0, 1], None),
        ([0, 1], [0, 1], ["a"]),
    ],
)
def test_predictions_that_cannot_be_judged_are_refused(true, said, subjects):
    with pytest.raises(DataError):
        ReportCard.from_predictions(true, np.array(said), CLASSES, **{**ABOUT, "subjects": subjects})


# figures


def texts(figure: Figure) -> str:
    return " | ".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def history(epochs: int = 4) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "epoch": range(1, epochs + 1),
            "learning_rate": [0.1, 0.1, 0.05, 0.05][:epochs],
            "loss": [1.5, 1.2, 1.0, 0.8][:epochs],
            "accuracy": [0.3, 0.4, 0.5, 0.6][:epochs],
            "val_loss": [1.6, 1.3, 1.4, 1.5][:epochs],
            "val_accuracy": [0.3, 0.4, 0.4, 0.4][:epochs],
        }
    )


def test_the_confusion_matrix_shows_counts_and_row_percentages():
    shown = texts(figures.confusion_matrix(card().confusion, CLASSES))
    assert "4\n80%" in shown and "1\n20%" in shown and "2\n67%" in shown


@pytest.mark.parametrize("epochs", [1, 4])
def test_training_curves_mark_the_best_epoch_and_the_steps(epochs):
    figure = figures.training_curves(history(epochs), title="tiny")
    verticals = [line.get_xdata()[0] for line in figure.axes[0].lines if len(set(line.get_xdata())) == 1]
    if epochs == 4:
        assert sorted(verticals) == [2, 2.5]
    assert f"epoch {min(epochs, 2)}" in texts(figure)


def test_sample_errors_are_the_most_confident_mistakes():
    images = np.zeros((3, 8, 8, 3), np.uint8)
    probabilities = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.0, 0.1, 0.9]])
    shown = texts(figures.sample_errors(images, np.array([1, 1, 2]), probabilities, CLASSES))
    assert (
        "sad\nsaid happy 90%" in shown and shown.index("90%") < shown.index("60%") and "angry\n" not in shown
    )
    assert "no mistakes" in texts(figures.sample_errors(images, np.array([0, 0, 2]), probabilities, CLASSES))


def test_a_shown_figure_carries_its_alternative_text():
    html = figures.as_html(figures.training_curves(history()), alt='curves, "rising" & falling').data
    assert 'alt="curves, &quot;rising&quot; &amp; falling"' in html
    assert 'src="data:image/png;base64,' in html


def test_figures_leave_pyplot_alone():
    import base64

    import matplotlib.pyplot as pyplot

    figure = figures.training_curves(history())
    assert pyplot.get_fignums() == []
    data = figures.as_html(figure, alt="curves").data.split("base64,")[1].removesuffix('">')
    assert Image.open(io.BytesIO(base64.b64decode(data))).size[0] > 300
