"""ISED: the videos' layout read, labelled by its table, and folders that do not fit together."""

import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.io import savemat

from labkit.datasets import ised, recognise
from labkit.datasets.ised_details import COLUMNS

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


def test_a_missing_video_does_not_change_how_rows_are_read(root):
    (root / "videos" / "PS 2" / "1.avi").unlink()
    with pytest.warns(UserWarning, match="1 clips of ISED_details.mat have no video: 2_1"):
        table = ised.load(root)
    assert dict(zip(table["clip"], table["emotion"], strict=True)) == {
        clip: emotion for clip, emotion in ALL.items() if clip != "2_1"
    }
