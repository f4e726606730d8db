"""Rows of scores as a report card shows them: in a terminal, and on a notebook's page."""

from collections.abc import Sequence
from html import escape

Row = tuple[str, str, str]  # what, value, remark


def as_text(heading: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()) -> str:
    """Lines: the heading's, a row each in three columns, the notes."""
    width, digits = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [f"{what:<{width}}  {value:>{digits}}  {remark}".rstrip() for what, value, remark in rows]
    return "\n".join([*heading, *lines, *notes])


def as_html(heading: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()) -> str:
    """The heading, its first line bold; a table; a paragraph a note."""
    first, *others = map(escape, heading)
    body = "".join(
        f"<tr><th scope='row' style='text-align:left'>{escape(what)}</th>"
        f"<td style='text-align:right'>{escape(value)}</td>"
        f"<td style='text-align:left'>{escape(remark)}</td></tr>"
        for what, value, remark in rows
    )
    about = "<br>".join([f"<strong>{first}</strong>", *others])
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f"<p>{about}</p><table><tbody>{body}</tbody></table>{said}"
