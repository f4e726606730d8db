"""Whose STUDENT is not the name that they handed in under."""

import json
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labkit.cli import main
from labkit.errors import ExerciseError
from labkit.exercises.names import odd_names, stated_names


@pytest.fixture
def hand_in(tmp_path):
    def hand_in(student: str, *code: str) -> None:
        folder = tmp_path / "submitted" / student / "02_tiny"
        folder.mkdir(parents=True)
        cells = [new_markdown_cell('STUDENT = "in words"'), *map(new_code_cell, code)]
        nbformat.write(new_notebook(cells=cells), folder / "02_tiny.ipynb")

    return hand_in


def test_who_is_who(tmp_path, hand_in):
    hand_in("ada", 'STUDENT = " Ada"  # your name, as "ada"')
    hand_in("bob", "SEED = 0\nSTUDENT = 'ada'")
    hand_in("cyd", 'STUDENT = ""  # your name or number')
    hand_in("dee", 'STUDENT = "dee"', 'if seed:\n    STUDENT = "ada"')
    hand_in("eve", "print(STUDENT)")
    hand_in("fay", 'STUDENT = "a friend"')
    assert odd_names(stated_names(tmp_path, "02_tiny")) == {
        "bob": "STUDENT is 'ada', who is another student",
        "cyd": "STUDENT is empty: these are everybody's people",
        "dee": "STUDENT is set 2 times",
        "eve": "STUDENT is not set",
        "fay": "STUDENT is 'a friend'",
    }


def test_the_command_counts_them(tmp_path, hand_in, monkeypatch, capsys):
    hand_in("ada", 'STUDENT = "ada"')
    hand_in("bob", 'STUDENT = "ada"')

    def labkit(*options: str) -> str:
        monkeypatch.setattr(sys, "argv", ["labkit", "exercises", "names", str(tmp_path), "02_tiny", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    said = labkit().splitlines()
    assert said[0].startswith("bob: ") and said[1] == "1 of 2 measured people of their own."
    odd = {"bob": "STUDENT is 'ada', who is another student"}
    assert json.loads(labkit("--json")) == {"handed_in": 2, "odd": odd}


def test_nothing_handed_in_or_nothing_to_read_is_one_sentence(tmp_path, hand_in):
    with pytest.raises(ExerciseError, match="Nobody has handed in 02_tiny;"):
        stated_names(tmp_path, "02_tiny")
    hand_in("ada")
    (tmp_path / "submitted/ada/02_tiny/02_tiny.ipynb").write_text("not a notebook")
    with pytest.raises(ExerciseError, match="cannot be read as a notebook"):
        stated_names(tmp_path, "02_tiny")
