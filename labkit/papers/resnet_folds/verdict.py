"""The paper's verdict on a network: well, partially well or poorly performed, or none of the three.

It is stated twice, and differently: in the abstract and in section 3. Both are kept. "Accuracy of a
category" is taken for recall, the share of its clips that are named rightly, as on the diagonal of a
confusion matrix. "80% or more" (section 3.1) takes in 80 %; "above 80%" and "under 50%" do not take in
theirs. Where the text leaves a gap there is no verdict, and "none" is said.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pandas as pd
from scipy.stats import binom

from labkit.errors import DataError
from labkit.papers.resnet_folds.tables import CLASSES, POOR, WELL, with_recalls

VERDICTS = ("well", "partially well", "poorly", "none")
RULES = ("abstract", "section 3")


@dataclass(frozen=True)
class Verdict:
    """What the paper would say of a network.

    Attributes:
        recall: class → share of its clips named rightly.
        abstract: verdict by the abstract's rule, one of :data:`VERDICTS`.
        section_3: verdict by the rule of section 3.
    """

    recall: Mapping[str, float]
    abstract: str
    section_3: str

    def sentence(self) -> str:
        """Both verdicts, and the classes that decided them."""
        high = [name for name, share in self.recall.items() if share >= WELL]
        low = [name for name, share in self.recall.items() if share < POOR]
        told = f"80 % or more: {', '.join(high) or 'no class'}; under 50 %: {', '.join(low) or 'no class'}."
        if self.abstract == self.section_3:
            said = f"{_said(self.abstract)} by both rules of the paper"
        else:
            said = f"{_said(self.section_3)} by section 3, {_said(self.abstract)} by the abstract"
        return f"{said[0].upper()}{said[1:]}. {told}"


def verdict(recall: Mapping[str, float]) -> Verdict:
    """The paper's verdict by both of its rules.

    Args:
        recall: class → share of its clips named rightly, 0 to 1.

    Raises:
        DataError: if there is no class, or a share is missing or no share.
    """
    if not recall:
        raise DataError("There is no class to judge: give each class and its recall.")
    for name, share in recall.items():
        if not 0 <= share <= 1:  # also NaN
            raise DataError(
                f"The recall of {name} is {share}, which is no share between 0 and 1: a class without "
                "clips has none, so leave it out and say so."
            )
    shares = list(recall.values())
    return Verdict(dict(recall), by_abstract(shares), by_section_3(shares))


def by_abstract(shares: Iterable[float]) -> str:
    """All above 80 %; some above 80 % and the others above 50 %; all under 50 %."""
    shares = list(shares)
    if all(share > WELL for share in shares):
        return "well"
    if any(share > WELL for share in shares) and all(share > POOR for share in shares):
        return "partially well"
    return "poorly" if all(share < POOR for share in shares) else "none"


def by_section_3(shares: Iterable[float]) -> str:
    """All 80 % or more; two or three under 50 % and the rest above 80 %; all under 50 %."""
    shares = list(shares)
    low = sum(share < POOR for share in shares)
    if all(share >= WELL for share in shares):
        return "well"
    if low == len(shares):
        return "poorly"
    rest_high = sum(share > WELL for share in shares) == len(shares) - low
    return "partially well" if low in (2, 3) and rest_high else "none"


def outcomes(classes: int = len(CLASSES)) -> pd.DataFrame:
    """One row a rule and verdict: how many outcomes have it.

    Columns: rule ("either" for both together), verdict, patterns (of the 3^classes ways to put each class
    under 50 %, between, or above 80 %), share (of all sets of recalls, each recall as likely as any other:
    the part of a cube's volume, exact; no forecast, since real recalls are not drawn so).
    """
    sizes = {0.25: Fraction(1, 2), 0.65: Fraction(3, 10), 0.9: Fraction(1, 5)}  # a share of each kind
    said: dict[tuple[str, str], list[Fraction]] = {}
    for shares in product(sizes, repeat=classes):
        volume = math.prod(sizes[share] for share in shares)
        names = {"abstract": by_abstract(shares), "section 3": by_section_3(shares)}
        names["either"] = "none" if set(names.values()) == {"none"} else "one of the three"
        for pair in names.items():
            said.setdefault(pair, []).append(volume)
    order = [(rule, name) for rule in RULES for name in VERDICTS]
    order += [("either", "one of the three"), ("either", "none")]
    rows = [(*pair, len(said.get(pair, ())), float(sum(said.get(pair, ())))) for pair in order]
    return pd.DataFrame(rows, columns=["rule", "verdict", "patterns", "share"])


def field_verdicts() -> pd.DataFrame:
    """One row a method whose recalls on DFEW are known: what the paper would say of it.

    Columns: name, war (per cent), abstract and "section 3" (verdicts), high and low (how many classes have
    80 % or more, and under 50 %).
    """
    rows = []
    for result in with_recalls():
        shares = [per_cent / 100 for per_cent in result.recalls]
        said = verdict(dict(zip(CLASSES, shares, strict=True)))
        high, low = sum(share >= WELL for share in shares), sum(share < POOR for share in shares)
        rows.append((result.name, result.war, said.abstract, said.section_3, high, low))
    return pd.DataFrame(rows, columns=["name", "war", *RULES, "high", "low"])


def chance_of_well(recall: float, clips: Iterable[int]) -> float:
    """How often a network is called "well" (section 3) that names each clip rightly with one probability.

    Args:
        recall: that probability, the same in every class.
        clips: how many test clips each class has.
    """
    return math.prod(float(binom.sf(math.ceil(WELL * n - 1e-9) - 1, n, recall)) for n in clips)


def _said(name: str) -> str:
    return "no verdict" if name == "none" else f"“{name} performed”"
