"""Aff-Wild2's layouts; rows keep their places in time, and whatever is lost or invalid is counted."""

import re
import warnings

import numpy as np
import pytest
from PIL import Image

from labkit.datasets import affwild2, recognise
from labkit.datasets.affwild2_labels import names_of
from labkit.errors import DataError

HEADER = "valence,arousal\n"
OF_2020, NEWER = "VA_Estimation_Challenge", "annotations/VA_Set"


def text(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def track(
    root, clip, values, shown=(), split="Train_Set", holder=NEWER, header=HEADER, images="cropped_aligned"
):
    """An annotation file of (valence, arousal) pairs, and grey images as bright as their frame's number."""
    rows = "".join(f"{valence},{arousal}\n" for valence, arousal in values)
    text(root / holder / split / f"{clip}.txt", header + rows)
    for frame in shown:
        folder = root / images / clip
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (112, 112), (frame, frame, frame)).save(folder / f"{frame:05}.jpg")


@pytest.fixture
def root(tmp_path):
    track(tmp_path, "video12_left", [(0.1, 0.2), (-5, -5), (0.3, 0.4), (0.5, -0.25)], shown=(1, 2, 4))
    track(tmp_path, "video12_right", [(0, 0.5), (0.1, 0.5)], shown=(1, 2))
    track(tmp_path, "5-60-1920x1080-1", [(1, -1)], shown=(1,), split="Validation_Set")
    return tmp_path


def strictly(root):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return affwild2.load(root)


def test_one_row_a_track_training_first(root):
    table = strictly(root)
    assert tuple(table.columns) == affwild2.TRACK_COLUMNS and recognise(root) is affwild2
    assert table["clip"].tolist() == ["video12_left", "video12_right", "5-60-1920x1080-1"]
    assert table["video"].tolist() == ["video12", "video12", "5-60-1920x1080"]
    assert table["subject"].tolist() == ["video12_left", "video12_right", "5-60-1920x1080"]
    assert table["split"].tolist() == ["train", "train", "validation"] and table["rows"].tolist() == [4, 2, 1]
    assert table["annotation"][0] == root / NEWER / "Train_Set" / "video12_left.txt"
    assert table["images"][0] == root / "cropped_aligned" / "video12_left"


@pytest.mark.parametrize(
    ("clip", "video", "subject"),
    [
        ("video7", "video7", "video7"),
        ("video86_2", "video86", "video86"),
        ("video10_1_left", "video10", "video10_left"),
        ("46-30-484x360", "46-30-484x360", "46-30-484x360"),
        ("5-60-1920x1080-4_right", "5-60-1920x1080", "5-60-1920x1080_right"),
    ],
)
def test_a_name_tells_the_video(clip, video, subject):
    assert names_of(clip) == (video, subject)


def test_one_row_a_frame_and_invalid_ones_keep_their_place(root):
    table = affwild2.frames(strictly(root))
    assert tuple(table.columns) == affwild2.FRAME_COLUMNS and len(table) == 7
    assert table["clip"].tolist() == ["video12_left"] * 4 + ["video12_right"] * 2 + ["5-60-1920x1080-1"]
    assert table["frame"].tolist() == [1, 2, 3, 4, 1, 2, 1]
    assert table["valid"].tolist() == [True, False, False, True, True, True, True]
    assert table["path"][2] is None and table["path"][3].endswith("video12_left/00004.jpg")
    assert {str(table[column].dtype) for column in ("valence", "arousal")} == {"float32"}
    np.testing.assert_allclose(table["valence"], [0.1, np.nan, 0.3, 0.5, 0, 0.1, 1], rtol=1e-6)
    np.testing.assert_allclose(table["arousal"], [0.2, np.nan, 0.4, -0.25, 0.5, 0.5, -1], rtol=1e-6)
    some = affwild2.frames(strictly(root).iloc[[2, 1]])
    assert some["clip"].tolist() == ["5-60-1920x1080-1", "video12_right", "video12_right"]
    assert affwild2.frames(strictly(root).head(0)).dtypes.equals(table.dtypes)


@pytest.mark.parametrize(
    ("holder", "images"),
    [
        (OF_2020, "cropped_aligned"),
        (f"annotations/{OF_2020}", "cropped_aligned_images"),
        (f"Third_ABAW_Annotations/{OF_2020}", "cropped_aligned/cropped_aligned_new_50_vids"),
        ("labels", "images/cropped_aligned"),
    ],
)
def test_every_challenges_layout_is_found(tmp_path, holder, images):
    track(tmp_path, "video1", [(0, 1)], shown=(1,), holder=holder, images=images)
    track(tmp_path, "video2", [(1, 0)], shown=(1,), holder=holder, images=images, split="Validation_Set")
    text(tmp_path / "annotations" / "EXPR_Set" / "Train_Set" / "video1.txt", "Neutral,Anger,Disgust\n0\n")
    text(tmp_path / "annotations" / "AU_Set" / "Train_Set" / "video1.txt", "AU1,AU2,AU4\n0,1,0\n")
    text((tmp_path / holder).parent / "Test_Set" / "video3.txt", "")
    assert affwild2.frames(strictly(tmp_path))["valid"].tolist() == [True, True]
    assert not any("no labels: " in note for note in affwild2.check(tmp_path).notes)


