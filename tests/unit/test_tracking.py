"""One face through a clip: followed as it truly moves, and what happens when it goes."""

import itertools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pandas as pd
import pytest

from labkit.faces import tracking
from labkit.faces.boxes import Box
from labkit.faces.detection import FaceDetector
from labkit.faces.following import fit_similarity
from labkit.faces.poses import Pose, compose, inverse
from labkit.faces.smoothing import lock_track, smooth_track
from labkit.faces.tracking import track_faces, track_table
from labkit.video import Frame, read_frames


def frames_of(images: Iterable[np.ndarray]) -> list[Frame]:
    return [Frame(i, i / 30, image) for i, image in enumerate(images)]


def tracked(images: Iterable[np.ndarray], **options) -> pd.DataFrame:
    return track_table(row for _, row in track_faces(frames_of(images), **options))


def centres(table: pd.DataFrame) -> np.ndarray:
    return np.stack([table.x + table.w / 2, table.y + table.h / 2], axis=1)


@pytest.fixture(scope="module")
def motion() -> pd.DataFrame:
    t = np.arange(40)
    return pd.DataFrame(
        dict(
            x=150 + 12 * np.sin(t / 7),
            y=118 + 4 * np.cos(t / 5),
            side=110 + 4 * np.sin(t / 9),
            roll=8 * np.sin(t / 8),
        )
    )


@pytest.fixture(scope="module")
def moving(motion: pd.DataFrame, portrait: Callable[..., np.ndarray]) -> list[np.ndarray]:
    noise = np.random.default_rng(0).normal(0, 2, (4, 240, 320, 3))
    drawn = (portrait(*row) for row in motion.itertuples(index=False))
    return [np.clip(image + noise[i % 4], 0, 255).astype(np.uint8) for i, image in enumerate(drawn)]


@pytest.fixture(scope="module")
def followed(moving: list[np.ndarray]) -> pd.DataFrame:
    return tracked(moving)


def test_every_frame_has_its_row_in_order(followed: pd.DataFrame) -> None:
    assert followed["index"].tolist() == list(range(40))
    assert set(followed.state) == {"detected", "followed"}
    assert followed.columns.tolist() == ["index", "time", "x", "y", "w", "h", "roll", "state"]


def test_box_and_roll_move_as_the_face_does(followed: pd.DataFrame, motion: pd.DataFrame) -> None:
    offset = centres(followed) - motion[["x", "y"]]
    assert (offset.std() < 0.6).all()
    assert (followed.w / motion.side).std() < 0.01
    assert (followed.roll - motion.roll).std() < 0.4


def test_a_still_face_has_a_still_box_under_camera_noise(portrait: Callable[..., np.ndarray]) -> None:
    random = np.random.default_rng(0)
    still = [
        np.clip(portrait() + random.normal(0, 3, (240, 320, 3)), 0, 255).astype(np.uint8) for _ in range(30)
    ]
    steps = np.abs(np.diff(tracked(still)[["x", "y", "w", "roll"]].to_numpy(), axis=0))
    assert np.median(steps[:, :3].max(axis=1)) == 0
    assert steps[:, :3].max() < 0.5 and steps[:, 3].max() < 0.3


def test_a_pose_is_dragged_no_further_than_the_slack_needs() -> None:
    pose = Pose(100, 100, 50, 0)
    assert pose.dragged_to(Pose(100.4, 99.6, 50, 0), 0.01) == pose
    dragged = pose.dragged_to(Pose(110, 100, 50, 5), 0.01)
    assert (dragged.x, dragged.y) == (109.5, 100)
    assert dragged.roll == pytest.approx(5 - np.degrees(0.02))


def test_following_is_ten_times_steadier_than_a_detection_a_frame(
    followed: pd.DataFrame, motion: pd.DataFrame, moving: list[np.ndarray]
) -> None:
    def jitter(table: pd.DataFrame) -> float:
        return float(np.abs(np.diff(table.w / motion.side)).mean())

    assert jitter(followed) < 0.1 * jitter(tracked(moving, method="per-frame"))


def test_the_per_frame_roll_follows_a_tilt(portrait: Callable[..., np.ndarray]) -> None:
    table = tracked([portrait(side=200, roll=r) for r in (-12, 12)], method="per-frame")
    assert 8 < table.roll[1] - table.roll[0] < 36  # a mouth box wanders: that is what the paper lives with


def test_a_short_gap_is_interpolated_and_a_long_one_lost(portrait, blank) -> None:
    seen, away = [portrait()] * 6, blank
    short = tracked(seen + [away] * 3 + seen, max_gap=4)
    assert short.state[6:9].tolist() == ["interpolated"] * 3
    assert np.isfinite(short.x).all()
    long = tracked(seen + [away] * 6 + seen, max_gap=4)
    assert long.state[6:12].tolist() == ["lost"] * 6
    assert long.x[6:12].isna().all() and long.state[12] == "detected"


def test_a_face_that_leaves_is_lost_to_the_end(portrait, blank) -> None:
    table = tracked([portrait()] * 8 + [blank] * 12)
    assert (table.state[8:] == "lost").all() and len(table) == 20


def test_no_face_gives_lost_rows_only(blank) -> None:
    for method in ("tracked", "per-frame"):
        assert (tracked([blank] * 5, method=method).state == "lost").all()


