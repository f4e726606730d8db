"""From a data set to faces in memory, with one of the seven emotions each.

FER2013 and CK+48 are cut around the face already and only resized; JAFFE and CK+ are whole portraits, in
which the face is found and brought to a constant eye distance (paper, section 4). What has no face, or
another label, is left out and counted.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from labkit.datasets import ckplus, fer2013, jaffe
from labkit.emotions import keep
from labkit.papers.cnn_lstm.recipe import CLASSES, CnnLstmRecipe
from labkit.papers.places import Place
from labkit.preprocessing.aligned_stills import aligned_stills, as_faces

COLUMNS = ("path", "emotion", "subject", "clip", "frame", "split")


@dataclass(frozen=True, eq=False)
class FaceSet:
    """n faces of one or more data sets."""

    name: str  # "fer2013", "jaffe + ckplus"
    data: str  # "real", "synthetic", or "mixed" where it is of both
    faces: np.ndarray  # grey uint8 (n, S, S)
    table: pd.DataFrame  # n rows with the columns COLUMNS; a still is a clip of its own, with one frame
    left_out: dict[str, int]  # how many images are missing here, by reason

    @property
    def labels(self) -> np.ndarray:
        """Each face's emotion as a place in CLASSES, int64 (n,)."""
        return self.table["emotion"].map(CLASSES.index).to_numpy(np.int64)

    def rows(self, chosen: np.ndarray) -> "FaceSet":
        """Some of the faces, by places or by a mask."""
        return replace(self, faces=self.faces[chosen], table=self.table.iloc[chosen].reset_index(drop=True))

    def __add__(self, other: "FaceSet") -> "FaceSet":
        reasons = {*self.left_out, *other.left_out}
        return FaceSet(
            f"{self.name} + {other.name}",
            self.data if self.data == other.data else "mixed",
            np.concatenate([self.faces, other.faces]),
            pd.concat([self.table, other.table], ignore_index=True),
            {reason: self.left_out.get(reason, 0) + other.left_out.get(reason, 0) for reason in reasons},
        )


def fer2013_faces(place: Place, recipe: CnnLstmRecipe) -> FaceSet:
    """FER2013 in its own split."""
    table, left_out = keep(fer2013.load(place.root), CLASSES)
    return FaceSet("fer2013", place.data, as_faces(fer2013.read_images(table), recipe.size), table, left_out)


def jaffe_faces(place: Place, recipe: CnnLstmRecipe) -> FaceSet:
    """Every picture of JAFFE, the face at a constant eye distance."""
    return _aligned("jaffe", place, jaffe.load(place.root), recipe)


def ckplus_faces(place: Place, recipe: CnnLstmRecipe) -> FaceSet:
    """Every frame of CK+'s labelled sequences, each with its sequence's label, also the neutral first ones.

    :func:`ckplus_stills` and :func:`sequences` choose among them.
    """
    sequences = ckplus.load(place.root)
    labelled = sequences[sequences["emotion"] != ""]
    faces = _aligned("ckplus", place, ckplus.frames(labelled), recipe)
    unlabelled = len(sequences) - len(labelled)
    return replace(faces, left_out=faces.left_out | {"sequences without a label": unlabelled})


def ckplus_stills(frames: FaceSet, place: Place) -> FaceSet:
    """The frames with a label of their own: the last three show the emotion, the first is neutral."""
    stills = ckplus.stills(ckplus.load(place.root)).set_index("path")["emotion"]
    chosen = frames.rows(frames.table["path"].isin(stills.index).to_numpy())
    return replace(chosen, table=chosen.table.assign(emotion=chosen.table["path"].map(stills)))


def sequences(frames: FaceSet, steps: int) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """CK+'s sequences from neutral to peak, thinned to ``steps`` frames.

    Returns:
        One row a sequence: ``clip``, ``emotion``, ``subject``, ``frame`` (1); and for each, in order, the
        places of its faces in ``frames``, its first and last among them.
    """
    table = frames.table.assign(place=np.arange(len(frames.table))).sort_values(["clip", "frame"])
    rows, places = [], []
    for clip, theirs in table.groupby("clip"):
        first = theirs.iloc[0]
        rows.append({"clip": clip, "emotion": first["emotion"], "subject": first["subject"], "frame": 1})
        chosen = np.linspace(0, len(theirs) - 1, min(steps, len(theirs))).round().astype(int)
        places.append(theirs["place"].to_numpy()[chosen])
    return pd.DataFrame(rows), places


def _aligned(name: str, place: Place, table: pd.DataFrame, recipe: CnnLstmRecipe) -> FaceSet:
    table, left_out = keep(table, CLASSES)
    faces, kept, records = aligned_stills(table["path"], recipe.size)
    lost = records["status"].value_counts()
    left_out |= {why: int(lost[why]) for why in ("faceless", "unreadable") if why in lost}
    stills = table["clip"] == ""
    table = table.assign(
        clip=table["clip"].mask(stills, [path.stem for path in table["path"]]),
        frame=table["frame"].mask(stills, 1),
    )
    return FaceSet(name, place.data, faces, table.iloc[kept].reset_index(drop=True), left_out)
