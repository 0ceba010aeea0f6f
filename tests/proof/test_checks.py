"""The checks that take a proof: each catches, stays silent, and knows its boundary; the engine does what they say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stratc.compiler.driver import check
from stratc.compiler.proof.linear import less, normal
from stratc.compiler.proof.terms import FALSE, TRUE, ZERO, add, mul, neg, num, sub, var
from stratc.compiler.proving import Proving
from stratc.dsl.render import apply_fixes
from stratc.dsl.source import Source
from tests.conftest import ROOT
from tests.engines import run_reference

STALE = "\non stale spot: halt\n"
WIDE = "limit order size <= 50 ETH else clamp\n"
XY = "signal x: number\nsignal y: number\n"


def found(program: str, *only: str) -> list[str]:
    """The codes of a program's findings without W402 and L504, or those of `only`."""
    codes = [one.code.id for one in check(Source("strategy.strat", program)).diagnostics]
    return [code for code in codes if (code in only if only else code not in ("W402", "L504"))]


def message(program: str, code: str) -> str:
    diagnostics = check(Source("strategy.strat", program)).diagnostics
    return next(one.message for one in diagnostics if one.code.id == code)


def firings(program: str, held: str, ticks: int = 12) -> int:
    """Orders sent on an unchanged market, with `held` in the book at the start."""
    events = [{"t": float(t), "block": t + 1, "signals": {"spot": 2000.0, "x": 2.0}} for t in range(ticks)]
    lines = run_reference(f"book: {held}\n{program}", events)
    return sum(line["outcome"] == "sent" for line in lines)


# --- W404: chatter -----------------------------------------------------------------------------------

THREE = (
    "when delta > 3 ETH: sell 2 ETH\nwhen delta < 1.5 ETH: buy 1 ETH\n"
    "when delta > 1.8 ETH and delta < 2.9 ETH: buy 1 ETH"
)
UNDONE = (
    "signal x: number\nwhen x > 1 and position(ETH) <= 4 ETH: buy 1 ETH\n"
    "when x < 3 and position(ETH) > 0 ETH: sell 1 ETH"
)
CHATTER = {
    "overlapping levels": (
        "when delta > 2 ETH: sell 1 ETH\nwhen delta < 1.5 ETH: buy 1 ETH",
        "long 2.25 ETH",
    ),
    "levels that touch": ("when delta >= 2 ETH: sell 1 ETH\nwhen delta <= 1 ETH: buy 1 ETH", "long 2 ETH"),
    "two hedges": ("when delta > 2 ETH: hedge to 0 ETH\nwhen delta < 1 ETH: hedge to 2.5 ETH", "long 3 ETH"),
    "past the end": ("when abs(delta) > 1 ETH: sell 1 ETH", "short 2 ETH"),
    "from side to side": ("when abs(delta) > 1 ETH: hedge to -delta", "long 2 ETH"),
    "three rules": (THREE, "long 3.25 ETH"),
    "on the market": ("when spot > 1_000 USDC/ETH: buy 1 ETH", "long 1 ETH"),
    "on what no order changes": ("when equity > 10 USDC: buy 1 ETH", "long 1 ETH"),
    "undone": (UNDONE, "long 2 ETH"),
}
CALM = {
    "home in steps": ("when abs(delta) > 0.1 ETH: hedge to 0 ETH, at most 1 ETH", "long 4.5 ETH"),
    "levels apart": ("when delta > 2 ETH: sell 1 ETH\nwhen delta < 1 ETH: buy 1 ETH", "long 2.25 ETH"),
    "hedges with one target": (
        "when delta > 2 ETH: hedge to 1 ETH, at most 1 ETH\nwhen delta < 0 ETH: hedge to 1 ETH",
        "long 4 ETH",
    ),
    "hedges on two sides": (
        "when delta > 2 ETH: hedge to 0 ETH, at most 5 ETH\nwhen delta < -2 ETH: hedge to 0 ETH, at most 5 ETH",
        "long 9 ETH",
    ),
    "a tunable amount": ("param q = 1 ETH in 0.5 ETH .. 3 ETH\nwhen delta > 1 ETH: sell q", "long 4 ETH"),
    "halving": ("when abs(delta) > 1 ETH: hedge to delta / 2", "long 8 ETH"),
    "up to a position": ("when spot > 1_000 USDC/ETH and position(ETH) <= 4 ETH: buy 1 ETH", "long 1 ETH"),
    "one side or the other": (
        "when delta > 2 ETH or delta < -2 ETH: hedge to 0 ETH, at most 1 ETH",
        "long 5 ETH",
    ),
    "at the target, whatever holds": ("when spot > 1_000 USDC/ETH: hedge to 3 ETH", "long 1 ETH"),
    "two edges": (
        "when delta rises above 2 ETH, on start fire: sell 1 ETH\nwhen delta falls below 1.5 ETH: buy 1 ETH",
        "long 2.25 ETH",
    ),
}


