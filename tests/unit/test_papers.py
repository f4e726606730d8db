"""The paper's printed figures agree with each other where they can be checked."""

from labkit.emotions import EMOTIONS
from labkit.papers import PAPERS
from labkit.papers.frame_difference import tables as published
from labkit.papers.overview import five_papers_figure
from labkit.preprocessing.differences import pair_count

RAVDESS_SONGS = 1012


def test_table_1_sums_to_the_total_the_text_states():
    assert sum(published.TABLE_1.values()) == 33_668
    assert set(published.TABLE_1) == set(EMOTIONS[:6])


def test_table_1_is_what_gap_and_stride_give_on_songs_of_138_frames():
    pairs_a_song = sum(published.TABLE_1.values()) / RAVDESS_SONGS
    assert abs(pairs_a_song - pair_count(138, published.GAP, published.STRIDE)) < 0.8


def test_table_4_repeats_this_papers_line_of_table_3():
    ours = [row["accuracy"] for row in published.TABLE_3 if row["authors"] == "this paper"]
    assert ours == [published.TABLE_4["alexnet"]] == [max(published.TABLE_4.values())]


def test_five_papers_have_five_notebooks_and_one_picture():
    assert [paper.notebook for paper in PAPERS] == ["01", "02", "03", "04", "05"]
    texts = {text.get_text() for text in five_papers_figure().axes[0].texts}
    for paper in PAPERS:
        assert set(paper.steps) <= texts
