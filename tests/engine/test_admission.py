"""Limits against a scan of every smaller size: a clamp gives the largest that is admissible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT, LOT
from tests.engine.acting import machine_of, tick
from tests.engine.books import T0

MOST = 60
LOTS = st.integers(-MOST, MOST)
BOUNDS = st.integers(0, MOST)

TEXT = """
signal want: ETH
signal cap: ETH
signal much: USDC
limit {measure} <= {bound} else clamp
when want > 0 ETH: buy want
when want < 0 ETH: sell 0 ETH - want
"""
SCAN: dict[str, tuple[str, Callable[[int, int, int], bool]]] = {
    "order size": ("cap", lambda n, held, cap: abs(n) <= cap),
    "order notional": ("much", lambda n, held, cap: abs(n) / LOT * 2_000.0 <= cap / LOT * 2_000.0),
    "abs(position(ETH))": ("cap", lambda n, held, cap: _nearer(held, held + n, cap)),
    "abs(delta)": ("cap", lambda n, held, cap: _nearer(held, held + n, cap)),
}


def _nearer(before: int, after: int, cap: int) -> bool:
    """Meets the limit, or breaks it strictly less than before (units of one lot, either sign)."""
    return abs(after) <= cap or (abs(before) > cap and abs(after) < abs(before))


@pytest.mark.parametrize("measure", sorted(SCAN))
@settings(max_examples=150, deadline=None)
@given(want=LOTS, held=LOTS, cap=BOUNDS)
def test_a_clamp_gives_the_largest_admissible_size(measure: str, want: int, held: int, cap: int) -> None:
    bound, admissible = SCAN[measure]
    machine = machine_of(TEXT.format(measure=measure, bound=bound))()
    machine.book.perp = held
    machine._changed()
    result = tick(machine, want=want / LOT, cap=cap / LOT, much=cap / LOT * 2_000.0)
    sign = -1 if want < 0 else 1
    best = max((n for n in range(1, abs(want) + 1) if admissible(sign * n, held, cap)), default=0)
    assert [order.units for order in result.orders] == ([sign * best] if best else [])
    for outcome in result.outcomes:
        assert outcome.limits == (() if best == abs(want) else (measure,))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, MOST), min_size=1, max_size=6), st.integers(0, 3 * MOST))
def test_a_clamped_turnover_spends_the_window_and_never_more(wants: list[int], cap: int) -> None:
    text = "signal want: ETH\nsignal much: USDC\nlimit turnover <= much per rolling 1 h else clamp\n"
    machine = machine_of(text + "when want > 0 ETH: buy want")()
    spent = 0.0
    for n, want in enumerate(wants):
        result = tick(machine, n, want=want * 1e-3, much=cap * 2.0)
        sent = sum(order.units for order in result.orders)
        best = max(k for k in range(want + 1) if spent + 2 * k <= 2 * cap)
        assert best * LOT // 1_000 <= sent <= want * LOT // 1_000
        spent += -(-sent * 2_000 * CENT // LOT) / CENT
        assert spent <= 2 * cap


@settings(max_examples=60, deadline=None)
@given(LOTS, LOTS, BOUNDS)
def test_a_rejecting_limit_lets_through_what_strictly_reduces_the_breach(
    want: int, held: int, cap: int
) -> None:
    text = TEXT.format(measure="abs(delta)", bound="cap").replace("else clamp", "else reject")
    machine = machine_of(text)()
    machine.book.perp = held
    machine._changed()
    result = tick(machine, want=want / LOT, cap=cap / LOT)
    verdicts = {outcome.verdict for outcome in result.outcomes}
    admitted = abs(held + want) <= cap or (abs(held) > cap and abs(held + want) < abs(held))
    assert verdicts == (set() if want == 0 else {"sent"} if admitted else {"rejected"})


def states(policy: str) -> list[str]:
    """Verdicts and engine states of five orders a second apart under `orders <= 2 per rolling 3 s`."""
    text = f"limit orders <= 2 per rolling 3 s else {policy}\nevery 1 s: buy 1 ETH"
    machine = machine_of(text)()
    seen = []
    for n in range(7):
        result = tick(machine, n)
        seen.append(" ".join([*(o.verdict for o in result.outcomes), result.state]))
    return seen[1:]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("reject", ["sent active", "sent active", "rejected active"] * 2),
        (
            "halt",
            ["sent active", "sent active", "rejected halted", *["blocked halted"] * 3],
        ),
        (
            "reduce only",
            ["sent active", "sent active", "rejected reducing", *["blocked reducing"] * 3],
        ),
    ],
)
def test_what_a_policy_does(policy: str, expected: list[str]) -> None:
    assert states(policy) == expected


def test_a_deferred_order_leaves_when_the_window_allows() -> None:
    assert states("defer")[:4] == ["sent active", "sent active", "deferred active", "sent active"]


def test_a_theorem_is_still_enforced() -> None:
    machine = machine_of("signal want: ETH\nlimit order size <= 5 ETH\nwhen want > 0 ETH: buy want")()
    assert [o.verdict for o in tick(machine, want=5.0).outcomes] == ["sent"]
    assert [o.verdict for o in tick(machine, 1, want=5.000000001).outcomes] == ["rejected"]


def test_an_unknown_bound_lets_only_reducing_orders_through() -> None:
    text = TEXT.format(measure="order size", bound="cap").replace("else clamp", "else reject")
    text += 'on stale cap: alert "no cap"'
    for want, verdict in ((1.0, "rejected"), (-1.0, "sent")):
        machine = machine_of(text)()
        machine.book.perp = 3 * LOT
        machine._changed()
        assert [o.verdict for o in tick(machine, want=want, cap=None).outcomes if o.do != "alert"] == [
            verdict
        ]


def test_an_order_without_a_clause_inherits_the_tightest_limit() -> None:
    limits = "limit order slippage <= 30 bps\nlimit order slippage <= 20 bps else clamp\n"
    machine = machine_of(limits + "on start:\n    buy 1 ETH\n    buy 1 ETH, slippage <= 25 bps")()
    assert [order.slippage for order in tick(machine).orders] == [pytest.approx(0.002)] * 2


def test_a_loss_stops_what_adds_risk_and_lets_out() -> None:
    text = "limit loss <= 100 USDC per day else reject\nsignal want: ETH\nwhen want > 0 ETH: buy want\n"
    machine = machine_of(text + "when want < 0 ETH: sell 0 ETH - want")()
    verdicts = []
    for n, (spot, want) in enumerate([(2_000.0, 1.0), (1_950.0, 1.0), (1_890.0, 1.0), (1_890.0, -1.0)]):
        verdicts += [o.verdict for o in tick(machine, n, spot=spot, want=want).outcomes]
    assert verdicts == ["sent", "sent", "rejected", "sent"]
    assert T0 % 86_400.0 == 0.0