@pytest.mark.parametrize("name", CHATTER)
def test_chatter(name: str) -> None:
    """It is found, and the interpreter sends an order at every other tick at least."""
    rules, held = CHATTER[name]
    assert found(WIDE + rules + STALE, "W404", "W405", "W406", "W413") == ["W404"]
    assert firings(rules, held) >= 6


@pytest.mark.parametrize("name", CALM)
def test_no_chatter(name: str) -> None:
    """Nothing is found, and in the interpreter it comes to an end."""
    rules, held = CALM[name]
    assert found(WIDE + rules + STALE, "W404") == []
    assert firings(rules, held, 30) == firings(rules, held, 60)


@pytest.mark.parametrize("clause", [", cooldown 1 h", ", once"])
def test_what_is_held_back_does_not_chatter(clause: str) -> None:
    rules = f"when delta > 2 ETH{clause}: sell 1 ETH\nwhen delta < 1.5 ETH: buy 1 ETH"
    assert found(WIDE + rules + STALE, "W404") == []


JUMPY = (
    "model merton: jumps 1 per year, mean -12%, spread 18%\n"
    "book: short 10 ETH call strike 3_200 expiring 2026-12-25\n"
)


def test_hedges_of_delta_and_of_delta_against_jumps_undo_each_other() -> None:
    jumps = "when abs(delta[merton]) > 1 ETH: hedge delta[merton] to 0 ETH\n"
    plain = "when abs(delta) > 1 ETH: hedge delta to 0 ETH\n"
    assert found(JUMPY + WIDE + jumps + STALE, "W404") == []
    assert found(JUMPY + WIDE + jumps + plain + STALE, "W404") == ["W404"]
    mixed = "when abs(delta) > 1 ETH: hedge delta[merton] to 0 ETH\n"
    assert found(JUMPY + WIDE + mixed + STALE, "W404") == [], (
        "it comes to rest: an order of size zero is none"
    )


def test_modes_apart_do_not_chatter() -> None:
    rules = (
        "mode calm, wild\nwhen spot > 3_000 USDC/ETH, cooldown 1 h: enter wild\n"
        "in calm:\n    when delta > 2 ETH: sell 1 ETH\nin wild:\n    when delta < 1.5 ETH: buy 1 ETH"
    )
    assert found(WIDE + rules + STALE, "W404") == []
    assert found(WIDE + rules.replace("in wild:", "in calm:") + STALE, "W404") == ["W404"]


def test_trace() -> None:
    rules, _ = CHATTER["overlapping levels"]
    assert message(WIDE + rules + STALE, "W404") == (
        "this rule and the one on line 2 undo each other: delta = 2.25 ETH: rule on line 2 sells 1 ETH -> "
        "delta = 1.25 ETH: rule on line 3 buys 1 ETH -> delta = 2.25 ETH"
    )


