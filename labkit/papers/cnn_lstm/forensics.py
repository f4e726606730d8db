"""The paper's figures checked against each other: arithmetic on what is printed, nothing trained.

A "total" is taken for a weighted mean of its column, whatever the weights: the mean over
test images is one, the plain mean over classes another. Printed figures may be off by half
a unit of their last digit, and every check leaves them that room. How many test faces stand
behind Tables 1 and 2 is a question of its own: :mod:`labkit.papers.cnn_lstm.face_counts`.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.stats import fisher_exact

from labkit.evaluation.metrics import wilson_interval
from labkit.papers.cnn_lstm import tables
from labkit.papers.cnn_lstm.face_counts import JAFFE_FACES, ROUNDING
from labkit.papers.cnn_lstm.tables import MeasureTable

MEASURES = ("precision", "recall", "f1")

# Images of the data sets: JAFFE as published, CK+ as the paper extracted it. CK+ has 593 sequences.
IMAGES = {"jaffe": sum(JAFFE_FACES.values()), "ckplus": tables.CKPLUS_IMAGES}
IMAGES["total"] = sum(IMAGES.values())
CKPLUS_SEQUENCES = 593


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def rows_checked() -> pd.DataFrame:
    """One row a class of Tables 1 to 4: its F1 as printed and from its precision and recall.

    Columns: table, emotion, printed, recomputed, apart (the difference), agrees (whether rounding of
    the three figures explains the difference).
    """
    rows = []
    for table in tables.MEASURE_TABLES:
        for emotion, row in table.rows.items():
            low = f1(max(row.precision - ROUNDING, 0), max(row.recall - ROUNDING, 0))
            high = f1(row.precision + ROUNDING, row.recall + ROUNDING)
            again = f1(row.precision, row.recall)
            rows.append(
                {
                    "table": table.number,
                    "emotion": emotion,
                    "printed": row.f1,
                    "recomputed": again,
                    "apart": again - row.f1,
                    "agrees": low - ROUNDING <= row.f1 <= high + ROUNDING,
                }
            )
    return pd.DataFrame(rows)


def total_is_possible(table: MeasureTable, measures: Collection[str] = MEASURES) -> bool:
    """Whether any weighting of the classes, one and the same for all ``measures``, gives the printed total.

    A linear programme: weights of at least 0 that sum to 1, so that each measure's weighted mean
    is its total within rounding. Where it has no solution, no class counts have one either.
    """
    return _weights(table, measures, np.zeros(len(table.rows))) is not None


def totals_checked() -> pd.DataFrame:
    """One row a measure of each table's last row: what it can be, and whether it can be what it is.

    Columns: table, measure, printed, lowest and highest (of the column: a mean lies between),
    "plain mean" (over the classes), alone (possible by itself), together (possible with the other
    two measures of its table), "equals the cell of" (emotions whose cell is the same figure).
    """
    rows = []
    for table in tables.MEASURE_TABLES:
        together = total_is_possible(table)
        for measure in MEASURES:
            cells = {emotion: getattr(row, measure) for emotion, row in table.rows.items()}
            printed = getattr(table.total, measure)
            rows.append(
                {
                    "table": table.number,
                    "measure": measure,
                    "printed": printed,
                    "lowest": min(cells.values()),
                    "highest": max(cells.values()),
                    "plain mean": float(np.mean(list(cells.values()))),
                    "alone": total_is_possible(table, (measure,)),
                    "together": together,
                    "equals the cell of": ", ".join(e for e, cell in cells.items() if cell == printed) or "–",
                }
            )
    return pd.DataFrame(rows)


def share_of(table: MeasureTable, emotion: str) -> tuple[float, float] | None:
    """The smallest and largest share of an emotion among the test images that give a table's total.

    None where nothing gives it.
    """
    pick = np.array([float(name == emotion) for name in table.rows])
    ends = [_weights(table, MEASURES, sign * pick) for sign in (1, -1)]
    return None if ends[0] is None else tuple(float(pick @ weights) for weights in ends)


def accuracy_as_count(accuracy: float, images: int) -> tuple[int, ...]:
    """The numbers of right answers among ``images`` whose share rounds to a printed accuracy."""
    return tuple(right for right in range(images + 1) if abs(right / images - accuracy) <= ROUNDING)


def jaffe_test_sizes() -> pd.DataFrame:
    """One row a number of test images near a fifth of JAFFE, by each count of it that is around.

    Columns: images, "a fifth of" (how many images the set would have), right (the numbers of right
    answers that print as Table 5's test accuracy; empty: none does), low and high (Wilson's 95 % interval
    of that accuracy, with the nearest number of right answers).
    """
    accuracy = tables.TABLE_5["jaffe"].test
    rows = []
    for whole in (IMAGES["jaffe"], tables.JAFFE_IMAGES, tables.JAFFE_LABELLED):
        exact = tables.TEST_SHARE * whole
        for images in (int(exact), int(exact) + 1):  # rounded down, and up
            low, high = wilson_interval(round(accuracy * images), images)
            right = list(accuracy_as_count(accuracy, images))
            rows.append({"images": images, "a fifth of": whole, "right": right, "low": low, "high": high})
    return pd.DataFrame(rows)


def validation_against_test() -> pd.DataFrame:
    """One row of Table 5 each: could validation and test images have come from one random pool?

    Test images are a fifth; validation is taken for a tenth, as in section 5.4 (more would make
    the verdict on CK+ sharper still). p is Fisher's exact test's: how often chance alone would
    set the two accuracies so far apart.
    """
    rows = []
    for data, accuracies in tables.TABLE_5.items():
        validation, test = round(0.1 * IMAGES[data]), round(tables.TEST_SHARE * IMAGES[data])
        right = round(accuracies.validation * validation), round(accuracies.test * test)
        counts = [[right[0], validation - right[0]], [right[1], test - right[1]]]
        rows.append(
            {
                "data": data,
                "validation": accuracies.validation,
                "validation images": validation,
                "test": accuracies.test,
                "test images": test,
                "p": float(fisher_exact(counts).pvalue),
            }
        )
    return pd.DataFrame(rows)


def sibling_in_training(
    images: int = IMAGES["ckplus"],
    sequences: int = CKPLUS_SEQUENCES,
    training: float = tables.COMBINED_SPLIT[0],
) -> float:
    """Chance that a test image drawn at random has another of its own sequence among the training images.

    Every sequence is taken to give equally many images, each drawn on its own.
    """
    return 1 - (1 - training) ** (images / sequences - 1)


def claims_checked() -> pd.DataFrame:
    """One row a figure of the prose that has a table: what it is said to be, and which cells it equals.

    The cells are those of the table's last row and of Table 5 for the same data; "accuracy" is the
    table's own: its total recall, since recall weighted by test images is the share of right answers.
    """
    rows = []
    for claim in tables.CLAIMS.values():
        if claim.table is None:
            continue
        table, cells = claim.table, []
        cells += [
            f"total {m} of Table {table.number}" for m in MEASURES if getattr(table.total, m) == claim.share
        ]
        if table.features and tables.TABLE_5[table.data].test == claim.share:
            cells.append("test accuracy of Table 5")
        rows.append(
            {
                "section": claim.section,
                "data": table.data,
                "said to be": claim.of,
                "figure": claim.share,
                "equals": "; ".join(cells) or "–",
                "accuracy by its table": table.total.recall,
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Weights:
    """How many of the LSTM part's weights there are, and how many can change no answer."""

    total: int
    idle: int


