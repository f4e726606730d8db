"""What each paper claims, and what of it survives in the results at hand.

A claim is tested by one of three questions, each asked of rows of the results and answered in a sentence
with its figures: is a system clear of always answering the commonest class, once people are held out; is one
system ahead of another; is a threshold reached. What was measured on drawn people can refute a *method* (a
split, a comparison without intervals), never a paper's figure on its own data: no sentence says more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

Test = Callable[[pd.DataFrame], str]
SEEN = "scored on all data"  # a split that holds nothing out


@dataclass(frozen=True)
class Claim:
    """One claim of a paper.

    Attributes:
        notebook: the number of its notebook.
        said: the claim in our words.
        where: the place in the paper.
        systems: the rows of the results that it is about.
        test: from the notebook's rows to a sentence.
    """

    notebook: str
    said: str
    where: str
    systems: tuple[str, ...]
    test: Test


def _row(rows: pd.DataFrame, system: str, split: str) -> pd.Series | None:
    chosen = rows[(rows["system"] == system) & (rows["split"] == split)]
    return None if chosen.empty else chosen.iloc[0]


def _told(row: pd.Series) -> str:
    """A figure with its interval: per cent, or a CCC."""
    if pd.notna(row["accuracy"]):
        return f"{row['accuracy']:.0%} ({row['low']:.0%} to {row['high']:.0%})"
    return f"{row['ccc']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def _score(row: pd.Series) -> float:
    return float(row["accuracy"] if pd.notna(row["accuracy"]) else row["ccc"])


def holds_on_strangers(system: str, paper_split: str, honest_split: str = "by subject") -> Test:
    """Is the system, asked about people it has not met, clear of always answering the commonest class?"""

    def test(rows: pd.DataFrame) -> str:
        theirs, honest = (_row(rows, system, split) for split in (paper_split, honest_split))
        if theirs is None or honest is None:
            return "No result yet."
        clear = honest["low"] > honest["majority"]
        fell = honest["high"] < theirs["low"]
        return (
            f"{_told(theirs)} as the paper splits; {_told(honest)} on people it has not met, "
            f"{'clear' if clear else 'not clear'} of the commonest class ({honest['majority']:.0%}). "
            + ("The paper's split hid a fall." if fell else "No fall that the intervals can tell.")
        )

    return test


def is_ahead(first: str, second: str, split: str) -> Test:
    """Is the first system ahead of the second, on the same split, as the paper says?"""

    def test(rows: pd.DataFrame) -> str:
        a, b = (_row(rows, system, split) for system in (first, second))
        if a is None or b is None:
            return "No result yet."
        if a["low"] > b["high"]:
            verdict = "Survives: the intervals are apart."
        elif a["high"] < b["low"]:
            verdict = "Does not survive here: it is the other way round."
        else:
            ahead = "ahead" if _score(a) > _score(b) else "not ahead"
            verdict = f"Cannot be told: it is {ahead}, and the intervals overlap."
        return f"{first}: {_told(a)}; {second}: {_told(b)}, both split {split}. {verdict}"

    return test


def reaches(threshold: float) -> Test:
    """Does any system reach a threshold on what was held out?"""

    def test(rows: pd.DataFrame) -> str:
        scored = rows[rows["accuracy"].notna() & (rows["split"] != SEEN)]
        if scored.empty:
            return "No result yet."
        best = scored.loc[scored["accuracy"].astype(float).idxmax()]
        if best["low"] >= threshold:
            verdict = "is reached"
        else:
            verdict = "is not reached" if best["high"] < threshold else "may or may not be reached"
        named = f"{best['system']} ({best['split']})"
        return f"The best of its rows, {named}, has {_told(best)}: {threshold:.0%} {verdict}."

    return test


_LENET, _LGBP = "lenet, rmsprop, batch 10", "LGBP features, PCA + LDA"
_BEST_LENET = "lenet, adam, batch 10"
_ALEXNET, _RESNET = "alexnet, an answer an image", "resnet-4, an answer an image"
_WITH, _WITHOUT = "LSTM with CNN, JAFFE", "LSTM without CNN, JAFFE"
_CNN, _GRU, _WORDS = "CNN alone", "CNN + GRU, 3 layer", "CNN with softmax, CK+ → CK+"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "01",
        "LeNet trained with RMSprop names 85 % of faces rightly.",
        "Table V (recomputed from Table VI: 87 %)",
        (_LENET,),
        holds_on_strangers(_LENET, "random"),
    ),
    Claim(
        "01",
        "A network reads better than hand-made features (AlexNet 93 against 86 %; LeNet has 85).",
        "Table IX",
        (_BEST_LENET, _LGBP),
        is_ahead(_BEST_LENET, _LGBP, "by subject"),
    ),
    Claim(
        "02",
        "ResNet-4 names 76 % of difference images rightly.",
        "Table 4",
        (_RESNET,),
        holds_on_strangers(_RESNET, "by frame"),
    ),
    Claim(
        "02",
        "AlexNet is ahead of ResNet-4 (79.7 against 75.9 %).",
        "Table 4",
        (_ALEXNET, _RESNET),
        is_ahead(_ALEXNET, _RESNET, "by frame"),
    ),
    Claim(
        "03",
        "An LSTM on CNN features names 83 % of JAFFE's faces rightly.",
        "Table 5",
        (_WITH,),
        holds_on_strangers(_WITH, "random"),
    ),
    Claim(
        "03",
        "The CNN's features are what makes the difference.",
        "Section 5.3; Tables 1 and 2",
        (_WITH, _WITHOUT),
        is_ahead(_WITH, _WITHOUT, "by subject"),
    ),
    Claim(
        "04",
        "Three layers of GRU are ahead of the CNN alone (mean CCC 0.31 against 0.22).",
        "Table III",
        (_GRU, _CNN),
        is_ahead(_GRU, _CNN, "by video"),
    ),
    Claim(
        "04",
        "The CNN with a softmax names 95 % of CK+'s faces rightly.",
        "Table I",
        (_WORDS,),
        holds_on_strangers(_WORDS, "random"),
    ),
    Claim(
        "05",
        "A network counts as well trained from 80 % on; no result is printed.",
        "Section 2.3",
        (),
        reaches(0.80),
    ),
)  # fmt: skip

# (notebook's number, system) of the rows that some claim is about.
CLAIMED = [(claim.notebook, system) for claim in CLAIMS for system in claim.systems]


def claims_table(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a claim: notebook, what the paper claims, where, and what the results say of it."""
    return pd.DataFrame(
        {
            "notebook": claim.notebook,
            "the paper": claim.said,
            "where": claim.where,
            "here": claim.test(rows[rows["notebook"].str[:2] == claim.notebook]),
        }
        for claim in CLAIMS
    )
