"""The JAFFE world: JAFFE's own names and counts, grey and palette files, one truth a picture."""

import shutil
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from labkit.datasets import jaffe
from labkit.datasets.jaffe_names import published_names
from labkit.datasets.world_files import truth_file
from labkit.errors import DataError
from labkit.synthetic import (
    ClipRenderer,
    IsedWorld,
    JaffeWorld,
    RavdessWorld,
    is_world,
    make_world,
    read_world,
)
from labkit.synthetic.worlds.check import check_world

TINY = JaffeWorld(people=1, size=(72, 72))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


def test_the_default_world_has_jaffes_pictures_of_ten_women_without_glasses():
    plan = JaffeWorld().plan()
    assert [planned.file for planned in plan] == [f"{name.stem}.tiff" for name in published_names()]
    people = {planned.subject: planned.clip.person for planned in plan}
    assert len({person.seed for person in people.values()}) == 10
    assert {person.sex for person in people.values()} == {"female"}
    assert not any(person.glasses.worn for person in people.values())
    assert len({planned.clip.take for planned in plan}) == 213
    strength = {
        emotion: np.mean([p.clip.intensity for p in plan if p.clip.emotion == emotion])
        for emotion in {p.clip.emotion for p in plan}
    }
    assert max(strength.values()) - min(strength.values()) < 0.1  # tells nothing of the emotion


def test_fewer_people_are_the_same_and_nobody_acts_elsewhere():
    few, all_ = ({p.file: p.clip for p in JaffeWorld(people=n).plan()} for n in (2, 10))
    assert few.items() <= all_.items() and len(few) == 45
    seeds = {clip.person.seed for clip in all_.values()}
    for other in (RavdessWorld(), IsedWorld()):
        assert seeds.isdisjoint(planned.clip.person.seed for planned in other.plan())
    with pytest.raises(DataError, match="1 to 10"):
        JaffeWorld(people=11)


def test_the_loader_reads_the_world_as_planned(world):
    table, plan = jaffe.load(world), TINY.plan()
    assert is_world(world) and read_world(world) == TINY
    shown = {planned.file: (planned.clip.emotion, planned.subject) for planned in plan}
    assert {r.path.name: (r.emotion, r.subject) for r in table.itertuples()} == shown
    assert Counter(table["emotion"])["happy"] == 4 and len(table) == 22
    assert {image.shape for image in jaffe.read_images(table)} == {(72, 72)}


def test_palette_files_hold_the_same_greys_as_rendered(world):
    modes = {}
    for planned in TINY.plan():
        with Image.open(world / planned.file) as image:
            modes[planned.clip.take] = image.mode
            places = np.asarray(image)
        if planned.clip.take % 10 == 0:
            frame = ClipRenderer(planned.clip).frame(planned.clip.apex)
            rows = pd.DataFrame({"path": [world / planned.file]})
            (grey,) = jaffe.read_images(rows)
            expected = frame @ (0.299, 0.587, 0.114)
            assert np.abs(grey - expected).max() <= 1 and np.abs(places - expected).mean() > 20
    assert Counter(modes.values()) == {"L": 20, "P": 2}


def test_the_truth_lies_beside_and_within_the_picture(world):
    for planned, (picture, truth) in [(p, next(TINY.seen(world, p, 5))) for p in TINY.plan()]:
        assert picture.shape == (72, 72, 3) and truth["blink"] < 0.2
        assert 0 < truth["left_eye_x"] < truth["right_eye_x"] < 72 and 0 < truth["mouth_y"] < 72
        assert abs(truth["roll"]) < 8 and truth_file(world / planned.file).is_file()


def test_a_whole_world_is_complete_and_losses_are_named(world, tmp_path):
    report = check_world(world)
    assert report.complete and report.ok and not report.notes and "22 of 22 pictures" in str(report)
    copy = shutil.copytree(world, tmp_path / "copy")
    (copy / "KM.NE1.1.tiff").unlink()
    (copy / "KM.NE2.2.truth.csv").write_bytes(b"")
    (copy / "KM.NE3.3.tiff").write_bytes(b"cut")
    report = check_world(copy)
    assert report.missing == [
        "person KM lacks 1 of 22 pictures: KM.NE1.1.tiff",
        "KM.NE2.2.tiff has no truth beside it",
    ]
    assert len(report.odd) == 1 and "KM.NE3.3.tiff" in report.odd[0]
