"""The ledger of runs: one JSON line a run, appended under a lock, never rewritten.

Two notebooks may train at once, so a file lock orders their lines, and each line
reaches the disk before the lock is given back. A line that a killed machine left
half-written is passed over when reading.
"""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

import labkit
from labkit import paths
from labkit.errors import DataError

_PACKAGES = ("keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy")


def default_path() -> Path:
    """``ledger.jsonl`` in the results folder."""
    return paths.results_dir() / "ledger.jsonl"


def append(record: dict[str, Any], path: Path | None = None) -> None:
    """Add one line; ``time`` (UTC) is filled in. The file and its folder are made when absent.

    Raises:
        DataError: if the file cannot be written.
    """
    path = path or default_path()
    stamped = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **record}
    line = json.dumps(stamped, ensure_ascii=False, default=str) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            _write_line(path, line)
    except OSError as error:
        raise DataError(f"The ledger {path} cannot be written: {error.strerror or error}.") from error


def _write_line(path: Path, line: str) -> None:
    with path.open("ab+") as file:
        # After a half-written line, begin on a new one, so that only the broken one is lost.
        if file.tell() > 0:
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def read(path: Path | None = None) -> pd.DataFrame:
    """One row a run, oldest first; an empty table where there is no ledger yet.

    Raises:
        DataError: if there is one that cannot be read.
    """
    path = path or default_path()
    try:
        if not path.is_file():
            return pd.DataFrame()
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DataError(f"The ledger {path} cannot be read: {error.strerror or error}.") from error
    return pd.DataFrame(_parsed(lines))


def versions() -> dict[str, str]:
    """Python, labkit and the packages that decide what a training computes."""
    found = {"python": platform.python_version(), "labkit": labkit.__version__}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _parsed(lines: list[str]) -> list[dict[str, Any]]:
    records = []
    for line in lines:
        try:
            records.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return [record for record in records if isinstance(record, dict)]
