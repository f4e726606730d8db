"""Hard cuts, planted and found; motion, dusk and noise, which are none."""

import numpy as np
import pytest

from labkit.faces.shots import split_shots
from labkit.video import Frame


def lengths(images) -> list[int]:
    frames = (Frame(i, i / 12, image.astype(np.uint8)) for i, image in enumerate(images))
    return [sum(1 for _ in shot) for shot in split_shots(frames)]


@pytest.fixture(scope="module")
def rooms(portrait) -> list[np.ndarray]:
    """Two places, and somebody in each."""
    rng = np.random.default_rng(2)
    walls = [np.repeat(np.repeat(rng.integers(40, 220, (12, 16, 3)), 20, 0), 20, 1) for _ in range(2)]
    return [portrait(onto=wall.astype(np.uint8)).astype(float) for wall in walls]


def test_a_film_falls_into_its_shots_and_no_frame_is_lost(rooms):
    here, there = rooms
    assert lengths([here] * 5 + [there] * 3 + [here]) == [5, 3, 1]


@pytest.mark.parametrize("light", [0.2, 0.5, 1.0])
def test_a_dim_film_is_cut_as_a_bright_one(rooms, light):
    here, there = rooms
    assert lengths([light * here] * 2 + [light * there] * 2) == [2, 2]


def test_somebody_who_moves_is_no_cut(portrait):
    assert lengths(portrait(x=140 + 4 * i, roll=2 * i) for i in range(10)) == [10]


def test_dusk_and_a_noisy_wall_are_no_cuts(rooms, blank):
    rng = np.random.default_rng(0)
    assert lengths(rooms[0] * (1 - 0.05 * i) for i in range(10)) == [10]
    assert lengths(np.clip(blank + rng.normal(0, 8, blank.shape), 0, 255) for _ in range(6)) == [6]


def test_the_film_is_read_while_its_shots_are(rooms):
    read = []

    def film():
        for i in range(6):
            read.append(i)
            yield Frame(i, i / 12, rooms[i // 3].astype(np.uint8))

    shots = split_shots(film())
    next(next(shots))
    assert read == [0]


def test_no_frames_are_no_shots():
    assert lengths([]) == []
