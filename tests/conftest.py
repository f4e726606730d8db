"""Fixtures for all tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_clips() -> Path:
    """A folder of real RAVDESS clips: ``$LABKIT_REAL/ravdess``, or one in ``shared`` beside the checkout."""
    root = Path(os.environ.get("LABKIT_REAL") or Path(__file__).parents[2] / "shared" / "real") / "ravdess"
    if not root.is_dir():
        pytest.skip(f"no real clips in {root}; name their folder with $LABKIT_REAL")
    return root
