"""Fetching a data set's archives: checked, resumable, unpacked safely, whole or not at all.

pooch checks the sum and moves a finished file into place, but its own downloader
starts again from nothing; :class:`ResumingDownloader` goes on where a broken
connection left off. Sizes and checksums are asked of Zenodo's record at run time,
over TLS, instead of being copied here by hand: the record is what its publishers
vouch for, and a new version of it does not make this code wrong.
"""

import logging
import shutil
import stat
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pooch
import requests

from labkit.errors import DataError
from labkit.progress import bar

logging.getLogger("pooch").setLevel(logging.WARNING)  # the progress bar says it better

ATTEMPTS = 5
_CHUNK = 1 << 16  # bytes; what a broken connection can lose at most
_TIMEOUT = (10, 60)  # seconds to connect, and between two chunks
_BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


@dataclass(frozen=True)
class RemoteFile:
    """A file as its publisher lists it."""

    name: str
    url: str
    size: int  # bytes
    checksum: str  # "md5:…", as pooch takes it


def zenodo_files(record: str) -> dict[str, RemoteFile]:
    """The files of a Zenodo record, by name; ``record`` is its address in Zenodo's API.

    Raises:
        DataError: if Zenodo does not answer, or not with a record.
    """
    try:
        answer = requests.get(record, timeout=_TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise DataError(
            f"{record} cannot be read ({_reason(error)}); check the connection and try again."
        ) from error
    try:
        return {
            entry["key"]: RemoteFile(entry["key"], entry["links"]["self"], entry["size"], entry["checksum"])
            for entry in answer.json()["files"]
        }
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{record} did not answer with a Zenodo record; try again later.") from error


def fetch(file: RemoteFile, folder: Path) -> Path:
    """Download a file into ``folder``, or find it there whole; returns its path.

    Raises:
        DataError: if the connection breaks for good (what came is kept, and the next
            call goes on from there), or the checksum is not the published one.
    """
    try:
        path = pooch.retrieve(
            file.url, file.checksum, fname=file.name, path=folder, downloader=ResumingDownloader(file)
        )
    except ValueError as error:  # pooch's word for a wrong checksum; it has removed the file
        raise DataError(f"{file.name} arrived damaged (its checksum is wrong); download it again.") from error
    except OSError as error:
        raise DataError(f"{file.name} cannot be stored in {folder}: {error.strerror or error}.") from error
    return Path(path)


class ResumingDownloader:
    """A pooch downloader that keeps an unfinished file as ``<name>.part`` and goes on from its end."""

    def __init__(self, file: RemoteFile, pause: float = 1.0):
        self.file = file
        self.pause = pause  # seconds before the second attempt; doubled for each further one

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        part = Path(output_file).parent / f"{self.file.name}.part"
        for attempt in range(ATTEMPTS):
            try:
                self._continue(url, part)
                break
            except _BROKEN as error:
                if attempt == ATTEMPTS - 1:
                    raise DataError(self._broken_off(part)) from error
                time.sleep(self.pause * 2**attempt)
            except requests.RequestException as error:
                raise DataError(f"{url} cannot be downloaded ({_reason(error)}).") from error
        shutil.move(part, output_file)

    def _continue(self, url: str, part: Path) -> None:
        """Fetch what ``part`` lacks, in one connection."""
        have = part.stat().st_size if part.exists() else 0
        if have == self.file.size:
            return
        if have > self.file.size:  # of another version of the file
            part.unlink()
            have = 0
        wanted = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=wanted, stream=True, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            resumed = answer.status_code == requests.codes.partial_content
            with (
                part.open("ab" if resumed else "wb") as out,
                bar(desc=self.file.name, total=self.file.size, unit="B") as progress,
            ):
                progress.update(have if resumed else 0)
                for chunk in answer.iter_content(_CHUNK):
                    out.write(chunk)
                    progress.update(len(chunk))
        if part.stat().st_size < self.file.size:
            raise requests.ConnectionError("the server closed the connection early")

    def _broken_off(self, part: Path) -> str:
        have = part.stat().st_size if part.exists() else 0
        return (
            f"The download of {self.file.name} broke off after {have:,} of {self.file.size:,} bytes; "
            "run the same command again to go on from there."
        )


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a zip file into the new folder ``folder``, which appears whole or not at all.

    Raises:
        DataError: if the archive is damaged, or has an entry that would land outside
            ``folder`` or is a link; or if the disk is full.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as temporary:
        inside = Path(temporary) / folder.name
        inside.mkdir()
        try:
            with zipfile.ZipFile(archive) as opened:
                entries = opened.infolist()
                _refuse_unsafe(archive, entries)
                _refuse_too_large(archive, entries, folder.parent)
                for entry in bar(entries, desc=f"unpacking {archive.name}", unit="file"):
                    opened.extract(entry, inside)
        except zipfile.BadZipFile as error:
            raise DataError(f"{archive} is damaged ({error}); delete it and download it again.") from error
        except OSError as error:
            raise DataError(
                f"{archive} cannot be unpacked into {folder}: {error.strerror or error}."
            ) from error
        inside.replace(folder)
    return folder


def require_space(folder: Path, needed: int) -> None:
    """Raise DataError if the disk of ``folder`` has less than ``needed`` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DataError(
            f"{needed / 1e9:.1f} GB are needed in {folder}, and {free / 1e9:.1f} GB are free; "
            "ask for fewer archives, or name a larger disk with $LABKIT_DATA."
        )


def _refuse_unsafe(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        outside = path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise DataError(
                f"{archive} was not unpacked: its entry '{entry.filename}' would reach outside the folder."
            )


def _refuse_too_large(archive: Path, entries: list[zipfile.ZipInfo], folder: Path) -> None:
    require_space(folder, sum(entry.file_size for entry in entries))


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    return "no connection" if isinstance(error, requests.ConnectionError) else type(error).__name__
