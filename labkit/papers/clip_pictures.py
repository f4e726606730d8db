"""Clips as pictures in a notebook: strips of frames, and a film that every browser plays."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from labkit.evaluation.figures import image_grid, picture
from labkit.video import probe, read_frames

if TYPE_CHECKING:
    from IPython.display import HTML


def clip_strips(clips: pd.DataFrame, moments: int = 6) -> Figure:
    """``moments`` frames of each clip, evenly spread; one row a clip, labelled by its emotion."""
    rows = []
    for path in clips["path"]:
        last = probe(path).frames - 1
        wanted = set(np.linspace(0, last, moments).astype(int).tolist())
        rows.append([_middle(frame.image) for frame in read_frames(path) if frame.index in wanted])
    return image_grid(rows, row_labels=list(clips["emotion"]))


def _middle(image: np.ndarray, aspect: float = 1.2) -> np.ndarray:
    """The middle of a wide frame, where the person is."""
    height, width = image.shape[:2]
    left = max(0, round((width - aspect * height) / 2))
    return image[:, left : width - left]


def play(path: Path, height: int = 270) -> "HTML":
    """A clip as a moving picture for a notebook, at half its frame rate; browsers do not play every mp4."""
    from PIL import Image

    frames = [Image.fromarray(_middle(frame.image)) for frame in read_frames(path, step=2)]
    for frame in frames:
        frame.thumbnail((10 * height, height))
    film = io.BytesIO()
    frames[0].save(film, "gif", save_all=True, append_images=frames[1:], duration=67, loop=0)
    return picture(film.getvalue(), "gif", f"The clip {Path(path).stem}, playing.")
