"""The frame-difference system as a few named steps.

    clips = find_clips(data, recipe)              a manifest: one row a clip
    records, tracks, faces = prepare_faces(...)   every clip's face, straight and followed
    table = pair_table(...)                       one row a difference image (labkit.preprocessing.pairs)
    split = split_by_frame(table) / split_by_subject(table)
    run = train(...)                              a network on the training images
    card, clip_card = judge(...)                  the test images, looked at once

Choices where the paper is silent are commented at :class:`FrameDifferenceRecipe`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.datasets import ravdess
from labkit.datasets.splits import leaks
from labkit.errors import DataError
from labkit.papers.frame_difference import tables
from labkit.papers.frame_difference.recipe import CLASSES, FrameDifferenceRecipe
from labkit.paths import dataset_dir, results_dir
from labkit.preprocessing.face_cache import FaceParameters, cached_faces
from labkit.preprocessing.pairs import DifferenceImages
from labkit.preprocessing.pipeline import preprocess_clips
from labkit.synthetic import make_world

if TYPE_CHECKING:
    from labkit.evaluation.report_card import ReportCard
    from labkit.training.fit import Run

# Aligned faces of fewer bytes than this are held in memory; beyond, they are read from the cache as needed.
IN_MEMORY = 2_000_000_000


def find_clips(data: str, recipe: FrameDifferenceRecipe, seed: int = 0) -> pd.DataFrame:
    """The songs of RAVDESS, or of the synthetic people in its layout, made on first use.

    Args:
        data: "synthetic" or "ravdess".
        seed: which synthetic people; another seed, other people.

    Returns:
        The manifest of :func:`labkit.datasets.ravdess.load`: one row a clip.

    Raises:
        DataError: if ``data`` is neither, or RAVDESS is not where it is looked for.
    """
    if data == "synthetic":
        root = make_world(replace(recipe.world, seed=seed))
    elif data == "ravdess":
        root = dataset_dir("ravdess")
    else:
        raise DataError(f"DATA is '{data}', but this notebook reads 'synthetic' or 'ravdess'.")
    return ravdess.load(root, channel="song")


def one_clip_each(clips: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """One clip an emotion, each of another person where there are enough, as strong as there is."""
    rng = np.random.default_rng(seed)
    people = list(rng.permutation(sorted(clips["subject"].unique())))
    chosen = []
    for place, emotion in enumerate(name for name in CLASSES if name in set(clips["emotion"])):
        theirs = clips[clips["emotion"] == emotion].sort_values("intensity", ascending=False)
        person = people[place % len(people)]
        chosen.append(theirs.sort_values("subject", key=lambda s: s != person, kind="stable").iloc[0])
    return pd.DataFrame(chosen).reset_index(drop=True)


def clip_faces(path: Path, parameters: FaceParameters) -> np.ndarray:
    """All aligned faces of one clip, uint8 (T, S, S, 3), from the cache or made now."""
    with cached_faces(path, parameters) as clip:
        return clip.faces[:]


@dataclass(frozen=True)
class PreparedFaces:
    """What :func:`prepare_faces` gives.

    Attributes:
        records: one row a clip, as of :func:`labkit.preprocessing.pipeline.preprocess_clips`.
        tracks: clip → track table, for the clips that could be used.
        faces: clip → aligned faces, an array or a file read as needed.
    """

    records: pd.DataFrame
    tracks: dict[str, pd.DataFrame]
    faces: dict[str, np.ndarray]


def prepare_faces(clips: pd.DataFrame, recipe: FrameDifferenceRecipe) -> PreparedFaces:
    """Find, follow and straighten the face of every clip, on all cores; what is cached is read."""
    records = preprocess_clips(list(clips["path"]), recipe.faces, recipe.gap, recipe.stride)
    usable = records[records["status"] == "ok"]
    in_memory = usable["frames"].sum() * recipe.faces.size**2 * 3 < IN_MEMORY
    tracks, faces = {}, {}
    for row in usable.itertuples():
        clip = cached_faces(Path(row.path), recipe.faces)
        tracks[row.clip] = clip.track
        faces[row.clip] = clip.faces[:] if in_memory else clip.faces
        if in_memory:
            clip.close()
    return PreparedFaces(records, tracks, faces)


def train(
    network: str,
    prepared: PreparedFaces,
    split: pd.DataFrame,
    recipe: FrameDifferenceRecipe,
    *,
    policy: str,
    data: str,
    seed: int = 0,
) -> "Run":
    """Train one network on the training images of a split; validation may choose the epoch that is kept.

    Args:
        network: a key of ``recipe.networks``.
        split: a pair table with a column ``split``.
        policy: name of the split policy, for the ledger.
        data: "synthetic" or "ravdess", for the ledger.
    """
    from labkit.models import build
    from labkit.training.fit import fit

    parts = batches(prepared, split, recipe, network, seed)
    model = build(network, input_shape=parts["train"].images.shape[1:], classes=len(CLASSES), seed=seed)
    return fit(
        model,
        parts["train"],
        parts["validation"],
        replace(recipe.networks[network], seed=seed),
        name=f"{network} {policy}",
        run_dir=checkpoints(recipe),
        details={
            "policy": policy,
            "data": data,
            "faces": asdict(recipe.faces),
            "gap": recipe.gap,
            "stride": recipe.stride,
        },
    )


def checkpoints(recipe: FrameDifferenceRecipe) -> Path | None:
    """The folder of checkpoints, or None where a training is too short to need them."""
    return results_dir() / "runs" if recipe.resumable else None


def batches(
    prepared: PreparedFaces, split: pd.DataFrame, recipe: FrameDifferenceRecipe, network: str, seed: int = 0
) -> dict:
    """Train, validation and test as batches of scaled images; scaled by the training images alone."""
    from labkit.training.data import ArrayBatches, Scaling

    rows = {part: split[split["split"] == part] for part in ("train", "validation", "test")}
    images = {
        part: DifferenceImages(table, prepared.faces, recipe.noise_floor) for part, table in rows.items()
    }
    scaling = Scaling.of(images["train"])
    return {
        part: ArrayBatches(
            images[part],
            class_numbers(rows[part]),
            recipe.networks[network].batch_size,
            scaling=scaling,
            shuffle=part == "train",
            augment=part == "train",
            seed=seed,
        )
        for part in rows
    }


def class_numbers(table: pd.DataFrame) -> np.ndarray:
    """Each row's emotion as a place in :data:`CLASSES`, int64 (n,)."""
    return table["emotion"].map(CLASSES.index).to_numpy(dtype=np.int64)


