"""``labkit data get ravdess``: the archives asked for, and no others.

Zenodo packs one archive an actor and channel (``Video_Song_Actor_01.zip``, about half
a gigabyte, audio-video and video-only together). Each is unpacked into a folder of
its own name, whose presence means that it is whole.
"""

from collections.abc import Iterable
from pathlib import Path

from labkit.datasets import download, ravdess
from labkit.datasets.ravdess_names import ACTOR_WITHOUT_SONGS, ACTORS
from labkit.errors import DataError

RECORD = "https://zenodo.org/api/records/1188976"
LICENCE_NOTICE = (
    f"{ravdess.TITLE} ({ravdess.CITATION}) is released under {ravdess.LICENCE}. See {ravdess.HOME}."
)


def archive_names(actors: Iterable[int] | None = None, channel: str = "song") -> list[str]:
    """Zenodo's names of the archives of some actors (all of them by default).

    Args:
        channel: "song", "speech" or "both".

    Raises:
        DataError: for an actor or a channel that does not exist, or if nothing is left
            to fetch (songs of actor 18).
    """
    channels = {"song": ["Song"], "speech": ["Speech"], "both": ["Song", "Speech"]}.get(channel)
    if channels is None:
        raise DataError(f"channel '{channel}' is not known; it is one of song, speech, both.")
    wanted = list(ACTORS) if actors is None else [f"{actor:02d}" for actor in sorted(set(actors))]
    if unknown := [actor for actor in wanted if actor not in ACTORS]:
        raise DataError(f"RAVDESS has actors 1 to {len(ACTORS)}; there is no actor {', '.join(unknown)}.")
    names = [
        f"Video_{kind}_Actor_{actor}.zip"
        for kind in channels
        for actor in wanted
        if (kind, actor) != ("Song", ACTOR_WITHOUT_SONGS)
    ]
    if not names:
        raise DataError(f"Nothing to download: actor {ACTOR_WITHOUT_SONGS} recorded no songs.")
    return names


def download_ravdess(
    root: Path, actors: Iterable[int] | None = None, channel: str = "song", record: str = RECORD
) -> list[str]:
    """Download, check and unpack what is not yet in ``root``; returns the names of the archives it fetched.

    Raises:
        DataError: as :func:`archive_names` and :mod:`labkit.datasets.download`, or if the
            disk is too small for what is asked.
    """
    missing = [name for name in archive_names(actors, channel) if not (root / Path(name).stem).is_dir()]
    if not missing:
        return []
    root.mkdir(parents=True, exist_ok=True)
    published = download.zenodo_files(record)
    if absent := [name for name in missing if name not in published]:
        raise DataError(f"The record {record} has no {absent[0]}; has RAVDESS moved? See {ravdess.HOME}.")
    files = [published[name] for name in missing]
    # Everything unpacked (video does not shrink in a zip), and one archive at a time beside it.
    download.require_space(root, sum(file.size for file in files) + max(file.size for file in files))
    for file in files:
        archive = download.fetch(file, root)
        download.unpack(archive, root / archive.stem)
        archive.unlink()
    return missing
