"""Frames in and out: order, nothing lost at the end, and one plain sentence for every broken file."""

import struct
import subprocess
import sys
import wave
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from labkit.errors import VideoError
from labkit.video import probe, read_frames, write_video

SHADES = [10 * i for i in range(20)]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 frames, each of one shade that tells its index."""
    path = tmp_path_factory.mktemp("video") / "counted.mp4"
    assert write_video(path, (np.full((48, 64, 3), s, np.uint8) for s in SHADES), fps=25) == 20
    return path


def shades(frames) -> list[int]:
    return [round(float(f.image.mean()) / 10) for f in frames]


def test_every_frame_comes_in_order_to_the_last(counted: Path) -> None:
    frames = list(read_frames(counted))
    assert [f.index for f in frames] == list(range(20)) == shades(frames)
    assert frames[5].time == pytest.approx(5 / 25)
    assert frames[0].image.shape == (48, 64, 3) and frames[0].image.dtype == np.uint8


@pytest.mark.parametrize(
    "start, stop, step", [(0, None, 3), (4, 11, 1), (3, 20, 4), (19, None, 1), (25, None, 1)]
)
def test_start_stop_and_step_pick_what_a_slice_picks(counted: Path, start: int, stop: int, step: int) -> None:
    frames = list(read_frames(counted, start=start, stop=stop, step=step))
    assert [f.index for f in frames] == list(range(20))[start:stop:step] == shades(frames)


def test_probe_tells_what_the_container_declares(counted: Path) -> None:
    info = probe(counted)
    assert (info.width, info.height, info.frames, info.fps) == (64, 48, 20, 25)
    assert info.seconds == pytest.approx(0.8)


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 220
    write_video(tmp_path / "red.mp4", [red] * 3)
    seen = next(read_frames(tmp_path / "red.mp4")).image.mean(axis=(0, 1))
    assert seen[0] > 180 and seen[1:].max() < 40


def test_a_folder_of_images_is_read_by_number(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8, 3), 10 * number, np.uint8))
    (tmp_path / "notes.txt").write_text("not an image")
    frames = list(read_frames(tmp_path, fps=10))
    assert shades(frames) == [1, 2, 10] and frames[2].time == pytest.approx(0.2)


def test_a_camera_is_read_until_the_caller_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    class Camera:
        released = False

        def __init__(self, number: int) -> None:
            assert number == 3

        def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
            return True

        def read(self):
            return True, np.full((6, 8, 3), (0, 0, 90), np.uint8)

        def release(self) -> None:
            Camera.released = True

    monkeypatch.setattr(cv2, "VideoCapture", Camera)
    frames = list(read_frames(3, stop=4))
    assert [f.index for f in frames] == [0, 1, 2, 3] and frames[0].image[0, 0, 0] == 90
    assert Camera.released


def test_a_grey_and_odd_sized_video_is_read(tmp_path: Path) -> None:
    stills = [Image.fromarray(np.full((61, 97), s, np.uint8)) for s in (40, 80, 120)]
    stills[0].save(tmp_path / "odd.gif", save_all=True, append_images=stills[1:], duration=100)
    frames = list(read_frames(tmp_path / "odd.gif"))
    assert [f.image.shape for f in frames] == [(61, 97, 3)] * 3
    assert shades(frames) == [4, 8, 12]


def test_odd_sized_grey_images_are_written_whole(tmp_path: Path) -> None:
    write_video(tmp_path / "odd.mp4", [np.full((31, 45), 100, np.uint8)] * 4)
    frames = list(read_frames(tmp_path / "odd.mp4"))
    assert len(frames) == 4 and frames[0].image.shape == (32, 46, 3)


def test_a_one_frame_video_has_one_frame(tmp_path: Path) -> None:
    write_video(tmp_path / "one.mp4", [np.zeros((32, 32, 3), np.uint8)])
    assert len(list(read_frames(tmp_path / "one.mp4"))) == 1


def test_a_truncated_video_gives_its_readable_frames_and_then_says_so(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (30, 48, 64, 3), np.uint8)
    writer = cv2.VideoWriter(str(tmp_path / "w.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    for image in noise:
        writer.write(image)
    writer.release()
    data = (tmp_path / "w.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(data[: len(data) // 2])
    read = 0
    with pytest.raises(VideoError, match=r"truncated: \d+ of 30 frames") as fault:
        for _ in read_frames(tmp_path / "cut.avi"):
            read += 1
    assert 5 < read < 28 and f"{read} of 30" in str(fault.value)


@pytest.mark.parametrize("share", [0.3, 0.98])
def test_a_cut_mp4_is_called_truncated(counted: Path, tmp_path: Path, share: float) -> None:
    whole = counted.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(VideoError, match="truncated"):
        list(read_frames(tmp_path / "cut.mp4"))


def audio_only(path: Path) -> None:
    """The least mp4 that is whole and has one sound track, none of its boxes' contents being needed."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + kind + content

    handler = box(b"hdlr", bytes(8) + b"soun" + bytes(13))
    moov = box(b"moov", box(b"trak", box(b"mdia", handler)))
    path.write_bytes(box(b"ftyp", b"isom\0\0\2\0isom") + moov)


