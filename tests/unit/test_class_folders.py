"""Class folders: read, written whole or not at all, and every way in which they can be wrong."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageEnhance

from labkit.datasets import class_folders, ised, recognise
from labkit.datasets.duplicates import duplicates_line, near_duplicates
from labkit.errors import DataError

SPLITS = ("train", "validation", "test")


def picture(seed: int, size: int = 48) -> Image.Image:
    """A smooth random picture, unlike that of any other seed."""
    waves = np.random.default_rng(seed).integers(0, 255, (12, 12, 3), np.uint8)
    return Image.fromarray(waves).resize((size, size), Image.Resampling.BICUBIC)


def put(path: Path, seed: int, **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(seed).save(path, **options)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two classes, in words and cases as people write them; one image each a split, and two in Train."""
    for n, split in enumerate(("Train", "validation", "TEST")):
        put(tmp_path / "faces" / split / "Happiness" / f"2{n}_1_6.png", 10 + n)
        put(tmp_path / "faces" / split / "sad" / f"2{n}_2_11.jpg", 20 + n)
    put(tmp_path / "faces" / "Train" / "sad" / "by hand.png", 30)
    return tmp_path / "faces"


def test_class_folders_are_read(root):
    table = class_folders.load(root)
    assert list(table.columns) == list(class_folders.MANIFEST_COLUMNS) and len(table) == 7
    assert list(table["split"]) == ["train"] * 3 + ["validation"] * 2 + ["test"] * 2
    assert set(table["emotion"]) == {"happy", "sad"} and all(path.is_file() for path in table["path"])
    origin = {row.path.name: (row.subject, row.clip, row.frame) for row in table.itertuples()}
    assert origin["22_2_11.jpg"] == ("22", "22_2", 11)
    assert origin["by hand.png"][:2] == ("", "") and origin["by hand.png"][2] is pd.NA
    assert recognise(root) is ised and ised.layout(root) == "class folders"
    with pytest.raises(DataError, match="class_folders.load"):
        ised.load(root)


