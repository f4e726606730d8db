"""Files appear whole or not at all, whatever happens while they are written."""

import pytest

from labkit.whole_files import written_whole


def test_a_file_takes_its_name_when_it_is_whole(tmp_path):
    path = tmp_path / "new" / "a.mp4"
    with written_whole(path) as part:
        part.write_text("whole")
        assert part.parent == path.parent and part.name.startswith(".") and part.suffix == ".mp4"
        assert not path.exists()
    assert path.read_text() == "whole" and list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("fault", [OSError, ValueError, KeyboardInterrupt])
def test_after_a_fault_there_is_the_older_file_and_nothing_else(tmp_path, fault):
    path = tmp_path / "a.txt"
    path.write_text("older")
    with pytest.raises(fault), written_whole(path) as part:
        part.write_text("ha")
        raise fault
    assert path.read_text() == "older" and list(tmp_path.iterdir()) == [path]


def test_a_fault_before_anything_is_written_is_the_one_that_is_told(tmp_path):
    with pytest.raises(ZeroDivisionError), written_whole(tmp_path / "a.txt"):
        1 / 0  # noqa: B018
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), written_whole(tmp_path / "file" / "a.txt"):
        pass
