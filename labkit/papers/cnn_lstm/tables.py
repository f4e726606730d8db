"""What the paper on CNN features and an LSTM reports, table by table, as printed.

Wu and Pan, "Facial Emotion Recognition In Images and Videos". All of it was obtained
on JAFFE and CK+; none may stand beside a figure measured on the synthetic people
without saying so. Some of it cannot be: :mod:`labkit.papers.cnn_lstm.forensics` says
what. The confusion matrices (Figures 5 and 7) are pictures, and are not typed in here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# The seven emotions in the order of Tables 1 to 4, which is FER2013's; a class number is a place in it.
CLASSES = ("angry", "disgust", "fearful", "happy", "sad", "surprised", "neutral")

# Section 4 and Figure 1. The filters are those of the three rounds of convolutions.
INPUT_SIZE = 256
FILTERS = (32, 64, 128)
FEATURES = 512
LSTM_UNITS = (128, 64)

# Section 4, of the network the paper starts from (Gudi), and of JAFFE's images as the paper has them;
# the set's own files have 256 pixels a side.
GUDI_INPUT_SIZE = 48
JAFFE_IMAGE_SIZE = 128

# Section 5.2: "training and validation data are 80% of the whole data", the test data 20 % at random;
# section 5.4: training, validation and test of the two sets combined.
TEST_SHARE = 0.2
COMBINED_SPLIT = (0.7, 0.1, 0.2)

# Section 5.4.1: seconds from one face of the camera to the next.
FACE_EVERY = 0.3

# Section 5.1, images: JAFFE as "contains", and as "labeled" in Figure 2a; CK+ as "extracted".
JAFFE_IMAGES = 219
JAFFE_LABELLED = 231
CKPLUS_IMAGES = 2746
JAFFE_PEOPLE = 10

# Section 5.1: AFEW's clips for training, validation and test.
AFEW_CLIPS = (723, 383, 539)


@dataclass(frozen=True)
class Measures:
    """A row of Tables 1 to 4, as shares."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class MeasureTable:
    """One of Tables 1 to 4: test images of one data set, named with or without the CNN's features.

    Attributes:
        number: of the table.
        title: its caption in the paper.
        data: "jaffe" or "ckplus".
        features: whether the LSTM read the CNN's features (else it read raw images).
        rows: emotion → its row, in the order of :data:`CLASSES`.
        total: the last row, which the paper names "Overall" or "Total" and does not define.
    """

    number: int
    title: str
    data: str
    features: bool
    rows: Mapping[str, Measures]
    total: Measures


@dataclass(frozen=True)
class Accuracies:
    """A row of Table 5, as shares."""

    validation: float
    test: float


@dataclass(frozen=True)
class Claim:
    """A figure given in a sentence of the paper, not in a table.

    Attributes:
        section: where it stands.
        of: what the figure is said to be, in our words.
        share: the figure.
        words: the paper's own words around it.
        table: the table of the same test images; None where there is none.
    """

    section: str
    of: str
    share: float
    words: str
    table: MeasureTable | None = None


def _rows(*cells: tuple[float, float, float]) -> dict[str, Measures]:
    return {emotion: Measures(*row) for emotion, row in zip(CLASSES, cells, strict=True)}


TABLE_1 = MeasureTable(
    1,
    "Measures w/o CNN on JAFFE dataset",
    "jaffe",
    False,
    _rows(
        (0.00, 0.00, 0.00),
        (0.33, 0.75, 0.46),
        (0.14, 0.14, 0.14),
        (0.50, 0.33, 0.40),
        (0.00, 0.00, 0.00),
        (0.33, 0.20, 0.25),
        (0.25, 0.14, 0.18),
    ),
    Measures(0.21, 0.21, 0.19),
)

