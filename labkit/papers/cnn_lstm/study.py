"""The comparisons of Tables 1 to 5, and those that the paper leaves out.

With and without the CNN's features; at random, as in the paper, and with people held out; from one data set
to the other; and what recurrence adds, where there is something to remember.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support

from labkit.datasets.folds import folds_by_subject, turns
from labkit.datasets.splits import split_by_frame
from labkit.evaluation.comparison import Comparison, compare
from labkit.papers.cnn_lstm import tables
from labkit.papers.cnn_lstm.face_sets import FaceSet
from labkit.papers.cnn_lstm.recipe import CLASSES, CnnLstmRecipe
from labkit.papers.cnn_lstm.system import (
    Answers,
    Extractor,
    Inputs,
    learn,
    of_pixels,
    of_stills,
    with_validation,
)

WAYS = {True: "with CNN", False: "without CNN"}
RANDOM, UNSEEN, ACROSS = "random", "by subject", "across data sets"
# CK+'s sequences begin neutral and end at the peak of one of these.
PEAKS = tuple(emotion for emotion in CLASSES if emotion != "neutral")


def at_random(
    faces: FaceSet, extractor: Extractor, recipe: CnnLstmRecipe, seed: int = 0
) -> dict[str, Answers]:
    """The paper's protocol: images dealt at random, 70 : 10 : 20; with and without the CNN.

    Section 5.2 keeps 20 % for the test and says nothing of the rest; section 5.4's shares fit it.
    """
    split = split_by_frame(faces.table, seed, tables.COMBINED_SPLIT)
    return _both(faces, extractor, [split], recipe, RANDOM, seed)


def on_unseen_people(
    faces: FaceSet, extractor: Extractor, recipe: CnnLstmRecipe, seed: int = 0
) -> dict[str, Answers]:
    """Every image judged once, by an LSTM that never saw its person; with and without the CNN."""
    splits = _turns(faces.table, recipe, seed)
    return _both(faces, extractor, splits, recipe, UNSEEN, seed)


def _turns(table: pd.DataFrame, recipe: CnnLstmRecipe, seed: int) -> list[pd.DataFrame]:
    return list(turns(folds_by_subject(table, recipe.folds, seed)))[: recipe.turns]


def across(
    source: FaceSet, target: FaceSet, extractor: Extractor, recipe: CnnLstmRecipe, seed: int = 0
) -> Answers:
    """Trained on all of one data set, judged on all of the other; with the CNN."""
    both = source + target
    part = ["train"] * len(source.faces) + ["test"] * len(target.faces)
    split = with_validation(both.table.assign(split=part), seed)
    return learn(
        of_stills(extractor.features(both.faces)),
        [split],
        recipe,
        name=f"LSTM, {source.name} to {target.name}",
        policy=ACROSS,
        data=both.data,
        seed=seed,
    )


def _both(
    faces: FaceSet,
    extractor: Extractor,
    splits: list[pd.DataFrame],
    recipe: CnnLstmRecipe,
    policy: str,
    seed: int,
) -> dict[str, Answers]:
    inputs: dict[str, Inputs] = {
        WAYS[True]: of_stills(extractor.features(faces.faces)),
        WAYS[False]: of_pixels(faces),
    }
    return {
        way: learn(
            given,
            splits,
            recipe,
            name=f"LSTM {way}, {faces.name}",
            policy=policy,
            data=faces.data,
            seed=seed,
        )
        for way, given in inputs.items()
    }


def recurrence(
    table: pd.DataFrame,
    places: list[np.ndarray],
    features: np.ndarray,
    recipe: CnnLstmRecipe,
    *,
    data: str,
    seed: int = 0,
) -> dict[str, Answers]:
    """What recurrence adds, on unseen people: the same LSTM, given more or less of CK+'s sequences.

    "any frame" (one drawn by lot, as of a film whose peak nobody has marked), "peak frame" and "mean of
    frames" are sequences of length one; "sequence" are all frames in time.

    Args:
        table: of :func:`labkit.papers.cnn_lstm.face_sets.sequences`, as ``places``.
        features: (n, f) of all frames.
    """
    rng = np.random.default_rng(seed)
    given = {
        "any frame": [features[rng.choice(where)][None] for where in places],
        "peak frame": [features[where[-1:]] for where in places],
        "mean of frames": [features[where].mean(axis=0, keepdims=True) for where in places],
        "sequence": [features[where] for where in places],
    }
    splits = _turns(table, recipe, seed)
    return {
        way: learn(
            lambda train, rows=rows: rows,
            splits,
            recipe,
            name=f"LSTM on CK+, {way}",
            policy=UNSEEN,
            data=data,
            seed=seed,
            classes=PEAKS,
        )
        for way, rows in given.items()
    }


def comparisons(answers: Mapping[str, Answers], table: pd.DataFrame, classes=CLASSES) -> list[Comparison]:
    """Which of some answers to the same rows of ``table`` are better; whole people are drawn anew."""
    labels = table["emotion"].map(list(classes).index).to_numpy()
    some = next(iter(answers.values()))
    hits = {name: given.hits(labels) for name, given in answers.items()}
    return compare(hits, table["subject"].to_numpy(str)[some.rows])


def measures(answers: Answers) -> pd.DataFrame:
    """Precision, recall and F1 a class, and their means weighted by how often the classes occur ("total").

    The paper does not define its totals; so weighted, total recall is the accuracy.
    """
    card = answers.card
    confusion = np.array(card.confusion)
    true, answered = (np.repeat(axis.ravel(), confusion.ravel()) for axis in np.indices(confusion.shape))
    about = {"zero_division": 0, "labels": range(len(card.classes))}
    rows = np.array(precision_recall_fscore_support(true, answered, **about)[:3]).T
    total = precision_recall_fscore_support(true, answered, average="weighted", **about)[:3]
    return pd.DataFrame([*rows, total], index=[*card.classes, "total"], columns=["precision", "recall", "f1"])


def beside_the_paper(answers: Answers, printed: tables.MeasureTable, data: str) -> pd.DataFrame:
    """Ours beside one of Tables 1 to 4, in columns (whose, measure); ours says on which data."""
    theirs = {**printed.rows, "total": printed.total}
    rows = {name: [row.precision, row.recall, row.f1] for name, row in theirs.items()}
    paper = pd.DataFrame.from_dict(rows, orient="index", columns=["precision", "recall", "f1"])
    return pd.concat({f"ours ({data})": measures(answers), f"Table {printed.number}": paper}, axis=1)


def table_5(answers: Mapping[str, Answers], data: str) -> pd.DataFrame:
    """Table 5: accuracy in validation and test, ours beside the paper's.

    Args:
        answers: "jaffe", "ckplus" and "total", with CNN, at random.
    """
    rows = {}
    for name, given in answers.items():
        low, high = given.card.interval
        rows[name] = {
            (f"ours ({data})", "validation"): given.validation,
            (f"ours ({data})", "test"): given.card.accuracy,
            (f"ours ({data})", "95 % interval"): f"{low:.2f} to {high:.2f}",
            ("Table 5", "validation"): tables.TABLE_5[name].validation,
            ("Table 5", "test"): tables.TABLE_5[name].test,
        }
    return pd.DataFrame(rows).T
