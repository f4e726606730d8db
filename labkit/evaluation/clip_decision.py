"""One answer a clip, out of a network's answers to its frames.

Design choices:
- the mean is one of logits, not of probabilities. A softmax's logarithm differs from its logits by one
  constant a frame, the same for all classes, and a constant drops out of the next softmax: so the mean of
  log-probabilities, then softmax, *is* the mean of logits, then softmax; no network needs a second output;
- a vote gives each frame one voice and the shares of the voices as answers. Its ties, frequent with sixteen
  voices, go to the class that the mean prefers, not to the one that is listed first;
- every frame has a face: clips come from :mod:`labkit.preprocessing.clip_faces` as so many faces each. For
  films with gaps see :mod:`labkit.evaluation.over_time`, whose mean is one of probabilities.
"""

import numpy as np

from labkit.errors import DataError

WAYS = ("mean", "vote")

_SMALLEST = np.finfo(np.float32).tiny  # of a probability, before the logarithm: 1.2e-38, a logit of -87
_TIE = 1e-6  # share of the mean in a vote: decides ties and nothing else
_SUM_TOLERANCE = 1e-3  # of a softmax in half precision


def clip_answers(frames: np.ndarray, how: str = "mean") -> np.ndarray:
    """Probabilities a clip.

    Args:
        frames: (…, T, c) probabilities of T frames, such as (n, 16, 7), or (folds, n, 16, 7).
        how: "mean", of the frames' logits, or "vote", one voice a frame.

    Returns:
        float64 (…, c), each row summing to 1; for a vote, the shares of the voices.

    Raises:
        DataError: if ``frames`` are not probabilities, or there is no frame.
    """
    if how not in WAYS:
        raise ValueError(f"how must be one of {', '.join(WAYS)}, not {how!r}")
    logits = log_probabilities(frames)
    mean = softmax(logits.mean(axis=-2))
    if how == "mean":
        return mean
    voices = np.eye(logits.shape[-1])[logits.argmax(axis=-1)]
    return (1 - _TIE) * voices.mean(axis=-2) + _TIE * mean


def log_probabilities(frames: np.ndarray) -> np.ndarray:
    """The logarithm of (…, T, c) probabilities, float64: logits, but for a constant a frame.

    Raises:
        DataError: if ``frames`` are not probabilities, or there is no frame.
    """
    rows = np.asarray(frames, dtype=np.float64)
    if rows.ndim < 2 or 0 in rows.shape[-2:]:
        raise DataError(f"Answers of shape {rows.shape} are not of clips; give (clips, frames, classes).")
    if not ((rows >= 0).all() and (np.abs(rows.sum(axis=-1) - 1) < _SUM_TOLERANCE).all()):
        raise DataError("A frame's answers are not probabilities that sum to 1; give the network's softmax.")
    return np.log(np.maximum(rows, _SMALLEST))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
