"""The verdicts that the shared programs must get."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stratc.compiler.driver import check
from stratc.compiler.ir.json_form import ir_hash
from stratc.dsl.source import Source
from tests.conftest import ROOT

CORPUS = ROOT.parent / "shared" / "corpus"
ACCEPT = sorted((CORPUS / "accept").glob("*.strat"))
BEHAVIOUR = sorted((CORPUS / "behaviour").glob("*.strat"))
REJECT = sorted((CORPUS / "reject").glob("*.strat"))


def _source(path: Path) -> Source:
    return Source(path.name, path.read_text(encoding="utf-8"))


def test_corpus_is_there(shared: Path) -> None:
    """Skipped, not passed, where there is no corpus."""
    assert len(ACCEPT) > 5
    assert len(REJECT) > 5


@pytest.mark.parametrize("path", ACCEPT, ids=lambda path: path.stem)
def test_accepted(path: Path) -> None:
    program = check(_source(path)).ir
    assert program is not None
    assert re.fullmatch(r"[0-9a-f]{64}", ir_hash(program))


@pytest.mark.parametrize("path", BEHAVIOUR, ids=lambda path: path.stem)
def test_runs(path: Path) -> None:
    """A program can be replayed whatever the proofs find: one of these has a rule that never passes."""
    result = check(_source(path))
    assert result.understood is not None
    errors = [d.code.id for d in result.diagnostics if d.severity == "error"]
    assert errors == (["E203"] if path.stem == "atomic_body" else [])


@pytest.mark.parametrize("path", REJECT, ids=lambda path: path.stem)
def test_rejected(path: Path) -> None:
    source = _source(path)
    expected = re.match(r"# expect (E\d+) line (\d+)", source.text)
    assert expected
    family, line = expected[1], int(expected[2])
    errors = [d for d in check(source).diagnostics if d.severity == "error"]
    assert [(d.code.id[:2], source.position(d.span.start).line) for d in errors] == [(family, line)]
