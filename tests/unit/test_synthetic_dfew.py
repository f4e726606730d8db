"""The DFEW world: who plays what, what happens in a clip, the layout on disk, and what a check finds."""

import shutil
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from labkit.datasets import dfew
from labkit.errors import DataError
from labkit.synthetic import DfewWorld, is_world, make_world, read_world
from labkit.synthetic.film import WAYS, Film, Story
from labkit.synthetic.looking import look
from labkit.synthetic.rig import Rig
from labkit.synthetic.truth import COLUMNS
from labkit.synthetic.worlds import WORLDS
from labkit.synthetic.worlds.check import check_world
from labkit.video import probe, read_frames

TINY = DfewWorld(people=2, clips=40, seconds=0.25, size=(96, 72))
PLAN = DfewWorld().plan()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


@pytest.fixture
def copy(world, tmp_path):
    return shutil.copytree(world, tmp_path / "copy")


@pytest.fixture(scope="module")
def films() -> dict[str, Film]:
    """A short film for each way of being away, and a cut, of one person."""
    busiest = [planned.clip for planned in PLAN if planned.subject == PLAN[0].subject]
    rig, found = Rig(busiest[0].person, busiest[0].size[1]), {}
    for take in range(1, 400):
        clip = replace(busiest[0], take=take, seconds=1.0)
        story = Story.of(clip)
        kind = story.way or ("cut" if story.cut < clip.frames else "")
        if kind and not (story.way and (story.cut < clip.frames or story.away[1] - story.away[0] > 6)):
            found.setdefault(kind, Film(clip, rig))
    return found


def bytes_of(folder) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_the_default_world_is_as_uneven_as_dfew_and_a_few_clips_have_no_label():
    assert len(PLAN) == 330 and sorted(film.number for film in PLAN) == list(range(1, 331))
    labels = Counter(film.label for film in PLAN)
    assert 0.05 < labels[0] / 330 < 0.1
    assert max(labels.values()) == labels[3] and labels[6] == min(labels.values()) >= 10
    assert len({film.subject for film in PLAN}) == 36
    clips = Counter(film.subject for film in PLAN)
    assert max(clips.values()) > 20 and min(clips.values()) <= 2


def test_folds_divide_the_labelled_clips_evenly_and_know_no_people():
    folds = pd.DataFrame([(f.fold, f.clip.emotion, f.subject) for f in PLAN if f.label], columns=list("fes"))
    counts = folds.value_counts(["e", "f"]).unstack()
    assert (counts.max(axis=1) - counts.min(axis=1)).max() <= 1 and counts.min().min() >= 3
    assert counts.sum().max() - counts.sum().min() <= 1
    assert (folds.groupby("s")["f"].nunique() > 1).sum() > 20


def test_a_label_is_what_six_of_ten_saw_and_strong_expressions_are_seen_by_more():
    for film in PLAN:
        assert sum(film.votes) == 10
        agreed = [place + 1 for place, votes in enumerate(film.votes) if votes >= 6]
        assert agreed == ([film.label] if film.label else [])
    moved = [film for film in PLAN if film.label and film.clip.emotion != "neutral"]
    strength, agreeing = [film.clip.intensity for film in moved], [max(film.votes) for film in moved]
    assert np.corrcoef(strength, agreeing)[0, 1] > 0.4


def test_clips_last_from_one_frame_to_seconds_and_some_show_a_face_for_less_than_half():
    frames = [film.clip.frames for film in PLAN]
    assert min(frames) == 1 and max(frames) > 32 and 0.2 < np.mean(np.array(frames) < 16) < 0.5
    assert 5500 < sum(frames) < 8000
    stories = [Story.of(film.clip) for film in PLAN]
    assert set(story.way for story in stories) == {*WAYS, ""}
    away = np.array([story.away[1] - story.away[0] for story in stories]) / frames
    assert 0.03 < np.mean(away > 0.5) < 0.1
    assert 0.2 < np.mean([s.cut < f.clip.frames for s, f in zip(stories, PLAN, strict=True)]) < 0.35


def test_nobody_plays_in_another_world_and_a_small_world_has_the_same_people():
    mine = {film.subject: film.clip.person for film in PLAN}
    other = {p.clip.person.seed for kind in WORLDS.values() if kind is not DfewWorld for p in kind().plan()}
    assert other.isdisjoint(person.seed for person in mine.values())
    assert {film.subject: film.clip.person for film in TINY.plan()}.items() <= mine.items()


@pytest.mark.parametrize("wrong", [{"people": 41}, {"clips": 39, "people": 2}, {"clips": 35}])
def test_impossible_orders_say_what_is_possible(wrong):
    with pytest.raises(DataError, match=next(iter(wrong))):
        DfewWorld(**wrong)


