"""Checks, hints and seeds as a student meets them, without nbgrader."""

import subprocess
import sys

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from labkit.errors import ExerciseError
from labkit.exercises import check, checking, hint, student_seed
from labkit.exercises.people import film_people
from labkit.preprocessing.differences import pair_count


def state(task, *answers):
    return check(task, *answers).state


def test_nothing_attempted_is_told_from_wrong():
    def stub(frames, gap, stride):
        raise NotImplementedError()

    assert state("02.pair_count", stub) == state("02.pair_count", ...) == "not attempted"
    assert state("02.predicted", ...) == state("02.predicted", None) == "not attempted"
    assert state("02.predicted", {"gap": "grows", "stride": ...}) == "not attempted"
    assert state("02.pair_count", lambda *_: None) == "wrong"
    assert state("02.pair_count", pair_count) == "right"


@pytest.mark.parametrize(
    ("task", "answer", "said"),
    [
        (
            "02.pair_count",
            lambda n, gap, stride: (n - gap) // stride + 1,
            "gap 5, stride 1, 6 is too",
        ),
        ("02.pair_count", lambda n, gap, stride: 1.0, "a whole number (int) was expected, not a float"),
        ("02.pair_count", lambda n, gap, stride: n // 0, "it stops with ZeroDivisionError"),
        ("02.pair_count", lambda *_: None, "is there a return?"),
        ("02.pair_count", 5, "a function was expected, not an int"),
        ("02.difference", lambda a, b: (b - a)[0], "the shape (2, 2, 3) was expected, not (2, 3)"),
        ("02.difference", lambda a, b: np.abs(b.astype(int) - a), "the dtype uint8 was expected, not int64"),
        ("02.difference", lambda a, b: b - a, "12 of 12 elements are not right; the first is at [0, 0, 0]"),
        ("02.difference", lambda a, b: 2, "an array was expected, not an int"),
        ("02.predicted", {"gap": "grows"}, "the keys ['gap', 'stride'] were expected"),
        (
            "02.predicted",
            {"gap": "grows", "stride": "less"},
            "one of 'grows', 'stays', 'falls' was",
        ),
    ],
)
def test_a_wrong_answer_is_told_what_was_expected(task, answer, said):
    verdict = check(task, answer)
    assert verdict.state == "wrong" and said in repr(verdict) and f'hint("{task}")' in repr(verdict)


def test_a_turned_sign_is_said_and_the_answer_is_not():
    def turned(left, right, mouth):
        return float(np.degrees(np.arctan2(mouth[0] - (left[0] + right[0]) / 2, mouth[1] - left[1])))

    said = repr(check("02.roll_angle", turned))
    assert "the sign is the other way round" in said and "45" not in said


def test_hints_come_one_by_one_and_the_solution_only_where_it_is_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "_hints_given", {})
    monkeypatch.delenv("LABKIT_SOLUTIONS", raising=False)
    said = [repr(hint("02.pair_count")) for _ in range(4)]
    assert [text[:11] for text in said[:3]] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert "where your instructor allows it" in said[3]
    source = "def two():\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION"
    cell = new_code_cell(source, metadata={"nbgrader": {"grade_id": "02-pair-count"}})
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "02_tiny.ipynb")
    monkeypatch.setenv("LABKIT_SOLUTIONS", str(tmp_path))
    assert repr(hint("02.pair_count")) == "The solution:\n\ndef two():\n    return 2"
    with pytest.raises(ExerciseError, match="no notebook there has a solution of '02.roll_angle'"):
        [hint("02.roll_angle") for _ in range(4)]


def test_an_unknown_task_is_one_sentence():
    with pytest.raises(ExerciseError, match="no exercise set '99'; there are .*02"):
        check("99.anything", 1)
    with pytest.raises(ExerciseError, match="Set 02 has no task 'roll'; it has difference,"):
        hint("02.roll")


def test_a_check_called_amiss_is_told_how_to_be_called():
    with pytest.raises(ExerciseError, match=r"by_gap, by_stride, faces\): 3 after the name, not 2"):
        check("02.measured", {}, {})
    with pytest.raises(ExerciseError, match="name comes first, in quotes"):
        check(pair_count)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("03.sizes", [[42]]),
        ("03.right_answers", lambda printed, images: 5),
        ("04.predicted_length", np.array(["rises", "falls"])),
        ("02.split_people", lambda table, share, seed: [[1], [2, 3]]),
    ],
)
def test_an_answer_of_a_form_that_nobody_foresaw_is_wrong_and_no_traceback(task, answer):
    assert "not of the form that is asked for" in repr(check(task, answer))


def test_a_verdict_that_asks_ends_in_one_mark():
    assert 'is there a return? hint("02.pair_count") helps.' in repr(check("02.pair_count", lambda *_: None))


def test_checks_and_hints_need_no_nbgrader():
    code = (
        "import sys; sys.modules['nbgrader'] = None\n"
        "from labkit.exercises import check, hint\nimport labkit.exercises.people\n"
        "check('02.pair_count', ...), hint('02.pair_count')\nprint('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_a_seed_is_a_students_own_and_stays():
    assert student_seed("Ada") == student_seed(" ada ") == 445581542
    seeds = {student_seed(name) for name in ("", "Ada", "Bob", "s1", "s2")}
    assert len(seeds) == 5 and all(0 < seed < 2**31 for seed in seeds)


def test_a_students_films_are_theirs_alone():
    mine = film_people(student_seed("Ada"), 1, ("happy",), seconds=0.2)
    mine.faces[:] = 0  # a student who spoils the films spoils their own
    again = film_people(student_seed("Ada"), 1, ("happy",), seconds=0.2)
    theirs = film_people(student_seed("Bob"), 1, ("happy",), seconds=0.2)
    assert again.faces.shape == (1, 5, 48, 48, 3) and again.faces.any()
    assert not np.array_equal(again.faces, theirs.faces)
    assert again.table.to_dict("records") == [
        {"clip": "person1-happy", "subject": "person1", "emotion": "happy"}
    ]
