"""The layout of a cached clip: an HDF5 file with the track table and one PNG a face."""

import json
from dataclasses import astuple
from pathlib import Path

import cv2
import h5py
import numpy as np
import pandas as pd

from labkit.errors import CacheError
from labkit.faces.tracking import TrackRow

_TRACK = np.dtype(
    [("index", "i8")] + [(name, "f8") for name in ("time", "x", "y", "w", "h", "roll")] + [("state", "S12")]
)
_BATCH = 64  # faces held in memory before they are written


class FaceWriter:
    """Appends faces to a new file in batches; on a clean exit marks the file whole."""

    def __init__(self, path: Path, size: int, fps: float, *, source: str, parameters: dict) -> None:
        self._file = h5py.File(path, "w")
        self._file.attrs.update(fps=fps, size=size, source=source, parameters=json.dumps(parameters))
        self._track = self._file.create_dataset("track", (0,), _TRACK, maxshape=(None,), chunks=(256,))
        self._faces = self._file.create_dataset(
            "faces", (0,), h5py.vlen_dtype(np.uint8), maxshape=(None,), chunks=(256,)
        )
        self._waiting: list[tuple[tuple, np.ndarray]] = []

    def add(self, row: TrackRow, face: np.ndarray) -> None:
        png = cv2.imencode(".png", cv2.cvtColor(face, cv2.COLOR_RGB2BGR))[1].ravel()
        self._waiting.append((astuple(row), png))
        if len(self._waiting) == _BATCH:
            self._write_waiting()

    def __enter__(self) -> "FaceWriter":
        return self

    def __exit__(self, kind: type | None, *exception: object) -> None:
        try:
            if kind is None:
                self._write_waiting()
                self._file.attrs["whole"] = True
                self._file.flush()
        finally:
            self._file.close()

    def _write_waiting(self) -> None:
        start, stop = len(self._track), len(self._track) + len(self._waiting)
        self._track.resize((stop,))
        self._faces.resize((stop,))
        self._track[start:] = np.array([row for row, _ in self._waiting], _TRACK)
        for place, (_, png) in enumerate(self._waiting, start):
            self._faces[place] = png
        self._waiting.clear()


class StoredFaces:
    """Faces on disk that are indexed like a uint8 array (T, size, size, 3); reads only what is asked."""

    dtype = np.dtype(np.uint8)

    def __init__(self, file: h5py.File) -> None:
        self._pngs, size = file["faces"], int(file.attrs["size"])
        self._name = file.filename
        self.shape = (len(self._pngs), size, size, 3)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: int | slice | np.ndarray) -> np.ndarray:
        picked = np.arange(len(self))[key]
        if picked.ndim == 0:
            return self._read(int(picked))
        return (
            np.stack([self._read(int(i)) for i in picked])
            if len(picked)
            else np.empty((0, *self.shape[1:]), "u1")
        )

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    def _read(self, index: int) -> np.ndarray:
        try:
            face = cv2.imdecode(self._pngs[index], cv2.IMREAD_COLOR)
        except (OSError, cv2.error):
            face = None
        if face is None or face.shape != self.shape[1:]:
            raise CacheError(
                f"Face {index} in {self._name} is damaged; delete the file, it will be made again."
            )
        return cv2.cvtColor(face, cv2.COLOR_BGR2RGB)


def read_track(file: h5py.File) -> pd.DataFrame:
    """The track table: index, time, x, y, w, h, roll, state."""
    table = pd.DataFrame({name: file["track"][name] for name in _TRACK.names})
    table["state"] = table["state"].str.decode("ascii")
    return table
