"""Where a notebook's data lie: what is asked for must be real, the rest may be drawn."""

import pytest

from labkit.errors import DataError
from labkit.papers.places import find_data
from labkit.synthetic import JaffeWorld

PEOPLE = JaffeWorld(people=1)


def test_the_set_that_is_asked_for_must_be_real(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    with pytest.raises(DataError, match="jaffe"):
        find_data(PEOPLE, "jaffe")
    (tmp_path / "jaffe").mkdir()
    with pytest.raises(DataError, match="jaffe"):
        find_data(PEOPLE, "ckplus")  # it is there, so it is taken, and it is empty


def test_another_set_of_the_notebook_is_drawn_where_it_is_absent(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    drawn = find_data(PEOPLE, "fer2013", seed=3)
    assert drawn.data == "synthetic" and drawn.root.is_relative_to(tmp_path)
    assert find_data(PEOPLE, "synthetic", seed=3) == drawn  # not made again
    (tmp_path / "jaffe").symlink_to(drawn.root)
    real = find_data(PEOPLE, "jaffe")
    assert (real.root, real.data) == (tmp_path / "jaffe", "real")
