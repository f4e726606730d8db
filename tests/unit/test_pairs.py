"""The pair table and the images subtracted on demand."""

import numpy as np
import pandas as pd
import pytest

from labkit.errors import DataError
from labkit.preprocessing.differences import difference_images
from labkit.preprocessing.pairs import DifferenceImages, pair_table


@pytest.fixture
def faces():
    rng = np.random.default_rng(0)
    return {
        clip: rng.integers(0, 256, (frames, 8, 8, 3), dtype=np.uint8)
        for clip, frames in (("a", 20), ("b", 13))
    }


@pytest.fixture
def clips():
    return pd.DataFrame({"clip": ["a", "b"], "subject": ["01", "02"], "emotion": ["happy", "sad"]})


def tracks(faces, lost=()):
    return {
        clip: pd.DataFrame(
            {"state": ["lost" if (clip, t) in lost else "followed" for t in range(len(images))]}
        )
        for clip, images in faces.items()
    }


def test_images_are_the_differences_of_each_clip_in_order(faces, clips):
    table = pair_table(clips, tracks(faces), gap=5, stride=4)
    images = DifferenceImages(table, faces)
    expected = np.concatenate([difference_images(faces[clip], 5, 4) for clip in ("a", "b")])
    assert images.shape == expected.shape and np.array_equal(images[:], expected)
    assert np.array_equal(images[np.array([3, 0])], expected[[3, 0]])
    assert np.array_equal(images[2], expected[2])


def test_a_row_keeps_what_is_known_about_its_clip(faces, clips):
    table = pair_table(clips, tracks(faces), gap=5, stride=4)
    assert list(table.groupby("clip").size()) == [4, 2]
    assert (table.loc[table["clip"] == "b", ["subject", "emotion"]] == ["02", "sad"]).all(axis=None)
    assert (table["stop"] - table["start"] == 5).all()


def test_no_pair_is_made_over_a_lost_face(faces, clips):
    table = pair_table(clips, tracks(faces, lost={("a", 9)}), gap=5, stride=4)
    starts = table.loc[table["clip"] == "a", "start"]
    assert list(starts) == [0, 8, 12]  # (4, 9) is gone


def test_a_clip_that_was_skipped_gives_no_row(faces, clips):
    only_b = {"b": tracks(faces)["b"]}
    assert set(pair_table(clips, only_b, gap=5, stride=4)["clip"]) == {"b"}


def test_a_gap_longer_than_every_clip_is_an_error(faces, clips):
    with pytest.raises(DataError, match="smaller gap"):
        pair_table(clips, tracks(faces), gap=50, stride=4)
