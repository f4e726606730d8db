"""ISED: the videos' layout read, labelled by its table, and folders that do not fit together."""

import warnings
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from labkit.datasets import ised, recognise
from labkit.datasets.ised_details import COLUMNS
from labkit.datasets.ised_labels import automatic_labels
from labkit.errors import DataError

CLIPS = {(2, 1): 4, (2, 3): 1, (10, 1): 3, (26, 7): 2}  # (participant, video) → emotion's code
WORDS = {1: "happy", 2: "surprised", 3: "sad", 4: "disgust"}
PEAK = 3


def film(path: Path, frames: int = 5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 20, (64, 48))
    for level in range(frames):
        writer.write(np.full((48, 64, 3), 40 * level, np.uint8))
    writer.release()


def cells(rows: list[list]) -> np.ndarray:
    """Rows as a MATLAB cell array, filled up with texts to the 16 columns of the real table."""
    table = np.empty((len(rows), len(COLUMNS)), object)
    table[:] = "unknown"
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = values
    return table


def rows(clips: dict = CLIPS) -> list[list]:
    return [
        [
            participant,
            f"P{participant}",
            video,
            float(PEAK),
            f"videos\\PS {participant}\\{video}.avi",
            "",
            code,
        ]
        for (participant, video), code in clips.items()
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four clips of three people in ISED's published layout."""
    root = tmp_path / "ised"
    for participant, video in CLIPS:
        film(root / "videos" / f"PS {participant}" / f"{video}.avi")
        image = root / "peakImages" / f"{participant}_{video}_{PEAK}.jpg"
        image.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(image), np.zeros((48, 64, 3), np.uint8))
    savemat(root / "ISED_details.mat", {"ISED_details": cells(rows())})
    return root


def details(root: Path, table: np.ndarray, name: str = "ISED_details") -> None:
    savemat(root / "ISED_details.mat", {name: table})


def loaded(root: Path) -> dict[str, str]:
    """Clip → emotion, and no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = ised.load(root)
    return dict(zip(table["clip"], table["emotion"], strict=True))


ALL = {f"{person}_{video}": WORDS[code] for (person, video), code in CLIPS.items()}


def test_the_published_layout_is_read(root):
    table = ised.load(root)
    assert list(table.columns) == list(ised.MANIFEST_COLUMNS)
    assert list(table["clip"]) == ["2_1", "2_3", "10_1", "26_7"]  # by number, not by letter
    assert list(table["emotion"]) == ["disgust", "happy", "sad", "surprised"]
    assert list(table["subject"]) == ["2", "2", "10", "26"] and list(table["number"]) == [1, 3, 1, 7]
    assert list(table["peak"]) == [PEAK] * 4 and table["peak"].dtype == "Int64"
    assert all(path.is_file() for path in (*table["path"], *table["peak_image"]))
    assert recognise(root) is ised and ised.layout(root) == "videos"


def test_the_table_may_be_numbers_under_any_name_and_without_its_last_columns(root):
    numbers = np.array([[p, 0, v, PEAK, 0, 0, code] for (p, v), code in CLIPS.items()], float)
    details(root, numbers, "data")
    assert loaded(root) == ALL


def test_rows_are_counted_where_column_3_is_not_the_videos_number(root):
    for old, new in (("2/3", "2/2"), ("26/7", "26/1")):
        (root / "videos" / f"PS {old}.avi").rename(root / "videos" / f"PS {new}.avi")
        (image,) = (root / "peakImages").glob(f"{old.replace('/', '_')}_*.jpg")
        image.rename(image.with_name(f"{new.replace('/', '_')}_{PEAK}.jpg"))
    numbered = enumerate(CLIPS.items(), start=900)
    details(root, cells([[person, "", number, 3, "", "", code] for number, ((person, _), code) in numbered]))
    assert loaded(root) == {"2_1": "disgust", "2_2": "happy", "10_1": "sad", "26_1": "surprised"}
    assert any("counted" in note for note in ised.check(root).notes)


@pytest.mark.parametrize("path", ["videos/PS 2/{}.avi", "D:\\ISED\\VIDEOS\\ps 2\\{}.AVI", "/PS_02/0{}.avi"])
def test_a_row_that_was_counted_wrong_is_left_out_as_its_path_tells(root, path):
    """Column 3 is no number of a video, and of participant 2's videos 1 to 4 the table lacks the second."""
    for video in (2, 4):
        film(root / "videos" / "PS 2" / f"{video}.avi")
    two = [[2, "", 900 + video, 3, path.format(video), "", code] for video, code in ((1, 4), (3, 1), (4, 3))]
    details(root, cells([*two, [10, "", 910, 3, "no path", "", 3]]))
    with pytest.warns(UserWarning, match="6 things .*: the row of clip 2_2 has the path of clip 2_3"):
        table = ised.load(root)
    assert dict(zip(table["clip"], table["emotion"], strict=True)) == {"2_1": "disgust", "10_1": "sad"}
    odd = ised.check(root).odd
    assert sum("in column 5" in line for line in odd) == 2