TABLE_2 = MeasureTable(
    2,
    "Measures w/ CNN on JAFFE dataset",
    "jaffe",
    True,
    _rows(
        (0.83, 0.83, 0.83),
        (0.57, 0.80, 0.67),
        (0.50, 0.40, 0.44),
        (0.67, 0.50, 0.57),
        (0.71, 0.83, 0.77),
        (1.00, 0.50, 0.67),
        (0.25, 0.50, 0.33),
    ),
    Measures(0.93, 0.88, 0.89),
)

TABLE_3 = MeasureTable(
    3,
    "Measures without CNN on CK+ dataset",
    "ckplus",
    False,
    _rows(
        (0.00, 0.00, 0.00),
        (0.26, 0.13, 0.18),
        (0.00, 0.00, 0.00),
        (0.00, 0.00, 0.00),
        (0.00, 0.00, 0.00),
        (0.22, 0.29, 0.25),
        (0.29, 0.68, 0.41),
    ),
    Measures(0.16, 0.27, 0.19),
)

TABLE_4 = MeasureTable(
    4,
    "Measures with CNN on CK+ dataset",
    "ckplus",
    True,
    _rows(
        (0.32, 0.21, 0.25),
        (0.10, 0.37, 0.16),
        (0.00, 0.00, 0.00),
        (0.36, 0.82, 0.50),
        (0.00, 0.00, 0.00),
        (0.30, 0.12, 0.17),
        (0.43, 0.22, 0.29),
    ),
    Measures(0.43, 0.22, 0.22),
)

MEASURE_TABLES = (TABLE_1, TABLE_2, TABLE_3, TABLE_4)

# Table 5, "Overall accuracy statistics": with the CNN's features; "total" is the two sets combined.
TABLE_5: dict[str, Accuracies] = {
    "jaffe": Accuracies(0.71, 0.83),
    "ckplus": Accuracies(0.95, 0.39),
    "total": Accuracies(0.91, 0.44),
}

# Where the text points to a table and names another data set than the table's caption does.
# Table number → the data set in the sentence of section 5.3.2.
NAMED_IN_THE_TEXT: dict[int, str] = {3: "jaffe", 4: "ckplus"}

CLAIMS: dict[str, Claim] = {
    "image sets before": Claim(
        "Abstract", "test accuracy of earlier work on still images", 0.60, "average test accuracy around 60%"
    ),
    "video sets before": Claim(
        "Abstract", "test accuracy of earlier work on video (an upper bound)", 0.40, "less than 40%"
    ),
    "afew before": Claim(
        "5.1", "test accuracy of earlier work on AFEW", 0.40, "train accuracy about 80%, test accuracy 40%"
    ),
    "jaffe validation, raw": Claim(
        "5.3.1", "training and validation accuracy, without CNN", 0.40, "The performance is as low as 40%"
    ),
    "jaffe validation": Claim(
        "5.3.1", "validation accuracy, with CNN", 0.70, "improved a lot with 70% validation accuracy"
    ),
    "jaffe test": Claim(
        "5.3.1", "test accuracy, with CNN", 0.80, "the test accuracy could achieve 80%", TABLE_2
    ),
    "jaffe precision": Claim("5.3.1", "test precision, with CNN", 0.93, "The test precision is 93%", TABLE_2),
    "ckplus validation": Claim(
        "5.3.2", "training and validation accuracy, with CNN", 1.00, "close to 100% accuracy"
    ),
    "ckplus test, raw": Claim(
        "5.3.2", "test accuracy, without CNN", 0.16, "we get only 16% accuracy", TABLE_3
    ),
    "ckplus test": Claim("5.3.2", "test accuracy, with CNN", 0.43, "the accuracy increase to 43%", TABLE_4),
    "ckplus test, again": Claim(
        "5.4", "test accuracy, with CNN", 0.39, "an average accuracy only around 39%", TABLE_4
    ),
}


def printed(data: str, features: bool) -> MeasureTable:
    """The table of one data set ("jaffe" or "ckplus"), with or without the CNN's features."""
    (found,) = (table for table in MEASURE_TABLES if (table.data, table.features) == (data, features))
    return found
