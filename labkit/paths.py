"""Where data, caches and results live.

``$LABKIT_DATA`` names the data folder; without it, it is ``data/`` of the
checkout labkit runs from, or of the current folder when labkit is installed as a
plain package.
"""

import os
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]


def checkout() -> Path | None:
    """The project's folder, when labkit runs from a checkout; None otherwise."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else None


def data_dir() -> Path:
    """The folder that holds the data sets, the synthetic worlds and the caches."""
    if named := os.environ.get("LABKIT_DATA"):
        return Path(named).expanduser()
    return (checkout() or Path.cwd()) / "data"


def dataset_dir(name: str) -> Path:
    """Where the real data set ``name`` is looked for."""
    return data_dir() / name


def synthetic_dir() -> Path:
    """Where the synthetic worlds are made."""
    return data_dir() / "synthetic"


def cache_dir() -> Path:
    """Where face tracks and aligned faces are cached; safe to delete at any time."""
    return data_dir() / "cache"


def results_dir() -> Path:
    """Where notebooks write their results and training its ledger.

    ``$LABKIT_RESULTS`` names it (``labkit run`` sets it to its build folder);
    without it, it is ``build/results`` of the checkout or the current folder.
    """
    if named := os.environ.get("LABKIT_RESULTS"):
        return Path(named).expanduser()
    return (checkout() or Path.cwd()) / "build" / "results"
