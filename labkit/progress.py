"""Progress bars that behave in a terminal, in a notebook and in a headless run.

``tqdm.auto`` draws a JavaScript bar that stays at 0 % where no browser runs the
notebook (papermill), so labkit always draws tqdm's text bar; a headless run gets
rare updates, because each one is kept in its log.
"""

import os
import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def headless() -> bool:
    """True when no person is watching: ``labkit run`` says so by ``$LABKIT_HEADLESS``."""
    return bool(os.environ.get("LABKIT_HEADLESS"))


def bar(
    items: Iterable[T] | None = None,
    *,
    desc: str,
    total: int | None = None,
    unit: str = "it",
    delay: float = 0.0,
) -> "tqdm[T]":
    """A tqdm bar over ``items`` (or a manual one when ``items`` is None), shown after ``delay`` seconds."""
    return tqdm(
        items,
        desc=desc,
        total=total,
        unit=unit,
        unit_scale=unit == "B",  # bytes as kB, MB, GB
        file=sys.stdout if "ipykernel" in sys.modules else sys.stderr,
        delay=delay,
        mininterval=10.0 if headless() else 0.2,
        ncols=88,
    )
