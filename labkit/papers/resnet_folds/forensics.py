"""The paper's figures and its protocol checked by arithmetic: nothing is trained.

The paper measured nothing, so the checks are of its network (Table 1 and the listing), of the folds its
text and its listing make, and of what "use these weights to classify the whole dataset" would print.
A convolution is counted as multiply-adds: each weight, at each place of its output.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln
from scipy.stats import hypergeom

from labkit.evaluation.metrics import wilson_interval
from labkit.papers.resnet_folds import tables
from labkit.papers.resnet_folds.tables import CLASSES

SCORED_SEEN = (tables.FOLDS - 1) / tables.FOLDS  # of all clips, those a fold's network has learnt from


@dataclass(frozen=True)
class LayerCount:
    """What a row of Table 1 costs for one picture.

    Attributes:
        name: of the row.
        size: pixels a side of its output.
        multiply_adds: of its convolutions, or of the dense layer.
        parameters: trainable ones, batch normalisation's two a filter among them.
    """

    name: str
    size: int
    multiply_adds: int
    parameters: int


def layer_counts(
    *,
    conv1_stride: int = 2,
    strided_kernel: int = 3,
    outputs: int = tables.OUTPUTS,
    side: int = tables.INPUT_SIZE,
) -> list[LayerCount]:
    """Table 1 row by row: a projection in every stage's first block, no biases but the dense layer's.

    Args:
        conv1_stride: 2 in Table 1; 1 in the listing, which does not set it.
        strided_kernel: the convolution that halves a stage's size: 3 (the text), or 1 (He et al.).
        outputs: of the dense layer.
        side: pixels of the input.
    """
    size, ((kernel, channels),) = math.ceil(side / conv1_stride), tables.CONV1.kernels
    rows = [LayerCount("conv1", size, *_convolution(kernel, tables.CHANNELS, channels, size))]
    size = math.ceil(size / 2)  # after the max pooling
    for number, stage in enumerate(tables.TABLE_1):
        work = weights = 0
        for block in range(stage.blocks):
            halved = math.ceil(size / 2) if number and not block else size
            parts, inputs, at = [], channels, size
            for kernel, filters in stage.kernels:
                at = halved if kernel == strided_kernel or at == halved else at
                parts.append(_convolution(kernel, inputs, filters, at))
                inputs = filters
            if not block:
                parts.append(_convolution(1, channels, inputs, halved))  # the projection
            work, weights = work + sum(p[0] for p in parts), weights + sum(p[1] for p in parts)
            size, channels = halved, inputs
        rows.append(LayerCount(stage.name, size, work, weights))
    rows.append(LayerCount("fc", 1, channels * outputs, (channels + 1) * outputs))
    return rows


def _convolution(kernel: int, inputs: int, filters: int, size: int) -> tuple[int, int]:
    """Multiply-adds, and parameters with the batch normalisation that follows."""
    weights = kernel**2 * inputs * filters
    return weights * size**2, weights + 2 * filters


def multiply_adds(**settings: int) -> int:
    """Of the whole network, for one picture; settings as for :func:`layer_counts`."""
    return sum(row.multiply_adds for row in layer_counts(**settings))


def parameters(outputs: int = tables.OUTPUTS) -> int:
    """Trainable ones of the whole network."""
    return sum(row.parameters for row in layer_counts(outputs=outputs))


def networks_checked() -> pd.DataFrame:
    """One row a way to read the paper's network: multiply-adds for a picture, and against Table 1's FLOPs.

    Columns: network, multiply_adds, printed (Table 1), times (what is counted over what is printed),
    last (pixels a side of the last convolutions' output).
    """
    ways = {
        "Table 1, size halved in a 3×3 (the text)": {},
        "Table 1, size halved in a 1×1 (He et al.)": {"strided_kernel": 1},
        "the listing: conv1 without its stride": {"conv1_stride": 1},
    }
    rows = []
    for name, settings in ways.items():
        counted = layer_counts(**settings)
        total = sum(row.multiply_adds for row in counted)
        rows.append((name, total, tables.FLOPS, total / tables.FLOPS, counted[-2].size))
    return pd.DataFrame(rows, columns=["network", "multiply_adds", "printed", "times", "last"])


def fold_sizes(clips: int, folds: int = tables.FOLDS) -> list[int]:
    """Clips of each fold: as equal as can be, the larger ones first, as scikit-learn cuts them."""
    return [clips // folds + (number < clips % folds) for number in range(folds)]


def rare_in_a_fold(
    rare: int = tables.DISGUST_CLIPS, clips: int = tables.USED_CLIPS, folds: int = tables.FOLDS
) -> tuple[float, float]:
    """Mean and standard deviation of how many clips of a rare class a random fold holds (KFold)."""
    drawn = hypergeom(clips, rare, fold_sizes(clips, folds)[-1])
    return float(drawn.mean()), float(drawn.std())


def chance_of_a_poor_fold(
    fewer_than: int,
    rare: int = tables.DISGUST_CLIPS,
    clips: int = tables.USED_CLIPS,
    folds: int = tables.FOLDS,
) -> float:
    """How often at least one of the random folds of KFold holds fewer clips of a rare class than that.

    Exact: fold after fold is drawn from the clips that are left, and the chance of each number of rare
    clips left is kept. Stratified folds all hold rare/folds of them, to one clip.
    """
    chances = np.zeros(rare + 1)  # by rare clips not yet in a fold, all earlier folds rich enough
    chances[rare] = 1.0
    clips_left = clips
    before, after = np.indices((rare + 1, rare + 1))
    taken = before - after
    for size in fold_sizes(clips, folds):
        ways = _log_choose(before, taken) + _log_choose(clips_left - before, size - taken)
        step = np.exp(ways - _log_choose(np.array(clips_left), np.array(size)))
        chances = chances @ np.where(taken >= fewer_than, step, 0)
        clips_left -= size
    return float(max(0.0, 1 - chances.sum()))


def _log_choose(of: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Logarithm of the number of ways to choose; minus infinity where there is none."""
    possible = (0 <= chosen) & (chosen <= of)
    few = np.where(possible, chosen, 0)
    ways = gammaln(of + 1.0) - gammaln(few + 1.0) - gammaln(np.where(possible, of - few, 0) + 1.0)
    return np.where(possible, ways, -np.inf)


def frames_for_a_stranger(frames: int = tables.FRAMES, folds: int = tables.FOLDS) -> int:
    """Of how many test frames one has no frame of its clip in training, where frames are dealt to folds.

    Section 2.2.3 divides frames. Each frame's fold is taken to be drawn on its own.
    """
    return folds ** (frames - 1)


def printed_on_all(held_out: float, training: float = 1.0) -> float:
    """The score on the whole data set, of which a fold's network has learnt four fifths."""
    return SCORED_SEEN * training + (1 - SCORED_SEEN) * held_out


def held_out_behind(printed: float, training: float = 1.0) -> float | None:
    """The held-out score behind one on the whole data set; None where no score between 0 and 1 is."""
    behind = (printed - SCORED_SEEN * training) / (1 - SCORED_SEEN)
    return min(max(behind, 0.0), 1.0) if -1e-9 <= behind <= 1 + 1e-9 else None


def scored_on_all() -> pd.DataFrame:
    """One row a network that knows its training clips by heart: its held-out score, and that on all data.

    Columns: network, held_out, on_all (shares of right answers).
    """
    rows = [
        ("never right on what it has not seen", 0.0),
        ("guesses one of seven", 1 / len(CLASSES)),
        ("always answers the commonest emotion", tables.MAJORITY_SHARE),
        ("3D ResNet-18", tables.field("3D ResNet-18").war / 100),
        ("Former-DFER", tables.field("Former-DFER").war / 100),
    ]
    return pd.DataFrame(
        [(name, share, printed_on_all(share)) for name, share in rows],
        columns=["network", "held_out", "on_all"],
    )


def never_answered(
    clips_of: int = tables.DISGUST_CLIPS, clips: int = tables.USED_CLIPS, classes: int = len(CLASSES)
) -> tuple[float, float]:
    """What it costs at most never to answer with a class: shares of WAR and of UAR."""
    return clips_of / clips, 1 / classes


def orders_that_differ() -> list[tuple[str, str]]:
    """Pairs of methods, the first better by WAR and the second by UAR."""
    known = [result for result in tables.FIELD if result.uar is not None]
    return [(a.name, b.name) for a in known for b in known if a.war > b.war and a.uar < b.uar]


def right_to_be_sure(clips: int, share: float = tables.WELL) -> int | None:
    """The fewest right answers whose 95 % interval (Wilson) does not reach below a share; None if none is."""
    for right in range(math.ceil(share * clips), clips + 1):
        if wilson_interval(right, clips)[0] >= share:
            return right
    return None


def frames_between(seconds: float, fps: float = 24.0, kept: int = tables.FRAMES) -> float:
    """Frames of a clip from one of the kept moments to the next; below 1, frames are invented.

    The kept moments are spread evenly from the first frame to the last; a film has 24 frames a second.
    """
    return (round(seconds * fps) - 1) / (kept - 1)


def epoch_of_five(clips: int = tables.USED_CLIPS) -> int:
    """Multiply-adds of one epoch of all five trainings: a backward pass is taken for two forward ones."""
    seen = sum(clips - size for size in fold_sizes(clips)) * tables.FRAMES
    return 3 * multiply_adds(outputs=len(CLASSES)) * seen


def softmax_as_printed(outputs: Sequence[float]) -> np.ndarray:
    """Section 2.2.2's formula by the letter, e^i / Σ e^j: of the places 1, 2, … and not of their values."""
    places = np.arange(1, len(outputs) + 1)
    return np.exp(places) / np.exp(places).sum()
