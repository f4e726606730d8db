"""The ISED world: who feels what, the raw layout on disk, and what the check of a world finds."""

import shutil
from collections import Counter
from dataclasses import replace

import cv2
import pytest

from labkit.datasets import ised
from labkit.errors import DataError
from labkit.synthetic import IsedWorld, RavdessWorld, is_world, make_world, read_world
from labkit.synthetic.worlds.check import check_world
from labkit.video import probe, read_frames

TINY = IsedWorld(people=2, clips=4, seconds=0.4, size=(128, 72))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


@pytest.fixture
def copy(world, tmp_path):
    return shutil.copytree(world, tmp_path / "copy")


def bytes_of(folder) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def people_by_emotion(world: IsedWorld) -> dict[str, int]:
    pairs = {(planned.clip.emotion, planned.subject) for planned in world.plan()}
    return Counter(emotion for emotion, _ in pairs)


def test_the_default_world_has_as_many_clips_and_people_as_ised():
    plan = IsedWorld().plan()
    assert Counter(p.clip.emotion for p in plan) == {"happy": 190, "sad": 122, "disgust": 70, "surprised": 46}
    clips = Counter(planned.subject for planned in plan)
    assert set(clips) == {str(number) for number in range(1, 51)} and sum(clips.values()) == ised.CLIPS
    assert max(clips.values()) > 3 * min(clips.values())
    assert min(people_by_emotion(IsedWorld()).values()) >= 15
    sexes = {planned.subject: planned.clip.person.sex for planned in plan}
    assert Counter(sexes.values()) == {"male": 29, "female": 21}
    assert {planned.clip.voice for planned in plan} == {"silent"}
    assert len({planned.clip.intensity for planned in plan}) == 5


def test_a_persons_clips_are_numbered_from_one_and_the_number_tells_no_emotion():
    plan = IsedWorld().plan()
    for subject in {planned.subject for planned in plan}:
        files = [planned.file for planned in plan if planned.subject == subject]
        assert files == [f"videos/PS {subject}/{number}.avi" for number in range(1, len(files) + 1)]
    firsts = Counter(planned.clip.emotion for planned in plan if planned.file.endswith("/1.avi"))
    assert len(firsts) == 4


@pytest.mark.parametrize(
    "order", [IsedWorld(people=n) for n in (3, 6, 20)] + [IsedWorld(people=30, clips=40)], ids=str
)
def test_a_smaller_world_keeps_the_proportions_and_several_people_an_emotion(order):
    counts, plan = Counter(planned.clip.emotion for planned in order.plan()), order.plan()
    assert len(plan) == (order.clips or round(428 * order.people / 50))
    assert len({planned.subject for planned in plan}) == order.people
    assert counts["happy"] > counts["sad"] > counts["disgust"] >= counts["surprised"] >= 3
    assert min(people_by_emotion(order).values()) >= 3


def test_the_same_people_feel_in_worlds_of_any_size_and_none_of_them_acts():
    few, all_ = ({p.subject: p.clip.person for p in IsedWorld(people=n).plan()} for n in (3, 50))
    assert few.items() <= all_.items()
    actors = {planned.clip.person.seed for planned in RavdessWorld().plan()}
    assert actors.isdisjoint(person.seed for person in all_.values())


def test_another_seed_gives_other_people_and_other_feelings():
    one, other = (IsedWorld(people=4, seed=seed).plan() for seed in (0, 1))
    assert {p.clip.person.seed for p in one}.isdisjoint(p.clip.person.seed for p in other)
    assert [p.clip.emotion for p in one] != [p.clip.emotion for p in other]


@pytest.mark.parametrize("wrong", ({"people": 51}, {"people": 9, "clips": 8}, {"people": 1, "clips": 3}))
def test_impossible_orders_say_what_is_possible(wrong):
    with pytest.raises(DataError, match=list(wrong)[-1]):
        IsedWorld(**wrong)


def test_the_loader_reads_the_world_as_planned(world):
    table = ised.load(world)
    assert list(zip(table["path"], table["emotion"], table["subject"], table["peak"], strict=True)) == [
        (world / p.file, p.clip.emotion, p.subject, p.clip.apex + 1) for p in TINY.plan()
    ]
    assert read_world(world) == TINY
    for row in table.itertuples():
        assert row.peak_image.name == f"{row.subject}_{row.number}_{row.peak}.jpg"


def test_a_peak_image_is_its_frame_of_the_video(world):
    for row in ised.load(world).itertuples():
        assert (probe(row.path).frames, probe(row.path).fps) == (8, 20)
        (frame,) = read_frames(row.path, start=row.peak - 1, stop=row.peak)
        image = cv2.cvtColor(cv2.imread(str(row.peak_image)), cv2.COLOR_BGR2RGB)
        assert image.shape == (72, 128, 3) and cv2.PSNR(image, frame.image) > 30


def test_equal_orders_give_equal_worlds_and_an_interrupted_one_is_finished(world, tmp_path, monkeypatch):
    def pull_the_plug(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(IsedWorld, "finish", pull_the_plug)
        with pytest.raises(KeyboardInterrupt):
            make_world(TINY, tmp_path / "again", workers=1)
    assert not is_world(tmp_path / "again")
    monkeypatch.setattr(IsedWorld, "film", lambda *_: pytest.fail("filmed again"))
    again = make_world(TINY, tmp_path / "again", workers=1)
    assert bytes_of(again) == bytes_of(world)


def test_a_whole_world_is_complete(world):
    report = check_world(world)
    assert report.complete and report.ok and report.synthetic and not report.notes
    assert "videos: 4 of 4 clips, 2 of 2 people" in str(report)


def test_what_is_lost_or_broken_is_named(copy):
    first, second, third, _ = TINY.plan()
    image = ised.load(copy)["peak_image"].iloc[-1]
    image.unlink()
    (copy / first.file).unlink()
    video = copy / second.file
    video.write_bytes(video.read_bytes()[:3000])
    (copy / third.file).with_suffix(".truth.csv").unlink()
    (copy / ised.FILE).write_bytes(b"not a table")
    report = check_world(copy)
    said = "\n".join(report.missing)
    assert (
        f"person 1 lacks 1 of 2 clips: {first.file}" in said
        and f"{third.file} has no truth beside it" in said
    )
    assert (
        f"{image.relative_to(copy)} is missing" in said and "ISED_details.mat is missing or damaged" in said
    )
    assert len(report.missing) == 4 and len(report.odd) == 1 and str(video) in report.odd[0]


def test_a_table_that_says_something_else_is_found(copy):
    replace(TINY, seed=1).finish(copy)
    assert check_world(copy).missing == ["ISED_details.mat does not say what the clips show"]
