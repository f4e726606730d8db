"""Where the paper on valence and arousal disagrees with itself, with its data, or with its public code.

The five settings that the notebook switches are :data:`labkit.papers.valence_arousal.tables.TOGGLES`;
the others here are read, not measured.
"""

import pandas as pd

from labkit.papers.valence_arousal import tables

# What the paper says in two ways, or says and does another way: topic, one place, the other.
SAID_TWICE: tuple[tuple[str, str, str], ...] = (
    (
        "images of JAFFE",
        "Section IV.A: 219",
        "Table II: 213 in all, emotion by emotion those of the set as it is published",
    ),
    (
        "length of Aff-Wild2",
        "Abstract: “over sixty hours of video data”",
        "Figure 3: 1,620,421 frames, 15 hours at 30 a second",
    ),
    (
        "what is learnt from",
        "Section IV.B: “the full available data (training and validation)”",
        "Table III: scores “on Aff-Wild2 validation set”; the code keeps the two apart",
    ),
    (
        "k_max",
        "Equation 1: frames in the bin “of the most frequent frame”",
        "The list below it: the fullest bin, the mean bin, or half-way; with the last two, p can exceed 1",
    ),
    (
        "frames at (0, 0)",
        "Section IV.B: removed first, then bins are counted",
        "The code counts bins with them, so k_max may be their bin's",
    ),
    (
        "frames of a window",
        "Section IV.B: 100",
        "Figure 5: from t − W to t, which is one more, to predict t + 1",
    ),
    (
        "long-term patterns",
        "Section VI.B: GRUs capture them",
        "A window of 100 frames lasts 3.3 seconds at 30 frames a second",
    ),
    (
        "batches",
        "Section V: 64 images, 128 windows",
        "The code: 128 images, 256 windows",
    ),
    (
        "early stopping",
        "Section V: for all experiments",
        "A public notebook trains a CNN past epoch 56 whose best was epoch 2",
    ),
    (
        "an epoch of the CNN",
        "Section VI.B: subset 3's 1,030,963 frames against all 1,620,421",
        "The public notebooks: 1,000 batches of 128, so 128,000 frames of either",
    ),
)


def said_twice() -> pd.DataFrame:
    """One row a topic on which the paper contradicts itself, its data or its code: both places, briefly."""
    return pd.DataFrame(SAID_TWICE, columns=["topic", "one place", "another"])


def toggles() -> pd.DataFrame:
    """One row a setting that the paper says one way and its code does another way: see tables.Toggle."""
    return pd.DataFrame(
        [(toggle.name, toggle.text, toggle.code, toggle.changes) for toggle in tables.TOGGLES],
        columns=["setting", "the paper", "its code", "what it changes"],
    )
