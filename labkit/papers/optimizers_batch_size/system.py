"""From ISED's videos to the images of a split: the paper's figure 1, as a few named steps.

root = find_videos(data, recipe, seed)         ISED's videos, or drawn people in its layout
clips = ised.load(root)                        one row a clip
faces, records = extract_faces(clips, ...)     every fifth frame's face, upright
labelled, left_out = automatic_labels(...)     a face near its clip's peak gets the clip's emotion
split = split_by_quota(...)                    Table II
class_folders.write(split, folder)             Train|Validation|Test/<class>/
sets = image_sets(class_folders.load(folder), ...)
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.datasets import class_folders, ised, splits
from labkit.errors import DataError
from labkit.papers.optimizers_batch_size.recipe import CLASSES, OptimizersRecipe
from labkit.paths import data_dir, dataset_dir
from labkit.synthetic import make_world
from labkit.training.image_sets import PARTS, ImageSets

if TYPE_CHECKING:
    from labkit.evaluation.report_card import ReportCard

# Two faces of a clip at most so many frames apart are near duplicates: neighbours in the sampling.
NEIGHBOURS = 5


def find_videos(data: str, recipe: OptimizersRecipe, seed: int = 0) -> Path:
    """The folder of ISED's videos, or of the synthetic people in its layout, made on first use.

    Args:
        data: "synthetic" or "ised".
        seed: which synthetic people; another seed, other people.

    Raises:
        DataError: if ``data`` is neither, or there are no videos where ISED is looked for.
    """
    if data == "synthetic":
        return make_world(replace(recipe.world, seed=seed))
    if data != "ised":
        raise DataError(f"DATA is '{data}', but this notebook reads 'synthetic' or 'ised'.")
    root = dataset_dir("ised")
    if ised.layout(root) == "class folders":
        raise DataError(
            f"{root} holds faces in class folders, but this notebook begins with the videos: put ISED's "
            "videos, peakImages and ISED_details.mat there, and the class folders elsewhere."
        )
    ised.load(root)
    return root


def faces_folder(data: str, profile: str, seed: int = 0) -> Path:
    """Where the class folders of a run are written."""
    return data_dir() / "faces" / f"{data}-{profile}-{seed}"


def image_sets(
    table: pd.DataFrame, classes: tuple[str, ...] = CLASSES, *, data: str, policy: str, size: int
) -> ImageSets:
    """The images of a split, in memory.

    Args:
        table: one row an image: ``path``, ``emotion``, ``split``, ``subject``, ``clip``, ``frame``.
        classes: a class number is a place in it.
        data: "synthetic" or a data set's name.
        policy: how the split was made.
        size: pixels a side.

    Raises:
        DataError: if there are images of another emotion.
    """
    if strangers := sorted(set(table["emotion"]) - set(classes)):
        raise DataError(
            f"There are images of {', '.join(strangers)}, but the classes are {', '.join(classes)}; "
            "leave those images out."
        )
    parts = {part: table[table["split"] == part] for part in PARTS}
    numbers = {emotion: number for number, emotion in enumerate(classes)}
    return ImageSets(
        classes=classes,
        images={part: class_folders.read_images(list(rows["path"]), size) for part, rows in parts.items()},
        labels={part: rows["emotion"].map(numbers).to_numpy(np.int64) for part, rows in parts.items()},
        policy=policy,
        leak_line=splits.leaks(table, within=NEIGHBOURS).headline(),
        data="synthetic" if data == "synthetic" else "real",
        subjects={part: rows["subject"].to_numpy(str) for part, rows in parts.items()},
    )


def report_card(predictions: np.ndarray, sets: ImageSets, seed: int) -> "ReportCard":
    """The report card of probabilities, float (n, classes), on the test images."""
    from labkit.evaluation.report_card import ReportCard

    return ReportCard.from_predictions(
        sets.labels["test"],
        predictions,
        sets.classes,
        subjects=sets.subjects["test"],
        policy=sets.policy,
        leak_line=sets.leak_line,
        data=sets.data,
        seed=seed,
        sizes=sets.sizes(),
    )
