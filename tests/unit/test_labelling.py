"""Labelling by hand: what lies on the disk after each step, going on later, what hands and disks spoil."""

import errno
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import DataError
from labkit.widgets.label_book import JOURNAL, LabelBook, agreement
from labkit.widgets.labelling import RECENT, LabellingWidget

NAMES = [f"{person}_1_{frame}.png" for person in (2, 10) for frame in (1, 6, 11)]


def make_faces(folder: Path, names: list[str] = NAMES) -> list[Path]:
    folder.mkdir(parents=True)
    for level, name in enumerate(names):
        cv2.imwrite(str(folder / name), np.full((12, 12, 3), 20 * level, np.uint8))
    return [folder / name for name in names]


@pytest.fixture
def faces(tmp_path: Path) -> list[Path]:
    return make_faces(tmp_path / "faces")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "labels"


@pytest.fixture
def book(faces: list[Path], root: Path) -> LabelBook:
    return LabelBook(faces, root)


def on_disk(root: Path) -> dict[str, str]:
    """File name → class folder."""
    return {path.name: path.parent.name for path in root.glob("*/*")}


def labels(book: LabelBook) -> dict[str, str]:
    return dict(zip(book.table()["file"], book.table()["emotion"], strict=True))


def test_a_label_copies_the_face_at_once_and_the_queue_keeps_its_order(book, faces, root):
    assert (book.face, book.place) == (faces[0], 1)
    book.label("happy")
    assert (root / "happy" / NAMES[0]).read_bytes() == faces[0].read_bytes() and faces[0].is_file()
    book.skip()
    book.label("sad")
    assert (book.face, book.place) == (faces[3], 4)
    assert on_disk(root) == labels(book) == {NAMES[0]: "happy", NAMES[2]: "sad"}
    assert list(book.table()["path"]) == [root / "happy" / NAMES[0], root / "sad" / NAMES[2]]
    assert (book.progress.labelled, book.progress.skipped, book.progress.left) == (2, 1, 3)
    assert book.counts() == {"disgust": 0, "happy": 1, "sad": 1, "surprised": 0}
    assert book.recent(1) == [(root / "sad" / NAMES[2], "sad")]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["happy", "sad", "skip", "undo", "reopen"]), max_size=14))
def test_the_book_the_folders_and_a_book_opened_anew_agree_after_any_steps(steps):
    with TemporaryDirectory() as folder:
        faces, root = make_faces(Path(folder) / "faces", NAMES[:4]), Path(folder) / "labels"
        book, done = LabelBook(faces, root), []
        for step in steps:
            if step == "reopen":
                book = LabelBook(faces, root)
            elif step == "undo" and done:
                book.undo()
                done.pop()
            elif step != "undo" and book.face:
                done.append((book.face.name, step))
                book.skip() if step == "skip" else book.label(step)
            expected = {name: emotion for name, emotion in done if emotion != "skip"}
            assert on_disk(root) == labels(book) == expected
            assert book.can_undo == bool(done) and book.progress.left == 4 - len(done)
            assert (book.face is None) == (len(done) == 4)


def test_undo_goes_back_over_a_restart_and_its_face_comes_next(book, faces, root):
    for emotion in ("happy", "sad", "disgust"):
        book.label(emotion)
    again = LabelBook(faces, root)
    again.undo()
    assert again.face == faces[2]
    again.undo()
    assert again.face == faces[1] and on_disk(root) == {NAMES[0]: "happy"}
    again.label("surprised")
    assert again.face == faces[2]
    again.undo()
    again.undo()
    with pytest.raises(DataError, match="no step"):
        again.undo()


