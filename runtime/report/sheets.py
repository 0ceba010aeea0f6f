"""A table of results, made once and shown as text, with rich, or as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from stratc.runtime.report.quantities import ascii_only


@dataclass(frozen=True, slots=True)
class Sheet:
    """A title, names of columns and rows of text; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def as_text(sheet: Sheet) -> str:
    """Columns set with blanks, ASCII only; the first to the left, the others to the right."""
    table = [sheet.columns, *sheet.rows] if any(sheet.columns) else list(sheet.rows)
    widths = [max(len(ascii_only(row[at])) for row in table) for at in range(len(sheet.columns))]
    lines = [sheet.title]
    for row in table:
        first, *others = (ascii_only(cell) for cell in row)
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
        lines.append(("  " + "  ".join(cells)).rstrip())
    if sheet.note:
        lines.append(f"  {ascii_only(sheet.note)}")
    return "\n".join(lines) + "\n"


def as_html(sheet: Sheet) -> str:
    """A table of the report's page."""
    head = "".join(
        f'<th scope="col"{"" if at == 0 else " class=num"}>{escape(name)}</th>'
        for at, name in enumerate(sheet.columns)
    )
    body = "".join(_row(row, sheet.columns) for row in sheet.rows)
    note = f'<p class="note">{escape(sheet.note)}</p>' if sheet.note else ""
    return (
        f'<h3>{escape(sheet.title)}</h3><table class="cards sheet"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{note}"
    )


def _row(row: Sequence[str], columns: Sequence[str]) -> str:
    cells = "".join(
        f'<td class="num" data-h="{escape(name, quote=True)}">{escape(cell)}</td>'
        for cell, name in zip(row[1:], columns[1:], strict=True)
    )
    return f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>'