def test_the_larger_face_is_chosen_and_a_second_does_not_take_over(portrait) -> None:
    other = portrait(x=265, side=75)
    both = tracked([portrait(x=100 + i, onto=other) for i in range(12)])
    assert np.abs(centres(both)[:, 0] - (100 + np.arange(12))).max() < 12
    hidden = [portrait(x=100, onto=other)] * 6 + [other] * 5 + [portrait(x=100, onto=other)] * 6
    table = tracked(hidden)
    assert np.nanmax(centres(table)[:, 0]) < 150


def test_after_a_cut_the_new_face_is_found_at_once(portrait) -> None:
    dark = np.random.default_rng(0).integers(0, 120, (240, 320, 3), np.uint8)
    table = tracked([portrait(x=90)] * 6 + [portrait(x=230, onto=dark)] * 6)
    assert (table.state != "lost").all() and table.state[6] == "detected"
    assert centres(table)[6, 0] == pytest.approx(230, abs=15)


def test_a_hand_before_the_face_is_not_followed(portrait) -> None:
    """A patch that passes over the face: its frames are not claimed to show the face where the hand went."""
    hand = np.random.default_rng(1).integers(90, 160, (150, 130, 3), np.uint8)

    def covered(step: int) -> np.ndarray:
        image = portrait().copy()
        x = -130 + 30 * step
        image[45:195, max(0, x) : x + 130] = hand[:, max(0, -x) : 320 - x]
        return image

    table = tracked([portrait()] * 8 + [covered(s) for s in range(1, 15)] + [portrait()] * 8)
    known = table[table.state != "lost"]
    assert np.abs(centres(known)[:, 0] - 160).max() < 20
    assert (table.state[-6:] != "lost").all()


def test_clips_in_several_threads_do_not_disturb_each_other(portrait) -> None:
    clips = [[portrait(x=130 + 10 * place + i) for i in range(10)] for place in range(4)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(tracked, clips))
    for clip, table in zip(clips, together, strict=True):
        pd.testing.assert_frame_equal(tracked(clip), table)


def test_the_cascades_are_loaded_once_for_clips_after_each_other(portrait, monkeypatch) -> None:
    loaded = []
    monkeypatch.setattr(tracking, "FaceDetector", lambda **limits: loaded.append(1) or FaceDetector(**limits))
    for _ in range(3):
        tracked([portrait()] * 2)
    assert len(loaded) <= 1


def test_look_ahead_is_bounded(portrait) -> None:
    asked = itertools.count()
    still = portrait()

    def endless():
        for index in asked:
            yield Frame(index, index / 30, still)

    stream = track_faces(endless(), max_gap=8)
    for _ in range(5):
        next(stream)
    assert next(asked) < 30


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="tracked, per-frame"):
        track_faces([], method="magic")


def test_a_similarity_is_recovered_among_outliers() -> None:
    random = np.random.default_rng(0)
    points = random.uniform(0, 100, (50, 2))
    true = np.array([[0.98, -0.1, 3.0], [0.1, 0.98, -2.0]])
    moved = points @ true[:, :2].T + true[:, 2] + random.normal(0, 0.02, points.shape)
    moved[:12] += (0, 2.5)  # a lip that opens
    assert fit_similarity(points, moved, 0.3, rounds=20) == pytest.approx(true, abs=0.02)
    assert fit_similarity(np.ones((5, 2)), np.ones((5, 2)), 0.3) is None


def test_poses_move_and_return() -> None:
    turn = cv2.getRotationMatrix2D((0, 0), -30, 2.0)
    pose = Pose(10, 5, 40, 10)
    moved = pose.moved_by(turn)
    assert (moved.side, moved.roll) == (pytest.approx(80), pytest.approx(40))
    assert moved.moved_by(inverse(turn)).x == pytest.approx(10)
    assert compose(inverse(turn), turn) == pytest.approx(np.eye(3)[:2])


def test_smoothing_lessens_jumps_and_keeps_gaps() -> None:
    random = np.random.default_rng(0)
    table = pd.DataFrame(dict(index=range(50), x=random.normal(100, 3, 50), y=50.0, w=80.0, h=80.0, roll=0.0))
    table["state"] = "detected"
    table.loc[20:25, ["x", "state"]] = [np.nan, "lost"]
    smooth = smooth_track(table, frames=5)
    assert smooth.x.diff().std() < 0.5 * table.x.diff().std()
    assert smooth.x[20:25].isna().all() and smooth.x.drop(range(20, 26)).notna().all()


def test_a_locked_clip_has_one_box() -> None:
    table = pd.DataFrame(
        dict(index=range(3), x=[1.0, 2, 6], y=1.0, w=9.0, h=9.0, roll=[0.0, 1, 5], state="detected")
    )
    locked = lock_track(table)
    assert (locked.x == 2).all() and (locked.roll == 1).all()
    assert Box(*locked.loc[0, ["x", "y", "w", "h"]]) == Box(2, 1, 9, 9)


def test_real_clips_show_a_face_in_every_frame(real_clips) -> None:
    for clip in sorted(real_clips.rglob("*.mp4")):
        states = [row.state for _, row in track_faces(read_frames(clip))]
        assert sum(s != "lost" for s in states) >= 0.99 * len(states), clip
