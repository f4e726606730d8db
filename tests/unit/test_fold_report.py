"""The report of a cross-validation: pooled, fold by fold, and beside the flawed protocol."""

import json

import numpy as np
import pytest

from labkit.errors import DataError
from labkit.evaluation.fold_report import FoldReport, on_all_data

CLASSES = ("happy", "sad", "disgust")
# true classes, answers and folds of nine clips; fold 3 has no disgust
TRUE = [0, 1, 2, 0, 1, 2, 0, 1, 1]
SAID = [0, 1, 0, 0, 0, 2, 0, 1, 0]
FOLDS = [0, 0, 0, 1, 1, 1, 2, 2, 2]


def probabilities(numbers: list[int]) -> np.ndarray:
    return np.eye(len(CLASSES))[numbers] * 0.7 + 0.1


def report(true=TRUE, said=SAID, folds=FOLDS, **about) -> FoldReport:
    about = {"subjects": [f"person {row}" for row in range(len(true))]} | about
    given = {
        "policy": "by fold",
        "leak_line": "",
        "data": "synthetic",
        "seed": 0,
        "sizes": {"test": len(true)},
    }
    return FoldReport.from_answers(true, probabilities(said), folds, CLASSES, **given | about)


def test_the_pooled_card_and_the_folds_by_hand():
    made = report()
    assert made.card.accuracy == pytest.approx(6 / 9)
    assert made.card.uar == pytest.approx((3 / 3 + 2 / 4 + 1 / 2) / 3)
    assert made.folds["fold"].tolist() == [1, 2, 3] and made.folds["clips"].tolist() == [3, 3, 3]
    assert made.folds["accuracy"].tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3])
    assert made.folds["uar"].tolist() == pytest.approx([2 / 3, 2 / 3, (1 + 1 / 2) / 2])
    assert (made.confusions.sum(axis=0) == np.array(made.card.confusion)).all()
    assert made.confusions[1].tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_the_spread_is_a_standard_deviation_over_folds():
    uars = [2 / 3, 2 / 3, 3 / 4]
    row = report().spread.loc["uar"]
    assert row["mean"] == pytest.approx(np.mean(uars)) and row["sd"] == pytest.approx(np.std(uars, ddof=1))
    assert (row["min"], row["max"]) == pytest.approx((2 / 3, 3 / 4))
    assert row["pooled"] == report().card.uar


def test_the_classification_report_by_hand():
    table = report().classification
    assert table.loc["happy", ["precision", "recall", "support"]].tolist() == pytest.approx([3 / 6, 1, 3])
    assert table.loc["disgust", ["precision", "recall"]].tolist() == pytest.approx([1, 1 / 2])
    assert table.loc["accuracy", ["f1-score", "support"]].tolist() == pytest.approx([6 / 9, 9])
    assert table.loc["macro avg", "recall"] == pytest.approx(report().card.uar)
    assert table.loc["weighted avg", "recall"] == pytest.approx(report().card.accuracy)


def test_a_class_that_a_fold_lacks_is_said():
    assert report().notes == ["Fold 3 has no disgust: its UAR leaves this out."]
    assert report().folds["classes"].tolist() == [3, 3, 2]
    assert "Fold 3 has no disgust" in str(report()) and "Fold 3 has no disgust" in report()._repr_html_()
    assert report([0, 1, 2], [0, 1, 2], [0, 0, 0]).notes == []


def test_people_are_drawn_anew_where_they_are_known():
    assert report(subjects=["a", "a", "b", "b", "b", "c", "c", "c", "c"]).card.interval_method == (
        "bootstrap over 3 people"
    )
    nameless = report(subjects=[""] * 9)
    assert nameless.card.interval_method == "Wilson" and "Nobody is named" in nameless.notes[-1]
    half_known = report(subjects=["a", "a", "a", "a", "b", "b", "b", "", ""])
    assert half_known.card.interval_method == "bootstrap over 4 people"


def test_it_is_shown_and_kept():
    kept = json.loads(json.dumps(report().to_dict(), allow_nan=False))
    assert kept["folds"][2]["uar"] == pytest.approx(3 / 4) and kept["spread"]["accuracy"]["sd"] < 1e-9
    assert kept["accuracy"] == report().card.accuracy
    text = str(report())
    assert "fold 3, accuracy" in text and "mean over folds, UAR" in text
    one = report([0, 1, 2], [0, 1, 2], [0, 0, 0])
    assert json.loads(json.dumps(one.to_dict(), allow_nan=False))["spread"]["uar"]["sd"] is None
    assert "mean over folds" not in str(one)


def test_lengths_must_agree():
    with pytest.raises(DataError, match="2 fold numbers do not go with 9 rows"):
        report(folds=[0, 1])


def test_on_all_data_a_network_that_remembers_looks_good():
    rng = np.random.default_rng(0)
    true = rng.integers(3, size=500)
    splits = np.array([["test" if row % 5 == fold else "train" for row in range(500)] for fold in range(5)])
    always_wrong = (true + 1) % 3
    said = np.where(splits == "train", true, always_wrong)
    table = on_all_data(np.stack([probabilities(row) for row in said]), splits, true)
    assert table["train"].eq(1).all() and table["test"].eq(0).all() and table["validation"].isna().all()
    assert table["all"].tolist() == pytest.approx([0.8] * 5) == table["seen"].tolist()
    assert table["all uar"].between(0.7, 0.9).all() and table.index.tolist() == [1, 2, 3, 4, 5]


def test_on_all_data_wants_arrays_that_fit():
    with pytest.raises(DataError, match="do not go with splits of shape"):
        on_all_data(np.ones((2, 4, 3)), np.full((2, 5), "train"), [0] * 5)
