"""Table IX's last line: local Gabor binary patterns, PCA and LDA, on the same split as the networks."""

from typing import TYPE_CHECKING

import numpy as np

from labkit.papers.optimizers_batch_size.tables import TABLE_9
from labkit.training.image_sets import ImageSets

if TYPE_CHECKING:
    from labkit.evaluation.report_card import ReportCard

NAME = "LGBP features, PCA + LDA"
SIZE = 64  # pixels


def benchmark(sets: ImageSets) -> np.ndarray:
    """Fit on the training images, answer on the test images: probabilities, float (n, classes).

    Validation is not used: nothing is chosen. Larger faces are shrunk to the size that filters and regions
    are made for.
    """
    from labkit.preprocessing.lgbp import lgbp_classifier, lgbp_features

    sets = sets.resized(min(SIZE, sets.size))
    classifier = lgbp_classifier()
    classifier.fit(lgbp_features(sets.images["train"]), sets.labels["train"])
    return classifier.predict_proba(lgbp_features(sets.images["test"]))


def benchmark_row(card: "ReportCard") -> dict:
    """The benchmark in the form of :mod:`labkit.results`; the paper's figure stands beside its own split."""
    return card.result(NAME, TABLE_9[NAME] / 100 if card.policy == "random" else None)
