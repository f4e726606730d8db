"""The valence–arousal plane: where the named emotions lie in it, and a word for a point.

Valence runs from -1 (unpleasant) to 1 (pleasant), arousal from -1 (asleep) to 1 (wide awake). The places are
rough: a word's place differs between people, languages and studies by tenths, and the word of a point is a
reading aid, never a label to score against. Where they come from:
- the order round the circle and, within ten degrees, the angles of happy, surprised, fearful, sad and
  calm are Russell's (A circumplex model of affect, 1980);
- angry stands at 99 degrees there, next to fearful. It is moved to where Russell and Mehrabian's ratings
  (Evidence for a three-factor theory of emotions, 1977) have it, at valence -0.51 and arousal 0.59;
- disgust is none of Russell's words: its place, between angry and sad, is ours, and so is every distance from
  the middle. Contempt has no place: too little is agreed on it.
"""

from math import atan2, hypot, isfinite, remainder, tau

# Canonical emotion → (valence, arousal); "neutral" is the middle.
PLACES: dict[str, tuple[float, float]] = {
    "neutral": (0.0, 0.0),
    "calm": (0.6, -0.55),
    "happy": (0.8, 0.25),
    "surprised": (0.3, 0.8),
    "fearful": (-0.4, 0.8),
    "angry": (-0.65, 0.55),
    "disgust": (-0.75, 0.2),
    "sad": (-0.75, -0.4),
}

# Whose places these are, in short, for pictures.
SOURCE = "after Russell (1980) and Russell and Mehrabian (1977), roughly"

MIDDLE = 0.2  # points nearer to (0, 0) than this are neutral

_DIRECTIONS = {word: atan2(arousal, valence) for word, (valence, arousal) in PLACES.items() if valence}


def word_for(valence: float, arousal: float) -> str:
    """The named emotion in whose direction a point lies: "neutral" near the middle, "" for NaN.

    The distance from the middle is the strength of the feeling and does not change its name.
    """
    if not (isfinite(valence) and isfinite(arousal)):
        return ""
    if hypot(valence, arousal) < MIDDLE:
        return "neutral"
    angle = atan2(arousal, valence)
    return min(_DIRECTIONS, key=lambda word: abs(remainder(angle - _DIRECTIONS[word], tau)))
