"""The fifth system as a few named steps.

    clips = find_clips(place)                     a manifest: one row a clip, with its official fold
    faces = clip_faces(clips, recipe.size)        sixteen aligned faces a clip (labkit.preprocessing)
    dealt = folds_of(faces.table, policy, ...)    one row a clip, with the fold that tests it
    answered = cross_validate_clips(...)         five networks, and what each answers to every frame
    report = judging.judge(answered)              every clip judged by the network that did not learn from it

Where the paper is silent, the choices are commented at :class:`FoldsRecipe`.
"""

import hashlib
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.datasets import dfew
from labkit.datasets.dfew import CLASSES
from labkit.datasets.folds import folds_by_item, folds_by_subject, turns
from labkit.evaluation.clip_decision import clip_answers
from labkit.papers.places import Place
from labkit.papers.resnet_folds.recipe import FoldsRecipe
from labkit.paths import results_dir
from labkit.progress import bar

if TYPE_CHECKING:
    from labkit.backend import keras
    from labkit.training.clips import ClipScaling
    from labkit.training.cross_validation import CrossValidation
    from labkit.training.fit import Run

# How folds are dealt: the data set's own, or single clips by lot where it brings none; or whole people.
OFFICIAL, UNSEEN = "by clip", "by subject"


def find_clips(place: Place) -> pd.DataFrame:
    """Every clip that has an emotion, as of :func:`labkit.datasets.dfew.load`."""
    return dfew.load(place.root)


def folds_of(table: pd.DataFrame, policy: str, recipe: FoldsRecipe, seed: int = 0) -> pd.DataFrame:
    """The clips with the fold that tests each, ``fold``, and where each stands in the table given, ``place``.

    Args:
        table: of :class:`labkit.preprocessing.clip_faces.ClipFaces`.
        policy: :data:`OFFICIAL` or :data:`UNSEEN`; the latter keeps every person in one fold.

    Where the data set does not bring as many folds as the recipe asks for, single clips are dealt by lot,
    and a warning says so.

    Raises:
        DataError: if people are to be kept apart and are not known, or are too few.
    """
    table = table.assign(place=np.arange(len(table)))
    if policy == UNSEEN:
        return folds_by_subject(table, recipe.folds, seed)
    official = table[table["fold"] >= 0].reset_index(drop=True)
    if (found := official["fold"].nunique()) == recipe.folds:
        return official
    warnings.warn(
        f"{found} folds come with the clips and {recipe.folds} are asked for, so theirs are not used: all "
        f"{len(table):,} clips are dealt by lot, one by one.",
        stacklevel=2,
    )
    return folds_by_item(table, recipe.folds, seed)


def people_known(table: pd.DataFrame) -> bool:
    """Whether the clips say whom they show; DFEW's own do not."""
    return bool((table["subject"] != "").all())


def class_numbers(table: pd.DataFrame) -> np.ndarray:
    """Each clip's emotion as a place in CLASSES, int64 (n,)."""
    return table["emotion"].map(CLASSES.index).to_numpy(np.int64)


@dataclass(frozen=True)
class Answered:
    """What the networks of a cross-validation said of the clips.

    Attributes:
        dealt: all clips, with the column ``fold``.
        networks: each network's answers to every frame of every clip, (t, n, 16, 7), and who tested what.
        runs: the trainings; those that were read back from files are not among them.
    """

    dealt: pd.DataFrame
    networks: "CrossValidation"
    policy: str
    data: str
    seed: int
    runs: "tuple[Run, ...]"

    @property
    def table(self) -> pd.DataFrame:
        """The clips that were tested, numbered from 0."""
        tested = self.dealt.iloc[self.networks.rows]
        return tested.assign(fold=self.networks.folds).reset_index(drop=True)

    @property
    def labels(self) -> np.ndarray:
        """Class numbers of the tested clips, int64 (m,)."""
        return class_numbers(self.table)

    @property
    def frames(self) -> np.ndarray:
        """Of the tested clips' frames, by the network that did not learn from them: (m, 16, 7)."""
        return self.networks.held_out()

    def clips(self, how: str = "mean") -> np.ndarray:
        """Of the tested clips: (m, 7); see :func:`labkit.evaluation.clip_decision.clip_answers`."""
        return clip_answers(self.frames, how)


