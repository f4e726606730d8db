"""Many stills: faces found in files of every kind, losses counted, and the cache right or not used."""

import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from labkit.errors import CacheError, DataError
from labkit.preprocessing import aligned_stills as module
from labkit.preprocessing.aligned_stills import aligned_stills, as_faces
from labkit.preprocessing.eye_crop import EyeFrame
from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer


def person(**options) -> np.ndarray:
    """Somebody synthetic who looks ahead, 320 × 240."""
    somebody = Person.from_seed(5, sex="female")
    clip = Clip(somebody, "happy", size=(320, 240), voice="silent", intensity=0, **options)
    return ClipRenderer(clip).frame(0)


@pytest.fixture(scope="module")
def face() -> np.ndarray:
    return person()


def turned(image: np.ndarray, degrees: float) -> np.ndarray:
    """The whole picture, turned clockwise."""
    turn = cv2.getRotationMatrix2D((160, 120), -degrees, 1)
    return cv2.warpAffine(image, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE)


@pytest.fixture(scope="module")
def files(tmp_path_factory, face, blank) -> list[Path]:
    """A colour file, nothing but a wall, a palette file, a text file, and a small grey file."""
    folder = tmp_path_factory.mktemp("stills")
    names = ("colour.png", "wall.png", "palette.tiff", "text.jpg", "grey.png")
    paths = [folder / name for name in names]
    Image.fromarray(turned(face, 8)).save(paths[0])
    Image.fromarray(blank).save(paths[1])
    grey = Image.fromarray(face).convert("L")
    grey.convert("RGB").quantize(256).save(paths[2])
    paths[3].write_text("no picture at all")
    Image.fromarray(face).convert("L").resize((256, 192)).save(paths[4])
    return paths


