"""One vocabulary of emotions, and the way every data set's labels map onto it.

The canonical names are RAVDESS's eight, in its order, and contempt, which only
CK+ has. Loaders translate with :func:`canonical`; nothing else in the project
spells an emotion by hand.
"""

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
