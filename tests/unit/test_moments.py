"""One face every 0.3 seconds: no drift at any rate, gaps are seen, and what cannot be read is said."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest

from labkit.errors import DataError, VideoError
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.preprocessing.eye_crop import EyeFrame
from labkit.preprocessing.moments import Moment, faces_every, gaps
from labkit.video import read_frames, write_video


@pytest.fixture(scope="module")
def face(portrait) -> np.ndarray:
    return portrait(roll=8)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, face, blank) -> Path:
    """4.5 s at 20 frames a second; from 1.2 s to just before 3 s nobody is there."""
    path = tmp_path_factory.mktemp("films") / "film.avi"
    return written(path, 20, [blank if 24 <= n < 60 else face for n in range(90)])


@pytest.fixture(scope="module")
def seen(film: Path) -> list[Moment]:
    return list(faces_every(film, size=64))


def written(path: Path, fps: float, images: list[np.ndarray]) -> Path:
    write_video(path, images, fps)
    return path


@pytest.mark.parametrize(("fps", "seconds"), [(25, 0.3), (30000 / 1001, 0.3), (12, 0.35)])
def test_moments_do_not_drift_from_the_clock(face, blank, tmp_path, fps, seconds):
    film = written(tmp_path / "film.avi", fps, [face] + [blank] * (round(6 * fps) - 1))
    times = np.array([moment.time for moment in faces_every(film, seconds, size=16, height=None)])
    assert len(times) == pytest.approx(6 / seconds, abs=1)
    assert np.abs(times - seconds * np.arange(len(times))).max() <= 0.5 / fps + 1e-4


def test_a_film_slower_than_the_moments_gives_every_frame(face, tmp_path):
    film = written(tmp_path / "slow.avi", 2, [face] * 5)
    assert [moment.index for moment in faces_every(film, 0.3, size=16)] == [0, 1, 2, 3, 4]


def test_a_step_that_is_not_whole_takes_the_nearest_frames(face, tmp_path):
    for number in range(12):
        cv2.imwrite(str(tmp_path / f"{number}.png"), face)
    film = written(tmp_path / "film" / "a.avi", 10, [face] * 12)
    for source in (tmp_path, film):
        assert [f.index for f in read_frames(source, start=1, step=2.6)] == [1, 4, 6, 9, 11]


def test_a_face_is_upright_with_its_eyes_at_a_constant_distance(film, seen):
    shown = [moment for moment in seen if moment.face is not None]
    assert [(moment.index, moment.time) for moment in seen[:3]] == [(0, 0), (6, 0.3), (12, 0.6)]
    assert all(m.face.shape == (64, 64) and m.face.dtype == np.uint8 and m.eyes_found for m in shown)
    for share in (0.3, 0.37):
        moment = next(faces_every(film, size=200, eye_frame=EyeFrame(share)))
        left, right = FaceDetector().eyes(moment.face, Box(0, 0, 200, 200))
        (lx, ly), (rx, ry) = left.center, right.center
        assert rx - lx == pytest.approx(200 * share, abs=8) and ry == pytest.approx(ly, abs=6)


def test_a_moment_without_a_face_is_a_gap(seen):
    times = [moment.time for moment in seen if moment.face is None]
    assert times == pytest.approx([1.2, 1.5, 1.8, 2.1, 2.4, 2.7])
    assert not any(moment.eyes_found for moment in seen if moment.face is None)
    assert gaps(seen) == [pytest.approx((1.2, 3.0))]
    assert gaps(seen, at_least=1.8) == gaps(seen) and gaps(seen, at_least=1.9) == []
    assert gaps(seen[:9]) == [pytest.approx((1.2, 2.4))]  # still empty at the end
    assert gaps([]) == []


def test_the_small_picture_is_the_frame_in_colour(film, seen, face):
    assert seen[0].picture.shape == (180, 240, 3)
    expected = cv2.resize(face, (240, 180), interpolation=cv2.INTER_AREA)
    assert np.abs(seen[0].picture.astype(int) - expected).mean() < 4
    assert next(faces_every(film, size=16, height=None)).picture is None


def test_a_film_without_any_face_says_so_at_its_end(faceless_clip):
    found = faces_every(faceless_clip, size=16)
    assert next(found).face is None
    with pytest.raises(DataError, match=r"no face at any of the 2 moments"):
        list(found)


def test_a_cut_film_gives_what_can_be_read_and_then_says_so(film, tmp_path):
    whole = film.read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 3])
    found = faces_every(tmp_path / "cut.avi", size=16)
    assert next(found).face is not None
    with pytest.raises(VideoError, match="truncated"):
        list(found)


def test_what_cannot_be_opened_is_said_at_once(tmp_path):
    with pytest.raises(VideoError, match="does not exist"):
        faces_every(tmp_path / "none.mp4", size=16)
    with pytest.raises(VideoError, match="is a folder; name a video file"):
        faces_every(tmp_path, size=16)
    with pytest.raises(VideoError, match="Camera 97 cannot be opened"):
        faces_every(97, size=16)
    for wrong in ({"seconds": 0, "size": 16}, {"size": 4}):
        with pytest.raises(ValueError, match="seconds must be above 0"):
            faces_every(tmp_path / "none.mp4", **wrong)


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch, face) -> Iterator[list]:
    """A camera whose frames come every 0.08 s by a clock of its own; once, 0.72 s pass between two."""
    now, fetched = [100.0], count(1)

    class Camera:
        def __init__(self, number: int) -> None:
            events.append(number)

        def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
            return True

        def read(self):
            now[0] += 0.72 if next(fetched) == 10 else 0.08
            return True, face[..., ::-1]

        def release(self) -> None:
            events.append("released")

    events: list = []
    monkeypatch.setattr(cv2, "VideoCapture", Camera)
    monkeypatch.setattr("labkit.video.reading.time.monotonic", lambda: now[0])
    return events


def test_a_camera_gives_a_face_at_every_tick_of_the_clock_and_puts_nothing_off(camera):
    found = faces_every(3, size=16)
    times = [next(found).time for _ in range(6)]
    found.close()
    # Ticks at 0, 0.3, 0.6, … ; those at 0.9 and 1.2 pass while the camera is silent.
    assert times == pytest.approx([0.08, 0.32, 0.64, 1.44, 1.52, 1.84])
    assert camera == [3, "released"]
