"""RAVDESS: 24 actors speak and sing two sentences in eight emotions, filmed from the front.

The folder may hold Zenodo's archives unpacked each into its own folder
(``Video_Song_Actor_01/Actor_01/…``) or all together (``Actor_01/…``), speech, song
or both; a synthetic world has the same layout with the truth beside each clip. The
file *name* is believed, never the streams: real video-only files may carry a silent
audio track. Video-only is the default, because audio-video holds the same pictures.
"""

import json
import os
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from labkit.datasets.check import CheckReport, Part
from labkit.datasets.ravdess_names import (
    RavdessName,
    looks_like_ravdess,
    parse_name,
    published_names,
)
from labkit.errors import DataError

NAME = "ravdess"
TITLE = "RAVDESS, the Ryerson Audio-Visual Database of Emotional Speech and Song"
LICENCE = "CC BY-NC-SA 4.0: free for non-commercial use, with credit, shared under the same licence"
HOME = "https://zenodo.org/records/1188976"
CITATION = "Livingstone and Russo (2018), PLoS ONE 13(5): e0196391"

PEOPLE = 24
CLIPS = {"song": 1012, "speech": 1440}  # in each modality; actor 18 recorded no songs
CLIPS_PER_PERSON = {"song": 44, "speech": 60}

MANIFEST_COLUMNS = (
    "path", "clip", "subject", "sex", "emotion",
    "intensity", "statement", "repetition", "channel", "modality",
)  # fmt: skip

_DEEPEST = 3  # folders below the root: enough for any unpacking, and no walk through a whole disk
_SEVERAL = 5  # so many clips are named one by one; beyond, they are counted


def load(root: str | Path, channel: str = "song", modality: str = "video-only") -> pd.DataFrame:
    """The manifest of the clips under ``root``: one row a clip, sorted by subject and name.

    Args:
        channel: "song" (the paper's), "speech" or "both".
        modality: "video-only" or "audio-video".

    Returns:
        Columns ``path`` (Path), ``clip`` (file stem), ``subject`` ("01" … "24"), ``sex``,
        ``emotion``, ``intensity``, ``statement``, ``repetition`` (1 or 2), ``channel``,
        ``modality``. Misnamed or empty files are left out with a warning that counts them.

    Raises:
        DataError: if there is no such folder, or no such clip in it.
    """
    _one_of("channel", channel, ("song", "speech", "both"))
    _one_of("modality", modality, ("video-only", "audio-video"))
    found = _scan(Path(root))
    if found.odd:
        warnings.warn(
            f"{len(found.odd)} files in {root} were left out ('labkit data check' lists all): {found.odd[0]}",
            stacklevel=2,
        )
    rows = [
        {"path": path, "clip": name.stem} | {column: getattr(name, column) for column in MANIFEST_COLUMNS[2:]}
        for path, name in found.clips
        if name.modality == modality and channel in (name.channel, "both")
    ]
    if not rows:
        kind = "" if channel == "both" else f"{channel} "
        raise DataError(f"No {modality} {kind}clips of RAVDESS in {root}. {_how_to_get()}")
    return pd.DataFrame(rows, columns=MANIFEST_COLUMNS).sort_values(["subject", "clip"], ignore_index=True)


def recognises(root: str | Path) -> bool:
    """Whether a folder holds files named in RAVDESS's way."""
    return any(looks_like_ravdess(path) for path in _files(Path(root)))


