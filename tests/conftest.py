"""Fixtures for all tests: real clips where they are present, and a real face moved in known ways."""

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import matplotlib.cbook
import numpy as np
import pytest

from labkit.video import write_video

CANVAS = (320, 240)  # width, height


@pytest.fixture(scope="session")
def real_clips() -> Path:
    """A folder of real RAVDESS clips: ``$LABKIT_REAL/ravdess``, or one in ``shared`` beside the checkout."""
    root = Path(os.environ.get("LABKIT_REAL") or Path(__file__).parents[2] / "shared" / "real") / "ravdess"
    if not root.is_dir():
        pytest.skip(f"no real clips in {root}; name their folder with $LABKIT_REAL")
    return root


@pytest.fixture(scope="session")
def photograph() -> np.ndarray:
    """A real face that every installation has (Grace Hopper), RGB uint8 (600, 512, 3)."""
    bgr = cv2.imread(str(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)))
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


@pytest.fixture(scope="session")
def blank() -> np.ndarray:
    """A plain picture without a face, 320 × 240."""
    return np.full((CANVAS[1], CANVAS[0], 3), 200, np.uint8)


@pytest.fixture(scope="session")
def portrait(photograph: np.ndarray, blank: np.ndarray) -> Callable[..., np.ndarray]:
    """Draws the photograph's head with its Haar box's centre, side and roll where they are asked for."""

    def draw(
        x: float = 160, y: float = 120, side: float = 110, roll: float = 0, onto: np.ndarray = blank
    ) -> np.ndarray:
        turn = cv2.getRotationMatrix2D((266, 216), -roll, side / 222)  # the box in the photograph
        turn[:, 2] += (x - 266, y - 216)
        head = np.zeros(photograph.shape[:2], np.uint8)
        cv2.ellipse(head, ((266, 200), (300, 390), 0), 255, -1)
        mask = cv2.warpAffine(head, turn, CANVAS)[..., None] / 255.0
        face = cv2.warpAffine(photograph, turn, CANVAS, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
        return (mask * face + (1 - mask) * onto).astype(np.uint8)

    return draw


@pytest.fixture(scope="session")
def small_clip(tmp_path_factory: pytest.TempPathFactory, portrait: Callable[..., np.ndarray]) -> Path:
    """24 frames, 320 × 240, of a face that moves and tilts a little."""
    path = tmp_path_factory.mktemp("clips") / "small.mp4"
    write_video(path, (portrait(x=150 + i, roll=5 * np.sin(i / 5)) for i in range(24)))
    return path


@pytest.fixture(scope="session")
def faceless_clip(tmp_path_factory: pytest.TempPathFactory, blank: np.ndarray) -> Path:
    """12 frames without a face."""
    path = tmp_path_factory.mktemp("clips") / "faceless.mp4"
    write_video(path, [blank] * 12)
    return path
