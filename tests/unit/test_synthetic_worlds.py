"""Synthetic worlds on disk: complete, deterministic, resumable, and never half taken for whole."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace

import cv2
import numpy as np
import pandas as pd
import pytest

from labkit.datasets.ravdess_names import parse_name
from labkit.datasets.world_files import truth_file
from labkit.errors import DataError, LabkitError
from labkit.processes import map_unordered
from labkit.synthetic import RavdessWorld, is_world, make_world, read_world
from labkit.synthetic.rendering import VERSION
from labkit.synthetic.truth import COLUMNS
from labkit.synthetic.worlds import spec
from labkit.video import probe

TINY = RavdessWorld(people=2, takes=1, seconds=0.2, size=(128, 72))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(TINY, tmp_path_factory.mktemp("worlds") / "tiny", workers=1)


def bytes_of(folder) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_layout_is_that_of_ravdess(world):
    clips = sorted(world.rglob("*.mp4"))
    assert len(clips) == 2 * 6
    names = [parse_name(clip) for clip in clips]
    assert {n.emotion for n in names} == {"neutral", "calm", "happy", "sad", "angry", "fearful"}
    assert {(n.subject, n.sex) for n in names} == {("01", "male"), ("02", "female")}
    assert all(TINY.actor(n.subject).sex == n.sex for n in names)


def test_truth_has_a_row_a_frame(world):
    for clip in world.rglob("*.mp4"):
        truth = pd.read_csv(truth_file(clip))
        assert tuple(truth.columns) == COLUMNS
        assert len(truth) == probe(clip).frames == 6
        assert np.allclose(truth["time"], truth["index"] / 30, atol=1e-3)


def test_default_worlds_have_the_planned_clips():
    song, speech = (RavdessWorld(voice=voice).plan() for voice in ("song", "speech"))
    assert len(song) == 23 * 11 and "18" not in {planned.subject for planned in song}
    assert len(speech) == 24 * 15
    whole = RavdessWorld(takes=8).plan()
    assert len(whole) == 1012  # all that RAVDESS published
    assert {planned.file: planned.clip for planned in song}.items() <= {p.file: p.clip for p in whole}.items()


def test_orders_made_before_other_data_sets_came_are_still_read(world):
    values = json.loads((world / "world.json").read_text())
    assert values == {
        "name": "ravdess",
        "people": 2,
        "takes": 1,
        "seconds": 0.2,
        "size": [128, 72],
        "fps": 30.0,
        "voice": "song",
        "background": "varied",
        "seed": 0,
        "intensity": 1.0,
        "draw_mouth": True,
        "draw_eyes": True,
        "renderer": VERSION,
    }
    text = json.dumps(values, sort_keys=True).encode()
    assert RavdessWorld.from_dict(values).digest == TINY.digest == hashlib.sha256(text).hexdigest()[:10]


def test_equal_orders_give_equal_worlds_and_other_seeds_other_people(world, tmp_path):
    again = make_world(TINY, tmp_path / "again", workers=1)
    assert bytes_of(again) == bytes_of(world)
    strangers = {replace(TINY, seed=1).actor(s).skin.colour for s in ("01", "02")}
    assert strangers.isdisjoint(TINY.actor(s).skin.colour for s in ("01", "02"))


def test_a_whole_world_is_not_made_again(world, monkeypatch):
    monkeypatch.setattr(RavdessWorld, "film", lambda *_: pytest.fail("filmed again"))
    assert make_world(TINY, world) == world
    assert read_world(world) == TINY


def test_interrupted_world_is_not_whole_and_is_finished_without_filming_anew(world, tmp_path, monkeypatch):
    root, filmed = tmp_path / "world", []
    film = RavdessWorld.film

    def film_three(world, root, planned, rig):
        if len(filmed) == 3:
            raise KeyboardInterrupt
        filmed.append(planned.file)
        film(world, root, planned, rig)

    monkeypatch.setattr(RavdessWorld, "film", film_three)
    with pytest.raises(KeyboardInterrupt):
        make_world(TINY, root, workers=1)
    assert not is_world(root) and len(list(root.rglob("*.mp4"))) == 3
    with pytest.raises(DataError, match="not finished"):
        read_world(root)
    monkeypatch.setattr(RavdessWorld, "film", lambda *a: (filmed.append(a[2].file), film(*a)))
    make_world(TINY, root, workers=1)
    assert len(filmed) == len(set(filmed)) == 12
    assert bytes_of(root) == bytes_of(world)


def test_killed_within_a_clip_leaves_no_half_clip(tmp_path, monkeypatch):
    def frames_then_stop(self):
        yield np.zeros((72, 128, 3), np.uint8)
        raise KeyboardInterrupt

    monkeypatch.setattr(spec.ClipRenderer, "frames", frames_then_stop)
    with pytest.raises(KeyboardInterrupt):
        make_world(TINY, tmp_path / "world", workers=1)
    assert not list((tmp_path / "world").rglob("*.mp4"))


def test_other_worlds_and_other_files_are_not_overwritten(world, tmp_path):
    with pytest.raises(DataError, match="another synthetic world"):
        make_world(replace(TINY, seed=7), world)
    (tmp_path / "photo.jpg").write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        make_world(TINY, tmp_path)
    with pytest.raises(DataError, match="no synthetic world"):
        read_world(tmp_path)


def test_damaged_and_outdated_markers_are_said(world, tmp_path):
    marker = tmp_path / "world.json"
    marker.write_text("{")
    with pytest.raises(DataError, match="damaged"):
        read_world(tmp_path)
    marker.write_text(json.dumps(json.loads((world / "world.json").read_text()) | {"renderer": -1}))
    with pytest.raises(DataError, match="another version"):
        read_world(tmp_path)


@pytest.mark.parametrize(
    "wrong", ({"people": 25}, {"takes": 0}, {"voice": "whisper"}, {"background": "beach"}, {"size": (10, 10)})
)
def test_impossible_orders_say_what_is_possible(wrong):
    with pytest.raises(DataError, match=next(iter(wrong))):
        RavdessWorld(**wrong)


def test_two_at_once_film_every_clip_once(tmp_path, monkeypatch):
    filmed, film = [], RavdessWorld.film
    monkeypatch.setattr(RavdessWorld, "film", lambda *a: (filmed.append(a[2].file), film(*a)))
    both = [threading.Thread(target=make_world, args=(TINY, tmp_path / "world", 1)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert is_world(tmp_path / "world") and len(filmed) == len(set(filmed)) == 12


def test_two_processes_started_without_a_script_make_one_world(world, tmp_path):
    code = (
        f"from labkit.synthetic import RavdessWorld, make_world; root = {str(tmp_path / 'world')!r};"
        "make_world(RavdessWorld(people=2, takes=1, seconds=0.2, size=(128, 72)), root, workers="
    )
    both = [subprocess.Popen([sys.executable, "-c", f"{code}{n})"], stderr=subprocess.PIPE) for n in (1, 2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    for process in both:
        process.stderr.close()
    assert bytes_of(tmp_path / "world") == bytes_of(world)


def test_pool_of_processes_gives_every_result_and_the_first_fault():
    assert sorted(map_unordered(abs, [-1, 2, -3], workers=2)) == [1, 2, 3]
    with pytest.raises(TypeError):
        list(map_unordered(abs, ["a", "b"], workers=2))


def test_killed_worker_is_said():
    with pytest.raises(LabkitError, match="killed"):
        list(map_unordered(os._exit, [1, 1], workers=2))


def test_clips_decode_to_the_size_ordered(world):
    clip = next(world.rglob("*.mp4"))
    capture = cv2.VideoCapture(str(clip))
    assert capture.read()[1].shape == (72, 128, 3)
