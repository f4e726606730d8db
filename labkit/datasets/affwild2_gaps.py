"""What is missing or odd in each of Aff-Wild2's tracks, counted, and said in sentences.

Rows without an image are usual (no face was found there), and so are rows marked -5: they are notes, not
faults. They matter because a window of frames must not run across them.
"""

import numpy as np
import pandas as pd

from labkit.datasets.affwild2_files import FrameFiles
from labkit.datasets.affwild2_labels import Annotation
from labkit.datasets.folders import several

WINDOW = 101  # frames in a row: a hundred to read, and the next one to tell

COLUMNS = (
    "clip", "split", "rows", "images", "before", "midst", "after", "beyond",
    "marked", "marked_runs", "outside", "valid", "longest", "constant", "header", "others",
)  # fmt: skip


def gaps_of(clip: str, split: str, annotation: Annotation, images: FrameFiles | None) -> dict[str, object]:
    """The counts of one track, by :data:`COLUMNS`.

    ``before``, ``midst`` and ``after`` are rows without an image: before its first one, between two, after
    its last. ``beyond`` are images without a row; ``longest`` is the longest unbroken run of valid rows;
    ``constant`` says what of valence and arousal never changes over the valid rows.
    """
    rows = len(annotation.values)
    numbers = np.array(sorted(images.names) if images else [], int)
    has_image = np.zeros(rows, bool)
    has_image[numbers[numbers <= rows] - 1] = True
    seen = np.flatnonzero(has_image)
    first, last = (seen[0], seen[-1] + 1) if len(seen) else (rows, rows)
    valid = has_image & np.isfinite(annotation.affect).all(axis=1)
    labels = annotation.affect[valid]
    return {
        **{"clip": clip, "split": split, "rows": rows, "images": len(numbers)},
        **{"before": int(first), "midst": int(last - first - len(seen)), "after": int(rows - last)},
        **{"beyond": int((numbers > rows).sum()), "outside": int(annotation.outside.sum())},
        **{"marked": int(annotation.marked.sum()), "marked_runs": len(_runs(annotation.marked))},
        **{"valid": int(valid.sum()), "longest": int(max(_runs(valid), default=0))},
        "constant": _constant(labels),
        **{"header": bool(annotation.has_header), "others": images.others if images else 0},
    }


def sentences(gaps: pd.DataFrame) -> list[str]:
    """What the gaps of all tracks come to, a sentence a kind."""
    lost = gaps["before"] + gaps["midst"] + gaps["after"]
    midst, runs = gaps["midst"].sum(), gaps["marked_runs"].sum()
    few = (gaps["rows"] < WINDOW).sum()
    kinds = [
        (lost, f"rows have no image, {midst:,} of them between two that have one"),
        (gaps["beyond"], "images have no row"),
        (gaps["marked"], f"rows are marked invalid (-5), in {runs:,} runs"),
        (gaps["others"], "files are no image of a frame"),
    ]
    said = [f"{counts.sum():,} {what}: {_tracks(gaps, counts > 0)}" for counts, what in kinds if counts.any()]
    tracks = [
        (
            gaps["longest"] < WINDOW,
            f"no window: never {WINDOW} valid frames in a row ({few} have fewer rows)",
        ),
        (gaps["constant"].str.contains("valence"), "one valence throughout, of which no CCC is defined"),
        (gaps["constant"].str.contains("arousal"), "one arousal throughout, of which no CCC is defined"),
        (~gaps["header"], "no header; the first line was read as the first frame"),
    ]
    return said + [f"{what}: {_tracks(gaps, mask)}" for mask, what in tracks if mask.any()]


def _tracks(gaps: pd.DataFrame, mask: pd.Series) -> str:
    """How many tracks, and which."""
    clips = gaps["clip"][mask].tolist()
    return f"{len(clips)} tracks ({several(clips)})"


def _runs(mask: np.ndarray) -> np.ndarray:
    """The lengths of the unbroken runs of True, (r,) int."""
    edges = np.diff(mask.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)


def _constant(labels: np.ndarray) -> str:
    """Which of valence and arousal never changes; "" where there are no labels to compare."""
    if len(labels) < 2:
        return ""
    return " ".join(np.array(["valence", "arousal"])[np.ptp(labels, axis=0) == 0])
