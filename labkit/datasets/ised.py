"""ISED: 50 people of India watch emotional films, and 428 clips of their spontaneous expressions.

Two layouts are known. The published one has videos, an image of each clip's peak, and a table of emotions:

    videos/PS 26/7.avi        participant 26, video 7
    peakImages/26_7_39.jpg    the same clip, frame 39 (counted from 1)
    ISED_details.mat          see labkit.datasets.ised_details

The other, which the paper made of it by hand, has faces in class folders (``Train/happiness/…``); those are
read by :mod:`labkit.datasets.class_folders`. Where a clip's peak is told twice, the table is believed.
"""

import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labkit.datasets import class_folders
from labkit.datasets.check import CheckReport, Part
from labkit.datasets.duplicates import duplicates_line, near_duplicates
from labkit.datasets.folders import several
from labkit.datasets.ised_details import FILE, Detail, Details, Key, read_details
from labkit.datasets.ised_files import HOW_TO_GET, VIDEOS, Found, scan
from labkit.errors import DataError

NAME = "ised"
TITLE = "ISED, the Indian Spontaneous Expression Database"
LICENCE = "for research, on request from its authors, not to be passed on"
HOME = "https://doi.org/10.1109/TAFFC.2015.2498174"
CITATION = "Happy, Patnaik, Routray and Guha (2017), IEEE Transactions on Affective Computing 8(1): 131-142"

PEOPLE = 50
CLIPS = 428

MANIFEST_COLUMNS = ("path", "clip", "subject", "number", "emotion", "peak", "peak_image")


def load(root: str | Path) -> pd.DataFrame:
    """The manifest of the videos under ``root``: one row a clip, sorted by participant and number.

    Returns:
        Columns ``path`` (Path), ``clip`` ("26_7"), ``subject`` ("26"), ``number`` (7), ``emotion``,
        ``peak`` (frame in which the expression is strongest, from 1; Int64, may be missing) and
        ``peak_image`` (Path, or None). What does not fit together is left out with a warning that counts it.

    Raises:
        DataError: if there is no such folder, it holds class folders or no videos, or no clip has an emotion.
    """
    root = Path(root)
    if _known_layout(root) == "class folders":
        raise DataError(f"{root} holds class folders, not videos; read it with class_folders.load.")
    contents = _read(root)
    if left_out := contents.odd:
        warnings.warn(
            f"{len(left_out)} things in {root} do not fit and were left out "
            f"('labkit data check' lists all): {left_out[0]}",
            stacklevel=2,
        )
    if contents.missing:
        warnings.warn(f"In {root}, {'; '.join(contents.missing)}.", stacklevel=2)
    return contents.manifest


def recognises(root: str | Path) -> bool:
    """Whether a folder has one of ISED's two layouts."""
    return layout(root) is not None


def layout(root: str | Path) -> str | None:
    """Which of ISED's layouts a folder has: "videos", "class folders", or None for neither."""
    root = Path(root)
    if (root / FILE).is_file() or any(root.glob(f"{VIDEOS}/[Pp][Ss]*/")):
        return "videos"
    return "class folders" if class_folders.recognises(root) else None


