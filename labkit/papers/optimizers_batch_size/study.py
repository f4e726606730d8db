"""The study of Tables IV to VIII: each network with each optimizer and batch size, and what may be claimed.

A *cell* is one network, optimizer, batch size and number of epochs; it is trained once a
seed. Its accuracy is the mean over its trainings, its interval comes from a bootstrap over
people, and "A beats B" is said only where the paired answers support it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from labkit.evaluation.comparison import Comparison, compare
from labkit.evaluation.metrics import bootstrap_interval, majority_share, scores
from labkit.papers.optimizers_batch_size import forensics, tables
from labkit.papers.optimizers_batch_size.recipe import OptimizersRecipe
from labkit.training.experiment import Settings
from labkit.training.image_sets import ImageSets

CELL = ["network", "width", "optimizer", "batch_size", "epochs", "augmentation", "policy"]


def grid(recipe: OptimizersRecipe, seed: int = 0) -> list[Settings]:
    """Every cell of Tables IV to VIII at equal epochs, the costly ones first."""
    return [one for part in reversed(recipe.grids) for one in part.settings(seed)]


def at_equal_updates(recipe: OptimizersRecipe, training_images: int, seed: int = 0) -> list[Settings]:
    """LeNet with every optimizer and both batch sizes, each for as many updates of its weights.

    The fewest whole epochs are taken that make the two counts equal, to a hundredth: with Table II's 1,111
    images 3 epochs of batch 10 and 28 of batch 100, 336 updates each. Where the recipe says ``long``,
    batch 100 also gets as many updates as batch 10 has in the grid.
    """
    part = recipe.lenet
    small, large = (-(-training_images // size) for size in tables.BATCH_SIZES)  # updates an epoch
    epochs = next(n for n in range(1, large + 1) if _nearly_whole(n * small / large))
    matched = [(100, round(epochs * small / large)), (10, epochs)]
    if recipe.long:
        matched.insert(0, (100, round(part.epochs * small / large)))
    return [
        replace(part.cell(optimizer, batch_size, seed), epochs=number)
        for batch_size, number in matched
        for optimizer in recipe.matched
    ]


def _nearly_whole(number: float) -> bool:
    return abs(number - round(number)) < 0.01 * number


def on_unseen_people(recipe: OptimizersRecipe, seed: int = 0) -> list[Settings]:
    """With the people split, batch 10: LeNet with every optimizer, AlexNet with Adam if its grid has it."""
    unseen = {"seed": seed, "policy": "by subject"}
    lenets = [recipe.lenet.cell(optimizer, 10, **unseen) for optimizer in recipe.lenet.optimizers]
    alexnets = [recipe.alexnet.cell("adam", 10, **unseen)] if "adam" in recipe.alexnet.optimizers else []
    return alexnets + lenets


def with_and_without_augmentation(recipe: OptimizersRecipe, seed: int = 0) -> list[Settings]:
    """LeNet with Adam and batch 10, augmented and not, on either split."""
    return [
        replace(recipe.lenet.cell("adam", 10, seed, policy=policy), augmentation=augmentation)
        for policy in ("random", "by subject")
        for augmentation in (True, False)
    ]


def cells(runs: pd.DataFrame, sets: Mapping[str, ImageSets]) -> pd.DataFrame:
    """One row a cell.

    Args:
        runs: rows of :func:`labkit.training.sweep.run_sweep`.
        sets: split policy → images.

    Returns:
        Columns of :data:`CELL`; ``trainings`` and ``diverged``, how many; ``updates``; means over the
        trainings that did not diverge of ``accuracy``, ``uar``, ``loss``, ``seconds``; ``spread``, the
        standard deviation of their accuracies (NaN for one); ``low`` and ``high`` of the accuracy;
        ``recall``, a tuple in the order of the classes. Shares are 0 to 1; a cell that always diverged
        has none.
    """
    rows = [_cell(key, trained, sets) for key, trained in runs.groupby(CELL, sort=False)]
    return pd.DataFrame(rows)


def _cell(key: tuple, trained: pd.DataFrame, sets: Mapping[str, ImageSets]) -> dict:
    row = dict(zip(CELL, key, strict=True)) | {
        "trainings": len(trained),
        "diverged": int((trained["status"] == "diverged").sum()),
    }
    trained = trained[trained["status"] == "finished"]
    if trained.empty:
        return row
    images = sets[row["policy"]]
    true = images.labels["test"]
    right = hits(trained, images)
    low, high = bootstrap_interval(right.mean(axis=0), images.subjects["test"])
    answers = [predictions.argmax(axis=1) for predictions in trained["predictions"]]
    recall = [float(right[:, true == number].mean()) for number in range(len(images.classes))]
    return row | {
        "updates": int(trained["updates"].iloc[0]),
        "accuracy": float(right.mean()),
        "spread": float(trained["accuracy"].std()),
        "low": low,
        "high": high,
        "uar": float(np.mean([scores(true, answer)["uar"] for answer in answers])),
        "loss": float(trained["loss"].mean()),
        "seconds": float(trained["seconds"].mean()),
        "recall": tuple(recall),
    }


def hits(runs: pd.DataFrame, sets: ImageSets) -> np.ndarray:
    """(trainings, n) bool: whether each training's answer to each test image is right."""
    true = sets.labels["test"]
    return np.stack([predictions.argmax(axis=1) == true for predictions in runs["predictions"]])


