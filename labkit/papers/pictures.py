"""The pictures of the README and of the data cards, drawn by the same code as the notebooks'.

``python -m labkit.papers.pictures`` writes them.
"""

import tempfile
from pathlib import Path

import cv2
import numpy as np

from labkit.datasets import ravdess
from labkit.papers.frame_difference import RECIPES, one_clip_each
from labkit.papers.frame_difference.figures import camera_and_difference
from labkit.papers.frame_difference.lessons import example_pairs
from labkit.papers.overview import five_papers_figure
from labkit.paths import checkout
from labkit.preprocessing.stills import face_steps
from labkit.synthetic import RavdessWorld, make_world
from labkit.synthetic.rendering import ClipRenderer
from labkit.synthetic.worlds import IsedWorld


def write_pictures(folder: Path) -> list[Path]:
    """Write ``five_papers.png``, ``frame_differences.png`` and ``face_steps.jpg`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in ("five_papers.png", "frame_differences.png", "face_steps.jpg")]
    five_papers_figure().savefig(files[0], dpi=90)
    with tempfile.TemporaryDirectory() as scratch:
        world = make_world(RavdessWorld(people=6, takes=1), root=Path(scratch))
        examples = one_clip_each(ravdess.load(world, channel="song"))
        camera_and_difference(example_pairs(examples, RECIPES["paper"])).savefig(files[1], dpi=75)
    bgr = cv2.cvtColor(_face_steps_of_a_peak(), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(files[2]), bgr, [cv2.IMWRITE_JPEG_QUALITY, 88])
    return files


def _face_steps_of_a_peak() -> np.ndarray:
    """Frame, crop and upright crop of a drawn participant with his head askew, side by side: RGB uint8."""
    planned = next(clip for clip in IsedWorld().plan() if clip.file == "videos/PS 5/3.avi")
    peak = ClipRenderer(planned.clip).frame(planned.clip.apex)
    steps = face_steps(peak, size=peak.shape[0])
    return np.hstack([steps.marked, steps.crop, steps.aligned])


if __name__ == "__main__":
    for file in write_pictures((checkout() or Path.cwd()) / "docs" / "pictures"):
        print(file)
