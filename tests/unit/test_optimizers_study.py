"""The optimizer study: its cells, what is made of their answers, and the steps that lead to its images."""

from dataclasses import replace
from itertools import product

import cv2
import numpy as np
import pandas as pd
import pytest

from labkit.errors import DataError
from labkit.papers import optimizers_batch_size as paper
from labkit.papers.optimizers_batch_size import figures, study, tables, transfer_study
from labkit.training.experiment import Start
from labkit.training.image_sets import ImageSets

TRUE = np.repeat(np.arange(4), (4, 4, 2, 2))
PEOPLE = np.array([f"{n % 3}" for n in range(12)])


def images(policy: str = "random", train: int = 40) -> ImageSets:
    counts = {"train": train, "validation": 8, "test": len(TRUE)}
    return ImageSets(
        classes=paper.CLASSES,
        images={part: np.zeros((n, 28, 28, 3), np.uint8) for part, n in counts.items()},
        labels={"train": np.arange(train) % 4, "validation": np.arange(8) % 4, "test": TRUE},
        policy=policy,
        leak_line="Shares people.",
        data="synthetic",
        subjects={
            "train": np.array([f"{n % 8}" for n in range(train)]),
            "validation": np.repeat("9", 8),
            "test": PEOPLE,
        },
    )


def a_run(answers, *, network="lenet", optimizer="adam", batch_size=10, policy="random", seed=0) -> dict:
    settings = paper.RECIPES["laptop"].lenet.cell(optimizer, batch_size, seed, policy=policy)
    finished = answers is not None
    probabilities = np.eye(4)[answers] if finished else None
    return replace(settings, network=network).to_dict() | {
        "status": "finished" if finished else "diverged",
        "message": None,
        "updates": 60,
        "seconds": 2.0,
        "val_accuracy": 0.5,
        "val_loss": 1.0,
        "accuracy": float((answers == TRUE).mean()) if finished else np.nan,
        "loss": 0.7 if finished else np.nan,
        "predictions": probabilities,
        "history": pd.DataFrame({"epoch": [1, 2], "val_accuracy": [0.4, 0.5]}),
    }


@pytest.mark.parametrize("recipe", [paper.RECIPES["laptop"], paper.RECIPES["paper"]])
def test_the_grid_holds_every_cell_of_tables_4_to_8_at_the_papers_learning_rate(recipe):
    grid = study.grid(recipe)
    cells = {(one.network.removesuffix("-tutorial"), one.optimizer, one.batch_size) for one in grid}
    assert cells == {
        (n, o, b) for n in tables.NETWORKS for o in tables.OPTIMIZERS for b in tables.BATCH_SIZES
    }
    assert {one.learning_rate for one in grid} == {tables.LEARNING_RATE}
    assert len(set(grid)) == len(grid) == 6 * sum(part.seeds for part in recipe.grids)


def test_the_paper_profile_is_the_papers_size():
    recipe = paper.RECIPES["paper"]
    assert recipe.quotas == tables.TABLE_2
    assert recipe.face_size == tables.INPUT_SIZE["alexnet"]
    assert all(part.width == 1 and part.augmentation for part in recipe.grids)


def test_equal_updates_are_equal():
    updates_an_epoch = {10: 112, 100: 12}  # on Table II's 1,111 images
    settings = study.at_equal_updates(paper.RECIPES["laptop"], tables.TOTALS[0])
    assert {one.epochs * updates_an_epoch[one.batch_size] for one in settings} == {336}
    pairs = {(one.optimizer, one.batch_size) for one in settings}
    assert pairs == set(product(tables.OPTIMIZERS, tables.BATCH_SIZES))


def test_the_paper_profile_also_gives_batch_100_all_the_updates_of_batch_10():
    recipe = paper.RECIPES["paper"]
    longest = max(one.epochs for one in study.at_equal_updates(recipe, tables.TOTALS[0]))
    assert abs(longest * 12 - recipe.lenet.epochs * 112) <= 6


def test_other_emotions_than_the_classes_are_named():
    table = pd.DataFrame({"emotion": ["happy", "fearful"], "split": "train"})
    with pytest.raises(DataError, match="images of fearful"):
        paper.image_sets(table, data="synthetic", policy="random", size=32)


def test_a_cell_averages_its_trainings_and_counts_those_that_diverged():
    always_happy = np.ones(12, int)
    runs = pd.DataFrame([a_run(TRUE), a_run(always_happy, seed=1), a_run(None, seed=2)])
    (cell,) = study.cells(runs, {"random": images()}).to_dict("records")
    assert (cell["trainings"], cell["diverged"]) == (3, 1)
    assert cell["accuracy"] == pytest.approx((1 + 4 / 12) / 2)
    assert cell["uar"] == pytest.approx((1 + 0.25) / 2)
    assert cell["recall"] == (0.5, 1.0, 0.5, 0.5)
    assert cell["low"] <= cell["accuracy"] <= cell["high"]


def test_a_cell_that_always_diverged_is_said_and_nothing_is_made_up():
    runs = pd.DataFrame([a_run(TRUE), a_run(None, optimizer="sgd")])
    sets = {"random": images()}
    beside = study.beside_the_paper(study.cells(runs, sets)).set_index("optimizer")
    assert beside.loc["sgd", "95 %"] == "diverged" and np.isnan(beside.loc["sgd", "accuracy"])
    rows = study.result_rows(study.cells(runs, sets), sets)
    assert [row["system"] for row in rows] == ["lenet, adam, batch 10"]


