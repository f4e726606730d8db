"""One vocabulary of emotions, and the way every data set's labels map onto it.

The canonical names are RAVDESS's eight, in its order, and contempt, which only
CK+ has. Loaders translate with :func:`canonical`; nothing else in the project
spells an emotion by hand. What one set has and another lacks is left out and
counted by :func:`keep`, never mapped to something else.
"""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from labkit.errors import DataError

EMOTIONS: tuple[str, ...] = (
    "neutral",
    "calm",
    "happy",
    "sad",
    "angry",
    "fearful",
    "disgust",
    "surprised",
    "contempt",
)

_SYNONYMS: dict[str, str] = {
    "anger": "angry",
    "fear": "fearful",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
    "disgusted": "disgust",
    "contemptuous": "contempt",
}

# One fixed colour an emotion, for every figure and widget of the course.
COLOURS: dict[str, str] = {
    "neutral": "#8c8c8c",
    "calm": "#4c9f8b",
    "happy": "#e3a72f",
    "sad": "#3f6fb5",
    "angry": "#c8413b",
    "fearful": "#7a56a6",
    "disgust": "#6b8e23",
    "surprised": "#e07b39",
    "contempt": "#a05a72",
}


def canonical(label: str) -> str:
    """The canonical name of an emotion word.

    Raises:
        DataError: if the word names none of :data:`EMOTIONS`.
    """
    word = label.strip().lower()
    word = _SYNONYMS.get(word, word)
    if word not in EMOTIONS:
        raise DataError(f"'{label}' is not an emotion this course knows; it knows {', '.join(EMOTIONS)}.")
    return word


def keep(table: pd.DataFrame, classes: Sequence[str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows whose ``emotion`` is one of ``classes``, and how many of each other label were left out.

    Contempt, which CK+ and FER+ have and JAFFE and FER2013 lack, goes this way; so do unlabelled rows ("").

    Args:
        table: any manifest; a column ``emotion``.
        classes: canonical names.

    Returns:
        The rows in their order, numbered anew from 0, and the others' count a label, the commonest first.

    Raises:
        DataError: if a class is no canonical name, or no row is left.
    """
    if strange := [name for name in classes if name not in EMOTIONS]:
        raise DataError(f"'{strange[0]}' is no canonical emotion; choose of {', '.join(EMOTIONS)}.")
    wanted = table["emotion"].isin(list(classes))
    if not wanted.any():
        raise DataError(
            f"None of the {len(table)} rows shows any of {', '.join(classes)}; choose other classes."
        )
    left_out = Counter(table.loc[~wanted, "emotion"])
    return table[wanted].reset_index(drop=True), dict(left_out.most_common())
