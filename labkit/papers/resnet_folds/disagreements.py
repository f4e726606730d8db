"""The paper against itself, its listing and its data: what it says in two ways, side by side."""

import pandas as pd

# What the paper says in two ways, or says and does not show: topic, one place, the other.
SAID_TWICE: tuple[tuple[str, str, str], ...] = (
    (
        "partially well",
        "Abstract: some classes above 80 %, the others above 50 %",
        "Section 3.2: two or three classes under 50 %, the rest above 80 %; no outcome is both",
    ),
    ("well", "Abstract: all “above 80%”", "Section 3.1: “80% or more”; section 2.3: 80 % of all clips"),
    (
        "the folds",
        "Section 2.3: DFEW's own five folders; then StratifiedKFold",
        "The listing: KFold, shuffled without a seed, so that no run has another's folds",
    ),
    (
        "what is divided",
        "Section 2.2.3: “the frames … are divided equally into five equal parts”",
        "Section 2.3: the csv files' labels “of these movie clips”",
    ),
    (
        "what is scored",
        "Section 2.2.3: one part is the test set",
        "Section 2.3: the weights “classify the whole dataset”; whose of the five is not said",
    ),
    (
        "training on all data",
        "Section 2.2.3: “trained by all data, and the model is hardly suffering from overfitting”",
        "No one network is; the five are five networks, and each can overfit its own four fifths",
    ),
    (
        "frames or clips",
        "Section 2.2.1: “frames where the useful frame rate is below 50%” are eliminated",
        "The same section: 362 clips are; a rate of frames is a clip's",
    ),
    (
        "who prepares the frames",
        "Section 2.2.1: OpenCV, Face++, an affine transformation, interpolation in time",
        "Section 2.2.2: “we use these frames directly”, as the data set provides them",
    ),
    (
        "clips labelled 0",
        "Section 1: 16,372 clips “segmented into seven labels”",
        "Section 3.3: they may still be in both sets; those of no one emotion are 4,313 of the 16,372",
    ),
    ("conv1's stride", "Section 2.2.2 and Table 1: 2", "The listing: none, which means 1"),
    (
        "where the size is halved",
        "Section 2.2.2: in the 3×3 convolution",
        "Table 1's 3.8×10⁹ FLOPs belong to networks that halve it in the first 1×1",
    ),
    ("outputs", "Table 1 and the listing: 1000", "Section 1: seven labels"),
    (
        "softmax",
        "Section 2.2.2, in words: maps “the output of multiple neurons”",
        "The formula: e to the power of a place's number, whatever the output",
    ),
    (
        "depth",
        "Section 3.1: if higher results are desired, ResNet-101 or 152",
        "Section 3.3: if results are high, ResNet-20 or 34; neither was tried",
    ),
    ("results", "Abstract: “outputs the precisions”", "Section 3: three possible cases, and no figure"),
)


def said_twice() -> pd.DataFrame:
    """One row a topic on which the paper contradicts itself or the data set: both places, briefly."""
    return pd.DataFrame(SAID_TWICE, columns=["topic", "one place", "another"])
