"""Image sets, experiments and the resumable sweep, on pictures whose class is their brightness."""

import json
import shutil
import threading
from dataclasses import replace

import numpy as np
import pytest

from labkit.errors import TrainingError
from labkit.training import ledger
from labkit.training.experiment import Experiment, Settings, Start
from labkit.training.image_sets import ImageSets
from labkit.training.sweep import run_sweep

SIZES = {"train": 40, "validation": 12, "test": 20}
BRIEF = Settings(optimizer="adam", learning_rate=3e-3, batch_size=10, epochs=3, augmentation=False)


def image_sets(policy: str = "random", size: int = 12, seed: int = 0) -> ImageSets:
    random = np.random.default_rng(seed)
    labels = {part: np.arange(count) % 4 for part, count in SIZES.items()}
    images = {
        part: (random.integers(0, 60, (len(y), size, size, 3)) + 60 * y[:, None, None, None]).astype(np.uint8)
        for part, y in labels.items()
    }
    subjects = {part: np.array([f"{part} {i % 5}" for i in range(count)]) for part, count in SIZES.items()}
    return ImageSets(
        ("disgust", "happy", "sad", "surprised"),
        images,
        labels,
        policy,
        "Shares nobody.",
        "synthetic",
        subjects,
    )


@pytest.fixture(scope="module")
def sets() -> ImageSets:
    return image_sets()


# image sets


def test_counts_and_batches_of_each_part(sets):
    counts = sets.counts()
    assert counts["all"].to_dict() == SIZES == sets.sizes()
    assert counts.loc["train", list(sets.classes)].tolist() == [10, 10, 10, 10]
    train, test = sets.batches("train", 8, seed=3), sets.batches("test")
    scaled = np.concatenate([train[index][0] for index in range(len(train))])
    np.testing.assert_allclose(scaled.mean(axis=(0, 1, 2)), 0, atol=1e-4)
    assert not np.array_equal(train.order, np.arange(40)) and np.array_equal(test.order, np.arange(20))
    assert test.scaling == train.scaling  # measured on training images


def test_resized_keeps_everything_but_the_pictures(sets):
    small = sets.resized(6)
    assert small.size == 6 and small is sets.resized(6) and sets.resized(12) is sets
    np.testing.assert_array_equal(
        small.images["test"][3, 1, 2],
        sets.images["test"][3, 2:4, 4:6].reshape(4, 3).mean(axis=0).round(),
    )
    assert small.labels is sets.labels and small.leak_line == sets.leak_line
    assert small.digest() != sets.digest() == image_sets().digest() != image_sets(seed=1).digest()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda images, labels: images.pop("test"), "test .* missing"),
        (lambda images, labels: labels.update(train=np.zeros(7)), "40 pictures, 7 labels"),
        (lambda images, labels: labels["validation"].put(0, 9), "validation .* outside 0 to 3"),
        (lambda images, labels: images.update(test=np.zeros((20, 8, 9, 3), np.uint8)), "not uint8"),
    ],
)
def test_sets_that_do_not_agree_are_refused(change, words):
    good = image_sets()
    images, labels = dict(good.images), dict(good.labels)
    change(images, labels)
    with pytest.raises(TrainingError, match=words):
        ImageSets(good.classes, images, labels, "random", "", "synthetic", good.subjects)


# settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"network": "lenot"},
        {"optimizer": "sdg"},
        {"batch_size": 2.5},
        {"epochs": 0},
        {"width": 0.0},
        {"learning_rate": -1},
    ],
)
def test_impossible_settings_are_named(wrong):
    with pytest.raises(TrainingError, match=next(iter(wrong))):
        Settings(**wrong)


def test_pictures_are_shrunk_to_the_network_but_never_enlarged(sets):
    assert Settings("lenet").input_size(image_sets(size=64)) == 28
    assert Settings("lenet").input_size(sets) == 12
    assert Settings("alexnet-tutorial").input_size(image_sets(size=64)) == 64


@pytest.mark.parametrize("start", [None, Start("weights.h5", classes=8, frozen=True)])
def test_settings_come_back_from_the_ledger(start):
    settings = replace(BRIEF, start=start)
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert ("frozen" in str(settings)) is (start is not None)


def test_settings_and_images_that_do_not_go_together_are_refused(sets, tmp_path):
    with pytest.raises(TrainingError, match="batch of 41 .* set of 40"):
        Experiment(replace(BRIEF, batch_size=41), sets)
    with pytest.raises(TrainingError, match="'by subject', but the images are split 'random'"):
        Experiment(replace(BRIEF, policy="by subject"), sets)
    with pytest.raises(TrainingError, match="no images for the split 'by subject', only random"):
        run_sweep([BRIEF, replace(BRIEF, policy="by subject")], {"random": sets}, ledger=tmp_path / "l")
    with pytest.raises(TrainingError, match="lenet has no width"):
        replace(BRIEF, width=0.5).build(sets)


# experiments


def test_stop_from_another_thread_leaves_a_model_and_a_line(sets, tmp_path):
    seen, reached = [], threading.Event()

    def watch(experiment: Experiment) -> None:
        seen.append((experiment.status, experiment.progress, experiment.seconds_left))
        if experiment.progress > 0.001:
            reached.set()

    experiment = Experiment(
        replace(BRIEF, epochs=2000, augmentation=True),
        sets,
        ledger=tmp_path / "l",
        show=False,
        on_change=watch,
    )
    thread = threading.Thread(target=experiment.run)
    thread.start()
    assert reached.wait(60)
    experiment.stop()
    thread.join(60)
    assert experiment.status == "stopped" and experiment.over and "model is usable" in experiment.message
    assert 0 < experiment.progress < 1 and experiment.seconds_left is None
    progress = [share for _, share, _ in seen]
    assert progress == sorted(progress) and seen[0][0] == "running"
    assert any(left is not None and left > 0 for *_, left in seen)
    assert experiment.model.predict(np.zeros((1, 12, 12, 3)), verbose=0).shape == (1, 4)
    (record,) = ledger.read(tmp_path / "l").to_dict("records")
    assert record["status"] == "stopped" and len(record["history"]) == len(experiment.history)
    assert record["details"]["settings"]["epochs"] == 2000
    with pytest.raises(TrainingError, match="run once"):
        experiment.run()


