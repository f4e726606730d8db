"""Training, validation and test: by frame, by clip, by person, and what each lets leak.

A random split over images (as in the frame-difference paper) puts neighbours of a test
image, and the same person, into training; the accuracy it gives is partly memory. All three
policies are one rule over different units: an image, a clip, a person. Units are
spread so that every split gets its share of each kind (emotions for clips, sexes for
people) by systematic sampling, because scikit-learn's stratified splitters refuse a
kind with fewer members than splits, which small worlds have.

A fourth policy deals images at random too, but to the numbers that a paper prints for each emotion.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from labkit.errors import DataError

SPLITS = ("train", "validation", "test")
Ratios = tuple[float, float, float]  # shares of training, validation and test, in any unit
RATIOS: Ratios = (0.8, 0.1, 0.1)  # where nothing else is asked; a paper's own stand in its tables
_TRIES = 100  # deals of people that are looked at, if need be, for one with every emotion in every split


def split_by_frame(table: pd.DataFrame, seed: int, ratios: Ratios = RATIOS) -> pd.DataFrame:
    """The frame-difference paper's policy: images are dealt at random, whatever clip or person they show.

    Args:
        table: one row an image.
        seed: the same seed on the same table gives the same split.
        ratios: shares of training, validation and test, in any unit.

    Returns:
        The same rows with a column ``split`` of "train", "validation" or "test".

    Raises:
        DataError: if there are fewer than three images, or the ratios are no shares.
    """
    units = pd.DataFrame({"unit": np.arange(len(table)), "kind": 0})
    dealt = _deal(units, np.random.default_rng(seed), ratios, "images")
    return table.assign(split=dealt.to_numpy())


def split_by_quota(
    table: pd.DataFrame, quotas: Mapping[str, tuple[int, int, int]], seed: int
) -> pd.DataFrame:
    """The optimizer paper's policy: of each emotion so many images for each split, dealt at random.

    Args:
        table: one row an image; column ``emotion``.
        quotas: emotion → the numbers of training, validation and test images. Where the table has fewer
            images of an emotion, all are dealt, in the same proportions; where more, the rest is left out.
        seed: the same seed on the same table gives the same split.

    Returns:
        The rows that were dealt, in their order, with a column ``split``.

    Raises:
        DataError: if an emotion has no quota, or fewer than three images, or a quota is not three positive
            numbers.
    """
    strangers = sorted(set(table["emotion"]) - set(quotas))
    if strangers:
        raise DataError(f"There is no quota for {', '.join(strangers)}; give one, or leave these images out.")
    rng = np.random.default_rng(seed)
    split = pd.Series(index=table.index, dtype=object)
    for emotion, quota in quotas.items():
        rows = np.flatnonzero(table["emotion"] == emotion)
        sizes = _quota_sizes(emotion, len(rows), quota)
        split.iloc[rng.permutation(rows)[: sizes.sum()]] = np.repeat(SPLITS, sizes)
    return table.assign(split=split)[split.notna().to_numpy()]


def _quota_sizes(emotion: str, images: int, quota: tuple[int, int, int]) -> np.ndarray:
    """How many images of an emotion each split gets, int64 (3,)."""
    wanted = np.asarray(quota)
    if wanted.shape != (3,) or wanted.dtype.kind not in "iu" or not (wanted > 0).all():
        raise DataError(f"The quota {quota} of {emotion} is not three positive whole numbers.")
    if images < len(SPLITS):
        raise DataError(
            f"Too few images of {emotion}: {images}; training, validation and test need at least one each."
        )
    if images >= wanted.sum():
        return wanted
    exact = wanted / wanted.sum() * images
    sizes = np.maximum(1, np.floor(exact)).astype(int)
    while sizes.sum() < images:  # the rest goes where most was cut off
        sizes[np.argmax(exact - sizes)] += 1
    while sizes.sum() > images:
        sizes[np.argmax(sizes)] -= 1
    return sizes


def split_by_clip(table: pd.DataFrame, seed: int, ratios: Ratios = RATIOS) -> pd.DataFrame:
    """No clip is in two splits, and every split gets its share of each emotion; people are shared.

    ``table`` needs the columns ``clip`` and ``emotion``; else as :func:`split_by_frame`,
    with clips in the place of images.
    """
    return _split_by(table, "clip", "emotion", np.random.default_rng(seed), ratios, "clips")


def split_by_subject(table: pd.DataFrame, seed: int, ratios: Ratios = RATIOS) -> pd.DataFrame:
    """No person is in two splits, and every split gets its share of each sex, where ``sex`` is a column.

    Emotions balance of themselves where everybody shows each of them equally often. Where people show few
    (column ``emotion``), the deal is repeated until every split has at least half its share of every
    emotion; if a hundred deals fail, the best of them stands.

    ``table`` needs the column ``subject``; else as :func:`split_by_frame`, with people
    in the place of images.
    """
    rng = np.random.default_rng(seed)
    kind, best, fewest = "sex" if "sex" in table else "subject", None, np.inf
    for _ in range(_TRIES):
        dealt = _split_by(table, "subject", kind, rng, ratios, "people")
        lacking = _lacking(dealt)
        if lacking < fewest:
            best, fewest = dealt, lacking
        if not lacking:
            break
    return best


def _lacking(table: pd.DataFrame) -> int:
    """How many emotions have less than half their share of a split's images, summed over the splits."""
    if "emotion" not in table:
        return 0
    counts = pd.crosstab(table["split"], table["emotion"]).to_numpy()
    share = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    return int((counts < share / 2).sum())