def test_a_path_keeps_rows_from_being_counted_where_column_3_is_right(root):
    """Video 3 is not here: counted, its row would be video 2, which is."""
    (root / "videos" / "PS 2" / "3.avi").rename(root / "videos" / "PS 2" / "2.avi")
    (root / "peakImages" / f"2_3_{PEAK}.jpg").unlink()
    with pytest.warns(UserWarning):
        assert list(ised.load(root)["clip"]) == ["2_1", "10_1", "26_7"]


def test_column_3_and_the_path_must_agree(root):
    table = cells(rows())
    table[1, 4] = "videos/PS 2/1.avi"
    details(root, table)
    with pytest.warns(UserWarning, match="clip 2_3 has the path of clip 2_1 in column 5"):
        assert list(ised.load(root)["clip"]) == ["2_1", "10_1", "26_7"]


def test_a_missing_video_does_not_change_how_rows_are_read(root):
    (root / "videos" / "PS 2" / "1.avi").unlink()
    with pytest.warns(UserWarning, match="1 clips of ISED_details.mat have no video: 2_1"):
        table = ised.load(root)
    assert dict(zip(table["clip"], table["emotion"], strict=True)) == {
        clip: emotion for clip, emotion in ALL.items() if clip != "2_1"
    }


def test_a_table_that_disagrees_with_the_folders_is_counted_and_said(root):
    """A heading, a code that does not exist, two videos that no row names, a row without a video."""
    details(root, cells([["participant"], *rows({(2, 1): 4, (2, 3): 9, (10, 1): 3, (11, 1): 3})]))
    film(root / "videos" / "PS 2" / "5.avi")
    (root / "peakImages" / f"26_7_{PEAK}.jpg").rename(root / "peakImages" / "31_1_8.jpg")
    with (
        pytest.warns(UserWarning, match="5 things in .* do not fit .*: row 1 has no participant"),
        pytest.warns(UserWarning, match="1 clips of ISED_details.mat have no video: 11_1"),
    ):
        assert list(ised.load(root)["clip"]) == ["2_1", "10_1"]
    report = ised.check(root)
    assert not report.ok and any("11_1" in line for line in report.missing)
    for words in (
        "row 1 has no participant",
        "clip 2_3 has no emotion's code",
        "PS 2/5.avi: ISED_details.mat does not name",
        "PS 26/7.avi: ISED_details.mat does not name",
        "31_1_8.jpg: there is no such clip",
    ):
        assert any(words in line for line in report.odd), (words, report.odd)


def test_files_with_odd_names_and_stray_ones_are_told_apart(root):
    film(root / "videos" / "PS 2" / "smile.avi")
    film(root / "videos" / "PS 02" / "1.avi")
    film(root / "videos" / "7.avi")
    (root / "videos" / "PS 3").mkdir()
    (root / "videos" / "PS 3" / "1.avi").write_bytes(b"")
    (root / "peakImages" / "26_7_40.jpg").write_bytes(b"x")
    (root / "peakImages" / "best.jpg").write_bytes(b"x")
    (root / "notes.txt").write_text("x")
    (root / "HowToUse.m").write_text("x")
    with pytest.warns(UserWarning, match="6 things"):
        assert len(ised.load(root)) == 4
    report = ised.check(root)
    for words in (
        "smile.avi: not a place",
        "PS 2/1.avi: the same clip as videos/PS 02/1.avi",
        "videos/7.avi: not a place",
        "PS 3/1.avi: the file is empty",
        "26_7_40.jpg: its clip has another",
        "best.jpg: not the name",
    ):
        assert any(words in line for line in report.odd), (words, report.odd)
    assert any("1 files are no part of ISED: notes.txt" in note for note in report.notes)


def test_damaged_videos_are_found_by_check(root):
    whole = root / "videos" / "PS 2" / "1.avi"
    whole.write_bytes(whole.read_bytes()[:-100])
    (root / "videos" / "PS 10" / "1.avi").write_text("This is a text file.")
    first, second = sorted(ised.check(root).odd)
    assert "PS 10/1.avi is a text file" in first and "PS 2/1.avi is truncated" in second


