"""Results files: written whole, read back, shown with the data they were measured on."""

import json

import numpy as np
import pytest

from labkit.errors import DataError
from labkit.paths import checkout
from labkit.results import COLUMNS, fill_readme, read_results, results_table, write_results


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_RESULTS", str(tmp_path))
    return tmp_path


def row(**changes) -> dict:
    return {
        "system": "alexnet", "split": "by subject", "n": np.int64(120), "accuracy": np.float32(0.5),
        "low": 0.4, "high": 0.6, "uar": float("nan"), "chance": 1 / 6, "majority": 0.2, "paper": 0.7974,
    } | changes  # fmt: skip


def test_results_come_back_as_they_were_written(folder):
    path = write_results(
        "02_frame_differences", "fast", "synthetic", 3, [row(), row(data="ravdess")], seconds=1.5
    )
    assert path == folder / "02_frame_differences.json" and [p.name for p in folder.iterdir()] == [path.name]
    assert json.loads(path.read_text())["seconds"] == 1.5
    table = read_results([folder])
    assert tuple(table.columns) == COLUMNS
    assert list(table["data"]) == ["synthetic", "ravdess"]
    assert table.loc[0, ["n", "accuracy", "seed"]].tolist() == [120, 0.5, 3] and table["uar"].isna().all()


def test_whoever_may_read_the_folders_files_may_read_the_results(folder):
    path = write_results("02", "fast", "synthetic", 0, [row()])
    (folder / "plain").touch()
    assert path.stat().st_mode == (folder / "plain").stat().st_mode


def test_the_table_says_on_which_data(folder):
    write_results("02", "fast", "synthetic", 0, [row()])
    shown = results_table(read_results([folder])).iloc[0]
    assert (shown["data"], shown["accuracy"], shown["95 %"]) == ("synthetic (fast)", "50.0", "40.0–60.0")
    assert (shown["UAR"], shown["paper, on its data"], shown["test n"]) == ("", "79.7", "120")


def test_a_bare_row_has_empty_cells(folder):
    write_results("02", "fast", "synthetic", 0, [{"system": "mean difference"}])
    shown = results_table(read_results([folder])).iloc[0]
    assert shown["system"] == "mean difference" and shown["accuracy"] == "" and shown["95 %"] == ""


def test_no_results_are_an_empty_table(folder):
    assert results_table(read_results([folder, folder / "nowhere"])).empty


def test_a_row_without_a_system_is_refused(folder):
    with pytest.raises(DataError, match="names no system"):
        write_results("02", "fast", "synthetic", 0, [row(system="")])
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", ["", "[1]", '{"rows": []}', "not json"])
def test_a_foreign_file_is_said(folder, content):
    (folder / "x.json").write_text(content)
    with pytest.raises(DataError, match="x.json is not a notebook's result file"):
        read_results([folder])


def test_a_folder_that_cannot_be_written_is_said(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setenv("LABKIT_RESULTS", str(folder / "file"))
    with pytest.raises(DataError, match="cannot be written"):
        write_results("02", "fast", "synthetic", 0, [row()])


def test_the_readmes_table_is_made_from_the_kept_results():
    page = (checkout() / "README.md").read_text()
    assert page == fill_readme(page, read_results([checkout() / "docs" / "results"])), "run 'make readme'"


def test_each_notebooks_best_kept_result_reads_unseen_people_at_twice_chance_and_clear_of_the_majority():
    kept = read_results([checkout() / "docs" / "results"])
    unseen = kept[(kept["profile"] == "laptop") & (kept["split"] == "by subject")]
    assert set(unseen["notebook"]) == set(kept["notebook"])
    best = unseen.loc[unseen.groupby("notebook")["accuracy"].idxmax()]
    assert (best["accuracy"] >= 2 * best["chance"]).all() and (best["low"] > best["majority"]).all()


def test_a_row_of_valence_and_arousal_has_its_own_measure(folder):
    row_of_ccc = {
        "system": "GRU",
        "split": "by video",
        "n": 90,
        "ccc": 0.314,
        "low": 0.2,
        "high": -0.05,
        "paper": 0.31,
    }
    write_results("04_valence_arousal", "fast", "synthetic", 0, [row(), row_of_ccc])
    classes, affect = results_table(read_results([folder])).to_dict("records")
    assert affect["mean CCC"] == "0.31" and affect["95 %"] == "0.20–-0.05" and affect["accuracy"] == ""
    assert affect["paper, on its data"] == "0.31"
    assert classes["mean CCC"] == "" and classes["accuracy"].endswith("0")
