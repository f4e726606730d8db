"""Training: the schedule, batches, resuming, the ledger, and what happens when it goes wrong."""

import json
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import DataError, TrainingError
from labkit.training import ledger
from labkit.training.augmentation import augment
from labkit.training.data import ArrayBatches, Scaling
from labkit.training.fit import Diverged, fit
from labkit.training.optimizers import make_optimizer
from labkit.training.recipe import Recipe

RECIPE = Recipe(learning_rate=0.05, epochs=4, batch_size=8, decay_factor=0.5, decay_every=2, seed=3)


def tiny_model(seed: int = 0) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def tiny_data(recipe: Recipe = RECIPE) -> tuple[ArrayBatches, ArrayBatches]:
    random = np.random.default_rng(0)
    labels = np.arange(40) % 3
    images = (random.integers(0, 90, (40, 6, 6, 3)) + 60 * labels[:, None, None, None]).astype(np.uint8)
    scaling = Scaling.of(images[:28])
    train = ArrayBatches(
        images[:28],
        labels[:28],
        recipe.batch_size,
        scaling=scaling,
        shuffle=True,
        augment=True,
        seed=recipe.seed,
    )
    return train, ArrayBatches(images[28:], labels[28:], recipe.batch_size, scaling=scaling)


def train(tmp_path: Path, recipe: Recipe = RECIPE, **options):
    return fit(
        tiny_model(), *tiny_data(recipe), recipe, name="tiny", ledger=tmp_path / "ledger.jsonl", **options
    )


