"""JAFFE's names, counts and palettes; odd files are counted and never read by chance."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image

from labkit.datasets import jaffe, recognise
from labkit.datasets.jaffe_names import parse_name, published_names
from labkit.emotions import keep
from labkit.errors import DataError

GREY = np.arange(64, dtype=np.uint8).reshape(8, 8) * 3


def picture(file, grey=GREY, mode="L"):
    file.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(grey)
    if mode == "P":  # the table counts downwards, so that a place is never its own grey
        image = Image.fromarray(255 - grey)
        image.putpalette(np.repeat(np.arange(255, -1, -1), 3).astype(np.uint8).tobytes())
    image.convert(mode).save(file)


@pytest.fixture
def root(tmp_path):
    for name in ("YM.SU1.58", "KA.HA2.30", "KA.HA1.29", "KA.AN1.39"):
        picture(tmp_path / f"{name}.tiff", mode="P" if name == "KA.AN1.39" else "L")
    (tmp_path / "README_FIRST.txt").write_text("terms")
    (tmp_path / ".DS_Store").write_bytes(b"")
    return tmp_path


def test_the_published_names_are_213_of_219_serial_numbers():
    names = published_names()
    assert len(names) == len(set(names)) == 213 and names[-1].serial == 219
    assert Counter(name.emotion for name in names) == {
        **{"angry": 30, "disgust": 29, "fearful": 32, "happy": 31, "neutral": 30, "sad": 31, "surprised": 30}
    }
    people = Counter(name.subject for name in names)
    assert people == {
        **{"KA": 23, "KL": 22, "KM": 22, "KR": 20, "MK": 21, "NA": 21, "NM": 20, "TM": 21, "UY": 21, "YM": 22}
    }
    assert {"KA.AN1.39", "KM.SA5.13", "KM.DI3.22", "TM.SA1.184", "YM.FE4.70"} <= {n.stem for n in names}
    assert all(parse_name(f"{name.stem}.tiff") == name for name in names)


def test_rows_are_sorted_and_say_what_the_name_says(root):
    table = jaffe.load(root)
    assert tuple(table.columns) == jaffe.MANIFEST_COLUMNS
    assert [path.stem for path in table["path"]] == ["KA.AN1.39", "KA.HA1.29", "KA.HA2.30", "YM.SU1.58"]
    assert table["emotion"].tolist() == ["angry", "happy", "happy", "surprised"]
    assert table["subject"].tolist() == ["KA", "KA", "KA", "YM"] and table["serial"].tolist() == [
        39,
        29,
        30,
        58,
    ]
    assert set(table["split"]) == set(table["clip"]) == {""} and table["frame"].isna().all()
    assert keep(table, ("happy",))[1] == {"angry": 1, "surprised": 1}


def test_palettes_are_applied_and_sizes_may_differ(root):
    picture(root / "KL.NE1.155.tiff", np.full((6, 9), 200, np.uint8))
    table = jaffe.load(root)
    images = dict(zip((path.stem for path in table["path"]), jaffe.read_images(table), strict=True))
    assert all(image.dtype == np.uint8 and image.ndim == 2 for image in images.values())
    np.testing.assert_array_equal(images["KA.AN1.39"], GREY)
    np.testing.assert_array_equal(images["KA.HA1.29"], GREY)
    assert images["KL.NE1.155"].shape == (6, 9)
    kinds = jaffe.check(root).notes[0]
    assert kinds == "pictures by kind: 3 8×8 grey, 1 8×8 with a palette, 1 9×6 grey"


def test_a_folder_below_and_other_formats_are_found(tmp_path):
    picture(tmp_path / "jaffedbase" / "KA.AN1.39.png")
    assert recognise(tmp_path) is jaffe and jaffe.load(tmp_path)["subject"].tolist() == ["KA"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("KA.AN1", "not a name"),
        ("XX.AN1.39", "nobody"),
        ("KA.CO1.39", "no expression CO"),
        ("me", "not a name"),
    ],
)
def test_odd_names_are_left_out_and_counted(root, name, said):
    picture(root / f"{name}.tiff")
    with pytest.warns(UserWarning, match="1 files .* were left out"):
        assert len(jaffe.load(root)) == 4
    (odd,) = jaffe.check(root).odd
    assert said in odd and f"{name}.tiff" in odd


def test_the_check_counts_and_names_what_is_lost_damaged_or_double(root):
    picture(root / "KA.AN1.39.png")
    picture(root / "KA.AN9.99.tiff")
    (root / "KM.NE1.1.tiff").write_bytes(b"")
    (root / "YM.SU1.58.tiff").write_bytes(b"not an image")
    report = jaffe.check(root)
    assert not report.ok and not report.complete and "5 of 213 pictures, 2 of 10 people" in str(report)
    assert report.missing == [
        "209 pictures are not here: KA.AN2.40, KA.AN3.41, KA.DI1.42, KA.DI2.43, KA.DI3.44 and 204 more"
    ]
    odd = "\n".join(report.odd)
    for what in (
        "same picture",
        "KA.AN9.99.tiff: JAFFE has no such",
        "KM.NE1.1.tiff: the file is empty",
        "YM.SU1",
    ):
        assert what in odd
    assert len(report.odd) == 4 and report.notes == [
        "pictures by kind: 4 8×8 grey, 1 unreadable",
        "1 files are no pictures and are not read: README_FIRST.txt",
    ]


def test_what_is_no_jaffe_is_said(tmp_path):
    assert not jaffe.recognises(tmp_path)
    with pytest.raises(DataError, match="No pictures of JAFFE"):
        jaffe.load(tmp_path)
    with pytest.raises(DataError, match="There is no folder"):
        jaffe.load(tmp_path / "nowhere")


def test_a_truncated_picture_is_named(root):
    file = root / "KA.HA1.29.tiff"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(DataError, match=r"KA\.HA1\.29\.tiff is no image that can be opened"):
        jaffe.read_images(jaffe.load(root))