def aligned_quietly(*arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return aligned_stills(*arguments, **options)


def never(*_):
    raise AssertionError("a face was looked for")


@pytest.fixture
def no_looking(monkeypatch):
    """Call it when everything must come out of the cache."""
    return lambda: monkeypatch.setattr(module, "find_face", never)


def test_faces_of_all_kinds_of_files_look_alike_and_losses_are_counted(files, tmp_path):
    with pytest.warns(
        UserWarning, match=r"Of 5 images, 1 show no face \(wall.png\); 1 cannot be opened \(text"
    ):
        faces, kept, records = aligned_stills(files, 48, cache=tmp_path)
    assert faces.shape == (3, 48, 48) and faces.dtype == np.uint8 and list(kept) == [0, 2, 4]
    assert list(records["path"]) == files
    assert list(records["status"]) == ["aligned", "faceless", "aligned", "unreadable", "aligned"]
    assert records["roll"][0] - records["roll"][2] == pytest.approx(8, abs=2)
    assert records["eye_distance"][4] == pytest.approx(0.8 * records["eye_distance"][2], rel=0.1)
    assert records[["eye_distance", "roll"]].isna().any(axis=1).tolist() == [False, True, False, True, False]
    inner = faces[:, 12:40, 8:40].astype(float)
    assert np.abs(inner - inner[1]).mean(axis=(1, 2)).max() < 12


def test_a_second_call_reads_the_cache_even_where_the_files_have_moved(files, tmp_path, no_looking):
    first = aligned_quietly(files, 48, cache=tmp_path)
    moved = [tmp_path / f"moved_{file.name}" for file in files]
    for old, new in zip(files, moved, strict=True):
        new.write_bytes(old.read_bytes())
    no_looking()
    with pytest.warns(UserWarning, match="moved_wall.png"):
        faces, kept, records = aligned_stills(moved, 48, cache=tmp_path)
    assert (faces == first[0]).all() and (kept == first[1]).all()
    assert list(records["path"]) == moved and records.drop(columns="path").equals(
        first[2].drop(columns="path")
    )


@pytest.mark.parametrize("change", ["content", "size", "frame", "code", "order"])
def test_whatever_shapes_the_faces_changes_the_key(files, tmp_path, monkeypatch, no_looking, change):
    images, size, frame = [tmp_path / "a.png", files[4]], 48, EyeFrame()
    images[0].write_bytes(files[0].read_bytes())
    aligned_stills(images, size, frame=frame, cache=tmp_path)
    if change == "content":
        images[0].write_bytes(files[2].read_bytes())
    elif change == "code":
        monkeypatch.setattr(module, "code_hash", lambda modules: "other code")
    elif change == "order":
        images.reverse()
    size, frame = (40 if change == "size" else size), (EyeFrame(0.4) if change == "frame" else frame)
    no_looking()
    with pytest.raises(AssertionError, match="was looked for"):
        aligned_stills(images, size, frame=frame, cache=tmp_path)


def test_a_damaged_cache_is_made_anew(files, tmp_path):
    first, _, _ = aligned_stills(files[:1], 48, cache=tmp_path)
    (cached,) = tmp_path.glob("*.npz")
    whole = cached.read_bytes()
    for damaged in (whole[:-300], b"no archive", whole.replace(first[0, 20].tobytes(), bytes(48))):
        assert damaged != whole
        cached.write_bytes(damaged)
        assert (aligned_stills(files[:1], 48, cache=tmp_path)[0] == first).all()
        assert cached.read_bytes() == whole


def test_an_interrupted_run_leaves_no_cache(files, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module.np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        aligned_stills(files[:1], 48, cache=tmp_path)
    assert not [file for file in tmp_path.iterdir() if file.suffix in (".npz", ".part")]


def test_without_a_pair_of_eyes_the_face_is_kept_and_told(tmp_path):
    Image.fromarray(person(draw_eyes=False)).save(tmp_path / "blind.png")
    faces, kept, records = aligned_stills([tmp_path / "blind.png"], 48, cache=tmp_path)
    assert faces.shape == (1, 48, 48) and list(kept) == [0]
    assert list(records["status"]) == ["eyeless"] and records["eye_distance"].isna().all()


def test_what_gives_no_face_at_all_is_an_error(files, tmp_path):
    with pytest.raises(
        DataError, match=r"None of the 2 images shows a face: 1 show no face \(wall.png\); 1 "
    ):
        aligned_stills([files[1], tmp_path / "missing.png"], 48, cache=tmp_path)
    with pytest.raises(DataError, match="no images"):
        aligned_stills([], 48, cache=tmp_path)


def test_a_cache_that_cannot_be_written_is_said(files, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match="free space or name another folder"):
        aligned_stills(files[:1], 48, cache=tmp_path / "file")


@pytest.mark.parametrize("side", [1, 7, 30])
def test_tiny_images_are_faceless_not_fatal(tmp_path, files, side):
    cv2.imwrite(str(tmp_path / "tiny.png"), np.full((side, side), 90, np.uint8))
    _, kept, records = aligned_quietly([tmp_path / "tiny.png", files[0]], 48, cache=tmp_path)
    assert list(kept) == [1] and records["status"][0] == "faceless"


def test_greys_of_sixteen_bits_are_no_white_wall(tmp_path, face):
    grey = np.asarray(Image.fromarray(face).convert("L"))
    deep = {
        "a.png": grey,
        "b.png": np.uint16(grey) * 257,
        "c.tiff": np.int32(grey) * 257,
        "d.tiff": np.int32(grey),
    }
    for name, pixels in deep.items():
        Image.fromarray(pixels).save(tmp_path / name)
    faces, kept, _ = aligned_stills([tmp_path / name for name in deep], 48, cache=tmp_path)
    assert len(kept) == 4 and (faces == faces[0]).all()


def test_crops_are_only_resized():
    ramp = np.tile(np.arange(48, dtype=np.uint8) * 5, (48, 1))
    faces = as_faces([ramp, ramp[::2, ::2]], 48)
    assert (faces[0] == ramp).all() and np.abs(faces[1].astype(int) - ramp).max() <= 5
    assert as_faces(np.stack([ramp, ramp]), 96).shape == (2, 96, 96)
    board = (np.indices((96, 96)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert as_faces([board], 48).std() < 1
    assert as_faces([], 48).shape == (0, 48, 48)
    with pytest.raises(DataError, match=r"uint8 \(48, 48, 3\)"):
        as_faces(np.zeros((1, 48, 48, 3), np.uint8), 48)
