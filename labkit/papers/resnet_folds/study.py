"""What the paper leaves open: how sixteen answers become one, who was seen, and its named next steps.

All of it is read off the answers that the networks of a cross-validation gave to every frame of every clip;
only the temporal head trains anew, on those answers.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from labkit.datasets.dfew import CLASSES
from labkit.evaluation.clip_decision import clip_answers, log_probabilities
from labkit.evaluation.comparison import Comparison, compare
from labkit.evaluation.fold_report import FoldReport, on_all_data
from labkit.evaluation.frame_selection import CONFIDENCES, evenly, look, selection_curve
from labkit.evaluation.metrics import scores
from labkit.papers.resnet_folds import tables
from labkit.papers.resnet_folds.recipe import FoldsRecipe
from labkit.papers.resnet_folds.system import Answered, class_numbers

# Adaptive selection may cost validation so much UAR: a tenth of what chance gives.
COST = 0.1 / len(CLASSES)


def temporal_heads(answered: Answered, recipe: FoldsRecipe) -> np.ndarray:
    """A clip's answer by a small recurrent network that reads its sixteen answers in their order.

    One a network, trained on the same training clips and stopped by the same validation clips. It reads
    log-probabilities. On training clips these are surer and more often right than they will be on new ones:
    the head learns from a student who knows the answers.

    Returns:
        (m, 7) of the tested clips, in the order of ``answered.table``.
    """
    from labkit.backend import keras
    from labkit.models.temporal_head import temporal_head
    from labkit.training.fit import fit
    from labkit.training.sequences import SequenceBatches

    labels = class_numbers(answered.dealt)
    made = np.zeros((len(labels), len(CLASSES)))
    for number, (frames, split) in enumerate(
        zip(answered.networks.answers, answered.networks.splits, strict=True), start=1
    ):
        given = log_probabilities(frames).astype(np.float32)
        batches = {
            part: SequenceBatches(
                list(given[split == part]),
                labels[split == part],
                recipe.head.batch_size,
                shuffle=part == "train",
                seed=answered.seed,
                steps=given.shape[1],
            )
            for part in ("train", "validation")
        }
        keras.utils.set_random_seed(answered.seed)
        head = temporal_head(given.shape[-1], len(CLASSES), steps=given.shape[1])
        fit(
            head,
            batches["train"],
            batches["validation"],
            replace(recipe.head, seed=answered.seed),
            name=f"temporal head, {answered.policy}, fold {number}",
            details={"data": answered.data},
            show=False,
        )
        made[split == "test"] = np.asarray(head.predict_on_batch(given[split == "test"]))
    return made[answered.networks.rows]


def decisions(answered: Answered, recipe: FoldsRecipe) -> dict[str, np.ndarray]:
    """Three ways from sixteen answers to one, each (m, 7)."""
    return {
        "mean of the logits": answered.clips("mean"),
        "majority vote": answered.clips("vote"),
        "temporal head": temporal_heads(answered, recipe),
    }


def decision_table(answered: Answered, decided: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Accuracy and UAR of the tested clips; on top a single frame's, as if it stood alone."""
    labels = answered.labels
    alone = scores(np.repeat(labels, answered.frames.shape[1]), answered.frames.argmax(axis=-1).ravel())
    rows = {"each frame alone": alone}
    rows |= {name: scores(labels, answers.argmax(axis=1)) for name, answers in decided.items()}
    return pd.DataFrame(rows).T[["accuracy", "uar"]]


def clip_comparisons(answered: Answered, decided: Mapping[str, np.ndarray]) -> list[Comparison]:
    """Which of some answers to the same clips are better; whole people are drawn anew where known."""
    hits = {name: answers.argmax(axis=1) == answered.labels for name, answers in decided.items()}
    return compare(hits, _groups(answered.table))


def compare_systems(answered: Mapping[str, Answered]) -> tuple[pd.DataFrame, list[Comparison]]:
    """Several cross-validations on the clips that all of them tested.

    Returns:
        A row a system (clips, accuracy, uar), and every pair compared.
    """
    common = _common(answered)
    table = next(iter(answered.values())).table.set_index("clip").loc[common]
    labels = class_numbers(table)
    said = {
        name: pd.DataFrame(given.clips(), index=given.table["clip"]).loc[common].to_numpy()
        for name, given in answered.items()
    }
    rows = {
        name: {"clips": len(labels)} | scores(labels, answers.argmax(axis=1))
        for name, answers in said.items()
    }
    hits = {name: answers.argmax(axis=1) == labels for name, answers in said.items()}
    columns = ["clips", "accuracy", "uar"]
    return pd.DataFrame(rows).T[columns].astype({"clips": int}), compare(hits, _groups(table.reset_index()))


def _common(answered: Mapping[str, Answered]) -> list[str]:
    tested = [set(given.table["clip"]) for given in answered.values()]
    return sorted(set.intersection(*tested))


def _groups(table: pd.DataFrame) -> np.ndarray:
    """Whom each clip shows; a clip of nobody known stands alone."""
    return table["subject"].mask(table["subject"] == "", table["clip"]).to_numpy(str)


def scored_on_all(answered: Answered) -> pd.DataFrame:
    """The paper's protocol beside the honest one: see :func:`labkit.evaluation.fold_report.on_all_data`."""
    clips = clip_answers(answered.networks.answers)
    return on_all_data(clips, answered.networks.splits, class_numbers(answered.dealt))


def choose_confidence(answered: Answered) -> float:
    """How sure an adaptive selection must be before it stops, chosen on the validation clips.

    The least whose UAR there (mean over the networks) is at most :data:`COST` below that of all frames.
    """
    labels = class_numbers(answered.dealt)
    curves = []
    for frames, split in zip(answered.networks.answers, answered.networks.splits, strict=True):
        chosen = split == "validation"
        curves.append(selection_curve(frames[chosen], labels[chosen])["uar"].to_numpy())
    mean = np.mean(curves, axis=0)
    good = np.flatnonzero(mean >= mean[-1] - COST)
    return float(CONFIDENCES[good[0]])


def adaptive_selection(answered: Answered, confidence: float) -> pd.DataFrame:
    """All frames, adaptively many, and as many evenly spaced ones, rounded up: how many, and the scores."""
    frames, labels = answered.frames, answered.labels
    answers, looked = look(frames, confidence)
    few = int(np.ceil(looked.mean()))
    steps = frames.shape[1]
    rows = {
        f"all {steps} frames": (steps, clip_answers(frames)),
        f"until {confidence:.0%} sure": (looked.mean(), answers),
        f"{few} evenly spaced": (few, evenly(frames, few)),
    }
    return pd.DataFrame(
        {
            name: {"frames": count} | scores(labels, said.argmax(axis=1))
            for name, (count, said) in rows.items()
        }
    ).T[["frames", "accuracy", "uar"]]


def beside_the_field(report: FoldReport, system: str) -> pd.DataFrame:
    """WAR and UAR in per cent: ours, and the field's on the real DFEW; each says on which data."""
    card = report.card
    data = "DFEW" if card.data == "real" else f"{card.data} DFEW"
    ours = {f"{system}, {card.policy}": {"data": data, "WAR": 100 * card.accuracy, "UAR": 100 * card.uar}}
    theirs = {row.name: {"data": "DFEW", "WAR": row.war, "UAR": row.uar} for row in tables.FIELD}
    return pd.DataFrame(ours | theirs).T
