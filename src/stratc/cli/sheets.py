"""Prints sheets: with rich on a terminal, as plain text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from stratc.runtime.report.sheets import Sheet, as_text


def show(sheets: Sequence[Sheet]) -> None:
    """All of them."""
    if not sys.stdout.isatty():
        for sheet in sheets:
            print(as_text(sheet))
        return
    from rich.console import Console  # noqa: PLC0415  # only a terminal pays for loading rich

    from stratc.runtime.report.render_sheets import render_sheets  # noqa: PLC0415  # as above

    Console().print(render_sheets(sheets))
