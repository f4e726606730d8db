"""Agreement of valence and arousal: the CCC's formula and edges, and what the report says."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import DataError
from labkit.evaluation.affect_report import AffectReport
from labkit.evaluation.agreement import (
    ccc,
    ccc_problem,
    mean_ccc_difference,
    pearson,
    rmse,
    sign_agreement,
)

CARD = {"policy": "by video", "leak_line": "no video is shared.", "data": "synthetic", "seed": 0}
values = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=30)


@pytest.fixture(scope="module")
def clips() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth and predictions, (400, 2), and videos of uneven lengths; predictions are shifted and flat."""
    random = np.random.default_rng(0)
    true = np.repeat(random.normal(0.2, 0.3, (8, 2)), 50, axis=0) + random.normal(0, 0.1, (400, 2))
    predicted = 0.3 + 0.5 * true + random.normal(0, 0.1, (400, 2))
    return true, predicted, np.sort(random.choice(list("abcdefgh"), 400))


def test_a_ccc_by_hand():
    # means 2 and 3, variances 2/3 and 2/3, covariance 2/3: (4/3) / (4/3 + 1)
    assert ccc([1, 2, 3], [2, 3, 4]) == pytest.approx(4 / 7)
    assert ccc([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert pearson([1, 2, 3], [2, 3, 4]) == pytest.approx(1)
    assert rmse([0, 0], [3, 4]) == pytest.approx(12.5**0.5)


@given(values, st.floats(-1, 1), st.floats(0.1, 2))
def test_a_ccc_is_pearson_times_the_bias(true, shift, scale):
    x = np.array(true)
    y = shift + scale * np.roll(x, 1)
    if x.std() < 1e-3:
        return
    ratio, gap = y.std() / x.std(), (x.mean() - y.mean()) ** 2 / (x.std() * y.std())
    assert ccc(x, y) == pytest.approx(pearson(x, y) * 2 / (ratio + 1 / ratio + gap), abs=1e-6)
    assert ccc(x, x) == pytest.approx(1) and ccc(x, y) == pytest.approx(ccc(y, x))


def test_constant_sides():
    assert ccc([0.1, 0.2], [0.3, 0.3]) == 0 == ccc([0.3, 0.3], [0.1, 0.2])
    assert ccc_problem([0.1, 0.2], [0.3, 0.3]) is None
    assert np.isnan(ccc([0.1] * 3, [0.1] * 3)) and "all predictions are" in ccc_problem([0.1] * 3, [0.2] * 3)
    assert np.isnan(ccc([1], [1])) and "there is one" in ccc_problem([1], [1])
    assert "there is none" in ccc_problem([np.nan], [1])


def test_missing_values_have_no_part():
    assert ccc([1, np.nan, 2, 3, 9], [2, 7, 3, 4, np.nan]) == pytest.approx(4 / 7)
    assert sign_agreement([1, -1, 0, np.nan], [2, 1, 0, 1]) == pytest.approx(2 / 3)
    assert np.isnan(rmse([np.nan], [1.0])) and np.isnan(sign_agreement([], []))


def test_values_that_cannot_be_judged_are_refused():
    with pytest.raises(DataError, match="infinite"):
        ccc([1, 2], [1, np.inf])
    with pytest.raises(DataError, match="3 true values"):
        rmse([1, 2, 3], [1, 2])
    with pytest.raises(DataError, match="nothing to judge"):
        AffectReport.from_predictions(np.zeros((2, 2)), np.full((2, 2), np.nan), ["a", "b"], **CARD)
    with pytest.raises(DataError, match=r"\(2, 2\), \(3, 2\)"):
        AffectReport.from_predictions(np.zeros((2, 2)), np.zeros((3, 2)), ["a", "b"], **CARD)


def test_the_report_pools_all_frames(clips):
    true, predicted, videos = clips
    report = AffectReport.from_predictions(true, predicted, videos, **CARD)
    assert report.valence.ccc == ccc(true[:, 0], predicted[:, 0])
    assert report.mean_ccc == pytest.approx((report.valence.ccc + report.arousal.ccc) / 2)
    assert (report.frames, report.left_out, report.videos, report.notes) == (400, 0, 8, ())


def test_the_interval_is_that_of_drawing_videos(clips):
    true, predicted, videos = clips
    names, random, drawn = list("abcdefgh"), np.random.default_rng(1), []
    for _ in range(1000):
        rows = np.concatenate([np.flatnonzero(videos == name) for name in random.choice(names, 8)])
        drawn.append(ccc(true[rows, 1], predicted[rows, 1]))
    low, high = AffectReport.from_predictions(true, predicted, videos, **CARD).arousal.ccc_interval
    np.testing.assert_allclose((low, high), np.quantile(drawn, [0.025, 0.975]), atol=0.03)


def test_the_report_says_what_it_leaves_out(clips):
    true, predicted, videos = (part.copy() for part in clips)
    predicted[:5] = np.nan
    true[videos == "c", 1] = 0.25
    report = AffectReport.from_predictions(true, predicted, videos, **CARD)
    assert report.left_out == 5 and "5 left out" in str(report)
    assert report.notes == (
        "All arousal labels are equal in c: "
        "no CCC can be given for such a video alone; it counts in the pooled one.",
    )
    assert report.notes[0] in report._repr_html_() and "Split by video" in str(report)


def test_an_undefined_report_is_valid_json():
    report = AffectReport.from_predictions(np.zeros((3, 2)), np.zeros((3, 2)), ["<b>"] * 3, **CARD)
    kept = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert kept["mean_ccc"] is None and kept["valence"]["ccc_interval"] == [None, None]
    assert "Valence: The CCC is undefined" in report.notes[0] and "one video: no interval" in str(report)
    assert "<b>" not in report._repr_html_().split("<table>")[1].split("</table>")[1]


def test_the_difference_of_two_models_is_paired(clips):
    true, predicted, videos = clips
    better = (predicted + true) / 2
    difference, low, high = mean_ccc_difference(true, better, predicted, videos)
    reports = [AffectReport.from_predictions(true, model, videos, **CARD) for model in (better, predicted)]
    assert difference == pytest.approx(reports[0].mean_ccc - reports[1].mean_ccc)
    assert 0 < low < difference < high
    assert mean_ccc_difference(true, predicted, predicted, videos) == (0, 0, 0)
    assert np.isnan(mean_ccc_difference(true, better, predicted, ["a"] * 400)[1])
