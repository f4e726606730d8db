"""The fourth system's data: tracks, their frames in three parts, faces in memory or on disk."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.datasets import affwild2
from labkit.datasets.splits import SPLITS
from labkit.errors import DataError
from labkit.papers.places import Place
from labkit.papers.valence_arousal.recipe import AffectRecipe

IN_MEMORY = 2e9  # bytes of faces; more are read from their files batch by batch


@dataclass(frozen=True, eq=False)
class AffectFaces:
    """The usable frames of a set: n faces and where they lie in the plane."""

    images: "np.ndarray | FaceFiles"  # grey uint8 (n, S, S, 1)
    table: pd.DataFrame  # n rows of :func:`read_tracks`, with their place there as ``row``

    @property
    def affect(self) -> np.ndarray:
        """Valence and arousal, float32 (n, 2)."""
        return self.table[["valence", "arousal"]].to_numpy(np.float32)

    def part(self, name: str) -> np.ndarray:
        """The places of one part's faces: "train", "validation" or "test"."""
        return np.flatnonzero(self.table["split"] == name)


class FaceFiles:
    """Faces that are read when they are asked for: ``len(faces)`` and ``faces[integer array]``."""

    def __init__(self, rows: pd.DataFrame, size: int):
        self._rows, self._size = rows, size
        self.shape, self.dtype = (len(rows), size, size, 1), np.dtype(np.uint8)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, chosen: np.ndarray) -> np.ndarray:
        return affwild2.read_images(self._rows.iloc[chosen], self._size)[..., None]


def read_tracks(place: Place, recipe: AffectRecipe, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tracks, and all their frames with the part each belongs to.

    The official validation set, on which the paper reports, is the "test"; some of the training videos are
    "validation", to stop on (the notebook calls them dev). Tracks of one video stay together.

    Returns:
        ``tracks`` as of :func:`labkit.datasets.affwild2.load` with our ``split``; ``frames`` as of
        :func:`labkit.datasets.affwild2.frames`, with ``video`` and ``split``.

    Raises:
        DataError: if there are no two training videos, or no validation videos.
    """
    tracks = affwild2.load(place.root)
    official = dict(zip(tracks["video"], tracks["split"], strict=True))
    train = sorted(video for video, split in official.items() if split == "train")
    if len(train) < 2 or len(train) == len(official):
        raise DataError(
            f"{place.root} has {len(train)} training and {len(official) - len(train)} validation videos; two "
            "to train and stop on, and one to be judged on, are needed."
        )
    count = max(1, round(recipe.dev * len(train)))
    dev = set(np.random.default_rng(seed).permutation(train)[:count].tolist())
    ours = {v: "test" if s != "train" else "validation" if v in dev else "train" for v, s in official.items()}
    tracks = tracks.assign(split=tracks["video"].map(ours))
    frames = affwild2.frames(tracks).merge(tracks[["clip", "video", "split"]], on="clip", how="left")
    return tracks, frames


def read_faces(frames: pd.DataFrame, recipe: AffectRecipe) -> AffectFaces:
    """The faces of all usable frames; in memory while they fit."""
    rows = frames[frames["valid"]].rename_axis("row").reset_index()
    if len(rows) * recipe.size**2 > IN_MEMORY:
        return AffectFaces(FaceFiles(rows, recipe.size), rows)
    return AffectFaces(affwild2.read_images(rows, recipe.size)[..., None], rows)


def sizes(frames: pd.DataFrame) -> pd.DataFrame:
    """Tracks, videos, frames and usable frames of each part."""
    about = {
        "tracks": ("clip", "nunique"),
        "videos": ("video", "nunique"),
        "frames": ("valid", "size"),
        "usable": ("valid", "sum"),
    }
    return frames.groupby("split").agg(**about).reindex(list(SPLITS))
