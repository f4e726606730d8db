"""Where the course is published: one setting, ``Repository`` under ``[project.urls]`` in pyproject.toml.

After a change, ``make badges`` writes the new address wherever it stands.
"""

import sys
import tomllib
from pathlib import Path

from labkit.paths import checkout

BRANCH = "main"  # the badges open the notebooks of this branch


def repository(root: Path | None = None) -> str:
    """The address of the course's repository on GitHub, as pyproject.toml in ``root`` has it."""
    settings = tomllib.loads(((root or checkout()) / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["project"]["urls"]["Repository"].rstrip("/")


def colab_address(path: str, root: Path | None = None) -> str:
    """The address that opens a notebook on Colab; ``path`` is the notebook's in the repository."""
    on_github = repository(root).removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{on_github}/blob/{BRANCH}/{path}"


def on_colab() -> bool:
    """Whether this kernel is one of Colab's, which load ``google.colab`` before anything else."""
    return "google.colab" in sys.modules


def link_to(notebook: Path) -> str:
    """What a link in a cell's output points to: the file beside the notebook, or its address on Colab."""
    return colab_address(f"notebooks/{notebook.name}") if on_colab() else notebook.name
