"""RAVDESS: names, layouts, counts, and folders that are not as they should be."""

import warnings
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.datasets import DATASETS, dataset, ised, ravdess, recognise
from labkit.datasets.ravdess_names import parse_name, published_names
from labkit.errors import DataError

WHOLE_MP4 = b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov"


def put(root: Path, *names: str, content: bytes = WHOLE_MP4) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def song(actor: int) -> list[str]:
    return [
        f"Actor_{actor:02d}/{n.stem}.mp4"
        for n in published_names("song", "video-only")
        if int(n.subject) == actor
    ]


def test_every_code_is_read():
    name = parse_name("Actor_12/02-01-06-01-02-01-12.mp4")
    assert (name.modality, name.channel, name.emotion) == ("video-only", "speech", "fearful")
    assert (name.intensity, name.statement) == ("normal", "Dogs are sitting by the door")
    assert (name.repetition, name.subject, name.sex) == (1, "12", "female")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("00-02-01-01-01-01-01.mp4", "modality code 00 does not exist; it is one of 01 audio-video"),
        ("02-03-01-01-01-01-01.mp4", "vocal channel code 03"),
        ("02-02-09-01-01-01-01.mp4", "emotion code 09 does not exist; it is one of 01 neutral"),
        ("02-02-03-03-01-01-01.mp4", "intensity code 03"),
        ("02-02-03-01-00-01-01.mp4", "statement code 00"),
        ("02-02-03-01-01-03-01.mp4", "repetition code 03"),
        ("02-02-03-01-01-01-25.mp4", "actor code 25"),
        ("02-02-01-02-01-01-01.mp4", "strong.*does not exist for neutral"),
        ("02-02-07-01-01-01-01.mp4", "disgust was never sung"),
        ("02-02-08-01-01-01-01.mp4", "surprised was never sung"),
        ("02-02-03-01-01-01-18.mp4", "actor 18 recorded no songs"),
        ("03-02-03-01-01-01-01.mp4", "audio-only does not go with a .mp4 file"),
        ("02-02-03-01-01-01-01.wav", "video-only does not go with a .wav file"),
        ("Actor_02/02-02-03-01-01-01-01.mp4", "actor 01 but lies in the folder Actor_02"),
        ("2-2-3-1-1-1-1.mp4", "not a RAVDESS name; one looks like"),
        ("holiday.mp4", "not a RAVDESS name"),
        ("02-02-03-01-01-01-01.avi", "not a RAVDESS name"),
    ],
)
def test_an_impossible_name_says_which_field_and_what_is_allowed(name, reason):
    with pytest.raises(DataError, match=reason):
        parse_name(name)


@given(st.tuples(*[st.integers(0, 26)] * 7))
def test_a_name_is_read_exactly_if_it_was_published(codes):
    stem = "-".join(f"{code:02d}" for code in codes)
    published = {n.stem for channel in ravdess.CLIPS for n in published_names(channel, "video-only")}
    try:
        parsed = parse_name(f"{stem}.mp4").stem if codes[0] == 2 else None
    except DataError:
        parsed = None
    assert (parsed == stem) == (stem in published)


def test_the_published_names_make_the_published_totals():
    for channel, total in ravdess.CLIPS.items():
        names = list(published_names(channel, "video-only"))
        by_person = Counter(n.subject for n in names)
        assert len(names) == total and set(by_person.values()) == {44 if channel == "song" else 60}
        assert all(parse_name(f"Actor_{n.subject}/{n.stem}.mp4") == n for n in names)
    assert len({n.subject for n in published_names("speech", "audio-video")}) == ravdess.PEOPLE


@pytest.mark.parametrize("layout", ["{}", "Video_Song_Actor_01/{}", "unpacked/Video_Song_Actor_01/{}"])
def test_the_official_layouts_are_read(tmp_path, layout):
    table = ravdess.load(put(tmp_path, *(layout.format(name) for name in song(1))))
    assert len(table) == 44 and list(table.columns) == list(ravdess.MANIFEST_COLUMNS)
    assert table["emotion"].value_counts().to_dict() == {
        "neutral": 4, "calm": 8, "happy": 8, "sad": 8, "angry": 8, "fearful": 8,
    }  # fmt: skip
    assert table["clip"].is_unique and all(path.is_file() for path in table["path"])


def test_an_actors_own_folder_will_do(tmp_path):
    assert len(ravdess.load(put(tmp_path, *song(1)) / "Actor_01")) == 44


def test_channel_and_modality_choose(tmp_path):
    put(tmp_path, "Actor_01/02-02-03-01-01-01-01.mp4", "Actor_01/01-02-03-01-01-01-01.mp4")
    put(tmp_path, "Actor_01/02-01-08-01-01-01-01.mp4", "Actor_01/03-01-08-01-01-01-01.wav")
    assert list(ravdess.load(tmp_path)["clip"]) == ["02-02-03-01-01-01-01"]
    assert list(ravdess.load(tmp_path, "speech")["emotion"]) == ["surprised"]
    assert len(ravdess.load(tmp_path, "both")) == 2
    assert list(ravdess.load(tmp_path, modality="audio-video")["clip"]) == ["01-02-03-01-01-01-01"]
    for arguments in ({"channel": "songs"}, {"modality": "video"}):
        with pytest.raises(DataError, match="is not known; it is one of"):
            ravdess.load(tmp_path, **arguments)