def test_an_interrupt_is_handed_on_and_leaves_a_model_and_a_line(sets, tmp_path):
    def interrupt(experiment: Experiment) -> None:
        if experiment.status == "running" and experiment.progress > 0.4:
            raise KeyboardInterrupt

    experiment = Experiment(BRIEF, sets, ledger=tmp_path / "l", judge=True, show=False, on_change=interrupt)
    with pytest.raises(KeyboardInterrupt):
        experiment.run()
    assert experiment.status == "interrupted" and "1 epoch and 1 batch" in experiment.message
    assert len(experiment.history) == 1 and experiment.model is not None
    (record,) = ledger.read(tmp_path / "l").to_dict("records")
    assert record["status"] == "interrupted" and record["judged"] is None


def test_a_loss_of_hundreds_is_divergence_though_still_a_number(sets, tmp_path):
    wild = replace(BRIEF, optimizer="sgd", learning_rate=10.0)
    experiment = Experiment(wild, sets, ledger=tmp_path / "l", judge=True, show=False).run()
    assert experiment.status == "diverged" and experiment.judged is None
    assert "times that of guessing" in experiment.message and "learning rate 10" in experiment.message
    (record,) = ledger.read(tmp_path / "l").to_dict("records")
    assert record["status"] == "diverged" and record["reason"] == experiment.message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"learning_rate": float("nan")}, "learning_rate must be a finite number, not nan"),
        ({"learning_rate": float("inf")}, "learning_rate must be a finite number, not inf"),
        ({"seed": -1}, "seed must not be negative, but is -1"),
    ],
)
def test_a_rate_that_is_no_number_and_a_negative_seed_are_refused(wrong, words):
    with pytest.raises(TrainingError, match=words):
        replace(BRIEF, **wrong)


# the sweep


@pytest.fixture(scope="module")
def swept(sets, tmp_path_factory):
    """Settings, of which the second diverges, with their rows and their ledger."""
    path = tmp_path_factory.mktemp("sweep") / "ledger.jsonl"
    settings = [BRIEF, replace(BRIEF, learning_rate=1e38, optimizer="sgd")]
    return settings, run_sweep(settings, {"random": sets}, ledger=path, workers=1), path


def test_a_sweep_has_a_row_a_run_and_a_diverged_one_is_no_crash(swept, sets):
    settings, rows, _ = swept
    good, bad = rows.to_dict("records")
    assert {name: good[name] for name in settings[0].to_dict()} == settings[0].to_dict()
    assert good["status"] == "finished" and good["updates"] == 12 and len(good["history"]) == 3
    assert good["val_loss"] == good["history"]["val_loss"].iloc[-1]
    assert good["predictions"].shape == (20, 4)
    hits = good["predictions"].argmax(axis=1) == sets.labels["test"]
    assert good["accuracy"] == hits.mean() > 0.25
    picked = good["predictions"][np.arange(20), sets.labels["test"]]
    assert good["loss"] == pytest.approx(-np.log(picked).mean(), abs=1e-3)
    assert bad["status"] == "diverged" and "lower the learning rate" in bad["message"]
    assert np.isnan(bad["accuracy"]) and bad["predictions"] is None


def test_what_the_ledger_holds_is_not_run_again(swept, sets, monkeypatch):
    settings, rows, path = swept
    lines = len(ledger.read(path))
    monkeypatch.setattr("labkit.training.sweep.Experiment", None)  # nothing may be run
    again = run_sweep(settings[::-1], {"random": image_sets()}, ledger=path)
    for row, other in zip(again.to_dict("records")[::-1], rows.to_dict("records"), strict=True):
        np.testing.assert_array_equal(row.pop("predictions"), other.pop("predictions"))
        assert row.pop("history").equals(other.pop("history"))
        np.testing.assert_equal(row, other)
    assert len(ledger.read(path)) == lines
    with pytest.raises(TypeError):  # other pictures are another run
        run_sweep(settings[:1], {"random": image_sets(seed=1)}, ledger=path)


def test_an_interrupted_sweep_loses_only_what_was_running(swept, sets, tmp_path, monkeypatch):
    settings, rows, path = swept
    copy = shutil.copy(path, tmp_path / "ledger.jsonl")
    more = [settings[0], replace(BRIEF, epochs=1)]

    def interrupted(self, model):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Experiment, "_judge", interrupted)
        run_sweep(more, {"random": sets}, ledger=copy, workers=1)
    again = run_sweep(more, {"random": sets}, ledger=copy, workers=1)
    assert ledger.read(copy)["status"].tolist() == ["finished", "diverged", "interrupted", "finished"]
    assert again["accuracy"][0] == rows["accuracy"][0] and again["updates"].tolist() == [12, 4]


def test_a_network_trained_without_augmentation_can_start_another(sets):
    from labkit.models.transfer import transfer

    trained = Experiment(replace(BRIEF, epochs=1), sets, show=False).run().model
    assert transfer(trained, classes=3, frozen=True).output_shape == (None, 3)
