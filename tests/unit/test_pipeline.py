"""Many clips at once: one record each, good or bad, and the images that the records promise."""

import errno
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from labkit.errors import CacheError, DataError
from labkit.preprocessing.differences import frame_difference, pair_count
from labkit.preprocessing.face_cache import FaceParameters, cached_faces
from labkit.preprocessing.pipeline import preprocess_clips
from labkit.video import write_video

SMALL = FaceParameters(size=48)
COLUMNS = "clip path status reason frames detected followed interpolated lost pairs seconds cached".split()


@pytest.fixture(scope="module")
def bad_clips(
    tmp_path_factory: pytest.TempPathFactory, small_clip: Path, portrait, faceless_clip: Path
) -> dict:
    folder = tmp_path_factory.mktemp("bad")
    clips = {name: folder / f"{name}.mp4" for name in ("empty", "text", "cut", "one", "short", "away")}
    clips["empty"].write_bytes(b"")
    clips["text"].write_text("Dear reader,\n")
    clips["cut"].write_bytes(small_clip.read_bytes()[:-1000])
    write_video(clips["one"], [portrait()])
    write_video(clips["short"], [portrait()] * 5)
    blank = np.full((240, 320, 3), 200, np.uint8)
    write_video(clips["away"], [portrait()] * 3 + [blank] * 20)
    clips["faceless"] = faceless_clip
    clips["gone"] = folder / "gone.mp4"
    return clips


def test_one_record_a_clip_with_the_reason_in_words(
    bad_clips: dict, small_clip: Path, tmp_path: Path
) -> None:
    clips = [*bad_clips.values(), small_clip]
    table = preprocess_clips(clips, SMALL, out=tmp_path / "out", workers=1, cache=tmp_path / "cache")
    assert table.columns.tolist() == COLUMNS
    assert table.path.tolist() == [str(clip) for clip in clips]
    reasons = dict(zip(table["clip"], table["reason"], strict=True))
    for name, word in {
        "empty": "empty",
        "text": "text file",
        "cut": "truncated",
        "one": "too few",
        "short": "too few",
        "away": "lost",
        "gone": "does not exist",
        "faceless": "No face",
    }.items():
        assert word in reasons[name], name
    good = table.iloc[-1]
    assert (good.status, good.reason, good.pairs) == ("ok", "", pair_count(24, 5, 4))
    assert (table.status[:-1] == "skipped").all()
    counted = table.detected + table.followed + table.interpolated + table.lost
    assert (counted == table.frames).all()
    written = pd.read_csv(tmp_path / "out" / "records.csv", keep_default_na=False)
    assert written.reason.tolist() == table.reason.tolist()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["records.csv", "small"]


def test_the_images_written_are_the_differences(small_clip: Path, tmp_path: Path) -> None:
    preprocess_clips([small_clip], SMALL, gap=3, stride=5, out=tmp_path / "out", workers=1, cache=tmp_path)
    files = sorted((tmp_path / "out" / "small").iterdir())
    assert [f.name for f in files] == [f"{t:05d}_{t + 3:05d}.png" for t in range(0, 21, 5)]
    with cached_faces(small_clip, SMALL, tmp_path) as clip:
        image = cv2.cvtColor(cv2.imread(str(files[1])), cv2.COLOR_BGR2RGB)
        assert (image == frame_difference(clip.faces[5], clip.faces[8])).all()


def test_a_second_run_uses_the_cache_and_replaces_the_images(small_clip: Path, tmp_path: Path) -> None:
    options = dict(out=tmp_path / "out", workers=1, cache=tmp_path / "cache")
    first = preprocess_clips([small_clip], SMALL, gap=5, **options)
    second = preprocess_clips([small_clip], SMALL, gap=2, **options)
    assert not first.cached[0] and second.cached[0]
    assert len(list((tmp_path / "out" / "small").iterdir())) == second.pairs[0] == pair_count(24, 2, 4)


def test_processes_give_the_records_of_one(small_clip: Path, bad_clips: dict, tmp_path: Path) -> None:
    clips = [bad_clips["text"], small_clip, bad_clips["faceless"]]
    alone = preprocess_clips(clips, SMALL, workers=1, cache=tmp_path / "a").drop(columns="seconds")
    shared = preprocess_clips(clips, SMALL, workers=2, cache=tmp_path / "b").drop(columns="seconds")
    pd.testing.assert_frame_equal(alone, shared)


def test_no_clips_give_no_records() -> None:
    table = preprocess_clips([], SMALL)
    assert len(table) == 0 and table.columns.tolist() == COLUMNS


def test_two_clips_of_one_name_are_refused(small_clip: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="named small"):
        preprocess_clips([small_clip, tmp_path / "small.mp4"], SMALL, out=tmp_path / "out")


def test_an_impossible_gap_is_refused_before_any_work(small_clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gap"):
        preprocess_clips([small_clip], SMALL, gap=0, cache=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["file inside", "file", "link"])
def test_a_folder_of_somebody_elses_is_never_replaced(small_clip: Path, tmp_path: Path, kind: str) -> None:
    taken, elsewhere = tmp_path / "out" / "small", tmp_path / "elsewhere"
    elsewhere.mkdir()
    taken.parent.mkdir()
    if kind == "file":
        taken.write_text("a diary")
    elif kind == "link":
        taken.symlink_to(elsewhere)
    else:
        taken.mkdir()
        (taken / "diary.txt").write_text("a diary")
        (taken / "00000_00005.png").write_text("an image")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="small"):
        preprocess_clips([small_clip], SMALL, out=tmp_path / "out", workers=1, cache=tmp_path / "cache")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_clip_that_is_now_skipped_keeps_no_earlier_images(small_clip: Path, tmp_path: Path) -> None:
    clip = tmp_path / "changing.mp4"
    clip.write_bytes(small_clip.read_bytes())
    options = dict(out=tmp_path / "out", workers=1, cache=tmp_path / "cache")
    assert preprocess_clips([clip], SMALL, **options).status[0] == "ok"
    assert preprocess_clips([clip], SMALL, gap=100, **options).status[0] == "skipped"
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["records.csv"]
    preprocess_clips([clip], SMALL, **options)
    clip.write_bytes(b"")
    assert "empty" in preprocess_clips([clip], SMALL, **options).reason[0]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["records.csv"]


def test_out_inside_a_plain_file_is_one_sentence(small_clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match="cannot be written.*not a directory"):
        preprocess_clips([small_clip], SMALL, out=tmp_path / "file" / "sub", cache=tmp_path / "cache")


@pytest.mark.parametrize("step", ["mkdir", "to_csv"])
def test_a_full_disk_is_one_sentence_at_every_step(
    small_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    out, mkdir, to_csv = tmp_path / "out", Path.mkdir, pd.DataFrame.to_csv

    def full_mkdir(folder: Path, *args, **options) -> None:
        if folder.name == ".small.part":
            raise OSError(errno.ENOSPC, "No space left on device")
        mkdir(folder, *args, **options)

    def full_to_csv(table: pd.DataFrame, path: Path, **options) -> None:
        to_csv(table.head(0), path, **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "mkdir":
        monkeypatch.setattr(Path, "mkdir", full_mkdir)
    else:
        monkeypatch.setattr(pd.DataFrame, "to_csv", full_to_csv)
    with pytest.raises(CacheError, match="out cannot be written: no space left"):
        preprocess_clips([small_clip], SMALL, out=out, workers=1, cache=tmp_path / "cache")
    assert [p.name for p in out.iterdir()] == (["small"] if step == "to_csv" else [])