def test_what_is_no_image_is_counted_and_left_out(root):
    (root / "Train" / "sad" / "notes.txt").write_text("hello")
    (root / "Train" / "Thumbs.db").write_bytes(b"x")
    (root / "Train" / "sad" / "deeper").mkdir()
    whole = (root / "TEST" / "sad" / "22_2_11.jpg").read_bytes()
    (root / "TEST" / "sad" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (root / "TEST" / "sad" / "text.png").write_text("no image")
    (root / "TEST" / "sad" / ".hidden").write_text("no news")
    with (
        pytest.warns(UserWarning, match="3 stray files"),
        pytest.warns(UserWarning, match="2 images that cannot be opened .*cut.jpg, .*text.png"),
    ):
        table = class_folders.load(root)
    assert len(table) == 7
    report = ised.check(root)
    assert len(report.odd) == 5 and not report.ok


@pytest.mark.parametrize("way", ["folder empty", "folder missing", "only a damaged image"])
def test_a_class_that_is_empty_in_a_split_is_named(root, way):
    folder = root / "validation" / "sad"
    (folder / "21_2_11.jpg").unlink()
    if way == "folder missing":
        folder.rmdir()
    elif way == "only a damaged image":
        (folder / "21_2_11.jpg").write_text("no image")
    with (
        pytest.warns(UserWarning) if "damaged" in way else pytest.MonkeyPatch.context(),
        pytest.raises(DataError, match="Validation has no image of 'sad'"),
    ):
        class_folders.load(root)
    assert ised.check(root).missing == ["Validation has no image of 'sad'"]


def test_a_class_that_is_empty_everywhere_is_named(root):
    for split in ("Train", "validation", "TEST"):
        (root / split / "disgust").mkdir()
    with pytest.raises(DataError, match="Train has no image of 'disgust' and Validation has"):
        class_folders.load(root)


def test_a_missing_split_an_unknown_class_and_a_missing_folder_are_named(root, tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        class_folders.load(tmp_path / "nowhere")
    (root / "Train" / "hapy").mkdir()
    with pytest.raises(DataError, match="'hapy' is not an emotion.* Rename or remove it"):
        class_folders.load(root)
    (root / "Train" / "hapy").rmdir()
    (root / "TEST").rename(root / "held out")
    with pytest.raises(DataError, match="no folder Test"):
        class_folders.load(root)


def test_images_are_read_in_rgb_at_one_size(tmp_path):
    red = np.zeros((40, 40, 3), np.uint8)
    red[..., 0] = 200
    files = [tmp_path / name for name in ("colour.png", "grey.png", "palette.png")]
    Image.fromarray(red).save(files[0])
    Image.fromarray(red[..., 0]).save(files[1])
    Image.fromarray(red).quantize(4).save(files[2])
    images = class_folders.read_images(files, 16)
    assert images.shape == (3, 16, 16, 3) and images.dtype == np.uint8
    assert images[0, 3, 3].tolist() == images[2, 3, 3].tolist() == [200, 0, 0]
    assert images[1, 3, 3].tolist() == [200, 200, 200]
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(DataError, match="text.png is no image"):
        class_folders.read_images([tmp_path / "text.png"], 16)


def test_shrinking_averages(tmp_path):
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2] = 255
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    assert set(np.unique(class_folders.read_images([tmp_path / "stripes.png"], 8))) <= {127, 128}


@pytest.fixture
def faces(tmp_path: Path) -> pd.DataFrame:
    rows = [
        {
            "path": put(tmp_path / "cache" / f"{person}_1_{frame}.png", 10 * person + frame),
            "emotion": ("happy", "sad")[person % 2],
            "split": split,
        }
        for person, split in enumerate(np.repeat(SPLITS, 2), 1)
        for frame in (1, 6)
    ]
    return pd.DataFrame(rows)


def test_what_is_written_is_read_back(faces, tmp_path):
    root = class_folders.write(faces, tmp_path / "out")
    table = class_folders.load(root)
    written = {(row.path.name, row.emotion, row.split) for row in table.itertuples()}
    assert written == {(row.path.name, row.emotion, row.split) for row in faces.itertuples()}
    assert set(table["subject"]) == set("123456")
    assert (class_folders.read_images(table["path"], 48)[0] == np.asarray(Image.open(table["path"][0]))).all()


def test_what_was_written_is_replaced_whole(faces, tmp_path):
    root = class_folders.write(faces, tmp_path / "out")
    swapped = faces.assign(split=faces["split"].replace({"train": "test", "test": "train"}))
    class_folders.write(swapped, root)
    table = class_folders.load(root)
    assert len(table) == len(faces) and set(table.loc[table["split"] == "test", "subject"]) == {"1", "2"}
    assert [path.name for path in tmp_path.glob(".*") if path.is_dir()] == []


def test_hidden_files_do_not_count_as_changes(faces, tmp_path):
    root = class_folders.write(faces, tmp_path / "out")
    for folder in (root, root / "Train"):
        (folder / ".DS_Store").write_bytes(b"x")
    class_folders.write(faces, root)
    assert not list(root.rglob(".DS_Store")) and len(class_folders.load(root)) == len(faces)


@pytest.mark.parametrize("place", ["mine/.env", "out/.git/HEAD"])
def test_hidden_things_of_a_person_are_never_overwritten(faces, tmp_path, place):
    class_folders.write(faces, tmp_path / "out")
    hidden = tmp_path / place
    hidden.parent.mkdir()
    hidden.write_text("x")
    with pytest.raises(DataError, match="left as it is"):
        class_folders.write(faces, tmp_path / place.split("/")[0])
    assert hidden.is_file()


@pytest.mark.parametrize("change", ["added", "moved", "removed", "foreign"])
def test_what_a_person_did_is_never_overwritten(faces, tmp_path, change):
    root = tmp_path / "out"
    if change == "foreign":
        put(root / "Train" / "sad" / "mine.png", 1)
    else:
        face = class_folders.write(faces, root) / "Train" / "sad" / "1_1_1.png"
        if change == "added":
            put(face.with_name("mine.png"), 1)
        elif change == "moved":
            face.rename(root / "Train" / "happy" / face.name)
        else:
            face.unlink()
    before = sorted(root.rglob("*"))
    with pytest.raises(DataError, match="left as it is"):
        class_folders.write(faces, root)
    assert sorted(root.rglob("*")) == before


def test_a_write_that_fails_leaves_what_was_there(faces, tmp_path):
    root = class_folders.write(faces, tmp_path / "out")
    before = sorted(root.rglob("*"))
    faces["path"].iloc[-1].unlink()
    with pytest.raises(DataError, match="cannot be written: No such file"):
        class_folders.write(faces, root)
    assert sorted(root.rglob("*")) == before
    with pytest.raises(DataError):
        class_folders.write(faces, tmp_path / "other")
    assert not (tmp_path / "other").exists() and not list(tmp_path.glob(".*.part"))


def test_two_images_for_one_place_are_refused(faces, tmp_path):
    with pytest.raises(DataError, match="Two images would be .*1_1_1.png"):
        class_folders.write(pd.concat([faces, faces.head(1)]), tmp_path / "out")


def test_near_duplicates_across_splits_are_found(root):
    original = picture(10)  # Train/Happiness/20_1_6.png
    copy = ImageEnhance.Brightness(original.resize((36, 36))).enhance(0.8)
    copy.save(root / "TEST" / "sad" / "99_9_9.jpg", quality=70)
    original.save(root / "Train" / "sad" / "98_1_1.png")  # in the same split: no leak
    table = class_folders.load(root)
    pairs = near_duplicates(table)
    found = {(row.first.name, row.second.name) for row in pairs.itertuples()}
    assert found == {("20_1_6.png", "99_9_9.jpg"), ("98_1_1.png", "99_9_9.jpg")}
    assert set(pairs["first_split"]) == {"train"} and set(pairs["second_split"]) == {"test"}
    assert "1 of 3 test images have a near duplicate in training; 2 pairs" in duplicates_line(table, pairs)
    assert any("1 of 3 test images" in note for note in ised.check(root).notes)


def test_no_near_duplicates_is_said_too(root):
    table = class_folders.load(root)
    pairs = near_duplicates(table)
    assert pairs.empty and list(pairs.columns) == [
        "first", "first_split", "second", "second_split", "distance",
    ]  # fmt: skip
    assert duplicates_line(table, pairs).startswith("No image has a near duplicate")
