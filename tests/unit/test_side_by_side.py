"""The five systems side by side, what is left of their claims, and their model cards."""

import json
from pathlib import Path

import pandas as pd
import pytest

from labkit.comparison.claims import CLAIMED, CLAIMS, claims_table, holds_on_strangers, is_ahead, reaches
from labkit.comparison.data_cards import READS, card_row, card_title, consent_table
from labkit.comparison.model_cards import kept_card, model_card, settings
from labkit.comparison.side_by_side import (
    HERE,
    KEPT,
    gather_results,
    named,
    side_by_side,
    side_by_side_figure,
)
from labkit.errors import DataError
from labkit.papers import PAPERS
from labkit.training.recipe import Recipe

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "results"


def write(folder: Path, notebook: str, *rows: dict) -> None:
    folder.mkdir(exist_ok=True)
    record = {"notebook": notebook, "profile": "fast", "data": "synthetic", "seed": 0}
    (folder / f"{notebook}.json").write_text(json.dumps(record | {"rows": list(rows)}))


def row(system: str, split: str, accuracy: float, **changes) -> dict:
    return {
        "system": system, "split": split, "n": 100, "accuracy": accuracy, "low": accuracy - 0.1,
        "high": accuracy + 0.1, "uar": accuracy, "chance": 0.25, "majority": 0.3, "paper": 0.9,
    } | changes  # fmt: skip


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows).assign(ccc=None)


def test_the_runs_results_come_first_and_the_kept_ones_fill_in(tmp_path):
    run, kept = tmp_path / "run", tmp_path / "kept"
    write(run, "02_frame_differences", row("a", "by frame", 0.5))
    write(kept, "02_frame_differences", row("b", "by frame", 0.6))
    write(kept, "04_valence_arousal", row("c", "by video", 0.7))
    write(run, "00_something_else", row("d", "random", 0.5))
    rows, missing = gather_results(run, kept)
    assert list(rows["system"]) == ["a", "c"] and list(rows["from"]) == [HERE, KEPT]
    assert missing == ["01_optimizers_and_batch_size", "03_cnn_lstm", "05_resnet_folds"]


def test_without_any_results_there_is_an_empty_table_and_an_empty_figure(tmp_path):
    rows, missing = gather_results(tmp_path, tmp_path)
    assert side_by_side(rows).empty and len(missing) == len(PAPERS)
    assert side_by_side_figure(rows)
    assert set(claims_table(rows)["here"]) == {"No result yet."}


def test_the_papers_figure_says_on_which_data(tmp_path):
    write(tmp_path, "02_frame_differences", row("a", "by frame", 0.5), row("b", "by frame", 0.5, paper=None))
    shown = side_by_side(gather_results(tmp_path, tmp_path)[0])
    assert list(shown["the paper, on its data"]) == ["90.0 (RAVDESS)", ""]
    assert list(shown["data"]) == ["synthetic (fast)"] * 2 and shown.columns[-1] == "the paper, on its data"


def test_a_system_that_names_its_data_is_compared_on_those(tmp_path):
    systems = ("CNN with softmax, CK+ → CK+", "CNN with softmax, CK+ → JAFFE", "CNN alone")
    write(tmp_path, "04_valence_arousal", *(row(system, "random", 0.5) for system in systems))
    shown = side_by_side(gather_results(tmp_path, tmp_path)[0])["the paper, on its data"]
    assert list(shown) == ["90.0 (CK+)", "90.0 (CK+ → JAFFE)", "90.0 (Aff-Wild2)"]


def test_the_figure_keeps_correlations_apart_from_accuracies(tmp_path):
    ccc = {"system": "c", "split": "by video", "ccc": 0.3, "low": 0.2, "high": 0.4, "paper": 0.2}
    write(tmp_path, "02_frame_differences", row("a", "by frame", 0.5))
    write(tmp_path, "04_valence_arousal", ccc, row("b", "random", 0.5))
    above, below = side_by_side_figure(gather_results(tmp_path, tmp_path)[0]).axes
    assert [label.get_text() for label in above.get_yticklabels()] == ["02  a · by frame", "04  b · random"]
    assert [label.get_text() for label in below.get_yticklabels()] == ["04  c · by video"]
    assert (above.get_xlabel(), below.get_xlabel()) == ("accuracy", "mean CCC")


def test_of_a_notebook_that_no_claim_names_all_rows_stay(tmp_path):
    write(tmp_path, "02_frame_differences", row("a", "by frame", 0.5), row("b", "by frame", 0.5))
    write(tmp_path, "05_resnet_folds", row("c", "by clip", 0.5), row("d", "by clip", 0.5))
    rows, _ = gather_results(tmp_path, tmp_path)
    assert list(named(rows, [("02", "b")])["system"]) == ["b", "c", "d"]


