"""The fourth system's steps: parts of a set, who is judged on what, and the two ways to average."""

import numpy as np
import pandas as pd
import pytest

from labkit.errors import DataError
from labkit.evaluation.agreement import AFFECT, ccc
from labkit.papers.places import Place
from labkit.papers.valence_arousal import clips, judging, sequences, study, system
from labkit.papers.valence_arousal.recipe import RECIPES

RECIPE = RECIPES["fast"]


@pytest.fixture
def set_of_tracks(tmp_path):
    """Six training and two validation videos of five annotated frames, without images."""
    for folder, numbers in (("Train_Set", range(6)), ("Validation_Set", range(6, 8))):
        place = tmp_path / "annotations" / "VA_Set" / folder
        place.mkdir(parents=True)
        for number in numbers:
            for side in ("_left", "_right") if number == 0 else ("",):
                rows = "\n".join(f"0.{frame},{-0.1 * number:.1f}" for frame in range(5))
                (place / f"video{number}{side}.txt").write_text(f"valence,arousal\n{rows}\n")
                (tmp_path / "cropped_aligned" / f"video{number}{side}").mkdir(parents=True)
    return tmp_path


def frames_of(clips_: dict[str, int], split: str = "test") -> pd.DataFrame:
    """So many frames a clip, with labels that go up and down; all valid."""
    rows = [
        (clip, frame, clip, split, True) for clip, count in clips_.items() for frame in range(1, count + 1)
    ]
    table = pd.DataFrame(rows, columns=["clip", "frame", "video", "split", "valid"])
    wave = np.sin(np.arange(len(table)) / 3)
    return table.assign(valence=0.5 * wave, arousal=0.4 * np.cos(np.arange(len(table)) / 4))


def judged(frames: pd.DataFrame, predictions: np.ndarray) -> judging.Judged:
    return judging.judge(frames, predictions.astype(np.float32), None, "by video", "synthetic", 0)


def test_the_official_validation_set_is_the_test_and_no_video_is_in_two_parts(set_of_tracks):
    tracks, frames = system.read_tracks(Place(set_of_tracks, "real"), RECIPE, seed=0)
    assert set(tracks.loc[tracks["split"] == "test", "video"]) == {"video6", "video7"}
    assert tracks.groupby("video")["split"].nunique().max() == 1
    assert set(tracks["split"]) == {"train", "validation", "test"}
    assert len(frames) == 9 * 5 and not frames["valid"].any()
    sizes = system.sizes(frames)
    assert sizes.loc["test", ["tracks", "frames", "usable"]].tolist() == [2, 10, 0]


def test_a_set_without_a_test_is_refused(set_of_tracks):
    for file in (set_of_tracks / "annotations" / "VA_Set" / "Validation_Set").iterdir():
        file.unlink()
    with pytest.raises(DataError, match="6 training and 0 validation videos"):
        system.read_tracks(Place(set_of_tracks, "real"), RECIPE)


def test_everybody_is_judged_on_what_everybody_answered():
    frames = frames_of({"a": 30, "b": 30})
    truth = frames[list(AFFECT)].to_numpy()
    late = truth.copy()
    late[:10] = np.nan
    common = judging.on_common_frames(
        {"whole": judged(frames, truth + 0.1), "late": judged(frames, late)}, data="synthetic", seed=0
    )
    assert {name: given.report.frames for name, given in common.items()} == {"whole": 50, "late": 50}
    assert common["late"].report.mean_ccc == pytest.approx(1)


def test_a_claim_needs_an_interval_that_leaves_zero_out():
    frames = frames_of({f"video{number}": 40 for number in range(8)})
    truth = frames[list(AFFECT)].to_numpy()
    noise = np.random.default_rng(0).normal(0, 0.4, truth.shape)
    given = {"CNN alone": judged(frames, truth + noise), "better": judged(frames, truth), "same": None}
    given["same"] = given["CNN alone"]
    better, same = study.claims(given)
    assert better.startswith("better beats CNN alone by 0.")
    assert same.startswith("No difference between same and CNN alone can be claimed: +0.00")


def test_a_running_mean_looks_back_only_and_stays_in_its_track():
    frames = frames_of({"a": 4, "b": 3})
    answers = np.arange(14, dtype=float).reshape(7, 2)
    smoothed = sequences.running_mean(judged(frames, answers), 2, data="synthetic", seed=0).predictions
    np.testing.assert_allclose(smoothed[:, 0], [0, 1, 3, 5, 8, 9, 11])


def test_batches_do_not_average_to_the_ccc_of_the_set():
    frames = frames_of({"a": 120, "b": 120})
    truth = frames[list(AFFECT)].to_numpy()
    table = study.two_ways_to_average(judged(frames, 0.5 * truth + 0.1), seed=0, batch_sizes=(8, 240))
    whole = [ccc(truth[:, column], 0.5 * truth[:, column] + 0.1) for column in range(2)]
    np.testing.assert_allclose(table.loc["all at once"], whole, atol=1e-5)
    np.testing.assert_allclose(table.loc["mean over batches of 240"], whole, atol=1e-5)
    assert abs(table.loc["mean over batches of 8", "valence"] - whole[0]) > 1e-3


def test_a_clip_of_the_plane_has_gaps_where_nobody_answered(set_of_tracks):
    frames = frames_of({"a": 6})
    given = judged(frames.iloc[[1, 3]], np.array([[0.1, 0.2], [0.3, 0.4]]))
    answers = clips._answers(given, "a", frames["frame"].to_numpy())
    assert np.isnan(answers[[0, 2, 4, 5]]).all()
    np.testing.assert_allclose(answers[[1, 3]], [[0.1, 0.2], [0.3, 0.4]], atol=1e-6)
