"""A model card for each of the five systems, made from its results and its recipe.

The sections are those of Mitchell et al. (2019), doi 10.1145/3287560.3287596. A card says on which data its
figures were measured, and stays silent where nothing was. ``python -m labkit.comparison.model_cards`` writes
``docs/model_cards/``; a test fails when a card no longer says what the kept results and the recipes say.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path

import pandas as pd

from labkit.comparison.claims import claims_table
from labkit.comparison.data_cards import READS, card_row, card_title
from labkit.comparison.side_by_side import KEPT, gather_results, side_by_side
from labkit.errors import DataError
from labkit.papers import PAPERS, Paper
from labkit.papers.cnn_lstm import recipe as cnn_lstm
from labkit.papers.frame_difference import recipe as frame_difference
from labkit.papers.optimizers_batch_size import recipe as optimizers_batch_size
from labkit.papers.resnet_folds import recipe as resnet_folds
from labkit.papers.valence_arousal import recipe as valence_arousal
from labkit.paths import checkout

_RECIPES = {
    "01": optimizers_batch_size.RECIPES,
    "02": frame_difference.RECIPES,
    "03": cnn_lstm.RECIPES,
    "04": valence_arousal.RECIPES,
    "05": resnet_folds.RECIPES,
}
# What a reader of the card would otherwise trip over; where each is shown is in the system's notebook.
_CAVEATS = {
    "01": (
        "The paper's split deals pictures: neighbours of a test picture are in training. Figures "
        "split at random measure memory as well."
    ),
    "02": (
        "A difference of two frames shows whatever moved: head, camera and mouth as well as an "
        "expression. The rows split by frame share clips and people with training."
    ),
    "03": (
        "Its LSTM reads stills as sequences of length one. JAFFE has ten people and one sex: nothing "
        "is known of others."
    ),
    "04": (
        "Valence and arousal are what a few people believed to see, with a lag. Neighbouring frames "
        "repeat each other, so the number of videos, not of frames, decides how sure a figure is."
    ),
    "05": (
        "DFEW's folds do not keep people, or films, apart. The rarest emotion has few clips, so its "
        "recall is uncertain on any fold."
    ),
}
_USE = (
    (
        "To study how such systems are built and judged: one paper's method, rebuilt so that a "
        "student can change it and see what follows."
    ),
    (
        "**Not for any decision about a person**, and not to find out what somebody feels: a network "
        "names what a face looks like to those who labelled the data. In the European Union, to infer"
        " emotions at work or in education from faces is prohibited but for medical or safety reasons"
        " (Regulation (EU) 2024/1689, [Article "
        "5(1)(f)](https://eur-lex.europa.eu/eli/reg/2024/1689/oj))."
    ),
)
_FACTORS = (
    "Skin, beard, glasses, light, age, sex and culture may change what is read, and so does a head "
    "that is turned. The data sets do not say, or say little, of whom they show; so **this system's "
    "errors by group have not been measured**. Notebook 06 measures them for a small model on drawn "
    "people, of whom everything is known."
)
_METRICS = (
    "Accuracy with a 95 % interval (from a bootstrap over people or videos where they repeat), the "
    "mean recall of the classes (UAR), and what guessing gives: the commonest class, and chance. For "
    "valence and arousal the concordance correlation (CCC), the mean of the two. Why: docstrings of "
    "`labkit.evaluation`."
)
_ETHICS = (
    "Labels are what was asked of an actor, or what others saw, never what was felt: smiles and "
    "scowls go with feelings more often than chance and much less than always, and differ between "
    "cultures and situations ([Barrett et al. 2019](https://doi.org/10.1177/1529100619832930)). A "
    "confident answer is no evidence. Whether the people in a data set agreed to such a use is a "
    "question to each set; see its card."
)


def model_card(paper: Paper, rows: pd.DataFrame, profile: str = "laptop") -> str:
    """The card of one system, in Markdown.

    Args:
        paper: one of :data:`labkit.papers.PAPERS`.
        rows: the results, as :func:`~labkit.comparison.side_by_side.gather_results` gives them; other
            notebooks' rows are left out.
        profile: whose settings are shown.

    Raises:
        DataError: if a data set's card is not there, or there is no such profile.
    """
    if profile not in _RECIPES[paper.notebook]:
        known = ", ".join(_RECIPES[paper.notebook])
        raise DataError(f"There is no profile '{profile}'; it is one of {known}.")
    rows = rows[rows["notebook"].str[:2] == paper.notebook]
    sections = {
        "Model details": _details(paper, profile),
        "Intended use": "\n\n".join(_USE),
        "Factors": _FACTORS,
        "Metrics": _METRICS,
        "Evaluation data": _evaluation(rows),
        "Training data": _training(paper),
        "Quantitative analyses": _figures(rows),
        "Ethical considerations": _ETHICS,
        "Caveats and recommendations": _caveats(paper, rows),
    }
    title = f"# Model card: {paper.name.replace('_', ' ')}"
    parts = [title, *(f"## {name}\n\n{text}" for name, text in sections.items())]
    return "\n\n".join(parts) + "\n"


def settings(recipe: object) -> list[tuple[str, str]]:
    """A recipe's fields and what they are set to, in words, without a nested part's defaults."""
    return [(field.name.replace("_", " "), _words(getattr(recipe, field.name))) for field in fields(recipe)]


def write_model_cards(folder: Path, kept: Path) -> list[Path]:
    """Write a card a system, from the kept results; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for paper in PAPERS:
        files.append(folder / f"{paper.notebook}_{paper.name}.md")
        files[-1].write_text(kept_card(paper, kept), encoding="utf-8")
    return files


