"""The parser on the corpus, on particular trees, and at its bounds."""

from __future__ import annotations

import cProfile
import time
from pathlib import Path

import pytest

from stratc.dsl import syntax as s
from stratc.dsl.decode import decode
from stratc.dsl.parser import MAX_BYTES, parse
from stratc.dsl.source import Source


def program(text: str) -> s.Program:
    result = parse(Source("p.strat", text))
    assert result.diagnostics == ()
    assert result.program is not None
    return result.program


def codes(text: str) -> list[tuple[str, int]]:
    source = Source("p.strat", text)
    return [(d.code.id, source.position(d.span.start).line) for d in parse(source).diagnostics]


def test_corpus_parses(shared: Path) -> None:
    paths = [*shared.glob("corpus/accept/*.strat"), *shared.glob("corpus/behaviour/*.strat")]
    assert paths
    for path in paths:
        assert parse(Source(path.name, path.read_text(encoding="utf-8"))).diagnostics == (), path


def test_corpus_syntax_errors_are_on_their_line(shared: Path) -> None:
    for name, line in (("missing_colon", 3), ("tab", 4)):
        found = codes((shared / f"corpus/reject/{name}.strat").read_text(encoding="utf-8"))
        assert [at for _, at in found] == [line], name


def test_the_rest_of_the_rejected_corpus_is_for_the_compiler(shared: Path) -> None:
    for path in shared.glob("corpus/reject/*.strat"):
        if path.stem not in ("missing_colon", "tab"):
            assert codes(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "  \n\t# so\n", "\ufeff", "\ufeff# x\r\n"])
def test_an_empty_file_has_no_items(text: str) -> None:
    assert program(text).items == ()


def test_precedence() -> None:
    let = program("let a = not x > 1 + 2 * -y and b or c").items[0]
    assert isinstance(let, s.Let)
    shown = show(let.value)
    assert shown == "(((not (x > (1 + (2 * (- y))))) and b) or c)"


def test_products_and_sums_group_to_the_left() -> None:
    let = program("let a = 1 - 2 - 3 / 4 / 5").items[0]
    assert isinstance(let, s.Let)
    assert show(let.value) == "((1 - 2) - ((3 / 4) / 5))"


def show(e: s.Expr) -> str:
    if isinstance(e, s.Binary):
        return f"({show(e.left)} {e.op} {show(e.right)})"
    if isinstance(e, s.Unary):
        return f"({e.op} {show(e.operand)})"
    assert isinstance(e, s.Number | s.Name)
    return e.text if isinstance(e, s.Number) else e.name


def test_keywords_are_names_where_they_mean_nothing() -> None:
    items = program(
        "let gas = 5 gwei\nlet at = 1\nparam every = 2 in 1 .. 3\nsignal hedge: number\n"
        "when gas > every * hedge and at > 0, cooldown every: hedge to hedge on perpetual\n"
    ).items
    rule = items[-1]
    assert isinstance(rule, s.Rule)
    assert isinstance(rule.body[0], s.Hedge)
    assert isinstance(rule.body[0].target, s.Name)


def test_options_and_what_to_close() -> None:
    text = (
        "on expiry:\n    close calls\n    close ETH calls\n    close puts strike 3200\n    close options\n"
        '    close "ETH-PERP"\n    roll puts to put at delta 0.25 expiring in 7 d\n'
    )
    rule = program(text).items[0]
    assert isinstance(rule, s.Rule)
    closes = [a for a in rule.body if isinstance(a, s.Close)]
    assert [close.what for close in closes] == ["calls", None, None, "options", None]
    assert [close.instrument.right for close in closes if close.instrument] == ["call", "put", None]
    roll = rule.body[-1]
    assert isinstance(roll, s.Roll)
    assert (roll.what, roll.to.right) == ("puts", "put")


def test_lines_go_on() -> None:
    rule = program(
        "when (x\n  > 1) and\n  # why not\n\n  y > 2\n  or z > 3,\n     cooldown 5 s\n  , once:\n"
        '  alert "x"\n'
    ).items[0]
    assert isinstance(rule, s.Rule)
    assert [m.kind for m in rule.modifiers] == ["cooldown", "once"]


def test_a_closing_parenthesis_may_stand_at_the_margin() -> None:
    assert len(program("let a = (\n    1 + 2\n)\nlet b = 2\n").items) == 2


def test_crlf_and_byte_order_mark() -> None:
    text = "market ETH in USDC\r\nwhen delta > 0.1:\r\n    hedge to 0\r\n"
    assert len(program(text).items) == 2
    source, found = decode("p.strat", b"\xef\xbb\xbf" + text.encode())
    assert (found, source.text) == ((), text)


def test_text_escapes() -> None:
    rule = program(r'on start: alert "a \"b\" \\ c"').items[0]
    assert isinstance(rule, s.Rule)
    assert isinstance(rule.body[0], s.Alert)
    assert rule.body[0].text.value == r'a "b" \ c'


def test_head_ends_before_the_colon() -> None:
    text = "once when x > 1, cooldown 5 s : halt"
    rule = program(text).items[0]
    assert isinstance(rule, s.Rule)
    assert text[slice(*rule.head)] == "once when x > 1, cooldown 5 s"


# --- bounds -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 5_000_000, "E001"),
        ("let a = " + "(" * 1_000_000, "E002"),
        ("let a = " + "not " * 50_000 + "b", "E002"),
        ("let a = " + "-" * 100_000 + "1", "E002"),
        ("let a = " + "1 + " * 50_000 + "1", "E002"),
        ("let a = " + "f(" * 300_000, "E002"),
        ("let a = " + "f(" * 90 + "1" + " + 1)" * 90, "E002"),
        ("when x: halt\n" * 5_001, "E003"),
        ("when x:\n" + "".join(" " * n + "halt\n" for n in range(1, 200)), "E005"),
        ("a" * 1_000_000, "E008"),
        ('"' * 200_000, "E008"),
        ("." * 200_000, "E013"),
        ("let a = f(" + "1, " * 50_000 + "1 fro 2)", "E016"),
        ("when x: hedge to 0 fro 5 (\n" * 5_000, "E022"),
        ("let a = " + "(" * 99 + "1 1" + "+ 1" * 300 + "\n", "E016"),
        ("let a = 1" + "0" * 900_000, "E012"),
    ],
    ids=lambda value: value[:12].strip() if len(value) > 4 else value,
)
def test_hostile_programs_are_refused_fast(text: str, code: str) -> None:
    start = time.perf_counter()
    found = codes(text)
    assert found[0][0] == code
    assert time.perf_counter() - start < 10  # quadratic would take minutes


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfew\x00h\x00", "UTF-16"),
        (b"when \xff > 1", "byte 6"),
        (b"a" * (MAX_BYTES + 1), "too large"),
        (b"let a = 1\rlet b = 2", "carriage return"),
    ],
)
def test_undecodable_bytes(data: bytes, says: str) -> None:
    _, found = decode("p.strat", data)
    assert [d.code.id for d in found] == ["E001"]
    assert says in found[0].message


def test_a_zero_byte() -> None:
    assert codes("let a = 1\n\0") == [("E001", 2)]


def test_work_is_linear() -> None:
    """Twenty times the program takes about twenty times as many calls, not four hundred times."""
    rule = "when abs(delta) > 0.1 ETH and spot < 2000, cooldown 5 min:\n    hedge to 0 ETH, at most 5 ETH\n"

    def calls(count: int) -> int:
        profile = cProfile.Profile()
        assert profile.runcall(parse, Source("p.strat", rule * count)).program is not None
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(1_000) < 21 * calls(50)
