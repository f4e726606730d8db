"""Half precision, and several devices: the same training by other means."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from labkit.errors import TrainingError
from labkit.models.augmentation import FaceVariation, augmented
from labkit.training.data import ArrayBatches, Scaling
from labkit.training.fit import fit
from labkit.training.precision import set_precision
from labkit.training.recipe import Recipe

HALF = Recipe(learning_rate=0.05, epochs=2, batch_size=8, precision="mixed_float16")


def tiny_model() -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            keras.layers.Conv2D(4, 3, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def tiny_data() -> list[ArrayBatches]:
    """23 images to learn from, which leaves a last batch of 7, and 8 to judge by."""
    random = np.random.default_rng(0)
    labels = np.arange(31) % 3
    images = (random.integers(0, 90, (31, 6, 6, 3)) + 60 * labels[:, None, None, None]).astype(np.uint8)
    scaling = Scaling.of(images)
    parts = (slice(0, 23), slice(23, 31))
    return [ArrayBatches(images[part], labels[part], 8, scaling=scaling) for part in parts]


def test_the_usual_precision_does_not_show_in_a_recipe():
    assert "precision" not in Recipe().to_dict()
    assert HALF.to_dict()["precision"] == "mixed_float16"


@pytest.mark.parametrize("inside", ["float16", "bfloat16"])
def test_layers_compute_in_half_but_for_the_last_and_our_own(inside):
    model = augmented(tiny_model())
    faces = np.random.default_rng(0).normal(size=(2, 6, 6, 3)).astype("float32")
    single = np.asarray(model(faces))
    set_precision(model, f"mixed_{inside}")
    network = model.layers[2]
    kinds = {type(layer): layer.compute_dtype for layer in [*model.layers, *network.layers]}
    assert kinds[keras.layers.Conv2D] == kinds[keras.layers.BatchNormalization] == inside
    assert kinds[FaceVariation] == kinds[keras.layers.Dense] == "float32"
    assert {weights.dtype for weights in model.get_weights()} == {np.dtype("float32")}
    half = np.asarray(model(faces))
    assert half.dtype == np.float32 and not np.array_equal(half, single)
    np.testing.assert_allclose(half, single, atol=0.02)
    set_precision(model, "float32")
    np.testing.assert_array_equal(np.asarray(model(faces)), single)


def test_recurrent_cells_compute_in_half_too():
    from labkit.models.lstm import lstm

    model = lstm(4, 3)
    set_precision(model, "mixed_float16")
    assert model.get_layer("lstm1").cell.compute_dtype == "float16"
    answers = np.asarray(model(np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")))
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)


def test_training_in_half_follows_single_and_goes_on_with_its_scale_of_the_loss(tmp_path):
    def trained(recipe: Recipe, **options):
        options |= {"ledger": tmp_path / "ledger.jsonl", "show": False, "run_dir": tmp_path}
        return fit(tiny_model(), *tiny_data(), recipe, **options)

    whole = trained(HALF, name="half")
    single = trained(Recipe(learning_rate=0.05, epochs=2, batch_size=8), name="single")
    np.testing.assert_allclose(whole.history["loss"], single.history["loss"], rtol=0.01)

    batches = iter(range(100))
    trained(HALF, name="broken", stop=lambda: next(batches) == 4)  # in the second epoch
    again = trained(HALF, name="broken")
    assert again.history["val_loss"].tolist() == whole.history["val_loss"].tolist()
    optimizer = again.model.optimizer
    assert type(optimizer).__name__ == "LossScaleOptimizer" and int(optimizer.step_counter) == 6


TWO_DEVICES = """
import json, sys
import tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_precision as t

def trained(devices, folder):
    recipe = t.Recipe(learning_rate=0.05, epochs=1, batch_size=8)
    folder = Path(sys.argv[2]) / folder
    return t.fit(t.tiny_model(), *t.tiny_data(), recipe, name="run", show=False, devices=devices,
                 run_dir=folder, ledger=folder / "ledger.jsonl")

both = ("cpu:0", "cpu:1")
one, two = trained((), "one"), trained(both, "two")
try:
    t.fit(t.tiny_model(), *t.tiny_data(), t.Recipe(batch_size=7), name="odd", devices=both)
except t.TrainingError as error:
    refused = str(error)
answers = {
    "losses": [run.history[["loss", "accuracy", "val_loss"]].to_numpy().tolist() for run in (one, two)],
    "weights": [[w.tolist() for w in run.model.get_weights()] for run in (one, two)],
    "momenta": [[v.numpy().tolist() for v in run.model.optimizer.variables] for run in (one, two)],
    "folders": [run.folder.name for run in (one, two)],
    "refused": refused,
}
print(json.dumps(answers))
"""


def test_two_devices_train_as_one_does(tmp_path):
    """In a process of its own, for a processor can be declared to be two only before TensorFlow starts."""
    command = [sys.executable, "-c", TWO_DEVICES, str(Path(__file__).parent), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    for name in ("losses", "weights", "momenta"):
        for one, two in zip(*answers[name], strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5, err_msg=name)
    assert answers["folders"][0] == answers["folders"][1]  # so one goes on where the other was broken off
    assert "A batch of 7 cannot be shared equally by 2 devices" in answers["refused"]


def test_devices_that_are_not_there_are_named():
    devices = ("cpu:0", "gpu:7")
    with pytest.raises(TrainingError, match=r"no device gpu:7 here: choose among cpu:0"):
        fit(tiny_model(), *tiny_data(), Recipe(batch_size=8), name="t", devices=devices, show=False)
