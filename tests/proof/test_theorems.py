"""Limits proved and refuted: the verdict, the state that is told, and the fix that was tried."""

from __future__ import annotations

import pytest

from stratc.cli.proving import judge
from stratc.compiler.driver import check
from stratc.compiler.proving import Proving
from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.render import apply_fixes
from stratc.dsl.source import Source

PROVED = {
    "a cap with a range": """
param cap = 4 ETH in 1 ETH .. 5 ETH
limit order size <= 5 ETH
when abs(delta) > 0.1 ETH: hedge to 0 ETH, at most cap
""",
    "a target inside the limit": """
signal alpha: number
let aim = max(-10 ETH, min(10 ETH, alpha * 5 ETH))
limit abs(position(ETH)) <= 10 ETH
when abs(aim - delta) > 1 ETH: hedge delta to aim
""",
    "a guard behind the theorem": """
signal x: number
limit abs(position(ETH)) <= 5 ETH
limit order size <= 1 ETH else clamp
when x > 0 and position(ETH) <= 4 ETH: buy 10 ETH
""",
    "leverage, whatever the equity": """
limit leverage <= 3
when abs(delta) > 1 ETH: hedge delta to 0 ETH
""",
    "a margin ratio that top-ups only raise": """
limit margin_ratio >= 1.2
when margin_ratio < 1.5, cooldown 1 min: top up margin to 1.8
""",
    "options in the book, the market moving delta": """
book:
    short 10 ETH call strike 3200 expiring 2027-12-25
limit abs(delta) <= 20 ETH
when abs(delta) > 1 ETH: hedge delta to 0 ETH, at most 5 ETH
""",
    "the first tick": """
limit abs(position(ETH)) <= 5 ETH
on start: buy 5 ETH
""",
    "rules that fire once": """
limit abs(position(ETH)) <= 5 ETH
once when spot > 3000 USDC/ETH: buy 3 ETH
once when spot < 1000 USDC/ETH: sell 3 ETH
""",
    "an assumption on the book, and a rule before": """
signal x: number
assume abs(delta) <= 4 ETH
limit order size <= 5 ETH
when x > 0: buy 1 ETH
when abs(delta) > 0.1 ETH: hedge to 0 ETH
""",
    "a product of unknowns, bounded": """
limit order notional <= 100_000 USDC
when abs(delta) > 1 ETH: hedge delta to 0 ETH, at most 100_000 USDC / spot
""",
    "one limit from another": """
signal x: number
limit abs(position(ETH)) <= 5 ETH
limit order size <= 10 ETH
when x > 0: hedge delta to -position(ETH)
""",
    "a condition that never holds": """
assume spot <= 50_000 USDC/ETH
limit order size <= 5 ETH
when spot > 60_000 USDC/ETH: buy 100 ETH
""",
    "turnover from cooldown, size and price": """
assume spot <= 10_000 USDC/ETH
limit turnover <= 300_000 USDC per rolling 1 h
when abs(delta) > 1 ETH, cooldown 10 min: hedge delta to 0 ETH, at most 5 ETH
""",
    "an edge that must hold": """
limit orders <= 6 per rolling 1 h
when spot rises above 3000 USDC/ETH for 10 min: sell 1 ETH
""",
    "only what is held can be closed": """
signal x: number
book:
    long 3 ETH
limit position(ETH) >= 0 ETH
limit position(ETH) <= 10 ETH
when x > 1 and position(ETH) < 9 ETH: buy 1 ETH
when x < -1 and position(ETH) > 1 ETH: sell 1 ETH
when x > 5: close position
""",
}

