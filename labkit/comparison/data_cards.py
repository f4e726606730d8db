"""What the data sets' cards say of licences and labels, read from the cards themselves."""

import re
from pathlib import Path

import pandas as pd

from labkit.errors import DataError
from labkit.paths import checkout

# Data sets of each notebook's system, in its order; their cards are data/cards/<name>.md.
READS = {
    "01": ("ised",),
    "02": ("ravdess",),
    "03": ("fer2013", "jaffe", "ckplus"),
    "04": ("affwild2", "ckplus", "jaffe"),
    "05": ("dfew",),
}
# Whom the pictures show, and how they came to be there: our reading of the cards.
_HOW = {
    "ised": "filmed while they watched films; what they showed was not asked for",
    "ravdess": "actors, asked to show an emotion",
    "fer2013": "found by a search engine; nobody was asked",
    "jaffe": "ten women, asked to pose",
    "ckplus": "adults, asked to pose",
    "affwild2": "videos found on the web",
    "dfew": "actors in films; filmed for the film, not for this",
}


def card_row(name: str, row: str) -> str:
    """A row of a data set's card, such as "Licence", in Markdown.

    Raises:
        DataError: if the card, or the row, is not there: cards are part of the checkout, not of the package.
    """
    found = re.search(rf"^\| \*\*{re.escape(row)}\*\* \| (.*) \|$", _card(name), re.MULTILINE)
    if not found:
        raise DataError(f"The card of {name} has no row '{row}'; it is a table's row with a bold name.")
    return found[1]


def card_title(name: str) -> str:
    """The data set's name as its card has it."""
    return _card(name).splitlines()[0].removeprefix("# ")


def _card(name: str) -> str:
    card = (checkout() or Path.cwd()) / "data" / "cards" / f"{name}.md"
    if not card.is_file():
        raise DataError(f"{card} is not there; run this from a checkout of the course, which has the cards.")
    return card.read_text(encoding="utf-8")


def consent_table() -> pd.DataFrame:
    """A row a data set: whom it shows, what its labels are, its licence."""
    names = sorted({name for group in READS.values() for name in group})
    return pd.DataFrame(
        {
            "data set": card_title(name),
            "the people": _HOW[name],
            "the labels": _unlinked(card_row(name, "Labels")),
            "licence": _unlinked(card_row(name, "Licence")),
        }
        for name in names
    )


def _unlinked(markdown: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
