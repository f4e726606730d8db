"""The paper on CNN features and an LSTM: its tables as typed in, and what arithmetic says about them."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from labkit.emotions import canonical
from labkit.papers.cnn_lstm import face_counts, forensics, tables
from labkit.papers.cnn_lstm.findings import findings, said_twice
from labkit.papers.cnn_lstm.tables import Measures


def test_every_emotion_of_the_tables_is_one_the_course_knows():
    assert [canonical(emotion) for emotion in tables.CLASSES] == list(tables.CLASSES)
    assert all(tuple(table.rows) == tables.CLASSES for table in tables.MEASURE_TABLES)
    assert set(face_counts.JAFFE_FACES) == set(tables.CLASSES)
    assert sum(face_counts.JAFFE_FACES.values()) == 213


def test_a_table_is_found_by_what_it_was_measured_on():
    found = tables.printed("ckplus", features=True)
    assert found.number == 4 and found.rows["happy"].recall == pytest.approx(0.82)
    assert [tables.printed(t.data, t.features).number for t in tables.MEASURE_TABLES] == [1, 2, 3, 4]


def test_every_row_has_the_f1_of_its_precision_and_recall():
    checked = forensics.rows_checked().set_index(["table", "emotion"])
    assert len(checked) == 28 and checked["agrees"].all()
    assert checked.loc[(2, "sad"), "recomputed"] == pytest.approx(2 * 0.71 * 0.83 / 1.54)
    assert forensics.f1(0, 0) == 0


def test_a_row_whose_f1_is_typed_wrongly_is_noticed(monkeypatch):
    wrong = {**tables.TABLE_2.rows, "sad": Measures(0.71, 0.83, 0.79)}
    altered = dataclasses.replace(tables.TABLE_2, rows=wrong)
    monkeypatch.setattr(tables, "MEASURE_TABLES", (altered,))
    checked = forensics.rows_checked().set_index("emotion")
    assert checked.index[~checked["agrees"]].tolist() == ["sad"]


def test_the_totals_of_tables_2_and_4_are_means_of_nothing():
    checked = forensics.totals_checked().set_index(["table", "measure"])
    assert not checked.loc[(2, "recall"), "alone"] and not checked.loc[(2, "f1"), "alone"]
    assert checked.loc[(2, "recall"), "highest"] == 0.83
    assert checked.loc[4, "alone"].all() and not checked.loc[4, "together"].any()
    assert checked.loc[1, "together"].all() and checked.loc[3, "together"].all()
    assert checked.loc[(4, "precision"), "equals the cell of"] == "neutral"
    assert checked.loc[(2, "precision"), "plain mean"] == pytest.approx(4.53 / 7)


def test_it_is_the_precision_that_table_4_cannot_have():
    assert forensics.total_is_possible(tables.TABLE_4, ("recall", "f1"))
    assert not forensics.total_is_possible(tables.TABLE_4, ("precision", "f1"))


def test_a_true_report_has_a_possible_total_and_possible_shares():
    """scikit-learn's report on random answers, rounded as the paper's tables are."""
    random = np.random.default_rng(4)
    truth = random.choice(7, size=200, p=[0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
    answers = np.where(random.random(200) < 0.5, truth, random.integers(7, size=200))
    cells = np.array(precision_recall_fscore_support(truth, answers)[:3]).T
    total = precision_recall_fscore_support(truth, answers, average="weighted")[:3]
    rows = {e: Measures(*row) for e, row in zip(tables.CLASSES, cells.round(2), strict=True)}
    table = dataclasses.replace(tables.TABLE_1, rows=rows, total=Measures(*np.round(total, 2)))
    assert forensics.total_is_possible(table)
    low, high = forensics.share_of(table, "angry")
    assert low <= (truth == 0).mean() <= high


def test_no_shares_give_an_impossible_total():
    assert forensics.share_of(tables.TABLE_4, "neutral") is None


def test_the_accuracy_on_jaffe_is_a_share_of_42_faces_but_not_of_43():
    assert forensics.accuracy_as_count(0.83, 42) == (35,)
    assert forensics.accuracy_as_count(0.83, 43) == ()  # 35/43 = .814, 36/43 = .837
    sizes = forensics.jaffe_test_sizes()
    assert sizes["images"].tolist() == [42, 43, 43, 44, 46, 47]
    assert sizes["right"].tolist() == [[35], [], [], [], [38], [39]]
    assert (round(sizes.loc[1, "low"], 2), round(sizes.loc[1, "high"], 2)) == (0.70, 0.92)


def test_whole_numbers_behind_a_row():
    found = face_counts.fitting(Measures(0.33, 0.75, 0.46), most_faces=9, most_answers=43)
    assert {(row.faces, row.right, row.answered) for row in found} == {(4, 3, 9), (8, 6, 18)}


def test_the_face_sets_give_the_printed_rows_and_one_answer_a_face():
    found = list(face_counts.face_sets(tables.TABLE_2, 43))
    assert {face_set.right for face_set in found} == {26, 28}
    for face_set in found:
        assert face_set.images == 43 == sum(row.answered for row in face_set.emotions.values())
        for emotion, row in face_set.emotions.items():
            assert row.right / row.faces == pytest.approx(tables.TABLE_2.rows[emotion].recall, abs=0.00501)


def test_table_1_fits_34_or_39_faces_and_34_in_one_way():
    sizes = face_counts.sizes(range(30, 48)).set_index("images")
    assert sizes.index[sizes["Table 1"]].tolist() == [34, 39]
    assert not sizes.loc[[41, 35], "Table 2"].any() and sizes.loc[34, "right"] == [22]
    fits = [
        face_set
        for face_set in face_counts.face_sets(tables.TABLE_1, 34)
        if face_counts.agrees_with_total(face_set, tables.TABLE_1)
    ]
    (only,) = fits
    faces = {emotion: row.faces for emotion, row in only.emotions.items()}
    assert faces == {"disgust": 4, "fearful": 7, "happy": 3, "surprised": 5, "neutral": 7}
    assert (only.right, only.others) == (7, 8)
    by_hand = (4 * 3 / 9 + 7 * 1 / 7 + 3 * 1 / 2 + 5 * 1 / 3 + 7 * 1 / 4) / 34
    assert only.total().precision == pytest.approx(by_hand)


def test_tables_1_and_2_were_not_measured_on_the_same_faces():
    common = face_counts.one_test_set().set_index("emotion")
    assert common.loc["fearful", "both"] == []
    assert common.loc["disgust", "both"] == [20]  # of 29 faces: no random fifth holds so many
    assert set(common.index) == set(tables.CLASSES) - {"angry", "sad"}


def test_only_ckplus_and_the_two_together_differ_beyond_chance():
    checked = forensics.validation_against_test().set_index("data")
    assert checked["validation images"].tolist() == [21, 275, 296]
    assert checked.loc["jaffe", "p"] > 0.3
    assert checked.loc["ckplus", "p"] < 1e-60 and checked.loc["total", "p"] < 1e-40


def test_the_chance_of_a_sibling():
    assert forensics.sibling_in_training(images=200, sequences=100, training=0.7) == pytest.approx(0.7)
    assert forensics.sibling_in_training(images=300, sequences=100, training=0.5) == pytest.approx(0.75)


def test_the_accuracies_of_the_prose_that_are_precisions():
    checked = forensics.claims_checked().set_index("figure")
    assert checked.loc[0.16, "equals"] == "total precision of Table 3"
    assert checked.loc[0.43, "equals"] == "total precision of Table 4"
    assert checked.loc[0.39, "equals"] == "test accuracy of Table 5"
    assert checked.loc[0.80, "equals"] == "–"
    assert checked.loc[0.43, "accuracy by its table"] == 0.22


def test_weights_that_a_single_step_cannot_use():
    weights = forensics.weights_at_length_one()
    assert weights.total == 4 * 128 * (512 + 128 + 1) + 4 * 64 * (128 + 64 + 1) + 65 * 7 == 378_055
    recurrent = 4 * 128 * 128 + 4 * 64 * 64
    forget = 128 * (512 + 1) + 64 * (128 + 1)
    assert weights.idle == recurrent + forget == 155_840


def test_the_findings_say_their_figures():
    said = findings().set_index("check")["finding"]
    assert "0.83, but 0.88" in said["last row of Table 2"]
    assert "16% and 43%" in said["accuracy or precision"] and "27% and 22%" in said["accuracy or precision"]
    assert "34 or 39" in said["test faces of Table 1"]
    assert "35 of 42" in said["JAFFE's test faces"] and "69% to 92%" in said["JAFFE's test faces"]
    assert "10^-61" in said["validation and test"]
    assert "15% to 38%" in said["what one answer for all scores"]
    assert "155,840" in said["sequences of length one"] and "33.7 million" in said["sequences of length one"]
    assert "AFEW" in said_twice()["topic"].tolist()
