"""DFEW: 16,372 short clips from films, in seven emotions, with official folds and ten people's votes.

    Clip/original/part_1/1.mp4                            clips or faces, see labkit.datasets.dfew_files
    EmoLabel_DataSplit/test(single-labeled)/set_1.csv     five folds, see labkit.datasets.dfew_folds
    Annotation/annotation.xlsx (or .csv)                  votes and label, see labkit.datasets.dfew_labels
    Annotation/sources.csv                                no part of DFEW: who is in a clip, for whoever knows

DFEW names nobody, so one actor may be in several folds: its folds tell how well new *clips* are read, not new
people. Labels come from the set files, and from the annotation where those are silent. Clips labelled 0, for
which the ten agreed on no single emotion, are left out and counted.
"""

import warnings
from collections import Counter
from pathlib import Path
from typing import Literal

import pandas as pd

from labkit.datasets.check import CheckReport, Part
from labkit.datasets.dfew_contents import COLUMNS as COLUMNS  # as every data set's module has its columns
from labkit.datasets.dfew_contents import Contents, annotation_file, emotions, read_contents
from labkit.datasets.dfew_files import HOW_TO_GET, PLACES, SIXTEEN, Found, places, scan
from labkit.datasets.dfew_folds import NO_FOLD
from labkit.datasets.dfew_labels import CLASSES as CLASSES
from labkit.datasets.dfew_labels import FILES, FOLDER, VOTES, read_annotation
from labkit.datasets.folders import several
from labkit.errors import DataError

NAME = "dfew"
TITLE = "DFEW, dynamic facial expression in the wild"
LICENCE = "for non-commercial research, by an agreement with its authors, not to be passed on"
HOME = "https://dfew-dataset.github.io/"
CITATION = (
    "Jiang, Zong, Zheng, Tang, Xia, Lu and Liu (2020), DFEW: A Large-Scale Database for Recognizing Dynamic "
    "Facial Expressions in the Wild, ACM Multimedia: 2881-2889"
)

CLIPS = 16_372
SINGLE_LABELLED = 11_697  # the clips of the five folds
COUNTS = {"disgust": 146}  # of those; the only class whose count this course has from print

Frames = Literal["original", "full", "16f"]


def load(root: str | Path, frames: Frames | None = None) -> pd.DataFrame:
    """The clips under ``root`` that have an emotion: one row each, by number.

    Args:
        frames: which of a clip's copies: "original" for the clip itself, "full" for the faces of all its
            frames, "16f" for sixteen faces; None for the first of these that is there.

    Returns:
        Columns ``clip`` ("00001"), ``path`` (Path of a video, or of a folder of frames), ``kind`` ("video"
        or "frames"), ``emotion``, ``subject`` ("" where unknown, as always in DFEW itself), ``fold`` (0 to 4,
        the official test sets 1 to 5; -1 for a clip in none) and seven columns of votes, ``votes_happy`` to
        ``votes_fearful`` (float; missing without an annotation). What was left out, label 0 too, and what
        is lacking is counted in warnings.

    Raises:
        DataError: if there is no such folder, no clip with an emotion in it, or its folds overlap.
    """
    contents = read_contents(Path(root), frames)
    if contents.split.faults:
        raise DataError(f"{root}, {contents.split.faults[0]}.")
    if contents.table.empty:
        raise DataError(f"No clip in {contents.found.folder} has an emotion. {HOW_TO_GET}")
    if contents.odd:
        warnings.warn(
            f"{len(contents.odd)} things in {root} do not fit "
            f"('labkit data check' lists all): {contents.odd[0]}",
            stacklevel=2,
        )
    if said := contents.missing + contents.left_out:
        warnings.warn(f"In {root}, {'; '.join(said)}.", stacklevel=2)
    return contents.table


def votes(root: str | Path) -> pd.DataFrame:
    """What ten people saw in each annotated clip, of those without a single label too.

    Returns:
        Columns ``clip``, ``emotion`` ("" where they agreed on none) and ``votes_happy`` to
        ``votes_fearful`` (float).

    Raises:
        DataError: if there is no annotation under ``root``, or it cannot be read.
    """
    file = annotation_file(Path(root))
    if file is None:
        raise DataError(f"There is no {FOLDER}/{FILES[0]} or {FILES[1]} in {root}. {HOW_TO_GET}")
    table = read_annotation(file).table.sort_index().reset_index()
    return table.assign(emotion=emotions(table["label"]))[["clip", "emotion", *VOTES]]


def recognises(root: str | Path) -> bool:
    """Whether a folder has clips in one of DFEW's places; looks at no clip."""
    return bool(places(Path(root)))


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published totals, and name what is missing or odd.

    Videos are opened but not decoded; of images in folders of frames, up to 20,000 a place are.

    Raises:
        DataError: if there is no such folder, or no clips of DFEW in it.
    """
    root = Path(root)
    contents = read_contents(root, None)
    missing, odd, notes = contents.missing, contents.split.faults + contents.odd, list(contents.notes)
    for frames, folder in places(root).items():
        found = contents.found if folder == contents.found.folder else scan(folder)
        if found is not contents.found:
            odd += found.odd
            notes += _beside(found, contents.found)
        lengths, unreadable = found.lengths()
        damaged, tried = found.damaged()
        odd += unreadable + damaged
        notes += _length_notes(frames, lengths) + found.strays() + [tried] * bool(tried)
    parts = _parts(contents)
    short = parts[0].expected_clips - parts[0].clips
    if short > 0:
        missing = [f"{short} of {SINGLE_LABELLED} clips in the five folds are not here", *missing]
    return CheckReport(NAME, root, LICENCE, parts=parts, missing=missing, odd=odd, notes=notes)


def _parts(contents: Contents) -> list[Part]:
    """The clips in the five folds, and all others; what is published of each."""
    folded = contents.table["fold"] != NO_FOLD
    loose = Counter(contents.table.loc[~folded, "emotion"]) + Counter(contents.others)
    whole = contents.found.folder.name == PLACES["original"]  # only of these is it known how many there are
    return [
        Part(
            "in the five folds",
            int(folded.sum()),
            SINGLE_LABELLED,
            None,
            None,
            dict(Counter(contents.table.loc[folded, "emotion"])),
            COUNTS,
        ),
        Part(
            "in no fold", loose.total(), CLIPS - SINGLE_LABELLED if whole else None, None, None, dict(loose)
        ),
    ]


def _beside(found: Found, first: Found) -> list[str]:
    """How a place's clips differ from those of the first place."""
    less, more = (sorted(set(a.clips) - set(b.clips)) for a, b in ((first, found), (found, first)))
    name, other = found.folder.name, first.folder.name
    said = [f"{len(less)} clips of {other} are not in {name}: {several(less)}"] if less else []
    return said + ([f"{len(more)} clips of {name} are not in {other}: {several(more)}"] if more else [])


def _length_notes(frames: str, lengths: pd.Series) -> list[str]:
    """Which clips are of one frame, or not of sixteen where they should be."""
    name, single = PLACES[frames], lengths.index[lengths == 1].tolist()
    said = [f"{len(single)} clips in {name} have a single frame: {several(single)}"] if single else []
    other = lengths.index[lengths != SIXTEEN].tolist()
    if frames == "16f" and other:
        said.append(f"{len(other)} clips in {name} do not have {SIXTEEN} frames: {several(other)}")
    return said
