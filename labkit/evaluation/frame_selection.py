"""Looking at a clip's frames one by one, and no further than needed: adaptive frame selection.

The fifth paper names AdaFrame (Wu, Xiong, Ma, Socher and Davis, CVPR 2019) as a next step: there an LSTM
learns by reinforcement where to look next, and when to stop. Design choices of this simple stand-in:
- where to look is fixed, from coarse to fine: the middle, then the middles of the halves, and so on. Nothing
  is learned; only when to stop depends on the clip;
- the answer so far is the mean of the logits of the frames looked at, so that a look at all of them is the
  plain mean of :mod:`labkit.evaluation.clip_decision`; it stops as soon as its highest probability exceeds a
  confidence;
- the rival looks at equally many frames of *every* clip, evenly spaced. Only what is better than that is won
  by adapting; to save frames is no art where neighbours look alike;
- a confidence is a setting like any other: choose it on validation, and look at the test once. The curve
  over all of them is for seeing, not for picking its best point.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
import pandas as pd

from labkit.errors import DataError
from labkit.evaluation.clip_decision import log_probabilities, softmax
from labkit.evaluation.metrics import scores

CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


def coarse_to_fine(count: int) -> np.ndarray:
    """An order in which to look at ``count`` frames: int (count,), each place once.

    The middle, then the middles of what is left and right of it, and so on: 16 begin with 8, 4, 12, 2.
    """
    order, parts = [], deque([(0, count)])
    while parts:
        start, stop = parts.popleft()
        if start < stop:
            middle = (start + stop) // 2
            order.append(middle)
            parts += [(start, middle), (middle + 1, stop)]
    return np.array(order, dtype=int)


def look(frames: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Look at each clip's frames, from coarse to fine, until the answer is sure enough.

    Args:
        frames: (n, T, c) probabilities.
        confidence: stop when the highest probability exceeds this; with 1 or more, all frames are looked at.

    Returns:
        ``answers``: float64 (n, c) probabilities. ``looked``: int (n,) frames looked at, 1 to T.

    Raises:
        DataError: if ``frames`` are not probabilities.
    """
    after = _after_each_look(frames)
    looked = _looked(after, confidence)
    return after[np.arange(len(after)), looked - 1], looked


def evenly(frames: np.ndarray, count: int) -> np.ndarray:
    """The plain rival: float64 (n, c), the mean of the logits of ``count`` evenly spaced frames.

    Args:
        frames: (n, T, c) probabilities.
        count: 1 to T.
    """
    logits = log_probabilities(frames)
    steps = logits.shape[1]
    if not 1 <= count <= steps:
        raise ValueError(f"count must be 1 to {steps}, not {count}")
    places = ((np.arange(count) + 0.5) * steps / count).astype(int)
    return softmax(logits[:, places].mean(axis=1))


def selection_curve(
    frames: np.ndarray, labels: np.ndarray, confidences: Sequence[float] = CONFIDENCES
) -> pd.DataFrame:
    """What adaptive selection is worth at each confidence, beside the plain rival with equally many frames.

    Args:
        frames: (n, T, c) probabilities, of held-out clips.
        labels: (n,) true class numbers.
        confidences: one row each.

    Returns:
        ``confidence``; ``frames``, looked at a clip on average; ``accuracy`` and ``uar``; ``even accuracy``
        and ``even uar``, of so many evenly spaced frames. Where ``frames`` is no whole number, clips would be
        given the next lower and the next higher one by lot, so that the mean is the same: what stands there
        is what this gives on average.

    Raises:
        DataError: if ``frames`` are not probabilities, or not as many as labels.
    """
    after, labels = _after_each_look(frames), np.asarray(labels)
    if len(labels) != len(after) or not len(labels):
        raise DataError(f"{len(after)} clips do not go with {len(labels)} labels; give one a clip.")
    steps = after.shape[1]
    rival = pd.DataFrame(
        [scores(labels, evenly(frames, count).argmax(axis=-1)) for count in range(1, steps + 1)],
        index=range(1, steps + 1),
    )
    rows = []
    for confidence in confidences:
        looked = _looked(after, confidence)
        own = scores(labels, after[np.arange(len(after)), looked - 1].argmax(axis=-1))
        mean = float(looked.mean())
        even = {name: float(np.interp(mean, rival.index, rival[name])) for name in ("accuracy", "uar")}
        rows.append(
            {
                "confidence": confidence,
                "frames": mean,
                "accuracy": own["accuracy"],
                "uar": own["uar"],
                "even accuracy": even["accuracy"],
                "even uar": even["uar"],
            }
        )
    return pd.DataFrame(rows)


def _after_each_look(frames: np.ndarray) -> np.ndarray:
    """(n, T, c): the answer after 1, 2, … T frames, from coarse to fine."""
    logits = log_probabilities(frames)
    if logits.ndim != 3:
        raise DataError(f"Answers of shape {logits.shape} are not of clips; give (clips, frames, classes).")
    steps = logits.shape[1]
    sums = logits[:, coarse_to_fine(steps)].cumsum(axis=1)
    return softmax(sums / np.arange(1, steps + 1)[:, None])


def _looked(after: np.ndarray, confidence: float) -> np.ndarray:
    """(n,): looks until the answer's highest probability exceeds the confidence; all where it never does."""
    sure = after.max(axis=-1) > confidence
    sure[:, -1] = True
    return sure.argmax(axis=1) + 1