REFUTED = {
    "a cap that can be moved": (
        (
            "param cap = 4 ETH in 1 ETH .. 6 ETH\nlimit order size <= 5 ETH\n"
            "when abs(delta) > 0.1 ETH: hedge to 0 ETH, at most cap\n"
        ),
        "with cap = 6 ETH and delta = 7 ETH the rule on line 3 sells 6 ETH, more than 5 ETH",
        True,
    ),
    "a notional": (
        (
            "assume spot in 100 .. 50_000 USDC/ETH\nassume abs(delta) <= 20 ETH\nlimit order notional <= 100_000 USDC\n"
            "when abs(delta) > 0.1 ETH: hedge to 0 ETH, at most 5 ETH\n"
        ),
        "worth 150,000 USDC, more than 100,000 USDC",
        True,
    ),
    "a clause": (
        "limit order slippage <= 30 bps\nwhen abs(delta) > 1 ETH: hedge to 0 ETH, slippage <= 1%\n",
        "sends an order with slippage up to 1%, more than 30 bps",
        True,
    ),
    "a top-up": (
        (
            "limit topup <= 1_000 USDC\nevery 1 d: buy 1 ETH\n"
            "when margin_ratio < 1.5: top up margin to 1.8, at most 2_000 USDC\n"
        ),
        "more than 1,000 USDC",
        True,
    ),
    "a position that grows": (
        "signal x: number\nlimit abs(position(ETH)) <= 5 ETH\nwhen x > 0: buy 1 ETH\n",
        "with position(ETH) = 5 ETH and x = 1 the rule on line 3 buys 1 ETH",
        True,
    ),
    "a target outside": (
        "signal x: number\nlimit abs(position(ETH)) <= 5 ETH\nwhen x > 0: hedge delta to x * 1 ETH\n",
        "more than 5 ETH",
        True,
    ),
    "the book at the start": (
        "book:\n    long 8 ETH\nlimit abs(position(ETH)) <= 5 ETH\nwhen delta > 6 ETH: sell 1 ETH\n",
        "does not hold at the start: the book starts with abs(position(ETH)) = 8 ETH",
        False,
    ),
    "a rule before it in the tick": (
        (
            "signal x: number\nassume abs(delta) <= 4 ETH\nlimit order size <= 5 ETH\nwhen x > 0: buy 3 ETH\n"
            "when abs(delta) > 0.1 ETH: hedge to 0 ETH\n"
        ),
        "with the rule on line 4 having fired, delta = 3 ETH at the tick's start",
        True,
    ),
    "a firing that was held back": (
        (
            "signal x: number\nlimit abs(position(ETH)) <= 5 ETH\nlimit orders <= 1 per rolling 1 h else defer\n"
            "when x > 0 and position(ETH) <= 4 ETH: buy 1 ETH\n"
        ),
        "with position(ETH) = 5 ETH the rule on line 4 buys 1 ETH",
        False,
    ),
    "a flow that nothing bounds": (
        "limit orders <= 6 per rolling 1 h\nwhen spot > 3000 USDC/ETH for 10 min: sell 1 ETH\n",
        "nothing bounds what the rule on line 2 can send in one window",
        True,
    ),
    "a flow one too many": (
        "limit orders <= 6 per rolling 1 h\nwhen abs(delta) > 1 ETH, cooldown 9 min: hedge delta to 0 ETH\n",
        "the rules can send more than that: 7 in one window",
        True,
    ),
    "a loss": (
        "limit loss <= 1_000 USDC per day\nwhen abs(delta) > 1 ETH: hedge delta to 0 ETH\n",
        "cannot be a theorem: the market makes losses",
        False,
    ),
}


def errors(program: str) -> list[Diagnostic]:
    found = check(Source("p.strat", program), Proving(judge=judge)).diagnostics
    return [one for one in found if one.severity == "error"]


@pytest.mark.parametrize("program", PROVED.values(), ids=list(PROVED))
def test_proved(program: str) -> None:
    assert [one.message for one in errors(program)] == []


@pytest.mark.parametrize(("program", "said", "mends"), REFUTED.values(), ids=list(REFUTED))
def test_refuted(program: str, said: str, mends: bool) -> None:
    """The message tells the state and the order; a fix, where there is one, leaves nothing to refute."""
    found = errors(program)
    assert {one.code.id for one in found} == {"E201"}
    assert any(said in one.message for one in found), [one.message for one in found]
    assert any(one.fix is not None for one in found) is mends
    if mends:
        after = apply_fixes(Source("p.strat", program), found)
        assert [one.message for one in errors(after)] == []


@pytest.mark.parametrize(
    "name", ["a cap that can be moved", "a notional", "a clause", "a position that grows"]
)
def test_a_counterexample_is_run_in_the_interpreter(name: str) -> None:
    notes = [note.message for one in errors(REFUTED[name][0]) for note in one.notes]
    assert "run in the reference interpreter: the order breaks the limit there" in notes


def test_what_the_interpreter_does_not_reproduce_is_said() -> None:
    """A call's delta is any number from 0 to 1 to a proof; Black and Scholes know it better."""
    book = "book:\n    long 1 ETH\n"
    rule = "every 1 d: sell 1 ETH call strike 1_000_000 expiring 2026-12-25\n"
    program = f"limit delta >= 0 ETH\n{book}{rule}"
    (one,) = errors(program)
    assert any("did not reproduce it" in note.message for note in one.notes)