def test_a_peak_beyond_the_end_of_its_video_is_found_by_check(root):
    table = cells(rows())
    table[0, 3], table[1, 3] = 5.0, 6.0  # of 5 frames
    details(root, table)
    (problem,) = ised.check(root).odd
    assert "3.avi has 5 frames, but its peak is said to be 6" in problem


def test_the_peak_is_the_tables_and_else_the_images(root):
    table = cells(rows())
    table[0, 3], table[1, 3] = 5.0, np.nan
    details(root, table)
    (root / "peakImages" / f"10_1_{PEAK}.jpg").unlink()
    manifest = ised.load(root)
    assert list(manifest["peak"]) == [5, PEAK, PEAK, PEAK]
    assert list(manifest["peak_image"].isna()) == [False, False, True, False]
    notes = ised.check(root).notes
    assert any("1 clips have another peak frame" in note and "2_1" in note for note in notes)
    assert any("1 clips have no peak image: 10_1" in note for note in notes)


def test_a_clip_without_any_peak_is_kept(root):
    table = cells(rows())
    table[:, 3] = "unknown"
    details(root, table)
    (root / "peakImages" / f"10_1_{PEAK}.jpg").unlink()
    assert list(ised.load(root)["peak"].isna()) == [False, False, True, False]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is missing"),
        (b"not MATLAB at all", "is damaged or no MATLAB file"),
        (b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(512), "version 7.3; save it there again"),
        ({"ISED_details": np.ones((4, 6))}, "no table of 7 columns"),
        ({"text": "seven columns", "ISED_details": np.ones((0, 7))}, "no table of 7 columns"),
        ({"ISED_details": np.full((4, 7), 99.0)}, "names no video"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(root, content, reason):
    file = root / "ISED_details.mat"
    if content is None:
        file.unlink()
    elif isinstance(content, bytes):
        file.write_bytes(content)
    else:
        savemat(file, content)
    with pytest.raises(DataError, match=reason):
        ised.load(root)


def test_a_truncated_table_says_so(root):
    file = root / "ISED_details.mat"
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(DataError, match="is damaged or no MATLAB file"):
        ised.load(root)


def test_rows_that_name_one_video_are_refused_since_either_may_be_wrong(root):
    details(root, cells(rows() + [[2, "P2", 9, 3, "", "", 1], [2, "P2", 9, 3, "", "", 2]]))
    with pytest.warns(UserWarning, match="2 rows name no video, or one that another row names"):
        assert list(ised.load(root)["clip"]) == list(ALL)


def test_an_empty_wrong_or_unfinished_folder_says_what_was_looked_for(root, tmp_path):
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(DataError, match="peakImages/26_7_39.jpg.*on request"):
            ised.load(folder)
        assert not ised.recognises(folder)
    (root / "unfinished.json").write_text("{}")
    with pytest.raises(DataError, match="not finished"):
        ised.load(root)


def test_a_folder_is_counted_against_what_was_published(root):
    report = ised.check(root)
    assert report.ok and not report.complete and "4 of 428 clips" in str(report)
    assert report.missing == ["424 of 428 clips are not here"] and "3 of 50 people" in str(report)
    assert "disgust 1, happy 1, sad 1, surprised 1" in str(report)


def faces(*rows: tuple[str, int]) -> pd.DataFrame:
    """Stills of 20 frames a second, by clip and frame from 1."""
    table = pd.DataFrame(rows, columns=["clip", "frame"])
    return table.assign(time=(table["frame"] - 1) / 20, fps=20.0)


def test_faces_near_the_peak_get_the_clips_emotion():
    clips = pd.DataFrame(
        [("2_1", "sad", 21), ("2_2", "happy", pd.NA)], columns=["clip", "emotion", "peak"]
    ).astype({"peak": "Int64"})
    stills = faces(("2_1", 1), ("2_1", 11), ("2_1", 21), ("2_1", 31), ("2_1", 36), ("2_2", 1), ("9_9", 21))
    labelled, counts = automatic_labels(stills, clips, within=0.5)
    assert [(row[1], row.frame, row.emotion) for row in labelled.itertuples()] == [
        ("2_1", 11, "sad"), ("2_1", 21, "sad"), ("2_1", 31, "sad"), ("2_2", 1, "happy"),
    ]  # fmt: skip
    assert counts == {
        "labelled": 4,
        "labelled, of a clip without a peak": 1,
        "too far from the peak": 2,
        "of no clip of the manifest": 1,
    }
    with pytest.raises(DataError, match="None of 1 faces is within 0.1 s"):
        automatic_labels(faces(("2_1", 1)), clips, within=0.1)
