"""Clips of all kinds to sixteen faces: what is kept, what is left out and why, what the cache is good for."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

import labkit.preprocessing.clip_faces as module
from labkit.errors import CacheError, DataError, VideoError
from labkit.faces.alignment import alignment_matrix
from labkit.preprocessing.clip_faces import MARGIN, clip_faces, followed_faces
from labkit.preprocessing.clip_store import stored_clips
from labkit.video import read_frames, write_video

SIZE = 32
PLACES = {  # the kinds of clips, and where they lie
    "moving": "original/part_1/1.mp4",
    "away": "original/part_1/2.mp4",
    "single": "original/part_1/3.mp4",
    "broken": "original/part_1/4.mp4",
    "missing": "original/part_1/5.mp4",
    "folder": "original/00006",
    "empty": "original/00007",
    "ready": "clip_224x224/00008",
    "nobody": "original/part_1/9.mp4",
}


def write_frames(folder: Path, images) -> None:
    folder.mkdir(parents=True)
    for number, image in enumerate(images, 1):
        cv2.imwrite(str(folder / f"{number}.jpg"), image[..., ::-1])


def table_of(root: Path, names=tuple(PLACES)) -> pd.DataFrame:
    paths = [root / PLACES[name] for name in names]
    kinds = ["frames" if path.suffix == "" else "video" for path in paths]
    rows = {"clip": list(names), "path": paths, "kind": kinds, "emotion": "happy"}
    return pd.DataFrame(rows, index=range(10, 10 + len(paths)))


@pytest.fixture(scope="module")
def root(tmp_path_factory, portrait, blank) -> Path:
    root = tmp_path_factory.mktemp("clips")
    write_video(root / PLACES["moving"], (portrait(x=140 + 2 * i, roll=9) for i in range(12)))
    write_video(root / PLACES["away"], [portrait()] * 4 + [blank] * 6)
    write_video(root / PLACES["single"], [portrait()])
    (root / PLACES["broken"]).write_bytes(b"no film")
    write_frames(root / PLACES["folder"], [portrait(side=90)] * 3 + [blank] * 3)
    write_frames(root / PLACES["empty"], [])
    write_frames(root / PLACES["ready"], [np.full((50, 50, 3), grey) for grey in (0, 150)])
    write_video(root / PLACES["nobody"], [blank] * 2)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def made(root, cache):
    return clip_faces(table_of(root), SIZE, cache=cache, workers=1)


@pytest.fixture
def no_looking(monkeypatch):
    """From here on everything must come out of the cache."""

    def never(*_):
        raise AssertionError("a clip was opened")

    monkeypatch.setattr(module, "read_frames", never)


def test_each_clip_has_sixteen_faces_in_its_row(made):
    assert made.faces.shape == (4, 16, SIZE, SIZE, 3) and made.faces.dtype == np.uint8
    assert made.table["clip"].tolist() == ["moving", "single", "folder", "ready"]
    assert made.table.index.tolist() == [0, 1, 2, 3]
    assert made.table["frames"].tolist() == [12, 1, 6, 2]
    assert made.table["usable"].tolist() == [1, 1, 0.5, 1]


def test_the_faces_of_all_sources_look_alike_upright_and_in_colour(made, photograph):
    moving, single, folder = made.faces[:3].astype(float)
    assert (single == single[0]).all()
    for faces in (moving, folder):
        assert min(np.corrcoef(face.ravel(), single[0].ravel())[0, 1] for face in faces) > 0.8
    red, _, blue = photograph[150:250, 220:320].mean(axis=(0, 1))
    assert red > blue and single[..., 0].mean() > single[..., 2].mean()


def test_faces_that_are_cut_already_are_only_resized_and_spread_over_time(made):
    levels = made.faces[3].mean(axis=(1, 2, 3))
    assert levels == pytest.approx(np.linspace(0, 150, 16), abs=1)
    assert made.faces[3].std(axis=(1, 2, 3)).max() < 2


def test_what_is_left_out_is_told_with_the_reason(made, root):
    dropped = made.dropped.set_index("clip")
    assert dropped["reason"]["away"] == "face in 4 of 10 frames" and dropped["usable"]["away"] == 0.4
    assert dropped["reason"]["nobody"] == "face in 0 of 2 frames"
    assert dropped["reason"]["empty"] == "no frames"
    assert dropped["reason"]["broken"].startswith("unreadable: ")
    assert str(root / PLACES["missing"]) in dropped["reason"]["missing"]
    assert made.summary() == (
        "4 of 9 clips are used; 5 are left out: 2 with a face in under half of the frames (away, nobody), "
        "2 unreadable (broken, missing), 1 without frames (empty)."
    )


def test_a_face_is_not_dragged_over_a_cut(tmp_path, portrait):
    wall = np.tile(np.arange(40, 200, dtype=np.uint8).repeat(2)[None, :, None], (240, 1, 3))
    shots = [portrait(x=90, side=80)] * 5, [portrait(x=215, y=140, side=130, onto=wall)] * 5
    write_video(tmp_path / "film.mp4", [image for shot in shots for image in shot])
    rows = [row for _, row, _ in followed_faces(tmp_path / "film.mp4", SIZE)]
    assert {row.state for row in rows} <= {"detected", "followed"}
    centres = np.array([row.box.center for row in rows])
    assert centres[:5] == pytest.approx(np.tile([90, 120], (5, 1)), abs=6)
    assert centres[5:] == pytest.approx(np.tile([215, 140], (5, 1)), abs=8)


def test_the_matrix_of_a_frame_makes_its_face(root):
    frame, row, face = next(iter(followed_faces(root / PLACES["moving"], 64)))
    matrix = alignment_matrix(row.box, row.roll, 64, MARGIN)
    again = cv2.warpAffine(frame.image, matrix[:2], (64, 64), borderMode=cv2.BORDER_REPLICATE)
    assert row.roll == pytest.approx(9, abs=4) and np.abs(again.astype(int) - face).mean() < 12


def test_a_second_call_opens_no_clip_even_where_they_have_moved(root, cache, made, tmp_path, no_looking):
    moved = tmp_path / "moved"
    shutil.copytree(root, moved)  # with the files' times
    again = clip_faces(table_of(moved), SIZE, cache=cache)
    assert (again.faces == made.faces).all() and again.table["path"][0].is_relative_to(moved)
    assert again.summary() == made.summary()


@pytest.mark.parametrize("change", ["size", "file", "code", "order"])
def test_whatever_shapes_the_faces_changes_the_key(root, tmp_path, monkeypatch, change):
    shutil.copytree(root / "clip_224x224", tmp_path / "clip_224x224")
    shutil.copytree(root / PLACES["ready"], tmp_path / "clip_224x224" / "00001")
    table, size = table_of(tmp_path, ["ready", "single"]), SIZE
    table.loc[11, ["path", "kind"]] = tmp_path / "clip_224x224" / "00001", "frames"
    clip_faces(table, size, cache=tmp_path)
    if change == "size":
        size = 24
    elif change == "file":
        (table["path"][11] / "2.jpg").unlink()
    elif change == "code":
        monkeypatch.setattr(module, "code_hash", lambda modules: "other code")
    else:
        table = table[::-1]
    opened = []
    monkeypatch.setattr(module, "read_frames", lambda path: opened.append(path) or read_frames(path))
    clip_faces(table, size, cache=tmp_path)
    assert len(opened) == 2


def test_clips_that_are_done_before_their_turn_wait(root, made, tmp_path, monkeypatch):
    def backwards(function, items, workers):
        return [function(item) for item in reversed(list(items))]

    monkeypatch.setattr(module, "map_unordered", backwards)
    again = clip_faces(table_of(root), SIZE, cache=tmp_path)
    assert (again.faces == made.faces).all() and again.table.equals(made.table)


def test_a_stopped_run_goes_on_where_it_was(tmp_path):
    started = []

    def clips(until: int):
        def make(start: int):
            started.append(start)
            for number in range(start, until):
                yield {"number": number}, np.full((2, 3), number, np.uint8) if number != 1 else None
            if until < 5:
                raise KeyboardInterrupt

        return make

    file = tmp_path / "cache" / "clips"
    for until in (0, 3):
        with pytest.raises(KeyboardInterrupt):
            stored_clips(file, 5, (2, 3), clips(until))
    (part,) = file.parent.glob(".clips.part.faces")
    part.write_bytes(part.read_bytes()[:-1])  # the third clip, the second with faces, is cut short
    records, faces = stored_clips(file, 5, (2, 3), clips(5))
    assert started == [0, 0, 2]
    assert [record["number"] for record in records] == list(range(5))
    assert [record["faces"] for record in records] == [1, 0, 1, 1, 1]
    assert (faces == np.array([0, 2, 3, 4])[:, None, None]).all() and faces.shape == (4, 2, 3)
    assert not list(file.parent.glob(".*part*"))


@pytest.mark.parametrize("damage", ["short", "no records", "broken records", "gone"])
def test_a_damaged_cache_is_made_anew(root, tmp_path, damage):
    table = table_of(root, ["ready"])
    first = clip_faces(table, SIZE, cache=tmp_path).faces.copy()
    (faces,), (records,) = tmp_path.glob("*.faces"), tmp_path.glob("*.jsonl")
    if damage == "short":
        faces.write_bytes(faces.read_bytes()[:-9])
    elif damage == "no records":
        records.write_text("")
    elif damage == "broken records":
        records.write_text('{"frames": 2, "se')
    else:
        faces.unlink()
    assert (clip_faces(table, SIZE, cache=tmp_path).faces == first).all()


def test_without_a_usable_clip_there_is_an_error(root, tmp_path):
    with pytest.raises(DataError, match="None of the 2 clips can be used: 2 are left out: 1 with a face"):
        clip_faces(table_of(root, ["away", "missing"]), SIZE, cache=tmp_path)
    with pytest.raises(DataError, match="no clips"):
        clip_faces(table_of(root).iloc[:0], SIZE, cache=tmp_path)


def test_a_cache_that_cannot_be_written_is_said(root, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match="free space or name another folder"):
        clip_faces(table_of(root, ["ready"]), SIZE, cache=tmp_path / "file")


def test_a_clip_that_is_not_there_cannot_be_followed(tmp_path):
    with pytest.raises(VideoError, match="does not exist"):
        next(followed_faces(tmp_path / "none.mp4", SIZE))
