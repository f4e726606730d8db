"""Clips in batches of frames: which frames, whose labels, and nothing of other parts."""

import numpy as np
import pytest

from labkit.errors import TrainingError


@pytest.fixture
def clips() -> np.ndarray:
    """(6, 16, 4, 4, 3): every pixel says which clip (tens) and which frame it is of."""
    values = 16 * np.arange(6)[:, None] + np.arange(16)
    return np.broadcast_to(values[:, :, None, None, None], (6, 16, 4, 4, 3)).astype(np.uint8)


def batches(clips, rows, **about):
    from labkit.training.clips import ClipFrameBatches
    from labkit.training.data import Scaling

    rows = np.array(rows)
    plain = Scaling((0.0,) * 3, (1.0,) * 3)
    return ClipFrameBatches(clips, rows, rows % 3, 4, **{"each": 4, "scaling": plain} | about)


def seen(made) -> np.ndarray:
    """All pixels' values of an epoch, and the labels they come with: (n, 2)."""
    pairs = [(images[:, 0, 0, 0], labels) for images, labels in (made[i] for i in range(len(made)))]
    return np.stack([np.concatenate(column) for column in zip(*pairs, strict=True)], axis=1).astype(int)


def test_without_shuffling_the_middles_of_equal_parts_are_taken(clips):
    found = seen(batches(clips, [1, 4]))
    assert (found[:, 0] % 16).tolist() == [2, 6, 10, 14] * 2
    assert (found[:, 0] // 16).tolist() == [1] * 4 + [4] * 4
    assert (found[:, 1] == found[:, 0] // 16 % 3).all()


def test_shuffled_each_epoch_shows_other_frames_one_of_each_part_with_the_right_label(clips):
    made = batches(clips, [0, 2, 5], shuffle=True)
    epochs = []
    for epoch in range(40):
        made.set_epoch(epoch)
        epochs.append(seen(made))
        assert (epochs[-1][:, 1] == epochs[-1][:, 0] // 16 % 3).all()
        parts = sorted(zip(epochs[-1][:, 0] // 16, epochs[-1][:, 0] % 16 // 4, strict=True))
        assert parts == [(clip, part) for clip in (0, 2, 5) for part in range(4)]
    assert not (epochs[0] == epochs[1]).all()
    assert {value for found in epochs for value in found[:, 0] % 16} == set(range(16))
    made.set_epoch(1)
    assert (seen(made) == epochs[1]).all()  # a resumed training sees the same


def test_all_frames_are_shown_where_all_are_asked_for(clips):
    found = seen(batches(clips, [3], each=16, shuffle=True))
    assert sorted(found[:, 0]) == list(range(48, 64))


def test_scaling_looks_at_the_training_clips_alone(clips):
    from labkit.training.clips import clip_scaling

    plain = clip_scaling(clips, np.array([1, 3]), own=False)
    assert plain.training.mean == pytest.approx((40.0,) * 3)
    assert plain.apply(clips[2, 8:9]).ravel() == pytest.approx(0.0)


def test_a_film_that_is_darker_yellower_and_flatter_looks_the_same_without_its_own_light():
    from labkit.training.clips import clip_scaling

    clips = np.random.default_rng(0).integers(60, 200, (5, 16, 8, 8, 3)).astype(np.float32)
    scaling = clip_scaling(clips, np.arange(5))
    graded = 0.4 * clips[:, 3] + np.float32([30, 20, 0])
    assert scaling.apply(graded) == pytest.approx(scaling.apply(clips[:, 3]), abs=1e-4)
    assert np.abs(clip_scaling(clips, np.arange(5), own=False).apply(graded - clips[:, 3])).max() > 0.5
    assert np.isfinite(scaling.apply(np.full((1, 8, 8, 3), 9.0))).all()


@pytest.mark.parametrize("each", [0, 17])
def test_more_frames_than_there_are_cannot_be_drawn(clips, each):
    with pytest.raises(TrainingError, match=f"{each} frames cannot be drawn from clips of 16"):
        batches(clips, [0], each=each)


def test_no_clips_are_refused(clips):
    with pytest.raises(TrainingError, match="no frames"):
        batches(clips, np.empty(0, int))
