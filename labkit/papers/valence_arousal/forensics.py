"""The paper's figures checked against each other: arithmetic on what is printed, nothing trained.

Printed figures may be off by half a unit of their last digit, and every check leaves them
that room. How far a CCC can be trusted depends on how many independent moments stand behind
it; nobody knows how many a video has, so the checks say how many would be needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from labkit.datasets import ckplus
from labkit.datasets.balancing import keep_probability
from labkit.evaluation.agreement import AFFECT
from labkit.evaluation.metrics import wilson_interval
from labkit.papers.valence_arousal import tables

# Half a unit of the last digit; the crumb lets a tie be rounded either way.
ROUNDING = 0.005 + 1e-9

_SURE = float(norm.ppf(0.975))  # standard errors to either side of a 95 % interval


@dataclass(frozen=True)
class Windows:
    """What a number of windows says about the gaps in the tracks they were cut from.

    Attributes:
        lost: frames that begin no window.
        most_runs: unbroken runs long enough for a window, at most.
        least_short: frames in runs too short for any window, at least.
    """

    lost: int
    most_runs: int
    least_short: int


def windows_checked(
    frames: int = tables.WHOLE_FRAMES, windows: int = tables.SEQUENCES, length: int = tables.WINDOW
) -> Windows:
    """Of a run of frames without a gap the last ``length`` begin no window; of a shorter run, none does."""
    lost = frames - windows
    return Windows(lost, lost // length, lost % length)


def hours(frames: int = tables.WHOLE_FRAMES, fps: float = 30.0) -> float:
    """How long a number of frames lasts."""
    return frames / fps / 3600


def mean_ccc_range(name: str) -> tuple[float, float]:
    """Lowest and highest mean CCC that a row of Table III may have had before it was rounded."""
    mean = tables.TABLE_3[name].mean_ccc
    return mean - ROUNDING, mean + ROUNDING


def ccc_interval(ccc: float, moments: int) -> tuple[float, float]:
    """A 95 % interval of a CCC from a number of independent moments, by Fisher's transform.

    For predictions with the truth's mean and spread, whose CCC is Pearson's correlation: a choice, since
    the paper prints neither.
    """
    half = _SURE / np.sqrt(moments - 3)
    return float(np.tanh(np.arctanh(ccc) - half)), float(np.tanh(np.arctanh(ccc) + half))


def moments_to_tell(first: float, second: float, shared: float = 0.0) -> float:
    """Independent moments needed before two CCCs differ by more than chance (95 %); infinite if equal.

    Args:
        first, second: the CCCs.
        shared: correlation of their errors. Two networks judged on the same videos err alike: 0 is for
            separate videos, and the nearer to 1, the fewer moments will do.
    """
    apart = abs(np.arctanh(first) - np.arctanh(second))
    return float(3 + 2 * (1 - shared) * (_SURE / apart) ** 2) if apart else float("inf")


def comparisons() -> pd.DataFrame:
    """One row a pair of methods of Table III and a dimension: what would make their difference sure.

    Columns: better and worse (names of rows, as the paper ranks them), dimension, ccc and other,
    difference, sign_sure (whether it is more than rounding can make), moments (independent ones needed),
    per_video (of the 71), per_video_shared (the same with errors correlated by 0.9).
    """
    pairs = (("cnn", "baseline"), ("cnn", "cnn-whole"), ("simple", "cnn"), ("gru-1", "cnn"), ("gru-3", "cnn"))
    rows = []
    for better, worse in (*pairs, ("gru-3", "gru-1")):
        for place, dimension in enumerate(AFFECT):
            ccc, other = tables.TABLE_3[better].ccc[place], tables.TABLE_3[worse].ccc[place]
            moments = moments_to_tell(ccc, other)
            rows.append(
                {
                    "better": better,
                    "worse": worse,
                    "dimension": dimension,
                    "ccc": ccc,
                    "other": other,
                    "difference": ccc - other,
                    "sign_sure": abs(ccc - other) > 2 * ROUNDING,
                    "moments": moments,
                    "per_video": moments / tables.VALIDATION_SUBJECTS,
                    "per_video_shared": moments_to_tell(ccc, other, 0.9) / tables.VALIDATION_SUBJECTS,
                }
            )
    return pd.DataFrame(rows)


def largest_spread(dimension: str) -> float:
    """The largest standard deviation the validation labels can have, by the rows of Table III.

    RMSE² = var_true + var_predicted + (difference of the means)² − 2·cov, and the CCC's denominator is
    all of that but the last term. So the denominator is RMSE² / (1 − CCC), and var_true is no more. All
    rows share the labels: the smallest denominator counts. It holds where both figures are of the whole
    set, and nearly where they are means over large shuffled batches.
    """
    place = AFFECT.index(dimension)
    return float(
        min(
            (row.rmse[place] + ROUNDING) / np.sqrt(1 - row.ccc[place] - ROUNDING)
            for row in tables.TABLE_3.values()
            if row.rmse
        )
    )


def errors_checked() -> pd.DataFrame:
    """One row a method and dimension of Table III: its RMSE beside that of one constant answer.

    Whoever always answers the labels' mean has their standard deviation as RMSE, and a CCC of 0. Columns:
    name, dimension, rmse, constant_at_most, worse (whether the RMSE is larger for certain).
    """
    rows = []
    for name, row in tables.TABLE_3.items():
        for place, dimension in enumerate(AFFECT if row.rmse else ()):
            bound = largest_spread(dimension)
            rows.append(
                {
                    "name": name,
                    "dimension": dimension,
                    "rmse": row.rmse[place],
                    "constant_at_most": bound,
                    "worse": row.rmse[place] - ROUNDING > bound,
                }
            )
    return pd.DataFrame(rows)


def learning_rate(updates: int) -> float:
    """The rate after a number of updates where 1e-5 is the optimizer's decay, as in the paper's code."""
    return tables.LEARNING_RATE / (1 + tables.WEIGHT_DECAY * updates)


def epochs_checked() -> pd.DataFrame:
    """One row a method of Table III with a best epoch: the updates until then, by the paper's batches.

    Columns: name, best_epoch, items (images or windows of an epoch), updates, rate (see learning_rate).
    """
    rows = []
    for name, row in tables.TABLE_3.items():
        if row.best_epoch is None:
            continue
        items = {"cnn": tables.SUBSET_3_FRAMES, "cnn-whole": tables.WHOLE_FRAMES}.get(name, tables.SEQUENCES)
        batch = tables.BATCH_CNN if name.startswith("cnn") else tables.BATCH_RNN
        updates = row.best_epoch * -(-items // batch)
        rows.append((name, row.best_epoch, items, updates, learning_rate(updates)))
    return pd.DataFrame(rows, columns=["name", "best_epoch", "items", "updates", "rate"])


def gain_of_the_best(tries: int) -> float:
    """How far the best of several equally good tries lies above their mean, in their standard deviations."""
    at = np.linspace(-9, 9, 18_001)
    return float(np.trapezoid(at * tries * norm.pdf(at) * norm.cdf(at) ** (tries - 1), at))


def expected_kept(counts: Sequence[int], subset: str = "maximum", rule: str = "text") -> np.ndarray:
    """Frames that bins with ``counts`` frames keep on average, by a rule of labkit.datasets.balancing.

    All other of the 1600 bins are empty, so the mean bin of subsets 2 and 3 is nearly so.
    """
    bins = np.repeat(np.arange(len(counts)), counts)
    valence = -1 + (bins + 0.5) * 2 / tables.BINS
    affect = np.column_stack([valence, np.full(len(bins), 0.5)])
    return np.bincount(bins, weights=keep_probability(affect, subset, rule), minlength=len(counts))


def cnn_parameters(outputs: int = 2) -> dict[str, int]:
    """Weights of the CNN by layer: of the batch norm's four numbers, two are statistics and learn nothing."""
    channels, count = 1, {"batch norm": 4}
    for place, filters in enumerate(tables.FILTERS, 1):
        count[f"convolution {place}"] = tables.KERNEL**2 * channels * filters
        channels = filters
    count["dense"] = (tables.QUADRANTS**2 * channels + 1) * tables.FEATURES
    count["output"] = (tables.FEATURES + 1) * outputs
    return count


