"""The layout of a cached clip: an SQLite file with one row a frame (its track and its face as a PNG).

SQLite rather than HDF5 because of what a full disk does: SQLite says so and goes on, HDF5 crashes the
whole Python process when it closes the file (tried with h5py 3.14). It is in Python's standard
library, reads any row alone, and sees by itself when a file has been cut short.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from threading import Lock

import cv2
import numpy as np
import pandas as pd

from labkit.errors import CacheError
from labkit.faces.tracking import TrackRow

_TRACK = ("index", "time", "x", "y", "w", "h", "roll", "state")
_BATCH = 64  # faces held in memory before they are written


class FaceWriter:
    """Appends faces to a new file; on a clean exit writes ``about``, without which a file is not whole."""

    def __init__(self, path: Path, **about: object) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._about = about
        self._waiting: list[tuple] = []
        # No journal: a file that is not finished is thrown away, never repaired.
        self._file.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            'CREATE TABLE faces ("index" INTEGER PRIMARY KEY, time, x, y, w, h, roll, state, png BLOB);'
            "CREATE TABLE about (content TEXT);"
        )

    def add(self, row: TrackRow, face: np.ndarray) -> None:
        """Append one frame's row and its RGB uint8 (size, size, 3) face."""
        png = cv2.imencode(".png", cv2.cvtColor(face, cv2.COLOR_RGB2BGR))[1].tobytes()
        self._waiting.append((*astuple(row), png))
        if len(self._waiting) == _BATCH:
            self._write_waiting()

    def __enter__(self) -> "FaceWriter":
        return self

    def __exit__(self, kind: type | None, *exception: object) -> None:
        try:
            if kind is None:
                self._write_waiting()
                self._file.execute("INSERT INTO about VALUES (?)", (json.dumps(self._about),))
        finally:
            self._file.close()

    def _write_waiting(self) -> None:
        self._file.execute("BEGIN")
        self._file.executemany("INSERT INTO faces VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self._file.execute("COMMIT")
        self._waiting.clear()


class FaceFile:
    """A whole file for reading, from any thread; it takes a descriptor only while it is read."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            sqlite3.Error, OSError: if there is no such file, or it is damaged or not finished.
        """
        self.path = path
        with closing(_connect(path)) as file:
            _refuse_unless_whole(path, file)
            self.about: dict = json.loads(_value(file, "SELECT content FROM about"))
            self.track = _read_track(file)

    def png(self, index: int) -> bytes:
        with _OPEN.lock:
            return _value(_OPEN.connection(self), 'SELECT png FROM faces WHERE "index" = ?', index)

    def close(self) -> None:
        """Give the descriptor back; a later read opens the file again."""
        with _OPEN.lock:
            _OPEN.close(self)


class _OpenFiles:
    """The connections used last. A process may open about a thousand files, and RAVDESS has more clips."""

    def __init__(self, most: int) -> None:
        self.lock = Lock()  # held while a connection is used, lest another thread close it
        self._most = most
        self._connections: dict[FaceFile, sqlite3.Connection] = {}  # the one used last is the last

    def connection(self, file: FaceFile) -> sqlite3.Connection:
        used = self._connections.pop(file, None) or _connect(file.path)
        while len(self._connections) >= self._most:
            self.close(next(iter(self._connections)))
        self._connections[file] = used
        return used

    def close(self, file: FaceFile) -> None:
        if connection := self._connections.pop(file, None):
            connection.close()


_OPEN = _OpenFiles(most=64)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)


def _value(file: sqlite3.Connection, query: str, *parameters: int) -> int | str | bytes:
    return file.execute(query, parameters).fetchone()[0]


def _refuse_unless_whole(path: Path, file: sqlite3.Connection) -> None:
    size = _value(file, "PRAGMA page_count") * _value(file, "PRAGMA page_size")
    if path.stat().st_size != size or not _value(file, "SELECT count(*) FROM about"):
        raise sqlite3.DatabaseError(f"{path} is cut short or not finished")


def _read_track(file: sqlite3.Connection) -> pd.DataFrame:
    columns = ", ".join(f'"{name}"' for name in _TRACK)
    table = pd.read_sql_query(f'SELECT {columns} FROM faces ORDER BY "index"', file)
    return table.astype({name: float for name in _TRACK[1:-1]})


class StoredFaces:
    """Faces on disk that are indexed like a uint8 array (T, size, size, 3); reads only what is asked."""

    dtype = np.dtype(np.uint8)

    def __init__(self, file: FaceFile) -> None:
        self._file, size = file, int(file.about["size"])
        self.shape = (len(file.track), size, size, 3)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: int | slice | np.ndarray) -> np.ndarray:
        picked = np.arange(len(self))[key]
        if picked.ndim == 0:
            return self._read(int(picked))
        faces = np.empty((len(picked), *self.shape[1:]), np.uint8)
        for face, index in zip(faces, picked, strict=True):
            face[:] = self._read(int(index))
        return faces

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    def _read(self, place: int) -> np.ndarray:
        index = int(self._file.track["index"].iat[place])
        try:
            face = cv2.imdecode(np.frombuffer(self._file.png(index), np.uint8), cv2.IMREAD_COLOR)
        except (sqlite3.Error, cv2.error, TypeError):
            face = None
        if face is None or face.shape != self.shape[1:]:
            raise CacheError(
                f"Face {index} in {self._file.path} cannot be read; delete the file, it will be made again."
            )
        return cv2.cvtColor(face, cv2.COLOR_BGR2RGB)
