"""The pictures of notebook 02: what each step of the pre-processing does to a face."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from labkit.emotions import COLOURS
from labkit.evaluation.figures import brightened, image_grid, picture
from labkit.faces.boxes import Box

if TYPE_CHECKING:
    from IPython.display import HTML

    from labkit.widgets.difference_explorer import DifferenceExplorer


def still(explorer: "DifferenceExplorer") -> "HTML":
    """What the explorer shows now, as a picture: for a page that no kernel serves."""
    return picture(explorer.picture.value, "jpeg", explorer.state.caption)


def detection_figure(image: np.ndarray, face: Box, eyes: tuple[Box, Box], mouth: Box, roll: float) -> Figure:
    """The paper's figures 6 and 7: the boxes Haar finds, and the line whose angle is the roll (degrees)."""
    figure = Figure(figsize=(7.5, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.imshow(image)
    axes.axis("off")
    for box, colour in ((face, "#e3a72f"), (eyes[0], "#53c0ff"), (eyes[1], "#53c0ff"), (mouth, "#ff7a7a")):
        axes.add_patch(Rectangle((box.x, box.y), box.w, box.h, fill=False, edgecolor=colour, linewidth=2))
    left, right, low = (np.array(box.center) for box in (*eyes, mouth))
    between = (left + right) / 2
    axes.plot(*np.stack([left, right]).T, color="#53c0ff", linewidth=1.5)
    axes.plot(*np.stack([between, low]).T, color="white", linewidth=2.5)
    axes.plot([between[0]] * 2, [between[1], low[1]], color="white", linewidth=1.5, linestyle=":")
    axes.set_title(f"roll {roll:+.1f}°: solid line against the dotted vertical", fontsize=11)
    return figure


def energy_by_gap_figure(curves: dict[str, np.ndarray], gap: int) -> Figure:
    """Mean difference (grey levels) against the gap, one curve a label; ``curves[label][g - 1]`` is gap g."""
    figure = Figure(figsize=(7.5, 3.4), layout="constrained")
    axes = figure.subplots()
    for label, curve in curves.items():
        axes.plot(np.arange(1, len(curve) + 1), curve, label=label, color=COLOURS.get(label), linewidth=2)
    axes.axvline(gap, color="#444444", linestyle=":", label=f"the paper's gap, {gap}")
    axes.set(xlabel="gap (frames)", ylabel="mean difference (grey levels)", ylim=(0, None))
    axes.legend(frameon=False, fontsize=9)
    return figure


def counts_figure(ours: dict[str, int], paper: dict[str, int], label: str) -> Figure:
    """Difference images an emotion, ours beside the paper's Table 1, each as a share of its total."""
    figure = Figure(figsize=(7.5, 3.0), layout="constrained")
    axes = figure.subplots()
    names = list(paper)
    for shift, (counts, name, alpha) in enumerate(((paper, "paper (RAVDESS)", 0.45), (ours, label, 1.0))):
        total = sum(counts.values())
        shares = [100 * counts.get(emotion, 0) / total for emotion in names]
        bars = axes.bar(
            np.arange(len(names)) + 0.4 * shift - 0.2,
            shares,
            0.38,
            label=f"{name}, {total:,} images",
            alpha=alpha,
            color=[COLOURS[emotion] for emotion in names],
        )
        axes.bar_label(bars, [f"{counts.get(emotion, 0):,}" for emotion in names], fontsize=8)
    axes.set_xticks(np.arange(len(names)), names)
    axes.set(ylabel="share (%)", ylim=(0, 25))
    axes.legend(frameon=False, fontsize=9, loc="upper center", ncols=2)
    return figure


def camera_and_difference(pairs: Sequence[tuple[str, np.ndarray, np.ndarray]], gain: float = 4) -> Figure:
    """The paper's figure 13: the camera's view above, the difference view below, one column a label.

    Args:
        pairs: (label, face, difference image), both uint8 (S, S, 3).
        gain: what the differences are multiplied by.
    """
    labels, faces, differences = zip(*pairs, strict=True)
    bright = [brightened(difference, gain) for difference in differences]
    return image_grid(
        [faces, bright], titles=labels, row_labels=["camera", f"difference, ×{gain:g}"], inches=1.9
    )


def probe_figure(probes: pd.DataFrame, gap: int, stride: int, chance: float) -> Figure:
    """Accuracy against the gap (at ``stride``) and against the stride (at ``gap``).

    Args:
        probes: rows of :func:`labkit.papers.frame_difference.lessons.probe_accuracy`.
    """
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, knob, fixed, value in ((left, "gap", "stride", stride), (right, "stride", "gap", gap)):
        rows = probes[probes[fixed] == value].sort_values(knob)
        axes.errorbar(
            rows[knob], 100 * rows["accuracy"], 100 * rows["deviation"], marker="o", capsize=3, label="probe"
        )
        axes.axhline(100 * chance, color="#888888", linestyle=":", label="chance")
        for row in rows.itertuples():
            note = f"{row.images:,}" if knob == "stride" else f"{row.difference:.1f}"
            axes.annotate(
                note, (getattr(row, knob), 100 * row.accuracy), (4, 8), textcoords="offset points", fontsize=8
            )
        axes.set(xlabel=f"{knob} (frames), {fixed} {value}", ylim=(0, None))
    left.set(ylabel="accuracy on unseen people (%)", title="beside each point: mean difference, grey levels")
    right.set_title("beside each point: number of images")
    for axes in (left, right):
        axes.title.set_fontsize(10)
    left.legend(frameon=False, fontsize=9)
    return figure
