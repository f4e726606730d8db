"""The third system: an extractor that learns on FER2013, and an LSTM that reads what it makes of faces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.papers.cnn_lstm.face_sets import FaceSet
from labkit.papers.cnn_lstm.recipe import CLASSES, CnnLstmRecipe
from labkit.preprocessing.normalization import Normalizer
from labkit.training.image_sets import PARTS

if TYPE_CHECKING:
    from labkit.backend import keras
    from labkit.evaluation.report_card import ReportCard
    from labkit.training.fit import Run

# Faces of a sequence at most so many frames apart are near duplicates.
NEIGHBOURS = 2
# From the rows that train to what the network sees of every row: (t, f) float32 each.
Inputs = Callable[[np.ndarray], Sequence[np.ndarray]]


@dataclass(frozen=True)
class Extractor:
    """A network that turns a face into 512 numbers, and how faces are normalised for it."""

    run: "Run"  # of its training, as a classifier
    normalizer: Normalizer
    model: "keras.Model"  # (n, S, S, 1) float32 to (n, 512)

    def features(self, faces: np.ndarray, batch: int = 128) -> np.ndarray:
        """Faces, uint8 (n, S, S), as float32 (n, 512)."""
        pieces = [
            np.asarray(self.model.predict_on_batch(self.normalizer.apply(faces[start : start + batch])))
            for start in range(0, len(faces), batch)
        ]
        return np.concatenate(pieces) if pieces else np.empty((0, self.model.output_shape[-1]), np.float32)


def pretrain(faces: FaceSet, recipe: CnnLstmRecipe, seed: int = 0, network: str = "vgg") -> Extractor:
    """Train a classifier on FER2013's faces; its last layer but one is the extractor.

    Args:
        faces: in the data set's own split; without validation (class folders), a tenth of training is taken.
        network: "vgg" or "gudi".
    """
    from labkit import models
    from labkit.models.vgg import feature_extractor
    from labkit.training.data import ArrayBatches
    from labkit.training.fit import fit

    split = with_validation(faces.table, seed)["split"].to_numpy()
    normalizer = Normalizer.fit(faces.faces[split == "train"])
    batches = {
        part: ArrayBatches(
            faces.faces[split == part][..., None],
            faces.labels[split == part],
            recipe.extractor.batch_size,
            scaling=normalizer,
            shuffle=part == "train",
            augment=part == "train",
            seed=seed,
        )
        for part in ("train", "validation")
    }
    about = {"width": recipe.width} if network == "vgg" else {}
    model = models.build(network, (recipe.size, recipe.size, 1), len(CLASSES), seed=seed, **about)
    run = fit(
        model,
        batches["train"],
        batches["validation"],
        replace(recipe.extractor, seed=seed),
        name=f"{network} on {faces.name}",
        details={"data": faces.data},
    )
    return Extractor(run, normalizer, feature_extractor(model))


def judge_extractor(extractor: Extractor, faces: FaceSet, seed: int = 0) -> "ReportCard":
    """What the classifier answers on FER2013's test faces, once."""
    from labkit.evaluation.report_card import ReportCard

    test = faces.rows((faces.table["split"] == "test").to_numpy())
    images = extractor.normalizer.apply(test.faces)
    probabilities = np.concatenate(
        [
            np.asarray(extractor.run.model.predict_on_batch(images[i : i + 128]))
            for i in range(0, len(images), 128)
        ]
    )
    return ReportCard.from_predictions(
        test.labels,
        probabilities,
        CLASSES,
        policy="the data set's own",
        leak_line="FER2013 does not say who is who: what training and test share cannot be counted.",
        data=faces.data,
        seed=seed,
        sizes=faces.table["split"].value_counts().to_dict(),
    )


