"""The README's pictures, drawn by the same code as the notebooks': ``python -m labkit.papers.pictures``."""

import tempfile
from pathlib import Path

from labkit.datasets import ravdess
from labkit.papers.frame_difference import RECIPES, one_clip_each
from labkit.papers.frame_difference.figures import camera_and_difference
from labkit.papers.frame_difference.lessons import example_pairs
from labkit.papers.overview import five_papers_figure
from labkit.paths import checkout
from labkit.synthetic import RavdessWorld, make_world


def write_pictures(folder: Path) -> list[Path]:
    """Write ``five_papers.png`` and ``frame_differences.png`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "five_papers.png", folder / "frame_differences.png"]
    five_papers_figure().savefig(files[0], dpi=90)
    with tempfile.TemporaryDirectory() as scratch:
        world = make_world(RavdessWorld(people=6, takes=1), root=Path(scratch))
        examples = one_clip_each(ravdess.load(world, channel="song"))
        camera_and_difference(example_pairs(examples, RECIPES["paper"])).savefig(files[1], dpi=75)
    return files


if __name__ == "__main__":
    for file in write_pictures((checkout() or Path.cwd()) / "docs" / "pictures"):
        print(file)