# --- W405, W406, W407: rules that say nothing ----------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ("when x > y and y > x: hedge to 0 ETH", ["W406"]),
        ("when x >= y and y >= x: hedge to 0 ETH", []),
        ("assume x + y <= 1\nwhen x > 0.5 and y >= 0.5: hedge to 0 ETH", ["W406"]),
        ("assume x + y <= 1\nwhen x >= 0.5 and y >= 0.5: hedge to 0 ETH", []),
        ("when x >= y or y > x: hedge to 0 ETH", ["W407"]),
        ("when x > y or y > x: hedge to 0 ETH", []),
        ("when x >= y or y > x becomes true: hedge to 0 ETH", ["W407"]),
        ("limit position(ETH) <= 5 ETH else clamp\nwhen position(ETH) > 6 ETH and x > y: hedge to 0 ETH", []),
    ],
)
def test_conditions_that_cannot_change(rules: str, codes: list[str]) -> None:
    assert found(WIDE + XY + rules + STALE, "W406", "W407") == codes


@pytest.mark.parametrize(
    ("rules", "shadowed"),
    [
        ("when iv > 80%: halt\nwhen iv > 90%, cooldown 1 h: sell 1 ETH", True),
        ("when iv > 80%: halt\nwhen iv > 70%, cooldown 1 h: sell 1 ETH", False),
        ("when iv > 80%, cooldown 1 h: halt\nwhen iv > 90%, cooldown 1 h: sell 1 ETH", False),
        ("when iv > 80%: halt\nwhen spot > 90 USDC/ETH, cooldown 1 h: sell 1 ETH", False),
        ("when abs(delta) > 1 ETH: hedge to 0 ETH\nwhen delta > 2 ETH: hedge to 1 ETH", True),
        ("when abs(delta) > 1 ETH: hedge to 0 ETH\nwhen delta > 1 ETH: sell 1 ETH", True),
        ("when abs(delta) > 1 ETH: hedge to 0 ETH\nwhen delta > 0.9 ETH: hedge to 0 ETH", False),
        ("when abs(delta) > 1 ETH: hedge to 0 ETH, at most 1 ETH\nwhen delta > 2 ETH: hedge to 0 ETH", False),
    ],
)
def test_shadowed(rules: str, shadowed: bool) -> None:
    limit = "limit leverage <= 3 else reduce only\n"
    assert found(limit + rules + STALE, "W405") == ["W405"] * shadowed


def test_a_guard_that_cuts_leaves_something_to_the_next_rule() -> None:
    rules = "when abs(delta) > 1 ETH: hedge to 0 ETH\nwhen delta > 2 ETH: hedge to 1 ETH"
    assert found("limit order size <= 1 ETH else clamp\n" + rules + STALE, "W405") == []


# --- W413: the wrong sign ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("when delta > 0.1 ETH, cooldown 1 h: buy delta", True),
        ("when delta > 1 ETH, cooldown 1 h: buy 1 ETH", True),
        ("when delta > 1 ETH: hedge to 2 * delta", True),
        ("when abs(delta) > 0.1 ETH: sell -delta", True),
        ("when position(ETH) < -1 ETH: sell -position(ETH)", True),
        ("when delta rises above 1 ETH: hedge to 3 * delta", True),
        ("when position(ETH) < -1 ETH: buy -position(ETH)", False),
        ("when delta > 1 ETH: hedge to 5 ETH", False),
        ("when delta > 1 ETH: sell 3 * delta", True),
        ("when delta > 1 ETH: sell 2 * delta", False),
        ("when delta > -1 ETH, cooldown 1 h: buy 1 ETH", False),
        ("when delta > 1 ETH and spot > 2_000 USDC/ETH, cooldown 1 h: buy 1 ETH", False),
    ],
)
def test_wrong_sign(rule: str, wrong: bool) -> None:
    assert found(WIDE + rule + STALE, "W413") == ["W413"] * wrong


