"""FER2013: table and class folders read, FER+'s votes on it, and everything that can be wrong with a row."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from labkit.datasets import fer2013, ised, recognise
from labkit.datasets.fer2013_counts import PUBLISHED
from labkit.errors import DataError

USAGES = ("Training", "Training", "Training", "PublicTest", "PrivateTest", "PrivateTest")
CODES = (3, 0, 6, 5, 2, 3)
EMOTIONS = ["happy", "angry", "neutral", "surprised", "fearful", "happy"]
VOTES = (
    (0, 9, 1, 0, 0, 0, 0, 0, 0, 0),  # happy
    (1, 0, 0, 0, 4, 4, 0, 1, 0, 0),  # angry and disgust, equally many
    (2, 0, 0, 1, 0, 0, 0, 7, 0, 0),  # contempt
    (0, 0, 4, 0, 0, 0, 3, 0, 3, 0),  # surprised, by fewer than half
    (1, 0, 0, 2, 0, 0, 2, 0, 5, 0),  # unknown
    (0, 1, 0, 0, 0, 0, 0, 0, 0, 9),  # no face
)
VOTE_COLUMNS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def image(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (48, 48), np.uint8)


def pixels(seed: int) -> str:
    return " ".join(map(str, image(seed).ravel().tolist()))


def rows() -> list[list[str]]:
    return [
        [str(code), pixels(row), usage] for row, (code, usage) in enumerate(zip(CODES, USAGES, strict=True))
    ]


def write(root: Path, table: list[list[str]], header: str = "emotion,pixels,Usage") -> Path:
    root.mkdir(parents=True, exist_ok=True)
    (root / "fer2013.csv").write_text("\n".join([header, *map(",".join, table)]) + "\n")
    return root


def write_votes(root: Path, usages: tuple[str, ...] = USAGES, votes: tuple = VOTES) -> None:
    lines = [f"{usage},fer{row:07d}.png,{','.join(map(str, cells))}" for row, (usage, cells) in
             enumerate(zip(usages, votes, strict=True))]  # fmt: skip
    (root / "fer2013new.csv").write_text("\n".join([f"Usage,Image name,{VOTE_COLUMNS}", *lines]) + "\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "fer2013", rows())


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """The same images sorted into class folders, as copies of the data set are."""
    words = {"fearful": "fear", "surprised": "surprise"}
    for row, (emotion, usage) in enumerate(zip(EMOTIONS, USAGES, strict=True)):
        for split in ("train", "test"):
            (tmp_path / "sorted" / split / words.get(emotion, emotion)).mkdir(parents=True, exist_ok=True)
        split = "train" if usage == "Training" else "test"
        place = tmp_path / "sorted" / split / words.get(emotion, emotion) / f"{usage}_{row}.png"
        Image.fromarray(image(row)).save(place)
    return tmp_path / "sorted"


def strictly(root: Path, **options) -> pd.DataFrame:
    """The manifest, and no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return fer2013.load(root, **options)


def test_the_table_is_read(root):
    table = strictly(root)
    assert list(table.columns) == list(fer2013.MANIFEST_COLUMNS)
    assert list(table["emotion"]) == EMOTIONS and list(table["row"]) == [0, 1, 2, 3, 4, 5]
    assert list(table["split"]) == ["train"] * 3 + ["validation"] + ["test"] * 2
    assert set(table["subject"]) == set(table["clip"]) == {""} and table["frame"].isna().all()
    assert set(table["path"]) == {root / "fer2013.csv"}
    assert recognise(root) is fer2013


def test_images_come_in_the_order_that_is_asked_for(root):
    table = fer2013.load(root).iloc[[4, 1, 4]]
    images = fer2013.read_images(table)
    assert images.dtype == np.uint8 and np.array_equal(images, [image(4), image(1), image(4)])
    assert fer2013.read_images(table.head(0)).shape == (0, 48, 48)


def test_the_contests_own_download_is_read_too(root, tmp_path):
    """Other columns' order, blanks in the header, one folder down."""
    table = [[code, usage, values] for code, values, usage in rows()]
    inner = write(tmp_path / "kaggle" / "fer2013", table, "emotion, Usage, pixels")
    (inner / "fer2013.csv").rename(inner / "icml_face_data.csv")
    there = strictly(tmp_path / "kaggle")
    assert list(there["emotion"]) == EMOTIONS
    assert np.array_equal(fer2013.read_images(there), fer2013.read_images(fer2013.load(root)))


