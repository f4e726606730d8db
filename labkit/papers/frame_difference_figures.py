"""The pictures of notebook 02: what each step of the pre-processing does to a face."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from labkit.emotions import COLOURS
from labkit.faces.boxes import Box


def image_grid(
    rows: Sequence[Sequence[np.ndarray]],
    *,
    titles: Sequence[str] = (),
    row_labels: Sequence[str] = (),
    gain: Sequence[float] = (),
    inches: float = 1.7,
) -> Figure:
    """Images in rows and columns.

    Args:
        rows: uint8 RGB images (H, W, 3), one sequence a row.
        titles: one a column.
        row_labels: one a row, written at its left.
        gain: what each row is multiplied by before it is shown (difference images are dark).
        inches: width of one image.
    """
    columns = max(len(row) for row in rows)
    figure = Figure(figsize=(inches * columns + 0.6, inches * len(rows) + 0.4), layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for r, row in enumerate(rows):
        factor = gain[r] if gain else 1.0
        for c in range(columns):
            axes[r, c].set(xticks=[], yticks=[])
            if c < len(row):
                axes[r, c].imshow(np.clip(row[c].astype(np.float32) * factor, 0, 255).astype(np.uint8))
            if r == 0 and c < len(titles):
                axes[r, c].set_title(titles[c], fontsize=10)
        if r < len(row_labels):
            axes[r, 0].set_ylabel(row_labels[r], fontsize=10)
    return figure


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
