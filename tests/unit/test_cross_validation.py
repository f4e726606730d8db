"""Fold by fold: held-out answers, and going on where one was broken off."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labkit.datasets.folds import turns
from labkit.errors import TrainingError
from labkit.training.cross_validation import cross_validate

ROWS = 20


def table() -> pd.DataFrame:
    rows = np.arange(ROWS)
    return pd.DataFrame(
        {
            "clip": [f"{row:05}" for row in rows],
            "subject": "",
            "emotion": np.where(rows % 2, "sad", "happy"),
            "fold": rows % 5,
        }
    )


def learner(done: list[int], fails_at: int | None = None) -> Callable[[pd.DataFrame, int], np.ndarray]:
    """Answers say which turn they are from and what the row was to it; ``done`` notes the turns learned."""

    def learn(turn: pd.DataFrame, number: int) -> np.ndarray:
        if number == fails_at:
            raise KeyboardInterrupt
        done.append(number)
        return np.stack([np.full(ROWS, number), turn["split"] == "test"], axis=1)

    return learn


def kept(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_every_row_is_answered_by_the_network_that_did_not_learn_from_it():
    found = cross_validate(turns(table(), 0.25), learner([]))
    assert found.answers.shape == (5, ROWS, 2) and found.answers.dtype == np.float32
    assert found.rows.tolist() == list(range(ROWS))
    assert found.folds.tolist() == table()["fold"].tolist()
    assert found.held_out()[:, 0].tolist() == table()["fold"].tolist()
    assert (found.held_out()[:, 1] == 1).all() and found.answers[:, :, 1].sum() == ROWS
    assert {*found.splits.ravel()} == {"train", "validation", "test"}


def test_some_turns_test_some_rows():
    found = cross_validate(list(turns(table()))[:2], learner([]))
    assert found.rows.tolist() == np.flatnonzero(table()["fold"] < 2).tolist()
    assert found.held_out().shape == (8, 2) and (found.held_out()[:, 1] == 1).all()


def test_an_interrupted_run_goes_on_with_the_next_fold(tmp_path, capsys):
    done = []
    with pytest.raises(KeyboardInterrupt):
        cross_validate(turns(table()), learner(done, fails_at=2), folder=tmp_path)
    again = cross_validate(turns(table()), learner(done), folder=tmp_path)
    assert done == [0, 1, 2, 3, 4] and len(kept(tmp_path)) == 5
    assert capsys.readouterr().out.count("already trained, read from") == 2
    np.testing.assert_array_equal(again.answers, cross_validate(turns(table()), learner([])).answers)


def test_another_key_split_or_label_is_another_training(tmp_path):
    def learned(rows: pd.DataFrame, key: dict, share: float | None = None) -> list[int]:
        done = []
        cross_validate(turns(rows, share), learner(done), folder=tmp_path, key=key)
        return done

    every = [0, 1, 2, 3, 4]
    assert learned(table(), {"seed": 0, "net": "a"}) == every
    assert learned(table(), {"net": "a", "seed": 0}) == []
    assert learned(table(), {"seed": 1, "net": "a"}) == every
    assert learned(table(), {"seed": 0, "net": "a"}, 0.25) == every
    assert learned(table().assign(emotion="angry"), {"seed": 0, "net": "a"}) == every
    # a fold dealt otherwise is trained anew, the others are not
    swapped = table().replace({"fold": {0: 1, 1: 0}})
    assert learned(swapped, {"seed": 0, "net": "a"}) == [0, 1, 4]  # the last one has the first for validation


@pytest.mark.parametrize("damage", [b"", b"PK nothing", None, "other", "cut"])
def test_a_broken_file_is_made_again(tmp_path, capsys, damage):
    whole = cross_validate(turns(table()), learner([]), folder=tmp_path)
    file = kept(tmp_path)[3]
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-30])
    elif damage == "other":
        np.savez(file, answers=np.ones((3, 2), np.float32))
    elif damage is None:
        np.savez(file, answers=np.full((ROWS, 2), np.nan, np.float32))
    else:
        file.write_bytes(damage)
    done = []
    again = cross_validate(turns(table()), learner(done), folder=tmp_path)
    assert done == [3] and f"{file} is damaged and made again." in capsys.readouterr().out
    np.testing.assert_array_equal(again.answers, whole.answers)


@pytest.mark.parametrize(
    "answers", [np.ones((ROWS - 1, 2)), np.full((ROWS, 2), np.nan), np.ones(ROWS), np.ones(())]
)
def test_answers_that_cannot_be_used_are_refused_and_not_kept(tmp_path, answers):
    with pytest.raises(TrainingError, match="Fold 1 of 5 answers with an array"):
        cross_validate(turns(table()), lambda turn, number: answers, folder=tmp_path)
    assert kept(tmp_path) == []


def test_answers_of_other_shapes_are_refused():
    with pytest.raises(TrainingError, match=r"Fold 2 of 5 has answers of shape \(20, 3\)"):
        cross_validate(turns(table()), lambda turn, number: np.ones((ROWS, 2 + number)))


def test_turns_that_do_not_fit_together_are_refused_before_anything_is_trained():
    first, second, *_ = turns(table())
    for wrong, sentence in (
        ([], "There is no turn"),
        ([first, second.iloc[::-1]], "different rows"),
        ([first, second.iloc[1:]], "different rows"),
        ([first, first], "00000 is tested in 2 turns"),
        ([first, second.assign(split="train")], "Turn 2 tests nothing"),
    ):
        done = []
        with pytest.raises(TrainingError, match=sentence):
            cross_validate(wrong, learner(done))
        assert done == []


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(TrainingError, match="The answers of fold 1 of 5 cannot be written"):
        cross_validate(turns(table()), learner([]), folder=tmp_path / "taken" / "folds")