def without_time(history: pd.DataFrame) -> pd.DataFrame:
    return history.drop(columns="seconds")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One unbroken training, with its checkpoints and its ledger."""
    folder = tmp_path_factory.mktemp("whole")
    return train(folder, run_dir=folder, details={"profile": "fast"})


class InterruptAt(keras.callbacks.Callback):
    """Does ``what`` at one batch of one epoch, counted over the whole training."""

    def __init__(self, batch: int, what):
        super().__init__()
        self.left, self.what = batch, what

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            self.what()


def press_control_c():
    raise KeyboardInterrupt


# the recipe


def test_learning_rate_follows_the_papers_table():
    alexnet = Recipe(learning_rate=1e-3, decay_factor=0.7, decay_every=2)
    rates = [alexnet.learning_rate_at(epoch) for epoch in range(5)]
    assert rates == pytest.approx([1e-3, 1e-3, 7e-4, 7e-4, 4.9e-4])


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimizer": "sdg"},
        {"epochs": 0},
        {"learning_rate": -1.0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"l2": -1e-4},
        {"patience": 0},
        {"seed": -1},
        {"precision": "float16"},
    ],
)
def test_an_impossible_recipe_is_refused(wrong):
    with pytest.raises(TrainingError, match=next(iter(wrong))):
        Recipe(**wrong)


def test_l2_enters_the_gradient_and_the_momentum():
    # Two steps by hand with zero gradients: v = -lr·l2·w, w += v, then v = m·v - lr·l2·w, w += v.
    kernel, bias = keras.Variable(np.full((1, 1), 2.0)), keras.Variable(np.full(1, 2.0))
    optimizer = make_optimizer(Recipe(learning_rate=0.5, momentum=0.9, l2=0.1))
    for _ in range(2):
        optimizer.apply([np.zeros((1, 1), "float32"), np.zeros(1, "float32")], [kernel, bias])
    velocity = -0.05 * 2.0
    weight = 2.0 + velocity
    velocity = 0.9 * velocity - 0.05 * weight
    assert float(kernel.numpy()[0, 0]) == pytest.approx(weight + velocity)
    assert float(bias.numpy()[0]) == 2.0


# batches


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 40), batch=st.integers(1, 50), epoch=st.integers(0, 5), shuffle=st.booleans())
def test_every_image_comes_once_an_epoch_with_its_label(count, batch, epoch, shuffle):
    images = np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None, None], (count, 2, 2, 1))
    batches = ArrayBatches(images, np.arange(count), batch, scaling=Scaling((0.0,), (1.0,)), shuffle=shuffle)
    batches.set_epoch(epoch)
    pairs = [batches[index] for index in range(len(batches))]
    labels = np.concatenate([labels for _, labels in pairs])
    np.testing.assert_array_equal(np.sort(labels), np.arange(count))
    np.testing.assert_array_equal(np.concatenate([images for images, _ in pairs])[:, 0, 0, 0], labels)
    assert all(images.dtype == np.float32 for images, _ in pairs)


def test_the_order_depends_on_seed_and_epoch_alone():
    first, second = tiny_data()[0], tiny_data()[0]
    second.set_epoch(1)
    assert not np.array_equal(first.order, second.order)
    second.set_epoch(0)
    for index in range(len(first)):
        np.testing.assert_array_equal(first[index][0], second[index][0])


def test_scaling_gives_zero_mean_and_unit_variance_a_channel():
    images = np.random.default_rng(0).integers(0, 9, (50, 8, 8, 3)).astype(np.uint8)
    scaled = Scaling.of(images).apply(images)
    np.testing.assert_allclose(scaled.mean(axis=(0, 1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(scaled.std(axis=(0, 1, 2)), 1, atol=1e-4)


def test_black_images_do_not_divide_by_zero():
    black = np.zeros((4, 5, 5, 3), np.uint8)
    assert np.isfinite(Scaling.of(black).apply(black)).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), size=st.integers(1, 60))
def test_augmentation_keeps_shape_range_and_flat_images(seed, size):
    flat = np.full((5, size, size, 3), 100, np.float32)
    changed = augment(flat, np.random.default_rng(seed))
    assert changed.shape == flat.shape and changed.dtype == np.float32
    assert changed.min() >= 80 and changed.max() <= 120
    assert (np.ptp(changed, axis=(1, 2)) == 0).all()  # a flat image stays flat: no border creeps in


def test_augmentation_treats_each_image_on_its_own():
    image = np.arange(50 * 50, dtype=np.float32).reshape(1, 50, 50, 1) % 200
    changed = augment(np.repeat(image, 8, axis=0), np.random.default_rng(0))
    assert len({picture.tobytes() for picture in changed}) == 8


@pytest.mark.parametrize(("images", "labels"), [(0, 0), (3, 2)])
def test_batches_of_nothing_or_of_unlabelled_images_are_refused(images, labels):
    with pytest.raises(TrainingError):
        ArrayBatches(np.zeros((images, 4, 4, 3), np.uint8), np.zeros(labels), 2)


# fitting


def test_the_same_seed_gives_the_same_figures_and_another_seed_does_not(tmp_path, whole, capsys, monkeypatch):
    monkeypatch.setenv("LABKIT_HEADLESS", "1")
    run = train(tmp_path)
    pd.testing.assert_frame_equal(without_time(run.history), without_time(whole.history))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and lines[0].startswith("tiny: epoch 1/4, loss ")
    other = train(tmp_path, replace(RECIPE, seed=4, epochs=1))
    assert other.history["loss"][0] != run.history["loss"][0]


def test_it_learns_by_the_schedule_and_notes_the_run(whole):
    assert whole.history["loss"].iloc[-1] < whole.history["loss"].iloc[0]
    assert whole.history["learning_rate"].tolist() == pytest.approx([0.05, 0.05, 0.025, 0.025])
    (record,) = ledger.read(whole.folder.parent / "ledger.jsonl").to_dict("records")
    assert record["status"] == "finished" and record["seed"] == 3 and record["name"] == "tiny"
    assert record["recipe"] == RECIPE.to_dict() and record["details"] == {"profile": "fast"}
    assert record["data"]["train"]["images"] == 28
    assert record["result"]["last"]["loss"] == pytest.approx(whole.history["loss"].iloc[-1])
    assert {"python", "keras", "backend"} <= set(record["versions"]) and record["device"]


def test_a_broken_off_training_goes_on_as_if_it_had_not_been(tmp_path, whole):
    model = tiny_model()
    options = {"name": "tiny", "run_dir": tmp_path, "ledger": tmp_path / "ledger.jsonl"}
    for batch in (2, 6):  # in the first epoch, and in the second
        with pytest.raises(KeyboardInterrupt):
            fit(model, *tiny_data(), RECIPE, callbacks=[InterruptAt(batch, press_control_c)], **options)
    run = fit(model, *tiny_data(), RECIPE, **options)
    pd.testing.assert_frame_equal(without_time(run.history), without_time(whole.history))
    for ours, theirs in zip(run.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    runs = ledger.read(tmp_path / "ledger.jsonl")
    assert runs["status"].tolist() == ["interrupted", "interrupted", "finished"]
    assert runs["epochs_before"].tolist() == [0, 0, 1]


def test_a_killed_process_leaves_a_checkpoint_to_go_on_from(tmp_path, whole):
    code = (
        "import os, signal, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "import test_training as t\n"
        "kill = lambda: os.kill(os.getpid(), signal.SIGKILL)\n"
        "t.train(Path(sys.argv[1]), run_dir=Path(sys.argv[1]), callbacks=[t.InterruptAt(10, kill)])"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert not (tmp_path / "ledger.jsonl").exists()
    run = train(tmp_path, run_dir=tmp_path)
    assert ledger.read(tmp_path / "ledger.jsonl")["epochs_before"].tolist() == [2]
    pd.testing.assert_frame_equal(without_time(run.history), without_time(whole.history))


def test_a_finished_training_is_read_back_and_another_recipe_is_another_run(tmp_path, whole, capsys):
    folder = shutil.copytree(whole.folder.parent, tmp_path / "copy")
    again = train(folder, run_dir=folder, details={"profile": "fast"})
    assert "already trained" in capsys.readouterr().out
    pd.testing.assert_frame_equal(again.history, whole.history)
    np.testing.assert_array_equal(again.model.get_weights()[0], whole.model.get_weights()[0])
    assert len(ledger.read(folder / "ledger.jsonl")) == 1
    other = train(folder, replace(RECIPE, epochs=1), run_dir=folder, details={"profile": "fast"})
    assert other.folder != again.folder and len(other.history) == 1


def test_patience_stops_and_puts_the_best_weights_back(tmp_path):
    wild = Recipe(learning_rate=0.1, epochs=40, batch_size=8, patience=2)
    run = train(tmp_path, wild, run_dir=tmp_path)
    assert len(run.history) == run.best_epoch + 2 < 40
    assert run.best_epoch == run.history["epoch"][run.history["val_loss"].idxmin()]
    loss = run.model.evaluate(tiny_data(wild)[1], verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(run.history["val_loss"].min(), rel=1e-5)
    again = train(tmp_path, wild, run_dir=tmp_path)
    np.testing.assert_array_equal(again.model.get_weights()[0], run.model.get_weights()[0])


def test_stop_ends_after_a_batch_and_keeps_whole_epochs(tmp_path):
    asked = iter(range(100))
    judged = []
    run = train(tmp_path, run_dir=tmp_path, stop=lambda: next(asked) == 9, judge=judged.append)
    assert run.status == "stopped" and run.history["epoch"].tolist() == [1, 2]  # four batches an epoch
    assert next(asked) == 10 and not judged and run.judged is None
    (record,) = ledger.read(tmp_path / "ledger.jsonl").to_dict("records")
    assert record["status"] == "stopped" and pd.DataFrame(record["history"]).equals(run.history)
    probabilities = run.model.predict(tiny_data()[1], verbose=0)
    assert np.isfinite(probabilities).all()


def test_a_stopped_training_goes_on_and_is_judged_when_it_has_finished(tmp_path, whole):
    nothing_yet = train(tmp_path, run_dir=tmp_path, stop=lambda: True)
    assert nothing_yet.history.empty and nothing_yet.best_epoch is None and nothing_yet.seconds == 0
    answer = {"accuracy": 0.5}
    run = train(tmp_path, run_dir=tmp_path, judge=lambda model: answer)
    pd.testing.assert_frame_equal(without_time(run.history), without_time(whole.history))
    records = ledger.read(tmp_path / "ledger.jsonl")
    assert records["status"].tolist() == ["stopped", "finished"]
    assert records["judged"][1] == run.judged == answer


def test_a_batch_larger_than_the_training_set_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(TrainingError, match="batch of 29 images .* training set of 28"):
        train(tmp_path, replace(RECIPE, batch_size=29), run_dir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_history_is_the_mean_over_all_images(tmp_path):
    """Without dropout and augmentation, and with steps of nothing, training and judging see the same."""
    model = keras.Sequential(
        [keras.Input((6, 6, 3)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")]
    )
    data, _ = tiny_data()
    data.augment = False
    run = fit(model, data, data, Recipe(learning_rate=1e-30, epochs=1), name="still", ledger=tmp_path / "l")
    expected = model.evaluate(data, verbose=0, return_dict=True)
    for name in ("loss", "accuracy"):
        assert run.history[name][0] == pytest.approx(expected[name], rel=1e-5)
        assert run.history[f"val_{name}"][0] == pytest.approx(expected[name], rel=1e-5)


def test_a_diverging_loss_stops_with_an_explanation(tmp_path):
    data = tiny_data()
    data[0].scaling = data[1].scaling = Scaling((0.0,), (1e-30,))
    with pytest.raises(TrainingError, match="no longer a number in epoch 1 .*lower the learning rate"):
        fit(
            tiny_model(),
            *data,
            Recipe(learning_rate=1e30, epochs=3),
            name="wild",
            ledger=tmp_path / "l.jsonl",
        )
    (record,) = ledger.read(tmp_path / "l.jsonl").to_dict("records")
    assert record["status"] == "diverged" and "no longer a number" in record["reason"]


@pytest.mark.parametrize(("loss", "status"), [(9.68, "finished"), (14.5, "diverged")])
def test_a_mean_loss_of_ten_times_guessing_is_divergence(tmp_path, loss, status):
    """Of four classes, guessing costs ln 4; ten times that are 13.9."""
    network = [keras.Input((2, 2, 3)), keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]
    model = keras.Sequential(network)
    model.set_weights([np.zeros((12, 4)), np.array([loss, 0, 0, 0])])
    data = ArrayBatches(np.zeros((8, 2, 2, 3), np.uint8), np.ones(8, int), 4)
    recipe = Recipe(learning_rate=1e-30, epochs=1, batch_size=4)

    def train_it():
        return fit(model, data, data, recipe, name="far off", ledger=tmp_path / "l", show=False)

    if status == "finished":
        assert train_it().history["loss"][0] == pytest.approx(loss, abs=0.01)
    else:
        with pytest.raises(Diverged, match=r"epoch 1 is 14.5, .* guessing, 1.39 .*lower .* tenfold"):
            train_it()
    assert ledger.read(tmp_path / "l")["status"].tolist() == [status]


def test_a_damaged_checkpoint_is_named(tmp_path, whole):
    folder = shutil.copytree(whole.folder.parent, tmp_path / "copy")
    (folder / whole.folder.name / "checkpoint.h5").write_bytes(b"not a checkpoint")
    with pytest.raises(TrainingError, match=r"checkpoint\.h5 cannot be used .*delete it"):
        train(folder, run_dir=folder, details={"profile": "fast"})


def test_a_checkpoint_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TrainingError, match="cannot be written"):
        train(tmp_path, run_dir=tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# the ledger


def test_many_writers_lose_no_line(tmp_path):
    path = tmp_path / "deep" / "ledger.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ledger.append({"number": number}, path), range(60)))
    assert sorted(ledger.read(path)["number"]) == list(range(60))


def test_a_half_written_line_costs_itself_alone(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger.append({"name": "first"}, path)
    with path.open("a") as file:
        file.write('{"name": "bro')
    ledger.append({"name": "second"}, path)
    assert ledger.read(path)["name"].tolist() == ["first", "second"]
    assert json.loads(path.read_text().splitlines()[-1])["time"].endswith("+00:00")


def test_no_ledger_is_an_empty_table(tmp_path):
    assert ledger.read(tmp_path / "none.jsonl").empty


def test_a_ledger_that_cannot_be_written_costs_no_training_and_hides_no_fault(tmp_path):
    (tmp_path / "file").write_text("in the way")
    nowhere = {"name": "tiny", "ledger": tmp_path / "file" / "ledger.jsonl"}
    brief = replace(RECIPE, epochs=1)
    with pytest.warns(UserWarning, match="tiny is not noted. The ledger .* cannot be written"):
        run = fit(tiny_model(), *tiny_data(), brief, **nowhere)
    assert len(run.history) == 1
    stop = [InterruptAt(1, press_control_c)]
    with pytest.warns(UserWarning, match="not noted"), pytest.raises(KeyboardInterrupt):
        fit(tiny_model(), *tiny_data(), brief, callbacks=stop, **nowhere)
    with pytest.raises(DataError, match="cannot be written: "):
        ledger.append({"name": "alone"}, nowhere["ledger"])
