"""The results of the five systems: one table and one figure.

Nothing is ranked across data: each system is shown on the data it was measured on, a paper's figure beside it
in a column of its own that says on which data it was obtained.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.papers import PAPERS
from labkit.paths import checkout, results_dir
from labkit.results import COLUMNS, read_results, results_table

HERE, KEPT = "this run", "kept with the course"
_INK, _PAPER, _CHANCE = "#2563a8", "#c8413b", "#98a2b3"


def gather_results(run: Path | None = None, kept: Path | None = None) -> tuple[pd.DataFrame, list[str]]:
    """The rows of each paper's notebook from the run's results; where it wrote none, from the kept ones.

    Args:
        run: folder of the run's results; by default :func:`labkit.paths.results_dir`.
        kept: folder of the kept ones; by default the checkout's ``docs/results``.

    Returns:
        The rows, with the columns of :mod:`labkit.results` and ``from`` (HERE or KEPT); and the names of the
        notebooks that have none.
    """
    run = run or results_dir()
    kept = kept or (checkout() or Path.cwd()) / "docs" / "results"
    found = {place: read_results([folder]) for place, folder in ((HERE, run), (KEPT, kept))}
    parts, missing = [], []
    for paper in PAPERS:
        name = f"{paper.notebook}_{paper.name}"
        rows = {place: table[table["notebook"] == name] for place, table in found.items()}
        place = next((place for place, table in rows.items() if len(table)), None)
        if place is None:
            missing.append(name)
        else:
            parts.append(rows[place].assign(**{"from": place}))
    columns = [*COLUMNS, "from"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns), missing


def named(rows: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """The rows of some (notebook's number, system); of a notebook that has none of them, all."""
    keys = list(zip(rows["notebook"].str[:2], rows["system"], strict=True))
    covered = {number for number, system in keys if (number, system) in pairs}
    return rows[[key in pairs or key[0] not in covered for key in keys]].reset_index(drop=True)


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as people read them; the last column has the paper's figure and the data it is of."""
    table = results_table(rows)
    theirs = table.pop("paper, on its data")
    data = [_paper_data(row.notebook[:2], row.system) for row in rows.itertuples()]
    table["from"] = rows["from"]
    table["the paper, on its data"] = [
        f"{figure} ({name})" if figure else "" for figure, name in zip(theirs, data, strict=True)
    ]
    table["notebook"] = table["notebook"].str[:2]
    return table


def _paper_data(number: str, system: str) -> str:
    """The data that a paper's figure is of: those that the system names, or else all that the paper reads."""
    papers = {paper.notebook: paper.data for paper in PAPERS}
    known = {name for data in papers.values() for name in data.split(", ")}
    said = [word for word in system.replace(",", " ").split() if word in known]
    return " → ".join(dict.fromkeys(said)) or papers[number]


def side_by_side_figure(rows: pd.DataFrame) -> Figure:
    """A line a row: dot and interval ours, tick the commonest class, open diamond the paper's on other data.

    Correlations (CCC), where there are any, stand below the accuracies: they do not share a scale.
    """
    scored = {
        "accuracy": rows[rows["accuracy"].notna()],
        "ccc": rows[rows["accuracy"].isna() & rows["ccc"].notna()],
    }
    panels = {measure: part for measure, part in scored.items() if len(part)}
    heights = [len(part) + 2 for part in panels.values()] or [1]
    figure = Figure(figsize=(9, 0.5 + 0.33 * sum(heights)), layout="constrained")
    grid = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights).ravel()
    for axes, (measure, part) in zip(grid, panels.items(), strict=False):
        _panel(axes, part, measure)
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, measure: str) -> None:
    places = np.arange(len(rows))[::-1]
    columns = (measure, "low", "high", "paper", "majority")
    number = {name: pd.to_numeric(rows[name]).to_numpy(float) for name in columns}
    axes.hlines(places, number["low"], number["high"], color=_INK, linewidth=2)
    data = ", ".join(dict.fromkeys(rows["data"]))
    axes.plot(number[measure], places, "o", color=_INK, label=f"here, on {data} data, 95 % interval")
    if measure == "accuracy":
        tick = {"color": _CHANCE, "markersize": 14, "mew": 2, "label": "always the commonest class"}
        axes.plot(number["majority"], places, "|", **tick)
    axes.plot(number["paper"], places, "D", mfc="none", color=_PAPER, label="the paper, on its own data")
    labels = [f"{row.notebook[:2]}  {row.system} · {row.split}" for row in rows.itertuples()]
    axes.set_yticks(places, labels, fontsize=8)
    named = "accuracy" if measure == "accuracy" else "mean CCC"
    axes.set(xlim=(0, 1), ylim=(-0.7, len(rows) - 0.3), xlabel=named)
    axes.grid(axis="x", alpha=0.3)
    for here, below in zip(rows["notebook"][:-1], range(len(rows) - 1), strict=True):
        if here != rows["notebook"].iloc[below + 1]:
            axes.axhline(places[below] - 0.5, color="0.8", linewidth=0.8)
