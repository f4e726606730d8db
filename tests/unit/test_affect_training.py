"""Training on valence and arousal: validation as a whole, reading back, and what does not fit together."""

import numpy as np
import pytest

from labkit.errors import TrainingError
from labkit.evaluation import figures
from labkit.evaluation.agreement import ccc
from labkit.training import ledger
from labkit.training.recipe import Recipe, history_columns

RECIPE = Recipe(learning_rate=0.005, epochs=6, batch_size=8, l2=1e-5, seed=3)


@pytest.fixture(scope="module")
def keras():
    from labkit.backend import keras

    return keras


def network(keras, outputs: int = 2, activation: str = "linear"):
    keras.utils.set_random_seed(0)
    outputs = keras.layers.Dense(outputs, activation=activation)
    return keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), outputs], name="tiny")


def data(count: int = 43) -> tuple[np.ndarray, np.ndarray]:
    """Pictures whose upper half is as bright as valence, the lower one as arousal."""
    random = np.random.default_rng(0)
    affect = random.uniform(-1, 1, (count, 2)).astype("float32")
    halves = np.repeat(affect, 2, axis=1)[:, :, None, None].repeat(4, axis=2)
    return np.uint8(128 + 80 * halves + random.normal(0, 8, halves.shape)), affect


def parts(columns: slice = slice(None)):
    from labkit.training.data import AffectBatches, Scaling

    images, affect = data()
    scaling = Scaling.of(images[:30])
    train = AffectBatches(
        images[:30], affect[:30, columns], 8, scaling=scaling, shuffle=True, augment=True, seed=3
    )
    return train, AffectBatches(images[30:], affect[30:, columns], 8, scaling=scaling)


def train(model, folder, loss="ccc", recipe=RECIPE, columns=slice(None), **options):
    from labkit.training.fit import fit

    return fit(
        model, *parts(columns), recipe, name="tiny", loss=loss, ledger=folder / "ledger.jsonl", **options
    )


def whole(model, validation) -> tuple[np.ndarray, np.ndarray]:
    """True values and answers of the whole validation set."""
    images, labels = zip(*(validation[index] for index in range(len(validation))), strict=True)
    return np.concatenate(labels), np.asarray(model(np.concatenate(images)))


@pytest.fixture(scope="module")
def runs(keras, tmp_path_factory):
    """Valence and arousal by their concordance; arousal alone by its squared error."""
    folder = tmp_path_factory.mktemp("runs")
    return {
        "ccc": train(network(keras), folder, run_dir=folder),
        "mse": train(network(keras, 1), folder, "mse", columns=slice(1, 2), show=False),
    }


@pytest.mark.parametrize(("loss", "columns"), [("ccc", slice(None)), ("mse", slice(1, 2))])
def test_validation_is_judged_on_the_whole_set_at_once(runs, loss, columns):
    history = runs[loss].history
    assert history.columns.tolist() == list(history_columns("ccc"))
    true, answers = whole(runs[loss].model, parts(columns)[1])
    agreement = np.mean([ccc(*pair) for pair in zip(true.T, answers.T, strict=True)])
    last = history.iloc[-1]
    assert last["val_ccc"] == pytest.approx(agreement, abs=1e-4)
    expected = 1 - agreement if loss == "ccc" else ((true - answers) ** 2).mean()
    assert last["val_loss"] == pytest.approx(expected, abs=1e-4)
    assert last["loss"] < history["loss"].iloc[0] and last["val_ccc"] > 0.5


@pytest.mark.parametrize(
    ("answer", "concordance"), [(0.3, 0), (np.nan, np.nan), (np.inf, np.nan)], ids=["constant", "nan", "inf"]
)
def test_constant_labels_agree_with_nothing_and_no_number_is_no_loss(answer, concordance):
    from labkit.training.data import AffectBatches
    from labkit.training.goals import goal

    class Model:
        def predict_on_batch(self, images):
            return np.full((len(images), 2), answer, np.float32)

    batches = AffectBatches(np.zeros((5, 2, 2, 1), np.uint8), np.full((5, 2), 0.3), 2)
    judged = goal("ccc").judge(Model(), batches)
    np.testing.assert_equal(judged, {"loss": 1 - concordance, "ccc": concordance})


def test_the_line_of_an_epoch_says_the_concordance(runs):
    from labkit.training.display import describe_epoch

    last = runs["ccc"].history.iloc[-1].to_dict() | {"epoch": 6}
    said = describe_epoch("tiny", 6, last)
    assert f"validation loss {last['val_loss']:.3f}, CCC {last['val_ccc']:.3f}, learning" in said


def test_a_finished_run_is_read_back(keras, runs):
    first = runs["ccc"]
    again = train(network(keras), first.folder.parent, run_dir=first.folder.parent)
    assert again.folder == first.folder and again.history.equals(first.history)
    for one, two in zip(first.model.get_weights(), again.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_what_does_not_fit_together_is_refused(keras, tmp_path):
    with pytest.raises(TrainingError, match="no loss 'mae': choose one of crossentropy, ccc, mse"):
        train(network(keras), tmp_path, "mae")
    with pytest.raises(TrainingError, match="'tiny' ends in a linear layer.*'crossentropy'"):
        train(network(keras), tmp_path, "crossentropy")
    with pytest.raises(TrainingError, match="ends in a softmax layer.*'ccc'"):
        train(network(keras, activation="softmax"), tmp_path)
    with pytest.raises(TrainingError, match=r"labels of 2 numbers.*\(30, 1\)"):
        train(network(keras), tmp_path, columns=slice(1))
    with pytest.raises(TrainingError, match=r"labels of one class number.*\(30, 2\)"):
        train(network(keras, activation="softmax"), tmp_path, "crossentropy")


@pytest.mark.parametrize(("value", "label"), [(np.nan, "missing"), (-5, "outside")])
def test_labels_that_are_not_valid_are_refused(value, label):
    from labkit.training.data import AffectBatches

    images, affect = data()
    affect[6, 1] = value
    with pytest.raises(TrainingError, match=f"^1 of 43 images .*{label}.* image 7"):
        AffectBatches(images, affect)
    with pytest.raises(TrainingError, match=r"shape \(43,\)"):
        AffectBatches(images, affect[:, 0])


def test_the_ledger_knows_the_loss_and_how_the_labels_lie(runs):
    noted = ledger.read(runs["ccc"].folder.parent / "ledger.jsonl")
    assert noted["loss"].tolist() == ["ccc", "mse"]
    assert noted["history"][0][-1]["val_ccc"] == runs["ccc"].history["val_ccc"].iloc[-1]
    affect = data()[1][:30]
    assert noted["data"][0]["train"]["mean"] == pytest.approx(affect.mean(axis=0).tolist(), abs=1e-3)


def test_curves_show_the_concordance_also_below_zero(runs):
    history = runs["ccc"].history.copy()
    history.loc[0, "val_ccc"] = -0.3
    axes = figures.training_curves(history).axes[1]
    assert axes.get_ylabel() == "CCC" and axes.get_ylim() == (-0.3, 1)
