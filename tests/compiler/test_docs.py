"""The pages of docs/errors are what the codes say now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.compiler.docs import codes, pages
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "errors"
PAGES = pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_is_fresh(name: str, golden: Callable[[str, Path], None]) -> None:
    golden(PAGES[name], FOLDER / name)


def test_no_page_without_a_code() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)


def test_every_code_shows_itself() -> None:
    """The bad program of a page gets the page's code."""
    assert [code.id for code in codes() if f"[{code.id}]" not in PAGES[f"{code.id}.md"]] == []