def test_the_papers_figures_stand_beside_the_cells_it_has_and_nowhere_else():
    runs = pd.DataFrame(
        [
            a_run(TRUE, network="alexnet-tutorial", optimizer="sgd"),
            a_run(TRUE, optimizer="sgd", batch_size=100),
            a_run(TRUE, policy="by subject"),
        ]
    )
    sets = {"random": images(), "by subject": images("by subject")}
    beside = study.beside_the_paper(study.cells(runs, sets))
    assert beside["paper: recomputed"].round(2).tolist()[0] == 92.97
    assert beside["paper: recall happy"].tolist()[0] == 99.17
    assert np.isnan(beside["paper: recomputed"].tolist()[1])
    rows = study.result_rows(study.cells(runs, sets), sets)
    assert [(row["split"], row["paper"] is None) for row in rows] == [("random", False), ("by subject", True)]


def test_comparisons_name_what_is_compared():
    wrong = (TRUE + 1) % 4
    runs = pd.DataFrame([a_run(TRUE), a_run(wrong, optimizer="sgd")])
    (found,) = study.comparisons(runs, images(), by=["network", "optimizer"])
    assert found.claim.startswith("lenet, adam beats lenet, sgd by 100.0 points (100.0 to 100.0)")


def test_unknown_data_is_a_plain_error():
    with pytest.raises(DataError, match="'synthetic' or 'ised'"):
        paper.find_videos("ravdess", paper.RECIPES["fast"])


def test_class_folders_where_videos_are_wanted_are_a_plain_error(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    (tmp_path / "ised" / "Train" / "happiness").mkdir(parents=True)
    with pytest.raises(DataError, match="begins with the videos"):
        paper.find_videos("ised", paper.RECIPES["fast"])


def test_image_sets_hold_the_images_of_each_part_by_class(tmp_path):
    rows = []
    for number, (split, emotion) in enumerate(
        [("train", "sad"), ("validation", "happy"), ("test", "disgust")]
    ):
        path = tmp_path / f"{number}_1_1.png"
        cv2.imwrite(str(path), np.full((40, 40, 3), 50 * number, np.uint8))
        origin = {"subject": str(number), "clip": f"{number}_1", "frame": 1}
        rows.append({"path": path, "emotion": emotion, "split": split} | origin)
    sets = paper.image_sets(pd.DataFrame(rows), data="synthetic", policy="random", size=32)
    assert {part: (int(labels[0]), len(labels)) for part, labels in sets.labels.items()} == {
        "train": (2, 1), "validation": (1, 1), "test": (0, 1),
    }  # fmt: skip
    assert sets.images["test"].shape == (1, 32, 32, 3) and sets.images["test"].mean() == 100
    assert sets.leak_line == "No person of the test set was seen in training."


def test_fewer_training_people_leave_the_test_people_as_they_are():
    sets = images("by subject")
    few = transfer_study.with_few_people(sets, 3, seed=1)
    assert len(set(few.subjects["train"])) == 3 and few.policy == "by subject, 3 people"
    assert np.array_equal(few.labels["test"], sets.labels["test"])
    assert set(few.subjects["train"]) != set(
        transfer_study.with_few_people(sets, 3, seed=2).subjects["train"]
    )


def test_every_way_to_start_gets_as_many_updates_on_few_people_as_on_many():
    sets = {name: replace_policy(images("by subject", n), name) for name, n in (("few", 40), ("many", 400))}
    recipe = paper.RECIPES["laptop"]
    plan = transfer_study.plan(sets, Start("file", 8, frozen=False), recipe)
    updates = [one.epochs * len(sets[one.policy].labels["train"]) / one.batch_size for one in plan]
    assert np.allclose(updates, recipe.transfer.updates, rtol=0.05)
    assert len(plan) == 2 * recipe.transfer.seeds * len(transfer_study.WAYS)


def replace_policy(sets: ImageSets, policy: str) -> ImageSets:
    return ImageSets(sets.classes, sets.images, sets.labels, policy, sets.leak_line, sets.data, sets.subjects)


def test_gains_tell_the_ways_apart():
    sets = {"random": images()}
    frozen = {"weights": "file", "classes": 8, "frozen": True}
    runs = pd.DataFrame(
        [
            a_run((TRUE + 1) % 4) | {"start": None},
            a_run(TRUE) | {"start": frozen},
            a_run(TRUE) | {"start": frozen | {"frozen": False}},
            a_run(None) | {"start": None},
        ]
    )
    gains = transfer_study.gains(runs, sets)
    assert dict(zip(gains["way"], gains["accuracy"], strict=True)) == {
        "from scratch": 0.0, "frozen": 1.0, "fine-tuned": 1.0,
    }  # fmt: skip
    assert len(figures.transfer_figure(gains).axes[0].patches) == 3


def test_pictures_of_the_study_show_every_cell():
    runs = pd.DataFrame([a_run(TRUE), a_run(TRUE, batch_size=100), a_run(None, optimizer="sgd")])
    sets = {"random": images()}
    left, right = figures.study_figure(study.cells(runs, sets), "synthetic").axes
    assert len(left.get_yticklabels()) == 3 and "synthetic" in left.get_title()
    assert "ISED" in right.get_title()
    matrices = figures.confusion_grid(runs, sets["random"]).axes
    assert len(matrices) == 2 * len(tables.OPTIMIZERS)
    assert any("diverged" in text.get_text() for text in matrices[0].texts)
    assert len(figures.epochs_and_updates(runs[runs["status"] == "finished"]).axes[0].lines) == 2
