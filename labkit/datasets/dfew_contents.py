"""A DFEW folder, read: clips with emotion, fold and votes, and in words what does not fit together."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.datasets import dfew_folds
from labkit.datasets.dfew_files import Found, inside, place, scan
from labkit.datasets.dfew_folds import NO_FOLD, Split, empty_classes, read_split
from labkit.datasets.dfew_labels import (
    CLASSES,
    FILES,
    FOLDER,
    SOURCES,
    VOTES,
    read_annotation,
    read_sources,
    unread,
)
from labkit.datasets.folders import several
from labkit.errors import DataError

COLUMNS = ("clip", "path", "kind", "emotion", "subject", "fold", *VOTES)


@dataclass(frozen=True)
class Contents:
    """A folder, read: the clips that have an emotion, and in words what is not in it."""

    found: Found
    split: Split
    table: pd.DataFrame
    others: dict[str, int]  # clips without an emotion, by reason
    missing: list[str]
    odd: list[str]
    left_out: list[str]  # clips, in a sentence a kind: to be known, but no fault
    notes: list[str]


def read_contents(root: Path, frames: str | None) -> Contents:
    """Read a place and all tables.

    Raises:
        DataError: if there is no such place, or a synthetic world in it is unfinished.
    """
    found = scan(place(root, frames))
    split = read_split(inside(root, dfew_folds.FOLDER))
    annotation, odd, unreadable = _annotation(root)
    clips = found.table()
    label = split.label.reindex(clips["clip"])
    label = label.fillna(annotation["label"].reindex(clips["clip"])).to_numpy(float)
    known = label > 0
    subjects, sources_odd = _subjects(root, clips["clip"])
    opinions = annotation[list(VOTES)].reindex(clips["clip"])
    table = clips.assign(
        emotion=emotions(pd.Series(label).fillna(0)),
        subject=subjects,
        fold=split.fold.reindex(clips["clip"]).fillna(NO_FOLD).astype(int).to_numpy(),
        **{column: opinions[column].to_numpy(float) for column in VOTES},
    )
    table = table[known].reset_index(drop=True)[list(COLUMNS)]
    others = {"no single label": int((label == 0).sum()), "not labelled": int(np.isnan(label).sum())}
    return Contents(
        found,
        split,
        table,
        others={reason: count for reason, count in others.items() if count},
        missing=split.lacking + unreadable + _absent(found, split, annotation) + empty_classes(table),
        odd=found.odd + split.odd + odd + sources_odd + _disagreeing(split, annotation),
        left_out=_left_out(others, table),
        notes=[*split.notes, *_left_out(others, table)],
    )


def emotions(labels: pd.Series) -> np.ndarray:
    """The names of labels 0 to 7; "" for 0."""
    return np.array(["", *CLASSES], object)[labels.to_numpy(int)]


def annotation_file(root: Path) -> Path | None:
    """Where the votes are; None if they are not there."""
    files = [inside(root, FOLDER) / name for name in FILES]
    return next((file for file in files if file.is_file()), None)


def _annotation(root: Path) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The annotation (no rows if it cannot be read); what is odd in it; why it is not read here."""
    file = annotation_file(root)
    none = pd.DataFrame(columns=["label", *VOTES], index=pd.Index([], name="clip"), dtype=float)
    if file is None:
        return none, [], [f"there is no {FOLDER}/{FILES[0]} or {FILES[1]}, so no votes"]
    if reason := unread(file):
        return none, [], [reason]
    try:
        rows = read_annotation(file)
    except DataError as error:
        return none, [str(error)], []
    return rows.table, rows.odd, []


def _subjects(root: Path, clips: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Who is in each clip, "" where nobody says so; and what is odd in the file that says it."""
    file = inside(root, FOLDER) / SOURCES
    if not file.is_file():
        return np.full(len(clips), "", object), []
    try:
        rows = read_sources(file)
    except DataError as error:
        return np.full(len(clips), "", object), [str(error)]
    return rows.table["source"].str.strip().reindex(clips).fillna("").to_numpy(object), rows.odd


def _absent(found: Found, split: Split, annotation: pd.DataFrame) -> list[str]:
    """The clips that a table names and the folder lacks, a sentence a table."""
    said = []
    for what, named in (("set files", split.label.index), ("annotation", annotation.index)):
        if lost := sorted(set(named) - set(found.clips)):
            said.append(
                f"{len(lost)} of {len(named)} clips named in the {what} are not in "
                f"{found.folder.name}: {several(lost)}"
            )
    return said


def _disagreeing(split: Split, annotation: pd.DataFrame) -> list[str]:
    """The clips whose label in the set files is not the annotation's."""
    both = split.label.to_frame("split").join(annotation["label"], how="inner")
    clips = sorted(both.index[both["split"] != both["label"]])
    said = f"{len(clips)} clips have another label in the annotation; the set files' counts: {several(clips)}"
    return [said] if clips else []


def _left_out(others: dict[str, int], table: pd.DataFrame) -> list[str]:
    """What becomes of clips without an emotion or a fold, a sentence a kind."""
    reasons = {
        "no single label": "clips have no single label (0) and are left out",
        "not labelled": "clips are in no set file and not annotated, and are left out",
    }
    said = [f"{others[reason]} {what}" for reason, what in reasons.items() if others[reason]]
    loose = table.loc[table["fold"] == NO_FOLD, "clip"].tolist()
    if loose and len(loose) < len(table):
        said.append(f"{len(loose)} clips have an emotion and are in no fold (-1): {several(loose)}")
    return said
