"""The CNN on single frames: which frames it learns from, how, and what it says."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from labkit.datasets.balancing import balance
from labkit.datasets.splits import split_by_frame
from labkit.evaluation.agreement import AFFECT
from labkit.papers.valence_arousal.judging import Judged, judge
from labkit.papers.valence_arousal.recipe import AffectRecipe
from labkit.papers.valence_arousal.system import AffectFaces
from labkit.training.augmentation import augment

if TYPE_CHECKING:
    from labkit.backend import keras
    from labkit.training.fit import Run
    from labkit.training.recipe import Recipe

_BATCH = 128  # faces that are judged at a time


@dataclass(frozen=True)
class CnnChoice:
    """How the CNN is trained: what the paper and its code leave open, or say in two ways."""

    subset: str | None = "both"  # k_max of the balancing; None: all frames
    rule: str = "code"  # which frames are kept: "code" or "text"
    loss: str = "ccc"  # or "mse"
    outputs: tuple[str, ...] = AFFECT  # one of them alone, or both at once
    same_transform: bool = False  # one transform for all images, as the code's fixed seed gives
    decay: str = "weights"  # 1e-5 of the weights, as in the text, or of the learning "rate", as in the code


class _Rows:
    """Some of the faces, read when asked for."""

    def __init__(self, images, rows: np.ndarray):
        self._images, self._rows = images, rows
        self.shape = (len(rows), *images.shape[1:])

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, chosen: np.ndarray) -> np.ndarray:
        return self._images[self._rows[chosen]]


class _SameTransform(_Rows):
    """Every face mirrored, shifted and brightened alike: what a generator does whose seed is fixed."""

    def __init__(self, images, rows: np.ndarray, seed: int):
        super().__init__(images, rows)
        self._seed = seed

    def __getitem__(self, chosen: np.ndarray) -> np.ndarray:
        faces = super().__getitem__(chosen).astype(np.float32)
        return np.concatenate([augment(face[None], np.random.default_rng(self._seed)) for face in faces])


def training_rows(faces: AffectFaces, recipe: AffectRecipe, choice: CnnChoice, seed: int) -> np.ndarray:
    """The places of the faces that the CNN learns from: the training part, thinned."""
    rows = faces.part("train")
    if choice.subset is not None:
        rows = rows[balance(faces.affect[rows], choice.subset, choice.rule, seed)]
    return rows[:: recipe.every]


def train_cnn(
    faces: AffectFaces,
    recipe: AffectRecipe,
    choice: CnnChoice | None = None,
    *,
    data: str,
    seed: int = 0,
    show: bool = True,
) -> "Run":
    """Train the CNN on single frames; the weights of the lowest loss on the dev videos are kept."""
    from labkit import models
    from labkit.training.data import AffectBatches
    from labkit.training.fit import fit

    choice = choice or CnnChoice()
    columns = [AFFECT.index(name) for name in choice.outputs]
    rows = training_rows(faces, recipe, choice, seed)
    if choice.same_transform:
        images = _SameTransform(faces.images, rows, seed)
    else:
        images = _Rows(faces.images, rows)
    dev = faces.part("validation")[:: recipe.every]
    size = recipe.cnn.batch_size
    train = AffectBatches(
        images,
        faces.affect[rows][:, columns],
        size,
        shuffle=True,
        augment=not choice.same_transform,
        seed=seed,
    )
    validation = AffectBatches(_Rows(faces.images, dev), faces.affect[dev][:, columns], _BATCH)
    model = models.build(
        "affect-cnn", (recipe.size, recipe.size, 1), len(columns), seed=seed, width=recipe.width
    )
    how = _decaying(replace(recipe.cnn, seed=seed), choice.decay, len(train))
    details = {"data": data, "choice": vars(choice) | {"outputs": list(choice.outputs)}}
    return fit(model, train, validation, how, name="affect CNN", details=details, loss=choice.loss, show=show)


def _decaying(recipe: "Recipe", decay: str, updates: int) -> "Recipe":
    """The recipe with weight decay, or with the code's falling learning rate, an epoch at a time."""
    if decay == "weights":
        return recipe
    return replace(recipe, l2=0.0, decay_factor=1 / (1 + recipe.l2 * updates), decay_every=1)


def predict_faces(model: "keras.Model", faces: AffectFaces, rows: np.ndarray) -> np.ndarray:
    """What the CNN, or its extractor, makes of some faces: float32 (len(rows), outputs)."""
    from labkit.training.data import Scaling

    pieces = [
        np.asarray(model.predict_on_batch(Scaling().apply(faces.images[rows[start : start + _BATCH]])))
        for start in range(0, len(rows), _BATCH)
    ]
    return np.concatenate(pieces)


def judge_cnn(
    run: "Run", faces: AffectFaces, *, data: str, seed: int, policy: str = "by video", part: str = "test"
) -> Judged:
    """The CNN's answers to every frame of a part, and their report."""
    rows = faces.part(part)
    return judge(faces.table.iloc[rows], predict_faces(run.model, faces, rows), faces, policy, data, seed)


def judge_random_frames(faces: AffectFaces, recipe: AffectRecipe, *, data: str, seed: int) -> Judged:
    """The same CNN where frames, not videos, are dealt to training, dev and test."""
    dealt = split_by_frame(faces.table.drop(columns="split"), seed, (0.65, 0.1, 0.25))
    mixed = replace(faces, table=dealt)
    run = train_cnn(mixed, recipe, data=data, seed=seed, show=False)
    return judge_cnn(run, mixed, data=data, seed=seed, policy="by frame")
