"""The parser's tables are those of the grammar."""

from __future__ import annotations

import subprocess
import sys

import pytest
from lark.exceptions import GrammarError

from stratc.dsl import generate
from stratc.dsl.builders import BUILDERS
from stratc.dsl.generate import GRAMMAR, TABLES, tables
from stratc.dsl.tables import RULES


def test_tables_are_fresh() -> None:
    """After a change to grammar.lark: `python -m stratc.dsl.generate`."""
    assert TABLES.read_text(encoding="utf-8") == tables(GRAMMAR.read_text(encoding="utf-8"))


def test_tables_do_not_depend_on_hashing() -> None:
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "stratc.dsl.generate", "--check"]
        done = subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_check_refuses_stale_tables(tmp_path, monkeypatch) -> None:
    stale = tmp_path / "tables.py"
    stale.write_text("RULES = ()\n")
    monkeypatch.setattr(generate, "TABLES", stale)
    assert generate.main(["--check"]) == 1


def test_a_conflict_is_refused() -> None:
    ambiguous = GRAMMAR.read_text(encoding="utf-8").replace(
        'product: product "*" factor ', 'product: product "*" product -> binary\n    | product "*" factor ', 1
    )
    with pytest.raises(GrammarError):
        tables(ambiguous)


def test_every_alias_has_a_builder() -> None:
    assert {builder for _, _, builder in RULES if builder} == set(BUILDERS)


def test_lark_is_not_needed_to_parse() -> None:
    program = "import sys, stratc.dsl.parser; sys.exit('lark' in sys.modules or 'difflib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