def test_images_are_grey_at_the_size_asked_for(root):
    table = affwild2.frames(strictly(root))
    images = affwild2.read_images(table[table["valid"]].iloc[[1, 0]], 48)
    assert images.shape == (2, 48, 48) and images.dtype == np.uint8
    np.testing.assert_allclose(images[:, 5, 7], [4, 1], atol=1)
    assert affwild2.read_images(table.head(0), 48).shape == (0, 48, 48)
    colours = np.zeros((112, 112, 3), np.uint8)
    colours[:56, :, 0] = colours[:, 56:, 1] = 255
    Image.fromarray(colours).save(table["path"][0], quality=100, subsampling=0)
    (corners,) = affwild2.read_images(table.head(1), 2)
    np.testing.assert_allclose(corners, [[76, 226], [0, 150]], atol=6)  # of red, yellow, black, green
    with pytest.raises(DataError, match="1 of these rows have no image, first frame 3 of video12_left"):
        affwild2.read_images(table, 48)
    (root / "cropped_aligned" / "video12_left" / "00004.jpg").write_bytes(b"cut")
    with pytest.raises(DataError, match=r"video12_left/00004\.jpg is no image"):
        affwild2.read_images(table[table["valid"]], 48)


def test_rows_and_images_need_not_match_and_each_gap_is_counted(root):
    track(root, "video3", [(0.1, 0.2)] * 8, shown=(2, 3, 5, 6, 9, 10))
    text(root / "cropped_aligned" / "video3" / "notes.doc", "")
    gaps = affwild2.gaps(affwild2.load(root)).set_index("clip")
    counts = gaps.loc["video3", ["rows", "images", "before", "midst", "after", "beyond", "others"]]
    assert counts.tolist() == [8, 6, 1, 1, 2, 2, 1]
    assert gaps.loc["video3", ["valid", "longest", "constant"]].tolist() == [4, 2, "valence arousal"]
    assert gaps.loc["video12_left", ["marked", "marked_runs", "valid", "longest"]].tolist() == [1, 1, 2, 1]
    assert gaps.loc["video12_right", "constant"] == "arousal"
    notes = "\n".join(affwild2.check(root).notes)
    for said in (
        "5 rows have no image, 2 of them between two that have one: 2 tracks (video12_left, video3)",
        "2 images have no row: 1 tracks (video3)",
        "1 rows are marked invalid (-5), in 1 runs: 1 tracks (video12_left)",
        "1 files are no image of a frame: 1 tracks (video3)",
        "no window: never 101 valid frames in a row (4 have fewer rows): 4 tracks",
        "one valence throughout, of which no CCC is defined: 1 tracks (video3)",
        "one arousal throughout, of which no CCC is defined: 2 tracks (video12_right, video3)",
    ):
        assert said in notes


def test_a_track_of_101_frames_gives_a_window_unless_it_is_broken(tmp_path):
    for clip, shown in (("video1", range(1, 102)), ("video2", [*range(1, 51), *range(52, 102)])):
        track(tmp_path, clip, [(n / 200, 0) for n in range(101)], shown, split="Validation_Set")
    with pytest.warns(UserWarning, match="there is no folder Train_Set in annotations/VA_Set"):
        gaps = affwild2.gaps(affwild2.load(tmp_path))
    assert gaps["longest"].tolist() == [101, 50]
    report = affwild2.check(tmp_path)
    assert "no window: never 101 valid frames in a row (0 have fewer rows): 1 tracks (video2)" in report.notes
    assert not report.complete and report.ok


def test_values_outside_the_plane_are_said_and_not_used(root):
    track(root, "video3", [(0.1, 1.2), (-1.01, 0), (1, -1), ("nan", 0), (-5, 0.5)], shown=range(1, 6))
    with pytest.warns(UserWarning, match=r"3 rows have values that are not in \[-1, 1\]"):
        table = affwild2.frames(affwild2.load(root))
    assert table["valid"][table["clip"] == "video3"].tolist() == [False, False, True, False, False]
    assert table["valence"].abs().max() <= 1 and table["arousal"].abs().max() <= 1
    report = affwild2.check(root)
    assert report.odd == ["video3: 3 rows have values that are not in [-1, 1]"]
    assert any("2 rows are marked invalid (-5), in 2 runs" in note for note in report.notes)


