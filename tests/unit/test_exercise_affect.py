"""A student's own tracks: theirs alone, the same again, and such that the exercises' lessons hold."""

import numpy as np
import pandas as pd

from labkit.evaluation.agreement import ccc
from labkit.exercises.affect_tracks import crowd, equal_epochs, read_person
from labkit.exercises.seeds import student_seed

ADA, BOB = student_seed("Ada"), student_seed("Bob")


def mean_ccc(seed, length):
    person = read_person(seed)
    smooth = pd.DataFrame(person.answered).rolling(length, min_periods=1).mean().to_numpy()
    return np.mean([ccc(person.true[:, column], smooth[:, column]) for column in (0, 1)])


def test_a_person_is_read_alike_each_time_and_is_a_students_own():
    mine = read_person(ADA)
    assert mine.true.shape == mine.answered.shape == (1200, 2)
    assert np.abs(mine.true).max() <= 1 and np.isfinite(mine.answered).all()
    kept = mine.answered.copy()
    mine.answered[:] = 0  # a student who spoils the answers spoils their own
    assert np.array_equal(read_person(ADA).answered, kept)
    assert not np.array_equal(read_person(BOB).true, mine.true)


def test_a_short_memory_helps_the_reader_and_a_long_one_harms():
    for seed in (ADA, BOB):
        alone, second, long = (mean_ccc(seed, length) for length in (1, 10, 200))
        assert 0.3 < alone < second - 0.01 and long < alone - 0.2


def test_a_crowd_has_all_bins_and_none_of_the_middle():
    counts = crowd(ADA)
    assert counts.shape == (1600,) and counts.dtype.kind == "i"
    assert 6_000 < counts.sum() < 12_000  # of twenty minutes; the rest is at (0, 0)
    assert np.array_equal(counts, crowd(ADA)) and not np.array_equal(counts, crowd(BOB))


def test_equal_epochs_are_equally_good_and_the_best_is_luck():
    validation, test = equal_epochs(ADA)
    assert validation.shape == test.shape == (150, 30) and not np.array_equal(validation, test)
    by_epoch = np.concatenate([validation, test]).mean(axis=0)
    assert np.ptp(by_epoch) < 0.08
    kept = validation.argmax(axis=1)[:, None]
    chosen = np.take_along_axis(test, kept, 1).mean()
    assert abs(chosen - test.mean()) < 0.04 < validation.max(axis=1).mean() - test.mean()
    assert np.array_equal(validation, equal_epochs(ADA)[0])
