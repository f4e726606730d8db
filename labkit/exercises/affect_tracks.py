"""A student's own tracks through the valence-arousal plane, with nothing drawn and nothing written.

- ``read_person``: somebody felt and showed, and a reader that has never met them said what it believed.
  The reader stands in for a network over single frames: a straight line through the true movements of
  the face, fitted on eight other people. It errs as such a network does, since the face flickers and talks.
- ``crowd``: how many frames of a long track lie in each bin of the plane.
- ``equal_epochs``: trainings in which no epoch is better than another, so that the best one is luck.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from labkit.datasets.balancing import BINS, histogram
from labkit.synthetic import Person
from labkit.synthetic.affect import AffectClip, affect_track, drift

FPS = 10  # frames a second
SECONDS = 120  # of the person to be read
TEACHERS, LESSON = 8, 60  # people whom the reader has met, and seconds of each

CROWD_SECONDS = 1200

TRAININGS, EPOCHS = 150, 30
VIDEO = (60, 2)  # seconds, and frames a second, of the videos of a training
WEIGHT = 0.3  # of the truth in an epoch's answers
ERROR, LASTING = 0.3, 2  # of these: size, and frames for which it lasts


@dataclass(frozen=True, eq=False)
class Reading:
    """Valence and arousal of one person over time, at ``FPS``.

    Attributes:
        true: float (T, 2).
        answered: float (T, 2), frame by frame what the reader believed.
    """

    true: np.ndarray
    answered: np.ndarray


def read_person(seed: int) -> Reading:
    """Two minutes of the person of ``seed``; equal seeds give equal readings."""
    true, answered = _read(seed)
    return Reading(true.copy(), answered.copy())


@lru_cache(maxsize=8)  # an exercise, its check and its tests ask for the same person
def _read(seed: int) -> tuple[np.ndarray, np.ndarray]:
    teachers = [_shown(1000 * seed + number, LESSON) for number in range(1, TEACHERS + 1)]
    movements, felt = (np.concatenate(parts) for parts in zip(*teachers, strict=True))
    weights = np.linalg.lstsq(movements, felt, rcond=None)[0]
    movements, felt = _shown(1000 * seed, SECONDS)
    return felt, movements @ weights


def _shown(person: int, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """What somebody's face does, (T, 21) with a column of ones, and what they feel, (T, 2)."""
    clip = AffectClip(Person.from_seed(person), seconds=seconds, fps=FPS)
    units = clip.performance.units.astype(float)
    return np.column_stack([units, np.ones(len(units))]), clip.track


def crowd(seed: int) -> np.ndarray:
    """Frames in each of the plane's bins, int (1600,), of twenty minutes; those at (0, 0) are not counted."""
    track = affect_track(np.random.default_rng(seed), CROWD_SECONDS, FPS)
    return histogram(track[track.any(axis=1)], BINS).ravel()


def equal_epochs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The CCC of valence after each epoch, on a validation video and on a test video.

    After every epoch the network answers with a share of the truth and an error that lasts seconds, drawn
    anew and as large as ever: nothing is learned. Each training has two videos of its own.

    Returns:
        two arrays, float (150 trainings, 30 epochs): validation, test.
    """
    rng = np.random.default_rng(seed)
    return _scores(rng), _scores(rng)


def _scores(rng: np.random.Generator) -> np.ndarray:
    truth = np.stack([affect_track(rng, *VIDEO)[:, 0] for _ in range(TRAININGS)], axis=1)[:, :, None]
    answers = WEIGHT * truth + ERROR * drift(rng, (len(truth), TRAININGS, EPOCHS), LASTING)
    apart = ((truth - answers) ** 2).mean(axis=0)
    spread = truth.var(axis=0) + answers.var(axis=0) + (truth.mean(axis=0) - answers.mean(axis=0)) ** 2
    return 1 - apart / spread