def weights_at_length_one(features: int = tables.FEATURES, classes: int = len(tables.CLASSES)) -> Weights:
    """The two LSTM layers and the dense layer, read with sequences of one step, as in section 4.

    Before the first step state and memory are 0. So the recurrent weights of all four gates are
    multiplied by 0, and so is whatever the forget gate says: neither can change the answer.
    """
    total = idle = 0
    inputs = features
    for units in tables.LSTM_UNITS:
        total += 4 * units * (inputs + units + 1)
        idle += 4 * units * units + units * (inputs + 1)
        inputs = units
    return Weights(total + (inputs + 1) * classes, idle)


def _weights(table: MeasureTable, measures: Collection[str], cost: np.ndarray) -> np.ndarray | None:
    """Weights of the classes that give the totals at the lowest cost; None where none give them."""
    rows, bounds = [], []
    for measure in measures:
        cells = np.array([getattr(row, measure) for row in table.rows.values()])
        total = getattr(table.total, measure)
        rows += [np.maximum(cells - ROUNDING, 0), -np.minimum(cells + ROUNDING, 1)]
        bounds += [total + ROUNDING, ROUNDING - total]
    found = linprog(cost, A_ub=rows, b_ub=bounds, A_eq=np.ones((1, len(cost))), b_eq=[1], bounds=(0, 1))
    return found.x if found.success else None
