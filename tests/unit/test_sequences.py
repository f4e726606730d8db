"""Sequences: padding changes nothing, the LSTM learns from order, and bad sequences are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.backend import keras
from labkit.errors import LabkitError, TrainingError
from labkit.models.lstm import PADDING, every_step, lstm
from labkit.training.fit import fit
from labkit.training.recipe import Recipe
from labkit.training.sequences import SequenceBatches, pad

LENGTHS = (3, 7, 1, 5)


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return lstm(features=6, classes=3)


@pytest.fixture(scope="module")
def sequences() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(length, 6)).astype("float32") for length in LENGTHS]


@pytest.fixture(scope="module")
def bare(network, sequences) -> np.ndarray:
    """The answer to each sequence alone, without padding: (4, 3)."""
    return np.concatenate([np.asarray(network(sequence[None])) for sequence in sequences])


def test_the_papers_network_has_its_parameters():
    # An LSTM has four gates: 4·((features + units + 1)·units).
    first, second, last = 4 * (512 + 128 + 1) * 128, 4 * (128 + 64 + 1) * 64, (64 + 1) * 7
    assert lstm().count_params() == first + second + last == 378_055
    raw = lstm(features=48 * 48)
    assert raw.count_params() - 378_055 == 4 * (48 * 48 - 512) * 128
    assert [layer.rate for layer in raw.layers if isinstance(layer, keras.layers.Dropout)] == [0.5, 0.5]


def test_a_still_has_the_papers_shapes():
    model = lstm(steps=1)
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    assert model.input_shape == (None, 1, 512)
    assert (shapes["lstm1"], shapes["lstm2"], shapes["probabilities"]) == ((1, 128), (64,), (7,))


def test_padding_changes_no_answer(network, sequences, bare):
    batches = SequenceBatches(sequences, np.zeros(4), 4, steps=11)
    np.testing.assert_allclose(network.predict(batches, verbose=0), bare, atol=1e-6)


def test_a_step_of_zeros_is_a_step(network, sequences, bare):
    longer = np.concatenate([sequences[0], np.zeros((2, 6), "float32")])
    assert np.abs(np.asarray(network(longer[None])) - bare[0]).max() > 1e-3


def test_the_order_of_the_steps_matters(network, sequences, bare):
    assert np.abs(np.asarray(network(sequences[1][None, ::-1])) - bare[1]).max() > 1e-3


def test_every_step_says_what_the_network_says_of_the_steps_so_far(network, sequences, bare):
    answers = np.asarray(every_step(network)(pad(sequences, 8)))
    assert answers.shape == (4, 8, 3)
    np.testing.assert_allclose(answers[:, -1], bare, atol=1e-6)
    np.testing.assert_allclose(answers.sum(axis=-1), 1, atol=1e-5)
    for length in (1, 4):
        seen = np.asarray(network(sequences[1][None, :length]))
        np.testing.assert_allclose(answers[1, length - 1], seen[0], atol=1e-6)
    np.testing.assert_array_equal(answers[0, 2:], np.repeat(answers[0, 2:3], 6, axis=0))


def test_every_step_takes_an_lstm_only():
    inputs = keras.Input((4,))
    with pytest.raises(LabkitError, match="no second LSTM"):
        every_step(keras.Model(inputs, keras.layers.Dense(2)(inputs)))


def test_fit_learns_what_only_the_order_tells(tmp_path):
    """The classes are rising and falling: the same values, in another order."""
    random = np.random.default_rng(1)
    labels = np.arange(48) % 2
    rising = [np.sort(random.uniform(0, 2, (length, 1)), axis=0) for length in random.integers(4, 9, 48)]
    runs = [run if label else run[::-1] for run, label in zip(rising, labels, strict=True)]
    keras.utils.set_random_seed(0)
    model = lstm(features=1, classes=2, dropout=0.1)
    train = SequenceBatches(runs[:32], labels[:32], 16, shuffle=True, seed=1)
    validation = SequenceBatches(runs[32:], labels[32:], 16)
    recipe = Recipe("adam", 0.02, epochs=8, batch_size=16, l2=0.0)
    ledger = tmp_path / "ledger.jsonl"
    run = fit(model, train, validation, recipe, name="order", ledger=ledger, show=False)
    assert run.history["val_accuracy"].iloc[-1] >= 0.9
    assert '"per_class": [16, 16]' in ledger.read_text()


@settings(max_examples=30, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=20),
    batch=st.integers(1, 25),
    shuffle=st.booleans(),
    epoch=st.integers(0, 3),
)
def test_every_sequence_comes_once_an_epoch_with_its_label(lengths, batch, shuffle, epoch):
    sequences = [np.full((length, 2), number, np.float32) for number, length in enumerate(lengths)]
    batches = SequenceBatches(sequences, np.arange(len(lengths)), batch, shuffle=shuffle)
    batches.set_epoch(epoch)
    made = [batches[index] for index in range(len(batches))]
    assert {steps.shape[1:] for steps, _ in made} == {(max(lengths), 2)}
    labels = np.concatenate([labels for _, labels in made])
    np.testing.assert_array_equal(np.sort(labels), np.arange(len(lengths)))
    for steps, label in zip(np.concatenate([steps for steps, _ in made]), labels, strict=True):
        np.testing.assert_array_equal(steps[: lengths[label]], label)
        np.testing.assert_array_equal(steps[lengths[label] :], PADDING)


def test_the_order_of_the_sequences_depends_on_seed_and_epoch_alone(sequences):
    def order(seed: int, epoch: int) -> list[int]:
        batches = SequenceBatches(sequences * 5, np.arange(20), 20, shuffle=True, seed=seed)
        batches.set_epoch(epoch)
        return batches[0][1].tolist()

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3) and order(1, 2) != order(2, 2)


def test_the_description_tells_sets_apart(sequences):
    def described(changed=sequences, labels=(0, 1, 2, 1)):
        return SequenceBatches(changed, labels).describe()

    first = described()
    assert first | {"digest": ""} == {
        "sequences": 4,
        "per_class": [1, 2, 1],
        "lengths": [1, 7],
        "shape": [7, 6],
        "shuffle": False,
        "digest": "",
    }
    others = [described(labels=(0, 1, 1, 2)), described([sequences[0] + 1, *sequences[1:]])]
    assert len({told["digest"] for told in (first, *others)}) == 3


def made_of(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    return [np.zeros(shape, np.float32) for shape in shapes]


@pytest.mark.parametrize(
    ("sequences", "options", "sentence"),
    [
        ([], {}, "no sequences"),
        (made_of((2, 3), (0, 3)), {}, "Sequence 2 of 2 is empty"),
        (made_of((2, 3), (2, 4)), {}, "has 4 features a step, the first has 3"),
        (made_of((2, 3), (3,)), {}, r"has the shape \(3,\)"),
        ([np.float32([[1, np.nan]])], {}, "not finite numbers"),
        ([np.float32([[1, -1], [-1, -1]])], {}, "a step of nothing but -1, which marks padding"),
        (made_of((5, 3)), {"steps": 4}, "has 5 steps but only 4"),
    ],
)
def test_sequences_that_cannot_be_trained_on_are_refused_in_words(sequences, options, sentence):
    with pytest.raises(TrainingError, match=sentence):
        SequenceBatches(sequences, np.zeros(len(sequences)), **options)


def test_a_label_more_than_sequences_is_refused(sequences):
    with pytest.raises(TrainingError, match="4 sequences but 5 labels"):
        SequenceBatches(sequences, np.zeros(5))