def test_what_hands_did_in_the_folders_is_believed(book, faces, root):
    for emotion in ("happy", "sad", "disgust"):
        book.label(emotion)
    book.skip()
    (root / "happy" / NAMES[0]).rename(root / "sad" / NAMES[0])
    (root / "sad" / NAMES[1]).unlink()
    for face in faces[3:5]:  # one skipped, one not yet seen
        shutil.copy(face, root / "surprised")
    (root / "disgust" / ".DS_Store").write_text("")
    again = LabelBook(faces, root)
    hand = {NAMES[0]: "sad", NAMES[2]: "disgust", NAMES[3]: "surprised", NAMES[4]: "surprised"}
    assert labels(again) == hand and again.progress.skipped == 0
    assert again.face == faces[1]  # it lost its label
    told = " ".join(again.notes)
    assert all(f"{words}: {number}." in told for words, number in [
        ("counted there", 1), ("to be labelled again", 1), ("counted as labelled", 2), ("left alone", 1),
    ])  # fmt: skip
    again.undo()
    again.undo()
    assert not again.can_undo
    assert on_disk(root) == {NAMES[3]: "surprised", NAMES[4]: "surprised", ".DS_Store": "disgust"}


def test_a_label_given_elsewhere_meanwhile_stands(book, faces, root):
    shutil.copy(faces[0], root / "sad")
    with pytest.raises(DataError, match=f"{NAMES[0]} was put into sad"):
        book.label("happy")
    assert book.face == faces[1] and on_disk(root) == labels(book) == {NAMES[0]: "sad"}


def test_faces_that_cannot_be_read_are_left_out_and_counted(faces, root):
    faces[0].write_bytes(faces[0].read_bytes()[:60])
    faces[1].unlink()
    book = LabelBook(faces, root)
    assert book.face == faces[2] and book.progress.unreadable == 2 and book.progress.left == 4
    assert book.notes == [f"Faces that cannot be read, left out: 2 ({NAMES[0]}, {NAMES[1]})."]


def test_the_last_copy_of_a_face_is_not_deleted(book, faces, root):
    book.label("happy")
    faces[0].unlink()
    with pytest.raises(DataError, match="cannot be read any more"):
        book.undo()
    assert on_disk(root) == labels(book) == {NAMES[0]: "happy"}


def test_a_full_disk_changes_nothing(book, faces, root, monkeypatch):
    def full(source, target):
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(DataError, match="No space left on device"):
        patched.setattr(shutil, "copyfile", full)
        book.label("happy")
    assert book.face == faces[0] and on_disk(root) == {}
    assert not list(root.glob(".*")) and not book.can_undo
    again = LabelBook(faces, root)
    assert again.face == faces[0] and labels(again) == {}
    again.label("sad")
    assert on_disk(root) == {NAMES[0]: "sad"}


def test_a_journal_that_cannot_be_written_changes_nothing(book, faces, root):
    (root / JOURNAL).mkdir()
    for step in (lambda: book.label("happy"), book.skip):
        with pytest.raises(DataError, match="cannot be written"):
            step()
    assert book.face == faces[0] and on_disk(root) == {}


def test_a_half_written_line_of_the_journal_loses_no_other(book, faces, root):
    book.label("happy")
    with (root / JOURNAL).open("a") as journal:
        journal.write('{"file": "2_1')
    again = LabelBook(faces, root)
    again.label("sad")
    third = LabelBook(faces, root)
    third.undo()
    third.undo()
    assert on_disk(root) == {} and third.face == faces[0]


def test_what_cannot_be_begun_is_said(faces, root, tmp_path):
    with pytest.raises(DataError, match="no faces"):
        LabelBook([], root)
    with pytest.raises(DataError, match="one name"):
        LabelBook([faces[0], tmp_path / "other" / NAMES[0]], root)
    with pytest.raises(DataError, match="hungry"):
        LabelBook(faces, root, ["hungry"])
    with pytest.raises(DataError, match="holds faces to be labelled"):
        LabelBook(make_faces(root / "happy"), root)
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made"):
        LabelBook(faces, tmp_path / "file")


def test_a_face_in_two_classes_and_a_class_that_is_missing_are_said(book, faces, root):
    book.label("happy")
    with pytest.raises(DataError, match="'happy' of 2_1_1.png"):
        LabelBook(faces, root, ["sad", "disgust"])
    shutil.copy(faces[0], root / "sad")
    with pytest.raises(DataError, match="delete one"):
        LabelBook(faces, root)


