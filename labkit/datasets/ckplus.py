"""CK+, the extended Cohn-Kanade set: 123 people, 593 sequences from a neutral face to an expression's peak.

The official layout (folders may be named otherwise, see labkit.datasets.ckplus_files):

    cohn-kanade-images/S005/001/S005_001_00000011.png      person, sequence, frame
    Emotion/S005/001/S005_001_00000011_emotion.txt         of the peak, and of 327 sequences only
    Landmarks/…_landmarks.txt, FACS/…_facs.txt             see labkit.datasets.ckplus_labels

A sequence without an emotion file is *unlabelled* (emotion ""), never neutral: its expression fits no
prototype. The label is of the last frame; what is true of the others is a rule of :func:`stills`. The
redistributed faces in class folders are read by :mod:`labkit.datasets.ckplus_crops`.
"""

import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.datasets import ckplus_crops, ckplus_labels
from labkit.datasets.check import CheckReport, Part
from labkit.datasets.ckplus_files import HOW_TO_GET as HOW_TO_GET  # as every data set's module has it
from labkit.datasets.ckplus_files import Found, Key, frames_in, places, scan
from labkit.datasets.grey_images import read_grey
from labkit.errors import DataError

NAME = "ckplus"
TITLE = "CK+, the extended Cohn-Kanade data set"
LICENCE = "for non-commercial research, on request from its authors, not to be passed on"
HOME = "https://doi.org/10.1109/CVPRW.2010.5543262"
CITATION = (
    "Lucey, Cohn, Kanade, Saragih, Ambadar and Matthews (2010), The Extended Cohn-Kanade Dataset (CK+), IEEE "
    "Conference on Computer Vision and Pattern Recognition Workshops: 94-101"
)

PEOPLE = 123
SEQUENCES = 593
COUNTS = {
    **{"angry": 45, "contempt": 18, "disgust": 59, "fearful": 25},
    **{"happy": 69, "sad": 28, "surprised": 83},
}  # the labelled ones, 327

SEQUENCE_COLUMNS = ("path", "clip", "subject", "emotion", "frames", "action_units", "landmarks")
FRAME_COLUMNS = ("path", "emotion", "subject", "split", "clip", "frame", "frames", "landmarks")


def load(root: str | Path) -> pd.DataFrame:
    """The sequences under ``root``: one row each, by person and number.

    Returns:
        Columns ``path`` (Path of its folder of frames), ``clip`` ("S005_001"), ``subject`` ("S005"),
        ``emotion`` (of the peak; "" where unlabelled), ``frames`` (how many), ``action_units`` (of the peak:
        dict of number → intensity 1–5, or 0 where it was not scored; empty where there is no file) and
        ``landmarks`` (Path of its folder, or None). What does not fit is left out with a warning that counts.

    Raises:
        DataError: if there is no such folder, it holds CK+48's class folders, or no sequence is in it.
    """
    root = Path(root)
    if layout(root) == "crops":
        raise DataError(f"{root} holds CK+48's faces, not sequences; read it with ckplus_crops.load.")
    found = scan(root)
    table, odd = _sequences(found)
    if odd := found.odd + odd:
        warnings.warn(
            f"{len(odd)} things in {root} do not fit and were left out "
            f"('labkit data check' lists all): {odd[0]}",
            stacklevel=2,
        )
    if lost := found.lost():
        warnings.warn(f"In {root}, {'; '.join(lost)}.", stacklevel=2)
    return table


def frames(sequences: pd.DataFrame) -> pd.DataFrame:
    """All frames of some of :func:`load`'s sequences: one row each, in order.

    Returns:
        Columns ``path`` (Path), ``emotion`` (its sequence's, though the first frames do not show it yet),
        ``subject``, ``split`` (""), ``clip``, ``frame`` (the number in its name; Int64), ``frames`` (of its
        sequence) and ``landmarks`` (Path of its file, or None).

    Raises:
        DataError: if a sequence has lost its frames since.
    """
    rows = [row for sequence in sequences.itertuples() for row in _frames(sequence)]
    return pd.DataFrame(rows, columns=list(FRAME_COLUMNS)).astype({"frame": "Int64"})


def stills(sequences: pd.DataFrame, last: int = 3, neutral: int = 1) -> pd.DataFrame:
    """Pictures with labels, the usual way: the ``last`` frames of each labelled sequence show its emotion.

    Its first ``neutral`` ones are neutral. Frames between, and unlabelled sequences, are left out.

    No frame is taken twice: where a sequence is short, its last frames come first. From the whole of CK+ this
    makes 981 + 327 pictures. The paper on CNN features and an LSTM has 2,746 and does not say which; no
    number of last and first frames, of the labelled or of all sequences, gives just that many.

    Returns:
        Rows of :func:`frames`.

    Raises:
        DataError: if no sequence is labelled, or one has lost its frames since.
    """
    if last < 1 or neutral < 0:
        raise ValueError(f"last must be 1 or more and neutral 0 or more, not {last} and {neutral}")
    labelled = sequences[sequences["emotion"] != ""]
    if labelled.empty:
        raise DataError("None of these sequences has an emotion; get CK+'s emotion files too.")
    table = frames(labelled)
    place = table.groupby("clip", sort=False).cumcount()
    at_peak = place >= table["frames"] - last
    at_rest = (place < neutral) & ~at_peak
    table.loc[at_rest, "emotion"] = "neutral"
    return table[at_peak | at_rest].reset_index(drop=True)


