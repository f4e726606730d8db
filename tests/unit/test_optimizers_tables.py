"""The second system's printed tables, and what they give away when they are recomputed."""

import numpy as np
import pytest

from labkit.papers.optimizers_batch_size import forensics, tables


def test_table_2_sums_to_its_last_row():
    assert tuple(map(sum, zip(*tables.TABLE_2.values(), strict=True))) == tables.TOTALS
    assert tuple(tables.TABLE_2) == tables.CLASSES


def test_the_tables_repeat_each_other_where_they_should():
    for network in tables.NETWORKS:
        chosen = tables.CHOSEN_OPTIMIZER[network]
        assert tables.TABLE_4[network] == tables.TABLE_5[network, "sgd"]
        assert tables.TABLE_7[network, 10] == tables.TABLE_5[network, chosen]
        assert tables.TABLE_8[network, 10] == tables.TABLE_6[network, chosen]
    assert tables.TABLE_9["LeNet with RMSprop"] == tables.TABLE_5["lenet", "rmsprop"].accuracy
    assert tables.MALE + tables.FEMALE == tables.PEOPLE


@pytest.mark.parametrize("per_class", [*tables.TABLE_6.values(), *tables.TABLE_8.values()])
def test_every_printed_per_cent_is_a_whole_number_of_test_faces(per_class):
    for share, right, faces in zip(
        per_class, forensics.right_answers(per_class), forensics.TEST_FACES, strict=True
    ):
        assert abs(100 * right / faces - share) < 0.005


def test_every_accuracy_of_table_5_is_a_disgust_cell_of_table_6():
    table = forensics.table_5_recomputed()
    assert all("disgust" in cell for cell in table["equals the cell of"])


def test_table_5_recomputed_by_hand():
    table = forensics.table_5_recomputed().set_index(["network", "optimizer"])
    expected = {
        ("lenet", "sgd"): (7 + 114 + 68 + 3) / 370,
        ("lenet", "rmsprop"): (85 + 116 + 90 + 31) / 370,
        ("lenet", "adam"): (84 + 114 + 93 + 45) / 370,
        ("alexnet", "sgd"): (93 + 119 + 93 + 39) / 370,
        ("alexnet", "rmsprop"): (12 + 118 + 88 + 26) / 370,
        ("alexnet", "adam"): (6 + 115 + 67 + 4) / 370,
    }
    for key, share in expected.items():
        assert table.loc[key, "recomputed"] == pytest.approx(100 * share)
    assert table["recomputed"].round(2).tolist() == [51.89, 87.03, 90.81, 92.97, 65.95, 51.89]
    assert table.loc[("lenet", "sgd"), "UAR"] == 44  # far above the 25 of guessing


def test_the_best_of_lenet_is_adam_and_the_two_best_intervals_overlap():
    table = forensics.table_5_recomputed().set_index(["network", "optimizer"])
    assert table.loc["lenet"]["recomputed"].idxmax() == "adam"
    winner, second = table.loc[("alexnet", "sgd")], table.loc[("lenet", "adam")]
    assert (round(winner.low, 1), round(winner.high, 1)) == (89.9, 95.2)
    assert (round(second.low, 1), round(second.high, 1)) == (87.4, 93.3)
    assert winner.low < second.high


def test_table_7_is_swapped_at_batch_100():
    table = forensics.table_7_recomputed().set_index(["network", "batch"])
    assert table.loc[("lenet", 100), "is printed for"] == "alexnet, batch 100"
    assert table.loc[("lenet", 100), "recomputed"] == pytest.approx(100 * 263 / 370)
    assert table.loc[("alexnet", 100), "is printed for"] == "–"


def test_alexnets_row_gives_lenets_printed_accuracy_if_happiness_is_95():
    cells = forensics.missing_cell(tables.TABLE_8["alexnet", 100], tables.TABLE_7["lenet", 100].accuracy)
    assert cells == {"happy": 95.0}
    mended = np.array(tables.TABLE_8["alexnet", 100])
    mended[tables.CLASSES.index("happy")] = 95
    assert forensics.recompute(mended).right == 294


def test_what_is_believed_of_alexnet_at_batch_100_agrees_with_a_printed_accuracy():
    mended = forensics.believed("alexnet", "sgd", 100)
    assert round(mended.accuracy, 2) == tables.TABLE_7["lenet", 100].accuracy
    assert forensics.believed("lenet", "rmsprop", 100).right == 263
    assert forensics.believed("lenet", "adam", 100) is None


def test_whether_the_best_two_differ_depends_on_what_is_not_printed():
    best, second = (
        forensics.recompute(tables.TABLE_6[key]) for key in (("alexnet", "sgd"), ("lenet", "adam"))
    )
    noise = forensics.more_than_noise(best.right, second.right, best.total)
    assert noise.smallest == pytest.approx(2 * 0.5**8)  # eight faces apart, all on one side
    assert noise.largest > 0.3 and noise.independent > 0.3


def test_equal_counts_are_no_difference_at_all():
    noise = forensics.more_than_noise(50, 50, 100)
    assert (noise.smallest, noise.largest, noise.independent) == (1.0, 1.0, 1.0)


def test_printed_knows_what_the_paper_left_out():
    outcome, per_class = tables.printed("alexnet", "sgd", 100)
    assert (outcome.accuracy, per_class[1]) == (71.08, 30.0)
    assert tables.printed("lenet", "adam", 100) is None