def comparisons(runs: pd.DataFrame, sets: ImageSets, by: Iterable[str]) -> list[Comparison]:
    """Every pair of the groups of finished runs that share ``by``, such as ("optimizer",)."""
    finished = runs[runs["status"] == "finished"]
    groups = finished.groupby(list(by), sort=False)
    named = {_words(by, key): hits(rows, sets) for key, rows in groups}
    return compare(named, sets.subjects["test"])


def _words(by: Iterable[str], key: tuple) -> str:
    """("lenet", "adam", 10) → "lenet, adam, batch 10"."""
    words = {"batch_size": "batch {}", "epochs": "{} epochs"}
    return ", ".join(words.get(name, "{}").format(value) for name, value in zip(by, key, strict=True))


def beside_the_paper(table: pd.DataFrame) -> pd.DataFrame:
    """The cells as people read them, the paper's figures beside: as printed, and recomputed from its classes.

    Args:
        table: of :func:`cells`.
    """
    return pd.DataFrame([_beside(row) for row in table.to_dict("records")])


def _beside(row: dict) -> dict:
    ours = {"network": row["network"], "optimizer": row["optimizer"], "batch": row["batch_size"]}
    if row["diverged"] == row["trainings"]:
        return ours | {"95 %": "diverged"}
    ours |= {
        "updates": row["updates"],
        "accuracy": 100 * row["accuracy"],
        "95 %": f"{100 * row['low']:.1f}–{100 * row['high']:.1f}",
        "spread": 100 * row["spread"],
        "UAR": 100 * row["uar"],
        "loss": row["loss"],
        "seconds": row["seconds"],
    }
    ours |= {f"recall {name}": 100 * share for name, share in zip(tables.CLASSES, row["recall"], strict=True)}
    key = cell_of_the_paper(row)
    if tables.printed(*key) is None:
        return ours
    outcome, per_class = tables.printed(*key)
    theirs = {
        "paper: printed": outcome.accuracy,
        "paper: recomputed": forensics.believed(*key).accuracy,
        "paper: loss": outcome.loss,
        "paper: seconds": outcome.seconds,
    }
    names = (f"paper: recall {name}" for name in tables.CLASSES)
    return ours | theirs | dict(zip(names, per_class, strict=True))


def cell_of_the_paper(row: dict) -> tuple[str, str, int]:
    """Network, optimizer and batch size of a row of :func:`cells`, as the paper's tables name them."""
    return row["network"].removesuffix("-tutorial"), row["optimizer"], row["batch_size"]


def result_rows(table: pd.DataFrame, sets: Mapping[str, ImageSets]) -> list[dict]:
    """One row a cell that the paper has or that splits the people, in the form of :mod:`labkit.results`.

    The paper's figure is the recomputed one.
    """
    rows = []
    for row in table.to_dict("records"):
        images, theirs = sets[row["policy"]], forensics.believed(*cell_of_the_paper(row))
        as_in_paper = row["policy"] == "random"
        diverged = row["diverged"] == row["trainings"]
        if diverged or (as_in_paper and theirs is None):
            continue
        true = images.labels["test"]
        width = f" ×{row['width']:g}" if row["width"] != 1 else ""
        rows.append(
            {
                "system": f"{row['network']}{width}, {row['optimizer']}, batch {row['batch_size']}",
                "split": row["policy"],
                "n": len(true),
                "chance": 1 / len(images.classes),
                "majority": majority_share(true),
                "paper": theirs.accuracy / 100 if as_in_paper else None,
            }
            | {name: row[name] for name in ("accuracy", "low", "high", "uar")}
        )
    return rows
