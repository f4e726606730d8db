"""What the paper on optimizers and batch size reports, table by table, as printed.

Gunawan, Ahmad, Muktaruddin, Rosahdi, Kartiwi and Ulfiah, "Development of Video-Based
Emotion Recognition System using Transfer Learning". All of it was obtained on ISED;
none may stand beside a figure measured on the synthetic people without saying so.
Some cells contradict each other: :mod:`labkit.papers.optimizers_batch_size.forensics`
says which.
"""

from dataclasses import dataclass

# The four emotions in the order of the paper's tables; a class number is a place in it.
CLASSES = ("disgust", "happy", "sad", "surprised")

NETWORKS = ("lenet", "alexnet")
OPTIMIZERS = ("sgd", "rmsprop", "adam")
BATCH_SIZES = (10, 100)

# Section IV.C: "SGD, which was initialized to 0.001"; the only learning rate that is given.
LEARNING_RATE = 1e-3

# Section III.C: input sides in pixels, and the total of parameters. AlexNet's is one digit away from
# 56,337,156, the count of a variant that Keras tutorials pass on.
INPUT_SIZE = {"lenet": 28, "alexnet": 227}
PARAMETERS = {"lenet": 61_496, "alexnet": 56_377_156}

# Table I, the row of ISED (section IV.A has the sexes).
PEOPLE, MALE, FEMALE = 50, 29, 21
CLIPS = 428

# Table II: labelled faces for training, validation and test.
TABLE_2: dict[str, tuple[int, int, int]] = {
    "disgust": (161, 100, 100),
    "happy": (519, 344, 120),
    "sad": (320, 212, 100),
    "surprised": (111, 73, 50),
}
TOTALS = (1111, 729, 370)  # its last row

# Table III: what the paper ran on.
TABLE_3 = {"GPU": "Tesla T4", "CPU": "Intel Xeon, 2.20 GHz", "RAM": "13 GB", "disk": "37 GB"}


@dataclass(frozen=True)
class Outcome:
    """A training's cells in Tables IV, V and VII."""

    accuracy: float  # per cent, as printed
    loss: float
    seconds: float  # the last row of Tables V and VII, labelled "Accuracy" for AlexNet


# Table IV: SGD, batch 10.
TABLE_4: dict[str, Outcome] = {"lenet": Outcome(7.00, 1.78, 607), "alexnet": Outcome(93.00, 0.24, 4625)}

# Table V: the optimizers, batch 10.
TABLE_5: dict[tuple[str, str], Outcome] = {
    ("lenet", "sgd"): Outcome(7.00, 1.78, 607),
    ("lenet", "rmsprop"): Outcome(85.00, 0.36, 1238),
    ("lenet", "adam"): Outcome(84.00, 0.50, 1351),
    ("alexnet", "sgd"): Outcome(93.00, 0.24, 4625),
    ("alexnet", "rmsprop"): Outcome(12.00, 9.68, 5036),
    ("alexnet", "adam"): Outcome(6.00, 2.38, 4982),
}

# Table VI: per cent right of each emotion, batch 10; in the order of CLASSES.
TABLE_6: dict[tuple[str, str], tuple[float, float, float, float]] = {
    ("lenet", "sgd"): (7.00, 95.00, 68.00, 6.00),
    ("lenet", "rmsprop"): (85.00, 96.67, 90.00, 62.00),
    ("lenet", "adam"): (84.00, 95.00, 93.00, 90.00),
    ("alexnet", "sgd"): (93.00, 99.17, 93.00, 78.00),
    ("alexnet", "rmsprop"): (12.00, 98.33, 88.00, 52.00),
    ("alexnet", "adam"): (6.00, 95.83, 67.00, 8.00),
}

# Section IV.D: what the paper takes for the better optimizer of each network; Tables VII and VIII use it.
CHOSEN_OPTIMIZER = {"lenet": "rmsprop", "alexnet": "sgd"}

# Table VII: the batch sizes, each network with its chosen optimizer.
TABLE_7: dict[tuple[str, int], Outcome] = {
    ("lenet", 10): Outcome(85.00, 0.36, 1238),
    ("lenet", 100): Outcome(79.46, 0.53, 1025),
    ("alexnet", 10): Outcome(93.00, 0.24, 4625),
    ("alexnet", 100): Outcome(71.08, 0.78, 3767),
}

# Table VIII: per cent right of each emotion, in the order of CLASSES.
TABLE_8: dict[tuple[str, int], tuple[float, float, float, float]] = {
    ("lenet", 10): (85.00, 96.67, 90.00, 62.00),
    ("lenet", 100): (47.00, 97.50, 84.00, 30.00),
    ("alexnet", 10): (93.00, 99.17, 93.00, 78.00),
    ("alexnet", 100): (62.00, 30.00, 78.00, 80.00),
}

# Table IX: per cent right; the last is Happy et al. 2015, with hand-made features.
TABLE_9: dict[str, float] = {
    "LeNet with RMSprop": 85.00,
    "AlexNet with SGD": 93.00,
    "LGBP features, PCA + LDA": 86.46,
}


def printed(network: str, optimizer: str, batch_size: int) -> tuple[Outcome, tuple[float, ...]] | None:
    """What the paper prints of one training: its outcome and its per cent right of each emotion.

    None where the paper has no such training: batch 100 was tried with the chosen optimizers alone.
    """
    if batch_size == 10:
        return TABLE_5[network, optimizer], TABLE_6[network, optimizer]
    if optimizer == CHOSEN_OPTIMIZER[network]:
        return TABLE_7[network, batch_size], TABLE_8[network, batch_size]
    return None
