"""What notebook 04 draws."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from labkit.affect import PLACES, SOURCE
from labkit.datasets.affwild2 import read_images
from labkit.datasets.balancing import histogram
from labkit.evaluation.agreement import AFFECT
from labkit.papers.valence_arousal.judging import Judged

VALENCE, AROUSAL, _GREY = "#3f6fb5", "#e07b39", "#888888"


def track_strips(frames: pd.DataFrame, count: int = 4, faces: int = 10) -> Figure:
    """Faces evenly spread along a few tracks, and the curves of valence and arousal below them."""
    clips = frames.loc[frames["valid"], "clip"].value_counts().index[:count]
    figure = Figure(figsize=(11, 2.1 * len(clips)), layout="constrained")
    for part, clip in zip(figure.subfigures(len(clips), 1, squeeze=False)[:, 0], sorted(clips), strict=True):
        theirs = frames[frames["clip"] == clip]
        _draw_track(part, clip, theirs, faces)
    return figure


def _draw_track(part, clip: str, frames: pd.DataFrame, count: int) -> None:
    usable = frames[frames["valid"]]
    chosen = usable.iloc[np.linspace(0, len(usable) - 1, count).round().astype(int)]
    above, below = part.subplots(2, 1, height_ratios=(1.3, 1))
    above.imshow(np.hstack(list(read_images(chosen, 64))), cmap="gray", vmin=0, vmax=255)
    above.set_axis_off()
    above.set_title(f"{clip}: {len(frames)} frames, {len(usable)} usable", fontsize=9, loc="left")
    for name, colour in zip(AFFECT, (VALENCE, AROUSAL), strict=True):
        below.plot(frames["frame"], frames[name].where(frames["valid"]), color=colour, label=name)
    below.axhline(0, color=_GREY, linewidth=0.6)
    below.set(ylim=(-1, 1), xlim=(frames["frame"].min(), frames["frame"].max()))
    below.tick_params(labelsize=7)
    below.legend(fontsize=7, frameon=False, loc="lower right", ncols=2)
    below.spines[["top", "right"]].set_visible(False)


def plane_histogram(frames: pd.DataFrame) -> Figure:
    """How many frames lie where in the plane, with the named emotions; the colours are logarithmic."""
    figure = Figure(figsize=(5.6, 4.8), layout="constrained")
    axes = figure.subplots()
    drawn = _draw_histogram(axes, frames[list(AFFECT)].to_numpy())
    for word, (valence, arousal) in PLACES.items():
        axes.text(valence, arousal, word, ha="center", va="center", fontsize=9, color="#b03030")
    axes.set_xlabel(f"valence\nwords: {SOURCE}", fontsize=9)
    figure.colorbar(drawn, ax=axes, label="frames", shrink=0.8)
    return figure


def subset_histograms(affect: np.ndarray, subsets: Mapping[str, np.ndarray]) -> Figure:
    """The paper's figure 3: the plane's histogram of each subset, by the rows it keeps."""
    figure = Figure(figsize=(2.6 * len(subsets), 2.9), layout="constrained")
    for axes, (name, rows) in zip(
        figure.subplots(1, len(subsets), sharey=True), subsets.items(), strict=True
    ):
        _draw_histogram(axes, affect[rows])
        axes.set_title(f"{name}\n{len(rows):,} frames", fontsize=9)
        axes.set_xlabel("valence", fontsize=8)
    for axes in figure.axes[1:]:
        axes.set_ylabel("")
    return figure


def _draw_histogram(axes, affect: np.ndarray):
    counts = histogram(affect).T.astype(float)
    counts[counts == 0] = np.nan
    norm = LogNorm(1, max(2, np.nanmax(counts)))
    drawn = axes.imshow(counts, origin="lower", extent=(-1, 1, -1, 1), cmap="viridis", norm=norm)
    axes.axhline(0, color=_GREY, linewidth=0.5)
    axes.axvline(0, color=_GREY, linewidth=0.5)
    axes.set_ylabel("arousal")
    return drawn


def affect_curves(history: pd.DataFrame, title: str) -> Figure:
    """Loss and CCC over the epochs, in training and on the dev videos."""
    figure = Figure(figsize=(9, 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11)
    for axes, measure in zip(figure.subplots(1, 2), ("loss", "ccc"), strict=True):
        axes.plot(history["epoch"], history[measure], "o-", color=VALENCE, label="training (mean of batches)")
        axes.plot(history["epoch"], history[f"val_{measure}"], "s-", color=AROUSAL, label="dev videos")
        axes.set(xlabel="epoch", ylabel={"loss": "loss", "ccc": "mean CCC"}[measure])
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(fontsize=8, frameon=False)
    return figure


def agreement_figure(judged: Mapping[str, Judged], data: str) -> Figure:
    """Mean CCC of valence and arousal with its interval over videos, a row a network."""
    rows = {name: (given.report.mean_ccc, *given.report.mean_interval) for name, given in judged.items()}
    return _intervals(rows, f"Test videos ({data})")


def toggles_figure(toggled: pd.DataFrame) -> Figure:
    """Mean CCC on the dev videos of each choice; the dotted line is the CNN of section 5.1."""
    rows = {row["choice"]: (row["mean"], row["low"], row["high"]) for row in toggled.to_dict("records")}
    figure = _intervals(rows, "Dev videos")
    figure.axes[0].axvline(toggled["mean"].iloc[0], color=_GREY, linestyle=":")
    return figure


def _intervals(rows: Mapping[str, Sequence[float]], title: str) -> Figure:
    figure = Figure(figsize=(8, 0.9 + 0.38 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for place, (mean, low, high) in enumerate(rows.values()):
        axes.plot([low, high], [place, place], color=VALENCE, linewidth=2)
        axes.plot(mean, place, "o", color=VALENCE, markersize=7)
        end = (np.nanmax([high, mean]), place)
        axes.annotate(f"{mean:.2f}", end, (5, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(rows)), rows)
    axes.invert_yaxis()
    axes.axvline(0, color=_GREY, linewidth=0.6)
    axes.set(xlabel="mean CCC of valence and arousal, 95 % interval over videos")
    axes.set_title(title, fontsize=11)
    axes.margins(x=0.12)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
