"""A sheet says the same as text, with rich and as HTML, and none of it can be spoilt by what is in it."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from stratc.runtime.report.render_sheets import render_sheets
from stratc.runtime.report.sheets import Sheet, as_html, as_text
from tests.report.test_html import Document

SHEET = Sheet("title", ("what", "much"), (("ETH", "1,234.50"), ("a longer name", "-7.00")), "a note")


def shown(sheet: Sheet) -> str:
    out = io.StringIO()
    Console(file=out, width=120, force_terminal=True, color_system=None).print(render_sheets([sheet]))
    return out.getvalue()


def test_columns_line_up() -> None:
    assert as_text(SHEET) == (
        "title\n  what               much\n  ETH            1,234.50\n  a longer name     -7.00\n  a note\n"
    )


def test_all_three_say_the_same() -> None:
    page = Document(as_html(SHEET)).text()
    for told in ("title", "what", "much", "ETH", "1,234.50", "a longer name", "-7.00", "a note"):
        assert told in as_text(SHEET)
        assert told in shown(SHEET)
        assert told in page


@given(st.text(), st.text())
def test_whatever_is_in_a_cell_stays_in_it(name: str, cell: str) -> None:
    sheet = Sheet("t", ("", ""), ((name, cell),))
    assert as_text(sheet).isascii()
    assert as_text(sheet).count("\n") == 2
    Document(as_html(sheet))
    assert "\x1b" not in shown(sheet)
