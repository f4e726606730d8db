"""How the fifth system is judged: by networks that have not learned from a clip, or by all.

Both give a :class:`labkit.evaluation.fold_report.FoldReport`, so that they can be laid side by side.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.datasets.dfew import CLASSES
from labkit.datasets.folds import check_folds
from labkit.evaluation.clip_decision import clip_answers
from labkit.papers.resnet_folds.system import Answered, class_numbers, people_known
from labkit.training.image_sets import PARTS

if TYPE_CHECKING:
    from labkit.evaluation.fold_report import FoldReport


def judge(answered: Answered, clips: np.ndarray | None = None) -> "FoldReport":
    """Every clip judged once, by the network that did not learn from it.

    Args:
        clips: answers to the tested clips, (m, 7); the means of their frames' logits by default.
    """
    from labkit.evaluation.fold_report import FoldReport

    table = answered.table
    splits = answered.networks.splits
    names = (*PARTS[:2], f"test, in the first of {len(splits)} turns")
    return FoldReport.from_answers(
        answered.labels,
        answered.clips() if clips is None else clips,
        table["fold"].to_numpy(),
        CLASSES,
        subjects=table["subject"].to_numpy(str),
        policy=answered.policy,
        leak_line=_shared(answered.dealt),
        data=answered.data,
        seed=answered.seed,
        sizes={name: int((splits[0] == part).sum()) for part, name in zip(PARTS, names, strict=True)},
    )


def judge_on_all(answered: Answered) -> "FoldReport":
    """What the paper's protocol reports: every network scored on all clips, most of which it learned from."""
    from labkit.evaluation.fold_report import FoldReport

    count = len(answered.networks.answers)
    clips = clip_answers(answered.networks.answers)
    return FoldReport.from_answers(
        np.tile(class_numbers(answered.dealt), count),
        clips.reshape(-1, clips.shape[-1]),
        np.repeat(np.arange(count), len(answered.dealt)),
        CLASSES,
        subjects=np.tile(answered.dealt["subject"].to_numpy(str), count),
        policy="scored on all data",
        leak_line="Most of the clips that a network is scored on, it has learned from.",
        data=answered.data,
        seed=answered.seed,
        sizes={"test": clips.shape[0] * clips.shape[1]},
    )


def _shared(dealt: pd.DataFrame) -> str:
    """What the folds share, in a sentence or two."""
    if people_known(dealt) and dealt.groupby("subject")["fold"].nunique().max() == 1:
        return "Nobody is in two folds."
    return " ".join(check_folds(dealt))
