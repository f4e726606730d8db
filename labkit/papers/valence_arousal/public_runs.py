"""What the authors' public notebooks printed while their CNN learned: epochs the paper says little about.

From github.com/DenisRang/Combined-CNN-RNN-for-emotion-recognition: ``train-simple_cnn``,
``train-simple_cnn-whole_data-fixed_steps`` and ``…-unfixed_steps``; the RNNs' sizes from
``train-gru-unfixed-train-steps``. The best epochs of the first two are Table III's rows of the CNN,
digit for digit. All CCCs are means over shuffled batches, as that code computes them.
"""

from dataclasses import dataclass

from labkit.papers.valence_arousal import tables


@dataclass(frozen=True)
class Run:
    """One training of the CNN, as far as its printed epochs go.

    Attributes:
        title: what it learned from.
        row: of Table III that its best epoch is; None where the table has no such row.
        updates: of the weights in one epoch.
        training: mean CCC of valence and arousal on the training batches, an epoch each, to three decimals.
        validation: CCC of valence and arousal on the validation set, an epoch each.
    """

    title: str
    row: str | None
    updates: int
    training: tuple[float, ...]
    validation: tuple[tuple[float, float], ...]

    @property
    def mean_ccc(self) -> tuple[float, ...]:
        """Of valence and arousal on the validation set, an epoch each."""
        return tuple(sum(pair) / 2 for pair in self.validation)

    @property
    def best_epoch(self) -> int:
        """The epoch of the highest mean CCC, from 1."""
        return 1 + self.mean_ccc.index(max(self.mean_ccc))

    @property
    def seen(self) -> int:
        """Images that the weights of the best epoch have seen, repeats included."""
        return self.best_epoch * self.updates * BATCH_CNN


# Batches of that code; the paper says 64 and 128. The updates of a full epoch fit these alone.
BATCH_CNN = 128
BATCH_RNN = 256

# Windows that the notebook counts beside the paper's 1,496,928, which are for training alone; updates of
# an RNN's epoch.
VALIDATION_WINDOWS = 319_122
RNN_UPDATES = 5847

RUNS: tuple[Run, ...] = (
    Run(
        "subset 3, 1,000 updates an epoch",
        "cnn",
        1000,
        (0.399, 0.679, 0.746, 0.780, 0.801, 0.817),
        (
            *((0.2184, 0.2233), (0.1862, 0.2212), (0.1282, 0.2316)),
            *((0.1664, 0.2238), (0.1255, 0.2017), (0.1090, 0.1930)),
        ),
    ),
    Run(
        "the whole set, 1,000 updates an epoch",
        "cnn-whole",
        1000,
        (0.353, 0.639, 0.712, 0.752, 0.777, 0.794),
        (
            *((0.1798, 0.2412), (0.1997, 0.2334), (0.1206, 0.2239)),
            *((0.1252, 0.2344), (0.0722, 0.2196), (0.0976, 0.2263)),
        ),
    ),
    Run(
        "the whole set, all of it in every epoch",
        None,
        12_451,
        (0.751, 0.874, 0.901, 0.916, 0.925, 0.932),
        (
            *((0.0944, 0.2082), (0.1117, 0.2044), (0.0802, 0.1726)),
            *((0.0497, 0.1758), (0.0666, 0.1678), (0.0896, 0.1742)),
        ),
    ),
)


def share_seen(run: Run) -> float:
    """How much of its training set the best epoch of a run can have seen at most (repeats count)."""
    frames = tables.SUBSET_3_FRAMES if run.row == "cnn" else tables.WHOLE_FRAMES
    return run.seen / frames
