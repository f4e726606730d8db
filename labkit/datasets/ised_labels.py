"""Labels for face stills without a person who looks at them: near a clip's peak, the clip's emotion.

The paper's authors labelled each face by eye, because a clip begins and ends with a neutral face. The
automatic label says the same where the data set knows when the expression is strongest; faces further from
that moment get no label.
"""

import pandas as pd

from labkit.errors import DataError

WITHIN = 0.7  # seconds from the peak
LABELLED, TOO_FAR, NO_PEAK, UNKNOWN = (
    "labelled",
    "too far from the peak",
    "labelled, of a clip without a peak",
    "of no clip of the manifest",
)


def automatic_labels(
    faces: pd.DataFrame, clips: pd.DataFrame, within: float = WITHIN
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give the faces that are near their clip's peak the clip's emotion; leave out the others.

    Args:
        faces: columns ``clip``, ``time`` (seconds) and ``fps``, as
            :func:`labkit.preprocessing.stills.extract_faces` returns them.
        clips: columns ``clip``, ``emotion`` and ``peak`` (frame from 1, may be missing), as
            :func:`labkit.datasets.ised.load` returns them. All faces of a clip without a peak are labelled.
        within: seconds from the peak, before or after.

    Returns:
        The labelled faces with a column ``emotion``, and how many faces were labelled (and how many of these
        belong to a clip without a peak) or left out, and why.

    Raises:
        DataError: if no face is left.
    """
    known = clips.set_index("clip")
    emotion = faces["clip"].map(known["emotion"])
    peak = faces["clip"].map(known["peak"])
    peak_time = (peak.astype("Float64") - 1) / faces["fps"]
    near = (faces["time"] - peak_time).abs() <= within + 1e-9
    unknown, peakless = emotion.isna(), emotion.notna() & peak.isna()
    kept = ~unknown & (peakless | near.fillna(False).astype(bool))
    if not kept.any():
        raise DataError(
            f"None of {len(faces)} faces is within {within} s of its clip's peak; allow a longer time."
        )
    counts = {
        LABELLED: int(kept.sum()),
        NO_PEAK: int(peakless.sum()),
        TOO_FAR: int((~kept & ~unknown).sum()),
        UNKNOWN: int(unknown.sum()),
    }
    return faces.assign(emotion=emotion)[kept].reset_index(drop=True), counts
