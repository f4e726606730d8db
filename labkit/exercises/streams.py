"""A student's own people, judged moment by moment by a network whose answers jump: for tasks about time.

The network has learned these very films by heart, and then sees them through the noise of a bad camera. So
nothing here measures how well an emotion can be read; only what smoothing does to a jumpy answer.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from labkit.exercises.people import film_people

EMOTIONS = ("angry", "happy", "surprised")
FPS = 8  # moments lie 1/8 s apart: sums of them are exact in floating point
SECONDS = 2.0  # a film

_PEOPLE = 3
_NOISE = 70.0  # grey levels, standard deviation: about one answer in four is wrong
_SIZE = 24  # pixels


@dataclass(frozen=True)
class Streams:
    """For each person three films, cut together without a pause; N people, T moments, K emotions.

    Attributes:
        probabilities: float64 (N, T, K), what the network says, in the order of :data:`EMOTIONS`.
        times: float64 (T,), seconds.
        truth: int64 (T,), the emotion of the film that is running, as a place in :data:`EMOTIONS`.
    """

    probabilities: np.ndarray
    times: np.ndarray
    truth: np.ndarray


def answered_streams(seed: int) -> Streams:
    """The streams of the people of ``seed``; equal seeds give equal streams.

    Args:
        seed: of :func:`labkit.exercises.student_seed`.
    """
    probabilities = _answered(seed).copy()
    truth = np.repeat(np.arange(len(EMOTIONS)), probabilities.shape[1] // len(EMOTIONS))
    return Streams(probabilities, np.arange(len(truth)) / FPS, truth)


@lru_cache(maxsize=8)  # an exercise and its tests ask for the same streams
def _answered(seed: int) -> np.ndarray:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    films = film_people(seed, _PEOPLE, EMOTIONS, seconds=SECONDS, fps=FPS, size=_SIZE)
    pixels = films.faces.mean(axis=-1).reshape(_PEOPLE, -1, _SIZE * _SIZE)
    shown = np.tile(np.repeat(np.arange(len(EMOTIONS)), films.faces.shape[1]), _PEOPLE)
    network = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    network.fit(pixels.reshape(-1, pixels.shape[-1]), shown)
    noisy = pixels + np.random.default_rng(seed).normal(0, _NOISE, pixels.shape)
    return np.stack([network.predict_proba(person) for person in noisy])
