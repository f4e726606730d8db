"""One JupyterLab and one Chromium for all browser tests; without Chromium they are skipped, loudly."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import CHROMIUM, Lab, running_lab

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@pytest.fixture(scope="session")
def lab_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server serves."""
    return tmp_path_factory.mktemp("lab_root")


@pytest.fixture(scope="session")
def lab(lab_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A running JupyterLab to open notebooks in."""
    if CHROMIUM is None:
        reason = "NO BROWSER TESTS: Chromium is not installed (Debian and Ubuntu: apt-get install chromium)."
        warnings.warn(reason, stacklevel=1)  # shown in the summary even where skip reasons are not
        pytest.skip(reason)
    with running_lab(lab_root, tmp_path_factory.mktemp("lab_home")) as running:
        yield running


@pytest.fixture
def screenshots() -> Path:
    """Where screenshots are kept."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