def test_a_claim_is_about_systems_that_the_kept_results_have():
    rows, _ = gather_results(RESULTS, RESULTS)
    here = set(zip(rows["notebook"].str[:2], rows["system"], strict=True))
    kept = set(rows["notebook"].str[:2])
    assert [pair for pair in CLAIMED if pair not in here and pair[0] in kept] == []
    told = claims_table(rows)
    assert (told["here"] != "No result yet.")[told["notebook"].isin(kept)].all()
    assert {claim.notebook for claim in CLAIMS} == {paper.notebook for paper in PAPERS}


@pytest.mark.parametrize(
    ("honest", "words"),
    [
        (0.75, "clear of the commonest class (30%). No fall that the intervals can tell."),
        (0.50, "clear of the commonest class (30%). The paper's split hid a fall."),
        (0.35, "not clear of the commonest class (30%). The paper's split hid a fall."),
    ],
)
def test_strangers_decide_what_a_figure_is_worth(honest, words):
    told = holds_on_strangers("a", "random")(table(row("a", "random", 0.8), row("a", "by subject", honest)))
    assert told.startswith("80% (70% to 90%) as the paper splits; ") and told.endswith(words)


@pytest.mark.parametrize(
    ("first", "verdict"),
    [(0.8, "Survives"), (0.2, "Does not survive here"), (0.55, "Cannot be told: it is ahead"),
     (0.45, "Cannot be told: it is not ahead")],
)  # fmt: skip
def test_being_ahead_takes_intervals_that_are_apart(first, verdict):
    rows = table(row("a", "by subject", first), row("b", "by subject", 0.5))
    assert verdict in is_ahead("a", "b", "by subject")(rows)


@pytest.mark.parametrize(
    ("best", "words"), [(0.95, "80% is reached"), (0.5, "is not reached"), (0.75, "may or may not")]
)
def test_a_threshold_is_reached_by_the_whole_interval(best, words):
    assert words in reaches(0.8)(table(row("a", "by clip", 0.3), row("b", "by clip", best)))


def test_what_was_scored_on_training_clips_reaches_nothing():
    told = reaches(0.8)(table(row("a", "scored on all data", 0.95), row("a", "the data set's own", 0.5)))
    assert "a (the data set's own)" in told and "is not reached" in told


def test_every_paper_reads_data_that_have_a_card():
    assert set(READS) == {paper.notebook for paper in PAPERS}
    shown = consent_table()
    assert len(shown) == 7 and (shown != "").all(axis=None)
    assert "CC BY-NC-SA 4.0: free" in shown.set_index("data set").loc["RAVDESS", "licence"]
    for paper in PAPERS:
        titles = " ".join(card_title(name) for name in READS[paper.notebook])
        assert all(name in titles for name in paper.data.split(", "))


def test_a_card_or_a_row_that_is_not_there_is_said():
    with pytest.raises(DataError, match="no row 'Price'"):
        card_row("dfew", "Price")
    with pytest.raises(DataError, match="run this from a checkout"):
        card_row("imagenet", "Licence")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_kept_card_says_what_the_kept_results_and_the_recipe_say(paper):
    card = ROOT / "docs" / "model_cards" / f"{paper.notebook}_{paper.name}.md"
    assert card.read_text() == kept_card(paper, RESULTS), "run make readme"


def test_a_card_has_the_sections_of_the_paper_that_proposed_them_and_its_own_rows(tmp_path):
    write(tmp_path, "02_frame_differences", row("mine", "by subject", 0.5))
    write(tmp_path, "03_cnn_lstm", row("another's", "by subject", 0.5))
    card = model_card(PAPERS[1], gather_results(tmp_path, tmp_path)[0])
    headings = [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")]
    assert headings == [
        "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
        "Quantitative analyses", "Ethical considerations", "Caveats and recommendations",
    ]  # fmt: skip
    assert "| mine |" in card and "another's" not in card and "synthetic (fast)" in card
    with pytest.raises(DataError, match="no profile 'quick'; it is one of fast, laptop, paper"):
        model_card(PAPERS[1], gather_results(tmp_path, tmp_path)[0], profile="quick")


def test_settings_leave_out_what_a_part_has_by_default():
    assert dict(settings(Recipe("adam", epochs=3)))["learning rate"] == "0.001"
    from labkit.papers.frame_difference import RECIPES

    told = dict(settings(RECIPES["fast"]))
    assert "resnet-4: Recipe(optimizer=adam, epochs=2, batch_size=36)" in told["networks"]
    assert told["subject ratios"] == "6, 2, 2"
