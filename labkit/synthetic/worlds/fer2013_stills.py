"""A still of the FER2013 world: the moment of a performance, the box about the face, and ten votes on it."""

import cv2
import numpy as np

from labkit.datasets.fer2013_csv import SIDE
from labkit.datasets.fer2013_votes import COLUMNS, UNKNOWN
from labkit.synthetic.clip import Clip

RATERS = 10
NEAR = 0.75  # share of its greatest strength that an expression has in any still
# How far the box about the face is off the Haar box that the truth tells (standard deviations, in sides).
SHIFT, SCALE = 0.03, 0.05
GAIN, OFFSET = (0.8, 1.15), (-15, 15)  # pictures of the web are bright or dull
# The share of the raters that sees what is shown, at the weakest and at the strongest, and on a face at rest.
CLARITY, CLARITY_AT_REST = (0.45, 0.95), 0.8
# What an emotion is taken for by those who do not see it.
MISTAKEN = {
    "angry": {"neutral": 0.4, "disgust": 0.3, "sad": 0.2, "contempt": 0.1},
    "disgust": {"angry": 0.6, "contempt": 0.15, "sad": 0.15, "neutral": 0.1},
    "fearful": {"surprised": 0.7, "sad": 0.15, "neutral": 0.1, UNKNOWN: 0.05},
    "happy": {"neutral": 0.8, "surprised": 0.1, "contempt": 0.1},
    "sad": {"neutral": 0.6, "angry": 0.15, "fearful": 0.15, UNKNOWN: 0.1},
    "surprised": {"fearful": 0.5, "neutral": 0.3, "happy": 0.2},
    "neutral": {"sad": 0.45, "angry": 0.2, "happy": 0.15, "contempt": 0.15, UNKNOWN: 0.05},
}


def moment(clip: Clip) -> int:
    """A frame at the expression's height or near it, with open eyes; any such frame of a face at rest."""
    performance = clip.performance
    strength = performance.units.sum(axis=1)
    good = np.flatnonzero((strength >= NEAR * strength.max()) & (performance.blink < 0.5))
    return int(clip.random(5).choice(good)) if len(good) else clip.apex


def crop(
    photograph: np.ndarray, truth: dict[str, float], rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, float]]:
    """Cut a face out, unturned, in a box that is about right; its truth in the pixels of the crop.

    Args:
        photograph: grey uint8 (H, W).
        truth: a value for each of labkit.synthetic.truth.COLUMNS, in the photograph's pixels.

    Returns:
        Grey uint8 (SIDE, SIDE), and its truth.
    """
    side = truth["face_w"] * (1 + np.clip(rng.normal(0, SCALE), -0.12, 0.12))
    off = (truth["face_w"] - side) / 2 + side * np.clip(rng.normal(0, SHIFT, 2), -0.09, 0.09)
    left, top = truth["face_x"] + off[0], truth["face_y"] + off[1]
    scale = SIDE / side
    # Pixels are counted at their centres here, places in the truth from the picture's edge.
    place = np.array([[scale, 0, scale * (0.5 - left) - 0.5], [0, scale, scale * (0.5 - top) - 0.5]])
    image = cv2.warpAffine(
        photograph, place, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    gain, offset = rng.uniform(*GAIN), rng.uniform(*OFFSET)
    image = np.clip(gain * (image - 128.0) + 128 + offset, 0, 255).round().astype(np.uint8)
    moved = {name: scale * (at - left) for name, at in truth.items() if name.endswith("_x")}
    moved |= {name: scale * (at - top) for name, at in truth.items() if name.endswith("_y")}
    moved |= {name: scale * truth[name] for name in ("face_w", "face_h")}
    return image, truth | moved


def raters_votes(emotion: str, strength: float, rng: np.random.Generator) -> tuple[int, ...]:
    """What ten people say they see, in the order of FER+'s columns; ``strength`` 0 (weak) to 1."""
    clarity = CLARITY_AT_REST if emotion == "neutral" else CLARITY[0] + strength * (CLARITY[1] - CLARITY[0])
    chances = {emotion: clarity} | {other: (1 - clarity) * p for other, p in MISTAKEN[emotion].items()}
    votes = rng.multinomial(RATERS, [chances.get(column, 0.0) for column in COLUMNS.values()])
    return tuple(votes.tolist())