def test_real_clips_are_read_by_their_names(real_clips):
    table = ravdess.load(real_clips, "speech")
    assert len(table) == 5 and set(table["subject"]) == {"01"}
    assert ravdess.check(real_clips).ok and not ravdess.check(real_clips).complete


def test_an_empty_or_wrong_folder_says_what_was_looked_for(tmp_path):
    for root in (tmp_path, tmp_path / "nowhere", put(tmp_path / "other", "cat.jpg")):
        with pytest.raises(DataError, match="labkit data get ravdess"):
            ravdess.load(root)
        with pytest.raises(DataError, match="labkit data get ravdess"):
            recognise(root)


def test_sound_alone_is_not_enough(tmp_path):
    put(tmp_path, "Actor_01/03-02-03-01-01-01-01.wav")
    with pytest.raises(DataError, match="1 audio files are ignored"):
        ravdess.load(tmp_path)


def test_odd_files_are_left_out_of_the_manifest_and_counted(tmp_path):
    put(tmp_path, "Actor_01/02-02-03-01-01-01-01.mp4", "Actor_01/02-02-09-01-01-01-01.mp4")
    put(tmp_path, "Actor_01/02-02-04-01-01-01-01.mp4", content=b"")
    with pytest.warns(UserWarning, match="2 files .* were left out"):
        assert len(ravdess.load(tmp_path)) == 1


def test_a_whole_data_set_checks_out(tmp_path):
    put(tmp_path, *(name for actor in range(1, 25) for name in song(actor)))
    report = ravdess.check(tmp_path)
    assert report.ok and report.complete and report.clips == 1012
    (part,) = report.parts
    assert (part.people, part.labels) == (23, part.expected_labels)
    assert "complete, 1012 of 1012 clips" in str(report)
    assert sum("none here" in note for note in report.notes) == 3


def test_what_is_missing_is_named(tmp_path):
    put(tmp_path, *(name for actor in range(1, 24) for name in song(actor) if actor != 5))
    (tmp_path / song(3)[7]).unlink()
    report = ravdess.check(tmp_path)
    assert report.ok and not report.complete
    whole, single = report.missing
    assert "nothing of 2 actors: 05, 24" in whole
    assert "Actor_03 lacks 1 of 44 clips" in single and Path(song(3)[7]).stem in single


def test_what_is_odd_is_named(tmp_path):
    good = song(1)
    put(
        tmp_path,
        *good[:6],
        "copy/" + good[0],
        "Actor_02/" + Path(good[0]).name,
        "Actor_01/odd.mp4",
        "notes.txt",
    )
    put(tmp_path, good[1], content=b"")
    put(tmp_path, good[2], content=b"This is a text file.")
    put(tmp_path, good[3], content=WHOLE_MP4 + b"\0\1\0\0mdat" + b"x" * 40)
    put(tmp_path, good[4], content=WHOLE_MP4[:16])
    report = ravdess.check(tmp_path)
    assert not report.ok
    for name, reason in [
        (good[1], "empty"), (good[2], "no mp4"), (good[3], "truncated"), (good[4], "truncated"),
        ("copy/" + good[0], "the same clip as"), ("Actor_02/", "lies in the folder Actor_02"),
        ("odd.mp4", "not a RAVDESS"),
    ]:  # fmt: skip
        assert any(name in line and reason in line for line in report.odd), (name, reason, report.odd)
    assert len(report.odd) == 7 and any("notes.txt" in note for note in report.notes)


def test_hidden_files_and_kept_archives_are_no_news(tmp_path):
    put(tmp_path, *song(1), "__MACOSX/Actor_01/._x.mp4", ".DS_Store", "Video_Song_Actor_01.zip")
    report = ravdess.check(tmp_path)
    assert report.ok and not any("no part" in note for note in report.notes)


def test_an_unfinished_world_is_not_taken_for_whole(tmp_path):
    put(tmp_path, *song(1), "unfinished.json")
    with pytest.raises(DataError, match="not finished"):
        ravdess.load(tmp_path)


def test_the_registry_knows_its_data_sets(tmp_path):
    assert dataset("ravdess") is ravdess and dataset("ised") is ised
    with pytest.raises(DataError, match="it knows dfew, affwild2, ravdess"):
        dataset("imagenet")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert recognise(put(tmp_path, *song(1))) is ravdess


@pytest.mark.parametrize("module", DATASETS.values(), ids=DATASETS)
def test_every_data_set_says_what_it_is_and_how_to_get_it(module):
    for what in ("NAME", "TITLE", "LICENCE", "HOME", "CITATION", "HOW_TO_GET"):
        assert len(getattr(module, what)) > 3
    assert "labkit data get" in module.HOW_TO_GET
