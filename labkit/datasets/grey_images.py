"""Images read in grey, whatever their files hold: grey, colours, or a palette of greys.

A palette file keeps places in a table instead of greys; they look like greys and are none, so every file goes
through its palette first. The sets this is for mix sizes and modes (JAFFE, CK+).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from labkit.datasets.class_folders import open_image
from labkit.progress import bar


def read_grey(paths: Sequence[Path | str]) -> list[np.ndarray]:
    """The images in grey, each at its own size: uint8 (H, W) each; a bar shows after two seconds.

    Raises:
        DataError: if one cannot be opened, or not to its end; it is named.
    """
    coming = bar(paths, desc="Reading images", unit="image", delay=2)
    return [np.asarray(open_image(path).convert("L")) for path in coming]


def kinds(paths: Sequence[Path | str]) -> str:
    """How many images there are of each size and mode, the commonest first; their pixels are not read."""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(map(_kind, paths)).most_common())


_MODES = {"L": "grey", "P": "with a palette", "RGB": "in colour", "RGBA": "in colour"}


def _kind(path: Path | str) -> str:
    try:
        with Image.open(path) as image:
            return f"{image.width}×{image.height} {_MODES.get(image.mode, image.mode)}"
    except OSError:
        return "unreadable"
