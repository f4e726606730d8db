"""Small random changes that leave an emotion what it is: mirror, shift, brightness.

Each image of a batch gets its own change (a fixed change for all would only move
the data set), in vectorised NumPy.
"""

import numpy as np

SHIFT = 0.04  # of the image's side, at most
BRIGHTNESS = 0.2  # relative, at most


def augment(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Randomly mirrored, shifted and brightened copies.

    Args:
        images: (n, H, W, C) float32 grey levels, 0 to 255.
        random: where the changes come from.

    Returns:
        (n, H, W, C) float32; what a shift uncovers repeats the border.
    """
    count, height, width, _ = images.shape
    rows = _shifted(height, count, random)
    columns = _shifted(width, count, random)
    mirrored = random.random(count) < 0.5
    columns[mirrored] = columns[mirrored, ::-1]
    moved = images[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    gain = random.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS, size=(count, 1, 1, 1)).astype(np.float32)
    return np.clip(moved * gain, 0, 255)


def _shifted(length: int, count: int, random: np.random.Generator) -> np.ndarray:
    """(count, length) source positions, each row moved by its own few pixels."""
    limit = round(SHIFT * length)
    shifts = random.integers(-limit, limit + 1, size=(count, 1))
    return np.clip(np.arange(length) + shifts, 0, length - 1)
