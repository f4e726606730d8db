"""What it gains to start from weights that another data set has taught (the paper's title promises transfer).

A LeNet learns eight emotions on RAVDESS, or on its synthetic stand-in, whose people are
others. Then it meets a few people of ISED, or many: from scratch, frozen (only the
last layer learns) or fine-tuned (all of it does). The test people are the same for all.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from labkit.datasets import ravdess, splits
from labkit.emotions import EMOTIONS
from labkit.evaluation.metrics import bootstrap_interval, scores
from labkit.papers.optimizers_batch_size.recipe import OptimizersRecipe
from labkit.papers.optimizers_batch_size.study import hits
from labkit.papers.optimizers_batch_size.system import image_sets
from labkit.paths import dataset_dir, results_dir
from labkit.preprocessing.stills import extract_faces
from labkit.synthetic import make_world
from labkit.training.experiment import Experiment, Settings, Start
from labkit.training.image_sets import ImageSets

WAYS = ("from scratch", "frozen", "fine-tuned")
# RAVDESS tells no peak, and a face is neutral at first: the faces of this part of a clip get its emotion.
SHOWN = (0.45, 1.0)
# What a LeNet that has to read faces of other people is trained with, on either data set.
OPTIMIZER, BATCH_SIZE = "adam", 10


def source_sets(data: str, recipe: OptimizersRecipe, seed: int = 0) -> ImageSets:
    """Faces of RAVDESS speech, its people split.

    Args:
        data: "synthetic" or "ised". With a real ISED the real RAVDESS is taken where it is, and synthetic
            people where it is not; ``ImageSets.data`` says which.
    """
    real = data != "synthetic" and dataset_dir("ravdess").is_dir()
    root = dataset_dir("ravdess") if real else make_world(replace(recipe.transfer.world, seed=seed))
    clips = ravdess.load(root, channel="speech")
    faces, _ = extract_faces(clips, every=recipe.every, size=recipe.face_size)
    table = splits.split_by_subject(_labelled(faces, clips), seed)
    classes = tuple(name for name in EMOTIONS if name in set(table["emotion"]))
    origin = "ravdess" if real else "synthetic"
    return image_sets(table, classes, data=origin, policy="by subject", size=recipe.face_size)


def _labelled(faces: pd.DataFrame, clips: pd.DataFrame) -> pd.DataFrame:
    """The faces of each clip's later part, with its emotion."""
    length = faces.groupby("clip")["frame"].transform("max")
    shown = faces[(faces["frame"] / length).between(*SHOWN)]
    return shown.merge(clips[["clip", "emotion"]], on="clip")


def learn_source(sets: ImageSets, recipe: OptimizersRecipe, seed: int = 0) -> Experiment:
    """Train LeNet on the source."""
    settings = Settings(
        network="lenet",
        optimizer=OPTIMIZER,
        batch_size=BATCH_SIZE,
        epochs=recipe.transfer.epochs,
        augmentation=recipe.transfer.augmentation,
        policy=sets.policy,
        seed=seed,
    )
    return Experiment(settings, sets).run()


def keep_weights(source: Experiment) -> Start:
    """Write the source's weights to a file named after them; how to begin from it, fine-tuning."""
    from labkit.models.transfer import SUFFIX, save_weights

    digest = hashlib.sha256(b"".join(weights.tobytes() for weights in source.model.get_weights()))
    name = f"lenet-{digest.hexdigest()[:16]}{SUFFIX}"
    path = results_dir() / "weights" / name
    save_weights(source.model, path)
    return Start(str(path), len(source.sets.classes), frozen=False)


def with_few_people(sets: ImageSets, people: int, seed: int = 0) -> ImageSets:
    """The split with only ``people`` of its training people; validation and test are as they were.

    The policy says how many there are: ``"by subject, 4 people"``.
    """
    everybody = np.unique(sets.subjects["train"])
    chosen = np.random.default_rng(seed).permutation(everybody)[:people]
    kept = np.isin(sets.subjects["train"], chosen)
    fewer = {"train": kept, "validation": slice(None), "test": slice(None)}
    return ImageSets(
        classes=sets.classes,
        images={part: sets.images[part][rows] for part, rows in fewer.items()},
        labels={part: sets.labels[part][rows] for part, rows in fewer.items()},
        policy=f"{sets.policy}, {len(chosen)} people",
        leak_line=sets.leak_line,
        data=sets.data,
        subjects={part: sets.subjects[part][rows] for part, rows in fewer.items()},
    )


def plan(
    sets: Mapping[str, ImageSets], start: Start, recipe: OptimizersRecipe, seed: int = 0
) -> list[Settings]:
    """Every way, on each of the splits, as often as the recipe says, all for about as many updates."""
    starts = dict(zip(WAYS, (None, replace(start, frozen=True), start), strict=True))
    return [
        Settings(
            network="lenet",
            optimizer=OPTIMIZER,
            batch_size=BATCH_SIZE,
            epochs=max(1, round(recipe.transfer.updates * BATCH_SIZE / len(images.labels["train"]))),
            augmentation=recipe.transfer.augmentation,
            policy=policy,
            seed=seed + again,
            start=begin,
        )
        for policy, images in sets.items()
        for again in range(recipe.transfer.seeds)
        for begin in starts.values()
    ]


def gains(runs: pd.DataFrame, sets: Mapping[str, ImageSets]) -> pd.DataFrame:
    """One row a split and way: training faces, accuracy on the test people with its interval, and UAR.

    Args:
        runs: what :func:`labkit.training.sweep.run_sweep` made of :func:`plan`.
    """
    runs = with_ways(runs[runs["status"] == "finished"])
    rows = []
    for (policy, way), trained in runs.groupby(["policy", "way"], sort=False):
        images = sets[policy]
        right, true = hits(trained, images), images.labels["test"]
        low, high = bootstrap_interval(right.mean(axis=0), images.subjects["test"])
        answers = [probabilities.argmax(axis=1) for probabilities in trained["predictions"]]
        rows.append(
            {
                "split": policy,
                "people": len(np.unique(images.subjects["train"])),
                "faces": len(images.labels["train"]),
                "way": way,
                "accuracy": float(right.mean()),
                "low": low,
                "high": high,
                "uar": float(np.mean([scores(true, answer)["uar"] for answer in answers])),
            }
        )
    return pd.DataFrame(rows)


def with_ways(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs with a column ``way``, one of :data:`WAYS`."""
    return runs.assign(way=[_way(start) for start in runs["start"]])


def _way(start: dict | None) -> str:
    return WAYS[0] if start is None else WAYS[1] if start["frozen"] else WAYS[2]
