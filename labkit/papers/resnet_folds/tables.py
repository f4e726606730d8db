"""What the paper on ResNet-50 and five folds states, and what others measured on its data.

Chang, "Machine learning and emotion recognition in video clips". The paper prints no measured
result: only sizes, settings and the thresholds of its verdict (:mod:`~labkit.papers.resnet_folds.verdict`).
What the field reached on DFEW's five folds stands here beside it. None of it may stand beside a
figure measured on the synthetic people without saying so.
"""

from dataclasses import dataclass

from labkit.datasets import dfew
from labkit.datasets.dfew import CLASSES as CLASSES  # the order of section 1, and of DFEW's labels 1 to 7

# Sections 1 and 2: clips, seconds of most of them, and clips eliminated since no face was found or fewer
# than half of the frames were usable.
CLIPS = 16_372
SECONDS = (2, 8)
ELIMINATED = 362
USABLE_SHARE = 0.5

# Section 2.2: frames a clip after interpolation in time; pixels a side and channels of the input.
FRAMES = 16
INPUT_SIZE = 224
CHANNELS = 3

# Section 2.2.3 and 2.3: parts, and the ratio of training to test.
FOLDS = 5
TRAIN_TO_TEST = (4, 1)

# Of the set itself, which the paper does not say: clips with one label (more than half of ten votes for one
# emotion), before those without usable faces were left out; the clips of its five folds, those of disgust
# among them, and the share of the commonest emotion.
ONE_LABEL = 12_059
USED_CLIPS = dfew.SINGLE_LABELLED
DISGUST_CLIPS = dfew.COUNTS["disgust"]
MAJORITY_SHARE = 0.228


@dataclass(frozen=True)
class Stage:
    """A row of convolutions in Table 1.

    Attributes:
        name: as in the table.
        size: pixels a side of its output, as printed.
        kernels: (pixels a side, filters) of each convolution of a block.
        blocks: how often the block is repeated.
    """

    name: str
    size: int
    kernels: tuple[tuple[int, int], ...]
    blocks: int


# Table 1 between its first row, a 7×7 convolution with 64 filters and stride 2 and a 3×3 max pooling with
# stride 2, and its last, average pooling and a dense layer of 1000. FLOPs as printed.
CONV1 = Stage("conv1", 112, ((7, 64),), 1)
TABLE_1 = (
    Stage("conv2_x", 56, ((1, 64), (3, 64), (1, 256)), 3),
    Stage("conv3_x", 28, ((1, 128), (3, 128), (1, 512)), 4),
    Stage("conv4_x", 14, ((1, 256), (3, 256), (1, 1024)), 6),
    Stage("conv5_x", 7, ((1, 512), (3, 512), (1, 2048)), 3),
)
OUTPUTS = 1000
FLOPS = 3.8e9

# Section 2.3: "when the accuracy of large-scaled dataset reaches 80%, the neural network has been well
# trained"; section 3 and the abstract: of each class.
WELL = 0.80
POOR = 0.50


@dataclass(frozen=True)
class FieldResult:
    """What a method reached on DFEW's five folds, in per cent, as published.

    Attributes:
        name: of the method.
        war: share of right answers, the field's "weighted average recall".
        uar: mean recall of the seven emotions; None where it is not known to us.
        recalls: of each emotion in the order of :data:`CLASSES`; None where they are not known to us.
    """

    name: str
    war: float
    uar: float | None = None
    recalls: tuple[float, ...] | None = None


def _row(name: str, *recalls_uar_war: float) -> FieldResult:
    *recalls, uar, war = recalls_uar_war
    return FieldResult(name, war, uar, tuple(recalls))


# Rows with recalls: as Zhao and Liu (Former-DFER, 2021) and the later papers compare methods on DFEW.
# Rows without: other runs on the same folds; "3D ResNet-18" is there and here, with different figures.
FIELD: tuple[FieldResult, ...] = (
    _row("R(2+1)D-18", 79.67, 39.07, 57.66, 50.39, 48.26, 3.45, 21.06, 42.79, 53.22),
    _row("C3D", 75.17, 39.49, 55.11, 62.49, 45.00, 1.38, 20.51, 42.74, 53.54),
    _row("VGG + LSTM", 76.89, 37.65, 58.04, 60.70, 43.70, 0.00, 19.73, 42.39, 53.70),
    _row("I3D-RGB", 78.61, 44.19, 56.69, 55.87, 45.88, 2.07, 20.51, 43.40, 54.27),
    _row("P3D", 74.85, 43.40, 54.18, 60.42, 50.99, 0.69, 23.28, 43.97, 54.47),
    _row("3D ResNet-18 + centre loss", 78.49, 44.30, 54.89, 58.40, 52.35, 0.69, 25.28, 44.91, 55.48),
    FieldResult("3D ResNet-18, another run", 55.70, 45.11),
    _row("EC-STFL", 79.18, 49.05, 57.85, 60.98, 46.15, 2.76, 21.51, 45.35, 56.51),
    FieldResult("mc3", 57.02, 46.50),
    _row("3D ResNet-18", 76.32, 50.21, 64.18, 62.85, 47.52, 0.00, 24.56, 46.52, 58.27),
    FieldResult("I3D, another run", 59.24, 47.61),
    _row("ResNet-18 + LSTM", 83.56, 61.56, 68.27, 65.29, 51.26, 0.00, 29.34, 51.32, 63.85),
    _row("ResNet-18 + GRU", 82.87, 63.83, 65.06, 68.51, 52.00, 0.86, 30.14, 51.68, 64.02),
    _row("Former-DFER", 84.05, 62.57, 67.52, 70.03, 56.43, 3.45, 31.78, 53.69, 65.70),
    _row("EST", 86.87, 66.58, 67.18, 71.84, 47.53, 5.52, 28.49, 53.43, 65.85),
    _row("STT", 87.36, 67.90, 64.97, 71.24, 53.10, 3.49, 34.04, 54.58, 66.65),
    _row("NR-DFERNet", 88.47, 64.84, 70.03, 75.09, 61.60, 0.00, 19.43, 54.21, 68.19),
    _row("GCA + IAL", 87.95, 67.21, 70.10, 76.06, 62.22, 0.00, 26.44, 55.71, 69.24),
    _row("S2D", 93.95, 78.35, 70.25, 78.00, 61.88, 25.52, 50.22, 65.45, 74.81),
    FieldResult("S4D", 76.68),
)


def field(name: str) -> FieldResult:
    """A method of :data:`FIELD` by its name."""
    (found,) = (result for result in FIELD if result.name == name)
    return found


def with_recalls() -> list[FieldResult]:
    """The methods of :data:`FIELD` whose recalls are known."""
    return [result for result in FIELD if result.recalls is not None]
