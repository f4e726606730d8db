"""The cache of faces: a second run reads what the first made; nothing half-written is taken for whole."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest

from labkit.errors import CacheError, VideoError
from labkit.faces.alignment import align_face
from labkit.faces.tracking import track_faces
from labkit.preprocessing import clip_key, face_cache
from labkit.preprocessing.face_cache import FaceParameters, cache_file, cached_faces
from labkit.video import read_frames, write_video

SMALL = FaceParameters(size=48)


def run(code: str, *arguments: object, wait: bool = True) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if wait:
        process.wait(60)
    return process


def test_cached_faces_are_exactly_the_aligned_ones(small_clip: Path, tmp_path: Path) -> None:
    with cached_faces(small_clip, SMALL, tmp_path) as clip:
        assert clip.faces.shape == (24, 48, 48, 3) and len(clip.track) == 24 and clip.fps == 30
        for place, (frame, row) in enumerate(track_faces(read_frames(small_clip))):
            expected = align_face(frame.image, row.box, row.roll, 48, SMALL.margin)
            assert (clip.faces[place] == expected).all()
            assert clip.track.state[place] == row.state


def test_faces_are_indexed_like_an_array(small_clip: Path, tmp_path: Path) -> None:
    with cached_faces(small_clip, SMALL, tmp_path) as clip:
        whole = np.asarray(clip.faces)
        assert (clip.faces[-1] == whole[-1]).all()
        assert (clip.faces[3:9:2] == whole[3:9:2]).all()
        assert (clip.faces[np.array([5, 1])] == whole[[5, 1]]).all()
        assert clip.faces[5:5].shape == (0, 48, 48, 3)
        with pytest.raises(IndexError):
            clip.faces[24]


def test_the_faces_of_more_clips_are_held_than_files_may_be_open(small_clip: Path, tmp_path: Path) -> None:
    cached_faces(small_clip, SMALL, tmp_path).close()
    done = run(
        """
        import os, resource, sys
        from pathlib import Path
        from labkit.preprocessing.face_cache import FaceParameters, cached_faces
        most = len(os.listdir("/proc/self/fd")) + 80 if os.path.isdir("/proc/self/fd") else 128
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        clip, small, cache = Path(sys.argv[1]), FaceParameters(size=48), Path(sys.argv[2])
        clips = [cached_faces(clip, small, cache) for _ in range(200)]
        sums = {int(clip.faces[3].sum()) for _ in range(2) for clip in clips}
        print(len(clips), all(clip.from_cache for clip in clips), len(sums))
        """,
        small_clip,
        tmp_path,
    )
    assert done.stdout.read() == "200 True 1\n", done.stderr.read()


def test_threads_read_the_faces_of_many_clips(small_clip: Path, tmp_path: Path) -> None:
    with ExitStack() as held, ThreadPoolExecutor(8) as pool:
        clips = [held.enter_context(cached_faces(small_clip, SMALL, tmp_path)) for _ in range(70)]
        expected = [clips[0].faces[place] for place in range(24)]
        read = list(pool.map(lambda n: (clips[n % 70].faces[n % 24] == expected[n % 24]).all(), range(400)))
    assert all(read)


def test_a_second_run_reads_the_cache_and_says_so(small_clip: Path, tmp_path: Path) -> None:
    with (
        cached_faces(small_clip, SMALL, tmp_path) as first,
        cached_faces(small_clip, SMALL, tmp_path) as second,
    ):
        assert not first.from_cache and second.from_cache
        assert first.track.equals(second.track)
        assert (np.asarray(first.faces) == np.asarray(second.faces)).all()


def test_the_key_holds_everything_that_shapes_a_face(
    small_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(small_clip.read_bytes())
    keys = {cache_file(copy, SMALL), cache_file(copy, FaceParameters(size=64))}
    keys.add(cache_file(copy, FaceParameters(size=48, alignment="per-frame")))
    os.utime(copy, ns=(0, 1))
    keys.add(cache_file(copy, SMALL))
    monkeypatch.setattr(clip_key, "code_hash", lambda modules: "other code")
    keys.add(cache_file(copy, SMALL))
    assert len(keys) == 5


@pytest.mark.parametrize("damage", ["cut", "foreign", "unfinished"])
def test_a_damaged_file_is_made_anew(small_clip: Path, tmp_path: Path, damage: str) -> None:
    cached_faces(small_clip, SMALL, tmp_path).close()
    file = cache_file(small_clip, SMALL, tmp_path)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-3000])
    elif damage == "foreign":
        file.write_bytes(b"not a cache at all" * 99)
    else:
        with sqlite3.connect(file) as opened:
            opened.execute("DELETE FROM about")
        opened.close()
    with cached_faces(small_clip, SMALL, tmp_path) as clip:
        assert not clip.from_cache and len(clip.faces) == 24


def test_a_truncated_clip_is_not_cached(small_clip: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(small_clip.read_bytes()[:-1000])
    with pytest.raises(VideoError, match="truncated"):
        cached_faces(cut, SMALL, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.sqlite")) and not list((tmp_path / "cache").glob("*.part"))


def test_a_missing_clip_is_said(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="does not exist"):
        cached_faces(tmp_path / "nowhere.mp4", SMALL, tmp_path)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(small_clip: Path, tmp_path: Path) -> None:
    """A limit on file size fails a write midway as a full disk does."""
    done = run(
        """
        import resource, sys
        from pathlib import Path
        from labkit.errors import CacheError
        from labkit.preprocessing.face_cache import FaceParameters, cached_faces
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        try:
            cached_faces(Path(sys.argv[1]), FaceParameters(size=112), Path(sys.argv[2]))
        except CacheError as error:
            print("said:", error)
        """,
        small_clip,
        tmp_path,
    )
    said = done.stdout.read()
    assert done.returncode == 0, done.stderr.read()
    assert said.startswith("said:") and "space" in said and said.count("\n") == 1
    assert not list(tmp_path.glob("*.sqlite")) and not list(tmp_path.glob("*.part"))


def test_a_folder_that_cannot_be_made_is_a_cache_error(small_clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match="cannot be used"):
        cached_faces(small_clip, SMALL, tmp_path / "file" / "cache")


def test_a_killed_run_leaves_nothing_that_is_taken_for_whole(tmp_path: Path, portrait) -> None:
    clip, cache = tmp_path / "long.mp4", tmp_path / "cache"
    still = portrait()
    write_video(clip, [still] * 300)
    running = run(
        "import sys; from pathlib import Path; from labkit.preprocessing.face_cache import *; "
        "cached_faces(Path(sys.argv[1]), FaceParameters(size=48), Path(sys.argv[2]))",
        clip,
        cache,
        wait=False,
    )
    deadline = time.monotonic() + 30
    while not list(cache.glob("*.part")) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert list(cache.glob("*.part")), f"nothing was begun: {running.poll()=}"
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not cache_file(clip, SMALL, cache).exists(), "killed too late to test anything"
    with cached_faces(clip, SMALL, cache) as whole:
        assert not whole.from_cache and len(whole.faces) == 300
    assert not list(cache.glob("*.part"))


def test_two_processes_fill_one_cache_once(small_clip: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from labkit.preprocessing.face_cache import *; "
        "clip = cached_faces(Path(sys.argv[1]), FaceParameters(size=48), Path(sys.argv[2])); "
        "print(clip.from_cache, len(clip.faces))"
    )
    both = [run(code, small_clip, tmp_path, wait=False) for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert said == ["False 24", "True 24"]


@pytest.mark.parametrize(
    "fault", [PermissionError(errno.EACCES, "Permission denied"), cv2.error("a matrix is empty")]
)
@pytest.mark.parametrize("step", ["probe", "read_frames"])
def test_a_clip_that_cannot_be_read_is_its_own_fault_not_the_caches(
    small_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: Exception
) -> None:
    def fail(path: Path) -> None:
        raise fault

    monkeypatch.setattr(face_cache, step, fail)
    with pytest.raises(VideoError, match="small.mp4 cannot be"):
        cached_faces(small_clip, SMALL, tmp_path)
    assert not list(tmp_path.glob("*.part"))
