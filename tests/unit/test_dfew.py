"""DFEW: three places for clips, official folds that must not overlap, votes, and label 0 left out."""

import re
import warnings
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from labkit.datasets import dfew, recognise
from labkit.datasets.dfew_files import PLACES
from labkit.datasets.dfew_folds import empty_classes
from labkit.datasets.dfew_labels import VOTES, clip_names
from labkit.errors import DataError
from labkit.video import write_video

VOTE_NAMES = "1happy,2sad,3neutral,4angry,5surprise,6disgust,7fear"
PARTS = {"test": "test(single-labeled)", "train": "train(single-labeled)"}

_file = BytesIO()
Image.new("RGB", (8, 8)).save(_file, "jpeg")
PICTURE = _file.getvalue()


def text(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def frames(root, clip, count=1, place="clip_224x224_16f"):
    for number in range(1, count + 1):
        file = root / "Clip" / place / clip / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PICTURE)


def set_file(root, part, number, labels, header="video_name,label"):
    """A set file of {clip's number: label}."""
    rows = "".join(f"{clip},{label}\n" for clip, label in labels.items())
    text(root / "EmoLabel_DataSplit" / PARTS[part] / f"set_{number}.csv", f"{header}\n{rows}")


def official(root, folds):
    """All ten set files of five {clip's number: label}."""
    for number in range(1, 6):
        others = [fold for place, fold in enumerate(folds, start=1) if place != number]
        set_file(root, "test", number, folds[number - 1])
        set_file(root, "train", number, {clip: label for fold in others for clip, label in fold.items()})


def annotation(root, rows, name="annotation.csv"):
    """An annotation of {clip's number: (votes, label)}."""
    lines = "".join(f"{votes},{clip},{label}\n" for clip, (votes, label) in rows.items())
    text(root / "Annotation" / name, f"{VOTE_NAMES},order,label\n{lines}")


