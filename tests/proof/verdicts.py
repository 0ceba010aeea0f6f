"""Small programs with the verdict one of their limits must get, and for those not proved, events that break it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stratc.compiler.proof.prover import Prover
from stratc.reference.interpreter import Reference
from stratc.runtime.engine.messages import Snapshot
from tests.engines import drive, program
from tests.proof.watched import distinct

HEAD = "signal x: number\nsignal y: number\n" + "".join(
    f'on stale {name}:\n    alert "no {name}"\n' for name in ("x", "y", "spot", "iv")
)
"""In every program, so that a missing value leaves the engine active; its rules are numbers 1 to 4."""

JUMPS = "model merton: jumps 6 per year, mean -40%, spread 20%\n"

Tick = tuple[float, Mapping[str, float | None]]
"""Its time, and what differs from spot 2,000, iv 0.8, x = y = 0."""


class Case(NamedTuple):
    """A program and the verdict on limit number `limit` (from 1)."""

    text: str
    limit: int
    proved: bool
    ticks: tuple[Tick, ...] = ()
    """Where it is not proved: events at which the limit stands in an order's way."""
    params: Mapping[str, float] = {}
    fills: str = "instant"


def ticks(*values: Mapping[str, float | None], every: float = 1.0) -> tuple[Tick, ...]:
    return tuple((number * every, value) for number, value in enumerate(values))


def proves(case: Case) -> bool:
    """Whether everything is proved that there is to prove about the case's limit."""
    prover = Prover(program(HEAD + case.text))
    claims = list(prover.claims(case.limit - 1))
    assert claims, "the limit concerns no order"
    return all(claim.status == "proved" for claim in claims)


def breaks(case: Case) -> bool:
    """Whether the limit stands in an order's way in the reference interpreter."""
    typed = distinct(program(HEAD + case.text))
    quiet = {"spot": 2_000.0, "iv": 0.8, "x": 0.0, "y": 0.0}
    snapshots = [Snapshot(t, int(t) + 1, {**quiet, **values}) for t, values in case.ticks]
    results = drive(Reference(typed, case.params), snapshots, case.fills)
    name = typed.limits[case.limit - 1].name
    return any(name in outcome.limits for result in results for outcome in result.outcomes)


X1: Mapping[str, float | None] = {"x": 1.0}
Y1: Mapping[str, float | None] = {"y": 1.0}
NONE: Mapping[str, float | None] = {}

