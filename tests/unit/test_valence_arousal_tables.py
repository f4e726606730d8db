"""The paper on valence and arousal: its tables as typed in, and what arithmetic says about them."""

import numpy as np
import pytest

from labkit.datasets import ckplus
from labkit.emotions import canonical
from labkit.evaluation.agreement import ccc, rmse
from labkit.papers.valence_arousal import forensics, public_runs, tables
from labkit.papers.valence_arousal.disagreements import said_twice, toggles
from labkit.papers.valence_arousal.findings import findings
from labkit.papers.valence_arousal.tables import Scores


def test_every_emotion_of_table_2_is_one_the_course_knows():
    training, jaffe = tables.TABLE_2["ckplus training"], tables.TABLE_2["jaffe"]
    assert [canonical(emotion) for emotion in training] == list(training)
    assert set(training) - set(jaffe) == {"contempt"} and len(training) == tables.EMOTIONS
    assert sum(training.values()) == 1177 and sum(jaffe.values()) == 213 != tables.JAFFE_IMAGES


def test_means_of_table_3_by_hand():
    means = {name: round(row.mean_ccc, 3) for name, row in tables.TABLE_3.items()}
    assert means == {
        **{"baseline": 0.19, "cnn-whole": 0.215, "cnn": 0.22},
        **{"simple": 0.215, "gru-1": 0.275, "gru-3": 0.31},
    }


def test_layers_and_totals_of_the_networks_by_hand():
    layers = forensics.cnn_parameters()
    assert layers["convolution 2"] == 5 * 5 * 64 * 128 and layers["dense"] == 4 * 256 * 300 + 300
    assert sum(layers.values()) == tables.PARAMETERS["cnn"] == 1_333_706
    assert sum(forensics.cnn_parameters(tables.EMOTIONS).values()) == 1_333_706 + 6 * 301
    for kind in tables.RNN_UNITS:
        assert forensics.rnn_parameters(kind) == tables.PARAMETERS[kind]


@pytest.mark.parametrize("runs", [(150,), (101, 100, 300, 7), (250, 1000, 99)])
def test_windows_bound_the_runs_they_came_from(runs):
    windows = sum(max(0, run - 100) for run in runs)
    found = forensics.windows_checked(sum(runs), windows)
    assert found.lost == sum(runs) - windows
    assert sum(run > 100 for run in runs) <= found.most_runs
    assert found.least_short <= sum(run for run in runs if run <= 100)


def test_windows_of_the_paper():
    found = forensics.windows_checked()
    assert (found.lost, found.most_runs, found.least_short) == (123_493, 1234, 93)
    assert forensics.hours(108_000) == 1 and forensics.hours() == pytest.approx(15.0, abs=0.01)


def test_the_texts_rule_squares_a_ratio_and_the_codes_empties_the_fullest_bin():
    assert forensics.expected_kept((1, 2, 4)) == pytest.approx([0.25, 1, 4])
    assert forensics.expected_kept((1, 2, 4), rule="code") == pytest.approx([0.75, 1, 0])
    k_max = (4 + 7 / 1600) / 2  # half-way between the fullest and the mean bin
    assert forensics.expected_kept((1, 2, 4), "both") == pytest.approx([1 / k_max, 4 / k_max, 4])
    code = forensics.expected_kept((1, 2, 4), "both", "code")
    assert code == pytest.approx([1 - 1 / k_max, 2 - 4 / k_max, 0])


def test_an_interval_of_a_ccc_is_as_wide_as_its_draws():
    """Pairs of one correlation, drawn many times: the interval holds 95 % of their CCCs."""
    random = np.random.default_rng(3)
    pairs = random.multivariate_normal((0, 0), ((1, 0.3), (0.3, 1)), size=(4000, 71))
    x, y = np.moveaxis(pairs, 2, 0)
    covariance = np.mean((x - x.mean(1, keepdims=True)) * (y - y.mean(1, keepdims=True)), axis=1)
    drawn = 2 * covariance / (x.var(1) + y.var(1) + (x.mean(1) - y.mean(1)) ** 2)
    assert drawn[0] == pytest.approx(ccc(x[0], y[0]))
    low, high = forensics.ccc_interval(0.3, 71)
    assert np.mean((drawn > low) & (drawn < high)) == pytest.approx(0.95, abs=0.015)


def test_moments_that_tell_two_cccs_apart():
    needed = forensics.moments_to_tell(0.20, 0.22)
    half = 1.959964 * np.sqrt(2 / (needed - 3))
    assert half == pytest.approx(np.arctanh(0.22) - np.arctanh(0.20))
    assert forensics.moments_to_tell(0.22, 0.20) == needed == pytest.approx(17_552, abs=1)
    assert forensics.moments_to_tell(0.20, 0.22, shared=0.9) - 3 == pytest.approx((needed - 3) / 10)
    assert forensics.moments_to_tell(0.22, 0.22) == np.inf