def with_validation(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The table; where nothing is validation, a tenth of the training rows, dealt at random, becomes it."""
    split = table["split"].to_numpy(object).copy()
    train = np.flatnonzero(split == "train")
    if "validation" not in split:
        split[np.random.default_rng(seed).permutation(train)[: max(1, len(train) // 10)]] = "validation"
    return table.assign(split=split)


def of_stills(features: np.ndarray) -> Inputs:
    """Features (n, f) as sequences of length one: what the paper gives its LSTM."""
    return lambda train: features[:, None]


def of_pixels(faces: FaceSet) -> Inputs:
    """The faces' own pixels, normalised by the training rows' mean: the paper's "raw images"."""

    def inputs(train: np.ndarray) -> np.ndarray:
        pixels = Normalizer.fit(faces.faces[train]).apply(faces.faces)
        return pixels.reshape(len(pixels), 1, -1)

    return inputs


@dataclass(frozen=True)
class Answers:
    """What LSTMs said of test rows: of one split, or of every row once, by the one that had not seen it."""

    card: "ReportCard"
    validation: float  # accuracy after the last epoch, the mean over the trainings
    rows: np.ndarray  # int (m,) places of the test rows
    probabilities: np.ndarray  # float32 (m, classes)
    runs: "tuple[Run, ...]"

    def hits(self, labels: np.ndarray) -> np.ndarray:
        """Whether each of the test rows was answered rightly, bool (m,)."""
        return self.probabilities.argmax(axis=1) == labels[self.rows]


def learn(
    inputs: Inputs,
    splits: Sequence[pd.DataFrame],
    recipe: CnnLstmRecipe,
    *,
    name: str,
    policy: str,
    data: str,
    seed: int = 0,
    classes: Sequence[str] = CLASSES,
) -> Answers:
    """Train an LSTM a split, and judge each once on its test rows.

    Args:
        inputs: the rows as sequences.
        splits: one table, each time with another column ``split``; it has the columns of face sets.
        name: of what is trained, for the ledger.
        policy: how the splits were made.
        data: on which data.
    """
    from labkit.datasets.splits import leaks
    from labkit.evaluation.report_card import ReportCard

    rows, answers, runs = [], [], []
    for number, table in enumerate(splits):
        run, test, probabilities = _learn_one(
            inputs, table, recipe, f"{name}, {policy}, {number + 1}", data, seed, classes
        )
        rows.append(test)
        answers.append(probabilities)
        runs.append(run)
    order = np.argsort(np.concatenate(rows), kind="stable")
    places, probabilities = np.concatenate(rows)[order], np.concatenate(answers)[order]
    told = splits[0].iloc[places]
    card = ReportCard.from_predictions(
        _numbers(told, classes),
        probabilities,
        classes,
        subjects=told["subject"].to_numpy(str),
        policy=policy,
        leak_line=leaks(splits[0], within=NEIGHBOURS).headline(),
        data=data,
        seed=seed,
        sizes=splits[0]["split"].value_counts().to_dict(),
    )
    validation = float(np.mean([run.history["val_accuracy"].iloc[-1] for run in runs]))
    return Answers(card, validation, places, probabilities, tuple(runs))


def _learn_one(
    inputs: Inputs,
    table: pd.DataFrame,
    recipe: CnnLstmRecipe,
    name: str,
    data: str,
    seed: int,
    classes: Sequence[str],
) -> "tuple[Run, np.ndarray, np.ndarray]":
    from labkit.backend import keras
    from labkit.models.lstm import lstm
    from labkit.training.fit import fit
    from labkit.training.sequences import SequenceBatches, pad

    places = {part: np.flatnonzero(table["split"] == part) for part in PARTS}
    sequences = inputs((table["split"] == "train").to_numpy())
    steps, features = max(map(len, sequences)), sequences[0].shape[-1]
    batches = {
        part: SequenceBatches(
            [sequences[place] for place in places[part]],
            _numbers(table.iloc[places[part]], classes),
            recipe.head.batch_size,
            shuffle=part == "train",
            seed=seed,
            steps=steps,
        )
        for part in ("train", "validation")
    }
    keras.utils.set_random_seed(seed)
    model = lstm(features, len(classes), steps=steps)
    run = fit(
        model,
        batches["train"],
        batches["validation"],
        replace(recipe.head, seed=seed),
        name=name,
        details={"data": data},
        show=False,
    )
    test = places["test"]
    padded = pad([sequences[place] for place in test], steps)
    return run, test, np.asarray(model.predict_on_batch(padded))


def _numbers(table: pd.DataFrame, classes: Sequence[str]) -> np.ndarray:
    return table["emotion"].map(list(classes).index).to_numpy(np.int64)