CASES: dict[str, Case] = {
    # --- sizes, triggers, clauses ---------------------------------------------------------------------
    "a size above its bound": Case(
        "limit order size <= 1 ETH\nwhen x > 0:\n    buy 2 ETH\n", 1, False, ticks(X1)
    ),
    "a condition turned round": Case(
        "limit order size <= 1 ETH\nassume x in 0 .. 3\nwhen not (x < 1):\n    buy x * 1 ETH\n",
        1, False, ticks({"x": 3.0}),
    ),
    "either way across": Case(
        "limit order size >= 1 ETH\nwhen x crosses 1:\n    buy max(0.5 ETH, x * 1 ETH)\n",
        1, False, ticks({"x": 2.0}, {"x": 0.5}),
    ),
    "at most": Case("limit order size <= 1 ETH\nwhen x > 0:\n    hedge to x * 1 ETH, at most 1 ETH\n", 1, True),
    "no at most": Case("limit order size <= 1 ETH\nwhen x > 0:\n    hedge to x * 1 ETH\n", 1, False, ticks({"x": 3.0})),
    "a parameter's range": Case(
        "param q = 1 ETH in 0.5 ETH .. 2 ETH\nlimit order size <= 1 ETH\nwhen x > 0:\n    buy q\n",
        1, False, ticks(X1), {"q": 2.0},
    ),
    # --- the book: bodies, earlier rules, options, what is in flight ----------------------------------
    "the orders of one body": Case(
        "limit position(ETH) <= 3 ETH\n"
        "when position(ETH) <= 1.5 ETH:\n    buy 1 ETH\n    buy 1 ETH\nbook:\n    long 1.5 ETH\n",
        1, False, ticks(NONE),
    ),
    "the rules before in the tick": Case(
        "book:\n    long 2 ETH\nassume abs(delta) <= 2 ETH\nlimit order size <= 2 ETH\n"
        "when x > 0:\n    buy 2 ETH\nwhen x > 0:\n    hedge to 0 ETH\n",
        1, False, ticks(X1),
    ),
    "a rule of another mode, sent late": Case(
        "mode normal, calm\nbook:\n    long 2 ETH\nassume abs(delta) <= 2.2 ETH\n"
        "limit orders <= 2 per rolling 10 s else defer\nlimit order size <= 2.2 ETH\n"
        "on start:\n    buy 0.1 ETH\n    sell 0.1 ETH\n    enter calm\n"
        "in normal:\n    when x > 0, once:\n        buy 2 ETH\n"
        "in calm:\n    when y > 0:\n        hedge to 0 ETH\n",
        2, False, ((0.0, X1), (1.0, NONE), (11.0, Y1)),
    ),
    "on start, after another rule": Case(
        "book:\n    long 1 ETH\nlimit order size <= 2 ETH\nwhen x > 0:\n    buy 2 ETH\non start:\n    hedge to 0 ETH\n",
        1, False, ticks(X1),
    ),
    "delta of options held": Case(
        "book:\n    short 1 ETH call strike 100 expiring 1970-02-01\nlimit delta >= -2 ETH\n"
        "when position(ETH) >= -1 ETH:\n    sell 1 ETH\n",
        1, False, ticks(NONE, NONE),
    ),
    "delta of options traded": Case(
        "limit delta <= 1 ETH\nwhen x > 0 and delta <= 0 ETH:\n    buy 5 ETH call strike 100 expiring 1970-02-01\n",
        1, False, ticks(X1),
    ),
    "a hedge against jumps ends where it says": Case(
        f"{JUMPS}book:\n    short 20 ETH put strike 1_500 expiring 1970-02-01\nlimit abs(delta[merton]) <= 1 ETH\n"
        "when abs(delta[merton]) > 0.5 ETH:\n    hedge delta[merton] to 0 ETH\n",
        1, True,
    ),
    "delta after a hedge against jumps": Case(
        f"{JUMPS}book:\n    short 20 ETH put strike 1_500 expiring 1970-02-01\nlimit abs(delta) <= 1 ETH\n"
        "when abs(delta[merton]) > 0.5 ETH:\n    hedge delta[merton] to 0 ETH\n",
        1, False, ticks(NONE),
    ),
    "hedge ratios of options traded": Case(
        f"{JUMPS}limit delta[merton] <= 1 ETH\n"
        "when x > 0 and delta[merton] <= 0 ETH:\n    buy 5 ETH call strike 100 expiring 1970-02-01\n",
        1, False, ticks(X1),
    ),
    "liquidity is no leverage": Case(
        'venue pool: uniswap_v3 "ETH/USDC", fee 5 bps\nassume equity in 1_000 USDC .. 100_000 USDC\n'
        "assume spot >= 1_000 USDC/ETH\nlimit order size <= 1 ETH\nwhen leverage < 0.01:\n    hedge to 0 ETH\n"
        "on start:\n    provide liquidity between 1_900 and 20_000, at most 50_000 USDC\n",
        1, False, ticks(NONE, NONE),
    ),
    "margin on its way": Case(
        "book:\n    cash 1_000 USDC\nassume spot <= 2_500 USDC/ETH\nassume equity >= 900 USDC\n"
        "assume cash in 0 USDC .. 0 USDC\nlimit abs(position(ETH)) <= 2 ETH else reject\nlimit topup <= 100 USDC\n"
        "on start:\n    buy 2 ETH\nwhen x > 0:\n    withdraw margin to 1\nwhen y > 0:\n    top up margin to 2\n",
        2, False, ticks(NONE, {"x": 1.0, "spot": 2_500.0}, {"y": 1.0, "spot": 2_500.0}), fills="none",
    ),
    "rules that fire once": Case(
        "book:\n    long 1 ETH\nlimit order size <= 1 ETH\non start:\n    buy 1 ETH\n"
        "when x > 0, once:\n    hedge to 0 ETH, at most 5 ETH\n",
        1, False, ticks(NONE, X1),
    ),
    "an infinite ratio": Case(
        "limit order size <= 1 ETH\nwhen 1 / margin_ratio == 0:\n    buy 5 ETH\n", 1, False, ticks(NONE)
    ),
    # --- guards and clamps ----------------------------------------------------------------------------
    "a guard behind": Case(
        "limit order size <= 2 ETH else reject\nlimit order size <= 1 ETH else reject\n"
        "when x > 0:\n    buy x * 1 ETH\n",
        1, False, ticks({"x": 5.0}),
    ),
    "a clamp shrinks": Case(
        "limit order notional <= 2_000 USDC else clamp\nlimit order size >= 1.5 ETH\nwhen x > 0:\n    buy 2 ETH\n",
        2, False, ticks(X1),
    ),
    "a clamp of turnover shrinks": Case(
        "limit turnover <= 2_500 USDC per rolling 1 h else clamp\nlimit abs(position(ETH)) <= 1_000 ETH else reject\n"
        "limit order size >= 0.5 ETH\nwhen x > 0:\n    buy 1 ETH\n",
        3, False, ticks(X1, X1),
    ),
    "a guard that a clamp undoes": Case(
        "limit abs(position(ETH) - 2 ETH) >= 1 ETH else reject\nlimit order size >= 2.5 ETH else reject\n"
        "limit order size <= 2 ETH else clamp\nwhen position(ETH) <= 0 ETH:\n    buy 4 ETH\n"
        "when position(ETH) > 1.5 ETH:\n    hedge to 0 ETH\n",
        2, False, ticks(NONE),
    ),
    "a guard that lets through what reduces": Case(
        "book:\n    short 5 ETH call strike 100 expiring 1970-02-01\nlimit position(ETH) <= 2 ETH else reduce only\n"
        "limit position(ETH) >= 0 ETH else reject\nlimit order size <= 2 ETH\n"
        "when x > 0:\n    buy 1 ETH\nwhen y > 0:\n    close position\n",
        3, False, ticks(X1, X1, X1, Y1),
    ),
    "a guard that the start breaks": Case(
        "book:\n    long 5 ETH\nlimit position(ETH) <= 2 ETH else reject\nlimit position(ETH) >= 0 ETH else reject\n"
        "limit order size <= 2 ETH\nwhen x > 0:\n    close position\n",
        3, False, ticks(X1),
    ),
    "a bound that reads the book": Case(
        "limit position(ETH) <= 5 ETH - position(ETH) else reject\nlimit order size <= 4 ETH\n"
        "when x > 0 and position(ETH) == 0 ETH:\n    buy 4 ETH\n"
        "when y > 0 and position(ETH) > 0 ETH:\n    sell position(ETH) * 1.4\n",
        2, False, ticks(X1, Y1),
    ),
    "broken, and brought nearer": Case(
        "book:\n    long 5 ETH call strike 100 expiring 1970-02-01\nlimit abs(delta) <= 2 ETH\n"
        "when delta > 0 ETH:\n    hedge to 0 ETH, at most 1 ETH\n",
        1, True,
    ),
    "broken, and brought farther": Case(
        "book:\n    long 5 ETH call strike 100 expiring 1970-02-01\nlimit abs(delta) <= 2 ETH\n"
        "when delta > 3 ETH:\n    buy 0.1 ETH\n",
        1, False, ticks(NONE),
    ),
    # --- what has no value ----------------------------------------------------------------------------
    "an assumption about what is missing": Case(
        "assume y in 0 .. 1\nassume x <= y + 4\nlimit order size <= 5 ETH\nwhen x > 3:\n    buy x * 1 ETH\n",
        1, False, ticks({"x": 100.0, "y": None}),
    ),
    "an assumption about a root": Case(
        "assume sqrt(x) <= 2\nlimit order size <= 5 ETH\nwhen x < 10:\n    buy (5 - x) * 1 ETH\n",
        1, False, ticks({"x": -50.0}),
    ),
    "a guard whose bound is missing": Case(
        "book:\n    long 100 ETH\nassume x in 0 .. 5\nlimit order size <= x * 1 ETH else clamp\n"
        "limit order size <= 5 ETH else halt\nwhen abs(position(ETH)) > 1 ETH:\n    hedge to 0 ETH\n",
        2, False, ticks({"x": None}),
    ),
    # --- flows and deferrals --------------------------------------------------------------------------
    "a firing sent late": Case(
        "limit orders <= 1 per rolling 10 s else defer\nlimit order size <= 2 ETH\n"
        "when x > 0 and x <= 2:\n    buy x * 1 ETH\n",
        2, False, ((0.0, X1), (1.0, X1), (11.0, {"x": 5.0})),
    ),
    "as often as the cooldown lets": Case(
        "limit orders <= 5 per rolling 1 min\nwhen x > 0, cooldown 10 s:\n    buy 1 ETH\n",
        1, False, ticks(*[X1] * 6, every=10.0),
    ),
    "no more often than the cooldown lets": Case(
        "limit orders <= 6 per rolling 1 min\nwhen x > 0, cooldown 10 s:\n    buy 1 ETH\n", 1, True
    ),
    "two firings together, one of them late": Case(
        "assume x <= 1\nlimit turnover <= 2_500 USDC per rolling 39 s else defer\nlimit orders <= 1 per rolling 20 s\n"
        "when x > 0, cooldown 20 s:\n    buy x * 1 ETH\n",
        2, False, ((0.0, X1), (20.0, X1), (39.0, X1), (40.0, {"x": 0.1})),
    ),
    "two calendar hours in one": Case(
        "limit orders <= 3 per hour else reject\nlimit orders <= 3 per rolling 1 h\nwhen x > 0:\n    buy 1 ETH\n",
        2, False, tuple((t, X1) for t in (3_590.0, 3_591.0, 3_592.0, 3_600.0)),
    ),
    "turnover before a guard behind": Case(
        "assume spot <= 2_500 USDC/ETH\nlimit turnover <= 5_000 USDC per rolling 1 h else halt\n"
        "limit order size <= 1 ETH else reject\nevery 1 h:\n    buy 10 ETH\n",
        1, False, ticks(NONE, NONE, every=3_600.0),
    ),
    "a put can cost more than the asset": Case(
        "assume spot <= 2_500 USDC/ETH\nlimit turnover <= 6_000 USDC per rolling 1 h\n"
        "every 1 h:\n    buy 1 ETH put strike 9_000 expiring 1970-02-01\n",
        1, False, ticks(NONE, NONE, every=3_600.0),
    ),
    "losses do not add up": Case(
        "book:\n    long 10 ETH\nlimit loss <= 50 USDC per rolling 1 h else reject\n"
        "limit loss <= 2_000 USDC per rolling 1 d else halt\nwhen x > 0:\n    buy 1 ETH\n",
        2, False, ticks(NONE, {"spot": 1_500.0}, {"spot": 1_500.0}, {"spot": 1_500.0, "x": 1.0}, every=3_600.0),
    ),
}  # fmt: skip