def cross_validate_clips(
    faces: np.ndarray,
    dealt: pd.DataFrame,
    recipe: FoldsRecipe,
    *,
    policy: str,
    data: str,
    seed: int = 0,
    edges: bool = False,
    own_light: bool = True,
    only: int | None = None,
) -> Answered:
    """Train a network a fold; each answers all clips, frame by frame.

    Args:
        faces: of all clips, uint8 (n, 16, S, S, 3).
        dealt: of :func:`folds_of`.
        policy: how they were dealt, for names and reports.
        data: "synthetic" or "real".
        edges: with the Sobel branch.
        own_light: whether each frame's own light is taken off (:mod:`labkit.training.clips`).
        only: so many turns; the recipe's by default.
    """
    from labkit.training.cross_validation import cross_validate

    chosen = list(turns(dealt, recipe.validation, seed))[: only or recipe.turns]
    name = f"{recipe.network_name}{', edges' if edges else ''}{'' if own_light else ', as lit'}, {policy}"
    runs: list[Run] = []

    def learn(turn: pd.DataFrame, number: int) -> np.ndarray:
        network = build_network(recipe, faces.shape[2:], seed, edges=edges)
        run, scaling = train(
            network,
            faces,
            turn,
            recipe,
            name=f"{name}, fold {number + 1}",
            data=data,
            seed=seed,
            own_light=own_light,
        )
        runs.append(run)
        answers = answer_frames(network, faces, turn["place"].to_numpy(), scaling)
        shown.update(number + 1 - shown.n)  # those read back count too
        return answers

    with bar(desc=name, total=len(chosen), unit="fold", delay=2) as shown:
        networks = cross_validate(
            chosen,
            learn,
            folder=results_dir() / "folds" if recipe.resumable else None,
            key={
                "network": name,
                "faces": _digest(faces),
                "seed": seed,
                "each": recipe.each,
                "recipe": recipe.training.to_dict(),
            },
        )
    return Answered(dealt, networks, policy, data, seed, tuple(runs))


def build_network(
    recipe: FoldsRecipe, shape: tuple[int, int, int], seed: int = 0, *, edges: bool = False
) -> "keras.Model":
    """The recipe's network, untrained, for frames of (S, S, 3)."""
    from labkit.models import build

    about = {"width": recipe.width} if recipe.width != 1 else {}
    return build(recipe.network, shape, len(CLASSES), seed=seed, edges=edges, **about)


def train(
    network: "keras.Model",
    faces: np.ndarray,
    turn: pd.DataFrame,
    recipe: FoldsRecipe,
    *,
    name: str,
    data: str,
    seed: int = 0,
    own_light: bool = True,
) -> "tuple[Run, ClipScaling]":
    """Train one network on the training clips of one turn, frame by frame.

    Args:
        faces: of all clips, uint8 (n, 16, S, S, 3).
        turn: rows with the columns ``place``, ``emotion`` and ``split``.

    Returns:
        The training, and the scaling of its frames, measured on the training clips.
    """
    from labkit.training.clips import ClipFrameBatches, clip_scaling
    from labkit.training.device import accelerators
    from labkit.training.fit import fit

    parts = {part: turn[turn["split"] == part] for part in ("train", "validation")}
    scaling = clip_scaling(faces, parts["train"]["place"].to_numpy(), own=own_light)
    batches = {
        part: ClipFrameBatches(
            faces,
            rows["place"].to_numpy(),
            class_numbers(rows),
            recipe.training.batch_size,
            each=recipe.each,
            scaling=scaling,
            shuffle=part == "train",
            augment=part == "train",
            seed=seed,
        )
        for part, rows in parts.items()
    }
    run = fit(
        network,
        batches["train"],
        batches["validation"],
        replace(recipe.training, seed=seed),
        name=name,
        run_dir=results_dir() / "runs" if recipe.resumable else None,
        devices=accelerators(),
        details={"data": data},
        show=False,
    )
    return run, scaling


def answer_frames(
    network: "keras.Model", faces: np.ndarray, places: np.ndarray, scaling: "ClipScaling", batch: int = 16
) -> np.ndarray:
    """Probabilities of every frame of some clips, float32 (m, 16, 7), ``batch`` clips at a time."""
    answers = []
    for start in range(0, len(places), batch):
        clips = faces[places[start : start + batch]]
        images = scaling.apply(clips.reshape(-1, *clips.shape[2:]))
        answers.append(np.asarray(network.predict_on_batch(images)).reshape(*clips.shape[:2], -1))
    return np.concatenate(answers)


def _digest(faces: np.ndarray) -> str:
    """Tells these faces from others, by some of them."""
    some = np.unique(np.linspace(0, len(faces) - 1, 32).astype(int))
    return hashlib.sha256(
        repr(faces.shape).encode() + np.ascontiguousarray(faces[some]).tobytes()
    ).hexdigest()
