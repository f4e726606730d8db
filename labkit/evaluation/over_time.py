"""From an answer a moment to an answer over time: smoothing, key frames, one answer a clip.

The third paper asks a network for every face of a video by itself, sees the answers jump (happy, surprised,
happy), and names two ways out as future work (§6.1): let neighbouring frames correct each other, and judge
a clip by its obvious frames. Both are built here, on probabilities alone. Design choices:
- a window is counted in seconds, not in frames, and looks back only, as a live camera must; ``centred``
  looks as far ahead as back, for a film that is already there;
- every way sees the same window, so that one slider means one thing: the plain mean; a vote, one voice a
  moment; and an exponential mean, which trusts the newest most;
- a vote's tie goes to the class with the higher mean probability, not to the one that is listed first;
- a moment without a face (a row of NaN) has no voice. It gets its window's answer if a face was seen within
  the window, else none: nobody is told the emotion of an empty chair;
- ways are compared on the moments that show a face, the same for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.errors import DataError
from labkit.evaluation.metrics import bootstrap_interval

WAYS = ("none", "mean", "vote", "exponential")  # of smoothing
CLIP_WAYS = ("last", "mean", "vote", "key frame")  # of answering once for a whole clip
NO_ANSWER = -1  # instead of a class's number

_SLACK = 1e-6  # seconds, so that rounding puts no moment outside its window
_DECAY = 3.0  # an exponential mean's weights fall to e^-3, 5 %, at the far end of the window
_TIE = 1e-6  # share of the mean probability in a vote: decides ties and nothing else
_SUM_TOLERANCE = 1e-3  # of a softmax in half precision
_NO_CLIPS = "There are no clips to judge; give the answers in one clip at least."


@dataclass(frozen=True)
class ClipAnswers:
    """What a network said in a clip, and the truth; T moments, K classes, classes as numbers.

    Raises:
        DataError: if the lengths disagree, times do not rise, or a row is neither probabilities nor all NaN.
    """

    probabilities: np.ndarray  # float (T, K); a row of NaN where no face was found
    times: np.ndarray  # float (T,), seconds, rising
    truth: np.ndarray  # int (T,), what is shown at each moment; NO_ANSWER where nobody knows
    clip_truth: int  # what the whole clip shows
    subject: str  # who is seen

    def __post_init__(self) -> None:
        _check(self.probabilities, self.times)
        if len(self.truth) != len(self.times):
            raise DataError(f"{len(self.truth)} truths for {len(self.times)} moments; give one a moment.")


def smooth(
    probabilities: np.ndarray,
    times: np.ndarray,
    window: float = 1.0,
    way: str = "mean",
    *,
    centred: bool = False,
) -> np.ndarray:
    """The answer at each moment in the light of its window.

    Args:
        probabilities: float (T, K), each row summing to 1, or all NaN where no face was found.
        times: (T,) seconds, rising.
        window: seconds; 0 leaves every moment to itself.
        way: one of :data:`WAYS`; with "none" the rows come back as they are.
        centred: half of the window lies ahead of its moment, instead of all of it behind.

    Returns:
        float64 (T, K): each row sums to 1 (for a vote, the shares of the votes), or is NaN.

    Raises:
        DataError: if the arrays do not fit together, or a row is neither probabilities nor all NaN.
    """
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, not {way!r}")
    if not window >= 0:
        raise ValueError(f"window must be 0 seconds or more, not {window}")
    rows, times = _check(probabilities, times)
    if way == "none":
        return rows
    behind, ahead = (window / 2, window / 2) if centred else (window, 0.0)
    first = np.searchsorted(times, times - behind - _SLACK)
    end = np.searchsorted(times, times + ahead + _SLACK)
    smoothed = np.full_like(rows, np.nan)
    for moment, (a, b) in enumerate(zip(first, end, strict=True)):
        seen = a + np.flatnonzero(_seen(rows[a:b]))
        if len(seen):
            ages = np.abs(times[moment] - times[seen]) / max(behind, _SLACK)
            smoothed[moment] = _together(rows[seen], ages, way)
    return smoothed


def _together(rows: np.ndarray, ages: np.ndarray, way: str) -> np.ndarray:
    """One row out of several; ages as shares of the window, 0 to 1."""
    if way == "vote":
        votes = np.eye(rows.shape[1])[rows.argmax(axis=1)]
        return (1 - _TIE) * votes.mean(axis=0) + _TIE * rows.mean(axis=0)
    weights = np.exp(-_DECAY * ages) if way == "exponential" else np.ones(len(rows))
    return weights @ rows / weights.sum()


def answers(probabilities: np.ndarray) -> np.ndarray:
    """The number of the likeliest class at each moment, int (T,); :data:`NO_ANSWER` where a row is NaN."""
    rows = np.asarray(probabilities)
    return np.where(_seen(rows), np.nan_to_num(rows).argmax(axis=1), NO_ANSWER)


def flips_per_second(answered: np.ndarray, times: np.ndarray) -> float:
    """How often the answer changes, a second, from the first moment that has one to the last.

    Args:
        answered: int (T,), as :func:`answers` gives them. Moments without an answer are passed over: a
            change across them counts once.
        times: (T,) seconds, rising.

    Returns:
        0 where fewer than two moments have an answer.
    """
    there = np.asarray(answered) != NO_ANSWER
    said, when = np.asarray(answered)[there], np.asarray(times)[there]
    if len(said) < 2:
        return 0.0
    return float((said[1:] != said[:-1]).sum() / (when[-1] - when[0]))


def key_frames(
    probabilities: np.ndarray,
    times: np.ndarray,
    count: int = 1,
    *,
    neutral: int | None = None,
    apart: float = 1.0,
) -> np.ndarray:
    """The moments that show an emotion most obviously (§6.1's key frames), the most obvious first.

    A moment is as obvious as the network is sure of it: its highest probability, where ``neutral`` is not
    counted, since a face at rest is no obvious sign of an emotion.

    Args:
        probabilities: float (T, K), NaN rows where no face was found: these are never chosen.
        times: (T,) seconds, rising.
        count: how many, at most.
        neutral: the number of the class "neutral"; None if there is none.
        apart: seconds between any two of them, at least: neighbours show the same thing.

    Returns:
        int (≤ count,): places in ``times``; none where no face was found at all.
    """
    rows, times = _check(probabilities, times)
    chosen: list[int] = []
    for moment in np.argsort(-_obviousness(rows, neutral), kind="stable"):
        if len(chosen) == count or not _seen(rows[moment]):
            break
        if all(abs(times[moment] - times[other]) >= apart - _SLACK for other in chosen):
            chosen.append(int(moment))
    return np.array(chosen, dtype=int)


def clip_answer(probabilities: np.ndarray, way: str = "mean", *, neutral: int | None = None) -> int:
    """The number of the one class that stands for a whole clip.

    Args:
        probabilities: float (T, K), NaN rows where no face was found.
        way: "last", the newest answer, which is what an LSTM ends on; "mean", of all probabilities;
            "vote", one voice a moment; "key frame", the answer at the most obvious moment.
        neutral: as for :func:`key_frames`, which alone uses it.

    Raises:
        DataError: if no moment has a face.
    """
    if way not in CLIP_WAYS:
        raise ValueError(f"way must be one of {', '.join(CLIP_WAYS)}, not {way!r}")
    rows = np.asarray(probabilities, dtype=float)
    rows = rows[_seen(rows)]
    if len(rows) == 0:
        raise DataError("No face was found at any moment of the clip, so it has no answer; leave it out.")
    if way == "last":
        row = rows[-1]
    elif way == "key frame":
        row = rows[_obviousness(rows, neutral).argmax()]
    else:
        row = _together(rows, np.zeros(len(rows)), way)
    return int(row.argmax())


def temporal_scores(
    clips: Sequence[ClipAnswers], ways: Sequence[str] = WAYS, *, window: float = 1.0, centred: bool = False
) -> pd.DataFrame:
    """Each way of smoothing, judged moment by moment; one row a way.

    Returns:
        ``way``; ``accuracy`` over the moments that show a face and have a truth, with ``low`` and ``high``
        (95 %, people drawn anew) and their number ``moments``; ``flips per second`` (mean over the clips);
        ``answered``, the share of all moments that get an answer.

    Raises:
        DataError: if there are no clips.
    """
    if not clips:
        raise DataError(_NO_CLIPS)
    return pd.DataFrame(_moment_row(clips, way, window, centred) for way in ways)


def clip_scores(
    clips: Sequence[ClipAnswers], ways: Sequence[str] = CLIP_WAYS, *, neutral: int | None = None
) -> pd.DataFrame:
    """Each way of answering once for a clip; one row a way.

    A clip in which no face was found has no answer, and counts as wrong.

    Returns:
        ``way``; ``accuracy`` with ``low`` and ``high`` (95 %, people drawn anew); ``clips``; ``faceless``,
        how many of them show no face.

    Raises:
        DataError: if there are no clips.
    """
    if not clips:
        raise DataError(_NO_CLIPS)
    faceless = [not _seen(clip.probabilities).any() for clip in clips]
    people = np.array([clip.subject for clip in clips])
    rows = []
    for way in ways:
        hits = [
            not empty and clip_answer(clip.probabilities, way, neutral=neutral) == clip.clip_truth
            for clip, empty in zip(clips, faceless, strict=True)
        ]
        rows.append(
            {"way": way, **_accuracy(np.array(hits), people), "clips": len(clips), "faceless": sum(faceless)}
        )
    return pd.DataFrame(rows)


def _moment_row(clips: Sequence[ClipAnswers], way: str, window: float, centred: bool) -> dict:
    hits, people, flips, answered = [], [], [], []
    for clip in clips:
        said = answers(smooth(clip.probabilities, clip.times, window, way, centred=centred))
        judged = _seen(clip.probabilities) & (np.asarray(clip.truth) != NO_ANSWER)
        hits.append(said[judged] == np.asarray(clip.truth)[judged])
        people += [clip.subject] * int(judged.sum())
        flips.append(flips_per_second(said, clip.times))
        answered.append(said != NO_ANSWER)
    return {
        "way": way,
        **_accuracy(np.concatenate(hits), np.array(people)),
        "moments": len(people),
        "flips per second": float(np.mean(flips)),
        "answered": float(np.concatenate(answered).mean()),
    }


def _accuracy(hits: np.ndarray, people: np.ndarray) -> dict[str, float]:
    """With its interval; NaN where there is nothing to judge, or only one person to draw anew."""
    low, high = bootstrap_interval(hits, people) if len(set(people)) > 1 else (np.nan, np.nan)
    return {"accuracy": float(hits.mean()) if len(hits) else np.nan, "low": low, "high": high}


def _obviousness(rows: np.ndarray, neutral: int | None) -> np.ndarray:
    """(T,): the highest probability of a row, that of ``neutral`` not counted; -inf for a row of NaN."""
    counted = rows if neutral is None else np.delete(rows, neutral, axis=1)
    return np.where(_seen(rows), counted.max(axis=1), -np.inf)


def _seen(rows: np.ndarray) -> np.ndarray:
    """Whether a row holds probabilities: (T,), or one bool for one row."""
    return ~np.isnan(rows).any(axis=-1)


def _check(probabilities: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays of their own.

    Raises:
        DataError: if they do not fit together, times do not rise, or rows are no probabilities.
    """
    rows, times = np.array(probabilities, dtype=float), np.array(times, dtype=float)
    if rows.ndim != 2 or times.shape != rows.shape[:1] or not rows.size:
        raise DataError(
            f"Probabilities of shape {rows.shape} do not go with times of shape {times.shape}; "
            "give one row of probabilities a time, and one moment at least."
        )
    if not (np.diff(times) > 0).all() or not np.isfinite(times).all():
        raise DataError("The times of the moments do not rise; sort the moments and keep one of each.")
    empty, seen = np.isnan(rows).all(axis=1), _seen(rows)
    sums = rows[seen].sum(axis=1)
    if not (empty | seen).all() or (rows[seen] < 0).any() or (np.abs(sums - 1) > _SUM_TOLERANCE).any():
        raise DataError(
            "A row is neither probabilities that sum to 1 nor all NaN; "
            "give the network's softmax, and NaN where no face was found."
        )
    return rows, times
