"""Aff-Wild2: videos from the web, with valence and arousal for every frame; 1.6 million of them in 2020.

    annotations/VA_Set/Train_Set/video12_left.txt      a line "valence,arousal", then a row a frame
    cropped_aligned/video12_left/00001.jpg             the face of that row's frame, from 1; 112 × 112

A *track* is one face's way through a video: most videos have one, some a left and a right one. What must
not be shared between training and test is the ``video``. Labels are floats in [-1, 1]; -5, what is outside,
and what is no number is NaN in memory. A row is ``valid`` where its image is there and both labels are. No
row is left out for being invalid: its place is its time.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from labkit.datasets.affwild2_files import HOW_TO_GET, Found, frame_files, places, scan
from labkit.datasets.affwild2_gaps import COLUMNS, gaps_of, sentences
from labkit.datasets.affwild2_labels import Annotation, names_of, read_annotation
from labkit.datasets.check import CheckReport, Part
from labkit.datasets.class_folders import open_image
from labkit.datasets.folders import several
from labkit.errors import DataError
from labkit.progress import bar

NAME = "affwild2"
TITLE = "Aff-Wild2, valence and arousal in the wild"
LICENCE = "for non-commercial research, by an agreement with its authors, not to be passed on"
HOME = "https://sites.google.com/view/dimitrioskollias/databases/aff-wild2"
CITATION = "Kollias and Zafeiriou (2018), Aff-Wild2: extending the Aff-Wild database, https://arxiv.org/abs/1811.07770"

TRACK_COLUMNS = ("clip", "video", "subject", "split", "annotation", "images", "rows")
FRAME_COLUMNS = ("clip", "frame", "path", "valence", "arousal", "valid")


def load(root: str | Path) -> pd.DataFrame:
    """The annotated tracks under ``root``: one row each, training first, by name.

    Returns:
        Columns ``clip`` ("video12_left"), ``video`` ("video12"; parts of one video share it), ``subject``
        ("video12_left": the set names nobody), ``split`` ("train" or "validation"), ``annotation`` (Path),
        ``images`` (Path of the track's folder, or None) and ``rows`` (frames that are annotated). Files that
        cannot be read are left out with a warning that counts them; what else is missing is warned of.

    Raises:
        DataError: if there is no such folder, or no annotation of valence and arousal can be read in it.
    """
    found = scan(Path(root))
    tracks, annotations, odd = _tracks(found)
    if bare := [clip for clip, annotation in annotations.items() if not annotation.has_header]:
        warnings.warn(
            f"{len(bare)} annotation files in {root} have no header; their first line is read as the first "
            f"frame's: {several(bare)}",
            stacklevel=2,
        )
    if odd:
        warnings.warn(
            f"{len(odd)} things in {root} do not fit and were left out "
            f"('labkit data check' lists all): {odd[0]}",
            stacklevel=2,
        )
    if lost := _lost(found, tracks):
        warnings.warn(f"In {root}, {'; '.join(lost)}.", stacklevel=2)
    return tracks


def frames(tracks: pd.DataFrame) -> pd.DataFrame:
    """All annotated frames of some of :func:`load`'s tracks: one row each, in order of time within a track.

    Returns:
        Columns ``clip``, ``frame`` (from 1; int32), ``path`` (str, for a million Path objects would take a
        gigabyte; None where there is no image), ``valence`` and ``arousal`` (float32 in [-1, 1], else NaN)
        and ``valid`` (there is an image, and both labels are numbers). Why some are not: :func:`gaps`.
        Values outside [-1, 1], which are faults and not marks, are warned of.

    Raises:
        DataError: if an annotation or a folder is gone, or has changed since the tracks were loaded.
    """
    read = list(_read(tracks))
    outside = sum(int(annotation.outside.sum()) for _, annotation in read)
    if outside:
        warnings.warn(f"{outside:,} rows have values that are not in [-1, 1]; they are NaN.", stacklevel=2)
    rows = [len(annotation.values) for _, annotation in read]
    paths = [
        frame_files(track.images).of(count) if track.images else np.full(count, None, object)
        for (track, _), count in zip(read, rows, strict=True)
    ]
    affect = np.concatenate([np.empty((0, 2), np.float32), *(annotation.affect for _, annotation in read)])
    table = pd.DataFrame(
        {
            "clip": pd.Series(np.repeat(tracks["clip"].to_numpy(object), rows), dtype=tracks["clip"].dtype),
            "frame": np.concatenate([np.arange(1, count + 1, dtype=np.int32) for count in [0, *rows]]),
            "path": pd.Series(np.concatenate([np.empty(0, object), *paths]), dtype=object),
            "valence": affect[:, 0],
            "arousal": affect[:, 1],
        }
    )
    table["valid"] = np.isfinite(affect).all(axis=1) & table["path"].notna().to_numpy()
    return table


def read_images(rows: pd.DataFrame, size: int) -> np.ndarray:
    """The images of any of :func:`frames`'s rows, in grey: uint8 (n, size, size); a bar after two seconds.

    The paper reads the 112 × 112 faces at 96 (section III).

    Raises:
        DataError: if a row has no image, or one cannot be opened, or not to its end; it is named.
    """
    if lost := int(rows["path"].isna().sum()):
        first = rows[rows["path"].isna()].iloc[0]
        raise DataError(
            f"{lost} of these rows have no image, first frame {first['frame']} of {first['clip']}; "
            "choose rows that are valid."
        )
    images = np.empty((len(rows), size, size), np.uint8)
    for n, path in enumerate(bar(rows["path"].tolist(), desc="Reading images", unit="image", delay=2)):
        grey = np.asarray(open_image(path).convert("L"))
        images[n] = cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA)
    return images


def gaps(tracks: pd.DataFrame) -> pd.DataFrame:
    """What is missing or odd in each of :func:`load`'s tracks, counted: see labkit.datasets.affwild2_gaps.

    Raises:
        DataError: as :func:`frames` does.
    """
    rows = [
        gaps_of(track.clip, track.split, annotation, frame_files(track.images) if track.images else None)
        for track, annotation in _read(tracks)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def recognises(root: str | Path) -> bool:
    """Whether a folder has a training or validation set of valence and arousal in it; looks at no image."""
    return bool(places(Path(root)))


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds, and name what is missing, odd, or of no use to a window of frames.

    What is whole differs from one challenge to the next, so nothing is expected. In 2020 there were 351
    tracks for training and 71 for validation.

    Raises:
        DataError: if there is no such folder, or no annotation of valence and arousal can be read in it.
    """
    found = scan(Path(root))
    tracks, annotations, odd = _tracks(found)
    listed = {clip: frame_files(folder) for clip, folder in found.images.items() if clip in annotations}
    table = pd.DataFrame(
        [
            gaps_of(track.clip, track.split, annotations[track.clip], listed.get(track.clip))
            for track in tracks.itertuples()
        ],
        columns=list(COLUMNS),
    )
    outside = table[table["outside"] > 0]
    odd += [f"{t.clip}: {t.outside} rows have values that are not in [-1, 1]" for t in outside.itertuples()]
    odd += found.damaged()
    unlabelled = sorted(set(found.images) - set(annotations))
    notes = [f"{len(unlabelled)} folders of images have no labels: {several(unlabelled)}"]
    return CheckReport(
        NAME,
        Path(root),
        LICENCE,
        parts=[_part(split, table, tracks) for split in ("train", "validation")],
        missing=_lost(found, tracks),
        odd=odd,
        notes=[*sentences(table), *_shared(tracks), *(notes if unlabelled else []), *found.notes],
    )


def _part(split: str, table: pd.DataFrame, tracks: pd.DataFrame) -> Part:
    mine = table[table["split"] == split]
    videos = tracks["video"][tracks["split"] == split].nunique()
    return Part(
        name=split,
        clips=len(mine),
        expected_clips=None,
        people=None,
        expected_people=None,
        labels={"videos": videos, "rows": int(mine["rows"].sum()), "valid": int(mine["valid"].sum())},
        unit="tracks",
    )


def _tracks(found: Found) -> tuple[pd.DataFrame, dict[str, Annotation], list[str]]:
    """:func:`load`'s table, what each file says, and in words what was left out.

    Raises:
        DataError: if nothing is left.
    """
    odd, rows, read = list(found.odd), [], {}
    for clip, (split, path) in found.annotations.items():
        try:
            read[clip] = read_annotation(path)
        except DataError as error:
            odd.append(str(error))
            continue
        video, subject = names_of(clip)
        values = (clip, video, subject, split, path, found.images.get(clip), len(read[clip].values))
        rows.append(dict(zip(TRACK_COLUMNS, values, strict=True)))
    if not rows:
        raise DataError(f"No track of Aff-Wild2 in {found.root} can be read; {several(odd)}. {HOW_TO_GET}")
    return pd.DataFrame(rows, columns=list(TRACK_COLUMNS)), read, odd


def _read(tracks: pd.DataFrame) -> Iterator[tuple[object, Annotation]]:
    """Each track with what its file says."""
    for track in tracks.itertuples():
        annotation = read_annotation(track.annotation)
        if len(annotation.values) != track.rows:
            raise DataError(
                f"{track.annotation} has {len(annotation.values)} rows, not {track.rows} as before; "
                "read the data set anew."
            )
        yield track, annotation


def _lost(found: Found, tracks: pd.DataFrame) -> list[str]:
    """What belongs to the tracks and is not there, a sentence a kind."""
    bare = tracks["clip"][tracks["images"].isna()].tolist()
    said = [f"{len(bare)} annotated tracks have no images: {several(bare)}"] if bare else []
    return found.lacking + said


def _shared(tracks: pd.DataFrame) -> list[str]:
    """The videos that are in both sets, if any: two people, or two parts, of one scene."""
    splits = tracks.groupby("video")["split"].nunique()
    both = splits.index[splits > 1].tolist()
    return [f"{len(both)} videos are in training and in validation: {several(both)}"] if both else []