def _split_by(
    table: pd.DataFrame, column: str, kind: str, rng: np.random.Generator, ratios: Ratios, what: str
) -> pd.DataFrame:
    units = pd.DataFrame({"unit": table[column], "kind": table[kind]}).drop_duplicates("unit")
    units = units.sort_values("unit", ignore_index=True)  # the split must not depend on the order of rows
    if kind == column:
        units["kind"] = 0
    dealt = _deal(units, rng, ratios, what)
    return table.assign(split=table[column].map(dict(zip(units["unit"], dealt, strict=True))))


def _deal(units: pd.DataFrame, rng: np.random.Generator, ratios: Ratios, what: str) -> pd.Series:
    """A split for each unit, aligned with ``units`` (columns unit, kind)."""
    shares = np.asarray(ratios, dtype=float)
    if shares.shape != (3,) or not np.all(shares > 0):
        raise DataError(f"Ratios {ratios} are not three positive shares such as {RATIOS}.")
    total = len(units)
    if total < len(SPLITS):
        raise DataError(
            f"Too little data to split: {total} {what}; training, validation and test need at least one each."
        )
    held_out = np.maximum(1, np.floor(shares[1:] / shares.sum() * total + 0.5)).astype(int)
    while held_out.sum() >= total:  # training keeps one
        held_out[held_out.argmax()] -= 1
    order = _spread(units["kind"], rng)
    split = pd.Series("train", index=units.index)
    split.iloc[order[: held_out[1]]] = "test"
    split.iloc[order[held_out[1] : held_out.sum()]] = "validation"
    return split


def _spread(kinds: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Shuffled positions in which every run of neighbours holds the kinds in proportion."""
    shuffled = kinds.iloc[rng.permutation(len(kinds))]
    groups = shuffled.groupby(shuffled)
    offset = groups.transform(lambda members: rng.random())
    place = (groups.cumcount() + offset) / groups.transform("size")
    return kinds.index.get_indexer(place.sort_values(kind="stable").index)


@dataclass(frozen=True)
class Leaks:
    """How much of the test set training has seen, as fractions of the test images."""

    images: int  # in the test set
    shared_subjects: float  # show a person who is in training
    shared_clips: float  # come from a clip that is in training
    near_duplicates: float  # have a training image of the same clip within ``within`` frames
    within: int

    def headline(self) -> str:
        """One plain sentence, the first line of every report on this split."""
        if not self.shared_subjects:
            return "No person of the test set was seen in training."
        people = f"{self.shared_subjects:.0%} of the test images show a person seen in training"
        if not self.shared_clips:
            return f"Shares people with training, but no clips: {people}."
        return (
            f"Shares people and clips with training: {people}, {self.shared_clips:.0%} come from a clip seen "
            f"in training, {self.near_duplicates:.0%} have a near duplicate there "
            f"(same clip, at most {self.within} frames apart)."
        )

    def to_dict(self) -> dict:
        return asdict(self)

    def __str__(self) -> str:
        return self.headline()


def leaks(table: pd.DataFrame, within: int | None = None) -> Leaks:
    """Measure what a split shares between training and test.

    Args:
        table: columns ``clip``, ``subject``, ``split``, and either ``start`` and ``stop``
            (frame numbers of a difference image's two frames) or ``frame`` (of a still).
        within: two images of a clip whose starts are at most so many frames apart
            count as near duplicates; by default the largest ``stop - start``, within
            which their frames interleave. Stills have no default.

    Raises:
        DataError: if training or the test set is empty, or a still's frame is not known.
    """
    if "start" not in table:
        table = _with_start(table, within)
    train, test = (table[table["split"] == name] for name in ("train", "test"))
    if train.empty or test.empty:
        raise DataError(f"A leak needs training and test images; there are {len(train)} and {len(test)}.")
    if within is None:
        within = int((table["stop"] - table["start"]).max())
    columns = ["clip", "start"]
    nearest = pd.merge_asof(
        test[columns].sort_values("start"),
        train[columns].sort_values("start").assign(twin=True),
        on="start",
        by="clip",
        direction="nearest",
        tolerance=within,
    )
    return Leaks(
        images=len(test),
        shared_subjects=float(test["subject"].isin(train["subject"]).mean()),
        shared_clips=float(test["clip"].isin(train["clip"]).mean()),
        near_duplicates=float(nearest["twin"].notna().mean()),
        within=within,
    )


def _with_start(stills: pd.DataFrame, within: int | None) -> pd.DataFrame:
    """Stills as images whose two frames are one."""
    if within is None:
        raise ValueError("the leaks of stills need 'within': so many frames apart they are near duplicates")
    if nameless := int(stills["frame"].isna().sum()):
        raise DataError(
            f"The names of {nameless} images do not tell their clip and frame, so leaks cannot be counted; "
            "look for near duplicates instead."
        )
    return stills.assign(start=stills["frame"].astype("int64"), stop=stills["frame"].astype("int64"))
