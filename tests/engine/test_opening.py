"""What a book begins with, and what that is worth at the first price."""

from __future__ import annotations

import pytest

from stratc.compiler.backends.python_plan import compile_plan
from stratc.runtime.engine.messages import LOT, Snapshot
from stratc.runtime.loader import load_plan
from tests.engines import program

BOOK = """market ETH in USDC
venue perp: perpetual "ETH-PERP"
book:
    {entry}
    cash 10_000 USDC
limit order size <= 5 ETH
when abs(delta) > 100 ETH, cooldown 1 min:
    hedge to 0 ETH, at most 5 ETH
on stale spot:
    alert "no price"
"""


@pytest.mark.parametrize(
    ("entry", "spot", "perp", "equity"),
    [
        ("long 3 ETH", 3, 0, 16_000.0),
        ('short 3 ETH "ETH-PERP"', 0, -3, 10_000.0),
        ('long 3 ETH "ETH-PERP"', 0, 3, 10_000.0),
    ],
)
def test_an_asset_is_owned_and_a_perpetual_entered(entry: str, spot: int, perp: int, equity: float) -> None:
    machine = load_plan(compile_plan(program(BOOK.format(entry=entry)), "test"))()
    assert (machine.book.spot, machine.book.perp) == (spot * LOT, perp * LOT)
    machine.step(Snapshot(0.0, 1, {"spot": None}))
    machine.step(Snapshot(1.0, 2, {"spot": 2_000.0}))
    assert machine.valuation().equity == pytest.approx(equity)
    machine.step(Snapshot(2.0, 3, {"spot": 2_100.0}))
    assert machine.valuation().equity == pytest.approx(equity + 100.0 * (spot + perp))
