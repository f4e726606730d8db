"""Images read in grey, whatever their files hold: grey, colours, or a palette of greys.

A palette file keeps places in a table instead of greys; they look like greys and are none, so every file goes
through its palette first. The sets this is for mix sizes and modes (JAFFE, CK+).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from labkit.datasets.class_folders import open_image
from labkit.progress import bar


def read_grey(paths: Sequence[Path | str]) -> list[np.ndarray]:
    """The images in grey, each at its own size: uint8 (H, W) each; a bar shows after two seconds.

    Raises:
        DataError: if one cannot be opened, or not to its end; it is named.
    """
    coming = bar(paths, desc="Reading images", unit="image", delay=2)
    return [np.asarray(open_image(path).convert("L")) for path in coming]