def folds_of(clips):
    """Thirty-five clips or more in five folds, each with all seven labels."""
    return [{clip: clip % 7 + 1 for clip in clips if clip // 7 % 5 == fold} for fold in range(5)]


@pytest.fixture
def root(tmp_path):
    """Thirty-five clips in five folds, one without a single label and one that nothing names."""
    for clip in range(1, 38):
        frames(tmp_path, f"{clip:05}")
    official(tmp_path, folds_of(range(1, 36)))
    votes = {
        clip: (f"{'0,' * (clip % 7)}8,{'0,' * (6 - clip % 7)}"[:-1], clip % 7 + 1) for clip in range(1, 36)
    }
    annotation(tmp_path, votes | {36: ("2,2,2,1,1,1,1", 0)})
    return tmp_path


def quietly(root, **choices):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dfew.load(root, **choices)


def findings(root):
    """All that a check says, a line a finding."""
    report = dfew.check(root)
    return "\n".join(report.missing + report.odd + report.notes)


def test_one_row_a_clip_with_an_emotion_and_its_official_fold(root):
    with pytest.warns(
        UserWarning, match="1 clips have no single label .0. and are left out; 1 clips are in no"
    ):
        table = dfew.load(root)
    assert tuple(table.columns) == dfew.COLUMNS and recognise(root) is dfew
    assert table["clip"].tolist() == [f"{clip:05}" for clip in range(1, 36)]
    assert table["path"][0] == root / "Clip" / "clip_224x224_16f" / "00001"
    assert set(table["kind"]) == {"frames"} and set(table["subject"]) == {""}
    assert table["emotion"].head(7).tolist() == [*dfew.CLASSES[1:], dfew.CLASSES[0]]
    assert table["fold"].tolist() == [clip // 7 % 5 for clip in range(1, 36)]
    assert table["votes_sad"][0] == 8 and table.loc[0, list(VOTES)].sum() == 8
    assert (table["fold"].dtype, table["votes_sad"].dtype) == (np.int64, np.float64)


def test_the_fullest_place_is_read_unless_another_is_asked_for(root):
    write_video(root / "Clip" / "original" / "part_1" / "1.mp4", [np.zeros((16, 16, 3), np.uint8)] * 2)
    text(root / "Clip" / "original" / "part_1" / "1.truth.csv", "frame\n")
    frames(root, "00002", place="original")
    table = quietly(root)
    assert table["clip"].tolist() == ["00001", "00002"] and table["kind"].tolist() == ["video", "frames"]
    assert table["path"][0].name == "1.mp4" and table["fold"].tolist() == [0, 0]
    assert len(quietly(root, frames="16f")) == 35
    with pytest.raises(DataError, match="no folder Clip/clip_224x224 in .* choose frames of original, 16f"):
        dfew.load(root, frames="full")
    with pytest.raises(DataError, match="no frames 'faces' of DFEW"):
        dfew.load(root, frames="faces")
    said = findings(root)
    assert "33 of 36 clips" not in said and "35 clips of clip_224x224_16f are not in original" in said
    assert "33 of 35 clips named in the set files are not in original: 00003, 00004" in said


def test_an_archives_own_folder_is_looked_into(root, tmp_path_factory):
    outer = tmp_path_factory.mktemp("outer")
    (outer / "DFEW-part2").symlink_to(root)
    assert recognise(outer) is dfew and len(quietly(outer)) == 35
    assert len(dfew.votes(outer)) == 36


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("7", "00007"),
        ("00007", "00007"),
        (" 7.0", "00007"),
        ("16372.mp4", "16372"),
        ("0", None),
        ("x7", None),
    ],
)
def test_names_are_padded(written, name):
    (padded,) = clip_names(pd.Series([written]))
    assert padded == name if name else pd.isna(padded)


def test_votes_are_of_all_annotated_clips(root):
    votes = dfew.votes(root)
    assert votes.columns.tolist() == ["clip", "emotion", *VOTES] and len(votes) == 36
    assert votes.iloc[35].tolist() == ["00036", "", 2, 2, 2, 1, 1, 1, 1]
    assert votes["emotion"][4] == "disgust" and votes["votes_disgust"][4] == 8
    (root / "Annotation" / "annotation.csv").unlink()
    with pytest.raises(DataError, match="no Annotation/annotation.csv or annotation.xlsx"):
        dfew.votes(root)
    assert quietly(root)[list(VOTES)].isna().all(axis=None)


def test_who_is_in_a_clip_may_be_told(root):
    text(root / "Annotation" / "sources.csv", "video_name,source\n2,ann\n00003,ben\n99,eve\n")
    assert quietly(root)["subject"].head(4).tolist() == ["", "ann", "ben", ""]


def test_without_set_files_labels_are_the_annotations(root):
    for file in (root / "EmoLabel_DataSplit").rglob("*.csv"):
        file.unlink()
    table = quietly(root)
    assert len(table) == 35 and set(table["fold"]) == {-1} and table["emotion"][0] == "sad"
    assert "10 set files are not in EmoLabel_DataSplit" in findings(root)
    (root / "Annotation" / "annotation.csv").unlink()
    with pytest.raises(DataError, match="No clip in .*clip_224x224_16f has an emotion"):
        dfew.load(root)


def test_a_clip_in_two_test_folds_is_an_error_that_names_both(root):
    folds = folds_of(range(1, 36))
    set_file(root, "test", 4, folds[3] | {3: 4})
    message = "set_1.csv and set_4.csv both hold clip 00003 (1 clips"
    with pytest.raises(DataError, match=re.escape(message)):
        dfew.load(root)
    report = dfew.check(root)
    assert not report.ok and message in report.odd[0]


def test_a_set_that_tests_on_its_training_clips_is_an_error(root):
    folds = folds_of(range(1, 36))
    set_file(root, "train", 2, folds[0] | folds[1])
    with pytest.raises(DataError, match=r"set_2\.csv: 7 clips are in training and in test \(00007, 00008"):
        dfew.load(root)
    assert "set_2.csv: 21 clips of other folds are not in its training file" in findings(root)


def test_files_that_disagree_are_said_and_the_test_file_counts(root):
    folds = folds_of(range(1, 36))
    set_file(root, "train", 1, {clip: label for fold in folds[1:] for clip, label in fold.items()} | {7: 5})
    set_file(root, "test", 1, folds[0] | {1: 7, 2: 0})
    annotation(root, {1: ("8,0,0,0,0,0,0", 1)})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = dfew.load(root).set_index("clip")
    assert re.search("2 things in .* do not fit", str(caught[0].message))
    assert table["emotion"]["00001"] == "fearful" and table["emotion"]["00007"] == "happy"
    assert "00002" not in table.index  # 0 in the test file, though training files know an emotion
    said = findings(root)
    assert "3 clips have other labels in other set files; the test file's count: 00001, 00002, 00007" in said
    assert "1 clips have another label in the annotation; the set files' counts: 00001" in said


def test_names_without_clips_and_clips_without_names_are_counted(root):
    set_file(root, "test", 1, folds_of(range(1, 36))[0] | {999: 2})
    annotation(root, {clip: ("8,0,0,0,0,0,0", 1) for clip in (37, 38, 40)})
    frames(root, "00041", place="clip_224x224_16f")
    said = findings(root)
    assert "1 of 36 clips named in the set files are not in clip_224x224_16f: 00999" in said
    assert "2 of 3 clips named in the annotation are not in clip_224x224_16f: 00038, 00040" in said
    assert "2 clips are in no set file and not annotated, and are left out" in said
    assert "1 clips have an emotion and are in no fold (-1): 00037" in said
    assert quietly(root)["fold"].tolist()[-1] == -1


def test_a_fold_that_lacks_a_class_is_said(root):
    folds = folds_of(range(1, 36))
    folds[2] = {clip: label for clip, label in folds[2].items() if label != 6}
    official(root, [*folds[:4], {}])
    said = findings(root)
    assert "fold 3 (set_3.csv) has no clip of disgust" in said
    assert "fold 5 (set_5.csv) has no clip at all" in said and "fold 1 " not in said
    assert empty_classes(pd.DataFrame({"emotion": ["happy"], "fold": [-1]})) == []


def test_rows_that_are_not_whole_are_left_out_and_counted(root):
    set_file(root, "test", 1, folds_of(range(1, 36))[0] | {"x": 1, 36: 9, "00001": 5})
    annotation(root, {1: ("8,0,0,0,0,0,0", 2), 2: ("8,0,0,-1,0,0,0", 3), 3: ("many,0,0,0,0,0,0", 4)})
    said = findings(root)
    assert (
        "test(single-labeled)/set_1.csv: 2 rows are not a clip's number and a label of 0 to 7, lines 9, 10"
        in said
    )
    assert "set_1.csv: 1 clips have more than one row; the first counts: 00001" in said
    assert (
        "annotation.csv: 2 rows are not a clip's number, seven votes and a label of 0 to 7, lines 3, 4"
        in said
    )
    assert quietly(root)["votes_happy"].head(3).isna().tolist() == [False, True, True]


@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_rows_that_end_in_a_comma_are_read_as_they_stand(root):
    text(root / "EmoLabel_DataSplit" / PARTS["test"] / "set_1.csv", "\ufeffvideo_name, label\n1,5,\n2,6,\n")
    table = quietly(root)
    assert table["emotion"].head(2).tolist() == ["surprised", "disgust"] and (table["fold"] == 0).sum() == 2


def test_clips_that_cannot_be_read_are_named(root):
    (root / "Clip" / "clip_224x224_16f" / "00042").mkdir()
    (root / "Clip" / "clip_224x224_16f" / "00001" / "1.jpg").write_bytes(b"cut")
    frames(root, "00003", count=16)
    frames(root, "notes")
    write_video(root / "Clip" / "original" / "part_1" / "1.mp4", [np.zeros((16, 16, 3), np.uint8)])
    text(root / "Clip" / "original" / "part_1" / "2.mp4", "")
    text(root / "Clip" / "original" / "part_2" / "3.mp4", "no video")
    text(root / "Clip" / "original" / "part_2" / "1.mp4", "no video")
    said = findings(root)
    assert "clip_224x224_16f/00042: a clip without frames" in said
    assert re.search(r"00001/1\.jpg is no image", said)
    assert "36 clips in clip_224x224_16f have a single frame: 00001, 00002" in said
    assert "36 clips in clip_224x224_16f do not have 16 frames" in said
    assert "1 clips in original have a single frame: 00001" in said
    assert "original/part_2/1.mp4: the same clip as original/part_1/1.mp4" in said
    assert "original/part_1/2.mp4: the file is empty" in said
    assert re.search(r"part_2/3\.mp4 is a text file, not a video", said)
    assert "1 files in clip_224x224_16f are no clips: clip_224x224_16f/notes/1.jpg" in said


def test_what_is_published_is_what_a_check_counts_against(root):
    report = dfew.check(root)
    folded, loose = report.parts
    assert (folded.clips, folded.expected_clips, folded.labels["disgust"]) == (35, 11_697, 5)
    assert folded.expected_labels == {"disgust": 146} and loose.labels == {
        "no single label": 1,
        "not labelled": 1,
    }
    assert report.ok and report.missing[0] == "11662 of 11697 clips in the five folds are not here"


def test_an_excel_annotation_needs_a_reader_and_says_so(root, monkeypatch):
    (root / "Annotation" / "annotation.csv").rename(root / "Annotation" / "annotation.xlsx")
    monkeypatch.setattr("labkit.datasets.dfew_labels.find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"annotation\.xlsx is an Excel file, which needs openpyxl"):
        dfew.votes(root)
    assert len(
        quietly(root)
    ) == 35 and "run 'pip install openpyxl', or save it as annotation.csv" in findings(root)
    assert dfew.check(root).ok


def test_an_excel_annotation_is_read_where_there_is_a_reader(root):
    pytest.importorskip("openpyxl")
    file = root / "Annotation" / "annotation.csv"
    expected = dfew.votes(root)
    pd.read_csv(file).to_excel(file.with_suffix(".xlsx"), index=False)
    file.unlink()
    pd.testing.assert_frame_equal(dfew.votes(root), expected)
    file.with_suffix(".xlsx").write_bytes(b"no zip")
    with pytest.raises(DataError, match=r"annotation\.xlsx cannot be read as a table"):
        dfew.votes(root)


@pytest.mark.parametrize("content", ["clip,emotion\n1,2\n", "", "\0\xff"])
def test_a_broken_set_file_is_odd_and_the_rest_is_read(root, content):
    text(root / "EmoLabel_DataSplit" / PARTS["test"] / "set_1.csv", content)
    report = dfew.check(root)
    assert not report.ok and re.search(r"set_1\.csv (has no column|cannot be read)", report.odd[0])
    assert quietly(root)["fold"].value_counts()[-1] == 7


def test_nothing_of_dfew_is_said_with_what_is_looked_for(tmp_path):
    with pytest.raises(DataError, match="There is no folder"):
        dfew.load(tmp_path / "away")
    for name in PLACES.values():
        (tmp_path / "Clip" / name).mkdir(parents=True)
    assert not dfew.recognises(tmp_path)
    with pytest.raises(DataError, match=r"No clips of DFEW in .*'Clip/original/part_1/1\.mp4'"):
        dfew.check(tmp_path)
