"""The FER2013 world: who shows what, tables and class folders on disk, and what a check finds."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labkit.datasets import fer2013
from labkit.errors import DataError
from labkit.synthetic import is_world, make_world, read_world
from labkit.synthetic.looking import look
from labkit.synthetic.truth import COLUMNS
from labkit.synthetic.worlds import WORLDS
from labkit.synthetic.worlds.check import check_world
from labkit.synthetic.worlds.fer2013 import Fer2013World

TINY = Fer2013World(people=4, images=24)
DEALT = {
    "happy": 902,
    "neutral": 622,
    "sad": 609,
    "fearful": 514,
    "angry": 497,
    "surprised": 402,
    "disgust": 54,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    order = Fer2013World(people=4, images=24, layout="folders")
    return make_world(order, tmp_path_factory.mktemp("worlds") / "folders", workers=1)


@pytest.fixture
def copy(world, tmp_path):
    return shutil.copytree(world, tmp_path / "copy")


def bytes_of(folder) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_the_default_world_is_a_tenth_of_fer2013():
    plan = Fer2013World().plan()
    assert Counter(still.clip.emotion for still in plan) == DEALT
    assert Counter(still.usage for still in plan) == {"Training": 2880, "PublicTest": 360, "PrivateTest": 360}
    assert sorted(still.row for still in plan) == list(range(3600))
    assert len({still.subject for still in plan}) == 300
    assert {
        emotion for still in plan if still.usage == "PrivateTest" for emotion in [still.clip.emotion]
    } == set(DEALT)


def test_nobody_is_in_two_uses_or_in_another_world():
    plan = Fer2013World().plan()
    uses = {(still.subject, still.usage) for still in plan}
    assert len(uses) == len({subject for subject, _ in uses})
    mine = {still.clip.person.seed for still in plan}
    assert all(500 < seed < 1000 for seed in mine)
    others = {
        p.clip.person.seed for kind in WORLDS.values() if kind is not Fer2013World for p in kind().plan()
    }
    assert mine.isdisjoint(others)


def test_raters_agree_the_less_the_weaker_an_expression_is():
    plan = [still for still in Fer2013World().plan() if still.clip.emotion != "neutral"]
    assert {sum(still.votes) for still in plan} == {10}
    agreeing = [max(still.votes) for still in plan]
    strength = [still.clip.intensity for still in plan]
    assert min(strength) < 0.55 and max(strength) > 1.05
    assert np.corrcoef(strength, agreeing)[0, 1] > 0.5


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [({"people": 500}, "people"), ({"people": 2}, "nobody is in two"), ({"images": 299}, "must be 300"),
     ({"people": 3, "images": 20}, "images must be 21"), ({"layout": "tar"}, "layout")],
)  # fmt: skip
def test_impossible_orders_say_what_is_possible(wrong, rule):
    with pytest.raises(DataError, match=rule):
        Fer2013World(**wrong)


def test_the_loader_reads_the_table_as_planned(world):
    table = fer2013.load(world)
    plan = sorted(TINY.plan(), key=lambda still: still.row)
    assert list(table["emotion"]) == [still.clip.emotion for still in plan]
    assert list(fer2013.votes(world).itertuples(index=False, name=None)) == [still.votes for still in plan]
    assert read_world(world) == TINY and not (world / ".parts").exists()
    images = fer2013.read_images(table)
    assert images.shape == (24, 48, 48) and images.std(axis=(1, 2)).min() > 10
    truth = pd.read_csv(world / "truth.csv")
    assert list(truth.columns[6:]) == list(COLUMNS) and list(truth["emotion"]) == list(table["emotion"])
    assert list(truth["subject"].astype(str)) == [still.subject for still in plan]
    assert (truth.loc[truth["emotion"] == "neutral", "intensity"] == 0).all()


def test_both_layouts_hold_the_same_stills(world, folders):
    images = fer2013.read_images(fer2013.load(world))
    table = fer2013.load(folders)
    rows = [int(path.stem.split("_")[1]) for path in table["path"]]
    assert np.array_equal(fer2013.read_images(table), images[rows])
    truth = pd.read_csv(folders / "truth.csv", index_col="row")
    assert [folders / file for file in truth.loc[rows, "file"]] == list(table["path"])
    assert list(truth.loc[rows, "emotion"]) == list(table["emotion"])
    assert set(table["split"]) == {"train", "test"}


def test_faces_eyes_and_mouths_are_where_the_truth_says(world, folders):
    stills, same = TINY.plan()[::3], read_world(folders).plan()[::3]
    seen = [next(TINY.seen(world, still, 1)) for still in stills]
    found = pd.DataFrame([look(*picture) for picture in seen])
    assert found["face"].all() and found["eyes"].mean() > 0.8 and found["mouth"].mean() > 0.7
    for (image, truth), still in zip(seen, same, strict=True):
        theirs, their_truth = next(read_world(folders).seen(folders, still, 1))
        assert np.array_equal(image, theirs) and truth[list(COLUMNS)].equals(their_truth[list(COLUMNS)])


@pytest.mark.parametrize("layout", ["csv", "folders"])
def test_an_interrupted_world_is_finished_and_never_taken_for_whole(
    layout, world, folders, tmp_path, monkeypatch
):
    order, film, filmed = Fer2013World(people=4, images=24, layout=layout), Fer2013World.film, []

    def film_some(self, root, planned, rig):
        if len(filmed) == 10:
            raise KeyboardInterrupt
        filmed.append(planned)
        film(self, root, planned, rig)

    with monkeypatch.context() as broken:
        broken.setattr(Fer2013World, "film", film_some)
        with pytest.raises(KeyboardInterrupt):
            make_world(order, tmp_path / "again", workers=1)
    assert not is_world(tmp_path / "again")
    with pytest.raises(DataError, match="not finished"):
        fer2013.load(tmp_path / "again")
    make_world(order, tmp_path / "again", workers=1)
    assert bytes_of(tmp_path / "again") == bytes_of(world if layout == "csv" else folders)


@pytest.mark.parametrize("layout", ["csv", "folders"])
def test_a_world_interrupted_while_its_parts_go_is_finished(layout, world, folders, tmp_path, monkeypatch):
    order, before = Fer2013World(people=4, images=24, layout=layout), world if layout == "csv" else folders
    again = shutil.copytree(before, tmp_path / "again")
    (again / "world.json").rename(again / "unfinished.json")
    if layout == "folders":  # make its parts anew
        shutil.rmtree(again / "train")
        shutil.rmtree(again / "test")

    def remove_some(folder, **options):
        if folder.exists():
            next(iter(folder.iterdir())).unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(shutil, "rmtree", remove_some)
        with pytest.raises(KeyboardInterrupt):
            make_world(order, again, workers=1)
    assert not is_world(again)
    make_world(order, again, workers=1)
    assert bytes_of(again) == bytes_of(before)


def test_whole_worlds_are_complete(world, folders):
    for root in (world, folders):
        report = check_world(root)
        assert report.complete and report.ok and report.synthetic
        assert "stills: 24 of 24 images, 4 of 4 people" in str(report)


def test_lost_rows_broken_rows_and_lost_tables_are_named(copy):
    lines = (copy / "fer2013.csv").read_text().splitlines()
    lines[5] = lines[5].replace(" ", ",", 1)
    (copy / "fer2013.csv").write_text("\n".join(lines[:-2]) + "\n")
    (copy / "truth.csv").unlink()
    report = check_world(copy)
    said = "\n".join(report.missing)
    assert report.clips == 21 and "row 22.png" in said and "row 23.png" in said and "row 4.png" in said
    assert "truth.csv is missing" in said
    assert any("row 4 (from 0)" in odd for odd in report.odd)
    assert any("has 24 rows and" in odd for odd in report.odd)


def test_tables_that_say_something_else_are_found(copy):
    lines = (copy / "fer2013.csv").read_text().splitlines()
    lines[1] = f"{(int(lines[1][0]) + 1) % 7}{lines[1][1:]}"
    (copy / "fer2013.csv").write_text("\n".join(lines) + "\n")
    votes = (copy / "fer2013new.csv").read_text().splitlines()
    votes[1] = votes[1][:-1] + "3"
    (copy / "fer2013new.csv").write_text("\n".join(votes) + "\n")
    assert check_world(copy).missing == [
        "fer2013.csv does not say what the stills show",
        "fer2013new.csv does not say what people saw",
    ]
    (copy / "fer2013new.csv").unlink()
    assert "fer2013new.csv is missing" in check_world(copy).missing


def test_lost_files_of_class_folders_are_named(folders, tmp_path):
    copy = shutil.copytree(folders, tmp_path / "copy")
    lost: Path = next(copy.glob("train/*/*.png"))
    lost.unlink()
    assert any(str(lost.relative_to(copy)) in sentence for sentence in check_world(copy).missing)
