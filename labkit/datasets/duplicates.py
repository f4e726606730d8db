"""Images that are nearly the same and lie in different splits, found by a perceptual hash.

A network that has seen one of them in training has all but seen the other. The hash (phash: the signs of
an image's lowest 64 cosine waves, about their median) hardly changes with size, brightness or coding, so
that the same picture is recognised under another name.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from labkit.datasets.class_folders import open_image
from labkit.datasets.splits import SPLITS
from labkit.progress import bar

DISTANCE = 6  # bits of 64
_BLOCK = 2048  # images compared with all others at a time: a few megabytes


def perceptual_hashes(table: pd.DataFrame) -> np.ndarray:
    """The 64 bits of each image (column ``path``), as uint64 (n,).

    Raises:
        DataError: if an image cannot be opened; it is named.
    """
    from imagehash import phash  # takes a second to import

    paths = bar(table["path"], desc="Hashing images", unit="image", delay=2)
    bits = [phash(open_image(path)).hash.ravel() for path in paths]
    return np.packbits(np.array(bits, bool).reshape(-1, 64), axis=1).view(np.uint64).ravel()


def near_duplicates(table: pd.DataFrame, distance: int = DISTANCE) -> pd.DataFrame:
    """The pairs of images in different splits whose hashes differ by at most ``distance`` bits.

    Args:
        table: columns ``path`` and ``split``.

    Returns:
        One row a pair, the nearest first: ``first``, ``first_split``, ``second``, ``second_split``
        (training before validation before test) and ``distance`` (0 to 64).

    Raises:
        DataError: if an image cannot be opened; it is named.
    """
    hashes, split = perceptual_hashes(table), table["split"].to_numpy()
    path = table["path"].to_numpy()
    pairs = []
    for one, other in combinations(SPLITS, 2):
        rows, columns = np.flatnonzero(split == one), np.flatnonzero(split == other)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            apart = np.bitwise_count(hashes[block][:, None] ^ hashes[columns][None, :])
            near = np.nonzero(apart <= distance)
            first, second = path[block[near[0]]], path[columns[near[1]]]
            pairs.append(
                pd.DataFrame(
                    {
                        "first": first,
                        "first_split": one,
                        "second": second,
                        "second_split": other,
                        "distance": apart[near].astype(int),
                    }
                )
            )
    return pd.concat(pairs).sort_values("distance", kind="stable", ignore_index=True)


def duplicates_line(table: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """How many test images of ``table`` have a near duplicate in training, in one sentence."""
    test = int((table["split"] == "test").sum())
    if pairs.empty:
        return "No image has a near duplicate in another split."
    leaking = (pairs["first_split"] == "train") & (pairs["second_split"] == "test")
    return (
        f"{len(pairs)} pairs of nearly equal images lie in different splits; "
        f"{pairs.loc[leaking, 'second'].nunique()} of {test} test images have one in training."
    )
