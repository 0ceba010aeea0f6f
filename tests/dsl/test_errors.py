"""Every syntax error, by example: the messages people see are in errors/*.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.dsl import syntax_errors
from stratc.dsl.diagnostics import CATALOGUE, Code
from stratc.dsl.parser import parse
from stratc.dsl.render import apply_fixes, render_text
from stratc.dsl.source import Source
from tests.goldens import with_outputs

FOLDER = Path(__file__).parent / "errors"
CODES = [code for code in CATALOGUE.values() if re.fullmatch(r"E0[0-2][0-9]", code.id)]
assert syntax_errors.explain  # importing it has declared the codes


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_messages(path: Path, golden: Callable[[str, Path], None]) -> None:
    produced: set[str] = set()

    def produce(program: str) -> str:
        source = Source("strategy.strat", program)
        found = parse(source).diagnostics
        produced.update(d.code.id for d in found)
        return render_text(found, source, colour=False)

    golden(with_outputs(path, produce), path)
    assert path.stem[:4] in produced


def test_every_code_has_a_golden() -> None:
    assert {path.stem[:4] for path in FOLDER.glob("*.md")} >= {code.id for code in CODES}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_examples(code: Code) -> None:
    """The page of a code: its bad program gets it, its good one nothing; a fix takes the error away."""
    source = Source("bad.strat", code.bad)
    found = parse(source).diagnostics
    assert code.id in {d.code.id for d in found}
    assert parse(Source("good.strat", code.good)).diagnostics == ()
    if any(d.fix for d in found):
        mended = parse(Source("bad.strat", apply_fixes(source, found)))
        assert code.id not in {d.code.id for d in mended.diagnostics}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_style(code: Code) -> None:
    """A message is one sentence without a capital or a period, in the words of the language."""
    for program in (code.bad, *re.findall(r"```strat\n(.*?)```", _golden(code), re.DOTALL)):
        for found in parse(Source("bad.strat", program)).diagnostics:
            said = [found.message, *(note.message for note in found.notes)]
            said += [found.fix.message] if found.fix else []
            for text in said:
                assert not text[0].isupper(), text
                assert not text.endswith("."), text
                assert not re.search(r"\b(lookahead|EOF|NEWLINE|INDENT|<name>|<\w+>)\b", text), text


def _golden(code: Code) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob(f"{code.id}*.md"))


def test_one_mistake_one_error() -> None:
    """An error does not cause others: not in its line, not in those after it."""
    program = (
        "when delta > 1 ETH\n    hegde to 0 ETH\n    buy 1 ETH\nlimit order size < 5 ETH\nwhen x > 1: halt\n"
    )
    lines = [Source("", program).position(d.span.start).line for d in parse(Source("", program)).diagnostics]
    assert lines == [1, 2, 4]


def test_many_errors_stop() -> None:
    found = parse(Source("", "nonsense\n" * 5_000)).diagnostics
    assert len(found) == 100
