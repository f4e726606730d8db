"""Local Gabor binary patterns, classified by PCA and LDA: the benchmark of the second paper (Table IX).

Happy et al. (2017), the paper's reference 7, name no sizes; Zhang et al. (ICCV 2005) describe the features.
Design choices:
- the magnitudes of complex Gabor filters' answers, one map a wavelength and orientation; beyond its border a
  face is mirrored, so that the border is no edge;
- in each map, a pixel's pattern: which of its 8 neighbours are at least as large. The 58 uniform patterns
  (at most two changes around the circle) count apart, all others together. skimage's own, which interpolates
  between pixels, takes over ten times as long;
- a histogram of each of GRID × GRID regions of each map;
- principal components that hold 90 % of the variance, then a linear discriminant;
- wavelengths, grid and share of variance were chosen on synthetic faces of 64×64: with longer wavelengths or
  fewer regions people never seen before are read worse.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np
from scipy import fft
from skimage.filters import gabor_kernel
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import Pipeline, make_pipeline

from labkit.errors import DataError
from labkit.processes import cores
from labkit.progress import bar

WAVELENGTHS = (4.0, 5.7, 8.0)  # pixels: half an octave apart
ORIENTATIONS = 4  # evenly over half a turn
GRID = 5  # regions to a side
PATTERNS = 59
VARIANCE = 0.9  # share that the principal components keep

_TOGETHER = 8  # faces a piece of work, few enough for a processor's cache
# Where a pixel's neighbours are, in rows and columns, around the circle.
_NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))


def lgbp_features(
    faces: np.ndarray,
    *,
    wavelengths: Sequence[float] = WAVELENGTHS,
    orientations: int = ORIENTATIONS,
    grid: int = GRID,
) -> np.ndarray:
    """Every face's histograms, one after another; computed on all cores.

    Args:
        faces: (n, S, S) grey or (n, S, S, 3) RGB, uint8.
        wavelengths: of the filters, in pixels.
        orientations: how many to each wavelength.
        grid: regions to a side.

    Returns:
        (n, wavelengths · orientations · grid² · 59) float32: shares of a region's pixels; with the defaults
        17,700 numbers a face.

    Raises:
        DataError: if the array has another shape or type, or a face is too small for the regions.
    """
    if faces.dtype != np.uint8 or faces.ndim not in (3, 4) or faces.shape[3:] not in ((), (3,)):
        raise DataError(
            f"Faces must be uint8 (n, S, S) or (n, S, S, 3), not {faces.dtype} {faces.shape}: "
            "pass them as they were read."
        )
    if min(faces.shape[1:3]) < grid + 2:
        raise DataError(
            f"Faces of {faces.shape[1]}×{faces.shape[2]} pixels have no {grid}×{grid} regions: "
            "cut larger faces, or choose a smaller grid."
        )
    kernels = gabor_kernels(wavelengths, orientations)
    features = np.empty((len(faces), len(kernels) * grid**2 * PATTERNS), np.float32)
    pieces = [slice(start, start + _TOGETHER) for start in range(0, len(faces), _TOGETHER)]
    # NumPy and SciPy let go of Python's lock while they count, so threads are enough.
    with (
        ThreadPoolExecutor(cores()) as pool,
        bar(desc="LGBP features", total=len(faces), unit="face") as shown,
    ):
        work = partial(_histograms_of, kernels=kernels, grid=grid)
        for piece, found in zip(pieces, pool.map(work, (faces[piece] for piece in pieces)), strict=True):
            features[piece] = found
            shown.update(len(found))
    return features


def lgbp_classifier() -> Pipeline:
    """PCA that keeps 90 % of the variance, then LDA; for :func:`lgbp_features` and labels of any kind.

    Nothing in it is random. Fit it on training faces only.
    """
    return make_pipeline(PCA(VARIANCE, svd_solver="full"), LinearDiscriminantAnalysis())


def gabor_kernels(
    wavelengths: Sequence[float] = WAVELENGTHS, orientations: int = ORIENTATIONS
) -> list[np.ndarray]:
    """Complex filters of odd sides, by wavelength and then by orientation, from 0 to under half a turn."""
    angles = np.arange(orientations) * np.pi / orientations
    return [gabor_kernel(1 / wavelength, angle) for wavelength in wavelengths for angle in angles]


def gabor_magnitudes(faces: np.ndarray, kernels: Sequence[np.ndarray]) -> np.ndarray:
    """How strongly each filter answers at each pixel: (n, S, S) grey to (n, kernels, S, S) float32."""
    height, width = faces.shape[1:]
    reach = max(max(kernel.shape) for kernel in kernels) // 2
    padded = np.pad(faces.astype(np.float32), ((0, 0), (reach, reach), (reach, reach)), "symmetric")
    sides = [fft.next_fast_len(side) for side in padded.shape[1:]]
    spectrum = fft.fft2(padded, sides)
    magnitudes = np.empty((len(faces), len(kernels), height, width), np.float32)
    for index, kernel in enumerate(kernels):
        answer = fft.ifft2(spectrum * fft.fft2(kernel.astype(np.complex64), sides))
        # A product of spectra puts the kernel's corner on a pixel; its middle is half a side on.
        top, left = reach + kernel.shape[0] // 2, reach + kernel.shape[1] // 2
        magnitudes[:, index] = np.abs(answer[:, top : top + height, left : left + width])
    return magnitudes


def binary_patterns(maps: np.ndarray) -> np.ndarray:
    """Each inner pixel's pattern, 0 to 58: (…, H, W) to (…, H − 2, W − 2) uint8."""
    height, width = maps.shape[-2:]
    center = maps[..., 1:-1, 1:-1]
    code = np.zeros(center.shape, np.uint8)
    for bit, (down, right) in enumerate(_NEIGHBOURS):
        neighbour = maps[..., 1 + down : height - 1 + down, 1 + right : width - 1 + right]
        code |= (neighbour >= center).view(np.uint8) << np.uint8(bit)
    return _UNIFORM[code]


def _uniform() -> np.ndarray:
    """(256,) uint8: each 8-bit circle's number among the 58 uniform ones, 58 for all others."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    uniform = (bits != np.roll(bits, 1, axis=1)).sum(axis=1) <= 2
    numbers = np.full(256, PATTERNS - 1, np.uint8)
    numbers[uniform] = np.arange(PATTERNS - 1)
    return numbers


_UNIFORM = _uniform()


def _histograms_of(faces: np.ndarray, kernels: Sequence[np.ndarray], grid: int) -> np.ndarray:
    """(n, S, S) or (n, S, S, 3) uint8 to (n, kernels · grid² · 59) float32."""
    gray = faces if faces.ndim == 3 else np.stack([cv2.cvtColor(face, cv2.COLOR_RGB2GRAY) for face in faces])
    patterns = binary_patterns(gabor_magnitudes(gray, kernels))
    rows, columns = (np.arange(side) * grid // side for side in patterns.shape[2:])
    region = rows[:, None] * grid + columns
    maps = np.arange(patterns.shape[0] * patterns.shape[1])[:, None, None] * grid**2
    flat = (maps + region) * PATTERNS + patterns.reshape(-1, *region.shape)
    counts = np.bincount(flat.ravel(), minlength=len(maps) * grid**2 * PATTERNS)
    sizes = np.bincount(region.ravel(), minlength=grid**2)[:, None]
    return (counts.reshape(-1, grid**2, PATTERNS) / sizes).astype(np.float32).reshape(len(faces), -1)