def test_an_audio_only_mp4_is_called_that(tmp_path: Path) -> None:
    audio_only(tmp_path / "sound.mp4")
    with pytest.raises(VideoError, match="sound but no video"):
        read_frames(tmp_path / "sound.mp4")


def test_a_sound_file_named_mp4_is_called_that(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "song.mp4"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    with pytest.raises(VideoError, match="sound but no video"):
        probe(tmp_path / "song.mp4")


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "empty"),
        (b"This is a letter, not a film.\n" * 40, "text file"),
        (bytes(range(256)) * 20, "not a video"),
    ],
)
def test_what_is_no_video_is_refused_at_once(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(VideoError, match=said):
        read_frames(tmp_path / "clip.mp4")


def test_a_missing_file_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="does not exist"):
        read_frames(tmp_path / "nowhere.mp4")
    with pytest.raises(VideoError, match="no images"):
        read_frames(tmp_path)


def test_an_avi_is_written_as_motion_jpeg(tmp_path: Path) -> None:
    write_video(tmp_path / "film.AVI", (np.full((48, 64, 3), s, np.uint8) for s in SHADES), fps=20)
    info = probe(tmp_path / "film.AVI")
    assert (info.width, info.height, info.frames, info.fps) == (64, 48, 20, 20)
    assert shades(read_frames(tmp_path / "film.AVI")) == list(range(20))
    assert b"MJPG" in (tmp_path / "film.AVI").read_bytes()[:512]


def test_a_name_that_tells_no_coding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"film.mov cannot be written; name it \*.mp4 or \*.avi"):
        write_video(tmp_path / "film.mov", [np.zeros((32, 32, 3), np.uint8)])


def test_writing_nothing_or_two_sizes_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="at least one"):
        write_video(tmp_path / "none.mp4", [])
    with pytest.raises(VideoError, match="one size"):
        write_video(tmp_path / "two.mp4", [np.zeros((32, 32, 3), np.uint8), np.zeros((32, 34, 3), np.uint8)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("suffix", "short_of"), [("mp4", 0.5), ("mp4", 0.98), ("avi", 0.5), ("avi", 0.98)])
def test_a_full_disk_leaves_no_file_cut_short(tmp_path: Path, suffix: str, short_of: float) -> None:
    """A limit on file size fails a write midway as a full disk does, and OpenCV says nothing of it."""
    code = """
import resource, sys
import numpy as np
from labkit.errors import VideoError
from labkit.video import write_video
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    write_video(sys.argv[1], np.random.default_rng(0).integers(0, 255, (40, 96, 128, 3), np.uint8))
except VideoError as error:
    print("said:", error)
"""
    noise = np.random.default_rng(0).integers(0, 255, (40, 96, 128, 3), np.uint8)
    write_video(tmp_path / f"whole.{suffix}", noise)
    limit = int(short_of * (tmp_path / f"whole.{suffix}").stat().st_size)
    (tmp_path / "full").mkdir()
    clip = tmp_path / "full" / f"clip.{suffix}"
    done = subprocess.run([sys.executable, "-c", code, clip, str(limit)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("said:") and "disk is not full" in done.stdout, done.stdout
    assert list(clip.parent.iterdir()) == []


def test_a_container_without_a_single_frame_is_said(tmp_path: Path) -> None:
    clip = tmp_path / "none.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    writer.release()
    with pytest.raises(VideoError, match="no readable frame"):
        list(read_frames(clip))


def test_real_clips_are_read_to_their_end(real_clips: Path) -> None:
    """The containers declare one frame that is marked not to be shown; every other one is there."""
    for clip in sorted(real_clips.rglob("*.mp4"))[:2]:
        assert probe(clip).frames - sum(1 for _ in read_frames(clip)) <= 1
