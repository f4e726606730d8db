"""CK+: sequences, labels, landmarks and action units; what is missing is never taken for neutral."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from labkit.datasets import ckplus, ckplus_crops, ckplus_labels, recognise
from labkit.errors import DataError

MARKS = "".join(f"   {x:.7e}   {2 * x:.7e}\n" for x in range(68))


def image(file: Path, grey: int = 90, mode: str = "L", size=(8, 6)):
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, grey).convert(mode).save(file)


def text(file: Path, content: str):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def sequence(root, clip, frames, emotion=None, images="cohn-kanade-images", labels="Emotion"):
    """A sequence with its label, landmarks and FACS codes; ``emotion`` as the file is to have it."""
    subject, number = clip.split("_")
    for frame in range(1, frames + 1):
        image(root / images / subject / number / f"{clip}_{frame:08}.png", grey=frame)
        text(root / "Landmarks" / subject / number / f"{clip}_{frame:08}_landmarks.txt", MARKS)
    text(
        root / "FACS" / subject / number / f"{clip}_{frames:08}_facs.txt",
        "   1.0000000e+00   4.0000000e+00\n   2.5000000e+01   0.0000000e+00\n",
    )
    if emotion is not None:
        text(root / labels / subject / number / f"{clip}_{frames:08}_emotion.txt", f"   {emotion}\n")


@pytest.fixture
def root(tmp_path):
    sequence(tmp_path, "S005_001", 6, "3.0000000e+00")
    sequence(tmp_path, "S010_001", 5)
    sequence(tmp_path, "S010_002", 3, "7.0000000e+00")
    return tmp_path


def test_one_row_a_sequence_and_no_file_means_unlabelled(root):
    table = ckplus.load(root)
    assert tuple(table.columns) == ckplus.SEQUENCE_COLUMNS and recognise(root) is ckplus
    assert table["clip"].tolist() == ["S005_001", "S010_001", "S010_002"]
    assert table["emotion"].tolist() == ["disgust", "", "surprised"]
    assert table["subject"].tolist() == ["S005", "S010", "S010"] and table["frames"].tolist() == [6, 5, 3]
    assert table["action_units"].tolist() == [{1: 4, 25: 0}] * 3
    assert table["path"][0] == root / "cohn-kanade-images" / "S005" / "001"


def test_one_row_a_frame_with_its_landmarks(root):
    table = ckplus.frames(ckplus.load(root))
    assert tuple(table.columns) == ckplus.FRAME_COLUMNS and len(table) == 14
    assert table["frame"].tolist() == [*range(1, 7), *range(1, 6), *range(1, 4)]
    assert [int(pixels[0, 0]) for pixels in ckplus.read_images(table)] == table["frame"].tolist()
    points = ckplus_labels.landmarks(table["landmarks"][0])
    assert points.shape == (68, 2) and points[3].tolist() == [3, 6]


def test_stills_are_the_last_frames_and_a_neutral_first_and_never_the_same_twice(root):
    table = ckplus.stills(ckplus.load(root))
    assert list(zip(table["clip"], table["frame"], table["emotion"], strict=True)) == [
        ("S005_001", 1, "neutral"),
        *(("S005_001", frame, "disgust") for frame in (4, 5, 6)),
        *(("S010_002", frame, "surprised") for frame in (1, 2, 3)),
    ]
    assert len(ckplus.stills(ckplus.load(root), last=1, neutral=0)) == 2
    with pytest.raises(DataError, match="None of these sequences"):
        ckplus.stills(ckplus.load(root).query("emotion == ''"))


def test_other_names_of_the_folders_do(tmp_path):
    images, labels = "extended-cohn-kanade-images/cohn-kanade-images", "Emotion_labels/Emotion"
    sequence(tmp_path, "S005_001", 4, "5.0000000e+00", images, labels)
    assert recognise(tmp_path) is ckplus and ckplus.load(tmp_path)["emotion"].tolist() == ["happy"]


def test_without_the_emotion_files_all_is_unlabelled_and_that_is_said(root):
    shutil.rmtree(root / "Emotion")
    with pytest.warns(UserWarning, match="there is no folder 'Emotion'"):
        assert set(ckplus.load(root)["emotion"]) == {""}


def test_two_labels_of_one_sequence_are_none(root):
    text(root / "Emotion/S005/001/S005_001_00000005_emotion.txt", "1.0")
    with pytest.warns(UserWarning, match="2 files where one is to be"):
        assert ckplus.load(root)["emotion"][0] == ""


def test_colour_and_other_sizes_are_read_in_grey(root):
    image(root / "cohn-kanade-images/S010/001/S010_001_00000001.png", 77, "RGB", (4, 4))
    images = ckplus.read_images(ckplus.frames(ckplus.load(root)))
    assert {picture.shape for picture in images} == {(6, 8), (4, 4)} and images[6].tolist() == [[77] * 4] * 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("happy", "no table of numbers"),
        ("8.0000000e+00", "from 0 to 7"),
        ("", "no emotion's code"),
        ("nan", "finite"),
    ],
)
def test_a_label_that_cannot_be_read_is_counted_and_leaves_the_sequence_unlabelled(root, content, said):
    text(root / "Emotion/S005/001/S005_001_00000006_emotion.txt", content)
    with pytest.warns(UserWarning, match="1 things"):
        assert ckplus.load(root)["emotion"].tolist() == ["", "", "surprised"]
    report = ckplus.check(root)
    (odd,) = report.odd
    assert said in odd and "S005_001_00000006_emotion.txt" in odd
    assert report.notes[0].startswith("1 sequences have no emotion file")


def test_what_does_not_belong_together_is_counted(root):
    (root / "cohn-kanade-images/S005/001/S005_001_00000003.png").unlink()
    text(root / "Emotion/S011/001/S011_001_00000009_emotion.txt", "1.0")
    (root / "cohn-kanade-images/S010/002/S010_002_00000003.png").unlink()
    with pytest.warns(UserWarning, match="1 sequences lack frames in their midst: S005_001; 1 emotion files"):
        table = ckplus.load(root)
    assert table["frames"].tolist() == [5, 5, 2]
    report = ckplus.check(root)
    assert report.ok and report.missing == [
        "590 of 593 sequences are not here",
        "1 sequences lack frames in their midst: S005_001",
        "1 emotion files have no sequence: S011_001",
        "1 sequences do not end in the frame that their emotion file is of: S010_002",
        "2 landmark files have no frame: S005_001_00000003_landmarks.txt, S010_002_00000003_landmarks.txt",
    ]
    assert "3 of 593 sequences, 2 of 123 people" in str(report) and "unlabelled 1/266" in str(report)


def test_odd_files_are_named_and_hidden_ones_counted(root):
    images = root / "cohn-kanade-images"
    (images / "S022" / "001").mkdir(parents=True)
    (images / "S005" / "001" / ".DS_Store").write_bytes(b"")
    (images / "S005" / "001" / "notes.doc").write_bytes(b"")
    image(images / "S005/001/S010_001_00000009.png")
    image(images / "S005/001/face.png")
    cut = images / "S010/001/S010_001_00000002.png"
    cut.write_bytes(cut.read_bytes()[:-5])
    report = ckplus.check(root)
    said = "\n".join(report.odd)
    for what in (
        "S022/001: a sequence without an image",
        "lies in another's folder",
        "face.png: not a name",
        "truncated",
    ):
        assert what in said
    assert len(report.odd) == 4
    notes = "\n".join(report.notes)
    assert "1 hidden files" in notes and "notes.doc" in notes and "1 sequences have no emotion file" in notes
    assert "3 8×6 grey" in notes


@pytest.mark.parametrize("content", ["1 2 3", "1.5 2", "12 -3", "one 2"])
def test_action_units_are_whole_numbers(root, content):
    text(root / "FACS/S005/001/S005_001_00000006_facs.txt", content)
    with pytest.warns(UserWarning, match=r"1 things .*S005_001_00000006_facs\.txt"):
        assert ckplus.load(root)["action_units"].tolist() == [{}, {1: 4, 25: 0}, {1: 4, 25: 0}]


@pytest.mark.parametrize("content", ["1 2\n" * 67, "1 2 3\n" * 68, "1 2\n" * 67 + "1 x\n", "1 nan\n" * 68])
def test_landmarks_must_be_68_finite_points(tmp_path, content):
    text(tmp_path / "marks.txt", content)
    with pytest.raises(DataError, match=r"marks\.txt"):
        ckplus_labels.landmarks(tmp_path / "marks.txt")


def test_frames_that_went_after_loading_are_missed(root):
    table = ckplus.load(root)
    (table["path"][0] / "S005_001_00000002.png").unlink()
    with pytest.raises(DataError, match="5 frames, not 6"):
        ckplus.frames(table)


@pytest.mark.parametrize("top", ["", "CK+48"])
def test_faces_in_class_folders_keep_person_and_sequence(tmp_path, top):
    for name in ("anger/S010_004_00000017", "anger/S010_004_00000018", "contempt/S138_008_00000009"):
        image(tmp_path / top / f"{name}.png", size=(48, 48))
    (tmp_path / top / "anger" / "mine.png").write_bytes(b"not an image")
    assert recognise(tmp_path) is ckplus and ckplus.layout(tmp_path) == "crops"
    with pytest.warns(UserWarning, match=r"1 things .* left out .*mine\.png"):
        table = ckplus_crops.load(tmp_path)
    assert tuple(table.columns) == ckplus_crops.COLUMNS
    assert table["clip"].tolist() == ["S010_004", "S010_004", "S138_008"] and table["frame"].tolist() == [
        17,
        18,
        9,
    ]
    assert table["emotion"].tolist() == ["angry", "angry", "contempt"]
    report = ckplus.check(tmp_path)
    assert "3 of 981 faces" in str(report) and len(report.odd) == 1 and "978 of 981" in report.missing[0]
    with pytest.raises(DataError, match="ckplus_crops"):
        ckplus.load(tmp_path)


def test_class_folders_of_no_emotion_and_empty_ones_are_named(tmp_path):
    for name in ("anger/S010_004_00000017", "hapy/S010_006_00000014", "hapy/S010_006_00000015"):
        image(tmp_path / "CK+48" / f"{name}.png", size=(48, 48))
    (tmp_path / "CK+48" / "fear").mkdir()
    with pytest.warns(UserWarning, match="2 things"):
        assert len(ckplus_crops.load(tmp_path)) == 1
    assert ckplus.check(tmp_path).odd == [
        "CK+48/fear: an emotion without an image",
        "CK+48/hapy: no emotion this course knows; 2 files in it are not read",
    ]


def test_what_is_no_ckplus_is_said(tmp_path):
    assert not ckplus.recognises(tmp_path)
    for read in (ckplus.load, ckplus.check, ckplus_crops.load):
        with pytest.raises(DataError, match="of CK"):
            read(tmp_path)
        with pytest.raises(DataError, match="There is no folder .*nowhere"):
            read(tmp_path / "nowhere")