def test_only_the_grus_gain_in_arousal_needs_few_moments():
    compared = forensics.comparisons().set_index(["better", "worse", "dimension"])
    few = compared.index[compared["per_video"] < 10].tolist()
    assert few == [("gru-1", "cnn", "arousal"), ("gru-3", "cnn", "arousal")]
    assert not compared.loc[("cnn", "cnn-whole", "arousal"), "sign_sure"]
    assert compared.loc[("cnn", "cnn-whole", "valence"), "sign_sure"]


def test_rmse_and_ccc_bound_the_labels_spread(monkeypatch):
    random = np.random.default_rng(8)
    labels = random.normal(0.1, 0.3, (500, 2))
    rows = {}
    for name, noise in (("near", 0.1), ("far", 0.6)):
        answers = 0.5 * labels + random.normal(0, noise, labels.shape)
        scored = [(rmse(labels[:, i], answers[:, i]), ccc(labels[:, i], answers[:, i])) for i in (0, 1)]
        errors, agreements = (
            tuple(round(value, 2) for value in column) for column in zip(*scored, strict=True)
        )
        rows[name] = Scores(name, agreements, errors, 1)
    monkeypatch.setattr(tables, "TABLE_3", rows)
    for place, dimension in enumerate(("valence", "arousal")):
        assert labels[:, place].std() < forensics.largest_spread(dimension) < 0.45
    checked = forensics.errors_checked().set_index(["name", "dimension"])["worse"]
    assert checked["far"].all() and not checked["near"].any()


def test_two_rows_of_table_3_err_more_than_a_constant():
    checked = forensics.errors_checked().set_index(["name", "dimension"])
    assert checked.index[checked["worse"]].tolist() == [("simple", "arousal"), ("gru-1", "valence")]
    assert forensics.largest_spread("valence") == pytest.approx(0.435 / np.sqrt(0.775))


def test_updates_and_rates_by_hand():
    rows = forensics.epochs_checked().set_index("name")
    assert rows.loc["cnn", "updates"] == 16_109 and rows.loc["gru-3", "updates"] == 17 * 11_695
    assert forensics.learning_rate(0) == 0.01 and forensics.learning_rate(100_000) == pytest.approx(0.005)


def test_the_gain_of_the_best_against_draws():
    drawn = np.random.default_rng(1).normal(size=(20_000, 6)).max(axis=1).mean()
    assert forensics.gain_of_the_best(6) == pytest.approx(drawn, abs=0.02)
    assert forensics.gain_of_the_best(1) == pytest.approx(0, abs=1e-9)
    assert forensics.gain_of_the_best(2) == pytest.approx(1 / np.sqrt(np.pi))


def test_the_training_folder_leaves_33_sequences_of_ckplus_and_no_sad_one():
    left = forensics.ckplus_left().set_index("emotion")["left"]
    assert set(left.index) == {"neutral", *ckplus.COUNTS}
    assert left["sad"] == 0 and left.drop("neutral").sum() == 33 and left["neutral"] == 32
    assert (left == left.round()).all()


def test_accuracies_of_table_1_with_their_intervals():
    checked = forensics.stills_checked().set_index("of")
    assert list(checked.index) == ["131 images", "33 sequences", "213 images"]
    assert checked.loc["213 images", "commonest"] == "fearful"
    assert checked.loc["213 images", "majority"] == pytest.approx(32 / 213)
    assert checked.loc["33 sequences", "low"] < checked.loc["131 images", "low"] < 0.95


def test_the_public_runs_are_table_3s_rows():
    for run in public_runs.RUNS:
        assert len(run.training) == len(run.validation)
        if run.row:
            row = tables.TABLE_3[run.row]
            assert run.best_epoch == row.best_epoch
            assert run.validation[run.best_epoch - 1] == pytest.approx(row.ccc, abs=forensics.ROUNDING)
    subset, whole, full = public_runs.RUNS
    assert (subset.seen, whole.seen) == (128_000, 256_000) and public_runs.share_seen(subset) < 0.13
    assert full.updates * public_runs.BATCH_CNN <= tables.WHOLE_FRAMES < 2 * full.updates * 128
    assert public_runs.RNN_UPDATES == tables.SEQUENCES // public_runs.BATCH_RNN


def test_the_findings_say_their_figures():
    said = findings().set_index("check")["finding"]
    assert "36.4%" in said["36 % fewer frames"]
    assert "17,552" in said["better with subset 3"] and "-0.03 to 0.41" in said["better with subset 3"]
    assert "12% of the subset" in said["frames that subset 3's row has seen"]
    assert "a ratio of 100 becomes 10,000" in said["the keep rule"]
    assert "0.93" in said["training against validation"]
    assert "1,234 runs" in said["frames and windows"] and "319,122" in said["frames and windows"]
    assert "no sad face" in said["CK+'s training folder"]
    assert "198,815" in said["constant learning rate"] and "1,333,706" in said["parameters"]


def test_disagreements_are_tables_of_full_rows():
    assert len(toggles()) == len(tables.TOGGLES) == 5 and toggles()["setting"].is_unique
    assert "early stopping" in said_twice()["topic"].tolist()
    for table in (toggles(), said_twice()):
        assert (table.map(len) > 0).all(axis=None)