def _known_layout(root: Path) -> str:
    known = layout(root)
    if known is None:
        raise DataError(f"Nothing of ISED in {root}. {HOW_TO_GET}")
    return known


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published totals, and name what is missing or odd.

    Raises:
        DataError: if there is no such folder, or nothing of ISED in it.
    """
    root = Path(root)
    return _check_class_folders(root) if _known_layout(root) == "class folders" else _check_videos(root)


def _check_videos(root: Path) -> CheckReport:
    contents = _read(root)
    rows = contents.manifest.dropna(subset=["peak"])
    peaks = {(int(row.subject), row.number): row.peak for row in rows.itertuples()}
    part = part_of("videos", contents.manifest, "clips", CLIPS, PEOPLE)
    short = [f"{CLIPS - part.clips} of {CLIPS} clips are not here"] if part.clips < CLIPS else []
    return CheckReport(
        NAME,
        root,
        LICENCE,
        parts=[part],
        missing=short + contents.missing,
        odd=contents.odd + contents.found.damaged(peaks),
        notes=contents.notes,
    )


def _check_class_folders(root: Path) -> CheckReport:
    """Nothing is published to count them against; what they must not do is share images across splits."""
    found = class_folders.scan(root)
    images = found.manifest()
    pairs = near_duplicates(images)
    parts = [part_of(split, rows, "images") for split, rows in images.groupby("split", sort=False)]
    return CheckReport(
        NAME,
        root,
        LICENCE,
        parts=parts,
        missing=found.empty(),
        odd=[f"{name}: cannot be opened as an image" for name in found.unreadable]
        + [f"{name}: not an image in a class folder" for name in found.stray],
        notes=[duplicates_line(images, pairs)],
    )


def part_of(name: str, rows: pd.DataFrame, unit: str, clips: int | None = None, people: int | None = None):
    """The counts of a manifest, against ``clips`` and ``people`` where such totals are published."""
    return Part(
        name=name,
        clips=len(rows),
        expected_clips=clips,
        people=rows.loc[rows["subject"] != "", "subject"].nunique(),
        expected_people=people,
        labels=dict(Counter(rows["emotion"])),
        unit=unit,
    )


@dataclass(frozen=True)
class _Contents:
    """The videos' layout, read: what fits together, and in words what does not."""

    found: Found
    manifest: pd.DataFrame
    missing: list[str]
    odd: list[str]
    notes: list[str]


def _read(root: Path) -> _Contents:
    found = scan(root)
    details = read_details(root / FILE, found.videos)
    labelled = {key: row for key, row in details.clips.items() if row.emotion and key in found.videos}
    if not labelled:
        raise DataError(f"{root / FILE} names no video of {root / VIDEOS}; they are not of one data set.")
    rows = [_row(key, found, labelled[key]) for key in sorted(labelled)]
    manifest = pd.DataFrame(rows, columns=MANIFEST_COLUMNS).astype({"peak": "Int64"})
    absent = sorted(set(details.clips) - set(found.videos))
    return _Contents(
        found,
        manifest,
        missing=[f"{len(absent)} clips of {FILE} have no video: {several(_names(absent))}"] if absent else [],
        odd=found.odd + details.odd + _unknown(found, details),
        notes=[*found.notes, f"{FILE}: {details.reading}", *_peak_notes(found, labelled)],
    )


def _row(key: Key, found: Found, detail: Detail) -> dict[str, object]:
    frame, image = found.peaks.get(key, (pd.NA, None))
    return {
        "path": found.videos[key],
        "clip": f"{key[0]}_{key[1]}",
        "subject": str(key[0]),
        "number": key[1],
        "emotion": detail.emotion,
        "peak": detail.peak or frame,
        "peak_image": image,
    }


def _unknown(found: Found, details: Details) -> list[str]:
    """Videos and peak images of which the table knows nothing."""
    videos = [path for key, path in sorted(found.videos.items()) if key not in details.clips]
    images = [
        image
        for key, (_, image) in sorted(found.peaks.items())
        if key not in found.videos and key not in details.clips
    ]
    sentences = [f"{path.relative_to(found.root)}: {FILE} does not name this clip" for path in videos]
    return sentences + [f"{path.relative_to(found.root)}: there is no such clip" for path in images]


def _peak_notes(found: Found, labelled: dict[Key, Detail]) -> list[str]:
    bare = [key for key in labelled if key not in found.peaks]
    other = [key for key, row in labelled.items() if key in found.peaks and row.peak != found.peaks[key][0]]
    other = [key for key in other if labelled[key].peak]
    notes = [f"{len(bare)} clips have no peak image: {several(_names(bare))}"] if bare else []
    if other:
        notes.append(
            f"{len(other)} clips have another peak frame in {FILE} than in the name of their peak image, and "
            f"the table is believed: {several(_names(other))}"
        )
    return notes


def _names(keys: list[Key]) -> list[str]:
    return [f"{participant}_{number}" for participant, number in keys]
