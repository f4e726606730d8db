"""He et al. 2019: the absolute difference of two straightened faces, read by a CNN (RAVDESS songs).

- ``tables``: what the paper reports
- ``recipe``: the settings of each profile
- ``system``: the steps, from the clips to the report card
- ``lessons``, ``figures``: what notebook 02 measures and draws besides
"""

from labkit.papers.frame_difference.recipe import CLASSES, RECIPES, FrameDifferenceRecipe
from labkit.papers.frame_difference.system import (
    PreparedFaces,
    Verdict,
    batches,
    checkpoints,
    class_numbers,
    clip_faces,
    find_clips,
    judge,
    one_clip_each,
    prepare_faces,
    result_rows,
    train,
)

__all__ = [
    "CLASSES",
    "RECIPES",
    "FrameDifferenceRecipe",
    "PreparedFaces",
    "Verdict",
    "batches",
    "checkpoints",
    "class_numbers",
    "clip_faces",
    "find_clips",
    "judge",
    "one_clip_each",
    "prepare_faces",
    "result_rows",
    "train",
]
