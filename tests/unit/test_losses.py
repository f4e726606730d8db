"""The concordance as a loss: its value against the formula, and its gradient where nothing varies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def direct(true: np.ndarray, predicted: np.ndarray) -> float:
    """Mean CCC of the columns, in double precision."""
    concordances = []
    for x, y in zip(true.T.astype(float), predicted.T.astype(float), strict=True):
        apart = (x.mean() - y.mean()) ** 2
        concordances.append(2 * np.cov(x, y, bias=True)[0, 1] / (x.var() + y.var() + apart))
    return float(np.mean(concordances))


def affect(count: int, columns: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """True values and answers that agree somewhat."""
    random = np.random.default_rng(seed)
    true = random.uniform(-1, 1, (count, columns)).astype("float32")
    return true, (0.6 * true + random.normal(0.1, 0.3, true.shape)).astype("float32")


def gradient(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Of the loss by the answers, on whatever backend there is: one step of plain descent."""
    from labkit.backend import keras
    from labkit.training.losses import ccc_loss

    answers = keras.layers.Embedding(len(true), true.shape[1], embeddings_initializer="zeros")
    model = keras.Sequential([answers, keras.layers.Flatten()])
    numbers = np.arange(len(true))[:, None]
    model.build(numbers.shape)
    answers.set_weights([predicted])
    model.compile(keras.optimizers.SGD(1.0), ccc_loss, jit_compile=False)
    model.train_on_batch(numbers, true)
    return predicted - answers.get_weights()[0]


@settings(max_examples=20, deadline=None)
@given(count=st.integers(3, 60), columns=st.integers(1, 3), seed=st.integers(0, 1000))
def test_the_loss_is_one_minus_the_mean_concordance(count, columns, seed):
    from labkit.training.losses import ccc_loss

    true, predicted = affect(count, columns, seed)
    assert float(ccc_loss(true, predicted)) == pytest.approx(1 - direct(true, predicted), abs=1e-4)


def test_known_answers_have_known_losses():
    from labkit.training.losses import ccc_loss

    true = affect(50)[0]
    assert float(ccc_loss(true, true)) == pytest.approx(0, abs=1e-4)
    assert float(ccc_loss(true - true.mean(axis=0), true.mean(axis=0) - true)) == pytest.approx(2, abs=1e-4)
    assert float(ccc_loss(true, np.full_like(true, 0.2))) == pytest.approx(1, abs=1e-6)
    assert float(ccc_loss([0.0, 1.0], [0.5, 1.5])) == pytest.approx(1 - 0.5 / (0.25 + 0.25 + 0.25), abs=1e-5)


def test_the_gradient_is_that_of_the_formula():
    true, predicted = affect(12)
    found = gradient(true, predicted)
    for place in ((0, 0), (7, 1)):
        step = np.zeros_like(predicted, dtype=float)
        step[place] = 1e-4
        slope = (direct(true, predicted - step) - direct(true, predicted + step)) / 2e-4
        assert found[place] == pytest.approx(slope, abs=1e-4)


@pytest.mark.parametrize("count", [1, 2, 40])
@pytest.mark.parametrize("kind", ["constant answers", "constant labels", "equal constants"])
def test_where_nothing_varies_loss_and_gradient_are_finite(count, kind):
    from labkit.training.losses import ccc_loss

    true, predicted = affect(count)
    if kind != "constant labels":
        predicted = np.full_like(predicted, 0.3)
    if kind != "constant answers":
        true = np.full_like(true, 0.3)
    assert float(ccc_loss(true, predicted)) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(gradient(true, predicted)).all()


def test_constant_answers_are_pulled_apart_along_the_labels():
    true = affect(20)[0]
    pull = -gradient(true, np.zeros_like(true))
    assert (np.corrcoef(pull[:, 0], true[:, 0])[0, 1] > 0.99) and np.abs(pull).max() > 0.01
