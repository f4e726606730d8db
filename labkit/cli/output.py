"""One way to print: a JSON object for machines, a text for people."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def emit(as_json: bool, value: Any, text: str) -> None:
    """Print ``value`` as JSON or ``text`` as it is."""
    print(json.dumps(value, default=str, ensure_ascii=False) if as_json else text)


def fail(as_json: bool, sentence: str) -> None:
    """End a command whose report has been printed, and found a fault.

    The report says it all to a machine; a person gets the sentence on stderr.
    """
    if not as_json:
        typer.echo(sentence, err=True)
    raise typer.Exit(1)


def table_text(table: "pd.DataFrame") -> str:
    """A table as aligned columns, never wrapped or cut."""
    return table.to_string(index=False, max_colwidth=None) if len(table) else "(none)"


def table_records(table: "pd.DataFrame") -> list[dict]:
    """A table's rows as plain JSON values."""
    return json.loads(table.to_json(orient="records"))
