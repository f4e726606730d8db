"""One face every 0.3 seconds of a clip, an answer to each, and the truth if it is known (section 5.4.1)."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.datasets import ravdess
from labkit.datasets.world_files import truth_file
from labkit.errors import DataError, VideoError
from labkit.evaluation.over_time import ClipAnswers
from labkit.papers.cnn_lstm.recipe import CLASSES, CnnLstmRecipe
from labkit.papers.cnn_lstm.system import Extractor
from labkit.papers.cnn_lstm.tables import FACE_EVERY
from labkit.papers.places import Place
from labkit.preprocessing.moments import Moment, faces_every
from labkit.processes import map_unordered
from labkit.progress import bar
from labkit.synthetic.truth import shows
from labkit.widgets.timeline import TimelineClip


@dataclass(frozen=True, eq=False)
class Watched:
    """A clip seen every 0.3 seconds: T moments."""

    path: Path
    subject: str
    emotion: str  # of the whole clip
    moments: tuple[Moment, ...]
    truth: tuple[str, ...]  # what each moment shows

    @property
    def times(self) -> np.ndarray:
        """Seconds, float (T,)."""
        return np.array([moment.time for moment in self.moments])

    @property
    def found(self) -> np.ndarray:
        """Where a face was found, bool (T,)."""
        return np.array([moment.face is not None for moment in self.moments])

    @property
    def faces(self) -> np.ndarray:
        """Those that were found, uint8 (k, S, S)."""
        return np.stack([moment.face for moment in self.moments if moment.face is not None])


def choose_clips(place: Place, recipe: CnnLstmRecipe) -> pd.DataFrame:
    """Speech clips of the seven emotions, at most so many as the recipe says, evenly chosen."""
    clips = ravdess.load(place.root, channel="speech")
    clips = clips[clips["emotion"].isin(CLASSES)].sort_values(["subject", "emotion", "clip"])
    chosen = np.unique(np.linspace(0, len(clips) - 1, min(recipe.clips, len(clips))).round().astype(int))
    return clips.iloc[chosen].reset_index(drop=True)


def watch(clips: pd.DataFrame, recipe: CnnLstmRecipe) -> tuple[list[Watched], dict[str, str]]:
    """Look at every clip; those that cannot be read, or show no face, with the reason.

    Args:
        clips: columns ``path``, ``subject`` and ``emotion``.
    """
    rows = [(Path(row.path), row.subject, row.emotion) for row in clips.itertuples()]
    made = map_unordered(partial(_watch, recipe.size), rows)
    found = dict(bar(made, desc="Watching clips", total=len(rows), unit="clip", delay=2))
    ordered = [found[path] for path, _, _ in rows]
    skipped = {path.name: found[path] for path, _, _ in rows if isinstance(found[path], str)}
    return [one for one in ordered if isinstance(one, Watched)], skipped


def _watch(size: int, clip: tuple[Path, str, str]) -> tuple[Path, Watched | str]:
    """What is seen in one clip, or why nothing is."""
    path, subject, emotion = clip
    try:
        moments = tuple(faces_every(path, FACE_EVERY, size=size, height=150))
    except (DataError, VideoError) as problem:
        return path, str(problem)
    return path, Watched(path, subject, emotion, moments, _truth(path, emotion, moments))


def _truth(path: Path, emotion: str, moments: tuple[Moment, ...]) -> tuple[str, ...]:
    """What each moment shows: a synthetic clip, neutral until it shows more; another, its emotion."""
    if not truth_file(path).is_file():
        return (emotion,) * len(moments)
    shown = shows(pd.read_csv(truth_file(path)), emotion)
    return tuple(emotion if shown[moment.index] else "neutral" for moment in moments)


def answer(watched: Watched, extractor: Extractor, head, *, remember: bool = False) -> np.ndarray:
    """Probabilities at each moment, float (T, classes); a row of NaN where no face was found.

    Args:
        head: an LSTM of :func:`labkit.models.lstm.lstm`.
        remember: False: each face by itself, as in the paper. True: the LSTM's state goes from face to face.
    """
    from labkit.models.lstm import every_step

    features = extractor.features(watched.faces)
    if remember:
        said = np.asarray(every_step(head)(features[None]))[0]
    else:
        said = np.asarray(head(features[:, None]))
    probabilities = np.full((len(watched.moments), said.shape[1]), np.nan)
    probabilities[watched.found] = said
    return probabilities


def as_clip_answers(watched: Watched, probabilities: np.ndarray) -> ClipAnswers:
    """For :mod:`labkit.evaluation.over_time`."""
    return ClipAnswers(
        probabilities,
        watched.times,
        np.array([CLASSES.index(name) for name in watched.truth]),
        CLASSES.index(watched.emotion),
        watched.subject,
    )


def as_timeline(watched: Watched, probabilities: np.ndarray) -> TimelineClip:
    """For the timeline."""
    return TimelineClip(
        f"person {watched.subject}, {watched.emotion}",
        watched.times,
        [moment.face for moment in watched.moments],
        probabilities,
        CLASSES,
        pictures=[moment.picture for moment in watched.moments],
        truth=watched.truth,
    )
