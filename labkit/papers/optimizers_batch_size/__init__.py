"""Gunawan et al.: LeNet and AlexNet, three optimizers, two batch sizes (ISED).

- ``tables``: what the paper reports; ``forensics``: where its tables contradict each other
- ``recipe``: the settings of each profile
- ``system``: the steps from the videos to the images of a split
- ``study``: the cells of Tables IV to VIII; ``benchmark``: Table IX's hand-made features
- ``transfer_study``: starting from what another data set has taught
- ``figures``: what notebook 01 draws
"""

from labkit.papers.optimizers_batch_size.benchmark import benchmark, benchmark_row
from labkit.papers.optimizers_batch_size.recipe import CLASSES, RECIPES, OptimizersRecipe
from labkit.papers.optimizers_batch_size.system import (
    faces_folder,
    find_videos,
    image_sets,
    report_card,
)

__all__ = [
    "CLASSES",
    "RECIPES",
    "OptimizersRecipe",
    "benchmark",
    "benchmark_row",
    "faces_folder",
    "find_videos",
    "image_sets",
    "report_card",
]
