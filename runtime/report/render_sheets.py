"""Sheets on a terminal. Imported only there, because rich is slow to load."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stratc.runtime.report.quantities import printable
from stratc.runtime.report.sheets import Sheet


def render_sheets(sheets: Sequence[Sheet]) -> RenderableType:
    """All of them, below each other."""
    return Group(*(part for sheet in sheets for part in (_table(sheet), "")))


def _table(sheet: Sheet) -> Table:
    table = Table(
        title=Text(printable(sheet.title)),
        title_justify="left",
        title_style="bold",
        caption=Text(printable(sheet.note)) if sheet.note else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        header_style="bright_black",
        show_header=any(sheet.columns),
    )
    for at, name in enumerate(sheet.columns):
        table.add_column(name, justify="left" if at == 0 else "right")
    for row in sheet.rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table
