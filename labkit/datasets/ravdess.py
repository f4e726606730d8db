"""RAVDESS: 24 actors speak and sing two sentences in eight emotions, filmed from the front.

The folder may hold Zenodo's archives unpacked each into its own folder
(``Video_Song_Actor_01/Actor_01/…``) or all together (``Actor_01/…``), speech, song
or both; a synthetic world has the same layout with the truth beside each clip. The
file *name* is believed, never the streams: real video-only files may carry a silent
audio track. Video-only is the default, because audio-video holds the same pictures.
"""

import warnings
from collections import Counter
from pathlib import Path

import pandas as pd

from labkit.datasets.check import CheckReport, Part
from labkit.datasets.folders import several, walk
from labkit.datasets.ravdess_files import HOW_TO_GET, scan
from labkit.datasets.ravdess_names import RavdessName, looks_like_ravdess, published_names
from labkit.errors import DataError

NAME = "ravdess"
TITLE = "RAVDESS, the Ryerson Audio-Visual Database of Emotional Speech and Song"
LICENCE = "CC BY-NC-SA 4.0: free for non-commercial use, with credit, shared under the same licence"
HOME = "https://zenodo.org/records/1188976"
CITATION = "Livingstone and Russo (2018), PLoS ONE 13(5): e0196391"

PEOPLE = 24
CLIPS = {"song": 1012, "speech": 1440}  # in each modality; actor 18 recorded no songs

MANIFEST_COLUMNS = (
    "path", "clip", "subject", "sex", "emotion",
    "intensity", "statement", "repetition", "channel", "modality",
)  # fmt: skip


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
    found = scan(Path(root))
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
        raise found.nothing(f"{modality} {kind}clips of RAVDESS")
    return pd.DataFrame(rows, columns=MANIFEST_COLUMNS).sort_values(["subject", "clip"], ignore_index=True)


def recognises(root: str | Path) -> bool:
    """Whether a folder holds files named in RAVDESS's way."""
    return any(looks_like_ravdess(path) for path in walk(Path(root), HOW_TO_GET))


def check(root: str | Path) -> CheckReport:
    """Count what a folder holds against the published totals, and name what is missing or odd.

    A part (song or speech, in one modality) of which there is nothing is noted, not
    missed: the archives are downloaded one by one.

    Raises:
        DataError: if there is no such folder, or nothing of RAVDESS in it.
    """
    root = Path(root)
    found = scan(root)
    if not found.clips and not found.odd:
        raise found.nothing("clips of RAVDESS")
    parts, missing, notes = [], [], list(found.notes)
    for channel in CLIPS:
        for modality in ("video-only", "audio-video"):
            names = [n for _, n in found.clips if (n.channel, n.modality) == (channel, modality)]
            title = f"{channel}, {modality}"
            if names:
                expected = list(published_names(channel, modality))
                parts.append(count(title, names, expected))
                missing += missing_clips(title, names, expected)
            else:
                notes.append(f"{title}: none here ({CLIPS[channel]} clips published)")
    odd = found.odd + found.damaged()
    return CheckReport(NAME, root, LICENCE, parts=parts, missing=missing, odd=odd, notes=notes)


def count(title: str, names: list[RavdessName], expected: list[RavdessName]) -> Part:
    """Count the clips ``names`` against ``expected``."""
    return Part(
        name=title,
        clips=len(names),
        expected_clips=len(expected),
        people=len({n.subject for n in names}),
        expected_people=len({n.subject for n in expected}),
        labels=dict(Counter(n.emotion for n in names)),
        expected_labels=dict(Counter(n.emotion for n in expected)),
    )


def missing_clips(title: str, names: list[RavdessName], expected: list[RavdessName]) -> list[str]:
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
                f"{title}: Actor_{subject} lacks {len(lost)} of {len(stems)} clips: {several(lost)}"
            )
    return sentences


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DataError(f"{what} '{value}' is not known; it is one of {', '.join(allowed)}.")