BROKEN = {
    "2303 pixels instead of 2304": lambda row: [row[0], row[1].rsplit(" ", 1)[0], row[2]],
    "2305 pixels instead of 2304": lambda row: [row[0], row[1] + " 7", row[2]],
    "0 pixels instead of 2304": lambda row: [row[0], "", row[2]],
    "a pixel outside 0 to 255": lambda row: [row[0], "256" + row[1][row[1].index(" ") :], row[2]],
    "a pixel outside 0 to 255 ": lambda row: [row[0], f"{2**32}" + row[1][row[1].index(" ") :], row[2]],
    "a pixel that is no whole number": lambda row: [row[0], "x" + row[1][row[1].index(" ") :], row[2]],
    "the label '7'": lambda row: ["7", *row[1:]],
    "the use 'Final'": lambda row: [*row[:2], "Final"],
    "the use ''": lambda row: row[:2],
    "the use '100 200'": lambda row: [row[0], "0", "100 200", *row[1:]],
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_row_is_left_out_counted_and_named(tmp_path, fault):
    table = rows()
    table[1] = BROKEN[fault](table[1])
    root = write(tmp_path, table)
    with pytest.warns(UserWarning, match=rf"1 rows of .* left out: row 1 \(from 0\) has {fault.strip()}"):
        there = fer2013.load(root)
    assert list(there["row"]) == [0, 2, 3, 4, 5]
    assert np.array_equal(fer2013.read_images(there)[1], image(2))
    report = fer2013.check(root)
    assert not report.ok and len(report.odd) == 1 and f"row 1 (from 0) has {fault.strip()}" in report.odd[0]
    if "pixel" in fault:
        with pytest.raises(DataError, match=r"Row 1 \(from 0\)"):
            fer2013.read_images(there.assign(row=1).head(1))


def test_a_fault_of_many_rows_is_one_sentence(tmp_path):
    """As where labels are counted from 1."""
    table = [["7", *row[1:]] if number % 2 else row for number, row in enumerate(rows() * 4)]
    (odd,) = fer2013.check(write(tmp_path, table)).odd
    assert "12 rows (from 0: 1, 3, 5, 7, 9 and 7 more) have the label '7'" in odd


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read as a table"),
        ("emotion,pixels,Usage\n", "has no rows"),
        ("emotion,pixels\n3,1 2 3\n", "no column Usage"),
        ("emotion,pixels,Usage\n3,1 2 3,Training\n", "Not one row"),
    ],
)
def test_a_table_that_is_none_is_named(tmp_path, text, reason):
    (tmp_path / "fer2013.csv").write_text(text)
    with warnings.catch_warnings(), pytest.raises(DataError, match=f"fer2013.csv .*{reason}|{reason} of"):
        warnings.simplefilter("ignore")
        fer2013.load(tmp_path)


def test_a_row_that_is_not_there_is_named(root):
    beyond = fer2013.load(root).assign(row=lambda table: table["row"] + 2)
    with pytest.raises(DataError, match=r"no row 6 \(from 0\)"):
        fer2013.read_images(beyond)


def test_nothing_of_fer2013_is_said(tmp_path, root):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(DataError, match="labkit data get synthetic-fer2013"):
            fer2013.load(folder)
    with pytest.raises(DataError, match="choose fer2013 or ferplus"):
        fer2013.load(root, labels="fer+")


def test_what_most_people_saw_is_the_label(root):
    write_votes(root)
    said = "3 of 6 images have no FER. label and were left out .no face 1, tie 1, unknown 1."
    with pytest.warns(UserWarning, match=said):
        table = fer2013.load(root, labels="ferplus")
    assert list(table["row"]) == [0, 2, 3]
    assert list(table["emotion"]) == ["happy", "contempt", "surprised"]
    assert np.array_equal(fer2013.read_images(table)[1], image(2))
    counts = fer2013.votes(root)
    assert counts.shape == (6, 10) and counts.loc[5, "no face"] == 9 and counts.loc[1, "disgust"] == 4
    assert any("3 of 6 images have a label" in note for note in fer2013.check(root).notes)


def test_left_out_rows_do_not_shift_the_votes(tmp_path):
    table = rows()
    table[0][0] = "9"
    root = write(tmp_path, table)
    write_votes(root)
    with pytest.warns(UserWarning):
        there = fer2013.load(root, labels="ferplus")
    assert dict(zip(there["row"], there["emotion"], strict=True)) == {2: "contempt", 3: "surprised"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda root: write_votes(root, USAGES[:5], VOTES[:5]), "has 5 rows and .* has 6"),
        (lambda root: write_votes(root, ("PublicTest", *USAGES[1:])), r"Row 0 \(from 0\) is for PublicTest"),
        (lambda root: write_votes(root, votes=((-1, *VOTES[0][1:]), *VOTES[1:])), "votes below 0"),
        (lambda root: write_votes(root, votes=(("many", *VOTES[0][1:]), *VOTES[1:])), "no table of votes"),
        (
            lambda root: (root / "fer2013new.csv").write_text("Usage,neutral\nTraining,3\n"),
            "no column happiness",
        ),
    ],
)
def test_votes_on_other_images_are_refused(root, change, reason):
    change(root)
    with pytest.raises(DataError, match=reason):
        fer2013.load(root, labels="ferplus")
    assert not fer2013.check(root).ok
    assert len(strictly(root)) == 6


