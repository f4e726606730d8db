"""What the paper on valence and arousal reports, table by table, as printed.

Rangulov and Fahim, "Emotion Recognition on large video dataset based on Convolutional
Feature Extractor and Recurrent Neural Network". Its figures come from Aff-Wild2, CK+ and
JAFFE; none may stand beside a figure measured on the synthetic people without saying so.
The confusion matrices (Figures 6 and 7) and the histograms (Figure 3) are pictures, and
are not typed in here. :mod:`labkit.papers.valence_arousal.forensics` checks what is.
"""

from dataclasses import dataclass

# Section IV.A: tracks (the challenge calls them subjects) of Aff-Wild2 for valence and arousal.
TRAINING_SUBJECTS = 351
VALIDATION_SUBJECTS = 71

# Figure 3, (d) and (c): frames of the whole set and of subset 3; section VI.B: windows to learn from.
WHOLE_FRAMES = 1_620_421
SUBSET_3_FRAMES = 1_030_963
SEQUENCES = 1_496_928

# Section II and the conclusion: by how much balancing made the training set smaller.
FEWER_FRAMES = 0.36

# The abstract: "over sixty hours of video data".
HOURS = 60

# Section IV.B: pixels a side of the network's input and of Aff-Wild2's faces; people of CK+, and the peak
# frames taken from each of its sequences beside the first, which stands for neutral.
INPUT_SIZE = 96
AFFWILD2_SIZE = 112
CKPLUS_PEOPLE = 118
PEAK_FRAMES = 3

# Section IV.A: JAFFE's images, as the text has them.
JAFFE_IMAGES = 219

# Section IV.B: bins along each axis, and vectors in one window.
BINS = 40
WINDOW = 100

# Section IV.C: the convolutions (a kernel is 5 × 5), the dense layer, and its dropout.
FILTERS = (64, 128, 256)
KERNEL = 5
QUADRANTS = 2  # per axis, after quadrant pooling
FEATURES = 300
DROPOUT = 0.5
EMOTIONS = 8  # outputs of the softmax; of the regression: two

# Section IV.D: units of the recurrent layers. The name is the network's in this project.
RNN_UNITS = {"simple": (100,), "gru-1": (100,), "gru-3": (100, 100, 50)}

# The paper says that parameters are few and prints no number: these follow from sections IV.C and IV.D,
# with two outputs (see "forensics").
PARAMETERS = {"cnn": 1_333_706, "simple": 40_302, "gru-1": 120_802, "gru-3": 204_102}

# Section V.
EPOCHS = 100
BATCH_CNN = 64
BATCH_RNN = 128
MOMENTUM = 0.9
LEARNING_RATE = 0.01
WEIGHT_DECAY = 1e-5
AUGMENTATION = ("scaling", "shifting", "shearing", "rotation", "horizontal flips", "brightness")

# Table I: share of right answers of the CNN with eight emotions, learnt on CK+.
TABLE_1 = {"ckplus": 0.95, "jaffe": 0.50}

# Table II: images an emotion. The training folder is CK+'s; JAFFE has no contempt, printed as a dash.
TABLE_2: dict[str, dict[str, int]] = {
    "ckplus training": {
        "neutral": 295,
        "angry": 129,
        "contempt": 51,
        "disgust": 153,
        "fearful": 60,
        "happy": 186,
        "sad": 84,
        "surprised": 219,
    },
    "jaffe": {
        "neutral": 30,
        "angry": 30,
        "disgust": 29,
        "fearful": 32,
        "happy": 31,
        "sad": 31,
        "surprised": 30,
    },
}


@dataclass(frozen=True)
class Scores:
    """A row of Table III: RMSE and CCC on Aff-Wild2's validation set.

    Attributes:
        method: as in the table.
        ccc: of valence and arousal.
        rmse: of valence and arousal; None where the table has dashes.
        best_epoch: the epoch of the weights that were kept; None where the table has a dash.
    """

    method: str
    ccc: tuple[float, float]
    rmse: tuple[float, float] | None = None
    best_epoch: int | None = None

    @property
    def mean_ccc(self) -> float:
        """Of valence and arousal: what the paper's loss is one minus of."""
        return sum(self.ccc) / 2


TABLE_3: dict[str, Scores] = {
    "baseline": Scores("Baseline", (0.14, 0.24)),
    "cnn-whole": Scores("CNN over whole Aff-Wild2", (0.20, 0.23), (0.47, 0.30), 2),
    "cnn": Scores("CNN over subset 3", (0.22, 0.22), (0.43, 0.30), 1),
    "simple": Scores("CNN + Simple RNN, 1 layer", (0.21, 0.22), (0.49, 0.37), 4),
    "gru-1": Scores("CNN + GRU, 1 layer", (0.20, 0.35), (0.51, 0.32), 8),
    "gru-3": Scores("CNN + GRU, 3 layer", (0.23, 0.39), (0.45, 0.29), 17),
}


@dataclass(frozen=True)
class Subset:
    """One of the three ways to thin Aff-Wild2 (section IV.B): k_max is what a bin is measured by.

    Attributes:
        number: of the subset.
        k_max: "maximum" (frames of the fullest bin), "mean" (of all bins) or "both" (half-way between).
        frames: of the subset; None where the paper prints them in a picture alone.
    """

    number: int
    k_max: str
    frames: int | None = None


SUBSETS = (Subset(1, "maximum"), Subset(2, "mean"), Subset(3, "both", SUBSET_3_FRAMES))


@dataclass(frozen=True)
class Toggle:
    """Something the paper says one way and its public code does another way.

    Attributes:
        name: of the setting.
        text: what the paper says.
        code: what its code does.
        changes: what the difference does, or may do.
    """

    name: str
    text: str
    code: str
    changes: str


TOGGLES: tuple[Toggle, ...] = (
    Toggle(
        "keep rule",
        "a frame is kept with probability k/k_max",
        "a frame is kept with probability 1 − k/k_max",
        "the text's rule makes full bins fuller still; the code's thins them",
    ),
    Toggle(
        "decay",
        "weight decay 1e-5 and a constant learning rate",
        "the optimizer's decay=1e-5: the learning rate falls with every update, no weight shrinks",
        "late epochs learn more slowly; nothing holds the weights small",
    ),
    Toggle(
        "augmentation",
        "scaled, shifted, sheared, rotated, flipped and brightened, as diverse as possible",
        "a fixed seed: every image gets the same transform",
        "the network sees one altered copy of the set in place of many",
    ),
    Toggle(
        "CCC at evaluation",
        "the CCC of a set, equation 2",
        "the mean of the CCCs of shuffled batches",
        "means and spreads are a batch's own, so the figure is not the set's",
    ),
    Toggle(
        "CK+ accuracy",
        "measured on a test folder of CK+",
        "measured on the images that chose the checkpoint",
        "the best of many epochs is reported: part of it may be luck",
    ),
)