def rnn_parameters(kind: str, outputs: int = 2) -> int:
    """Weights of a recurrent network; a GRU has three gates and, as Keras builds it, two biases each."""
    gates, biases = (1, 1) if kind == "simple" else (3, 2)
    inputs = tables.FEATURES
    count = 0
    for units in tables.RNN_UNITS[kind]:
        count += gates * units * (inputs + units + biases)
        inputs = units
    return count + (inputs + 1) * outputs


def ckplus_left() -> pd.DataFrame:
    """One row an emotion of CK+: its sequences, those in Table II's training folder, those left to test on.

    A sequence gives three peak frames, so training sequences are a third of the images. Neutral has
    one image of every sequence.
    """
    trained = tables.TABLE_2["ckplus training"]
    rows = [("neutral", sum(ckplus.COUNTS.values()), trained["neutral"])]
    rows += [(name, have, trained[name] / tables.PEAK_FRAMES) for name, have in ckplus.COUNTS.items()]
    table = pd.DataFrame(rows, columns=["emotion", "sequences", "training"])
    return table.assign(left=table["sequences"] - table["training"])


def stills_checked() -> pd.DataFrame:
    """One row an accuracy of Table I: its 95 % interval, and what one answer for all images would score.

    Columns: data, accuracy, of (images, or CK+'s test sequences), low and high (Wilson's interval),
    commonest (the emotion with the most images to be tested on), majority (its share).
    """
    left = ckplus_left().set_index("emotion")["left"]
    tested = {"ckplus": left * [1, *[tables.PEAK_FRAMES] * (len(left) - 1)]}
    tested["jaffe"] = pd.Series(tables.TABLE_2["jaffe"], dtype=float)
    units = [("ckplus", "images", int(tested["ckplus"].sum()))]
    units += [("ckplus", "sequences", int(left.drop("neutral").sum()))]
    units += [("jaffe", "images", int(tested["jaffe"].sum()))]
    rows = []
    for data, unit, number in units:
        accuracy, shares = tables.TABLE_1[data], tested[data] / tested[data].sum()
        low, high = wilson_interval(round(accuracy * number), number)
        rows.append((data, accuracy, f"{number} {unit}", low, high, shares.idxmax(), float(shares.max())))
    columns = ["data", "accuracy", "of", "low", "high", "commonest", "majority"]
    return pd.DataFrame(rows, columns=columns)