def read_images(rows: pd.DataFrame) -> list[np.ndarray]:
    """The images of any rows with a ``path``, in grey: uint8 (H, W) each, mostly 490 × 640, some 480 × 640.

    Raises:
        DataError: if one cannot be opened, or not to its end; it is named.
    """
    return read_grey(rows["path"].tolist())


def recognises(root: str | Path) -> bool:
    """Whether a folder has one of CK+'s layouts."""
    return layout(root) is not None


def layout(root: str | Path) -> str | None:
    """Which of CK+'s layouts a folder has: "sequences", "crops" (CK+48), or None for neither."""
    root = Path(root)
    if not root.is_dir():
        return None
    if "images" in places(root):
        return "sequences"
    return "crops" if ckplus_crops.recognises(root) else None


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published totals, and name what is missing or odd.

    Raises:
        DataError: if there is no such folder, or nothing of CK+ in it.
    """
    root = Path(root)
    return _check_crops(root) if layout(root) == "crops" else _check_sequences(root)


def _check_sequences(root: Path) -> CheckReport:
    found = scan(root)
    table, odd = _sequences(found)
    labels = COUNTS | {"unlabelled": SEQUENCES - sum(COUNTS.values())}
    part = _part("sequences", table, labels, PEOPLE)
    short = (
        [f"{SEQUENCES - len(table)} of {SEQUENCES} sequences are not here"] if len(table) < SEQUENCES else []
    )
    unlabelled = len(found.images.keys() - found.emotions.keys())
    notes = [f"{unlabelled} sequences have no emotion file: they are unlabelled, not neutral"]
    return CheckReport(
        NAME,
        root,
        LICENCE,
        parts=[part],
        missing=short + found.lost(),
        odd=found.odd + odd + found.damaged(),
        notes=[*notes, found.kinds(), *found.notes],
    )


def _check_crops(root: Path) -> CheckReport:
    found = ckplus_crops.scan(root)
    part = _part("CK+48 faces", found.manifest(), ckplus_crops.COUNTS, None)
    short = part.expected_clips - part.clips
    return CheckReport(
        NAME,
        root,
        LICENCE,
        parts=[part],
        missing=[f"{short} of {part.expected_clips} faces are not here"] if short > 0 else [],
        odd=found.odd,
    )


def _part(name: str, rows: pd.DataFrame, labels: dict[str, int], people: int | None) -> Part:
    return Part(
        name=name,
        clips=len(rows),
        expected_clips=sum(labels.values()),
        people=rows["subject"].nunique(),
        expected_people=people,
        labels=dict(Counter(rows["emotion"].replace("", "unlabelled"))),
        expected_labels=labels,
        unit=name.split()[-1],
    )


def _sequences(found: Found) -> tuple[pd.DataFrame, list[str]]:
    """:func:`load`'s table, and in words which label files cannot be read."""
    odd: list[str] = []
    rows = [_sequence(key, found, odd) for key in found.images]
    return pd.DataFrame(rows, columns=list(SEQUENCE_COLUMNS)), odd


def _sequence(key: Key, found: Found, odd: list[str]) -> dict[str, object]:
    images = found.images[key]
    folder = next(iter(images.values())).parent
    marks = found.landmarks.get(key)
    return {
        "path": folder,
        "clip": "_".join(key),
        "subject": key[0],
        "emotion": _read(ckplus_labels.emotion, found.emotions.get(key), "", odd),
        "frames": len(images),
        "action_units": _read(ckplus_labels.action_units, found.facs.get(key), {}, odd),
        "landmarks": next(iter(marks.values())).parent if marks else None,
    }


def _read(reader, files: dict[int, Path] | None, without: object, odd: list[str]) -> object:
    """What the one file of a sequence says; ``without`` if there is none, or it cannot be read."""
    if not files:
        return without
    if len(files) > 1:
        odd.append(
            f"{next(iter(files.values())).parent}: {len(files)} files where one is to be; none is read"
        )
        return without
    try:
        return reader(next(iter(files.values())))
    except DataError as error:
        odd.append(str(error))
        return without


def _frames(sequence) -> list[dict[str, object]]:
    """The rows of one sequence's frames."""
    images = frames_in(sequence.path)
    if len(images) != sequence.frames:
        raise DataError(
            f"{sequence.path} has {len(images)} frames, not {sequence.frames} as before; read it anew."
        )
    same = {"emotion": sequence.emotion, "subject": sequence.subject, "split": "", "clip": sequence.clip}
    marks = [
        sequence.landmarks and sequence.landmarks / f"{path.stem}_landmarks.txt" for path in images.values()
    ]
    return [
        same
        | {"path": path, "frame": frame, "frames": len(images)}
        | {"landmarks": mark if mark and mark.is_file() else None}
        for (frame, path), mark in zip(images.items(), marks, strict=True)
    ]