def kept_card(paper: Paper, kept: Path) -> str:
    """The card of one system from the kept results alone, whatever a run has written."""
    rows, _ = gather_results(run=kept, kept=kept)
    return model_card(paper, rows.assign(**{"from": KEPT}))


def _details(paper: Paper, profile: str) -> str:
    steps = " → ".join(step.replace("\n", " ") for step in paper.steps)
    rows = "\n".join(f"| {name} | {text} |" for name, text in settings(_RECIPES[paper.notebook][profile]))
    return (
        f"Rebuilt from {paper.authors}, *{paper.title}*, in `notebooks/{paper.notebook}_{paper.name}.ipynb`: "
        f"{steps}. Code under the MIT licence; no weights are handed out.\n\n"
        f"Settings of the profile `{profile}`:\n\n| setting | |\n|---|---|\n{rows}"
    )


def _evaluation(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "No result has been kept yet."
    kinds = rows.groupby(["data", "profile"], sort=False).size()
    measured = " and ".join(
        f"{data} data, profile `{profile}` ({count} rows)" for (data, profile), count in kinds.items()
    )
    told = f"Measured on {measured}. Splits: {', '.join(dict.fromkeys(rows['split']))}."
    if "synthetic" in set(rows["data"]):
        told += " Drawn people are not people: these figures say nothing of real faces."
    return told


def _training(paper: Paper) -> str:
    lines = [
        f"- [{card_title(name)}](../../data/cards/{name}.md), or drawn people in its layout. Labels: "
        f"{card_row(name, 'Labels')}. Licence: {card_row(name, 'Licence')}."
        for name in READS[paper.notebook]
    ]
    return "\n".join(lines)


def _figures(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "None yet."
    table = side_by_side(rows).drop(columns="notebook")
    lines = [list(table.columns), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{body}\n\nThe last column was obtained on other data and is not to be ranked against ours."


def _caveats(paper: Paper, rows: pd.DataFrame) -> str:
    claims = claims_table(rows)
    theirs = claims[claims["notebook"] == paper.notebook].to_dict("records")
    told = [f"- {claim['the paper']} ({claim['where']}) → {claim['here']}" for claim in theirs]
    heading = "The paper's claims, and what the figures above say of them:"
    return "\n".join([_CAVEATS[paper.notebook], "", heading, "", *told])


def _words(value: object) -> str:
    if is_dataclass(value):
        chosen = [field.name for field in fields(value) if _is_set(value, field)]
        parts = [f"{name}={_words(getattr(value, name))}" for name in chosen]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_words(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return ", ".join(_words(item) for item in value)
    return "–" if value is None else str(value)


def _is_set(value: object, field: Field) -> bool:
    """Whether a part's field is not at its default."""
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return getattr(value, field.name) != default


if __name__ == "__main__":
    docs = (checkout() or Path.cwd()) / "docs"
    for file in write_model_cards(docs / "model_cards", docs / "results"):
        print(file)
