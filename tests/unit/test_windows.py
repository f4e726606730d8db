"""Windows: unbroken, of the right frames, without copies; predictions put back where they belong."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import DataError, TrainingError


@pytest.fixture(scope="module")
def windows():
    """The module under test; it imports Keras, which takes seconds."""
    from labkit.training import windows

    return windows


class LastPlus:
    """A network's stand-in that answers with the last frame's two features plus a hundred."""

    def predict_on_batch(self, batch: np.ndarray) -> np.ndarray:
        assert np.isfinite(batch).all()
        return batch[:, -1, :2] + 100


def track(frames: int, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features and labels that say which track and frame they are of."""
    frame = np.arange(frames)
    features = np.stack([np.full(frames, number), frame, np.zeros(frames)], axis=1).astype("float32")
    return features, np.stack([np.full(frames, number), frame], axis=1).astype("float32")


def test_runs_by_hand(windows):
    assert windows.runs([0, 1, 1, 0, 0, 1]) == [(1, 3), (5, 6)]
    assert windows.runs([1, 1]) == [(0, 2)] and windows.runs([0]) == [] == windows.runs([])


@given(
    masks=st.lists(st.lists(st.booleans(), min_size=1, max_size=25), min_size=1, max_size=4), data=st.data()
)
def test_every_window_is_unbroken_and_none_is_left_out(windows, masks, data):
    length, step = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    tracks = [track(len(mask), number) for number, mask in enumerate(masks)]
    features, labels = zip(*tracks, strict=True)
    expected = [
        (number, first)
        for number, mask in enumerate(masks)
        for start, stop in windows.runs(mask)
        for first in range(start, stop - length, step)
    ]
    if not expected:
        with pytest.raises(TrainingError, match=f"{length + 1} valid frames on end"):
            windows.WindowBatches(features, labels, masks, length, step)
        return
    batches = windows.WindowBatches(features, labels, masks, length, step, 3)
    x, y = (np.concatenate(part) for part in zip(*(batches[i] for i in range(len(batches))), strict=True))
    for window, answer, (number, first) in zip(x, y, expected, strict=True):
        assert (window[:, 0] == number).all() and answer.tolist() == [number, first + length]
        assert window[:, 1].tolist() == list(range(first, first + length))
    np.testing.assert_array_equal(batches.labels, y)
    assert batches.too_short == len(masks) - len({number for number, _ in expected})


def test_the_papers_window_needs_101_frames(windows):
    features, labels = zip(track(100), track(101), strict=True)
    batches = windows.WindowBatches(features, labels, [np.ones(100), np.ones(101)])
    (x, y), about = batches[0], batches.describe()
    assert x.shape == (1, 100, 3) and y.tolist() == [[0, 100]] and x.dtype == y.dtype == np.float32
    assert (about["windows"], about["tracks"], about["too_short"], batches.too_short) == (1, 2, 1, 1)


def test_windows_hold_no_copies(windows):
    features = [np.zeros((30_000, 32), "float32") for _ in range(2)]
    labels, valid = [np.zeros((30_000, 2), "float32")] * 2, [np.ones(30_000, bool)] * 2
    tracemalloc.start()
    batches = windows.WindowBatches(features, labels, valid, batch_size=64, shuffle=True)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    batch, _ = batches[5]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(batches.labels) == 2 * 29_900 and batch.shape == (64, 100, 32)
    written_out = 59_800 * 100 * 32 * 4
    assert held < 20 * 59_800 < written_out / 600  # labels 8 bytes a window, order 8
    assert peak - held < 1.2 * batch.nbytes
    assert all(kept is given for kept, given in zip(batches.features, features, strict=True))


def test_the_order_follows_seed_and_epoch(windows):
    features, labels = track(60)
    settings = {"length": 5, "batch_size": 64, "shuffle": True}
    batches = windows.WindowBatches([features], [labels], [np.ones(60)], **settings, seed=1)
    again = windows.WindowBatches([features], [labels], [np.ones(60)], **settings, seed=1)
    first = batches[0][1]
    np.testing.assert_array_equal(first, again[0][1])
    batches.set_epoch(1)
    assert (batches[0][1] != first).any() and sorted(batches[0][1][:, 1]) == sorted(first[:, 1])
    assert batches.describe()["digest"] == again.describe()["digest"]


def test_tracks_that_cannot_be_trained_on_are_refused(windows):
    (features, labels), valid = track(8), np.ones(8, bool)
    hole = features.copy()
    hole[3] = np.nan
    assert len(windows.WindowBatches([hole], [labels], [np.arange(8) != 3], 3).labels) == 1
    for tracks, answers, marks, reason in (
        ([], [], [], "no tracks"),
        ([features], [labels, labels], [valid], "labels of 2"),
        ([features], [labels[:7]], [valid], r"shape \(7, 2\)"),
        ([features, features[:, :2]], [labels] * 2, [valid] * 2, r"Track 2 of 2 has features .*\(8, 2\)"),
        ([hole], [labels], [valid], "no finite numbers"),
        ([features], [hole[:, :2]], [valid], "no finite numbers"),
    ):
        with pytest.raises(TrainingError, match=reason):
            windows.WindowBatches(tracks, answers, marks, 3)


def test_a_prediction_stands_on_the_frame_after_its_window(windows):
    features, _ = track(9)
    valid = np.array([1, 1, 1, 1, 0, 1, 1, 1, 1], bool)
    features[4] = np.nan
    predicted = windows.predict_track(LastPlus(), features, valid, length=3, batch_size=2)
    # Windows 0–2 → 3, 1–3 → 4 (its face is lost, but three came before it), 5–7 → 8.
    assert np.flatnonzero(~np.isnan(predicted[:, 1])).tolist() == [3, 4, 8]
    assert predicted[[3, 4, 8]].tolist() == [[100, 102], [100, 103], [100, 107]]
    assert np.isnan(windows.predict_track(LastPlus(), features[:3], valid[:3], length=3)).all()


def test_gaps_are_bridged_and_ends_held(windows):
    nan = np.nan
    predicted = np.array([[nan, nan], [0, 1], [nan, nan], [nan, nan], [0.3, -0.5], [9, 9], [nan, nan]])
    filled = windows.interpolate(predicted, np.arange(7) != 5)
    expected = [[0, 1], [0, 1], [0.1, 0.5], [0.2, 0], [0.3, -0.5], [0.3, -0.5], [0.3, -0.5]]
    np.testing.assert_allclose(filled, expected, atol=1e-6)
    with pytest.raises(DataError, match="nothing to interpolate"):
        windows.interpolate(predicted[:1], np.ones(1))
    with pytest.raises(DataError, match="7 predictions but 6"):
        windows.interpolate(predicted, np.ones(6))