@dataclass(frozen=True)
class Verdict:
    """What a network did on the test images.

    Attributes:
        images: report card, one decision an image, as the paper counts.
        clips: report card, one decision a clip: the mean of its images' probabilities. None under the
            frame split, which leaves no clip whole.
        table: the test rows of the pair table.
        probabilities: float32 (len(table), 6).
    """

    images: "ReportCard"
    clips: "ReportCard | None"
    table: pd.DataFrame
    probabilities: np.ndarray


def judge(
    run: "Run",
    prepared: PreparedFaces,
    split: pd.DataFrame,
    recipe: FrameDifferenceRecipe,
    *,
    network: str,
    policy: str,
    data: str,
    seed: int = 0,
) -> Verdict:
    """Look at the test images, once: the report cards an image and a clip."""
    from labkit.evaluation.report_card import ReportCard

    test = split[split["split"] == "test"].reset_index(drop=True)
    test_batches = batches(prepared, split, recipe, network, seed)["test"]
    probabilities = run.model.predict(test_batches, verbose=0)
    about = {
        "classes": CLASSES,
        "policy": policy,
        "leak_line": leaks(split).headline(),
        "data": "synthetic" if data == "synthetic" else "real",
        "seed": seed,
    }
    images = ReportCard.from_predictions(
        class_numbers(test), probabilities, subjects=test["subject"], sizes=_sizes(split, "images"), **about
    )
    if leaks(split).shared_clips:
        return Verdict(images, None, test, probabilities)
    by_clip = pd.DataFrame(probabilities).groupby(test["clip"].to_numpy()).mean()
    known = test.drop_duplicates("clip").set_index("clip").loc[by_clip.index]
    clips = ReportCard.from_predictions(
        class_numbers(known),
        by_clip.to_numpy(),
        subjects=known["subject"],
        sizes=_sizes(split, "clips"),
        **about,
    )
    return Verdict(images, clips, test, probabilities)


def _sizes(split: pd.DataFrame, what: str) -> dict[str, int]:
    """Images or clips in each part, under names that a report card prints."""
    parts = split.groupby("split")
    counts = parts.size() if what == "images" else parts["clip"].nunique()
    return {f"{part} {what}": int(counts[part]) for part in ("train", "validation", "test")}


def result_rows(verdicts: Mapping[tuple[str, str], Verdict]) -> pd.DataFrame:
    """One row a network, split and unit, in the form of :mod:`labkit.results`.

    Args:
        verdicts: (network, "by frame" or "by subject") → what it did.
    """
    rows = []
    for (network, policy), verdict in verdicts.items():
        for unit, card in (("image", verdict.images), ("clip", verdict.clips)):
            if card is None:
                continue
            printed = tables.TABLE_4[network] / 100 if (unit, policy) == ("image", "by frame") else None
            what = f"{network}, an answer a{'n image' if unit == 'image' else ' clip'}"
            rows.append(card.result(what, printed))
    return pd.DataFrame(rows)
