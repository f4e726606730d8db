"""The frame-difference system on a tiny synthetic world, and the lessons' own pictures."""

from dataclasses import asdict

import numpy as np
import pytest

from labkit.errors import DataError
from labkit.faces.boxes import Box
from labkit.models import MODELS
from labkit.papers import frame_difference as paper
from labkit.papers.frame_difference import lessons, tables


def test_the_paper_profile_is_table_2():
    recipes = paper.RECIPES["paper"].networks
    assert set(recipes) == set(tables.TABLE_2)
    for network, row in tables.TABLE_2.items():
        assert asdict(row).items() <= asdict(recipes[network]).items()
        assert (recipes[network].optimizer, recipes[network].momentum, recipes[network].l2) == (
            "sgd",
            0.9,
            1e-4,
        )


@pytest.mark.parametrize("recipe", paper.RECIPES.values(), ids=paper.RECIPES)
def test_every_profile_trains_networks_of_the_paper_at_its_gap_and_stride(recipe):
    assert set(recipe.held_out) <= set(recipe.networks) <= set(tables.TABLE_4)
    assert (recipe.gap, recipe.stride) == (5, 4)


def test_unknown_data_is_a_plain_error():
    with pytest.raises(DataError, match="'synthetic' or 'ravdess'"):
        paper.find_clips("jaffe", paper.RECIPES["fast"])


def test_ravdess_that_is_not_there_is_a_plain_error(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    with pytest.raises(DataError, match="labkit data get ravdess"):
        paper.find_clips("ravdess", paper.RECIPES["fast"])


def test_mouth_energy_sees_the_mouth_alone():
    differences = np.zeros((2, 100, 100, 3), np.uint8)
    differences[0, :55] = 200  # brows and eyes move
    differences[1, 65:90, 30:70] = 100  # the mouth moves
    above, mouth = lessons.mouth_energy(differences)
    assert above == 0 and mouth > 50


def test_smiling_moves_the_mouths_corners_and_nothing_far_from_them(photograph):
    mouth = Box(200, 300, 100, 40)
    smile = lessons.smiling(photograph, mouth, 0.12)
    changed = np.abs(smile.astype(int) - photograph).max(axis=2) > 0
    assert changed[290:350, 180:320].mean() > 0.3
    assert not changed[:180].any() and not changed[480:].any()


def test_a_photograph_that_does_not_move_gives_a_black_difference_and_following_beats_boxing(photograph):
    pairs = lessons.photograph_pairs(photograph, paper.RECIPES["fast"].faces)
    means = {label.replace("\n", " "): difference.mean() for label, _, difference in pairs}
    assert means["still"] == 0
    assert means["shaken, followed"] < 0.5 * means["shaken, a box a frame"]
    assert means["shaken, smiling, followed"] > means["shaken, followed"]


def test_every_depth_the_paper_tried_can_be_built():
    depths = {name.removeprefix("resnet-") for name in MODELS if name.startswith("resnet-")}
    assert {str(50 if depth == 51 else depth) for depth in tables.DEPTHS_TRIED} <= depths
