"""The canonical layout, by example; what holds of it always is in test_properties."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratc.dsl.format import format_source
from stratc.dsl.parser import parse
from stratc.dsl.source import Source
from tests.dsl.trees import shape


def formatted(text: str) -> str:
    source = Source("p.strat", text)
    program = parse(source).program
    assert program is not None
    return format_source(source, program)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("market   ETH in USDC   # c", "market ETH in USDC  # c\n"),
        ("let a=(b+c)*-2/ d-abs( x )", "let a = (b + c) * -2 / d - abs(x)\n"),
        ("let a=1.5 x+5 %+10ETH", "let a = 1.5x + 5% + 10 ETH\n"),
        ("assume spot in 1..5 USDC/ETH", "assume spot in 1 .. 5 USDC/ETH\n"),
        ("assume spot>5 USDC / ETH", "assume spot > 5 USDC / ETH\n"),
        ("signal a :  (USDC * d) / ETH", "signal a: (USDC*d)/ETH\n"),
        ("when not(x) : halt", "when not (x): halt\n"),
        ("when x cooldown 5 s once: halt", "when x, cooldown 5 s, once: halt\n"),
        ("when x, for 5 s, rearm below 3: halt", "when x for 5 s, rearm below 3: halt\n"),
        (
            "when x: hedge delta [ merton ] to 0, on perp at  most 5 via private",
            "when x: hedge delta[merton] to 0 on perp, at most 5, via private\n",
        ),
        (
            "when x,\n  cooldown 5 s:\n  hedge to 0,\n     on perp\n     , at most 5\n",
            "when x,\n        cooldown 5 s:\n    hedge to 0,\n        on perp,\n        at most 5\n",
        ),
        ("let a = (\n  1\n  )\n", "let a = (\n    1\n)\n"),
        ("\n\n\nlet a = 1\n\n\n\nlet b = 2\n\n", "let a = 1\n\nlet b = 2\n"),
        (
            "when x:\n # a\n halt # b\n # c\n# d\nlet a = 1",
            "when x:\n    # a\n    halt  # b\n    # c\n# d\nlet a = 1\n",
        ),
        ("when x:\r\n  halt\r\n", "when x:\n    halt\n"),
        ("# nothing else", "# nothing else\n"),
        ("", ""),
    ],
)
def test_layout(written: str, canonical: str) -> None:
    assert formatted(written) == canonical
    assert formatted(canonical) == canonical


def test_corpus_keeps_its_meaning(shared: Path) -> None:
    for path in (*shared.glob("corpus/accept/*.strat"), *shared.glob("corpus/behaviour/*.strat")):
        text = path.read_text(encoding="utf-8")
        once = formatted(text)
        assert formatted(once) == once
        assert shape(parse(Source("", once)).program) == shape(parse(Source("", text)).program)
