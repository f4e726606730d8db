"""What the checks of the paper come to, in sentences a notebook can show.

Every number in a sentence is computed by :mod:`labkit.papers.resnet_folds.forensics`,
:mod:`~labkit.papers.resnet_folds.class_sizes` or :mod:`~labkit.papers.resnet_folds.verdict`, or stands in
:mod:`~labkit.papers.resnet_folds.tables`; the sentences add what it may mean, and say "may".
"""

import math

import pandas as pd

from labkit.papers.resnet_folds import forensics, tables
from labkit.papers.resnet_folds.class_sizes import class_sizes, uar_checked
from labkit.papers.resnet_folds.verdict import chance_of_well, field_verdicts, outcomes


def findings() -> pd.DataFrame:
    """One row a check: where it looks, and what comes out, as a sentence with its figures."""
    checks = {
        "three verdicts": _verdicts(),
        "verdicts on the field": _field(),
        "the luck in a verdict": _luck(),
        "scored on all data": _scored(),
        "KFold or StratifiedKFold": _folds(),
        "frames dealt to folds": _siblings(),
        "362 clips": _eliminated(),
        "clips of each emotion": _sizes(),
        "WAR and disgust": _disgust(),
        "WAR and UAR": _orders(),
        "one name, two figures": _reruns(),
        "means of recalls": _means(),
        "Table 1's FLOPs": _flops(),
        "the listing's conv1": _listing(),
        "parameters": _parameters(),
        "the softmax formula": _softmax(),
        "sixteen frames": _frames(),
        "the time of training": _time(),
    }
    return pd.DataFrame({"check": list(checks), "finding": list(checks.values())})


def _verdicts() -> str:
    found = outcomes().set_index(["rule", "verdict"])
    either, none = found.loc[("either", "one of the three")], found.loc[("either", "none")]
    section_3, abstract = (found.loc[(rule, "none"), "patterns"] for rule in ("section 3", "abstract"))
    return (
        f"Each of seven classes is under 50 %, between, or above 80 %: "
        f"{either.patterns + none.patterns:,.0f} outcomes, of which {section_3:,.0f} have no verdict by "
        f"section 3, {abstract:,.0f} by the abstract and {none.patterns:,.0f} by either. Of all sets of "
        f"recalls, each share as likely as any other, {none['share']:.1%} have none: six classes at 100 % "
        "and one at 49 % have not."
    )


def _field() -> str:
    said = field_verdicts()
    none = said[(said["abstract"] == "none") & (said["section 3"] == "none")]
    best = said.loc[said["war"].idxmax()]
    return (
        f"Of {len(said)} methods whose recalls on DFEW are published, {len(none)} get no verdict by either "
        f"rule. {best['name']}, the best of them (WAR {best['war']:.1f} %), has {best['high']} class above "
        f"80 % and {best['low']} under 50 %. A verdict that nobody gets tells nobody apart."
    )


