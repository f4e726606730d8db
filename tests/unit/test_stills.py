"""Face stills: every fifth frame, straightened; a second run reads what the first made; faults are said."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from labkit.errors import CacheError, DataError, FaceError
from labkit.preprocessing import stills
from labkit.preprocessing.stills import extract_faces, face_steps
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.rig import Rig


def manifest(*paths: Path) -> pd.DataFrame:
    rows = [{"path": path, "clip": f"7_{n}", "subject": "7"} for n, path in enumerate(paths, 1)]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def face() -> np.ndarray:
    """One frame of a synthetic person who looks ahead, 320 × 240."""
    clip = Clip(Person.from_seed(5, sex="female"), "happy", size=(320, 240), voice="silent", intensity=0)
    return ClipRenderer(clip, Rig(clip.person, 240)).frame(0)


def turned(image: np.ndarray, degrees: float) -> np.ndarray:
    """The whole picture, turned clockwise."""
    turn = cv2.getRotationMatrix2D((160, 120), -degrees, 1)
    return cv2.warpAffine(image, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE)


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory, face: np.ndarray, blank: np.ndarray) -> Path:
    """12 frames at 20 a second: a face, but none in frames 6 to 10 (counted from 1)."""
    path = tmp_path_factory.mktemp("clips") / "partly.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 20, (320, 240))
    for n in range(12):
        writer.write(cv2.cvtColor(blank if 5 <= n < 10 else face, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def test_every_fifth_frame_gives_a_still_unless_it_has_no_face(partly, tmp_path):
    faces, records = extract_faces(manifest(partly), size=48, out=tmp_path)
    assert list(faces["frame"]) == [1, 11] and list(faces["time"]) == pytest.approx([0, 0.5])
    assert [path.name for path in faces["path"]] == ["7_1_1.png", "7_1_11.png"]
    assert set(faces["clip"]) == {"7_1"} and set(faces["subject"]) == {"7"} and set(faces["fps"]) == {20}
    assert all(cv2.imread(str(path)).shape == (48, 48, 3) for path in faces["path"])
    (record,) = records.to_dict("records")
    assert (record["status"], record["frames"], record["looked_at"]) == ("ok", 12, 3)
    assert (record["faces"], record["faceless"], record["eyeless"]) == (2, 1, 0)


@pytest.mark.parametrize("degrees", [-12, 12])
def test_a_still_is_upright(face, degrees):
    straight, tilted = (face_steps(image) for image in (face, turned(face, degrees)))
    assert tilted.roll - straight.roll == pytest.approx(degrees, abs=2)
    crop, aligned = (
        np.abs(getattr(tilted, step).astype(int) - straight.aligned).mean() for step in ("crop", "aligned")
    )
    assert aligned < crop


def test_the_steps_are_shown_on_the_frame_and_leave_it_alone(face, blank):
    kept = face.copy()
    steps = face_steps(face, size=32)
    assert (face == kept).all() and steps.marked.shape == face.shape and (steps.marked != face).any()
    assert steps.crop.shape == steps.aligned.shape == (32, 32, 3)
    with pytest.raises(FaceError, match="No face was found"):
        face_steps(blank)


def test_a_second_run_reads_what_the_first_made(partly, tmp_path, monkeypatch):
    first = extract_faces(manifest(partly), out=tmp_path)
    monkeypatch.setattr(stills, "find_face", None)  # calling it would fail
    second = extract_faces(manifest(partly), out=tmp_path)
    for one, other in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("damage", ["image lost", "record cut"])
def test_damaged_stills_are_made_anew(partly, tmp_path, damage):
    faces, _ = extract_faces(manifest(partly), out=tmp_path)
    image = faces["path"][0]
    if damage == "image lost":
        image.unlink()
    else:
        (image.parent / "stills.json").write_text("{")
    again, _ = extract_faces(manifest(partly), out=tmp_path)
    pd.testing.assert_frame_equal(again, faces)
    assert image.is_file()


def test_other_parameters_are_other_stills(partly, tmp_path):
    small, _ = extract_faces(manifest(partly), size=32, out=tmp_path)
    often, _ = extract_faces(manifest(partly), size=32, every=2, out=tmp_path)
    assert len(small) == 2 and list(often["frame"]) == [1, 3, 5, 11]
    assert small["path"][0].parent != often["path"][0].parent


def test_an_interrupted_clip_leaves_nothing_and_the_others_stay(partly, small_clip, tmp_path, monkeypatch):
    clips, looked = manifest(partly, small_clip), []
    find = stills.find_face

    def find_until_interrupted(*arguments):
        looked.append(arguments)
        if len(looked) == 5:  # in the midst of the second clip
            raise KeyboardInterrupt
        return find(*arguments)

    monkeypatch.setattr(stills, "find_face", find_until_interrupted)
    with pytest.raises(KeyboardInterrupt):
        extract_faces(clips, out=tmp_path, workers=1)
    (whole,) = [folder for folder in tmp_path.iterdir() if folder.is_dir()]
    assert whole.name.startswith("7_1-")
    monkeypatch.setattr(stills, "find_face", find)
    assert list(extract_faces(clips, out=tmp_path, workers=1)[1]["faces"]) == [2, 5]


def test_what_cannot_be_used_is_skipped_with_its_reason(partly, faceless_clip, tmp_path):
    cut = tmp_path / "cut.avi"
    cut.write_bytes(partly.read_bytes()[:30_000])
    clips = manifest(partly, cut, faceless_clip, tmp_path / "nowhere.avi")
    faces, records = extract_faces(clips, out=tmp_path / "out", workers=1)
    assert list(records["clip"]) == ["7_1", "7_2", "7_3", "7_4"] and set(faces["clip"]) == {"7_1"}
    assert list(records["status"]) == ["ok", "skipped", "skipped", "skipped"]
    for reason, words in zip(records["reason"], ["", "truncated", "No face", "does not exist"], strict=True):
        assert words in reason
    assert not list((tmp_path / "out").glob(".*.part"))


def test_two_clips_of_one_name_are_refused(partly, tmp_path):
    with pytest.raises(DataError, match="Two clips are named 7_1"):
        extract_faces(manifest(partly, partly).assign(clip="7_1"), out=tmp_path)


def test_a_folder_that_cannot_be_written_is_said(partly, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match="cannot be written"):
        extract_faces(manifest(partly), out=tmp_path / "file" / "out")
