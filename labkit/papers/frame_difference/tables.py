"""What the frame-difference paper reports, table by table, as printed.

He, Tian, Basu, Soraghan, Di Caterina and Petropoulakis, "Human Emotion
Recognition in Video Using Subtraction Pre-Processing" (2019). Tables 1 and 4 were
obtained on RAVDESS songs, the other rows of Table 3 on data of their authors; none
may stand beside a figure measured on the synthetic people without saying so.
"""

from dataclasses import dataclass

# Section 4: "the subtract gap is set as 5 and stride is set as 4".
GAP = 5
STRIDE = 4

# Section 4: training, validation and test images, drawn from one pool.
SPLIT = (0.8, 0.1, 0.1)

# Table 1: difference images an emotion.
TABLE_1: dict[str, int] = {
    "angry": 5786,
    "calm": 6644,
    "fearful": 5710,
    "happy": 6021,
    "neutral": 3024,
    "sad": 6483,
}


@dataclass(frozen=True)
class TrainingRow:
    """A row of Table 2.

    Attributes:
        learning_rate: at the start.
        epochs: the most that are run.
        decay_factor: what the learning rate is multiplied by ...
        decay_every: ... each time this many epochs have passed.
        batch_size: images a step.
    """

    learning_rate: float
    epochs: int
    decay_factor: float
    decay_every: int
    batch_size: int


# Table 2: how each network was trained.
TABLE_2: dict[str, TrainingRow] = {
    "alexnet": TrainingRow(1e-3, 15, 0.7, 2, 128),
    "googlenet": TrainingRow(1e-4, 10, 0.2, 2, 8),
    "resnet-4": TrainingRow(5e-4, 6, 0.2, 1, 32),
}

# Table 3: who reads emotion how well, in percent; the paper compares across data sets and classifiers.
TABLE_3: tuple[dict[str, str | float], ...] = (
    {"authors": "Zhang et al.", "input": "audio and video", "reader": "shared models", "accuracy": 83.15},
    {"authors": "Gao et al.", "input": "audio", "reader": "global features, SVM", "accuracy": 79.40},
    {"authors": "Russo et al.", "input": "audio and video", "reader": "247 raters", "accuracy": 80.0},
    {"authors": "Russo et al.", "input": "video", "reader": "247 raters", "accuracy": 75.0},
    {"authors": "Russo et al.", "input": "audio", "reader": "247 raters", "accuracy": 60.0},
    {"authors": "this paper", "input": "video", "reader": "AlexNet on differences", "accuracy": 79.74},
)

# Table 4: test accuracy in percent, images drawn at random (no split by person is reported).
TABLE_4: dict[str, float] = {"alexnet": 79.74, "googlenet": 62.89, "resnet-4": 75.89}

# The residual depths tried in section 4; ResNet-4 was kept.
DEPTHS_TRIED = (4, 8, 10, 51, 101)
