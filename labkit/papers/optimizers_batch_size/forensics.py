"""The paper's tables checked against each other: arithmetic on what is printed, nothing trained.

Every per cent of Tables VI and VIII is a count of test faces over Table II's number of
them, so the counts come back by rounding, and with them the accuracies.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from labkit.evaluation.metrics import mcnemar_of_counts, wilson_interval
from labkit.papers.optimizers_batch_size import tables

TEST_FACES = tuple(tables.TABLE_2[emotion][2] for emotion in tables.CLASSES)


def right_answers(per_class: Sequence[float]) -> tuple[int, ...]:
    """How many test faces of each class were named rightly: per cents of Table VI or VIII → counts."""
    return tuple(round(share * faces / 100) for share, faces in zip(per_class, TEST_FACES, strict=True))


@dataclass(frozen=True)
class Recomputed:
    """What a row of class-wise per cents says about all test faces; shares in per cent."""

    right: int
    total: int
    accuracy: float
    uar: float  # mean over the classes
    interval: tuple[float, float]  # Wilson, 95 %


def recompute(per_class: Sequence[float]) -> Recomputed:
    """The accuracy that a row of Table VI or VIII stands for."""
    right, total = sum(right_answers(per_class)), sum(TEST_FACES)
    low, high = wilson_interval(right, total)
    return Recomputed(right, total, 100 * right / total, float(np.mean(per_class)), (100 * low, 100 * high))


def table_5_recomputed() -> pd.DataFrame:
    """One row a training of Table V: accuracy as printed, the cell of Table VI it equals, the true one."""
    rows = []
    for (network, optimizer), outcome in tables.TABLE_5.items():
        per_class = tables.TABLE_6[network, optimizer]
        again = recompute(per_class)
        rows.append(
            {
                "network": network,
                "optimizer": optimizer,
                "printed": outcome.accuracy,
                "equals the cell of": ", ".join(_equal(outcome.accuracy, per_class)) or "–",
                "recomputed": again.accuracy,
                "low": again.interval[0],
                "high": again.interval[1],
                "UAR": again.uar,
            }
        )
    return pd.DataFrame(rows)


def table_7_recomputed() -> pd.DataFrame:
    """One row a training of Table VII: its accuracy as printed, the true one, and where that is printed."""
    rows = []
    for (network, batch_size), outcome in tables.TABLE_7.items():
        again = recompute(tables.TABLE_8[network, batch_size])
        twins = [
            f"{other}, batch {size}"
            for (other, size), cell in tables.TABLE_7.items()
            if abs(cell.accuracy - again.accuracy) < 0.005
        ]
        rows.append(
            {
                "network": network,
                "batch": batch_size,
                "printed": outcome.accuracy,
                "recomputed": again.accuracy,
                "is printed for": ", ".join(twins) or "–",
            }
        )
    return pd.DataFrame(rows)


def missing_cell(per_class: Sequence[float], accuracy: float) -> dict[str, float]:
    """What one cell would have to be, the others as printed, for a row to give ``accuracy`` (per cent).

    Returns:
        emotion → the cell in per cent, for those cells that could be a share of test faces (0 to 100).
    """
    right = right_answers(per_class)
    wanted = round(accuracy * sum(TEST_FACES) / 100)
    cells = {}
    for place, emotion in enumerate(tables.CLASSES):
        count = wanted - (sum(right) - right[place])
        if 0 <= count <= TEST_FACES[place]:
            cells[emotion] = 100 * count / TEST_FACES[place]
    return cells


def believed(network: str, optimizer: str, batch_size: int) -> Recomputed | None:
    """What a training of the paper reached, all things considered; None where it has no such training.

    Recomputed from its row of classes, and for AlexNet with batch 100 from the row with the one cell
    mended that makes it agree with what is printed (see :func:`missing_cell`).
    """
    found = tables.printed(network, optimizer, batch_size)
    if found is None:
        return None
    per_class = list(found[1])
    if (network, batch_size) == ("alexnet", 100):
        printed_under_lenet = tables.TABLE_7["lenet", 100].accuracy
        ((emotion, share),) = missing_cell(per_class, printed_under_lenet).items()
        per_class[tables.CLASSES.index(emotion)] = share
    return recompute(per_class)


@dataclass(frozen=True)
class Noise:
    """Whether one accuracy is truly above another, as far as two counts can say."""

    independent: float  # p if the two had been judged on different faces (Fisher's exact test)
    smallest: float  # McNemar's p if the loser's right answers were all among the winner's
    largest: float  # McNemar's p if the two had erred on different faces as far as they can


def more_than_noise(right_a: int, right_b: int, total: int) -> Noise:
    """The range of p-values of two classifiers judged on the same ``total`` faces.

    McNemar's test asks on how many faces just one of the two was right. The tables do not say;
    they only bound it, and so the p-value.
    """
    more, fewer = max(right_a, right_b), min(right_a, right_b)
    apart = more - fewer
    only_fewer = min(fewer, total - more)  # at most so many faces can the loser alone be right on
    table = [[more, total - more], [fewer, total - fewer]]
    return Noise(
        independent=float(fisher_exact(table).pvalue),
        smallest=mcnemar_of_counts(apart, 0),
        largest=mcnemar_of_counts(apart + only_fewer, only_fewer),
    )


def _equal(value: float, per_class: Sequence[float]) -> list[str]:
    return [emotion for emotion, share in zip(tables.CLASSES, per_class, strict=True) if share == value]
