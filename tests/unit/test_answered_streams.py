"""The streams of answers that tasks about time are given."""

import numpy as np

from labkit.exercises import student_seed
from labkit.exercises.streams import EMOTIONS, FPS, answered_streams


def test_a_students_streams_are_jumpy_answers_to_films_cut_together():
    mine = answered_streams(student_seed("Ada"))
    people, moments, emotions = mine.probabilities.shape
    assert (people, emotions) == (3, len(EMOTIONS)) and moments == len(mine.times) == len(mine.truth)
    assert np.allclose(mine.probabilities.sum(axis=2), 1) and np.allclose(np.diff(mine.times), 1 / FPS)
    assert np.array_equal(np.unique(mine.truth, return_counts=True)[1], [moments / 3] * 3)
    right = (mine.probabilities.argmax(axis=2) == mine.truth).mean()
    assert 0.5 < right < 0.97  # it knows the films, and the noise makes it jump


def test_streams_are_a_students_own_and_cannot_be_spoilt():
    mine = answered_streams(student_seed("Ada"))
    kept = mine.probabilities.copy()
    mine.probabilities[:] = 0
    assert np.array_equal(answered_streams(student_seed("Ada")).probabilities, kept)
    assert not np.array_equal(answered_streams(student_seed("Bob")).probabilities, kept)
