"""The paper on ResNet-50 and five folds: its verdict, and what arithmetic says about its protocol."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.stats import hypergeom

from labkit.errors import DataError
from labkit.papers.resnet_folds import forensics, tables
from labkit.papers.resnet_folds.class_sizes import class_sizes, uar_checked
from labkit.papers.resnet_folds.disagreements import said_twice
from labkit.papers.resnet_folds.findings import findings
from labkit.papers.resnet_folds.verdict import (
    by_abstract,
    by_section_3,
    chance_of_well,
    field_verdicts,
    outcomes,
    verdict,
)


def test_the_tables_hold_together():
    assert tables.ONE_LABEL - tables.ELIMINATED == tables.USED_CLIPS
    assert all(len(result.recalls) == len(tables.CLASSES) for result in tables.with_recalls())
    assert len({result.name for result in tables.FIELD}) == len(tables.FIELD)
    assert tables.field("Former-DFER").war == 65.70 and tables.field("S4D").recalls is None


@pytest.mark.parametrize(
    ("shares", "abstract", "section_3"),
    [
        ([0.8] * 7, "none", "well"),  # "above 80%" against "80% or more"; at 80 % nothing is above
        ([0.81] * 7, "well", "well"),
        ([0.9] * 6 + [0.8], "partially well", "well"),
        ([0.9] * 4 + [0.51] * 3, "partially well", "none"),
        ([0.9] * 4 + [0.50] * 3, "none", "none"),  # 50 % is neither above nor under 50 %
        ([0.9] * 4 + [0.49] * 3, "none", "partially well"),
        ([0.9] * 5 + [0.49] * 2, "none", "partially well"),
        ([0.9] * 6 + [0.49], "none", "none"),
        ([0.9] * 3 + [0.49] * 4, "none", "none"),
        ([0.9] * 4 + [0.8] + [0.49] * 2, "none", "none"),  # "the rest was above 80%"
        ([0.6] * 7, "none", "none"),
        ([0.49] * 7, "poorly", "poorly"),
        ([0.49] * 6 + [0.50], "none", "none"),
    ],
)
def test_the_verdict_at_its_borders(shares, abstract, section_3):
    said = verdict(dict(zip(tables.CLASSES, shares, strict=True)))
    assert (said.abstract, said.section_3) == (abstract, section_3)


def test_a_network_of_three_poor_classes_is_poor_and_not_partially_well():
    assert by_section_3([0.1, 0.2, 0.3]) == "poorly"


def test_the_verdict_says_which_classes_decide():
    recall = dict.fromkeys(tables.CLASSES, 0.9) | {"disgust": 0.0, "fearful": 0.2}
    said = verdict(recall).sentence()
    assert said.startswith("“partially well performed” by section 3, no verdict by the abstract.")
    assert said.endswith("under 50 %: disgust, fearful.")
    assert "by both rules" in verdict(dict.fromkeys(tables.CLASSES, 0.1)).sentence()
    assert verdict(dict.fromkeys(tables.CLASSES, 0.6)).sentence().startswith("No verdict by both rules")


@pytest.mark.parametrize("share", [float("nan"), -0.1, 50.0])
def test_what_is_no_share_has_no_verdict(share):
    with pytest.raises(DataError, match="disgust"):
        verdict({"happy": 0.5, "disgust": share})
    with pytest.raises(DataError, match="no class"):
        verdict({})


def test_how_many_outcomes_have_a_verdict():
    found = outcomes().set_index(["rule", "verdict"])
    assert found.loc[("section 3", "partially well"), "patterns"] == math.comb(7, 2) + math.comb(7, 3)
    assert found.loc[("abstract", "partially well"), "patterns"] == 2**7 - 2
    by_hand = 21 * 0.5**2 * 0.2**5 + 35 * 0.5**3 * 0.2**4
    assert found.loc[("section 3", "partially well"), "share"] == pytest.approx(by_hand)
    assert found.loc[("abstract", "partially well"), "share"] == pytest.approx(0.5**7 - 0.3**7 - 0.2**7)
    assert found.loc[("either", "none"), "patterns"] == 3**7 - 2 - 56 - 126  # no outcome is both partials
    assert found.groupby("rule")["share"].sum().to_numpy() == pytest.approx([1, 1, 1])


def test_the_shares_agree_with_recalls_drawn_at_random():
    drawn = np.random.default_rng(0).random((20_000, 3))
    found = outcomes(classes=3).set_index(["rule", "verdict"])["share"]
    for name, rule in (("abstract", by_abstract), ("section 3", by_section_3)):
        none = np.mean([rule(shares) == "none" for shares in drawn])
        assert none == pytest.approx(found[(name, "none")], abs=0.015)


def test_no_published_method_gets_a_verdict():
    said = field_verdicts()
    assert (said[["abstract", "section 3"]] == "none").all(axis=None) and len(said) == 16
    best = said.set_index("name").loc["S2D"]
    assert (best["high"], best["low"]) == (1, 1)


def test_the_chance_of_well_performed_by_hand():
    assert chance_of_well(0.9, [5]) == pytest.approx(0.9**5 + 5 * 0.9**4 * 0.1)  # 4 of 5 are 80 %
    assert chance_of_well(0.9, [5, 1]) == pytest.approx(chance_of_well(0.9, [5]) * 0.9)
    assert chance_of_well(1.0, [146, 2000]) == 1


def test_the_network_is_counted_as_its_reference():
    assert forensics.parameters() == 25_557_032
    assert forensics.parameters(outputs=7) == 25_557_032 - 2049 * 1000 + 2049 * 7 == 23_522_375
    assert forensics.multiply_adds() == 4_089_184_256
    rows = {row.name: row for row in forensics.layer_counts()}
    assert rows["conv1"].multiply_adds == 7 * 7 * 3 * 64 * 112 * 112
    assert [rows[stage.name].size for stage in tables.TABLE_1] == [stage.size for stage in tables.TABLE_1]


def test_the_first_block_of_a_stage_by_hand():
    """conv3_x with one block: 1×1 at 56, 3×3 and the rest at 28, or all at 28."""
    later = 28 * 28 * (9 * 128 * 128 + 128 * 512 + 256 * 512) + 3 * 28 * 28 * (
        512 * 128 + 9 * 128 * 128 + 128 * 512
    )
    for kernel, side in ((3, 56), (1, 28)):
        (row,) = (r for r in forensics.layer_counts(strided_kernel=kernel) if r.name == "conv3_x")
        assert row.multiply_adds == side * side * 256 * 128 + later


def test_only_the_early_stride_explains_table_1_and_the_listing_costs_four_times():
    text, he, listing = forensics.networks_checked().itertuples()
    assert round(he.multiply_adds / 1e9, 1) == 3.9 and math.floor(he.multiply_adds / 1e8) == 38
    assert round(text.multiply_adds / 1e9, 1) == 4.1
    assert listing.multiply_adds / text.multiply_adds == pytest.approx(4, abs=0.002)
    assert (text.last, listing.last) == (7, 14)


def test_rare_clips_in_random_folds():
    mean, spread = forensics.rare_in_a_fold()
    assert mean == pytest.approx(146 / 5, abs=0.01) and spread == pytest.approx(4.80, abs=0.01)
    # two folds of one clip each, one of them rare: the other fold has none
    assert forensics.chance_of_a_poor_fold(1, rare=1, clips=2, folds=2) == 1
    # four clips, two rare, two folds: both rare in one fold in 2 of 6 draws
    assert forensics.chance_of_a_poor_fold(1, rare=2, clips=4, folds=2) == pytest.approx(1 / 3)
    assert forensics.chance_of_a_poor_fold(0) == pytest.approx(0, abs=1e-9)


def test_the_chance_of_a_poor_fold_agrees_with_shuffles():
    random = np.random.default_rng(1)
    labels = np.arange(60) < 8
    poor = [min(part.sum() for part in np.split(random.permutation(labels), 5)) < 1 for _ in range(4000)]
    assert np.mean(poor) == pytest.approx(forensics.chance_of_a_poor_fold(1, 8, 60), abs=0.03)
    one = hypergeom.cdf(0, 60, 8, 12)
    assert one < forensics.chance_of_a_poor_fold(1, 8, 60) < 5 * one


def test_folds_are_as_equal_as_can_be():
    assert forensics.fold_sizes(12) == [3, 3, 2, 2, 2]
    assert sum(forensics.fold_sizes(tables.USED_CLIPS)) == tables.USED_CLIPS


def test_scoring_on_all_data_prints_the_threshold_for_knowing_nothing():
    assert forensics.printed_on_all(0) == pytest.approx(tables.WELL)
    assert forensics.printed_on_all(0.3, training=0.9) == pytest.approx(0.72 + 0.06)
    assert forensics.held_out_behind(0.8) == pytest.approx(0, abs=1e-9)
    assert forensics.held_out_behind(0.8, training=0.9) == pytest.approx(0.4)
    assert forensics.held_out_behind(0.5) is None  # less than training alone gives
    assert forensics.held_out_behind(0.95, training=0.9) is None
    assert forensics.scored_on_all()["on_all"].is_monotonic_increasing


def test_small_counts_by_hand():
    assert forensics.frames_for_a_stranger(frames=3) == 25  # both others in its own fold: 1/5 · 1/5
    assert forensics.never_answered(10, 100, 4) == (0.1, 0.25)
    assert forensics.right_to_be_sure(5) is None and forensics.right_to_be_sure(29) == 28
    assert forensics.frames_between(2) == pytest.approx(47 / 15)
    assert ("EST", "Former-DFER") in forensics.orders_that_differ()
    printed = forensics.softmax_as_printed([9.0, 0.0])
    assert printed.argmax() == 1 and printed.sum() == pytest.approx(1)
    frames = 16 * sum(5 - size for size in (1, 1, 1, 1, 1))
    assert forensics.epoch_of_five(clips=5) == 3 * forensics.multiply_adds(outputs=7) * frames


def test_the_class_sizes_give_the_published_accuracies():
    sizes = class_sizes().set_index("emotion")
    assert list(sizes.index) == list(tables.CLASSES)
    assert (sizes["least"] <= sizes["most"] + 1e-6).all() and sizes["most"].sum() > tables.USED_CLIPS
    assert (sizes["most"] - sizes["least"]).drop("disgust").between(10, 80).all()
    shares = sizes["about"] / sizes["about"].sum()
    former = tables.field("Former-DFER")
    assert shares @ np.array(former.recalls) == pytest.approx(former.war, abs=0.05)
    assert class_sizes(room=0.001)["about"].isna().all()  # less room than rounding takes


def test_known_class_sizes_come_back(monkeypatch):
    """Rows as a set of known sizes would print them."""
    counts = np.array([2440, 1900, 2665, 2175, 1478, 146, 893])
    assert counts.sum() == tables.USED_CLIPS
    random = np.random.default_rng(3)
    rows = []
    for number in range(14):
        recalls = random.uniform(0, 95, size=7)
        war, uar = recalls @ counts / counts.sum(), recalls.mean()
        rows.append(tables.FieldResult(f"{number}", round(war, 2), round(uar, 2), tuple(recalls.round(2))))
    monkeypatch.setattr(tables, "FIELD", tuple(rows))
    sizes = class_sizes()
    assert (sizes["least"] <= counts + 1e-6).all() and (counts <= sizes["most"] + 1e-6).all()
    assert (sizes["most"] - sizes["least"]).max() < 60


def test_one_published_uar_is_not_the_mean_of_its_recalls(monkeypatch):
    checked = uar_checked().set_index("name")["agrees"]
    assert checked.index[~checked].tolist() == ["ResNet-18 + GRU"]
    wrong = dataclasses.replace(tables.field("EST"), uar=53.40)
    monkeypatch.setattr(tables, "FIELD", (wrong,))
    assert not uar_checked()["agrees"].any()


def test_the_findings_say_their_figures():
    said = findings().set_index("check")["finding"]
    assert "2,187" in said["three verdicts"] and "97.6%" in said["three verdicts"]
    assert "16 get no verdict" in said["verdicts on the field"]
    assert "24 right of 29" in said["the luck in a verdict"]
    assert "prints 80%" in said["scored on all data"] and "82.9%" in said["scored on all data"]
    assert "29.2 ± 4.8" in said["KFold or StratifiedKFold"]
    assert "30,517,578,125" in said["frames dealt to folds"]
    assert "16,010" in said["362 clips"] and "4,313" in said["362 clips"]
    assert "1.25 points of WAR, and 14.3 of UAR" in said["WAR and disgust"]
    assert "4.09×10⁹" in said["Table 1's FLOPs"] and "3.86×10⁹" in said["Table 1's FLOPs"]
    assert "4.0 times" in said["the listing's conv1"]
    assert "23,522,375" in said["parameters"]
    topics = said_twice()["topic"]
    assert topics.is_unique and {"partially well", "the folds", "conv1's stride"} <= set(topics)
