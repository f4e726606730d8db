"""Tables I and II: the same CNN with a softmax, trained on CK+'s eight emotions, asked about CK+, JAFFE."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.datasets import ckplus, jaffe
from labkit.datasets.splits import leaks, split_by_frame, split_by_subject
from labkit.evaluation.report_card import ReportCard
from labkit.papers.places import Place
from labkit.papers.valence_arousal import tables
from labkit.papers.valence_arousal.recipe import AffectRecipe
from labkit.preprocessing.aligned_stills import aligned_stills

if TYPE_CHECKING:
    from labkit.training.fit import Run

CLASSES = tuple(tables.TABLE_2["ckplus training"])
RATIOS = (0.7, 0.1, 0.2)  # of people, or of images; the paper does not give its own
PRINTED = {"CK+ → CK+, random": tables.TABLE_1["ckplus"], "CK+ → JAFFE": tables.TABLE_1["jaffe"]}
SPLITS = {"by subject": split_by_subject, "random": split_by_frame}


def emotions_as_words(
    places: Mapping[str, Place], recipe: AffectRecipe, *, seed: int = 0
) -> tuple[dict[str, ReportCard], pd.DataFrame]:
    """CK+ with people held out, CK+ dealt at random, and all of JAFFE by the first network.

    Args:
        places: of "ckplus" and "jaffe" at least.

    Returns:
        The report cards; and what choosing an epoch by the images that are then reported is worth: one row a
        split, accuracy on validation in the ``last epoch`` and in the ``best epoch``, and in the ``test``.
    """
    own, own_faces = _faces(ckplus.stills(ckplus.load(places["ckplus"].root)), recipe)
    strange, strange_faces = _faces(jaffe.load(places["jaffe"].root), recipe)
    cards, runs, chosen = {}, {}, {}
    for policy, split in SPLITS.items():
        table = split(own, seed, RATIOS)
        runs[policy] = _train(table, own_faces, recipe, policy, places["ckplus"].data, seed)
        test = np.flatnonzero(table["split"] == "test")
        cards[f"CK+ → CK+, {policy}"] = _card(
            runs[policy],
            table.iloc[test],
            own_faces[test],
            policy,
            _leak_line(table),
            places["ckplus"].data,
            seed,
        )
        accuracy = runs[policy].history["val_accuracy"]
        chosen[policy] = {
            "last epoch": accuracy.iloc[-1],
            "best epoch": accuracy.max(),
            "test": cards[f"CK+ → CK+, {policy}"].accuracy,
        }
    cards["CK+ → JAFFE"] = _card(
        runs["by subject"],
        strange,
        strange_faces,
        "across data sets",
        "No person of JAFFE is in CK+.",
        places["jaffe"].data,
        seed,
    )
    return cards, pd.DataFrame(chosen).T


def _faces(table: pd.DataFrame, recipe: AffectRecipe) -> tuple[pd.DataFrame, np.ndarray]:
    faces, kept, _ = aligned_stills(table["path"], recipe.size)
    table = table.iloc[kept].reset_index(drop=True)
    return table.assign(frame=table["frame"].fillna(1)), faces[..., None]


def _train(
    table: pd.DataFrame, faces: np.ndarray, recipe: AffectRecipe, policy: str, data: str, seed: int
) -> "Run":
    from labkit import models
    from labkit.training.data import ArrayBatches
    from labkit.training.fit import fit

    labels = table["emotion"].map(CLASSES.index).to_numpy(np.int64)
    rows = {part: np.flatnonzero(table["split"] == part) for part in ("train", "validation")}
    batches = {
        part: ArrayBatches(
            faces[places],
            labels[places],
            recipe.words.batch_size,
            shuffle=part == "train",
            augment=part == "train",
            seed=seed,
        )
        for part, places in rows.items()
    }
    model = models.build(
        "affect-cnn",
        (recipe.size, recipe.size, 1),
        len(CLASSES),
        seed=seed,
        width=recipe.width,
        head="softmax",
    )
    return fit(
        model,
        batches["train"],
        batches["validation"],
        replace(recipe.words, seed=seed),
        name=f"affect CNN on CK+, {policy}",
        details={"data": data},
        show=False,
    )


def _leak_line(table: pd.DataFrame) -> str:
    return leaks(table, within=2).headline()


def _card(
    run: "Run", table: pd.DataFrame, faces: np.ndarray, policy: str, leak_line: str, data: str, seed: int
) -> ReportCard:
    from labkit.training.data import Scaling

    probabilities = np.asarray(run.model.predict_on_batch(Scaling().apply(faces)))
    return ReportCard.from_predictions(
        table["emotion"].map(CLASSES.index).to_numpy(np.int64),
        probabilities,
        CLASSES,
        subjects=table["subject"].to_numpy(str),
        policy=policy,
        leak_line=leak_line,
        data=data,
        seed=seed,
        sizes={"judged": len(table)},
    )


def beside_table_1(cards: Mapping[str, ReportCard]) -> pd.DataFrame:
    """Accuracy, interval, UAR and the commonest class of each, and Table I's where it has one."""
    return pd.DataFrame(
        {
            name: {
                "data": card.data,
                "images": sum(card.support.values()),
                "accuracy": card.accuracy,
                "low": card.interval[0],
                "high": card.interval[1],
                "UAR": card.uar,
                "always the commonest": card.majority,
                "Table I": PRINTED.get(name, np.nan),
            }
            for name, card in cards.items()
        }
    ).T


def result_rows(cards: Mapping[str, ReportCard]) -> list[dict]:
    """Rows for :mod:`labkit.results`."""
    return [
        card.result(f"CNN with softmax, {name.removesuffix(', ' + card.policy)}", PRINTED.get(name))
        for name, card in cards.items()
    ]
