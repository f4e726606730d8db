"""Where a notebook's data lie: what is asked for must be real, the rest may be drawn."""

import pytest

from labkit.errors import DataError
from labkit.papers.places import find_data
from labkit.synthetic import CkPlusWorld, JaffeWorld

PEOPLE = JaffeWorld(people=1)
OTHERS = CkPlusWorld(people=1, sequences=1)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    return tmp_path


def test_the_set_that_is_asked_for_must_be_real(data_folder):
    with pytest.raises(DataError, match="jaffe"):
        find_data([PEOPLE], "jaffe")
    (data_folder / "jaffe").mkdir()
    with pytest.raises(DataError, match="jaffe"):
        find_data([PEOPLE, OTHERS], "ckplus")  # it is there, so it is taken, and it is empty


def test_a_name_that_the_notebook_does_not_read_is_refused():
    with pytest.raises(
        DataError, match="DATA is 'JAFFE', but this notebook reads 'synthetic' or one of jaffe, ckplus"
    ):
        find_data([PEOPLE, OTHERS], "JAFFE")


def test_another_set_of_the_notebook_is_drawn_where_it_is_absent(data_folder):
    drawn = find_data([PEOPLE], "synthetic", seed=3)
    assert drawn["jaffe"].data == "synthetic" and drawn["jaffe"].root.is_relative_to(data_folder)
    assert find_data([PEOPLE], "synthetic", seed=3) == drawn  # not made again
    (data_folder / "jaffe").symlink_to(drawn["jaffe"].root)
    places = find_data([PEOPLE, OTHERS], "jaffe", seed=3)
    assert (places["jaffe"].root, places["jaffe"].data) == (data_folder / "jaffe", "real")
    assert places["ckplus"].data == "synthetic"