# --- L504: guards that never trip ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "never"),
    [
        ("order size <= 2 ETH else reject", True),
        ("order size <= 1.99 ETH else reject", False),
        ("orders <= 12 per rolling 1 h else defer", True),
        ("orders <= 5 per rolling 1 h else defer", False),
        ("drawdown <= 20% else halt", False),
        ("abs(position(ETH)) <= 1_000 ETH else clamp", False),
    ],
)
def test_guard_that_never_trips(limit: str, never: bool) -> None:
    program = (
        f"limit {limit}\nwhen abs(delta) > 0.1 ETH, cooldown 10 min: hedge to 0 ETH, at most 2 ETH{STALE}"
    )
    assert found(program, "L504") == ["L504"] * never
    if never:
        source = Source("strategy.strat", program)
        mended = apply_fixes(source, check(source).diagnostics)
        assert mended == program.replace(limit, limit.partition(" else")[0])
        assert found(mended) == []


# --- all of them -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "program",
    [
        (ROOT / "strategies" / "starter.strat").read_text(encoding="utf-8"),
        WIDE + CALM["home in steps"][0] + STALE,
        WIDE + CALM["levels apart"][0] + STALE,
        WIDE + CHATTER["overlapping levels"][0] + STALE,
        WIDE + CHATTER["past the end"][0] + STALE,
    ],
)
def test_no_solver_for_plain_questions(program: str) -> None:
    """The solver takes longer to import than all of a check."""
    code = (
        "import sys; from stratc.compiler.driver import check; from stratc.dsl.source import Source; "
        "check(Source('a', sys.stdin.read())); print('z3' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=program, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_limit_on_what_is_too_deep_is_not_proved() -> None:
    chain = "".join(f"let a{n} = a{n - 1} + 1 ETH\n" for n in range(3_000, 0, -1))
    program = f"limit order size <= 5 ETH\n{chain}let a0 = delta\nwhen a3000 > 1 ETH: hedge to 0 ETH{STALE}"
    assert found(program, "E201", "E202") == ["E202"]


def test_time_that_runs_out_is_told() -> None:
    """Vasile Cirtoaje's inequality holds everywhere; the solver does not get there in a tenth of a second."""
    program = (
        f"signal z: number\n{XY}limit order size <= 5 ETH\nlet all = x * x + y * y + z * z\n"
        "let mixed = x * x * x * y + y * y * y * z + z * z * z * x\n"
        f"when x > 0: buy 5 ETH + (3 * mixed - all * all) * 1 ETH{STALE}"
    )
    errors = [one for one in check(Source("a", program), Proving(0.1)).diagnostics if one.severity == "error"]
    assert [one.code.id for one in errors] == ["E202"]
    assert errors[0].fix is not None
    assert found(apply_fixes(Source("a", program), errors), "E201", "E202") == []


def test_contradiction_is_all_that_is_told() -> None:
    """The rule below would be refuted, and said to have the wrong sign."""
    assumptions = "assume spot > 2_000 USDC/ETH\nassume spot < 1_000 USDC/ETH\n"
    rule = f"limit order size <= 1 ETH\nwhen delta > 2 ETH: buy 2 ETH{STALE}"
    assert found(rule) == ["E201", "W413"]
    assert found(assumptions + rule) == ["E204"]


@pytest.mark.parametrize("code", ["W404", "W413"])
def test_allowed_with_a_reason(code: str) -> None:
    rule = {"W404": "when equity < 1 USDC: buy 1 ETH", "W413": "when delta > 1 ETH: hedge to 2 * delta"}[code]
    assert found(f"{WIDE}# allow {code}: only here\n{rule}{STALE}") == []
    assert found(f"{WIDE}# allow {code}\n{rule}{STALE}") == ["W420"]


@pytest.mark.parametrize("code", ["E201", "E203"])
def test_errors_are_not_allowed(code: str) -> None:
    program = {
        "E201": "# allow E201: please\nlimit order size <= 5 ETH\nwhen delta > 9 ETH: sell delta",
        "E203": "limit order size <= 5 ETH else reject\n# allow E203: please\nwhen delta > 9 ETH: sell delta",
    }[code]
    assert found(program + STALE) == [code]


def test_normal_form() -> None:
    d, e = var("d"), var("e")
    assert normal(add(sub(d, e), e)) is d
    assert normal(add(mul(num(2), d), neg(add(d, d)))) is ZERO
    assert less(sub(d, num(1)), d) is TRUE
    assert less(d, d) is FALSE
