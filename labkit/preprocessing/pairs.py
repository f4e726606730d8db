"""The pairs of many clips: one table, and their difference images computed when asked for.

Subtraction is free and difference images are many, so none is stored: the table
says which two faces of which clip make an image, and :class:`DifferenceImages`
subtracts them on demand. A network reads it like an array, whether the faces lie
in memory or, for the whole of RAVDESS at full size, in the cache's files.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from labkit.errors import DataError
from labkit.preprocessing.differences import frame_difference, usable_pairs


def pair_table(
    clips: pd.DataFrame, tracks: Mapping[str, pd.DataFrame], gap: int, stride: int
) -> pd.DataFrame:
    """One row a difference image: the clip's own columns, then ``start`` and ``stop`` (frame indices).

    A pair that needs a frame in which the face was lost is left out.

    Args:
        clips: a manifest with a column ``clip``; clips without a track are left out.
        tracks: clip → its track table (column ``state``).
        gap: frames between the two faces of a pair.
        stride: frames between the starts of neighbouring pairs.

    Raises:
        DataError: if no clip gives a single pair.
    """
    rows = []
    for clip in clips.itertuples():
        if clip.clip not in tracks:
            continue
        pairs = usable_pairs(tracks[clip.clip], gap, stride)
        rows.append(pd.DataFrame({"row": clip.Index, "start": pairs[:, 0], "stop": pairs[:, 1]}))
    pairs = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame({"row": [], "start": [], "stop": []})
    if pairs.empty:
        raise DataError(f"No clip is longer than the gap of {gap} frames; choose a smaller gap.")
    return clips.loc[pairs["row"]].reset_index(drop=True).join(pairs[["start", "stop"]])


class DifferenceImages:
    """The difference images of a pair table, indexable like a uint8 array (N, S, S, 3)."""

    dtype = np.dtype(np.uint8)

    def __init__(self, table: pd.DataFrame, faces: Mapping[str, np.ndarray], noise_floor: int = 0):
        """
        Args:
            table: from :func:`pair_table`.
            faces: clip → aligned faces, uint8 (T, S, S, 3): an array, or anything that can be
                indexed by a frame like one.
            noise_floor: differences below it become zero.
        """
        self._clip = table["clip"].to_numpy()
        self._pairs = table[["start", "stop"]].to_numpy()
        self._faces = faces
        self._noise_floor = noise_floor
        self.shape = (len(table), *faces[self._clip[0]].shape[1:])

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, which: int | slice | np.ndarray) -> np.ndarray:
        """The images ``which``: one (S, S, 3) for an integer, else (n, S, S, 3)."""
        if isinstance(which, (int, np.integer)):
            return self[np.array([which])][0]
        rows = np.arange(len(self))[which]
        images = np.empty((len(rows), *self.shape[1:]), np.uint8)
        for position, row in enumerate(rows):
            images[position] = self._image(row)
        return images

    def _image(self, row: int) -> np.ndarray:
        start, stop = self._pairs[row]
        faces = self._faces[self._clip[row]]
        return frame_difference(faces[start], faces[stop], self._noise_floor)
