"""What is taken off a face before a network sees it: local mean, global mean, contrast (third paper).

"We subtract the local mean of pixel values from images and subtract the global mean of pixels at that
location." Design choices:
- the local mean is weighted by a Gaussian around the pixel, its standard deviation a share of the face's
  side, so that one setting serves 48 and 256 pixels; beyond the border there is nothing, and nothing is
  counted. It takes light and skin off and leaves brows, folds and lips;
- the global mean is of that pixel over the training faces, the local mean taken off first. It is measured
  on training faces only: one that has seen test faces would tell the network about them;
- at last everything is divided by one number, the deviation over all pixels of the training faces. The paper
  names none, but a network starts better from values around one;
- measured on 308 rendered faces of 44 people and seven emotions, by support vectors on pixels that judge
  people never seen: 37 % right as they are, 47 % without both means, 54 % by local contrast (34, 37 and 46 %
  where faces are cut by Haar's box, their eyes anywhere). Windows of 1/24 and 1/16 do as well, of 1/4 worse;
- weighted means are two products of matrices, rows and columns: 2,000 faces of 48×48 take 0.1 s.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from labkit.errors import DataError, TrainingError
from labkit.preprocessing.eye_crop import crop_face
from labkit.preprocessing.stills import face_steps, find_face
from labkit.video import Frame

LOCAL = 1 / 12  # of the side, 4 pixels of 48: the standard deviation of the weights around a pixel

_TOGETHER = 256  # faces a step: some tens of megabytes, however many there are
_NOTHING = 1e-7  # a weight below which a processor would calculate slowly, for no visible change
_LEAST_DEVIATION = 1.0  # grey level: faces that are all alike are not blown up


@dataclass(frozen=True, eq=False)
class Normalizer:
    """(face − its local mean − the training faces' mean) / deviation; made by :meth:`fit`.

    It may stand as the ``scaling`` of :class:`labkit.training.data.ArrayBatches`.
    """

    mean: np.ndarray  # float32 (S, S), grey levels: over the training faces, local means taken off
    deviation: float  # grey levels
    local: float  # share of the side
    faces: int  # it was fitted on

    @classmethod
    def fit(cls, train: Any, *, local: float = LOCAL) -> "Normalizer":
        """Measured on training faces, all of them.

        Args:
            train: uint8 (n, S, S) or (n, S, S, 1), an array or anything that slices like one.
            local: standard deviation of the local mean's weights, as a share of the side.

        Raises:
            TrainingError: if there are no faces, or they are no grey squares of uint8.
        """
        if len(train) == 0:
            raise TrainingError("There are no training faces to measure a mean on; check the split.")
        total, squares = 0.0, 0.0
        for faces in _pieces(train):
            if faces.dtype != np.uint8:
                raise TrainingError(f"Training faces must be grey levels, uint8, not {faces.dtype}.")
            rest = _without_local_mean(_squares(faces), local)
            total = total + rest.sum(axis=0, dtype=np.float64)
            squares += float(np.square(rest, dtype=np.float64).sum())
        mean = total / len(train)
        variance = squares / len(train) / mean.size - np.square(mean).mean()
        deviation = max(float(np.sqrt(max(variance, 0.0))), _LEAST_DEVIATION)
        return cls(mean.astype(np.float32), deviation, local, len(train))

    def apply(self, images: np.ndarray) -> np.ndarray:
        """Faces (n, S, S) or (n, S, S, 1) of any number type, in grey levels, as float32 (n, S, S, 1).

        Raises:
            DataError: if they are no squares of the side this was fitted on.
        """
        made = np.empty((len(images), *self.mean.shape, 1), np.float32)
        done = 0
        for faces in _pieces(images):
            faces = _squares(faces)
            if faces.shape[1:] != self.mean.shape:
                raise DataError(
                    f"These faces have {faces.shape[1]} pixels to a side, but the mean was measured on "
                    f"{len(self.mean)}; resize them first."
                )
            rest = _without_local_mean(faces, self.local) - self.mean
            made[done : done + len(faces), ..., 0] = rest / np.float32(self.deviation)
            done += len(faces)
        return made

    def describe(self) -> dict[str, Any]:
        """What the ledger keeps: the settings, and a digest of the mean."""
        return {
            "way": "local and global mean",
            "local": self.local,
            "deviation": self.deviation,
            "faces": self.faces,
            "mean": hashlib.sha256(self.mean.tobytes()).hexdigest()[:16],
        }


def local_mean(images: np.ndarray, window: float = LOCAL) -> np.ndarray:
    """The mean around each pixel, by Gaussian weights that add up to 1 inside the picture.

    Args:
        images: (n, S, S), any number type.
        window: standard deviation of the weights, as a share of the side.

    Returns:
        float32 (n, S, S).
    """
    weights = _weights(images.shape[-1], window)
    return weights @ images.astype(np.float32) @ weights.T


def local_contrast(images: np.ndarray, window: float = LOCAL) -> np.ndarray:
    """Local contrast normalisation, subtractive then divisive, by Gaussian weights (Jarrett et al. 2009).

    Each pixel loses its local mean and is then divided by the local deviation, or by that deviation's mean
    over the face where it is smaller. So brightness and contrast change nothing, and a flat patch is 0.

    Args:
        images: (n, S, S) or (n, S, S, 1), any number type.
        window: standard deviation of the weights, as a share of the side.

    Returns:
        float32 (n, S, S).
    """
    made = [_contrast_of(_squares(faces), window) for faces in _pieces(images)]
    return np.concatenate(made) if made else np.empty(np.shape(images)[:3], np.float32)


def normalization_steps(image: np.ndarray, normalizer: Normalizer) -> dict[str, np.ndarray]:
    """One picture's way to a network's input, step by step.

    Args:
        image: RGB uint8 (H, W, 3) or grey (H, W), with a face in it.
        normalizer: fitted on training faces; its side is the crop's.

    Returns:
        By the step's name, in order: "face found" (RGB uint8, the picture with Haar's box and the line
        through the eyes), "constant eye distance" (grey uint8 (S, S)), "local mean off" and "global mean off"
        (grey levels), and "local contrast", an alternative to both: float32 (S, S), around 0.

    Raises:
        FaceError: if no face is found in it.
    """
    rgb = image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)
    marked = face_steps(rgb).marked
    face = crop_face(rgb, find_face(Frame(0, 0.0, rgb)), len(normalizer.mean))
    (rest,) = _without_local_mean(face[None], normalizer.local)
    return {
        "face found": marked,
        "constant eye distance": face,
        "local mean off": rest,
        "global mean off": rest - normalizer.mean,
        "local contrast": local_contrast(face[None])[0],
    }


def _without_local_mean(images: np.ndarray, window: float) -> np.ndarray:
    return images.astype(np.float32) - local_mean(images, window)


def _contrast_of(images: np.ndarray, window: float) -> np.ndarray:
    # From the first pixel up: a face that is flat is then 0 to the last digit, whatever its brightness.
    images = images.astype(np.float32)
    rest = _without_local_mean(images - images[:, :1, :1], window)
    deviation = np.sqrt(local_mean(np.square(rest), window))
    divisor = np.maximum(deviation, deviation.mean(axis=(1, 2), keepdims=True))
    return rest / np.where(divisor > 0, divisor, 1)


def _pieces(images: Any) -> Iterator[np.ndarray]:
    for start in range(0, len(images), _TOGETHER):
        yield np.asarray(images[start : start + _TOGETHER])


def _squares(faces: np.ndarray) -> np.ndarray:
    """
    Raises:
        DataError: if they are no grey squares.
    """
    squares = faces[..., 0] if faces.ndim == 4 and faces.shape[-1] == 1 else faces
    if squares.ndim != 3 or squares.shape[1] != squares.shape[2]:
        raise DataError(
            f"Faces must be grey squares, of shape (n, S, S) or (n, S, S, 1), not {faces.shape}; cut or "
            "resize them first."
        )
    return squares


@lru_cache(maxsize=16)
def _weights(side: int, window: float) -> np.ndarray:
    """(S, S) float32: row i holds what each pixel of a line counts in the mean at i."""
    if not window > 0:
        raise ValueError(f"a window must be a share above 0 of the side, not {window}")
    places = np.arange(side)
    bells = np.exp(-0.5 * np.square((places[:, None] - places) / (window * side)))
    bells[bells < _NOTHING] = 0
    return (bells / bells.sum(axis=1, keepdims=True)).astype(np.float32)