def is_synthetic(root: str | Path) -> bool:
    """Whether a folder is a synthetic world in RAVDESS's layout."""
    return (Path(root) / "world.json").is_file()


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published totals, and name what is missing or odd.

    A part (song or speech, in one modality) of which there is nothing is noted, not
    missed: the archives are downloaded one by one.

    Raises:
        DataError: if there is no such folder, or nothing of RAVDESS in it.
    """
    root = Path(root)
    found = _scan(root)
    if not found.clips and not found.odd:
        raise DataError(f"Nothing of RAVDESS in {root}. {_how_to_get()}")
    if is_synthetic(root):
        return _check_world(root, found)
    parts, missing, notes = [], [], list(found.notes)
    for channel in CLIPS:
        for modality in ("video-only", "audio-video"):
            names = [n for _, n in found.clips if (n.channel, n.modality) == (channel, modality)]
            title = f"{channel}, {modality}"
            if names:
                expected = list(published_names(channel, modality))
                parts.append(_part(title, names, expected))
                missing += _missing(title, names, expected)
            else:
                notes.append(f"{title}: none here ({CLIPS[channel]} clips published)")
    return CheckReport(NAME, root, LICENCE, parts=parts, missing=missing, odd=found.odd, notes=notes)


@dataclass
class _Found:
    """A folder's contents, sorted into clips, odd files and notes."""

    clips: list[tuple[Path, RavdessName]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        raise DataError(f"There is no folder {root}. {_how_to_get()}")
    for folder, subfolders, names in os.walk(root, followlinks=True):
        deep = len(Path(folder).relative_to(root).parts) >= _DEEPEST
        subfolders[:] = [] if deep else sorted(s for s in subfolders if not s.startswith((".", "__")))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _scan(root: Path) -> _Found:
    found, seen, audio, stray = _Found(), {}, 0, []
    for path in _files(root):
        if path.suffix.lower() == ".wav":
            audio += 1
        elif path.suffix.lower() == ".mp4":
            problem = _add_clip(found, seen, path)
            if problem:
                found.odd.append(f"{path.relative_to(root)}: {problem}")
        elif not (path.name == "world.json" or path.name.endswith((".truth.csv", ".zip"))):
            stray.append(str(path.relative_to(root)))
    if audio:
        found.notes.append(f"{audio} audio files are ignored: the course reads faces")
    if stray:
        found.notes.append(f"{len(stray)} files are no part of RAVDESS: {_some(stray)}")
    return found


def _add_clip(found: _Found, seen: dict[str, Path], path: Path) -> str | None:
    """File a clip under ``found``, or say why it cannot be."""
    try:
        name = parse_name(path)
    except DataError as error:
        return str(error)
    if path.stat().st_size == 0:
        return "the file is empty; download it again"
    if name.stem in seen:
        return f"the same clip as {seen[name.stem]}"
    seen[name.stem] = path
    found.clips.append((path, name))
    return None


def _part(title: str, names: list[RavdessName], expected: list[RavdessName]) -> Part:
    return Part(
        name=title,
        clips=len(names),
        expected_clips=len(expected),
        people=len({n.subject for n in names}),
        expected_people=len({n.subject for n in expected}),
        labels=dict(Counter(n.emotion for n in names)),
        expected_labels=dict(Counter(n.emotion for n in expected)),
    )


def _missing(title: str, names: list[RavdessName], expected: list[RavdessName]) -> list[str]:
    """Whole actors first, in one sentence; then, an actor a sentence, single clips."""
    present = {n.stem for n in names}
    people = {n.subject for n in names}
    absent = sorted({n.subject for n in expected} - people)
    sentences = [f"{title}: nothing of {len(absent)} actors: {', '.join(absent)}"] if absent else []
    for subject in sorted(people):
        stems = [n.stem for n in expected if n.subject == subject]
        lost = [stem for stem in stems if stem not in present]
        if lost:
            sentences.append(
                f"{title}: Actor_{subject} lacks {len(lost)} of {len(stems)} clips: {_some(lost)}"
            )
    return sentences


def _check_world(root: Path, found: _Found) -> CheckReport:
    """A made world is checked against its own order, in ``world.json``."""
    names = [name for _, name in found.clips]
    ordered = json.loads((root / "world.json").read_text()).get("clips", [])
    expected = [parse_name(clip) for clip in ordered] or names
    missing = _missing("world", names, expected)
    missing += [
        f"{path.name} has no truth beside it"
        for path, _ in found.clips
        if not path.with_suffix(".truth.csv").is_file()
    ]
    return CheckReport(
        NAME,
        root,
        "made here, free to use",
        synthetic=True,
        parts=[_part("world", names, expected)],
        missing=missing,
        odd=found.odd,
        notes=found.notes,
    )


def _some(items: list[str]) -> str:
    shown = ", ".join(items[:_SEVERAL])
    return shown + (f" and {len(items) - _SEVERAL} more" if len(items) > _SEVERAL else "")


def _how_to_get() -> str:
    return (
        "The loader looks for files such as Actor_01/02-02-03-01-01-01-01.mp4; "
        "'labkit data get ravdess' downloads them, 'labkit data get synthetic' makes a stand-in."
    )


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DataError(f"{what} '{value}' is not known; it is one of {', '.join(allowed)}.")
