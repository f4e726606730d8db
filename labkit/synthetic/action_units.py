"""The facial action units that move a synthetic face.

A face's expression is a vector of strengths, one an action unit of the Facial
Action Coding System (Ekman, Friesen & Hager 2002): 0 is absent, 1 is the
strongest that an average face shows. The two units that can move one side alone
(the smile and the dimple) have a strength for each side; L and R are the
viewer's left and right.
"""

import numpy as np

DESCRIPTIONS: dict[str, str] = {
    "AU1": "inner brow raiser",
    "AU2": "outer brow raiser",
    "AU4": "brow lowerer",
    "AU5": "upper lid raiser",
    "AU6": "cheek raiser",
    "AU7": "lid tightener",
    "AU9": "nose wrinkler",
    "AU10": "upper lip raiser",
    "AU12L": "lip corner puller, left",
    "AU12R": "lip corner puller, right",
    "AU14L": "dimpler, left",
    "AU14R": "dimpler, right",
    "AU15": "lip corner depressor",
    "AU17": "chin raiser",
    "AU20": "lip stretcher",
    "AU23": "lip tightener",
    "AU24": "lip pressor",
    "AU25": "lips part",
    "AU26": "jaw drop",
    "AU43": "eyelids drooping",
}
ACTION_UNITS: tuple[str, ...] = tuple(DESCRIPTIONS)
INDEX: dict[str, int] = {name: position for position, name in enumerate(ACTION_UNITS)}


def unit_vector(**strengths: float) -> np.ndarray:
    """The (20,) vector of the named strengths; ``AU12`` and ``AU14`` without a side mean both sides."""
    vector = np.zeros(len(ACTION_UNITS))
    for name, strength in strengths.items():
        sides = (name,) if name in INDEX else (name + "L", name + "R")
        for side in sides:
            vector[INDEX[side]] = strength
    return vector