def _luck() -> str:
    clips = class_sizes()["about"].round().astype(int)
    fold = tables.DISGUST_CLIPS // tables.FOLDS
    on_all, on_one = (chance_of_well(0.85, sizes) for sizes in (clips, clips // tables.FOLDS))
    return (
        f"A network that names every clip rightly with 85 % is called “well performed” {on_all:.0%} of the "
        f"time on all clips, and {on_one:.0%} on one fold, which has {fold} clips of disgust. "
        f"{math.ceil(tables.WELL * fold)} right of {fold} reach 80 %; to be sure of it (95 %) takes "
        f"{forensics.right_to_be_sure(fold)}."
    )


def _scored() -> str:
    scored = forensics.scored_on_all().set_index("network")
    never, guess, majority, _, former = (row for _, row in scored.iterrows())
    return (
        f"A fold's network has learnt {forensics.SCORED_SEEN:.0%} of all clips. One that knows them by heart "
        f"prints {never.on_all:.0%} if it is never right on the rest: the paper's own threshold, in every "
        f"class. Guessing prints {guess.on_all:.1%}, the commonest emotion {majority.on_all:.1%}, and "
        f"Former-DFER's {former.held_out:.1%} would print {former.on_all:.1%}. Answers averaged over the "
        "five networks hide still more: each clip was learnt by four of them."
    )


def _folds() -> str:
    mean, spread = forensics.rare_in_a_fold()
    poor = forensics.chance_of_a_poor_fold(20)
    small = forensics.chance_of_a_poor_fold(1, rare=12, clips=330)
    return (
        f"KFold does not look at labels: a fold has {mean:.1f} ± {spread:.1f} clips of disgust, and some "
        f"fold fewer than 20 in {poor:.0%} of all draws; StratifiedKFold has 29 or 30 in each. It is no "
        f"disaster with {tables.USED_CLIPS:,} clips. With 330 clips and 12 of disgust, some fold has none in "
        f"{small:.0%} of all draws. Neither knows people or films, which fill both sides."
    )


def _siblings() -> str:
    frames = forensics.frames_for_a_stranger()
    return (
        f"If frames and not clips are dealt to five folds, one test frame in {frames:,} has none of its "
        f"clip's {tables.FRAMES - 1} other frames in training: the test asks for faces that were learnt."
    )


def _eliminated() -> str:
    left, unlabelled = tables.CLIPS - tables.ELIMINATED, tables.CLIPS - tables.ONE_LABEL
    return (
        f"{tables.CLIPS:,} − {tables.ELIMINATED} is {left:,}, but DFEW's folds have {tables.USED_CLIPS:,} "
        f"clips: {tables.ONE_LABEL:,} with one label, less the {tables.ELIMINATED} "
        f"({tables.ELIMINATED / tables.ONE_LABEL:.0%}). The other {unlabelled:,} have no emotion with "
        "six of ten votes. So a network that is trained by DFEW's folds sees "
        f"{tables.USED_CLIPS / tables.CLIPS:.0%} of the clips that the paper names."
    )


def _sizes() -> str:
    rows = class_sizes().itertuples()
    told = ", ".join(
        f"{row.emotion} {row.least:,.0f} to {row.most:,.0f}" for row in rows if row.emotion != "disgust"
    )
    asked = int(uar_checked()["agrees"].sum())
    return (
        f"A WAR is the recalls weighted by clips, so {asked} published rows leave little room: {told}; "
        f"disgust has {tables.DISGUST_CLIPS}. The numbers are worked out, not counted."
    )


def _disgust() -> str:
    war, uar = forensics.never_answered()
    silent = sum(result.recalls[tables.CLASSES.index("disgust")] == 0 for result in tables.with_recalls())
    return (
        f"Never to answer disgust costs at most {100 * war:.2f} points of WAR, and {100 * uar:.1f} of UAR: "
        f"{silent} of {len(tables.with_recalls())} methods find none of its {tables.DISGUST_CLIPS} clips. By "
        "the paper's rule they could not be “well performed”, whatever their WAR."
    )


def _orders() -> str:
    pairs = forensics.orders_that_differ()
    a, b = (tables.field(name) for name in ("EST", "Former-DFER"))
    return (
        f"{len(pairs)} pairs of methods stand in one order by WAR and in the other by UAR, {a.name} "
        f"({a.war:.2f}, {a.uar:.2f}) and {b.name} ({b.war:.2f}, {b.uar:.2f}) among them: one figure "
        "is not enough."
    )


def _reruns() -> str:
    one, other = (tables.field(name) for name in ("3D ResNet-18", "3D ResNet-18, another run"))
    gain = tables.field("EC-STFL").war - other.war
    return (
        f"A 3D ResNet-18 on DFEW's five folds has WAR {one.war:.2f} in one paper and {other.war:.2f} in "
        f"another run, {one.war - other.war:.1f} points apart with one name. EC-STFL is {gain:.1f} above the "
        "lower and below the higher: settings, or an epoch chosen on the test fold, may weigh more than "
        "methods."
    )


def _means() -> str:
    checked = uar_checked()
    wrong = checked[~checked["agrees"]]
    told = ", ".join(
        f"{row.name} ({row.printed:.2f}, not {row.recomputed:.2f})" for row in wrong.itertuples(index=False)
    )
    right = int(checked["agrees"].sum())
    return f"{right} of {len(checked)} rows have the UAR that their recalls give; not so {told}."


def _flops() -> str:
    text, he, _ = forensics.networks_checked()["multiply_adds"] / 1e9
    return (
        f"Table 1 prints {tables.FLOPS / 1e9:.1f}×10⁹ FLOPs, which are multiply-adds. By our count a network "
        f"that halves its size in the 3×3, as the text says, has {text:.2f}×10⁹; one that does so in the 1×1 "
        f"has {he:.2f}×10⁹, and that is He et al.'s first version."
    )


def _listing() -> str:
    rows = forensics.networks_checked()
    table, listing = rows.iloc[0], rows.iloc[2]
    return (
        f"Without conv1's stride every later picture has twice the side, {listing['last']} pixels in the end "
        f"and not {table['last']}: {listing.multiply_adds / 1e9:.1f}×10⁹ multiply-adds, "
        f"{listing.multiply_adds / table.multiply_adds:.1f} times as many. It runs, since the last pooling "
        "takes any size, and the number of weights is the same: only time and memory tell."
    )


def _parameters() -> str:
    whole, seven = forensics.parameters(), forensics.parameters(outputs=len(tables.CLASSES))
    return (
        f"{whole:,} with 1000 outputs; less 2,049 × 1000, more 2,049 × 7, is {seven:,} with seven, "
        f"{seven / (tables.USED_CLIPS * forensics.SCORED_SEEN):,.0f} for each training clip."
    )


def _softmax() -> str:
    fear = forensics.softmax_as_printed([0.0] * len(tables.CLASSES))[-1]
    return (
        f"By the letter the formula has e^i of the place i, so every clip is {tables.CLASSES[-1]} with "
        f"{fear:.0%}, whatever the network says. Meant is e to the power of the i-th output."
    )


def _frames() -> str:
    least, most = tables.SECONDS
    short, long = (forensics.frames_between(seconds) for seconds in (least, most))
    return (
        f"A clip of {least} to {most} s has a film's 24 frames a second, so from one "
        f"of sixteen moments to the next it is {short:.1f} to {long:.1f} frames, up to {long / 24:.2f} s. A "
        "passing expression, let alone the micro-expressions the paper hopes for, falls between."
    )


def _time() -> str:
    epoch = forensics.epoch_of_five()
    return (
        f"One epoch of five trainings on {tables.USED_CLIPS:,} clips is {epoch / 1e15:.1f}×10¹⁵ "
        f"multiply-adds, a backward pass taken for two forward ones: {epoch / 1e13 / 60:.0f} minutes at "
        "10¹³ a second, and four times that by the listing. The paper calls training long and gives no time."
    )
