"""Figures of the leakage lab and of the errors by group; each returns a matplotlib Figure."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.evaluation.figures import image_grid
from labkit.scrutiny.crowd import EMOTIONS, Crowd
from labkit.scrutiny.planted import Planted

# One colour a policy, in figures and in the widget.
POLICY_COLOURS = {"by frame": "#c8413b", "by clip": "#e3a72f", "by subject": "#2563a8"}
_CLAIMED, _OPEN = "#c8413b", "#667085"


def crowd_strip(crowd: Crowd, people: int = 5) -> Figure:
    """People a row, emotions a column: the first face of each."""
    rows = [_faces(crowd, person) for person in crowd.people[:people]]
    return image_grid(rows, titles=EMOTIONS, inches=1.1)


def twins(crowds: dict[str, Crowd], people: int = 7, emotion: str = "happy") -> Figure:
    """One emotion of some people, a row a dress."""
    shown = [
        [_faces(crowd, person)[EMOTIONS.index(emotion)] for person in crowd.people[:people]]
        for crowd in crowds.values()
    ]
    return image_grid(shown, row_labels=list(crowds), inches=1.1)


def curve_figure(curve: pd.DataFrame, chance: float, title: str) -> Figure:
    """Left: accuracy over the number of people, a line a policy. Right: what the gaps to "by subject" are.

    Args:
        curve: of :meth:`~labkit.scrutiny.leakage.LeakageStudy.curve`.
        chance: drawn as a dashed line.
    """
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    figure.suptitle(title, fontsize=11)
    left, right = figure.subplots(1, 2)
    for policy, part in curve.groupby("split", sort=False):
        _line(left, part, ("accuracy", "low", "high"), policy)
        if part["gap"].notna().all():
            _line(right, part, ("gap", "gap low", "gap high"), policy, f"{policy} − by subject")
    left.axhline(chance, color="0.5", linestyle="--", label="chance")
    right.axhline(0, color="0.5", linewidth=1)
    left.set(ylim=(0, 1), ylabel="accuracy")
    right.set(ylabel="gap in accuracy")
    for axes in (left, right):
        axes.set_xscale("log")
        counts = sorted(curve["people"].unique())
        axes.set_xticks(counts, [str(count) for count in counts])
        axes.minorticks_off()
        axes.set_xlabel("people in the data")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=9)
    return figure


def groups_figure(groups: pd.DataFrame, gaps: pd.DataFrame) -> Figure:
    """Left: accuracy of each group with its number of people. Right: the differences that were compared."""
    figure = Figure(figsize=(11, 0.9 + 0.38 * len(groups)), layout="constrained")
    left, right = figure.subplots(1, 2)
    names = [f"{row.trait}: {row.group} ({row.people} people)" for row in groups.itertuples()]
    colours = np.full(len(groups), "#2563a8")
    _forest(left, names, groups[["accuracy", "low", "high"]].to_numpy(float), colours)
    left.set(xlim=(0, 1), xlabel="accuracy on people never met, 95 %")
    names = [f"{row.trait}: {row.A} − {row.B}" for row in gaps.itertuples()]
    claimed = (gaps["low"] > 0) | (gaps["high"] < 0)
    colours = np.where(claimed, _CLAIMED, _OPEN)
    _forest(right, names, gaps[["A − B", "low", "high"]].to_numpy(float), colours)
    right.axvline(0, color="0.5", linewidth=1)
    right.set(xlabel="difference; red: may be claimed")
    return figure


def planted_figure(studies: dict[str, Planted]) -> Figure:
    """A panel a trait: accuracy on both twins under each training, with the gap between them."""
    figure = Figure(figsize=(5.6 * len(studies), 3.9), layout="constrained")
    for axes, (name, study) in zip(
        np.ravel(figure.subplots(1, len(studies), squeeze=False)), studies.items(), strict=True
    ):
        table = study.table()
        places = np.arange(len(table))
        for shift, (trait, colour) in zip(
            (-0.18, 0.18), zip(study.trait, ("#e3a72f", "#7a56a6"), strict=True), strict=True
        ):
            axes.bar(places + shift, table[f"tested: {trait}"], 0.34, color=colour, label=f"tested: {trait}")
        for place, row in zip(places, table.to_dict("records"), strict=True):
            told = f"gap {100 * row['gap']:.0f}\n({100 * row['low']:.0f} to {100 * row['high']:.0f})"
            top = max(row[f"tested: {trait}"] for trait in study.trait)
            axes.text(place, top + 0.01, told, ha="center", va="bottom", fontsize=9)
        axes.set_xticks(places, [text.replace(" has", "\nhas") for text in table["in training"]], fontsize=9)
        axes.set(ylim=(0, 1), ylabel="accuracy on people never met", title=name)
        axes.legend(fontsize=9, loc="upper right")
    return figure


def _faces(crowd: Crowd, person: str) -> list[np.ndarray]:
    """A person's first face of each emotion, in three channels."""
    table = crowd.table
    rows = [table.index[(table["subject"] == person) & (table["emotion"] == name)][0] for name in EMOTIONS]
    return [np.repeat(crowd.faces[row][..., None], 3, axis=2) for row in rows]


def _line(
    axes: Axes, part: pd.DataFrame, columns: tuple[str, str, str], policy: str, label: str = ""
) -> None:
    middle, low, high = (part[name].to_numpy(float) for name in columns)
    colour = POLICY_COLOURS[policy]
    axes.plot(part["people"], middle, "o-", color=colour, label=label or policy)
    axes.fill_between(part["people"], low, high, color=colour, alpha=0.18, linewidth=0)


def _forest(axes: Axes, names: list[str], numbers: np.ndarray, colours: np.ndarray) -> None:
    """A dot and an interval a line, the first on top; a line without an interval keeps its dot."""
    places = np.arange(len(names))[::-1]
    for place, (middle, low, high), colour in zip(places, numbers, colours, strict=True):
        axes.plot(middle, place, "o", color=colour, mfc="none" if np.isnan(low) else colour)
        axes.hlines(place, low, high, color=colour, linewidth=2)
    axes.set_yticks(places, names, fontsize=9)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="x", alpha=0.3)