def test_without_a_header_the_first_line_is_a_frame(root):
    track(root, "video3", [(0.25, 0.5), (0.5, 0.5)], shown=(1, 2), header="")
    with pytest.warns(UserWarning, match=r"1 annotation files .* no header.*: video3"):
        table = affwild2.load(root)
    assert affwild2.frames(table[table["clip"] == "video3"])["valence"].tolist() == [0.25, 0.5]
    assert (
        "no header; the first line was read as the first frame: 1 tracks (video3)"
        in affwild2.check(root).notes
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no rows"),
        (HEADER, "has no rows"),
        (HEADER + "0.1,0.2\nsmile,0.3\n", "has 'smile,0.3' in line 3"),
        (HEADER + "0.1,0.2\n\n0.1,0.3\n", "has '' in line 3"),
        (HEADER + "0.1,0.2\n0.1\n0.2,0.3,0.4\n", "has '0.1' in line 3"),
        ("arousal,valence\n0.1,0.2\n", "begins with 'arousal,valence'"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_out_and_named(root, content, said):
    text(root / NEWER / "Train_Set" / "video3.txt", content)
    with pytest.warns(UserWarning, match=rf"1 things .* left out .*video3\.txt {re.escape(said)}"):
        assert "video3" not in affwild2.load(root)["clip"].tolist()
    (odd,) = affwild2.check(root).odd
    assert said in odd


def test_a_blank_end_and_windows_lines_are_fine(tmp_path):
    for split in ("Train_Set", "Validation_Set"):
        track(tmp_path, split[:3], [(0, 0)], shown=(1,), split=split)
    (tmp_path / NEWER / "Train_Set" / "Tra.txt").write_bytes(
        b"\xef\xbb\xbfValence, Arousal\r\n0.5, -0.5\r\n\r\n"
    )
    table = affwild2.frames(strictly(tmp_path))
    assert (table["valence"][0], table["arousal"][0]) == (0.5, -0.5)


def test_annotations_without_images_and_the_reverse_are_told_apart(root):
    track(root, "video3", [(0.1, 0.2)])
    track(root, "video4", [(0.1, 0.2)], shown=(1,))
    (root / NEWER / "Train_Set" / "video4.txt").unlink()
    with pytest.warns(UserWarning, match="1 annotated tracks have no images: video3"):
        table = affwild2.load(root)
    assert table["images"][table["clip"] == "video3"].item() is None
    frame = affwild2.frames(table).query("clip == 'video3'").iloc[0]
    assert frame["path"] is None and not frame["valid"]
    report = affwild2.check(root)
    assert report.missing == ["1 annotated tracks have no images: video3"]
    assert "1 folders of images have no labels: video4" in report.notes


def test_the_check_counts_tracks_and_names_doubles_and_damage(root):
    track(root, "video12_right", [(0, 0)], split="Validation_Set")
    track(root, "video12_left", [(0.1, 0.2)] * 4, shown=(1,), images="cropped_aligned_new_50_vids")
    track(root, "video12_1", [(0.1, 0.2)], shown=(1,), split="Validation_Set")
    text(root / NEWER / "Test_Set" / "video9.txt", "")
    (root / "cropped_aligned" / "video12_1" / "00001.jpg").write_bytes(b"")
    report = affwild2.check(root)
    assert "train: 2 tracks\n    videos 1, rows 6, valid 5" in str(report)
    doubles = [line for line in report.odd if "already" in line or "training set has a track" in line]
    assert len(doubles) == 2 and "00001.jpg is no image" in report.odd[-1] and len(report.odd) == 3
    assert "1 videos are in training and in validation: video12" in report.notes
    assert "Test_Set has 1 files; it has no labels and is not read" in report.notes


def test_what_has_changed_since_is_not_mixed_up(root):
    table = strictly(root)
    text(root / NEWER / "Train_Set" / "video12_left.txt", HEADER + "0.1,0.2\n")
    with pytest.raises(DataError, match="has 1 rows, not 4 as before"):
        affwild2.frames(table)


def test_what_is_no_affwild2_or_twice_is_said(root, tmp_path_factory):
    track(root, "video1", [(0, 0)], holder=OF_2020)
    with pytest.raises(DataError, match="two sets of annotations"):
        affwild2.load(root)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    text(elsewhere / "EXPR_Set" / "Train_Set" / "video1.txt", "Neutral,Anger\n0\n")
    assert not affwild2.recognises(elsewhere)
    with pytest.raises(DataError, match="No annotations of valence and arousal"):
        affwild2.load(elsewhere)
    with pytest.raises(DataError, match="There is no folder"):
        affwild2.load(elsewhere / "nowhere")
    text(root / "unfinished.json", "{}")
    with pytest.raises(DataError, match="begun but not finished"):
        affwild2.load(root)
