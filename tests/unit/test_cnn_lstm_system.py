"""The third system: sets of faces, sequences, what the LSTM is given, what is made of its answers."""

from dataclasses import replace

import numpy as np
import pandas as pd

from labkit.datasets.folds import folds_by_subject, turns
from labkit.evaluation.report_card import ReportCard
from labkit.papers.cnn_lstm import study, system, video
from labkit.papers.cnn_lstm.face_sets import COLUMNS, FaceSet, sequences
from labkit.papers.cnn_lstm.recipe import CLASSES, RECIPES
from labkit.papers.cnn_lstm.tables import TABLE_1
from labkit.preprocessing.moments import Moment
from labkit.synthetic.action_units import ACTION_UNITS
from labkit.synthetic.truth import shows
from labkit.training.recipe import Recipe

PEAKS = ["angry", "happy"]


def face_set(clips: int = 6, length: int = 5, name: str = "ckplus", data: str = "synthetic") -> FaceSet:
    """Sequences of ``length`` frames, two a person; every face is as grey as its frame's number."""
    rows = [
        (f"{clip}/{frame}.png", PEAKS[clip % 2], f"S{clip // 2}", f"S{clip // 2}_{clip}", frame, "")
        for clip in range(clips)
        for frame in range(length, 0, -1)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    faces = np.full((len(table), 8, 8), table["frame"].to_numpy()[:, None, None], np.uint8)
    return FaceSet(name, data, faces, table, {"contempt": 2})


def answers(true: list[int], said: list[int]) -> system.Answers:
    probabilities = np.eye(len(CLASSES))[said]
    card = ReportCard.from_predictions(
        true,
        probabilities,
        CLASSES,
        subjects=[str(n % 3) for n in range(len(true))],
        policy="random",
        leak_line="",
        data="synthetic",
        seed=0,
        sizes={},
    )
    return system.Answers(card, 0.5, np.arange(len(true)), probabilities, ())


def test_sequences_are_in_time_and_keep_their_ends():
    frames = face_set(length=9)
    table, places = sequences(frames, steps=4)
    assert len(table) == 6 and table["emotion"].tolist() == PEAKS * 3
    for where in places:
        seen = frames.table["frame"].to_numpy()[where].tolist()
        assert len(seen) == 4 and seen == sorted(seen) and (seen[0], seen[-1]) == (1, 9)
    _, whole = sequences(frames, steps=20)
    assert {len(where) for where in whole} == {9}


def test_sets_are_joined_and_what_is_missing_is_summed():
    both = face_set(name="jaffe", data="real") + face_set()
    assert both.name == "jaffe + ckplus" and both.data == "mixed"
    assert len(both.faces) == len(both.table) == 60 and both.left_out == {"contempt": 4}
    some = both.rows(np.array([3, 1]))
    assert some.table["frame"].tolist() == [2, 4] and some.faces[:, 0, 0].tolist() == [2, 4]
    assert some.labels.tolist() == [CLASSES.index("angry")] * 2


def test_without_a_validation_set_a_tenth_of_training_becomes_one():
    table = pd.DataFrame({"split": ["train"] * 50 + ["test"] * 10})
    made = system.with_validation(table, seed=0)["split"]
    assert made.value_counts().to_dict() == {"train": 45, "test": 10, "validation": 5}
    assert (made[50:] == "test").all()
    given = pd.DataFrame({"split": ["train", "validation", "test"]})
    assert system.with_validation(given, seed=0).equals(given)


def test_raw_pixels_are_normalised_by_the_training_rows_alone():
    faces = face_set()
    noise = np.random.default_rng(0).integers(0, 256, faces.faces.shape).astype(np.uint8)
    train = np.arange(len(noise)) < 20
    changed = noise.copy()
    changed[25:] = 255 - changed[25:]
    first, second = (system.of_pixels(replace(faces, faces=some))(train) for some in (noise, changed))
    assert first.shape == (30, 1, 64)
    np.testing.assert_array_equal(first[:25], second[:25])
    assert not np.allclose(first, system.of_pixels(replace(faces, faces=noise))(~train))


def test_an_lstm_learns_planted_features_and_every_row_is_judged_once():
    faces = face_set(clips=18, length=2)
    rng = np.random.default_rng(0)
    features = rng.normal(0, 0.1, (36, 6)).astype(np.float32)
    features[np.arange(36), faces.labels] += 3
    recipe = replace(RECIPES["fast"], head=Recipe("adam", 0.03, epochs=12, batch_size=12, l2=0.0))
    splits = list(turns(folds_by_subject(faces.table, 3, 0)))
    judged = system.learn(
        system.of_stills(features), splits, recipe, name="planted", policy="by subject", data="synthetic"
    )
    assert judged.rows.tolist() == list(range(36)) and len(judged.runs) == 3
    assert judged.card.accuracy == 1 and judged.hits(faces.labels).all()
    assert judged.card.leak_line == "No person of the test set was seen in training."


def test_measures_are_those_worked_out_by_hand():
    happy, sad = CLASSES.index("happy"), CLASSES.index("sad")
    table = study.measures(answers([happy, happy, happy, sad], [happy, happy, sad, sad]))
    np.testing.assert_allclose(table.loc["happy"], [1, 2 / 3, 0.8])
    np.testing.assert_allclose(table.loc["sad"], [1 / 2, 1, 2 / 3])
    np.testing.assert_allclose(table.loc["total"], [7 / 8, 3 / 4, (3 * 0.8 + 2 / 3) / 4])
    assert (table.loc["angry"] == 0).all()


def test_ours_stand_beside_the_papers_and_say_on_which_data():
    right = answers([0, 1, 2], [0, 1, 2])
    beside = study.beside_the_paper(right, TABLE_1, "synthetic")
    assert beside.columns.get_level_values(0).unique().tolist() == ["ours (synthetic)", "Table 1"]
    assert beside.loc["disgust", ("Table 1", "recall")] == 0.75
    total = study.table_5({name: right for name in ("jaffe", "ckplus", "total")}, "synthetic")
    assert total.loc["ckplus", ("Table 5", "validation")] == 0.95
    assert total.loc["ckplus", ("ours (synthetic)", "test")] == 1


def test_an_expression_is_shown_from_half_of_its_strength_on_whatever_the_mouth_says():
    truth = pd.DataFrame(0.0, index=range(5), columns=list(ACTION_UNITS))
    truth["AU12L"] = [0.1, 0.3, 0.6, 1.1, 0.2]
    truth["AU25"] = [1, 0, 0, 0, 1]  # speech
    assert shows(truth, "happy").tolist() == [False, False, True, True, False]
    assert shows(truth, "neutral").all()


def test_a_moment_without_a_face_has_no_answer(monkeypatch):
    face = np.zeros((8, 8), np.uint8)
    moments = tuple(Moment(n, 0.3 * n, None if n == 1 else face, n != 1, None) for n in range(3))
    watched = video.Watched("clip.mp4", "1", "happy", moments, ("neutral", "happy", "happy"))

    class Flat:
        def features(self, faces):
            return np.zeros((len(faces), 6), np.float32)

    from labkit.models.lstm import lstm

    for remember in (False, True):
        said = video.answer(watched, Flat(), lstm(6, len(CLASSES), steps=1), remember=remember)
        assert np.isnan(said[1]).all()
        np.testing.assert_allclose(said[[0, 2]].sum(axis=1), 1, atol=1e-5)
    judged = video.as_clip_answers(watched, said)
    assert judged.clip_truth == CLASSES.index("happy") and judged.truth[0] == CLASSES.index("neutral")
