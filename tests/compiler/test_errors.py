"""Every finding of the compiler, by example: the messages people see are in errors/*.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.compiler.docs import SECONDS, codes, needs_deployment
from stratc.compiler.driver import CheckResult
from stratc.compiler.driver import check as check_with
from stratc.compiler.proving import Proving
from stratc.dsl.diagnostics import Code
from stratc.dsl.render import apply_fixes, render_text
from stratc.dsl.source import Source
from tests.goldens import with_outputs

FOLDER = Path(__file__).parent / "errors"
CODES = [code for code in codes() if not re.match(r"E0[0-2]", code.id) and not needs_deployment(code)]
QUICK = Proving(min(SECONDS.values()))


def check(source: Source) -> CheckResult:
    """Solver-hard examples are about running out of time, of which they get little."""
    return check_with(source, QUICK if "squares" in source.text else None)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_messages(path: Path, golden: Callable[[str, Path], None]) -> None:
    produced: set[str] = set()

    def produce(program: str) -> str:
        source = Source("strategy.strat", program)
        found = check(source).diagnostics
        produced.update(d.code.id for d in found)
        return render_text(found, source, colour=False).rstrip() + "\n"

    golden(with_outputs(path, produce), path)
    assert path.stem[:4] in produced


def test_every_code_has_a_golden() -> None:
    assert {path.stem[:4] for path in FOLDER.glob("*.md")} >= {code.id for code in CODES}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_examples(code: Code) -> None:
    """The page of a code: its bad program gets it, its good one does not, and a fix takes it away."""
    source = Source("strategy.strat", code.bad)
    found = check(source).diagnostics
    assert code.id in {d.code.id for d in found}
    good = check(Source("strategy.strat", code.good))
    assert good.ir is not None
    assert code.id not in {d.code.id for d in good.diagnostics}
    mine = [d for d in found if d.code == code]
    if all(d.fix for d in mine):
        mended = check(Source("strategy.strat", apply_fixes(source, mine)))
        assert code.id not in {d.code.id for d in mended.diagnostics}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_fixes_mend(path: Path) -> None:
    """Applying the fixes of a program never brings in an error, and takes away every finding that had one."""
    for program in re.findall(r"```strat\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        source = Source("strategy.strat", program)
        found = check(source).diagnostics
        mended = Source("strategy.strat", apply_fixes(source, found))
        after = check(mended).diagnostics
        if not any(d.severity == "error" for d in found):
            assert not any(d.severity == "error" for d in after)
        if mended.text != program:
            assert sum(d.fix is not None and d.severity == "error" for d in after) < len(found)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_style(path: Path) -> None:
    """A message is one sentence without a capital or a period, in the words of the language."""
    for program in re.findall(r"```strat\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        for found in check(Source("strategy.strat", program)).diagnostics:
            said = [found.message, *(note.message for note in found.notes)]
            said += [found.fix.message] if found.fix else []
            for text in said:
                assert not re.match(r"[A-Z][a-z]", text), text
                assert not text.endswith("."), text
                assert not re.search(r"\b(None|Expr|Poison|AST|IR|bool)\b", text), text