def test_agreement_with_automatic_labels():
    automatic = pd.DataFrame({"path": [Path("cache") / f"{i}.png" for i in range(6)]})
    automatic["emotion"] = ["happy", "happy", "happy", "sad", "sad", "sad"]
    hand = pd.DataFrame({"path": [Path("labels") / f"{i}.png" for i in (5, 4, 3, 2, 1, 9)]})
    hand["emotion"] = ["sad", "sad", "happy", "happy", "happy", "happy"]
    found = agreement(hand, automatic)
    assert (found.faces, found.share) == (5, 0.8)
    assert found.kappa == pytest.approx((0.8 - 0.48) / (1 - 0.48))  # by chance .6 × .4 + .4 × .6
    assert found.confusion.loc["sad"].to_dict() == {"happy": 1, "sad": 2}
    assert str(found) == "Hand and automatic labels agree on 4 of 5 faces (80%; Cohen's kappa 0.62)."
    one = agreement(hand[:1], automatic)
    assert one.share == 1 and np.isnan(one.kappa)


def test_labels_that_cannot_be_compared_are_said():
    one = pd.DataFrame({"path": [Path("a.png")], "emotion": ["sad"]})
    with pytest.raises(DataError, match="share no face"):
        agreement(one, one.assign(path=[Path("b.png")]))
    with pytest.raises(DataError, match="automatic labels have a.png twice"):
        agreement(one, pd.concat([one, one]))


def press(widget: LabellingWidget, do: str, emotion: str | None = None) -> None:
    face = widget.shown["face"]
    widget.receive({"do": do, "emotion": emotion, "file": face and face["file"]})


def test_the_widget_does_what_is_pressed_and_shows_it(book, root):
    widget = LabellingWidget(book)
    assert [each["emotion"] for each in widget.classes] == list(book.classes)
    assert widget.shown["face"]["picture"].startswith(b"\xff\xd8")  # a JPEG
    press(widget, "label", "happy")
    press(widget, "skip")
    press(widget, "label", "sad")
    press(widget, "undo")
    assert on_disk(root) == {NAMES[0]: "happy"}
    assert widget.shown["said"] == "Taken back. Face 3 of 6."
    assert widget.shown["face"]["file"] == NAMES[2] and widget.shown["left"] == 4
    assert [face["file"] for face in widget.shown["recent"]] == [NAMES[0]]


def test_a_press_for_a_face_that_is_gone_is_dropped(book, root):
    widget = LabellingWidget(book)
    seen = widget.shown["face"]["file"]
    for emotion in ("happy", "sad"):
        widget.receive({"do": "label", "emotion": emotion, "file": seen})
    assert on_disk(root) == {NAMES[0]: "happy"}


def test_an_automatic_label_is_sent_only_with_a_labelled_face(book):
    widget = LabellingWidget(book, {NAMES[0]: "happiness", NAMES[1]: "sad", NAMES[2]: "surprise"})
    assert "surprise" not in str(widget.shown["face"]) and widget.shown["agreeing"] == [0, 0]
    press(widget, "label", "happy")
    press(widget, "label", "disgust")
    assert [face["automatic"] for face in widget.shown["recent"]] == ["sad", "happy"]
    assert widget.shown["agreeing"] == [1, 2] and not widget.compare


def test_the_widget_says_what_went_wrong_and_goes_on(book, root):
    widget = LabellingWidget(book)
    press(widget, "undo")
    assert widget.shown["problem"] == "There is no step to take back."
    press(widget, "label", "happy")
    assert widget.shown["problem"] == "" and on_disk(root)


def test_the_widget_ends_with_the_faces(tmp_path):
    faces = make_faces(tmp_path / "many", [f"{number}.png" for number in range(RECENT + 2)])
    widget = LabellingWidget(LabelBook(faces, tmp_path / "labels"))
    for _ in faces:
        press(widget, "label", "sad")
    assert widget.shown["face"] is None and len(widget.shown["recent"]) == RECENT
    press(widget, "skip")  # too late: dropped
    assert widget.shown["problem"] == "" and widget.shown["said"].endswith("No face is left.")
