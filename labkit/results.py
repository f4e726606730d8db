"""What the notebooks found, as JSON files, and the table made of them.

Each notebook writes one file at its end; the README's table, the comparison notebook
and ``labkit results`` are made from these. A row always says on which data it was
measured, because a number from synthetic people is not one from RAVDESS.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.errors import DataError
from labkit.paths import checkout, results_dir
from labkit.whole_files import written_whole

COLUMNS = (
    "notebook", "profile", "data", "seed", "system", "split", "n",
    "accuracy", "ccc", "low", "high", "uar", "chance", "majority", "paper",
)  # fmt: skip
_PERCENTAGES = ("accuracy", "low", "high", "uar", "chance", "majority", "paper")


def write_results(notebook: str, profile: str, data: str, seed: int, rows: list[dict], **extra) -> Path:
    """Write a notebook's results, whole or not at all, and say where.

    Args:
        notebook: its name, such as "02_frame_differences", which names the file.
        rows: one a system and split, with keys of :data:`COLUMNS`; ``accuracy`` and its
            relatives are fractions. A row of valence and arousal has ``ccc``, the mean of the two, in
            place of an accuracy; ``low``, ``high`` and ``paper`` are of whichever it has. ``system`` is
            required; ``data`` is filled in where a row has none.
        extra: anything else worth keeping (seconds, versions, a report card's dict).

    Raises:
        DataError: if a row has no system, or the file cannot be written.
    """
    if nameless := [row for row in rows if not row.get("system")]:
        raise DataError(f"A result of {notebook} names no system: {nameless[0]}.")
    record = {"notebook": notebook, "profile": profile, "data": data, "seed": seed}
    content = record | {"rows": [{"data": data} | row for row in rows]} | extra
    path = results_dir() / f"{notebook}.json"
    try:
        with written_whole(path) as part:
            part.write_text(json.dumps(_plain(content), indent=2, allow_nan=False))
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def read_results(folders: Iterable[Path]) -> pd.DataFrame:
    """All rows of the result files in some folders, with the columns :data:`COLUMNS`.

    Raises:
        DataError: if a file is no result file.
    """
    rows = []
    for path in (path for folder in folders for path in sorted(Path(folder).glob("*.json"))):
        try:
            record = json.loads(path.read_text())
            shared = {key: record[key] for key in ("notebook", "profile", "data", "seed")}
            rows += [shared | row for row in record["rows"]]
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise DataError(
                f"{path} is not a notebook's result file; delete it and run the notebook."
            ) from error
    return pd.DataFrame(rows, columns=COLUMNS)


def results_table(results: pd.DataFrame) -> pd.DataFrame:
    """The results as people read them: per cent, the interval in one column, nothing empty shown as nan."""
    numbers = results[["ccc", *_PERCENTAGES]].apply(pd.to_numeric, errors="coerce")
    percent, plain = numbers.map(_percent).astype(str), numbers.map(_two_places).astype(str)
    percent = percent.where(numbers["ccc"].isna(), plain, axis=0)
    interval = percent["low"] + "–" + percent["high"]
    text = results.astype(object).where(results.notna(), "").astype(str)
    return pd.DataFrame(
        {
            "notebook": text["notebook"],
            "system": text["system"],
            "split": text["split"],
            "data": text["data"] + " (" + text["profile"] + ")",
            "test n": results["n"].map(lambda n: "" if pd.isna(n) else f"{n:.0f}"),
            "accuracy": percent["accuracy"],
            "mean CCC": plain["ccc"],
            "95 %": interval.where(interval != "–", ""),
            "UAR": percent["uar"],
            "majority": percent["majority"],
            "chance": percent["chance"],
            "paper, on its data": percent["paper"],
        }
    )


_README_BLOCK = re.compile(
    r"(?<=<!-- results: made by `make readme` from docs/results/ -->\n).*?(?=<!-- /results -->)", re.S
)


def fill_readme(readme: str, results: pd.DataFrame) -> str:
    """The README's text with its block of results made anew."""
    table = results_table(results)
    table["notebook"] = table["notebook"].str[:2]  # the README's list of notebooks has the names
    lines = [table.columns, ["---"] * len(table.columns), *table.to_numpy().tolist()]
    block = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return _README_BLOCK.sub(lambda _: block, readme)


def update_readme() -> None:
    """Fill the checkout's README from its ``docs/results/``."""
    page = checkout() / "README.md"
    page.write_text(fill_readme(page.read_text(), read_results([checkout() / "docs" / "results"])))


def _percent(value: float) -> str:
    return "" if pd.isna(value) else f"{100 * value:.1f}"


def _two_places(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.2f}"


def _plain(value):
    """NumPy's scalars and arrays, paths and NaN as what JSON knows."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value