def test_no_votes_are_said(root, folders):
    assert fer2013.votes(root) is None and fer2013.votes(folders) is None
    with pytest.raises(DataError, match="has no fer2013new.csv"):
        fer2013.load(root, labels="ferplus")
    write_votes(folders)
    for asked in (lambda: fer2013.load(folders, labels="ferplus"), lambda: fer2013.votes(folders)):
        with pytest.raises(DataError, match="the rows of fer2013.csv"):
            asked()


def fill(folders: Path) -> None:
    """One more image in each class folder that has none."""
    for number, folder in enumerate(sorted(folders.glob("*/*/"))):
        if not any(folder.iterdir()):
            Image.fromarray(image(100 + number)).save(folder / "more.png")


def test_class_folders_are_read_without_a_validation_set(folders, root):
    fill(folders)
    table = strictly(folders)
    assert set(table["split"]) == {"train", "test"} and table["row"].isna().all()
    known = {row.path.stem.split("_")[-1]: row for row in table.itertuples() if row.path.stem != "more"}
    assert {number: row.emotion for number, row in known.items()} == dict(
        zip("012345", EMOTIONS, strict=True)
    )
    for number, row in known.items():
        assert np.array_equal(fer2013.read_images(table.loc[[row.Index]])[0], image(int(number)))
    assert recognise(folders) is fer2013
    both = pd.concat([table, fer2013.load(root)], ignore_index=True)
    assert np.array_equal(fer2013.read_images(both)[-6:], fer2013.read_images(fer2013.load(root)))


def test_class_folders_with_a_validation_set_are_ised(folders):
    (folders / "Validation" / "happy").mkdir(parents=True)
    assert recognise(folders) is ised


def test_folders_that_name_no_emotion_are_not_fer2013(tmp_path):
    for split in ("train", "test"):
        (tmp_path / split / "cats").mkdir(parents=True)
    assert not fer2013.recognises(tmp_path)


def test_other_sizes_and_colours_become_small_and_grey_and_are_counted(folders):
    fill(folders)
    colour = np.full((96, 90, 3), (200, 100, 50), np.uint8)
    Image.fromarray(colour).save(folders / "train" / "happy" / "large.png")
    Image.fromarray(colour[:48, :48]).save(folders / "train" / "happy" / "colour.png")
    table = fer2013.load(folders)
    with pytest.warns(UserWarning, match="1 of 12 images were not 48 pixels square .*large.png"):
        images = fer2013.read_images(table)
    grey = [images[row.Index] for row in table.itertuples() if row.path.stem in ("large", "colour")]
    assert len(grey) == 2 and all(set(np.unique(one)) == {124} for one in grey)
    assert any("large.png" in note for note in fer2013.check(folders).notes)


def test_what_is_no_image_is_left_out_and_an_empty_class_named(folders):
    fill(folders)
    (folders / "train" / "fear" / "more.png").write_text("no image")
    (folders / "train" / "notes.txt").write_text("hello")
    with warnings.catch_warnings(), pytest.raises(DataError, match="Train has no image of 'fearful'"):
        warnings.simplefilter("ignore")
        fer2013.load(folders)
    report = fer2013.check(folders)
    assert len(report.odd) == 2 and "Train has no image of 'fearful'" in report.missing


def test_the_check_counts_against_what_was_published(root):
    report = fer2013.check(root)
    assert report.ok and not report.complete and "train: 28706 of 28709 images are not here" in report.missing
    assert "test: 2 of 3589 images\n" in str(report) and "people" not in str(report)
    assert sum(sum(counts.values()) for counts in PUBLISHED.values()) == 35887


def test_repeated_and_plain_images_are_noted(tmp_path):
    table = rows()
    table[4][1] = table[5][1] = table[0][1]  # both of the test images
    table[3][1] = " ".join(["9"] * 2304)
    notes = " ".join(fer2013.check(write(tmp_path, table)).notes)
    assert "2 images repeat an earlier one, pixel for pixel; 2 test images are in training too" in notes
    assert "1 images are of one single grey" in notes