def test_with_the_expression_off_nothing_tells_the_emotion(films):
    clip = replace(films["cut"].clip, intensity=0.0)
    same, rig = replace(clip, emotion="happy"), films["cut"].rig
    pictures = [next(Film(one, rig).frames()) for one in (clip, same)]
    assert clip.emotion != "happy" and np.array_equal(*pictures)


def test_a_face_is_where_the_truth_says_unless_it_is_away(films):
    seen = []
    for film in films.values():
        for frame, picture in enumerate(film.frames()):
            truth = film.truth.loc[frame]
            if frame % 6 == 0 and truth["usable"]:
                seen.append(look(picture, truth)["face"])
    assert len(seen) >= 5 and np.mean(seen) > 0.9


def test_each_way_of_being_away_is_told_by_the_truth(films):
    for way in WAYS:
        truth, (start, stop) = films[way].truth, films[way].story.away
        assert tuple(truth) == (*COLUMNS, "shot", "usable")
        assert not truth["usable"][start:stop].any() and truth["usable"].any()
    start, stop = films["nobody"].story.away
    nobody = films["nobody"].truth
    assert (nobody["shot"][start:stop] == -1).all() and nobody["face_x"][start:stop].isna().all()
    leaving = films["leaves"]
    gone = leaving.truth.loc[leaving.story.away[0], ["face_x", "face_w"]]
    assert gone["face_x"] + gone["face_w"] < 0.5 * gone["face_w"] or gone["face_x"] > leaving.clip.size[0] / 2


def test_a_cut_changes_the_scene_at_once(films):
    pictures = [picture.astype(float) for picture in films["cut"].frames()]
    steps = [np.abs(b - a).mean() for a, b in zip(pictures, pictures[1:], strict=False)]
    cut = films["cut"].story.cut
    assert np.argmax(steps) == cut - 1 and steps[cut - 1] > 3 * np.median(steps)
    assert list(films["cut"].truth["shot"]) == [int(frame >= cut) for frame in range(len(pictures))]


def test_the_loader_reads_the_world_as_planned(world):
    with pytest.warns(UserWarning, match="no single label"):
        table = dfew.load(world)
    labelled = sorted((film for film in TINY.plan() if film.label), key=lambda film: film.number)
    assert list(zip(table["path"], table["emotion"], table["subject"], table["fold"], strict=True)) == [
        (world / film.file, film.clip.emotion, film.subject, film.fold) for film in labelled
    ]
    votes = table[[f"votes_{name}" for name in dfew.CLASSES]].to_numpy()
    assert np.array_equal(votes, [film.votes for film in labelled])
    assert table.groupby("fold")["emotion"].nunique().tolist() == [7] * 5
    assert read_world(world) == TINY
    longest = max(TINY.plan(), key=lambda film: film.clip.frames)
    assert probe(world / longest.file).frames == longest.clip.frames
    assert next(read_frames(world / longest.file)).image.shape == (72, 96, 3)


def test_only_usable_frames_are_judged(world):
    for planned in TINY.plan()[:12]:
        truths = [truth for _, truth in TINY.seen(world, planned, 2)]
        assert all(truth["usable"] == 1 for truth in truths)


def test_equal_orders_give_equal_worlds_and_an_interrupted_one_is_finished(world, tmp_path, monkeypatch):
    unfinished = shutil.copytree(world, tmp_path / "again")
    (unfinished / "world.json").rename(unfinished / "unfinished.json")
    shutil.rmtree(unfinished / "EmoLabel_DataSplit")
    lost = [film.file for film in TINY.plan()[:3]]
    for file in lost:
        (unfinished / file).unlink()
    assert not is_world(unfinished)
    assert bytes_of(make_world(TINY, unfinished, workers=1)) == bytes_of(world)


def test_a_whole_world_is_complete(world):
    report = check_world(world)
    assert report.complete and report.ok and report.synthetic
    assert "Clip/original: 40 of 40 clips, 2 of 2 people" in str(report)


def test_what_is_lost_or_says_something_else_is_named(copy):
    first, second = TINY.plan()[:2]
    (copy / first.file).unlink()
    (copy / second.file).with_suffix(".truth.csv").unlink()
    (copy / "Annotation/sources.csv").unlink()
    split = copy / "EmoLabel_DataSplit/test(single-labeled)/set_2.csv"
    split.write_text(split.read_text().replace(",1\n", ",2\n", 1))
    said = "\n".join(check_world(copy).missing)
    assert f"lacks 1 of {sum(f.subject == first.subject for f in TINY.plan())} clips: {first.file}" in said
    assert f"{second.file} has no truth beside it" in said
    assert "Annotation/sources.csv is missing" in said
    assert f"{split.relative_to(copy)} does not say what the clips show" in said
