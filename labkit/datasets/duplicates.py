"""Images that are nearly the same and lie in different splits, found by a perceptual hash.

A network that has seen one of them in training has all but seen the other. The hash (phash: the signs of
an image's lowest 64 cosine waves, about their median) hardly changes with size, brightness or coding, so
that the same picture is recognised under another name. Two hashes differ in an even number of bits.

The distance that counts as near was measured on stills of 20 synthetic people: of 64 bits, copies that were
halved, darkened and coded again differ by at most 4; so do 43 % of neighbours (5 frames apart), 0.6 % of
pairs from two clips of one person, and 2 in 100,000 pairs of different people. At 6 bits it would be 64 %,
2.4 % and 24, and among a thousand training images a stranger's would too often be called a near duplicate.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from labkit.datasets.class_folders import open_image
from labkit.datasets.splits import SPLITS
from labkit.progress import bar

DISTANCE = 4  # bits of 64
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
    hashes, split, path = perceptual_hashes(table), table["split"].to_numpy(), table["path"].to_numpy()
    found = []
    for one, other in combinations(SPLITS, 2):
        rows, columns = np.flatnonzero(split == one), np.flatnonzero(split == other)
        for block in np.split(rows, range(_BLOCK, len(rows), _BLOCK)):
            apart = np.bitwise_count(hashes[block][:, None] ^ hashes[columns][None, :])
            first, second = np.nonzero(apart <= distance)
            pairs = {"first": path[block[first]], "first_split": one, "second": path[columns[second]]}
            found.append(pd.DataFrame(pairs | {"second_split": other, "distance": apart[first, second]}))
    return pd.concat(found).sort_values("distance", kind="stable", ignore_index=True)


def duplicates_line(table: pd.DataFrame, pairs: pd.DataFrame, distance: int = DISTANCE) -> str:
    """What :func:`near_duplicates` found, in one sentence."""
    near = f"(perceptual hashes at most {distance} of 64 bits apart)"
    if pairs.empty:
        return f"No image has a near duplicate in another split {near}."
    test = int((table["split"] == "test").sum())
    leaking = (pairs["first_split"] == "train") & (pairs["second_split"] == "test")
    return (
        f"{pairs.loc[leaking, 'second'].nunique()} of {test} test images have a near duplicate in training; "
        f"{len(pairs)} pairs in all lie in different splits {near}."
    )
