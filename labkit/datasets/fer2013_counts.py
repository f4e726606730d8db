"""FER2013's published counts, and a copy's against them."""

from collections import Counter

import pandas as pd

from labkit.datasets.check import Part
from labkit.datasets.fer2013_csv import CLASSES

PUBLISHED = {
    "train": dict(zip(CLASSES, (3995, 436, 4097, 7215, 4830, 3171, 4965), strict=True)),
    "validation": dict(zip(CLASSES, (467, 56, 496, 895, 653, 415, 607), strict=True)),
    "test": dict(zip(CLASSES, (491, 55, 528, 879, 594, 416, 626), strict=True)),
}
# Class folders have the validation images in "test".
IN_FOLDERS = {
    "train": PUBLISHED["train"],
    "test": {emotion: PUBLISHED["validation"][emotion] + PUBLISHED["test"][emotion] for emotion in CLASSES},
}


def parts_of(table: pd.DataFrame, folders: bool = False) -> list[Part]:
    """The counts of the columns ``split`` and ``emotion``, against the table's or the class folders' own."""
    published = IN_FOLDERS if folders else PUBLISHED
    return [_part(split, table, expected) for split, expected in published.items()]


def short(parts: list[Part]) -> list[str]:
    """A sentence for each part that has fewer images than were published."""
    return [
        f"{part.name}: {part.expected_clips - part.clips} of {part.expected_clips} images are not here"
        for part in parts
        if part.clips < part.expected_clips
    ]


def repeats_line(table: pd.DataFrame) -> str:
    """How many images repeat another, by their ``digest`` (and ``split``), in one sentence."""
    train, test = (table.loc[table["split"] == split, "digest"] for split in ("train", "test"))
    return (
        f"{int(table['digest'].duplicated().sum())} images repeat an earlier one, pixel for pixel; "
        f"{int(test.isin(set(train)).sum())} test images are in training too."
    )


def _part(split: str, table: pd.DataFrame, expected: dict[str, int]) -> Part:
    labels = Counter(table.loc[table["split"] == split, "emotion"])
    return Part(
        name=split,
        clips=labels.total(),
        expected_clips=sum(expected.values()),
        people=None,
        expected_people=None,
        labels=dict(labels),
        expected_labels=expected,
        unit="images",
    )
