"""What an operation did, read from its receipt: exactly, and only its own."""

from __future__ import annotations

import re
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT, LOT, Fill
from stratc.runtime.live.logs import OutcomeError
from stratc.runtime.live.outcomes import fills, gas_cost
from tests.execution.bundles import ETH, KEEPER, PERP, USDC, bundle, deployment
from tests.live.receipts import (
    AT,
    BUY,
    OTHER,
    SELL,
    WAD,
    began,
    ended,
    landing,
    log,
    moved,
    order,
    receipt,
    swapped,
)

PLAN = bundle(KEEPER, AT)
BUYING = bundle(KEEPER.replace("sell 1 ETH on pool", "buy 1 ETH on pool"), AT)
SOLD = swapped(WAD, -1_999 * CENT)
BOUGHT = moved(WAD, -2_001 * WAD, 2 * WAD)
NOBODY = "0x" + "77" * 20
T, SPOT = 1_800_000_012.0, 2_000.0


def made(*logs: dict[str, Any], orders: tuple[Any, ...] = (SELL, BUY), plan: Any = PLAN) -> list[Fill]:
    return fills(plan, AT, orders, landing(), receipt(*logs), T, SPOT)


def test_each_leg_has_its_size_price_and_fee_and_the_first_the_gas() -> None:
    sold, bought = made(began(), SOLD, BOUGHT, ended())
    assert sold == Fill("0.1.1", T, -LOT, 1_999.0, 0, 2 * CENT, final=True, venue="pool")
    assert bought == Fill("0.1.2", T, LOT, 2_001.0, 2 * CENT, 0, final=True, venue="perp")


def test_a_short_is_sold_at_what_was_received() -> None:
    (fill,) = made(
        moved(-3 * WAD, 5_997 * WAD, 6 * WAD), ended(), orders=(order(2, -3 * LOT, perpetual=True, rule=4),)
    )
    assert (fill.units, fill.price, fill.fee) == (-3 * LOT, 1_999.0, 6 * CENT)


def test_two_legs_on_one_venue_are_told_apart_by_their_order() -> None:
    again = SOLD | {"data": swapped(2 * WAD, -3_990 * CENT)["data"]}
    twice = (order(1, -LOT), order(2, -2 * LOT))
    text = KEEPER.replace("buy 1 ETH on perp, slippage <= 40 bps", "sell 2 ETH on pool, slippage <= 40 bps")
    first, second = made(SOLD, again, ended(), orders=twice, plan=bundle(text, AT))
    assert (first.units, first.price) == (-LOT, 1_999.0)
    assert (second.units, second.price) == (-2 * LOT, 1_995.0)


def test_tokens_of_a_pool_come_in_the_order_of_their_addresses() -> None:
    assert int(ETH, 16) < int(USDC, 16), "the other order is what is tested here"
    turned = {"ETH": {"address": USDC, "decimals": 18}, "USDC": {"address": ETH, "decimals": 6}}
    at = deployment(PERP, tokens=turned)
    logs = (swapped(WAD, -1_999 * CENT, base_first=False), ended())
    (fill,) = fills(bundle(KEEPER, at), at, (SELL,), landing(), receipt(*logs), T, SPOT)
    assert (fill.units, fill.price) == (-LOT, 1_999.0)


@pytest.mark.parametrize(
    "foreign",
    [
        (swapped(9 * WAD, -9 * CENT), ended(OTHER)),
        (swapped(9 * WAD, -9 * CENT), began()),
        (began(), swapped(9 * WAD, -9 * CENT), ended(at=NOBODY), ended(OTHER)),
    ],
    ids=["another operation", "validation of another", "an event like the EntryPoint's"],
)  # fmt: skip
def test_what_others_did_in_the_same_transaction_is_not_ours(foreign: tuple[dict[str, Any], ...]) -> None:
    sold, bought = made(*foreign, SOLD, BOUGHT, ended(), swapped(9 * WAD, -9 * CENT), ended(OTHER))
    assert (sold.price, bought.price) == (1_999.0, 2_001.0)


def test_logs_of_others_between_ours_are_passed_over() -> None:
    noise = (
        log(NOBODY, []),
        swapped(9 * WAD, -9 * CENT, pool=NOBODY),
        moved(9 * WAD, -9 * WAD, 0, trader=NOBODY),
        moved(9 * WAD, -9 * WAD, 0, market=NOBODY),
    )
    sold, bought = made(*noise, SOLD, *noise, BOUGHT, ended())
    assert (sold.price, bought.price) == (1_999.0, 2_001.0)


@pytest.mark.parametrize(
    ("logs", "says"),
    [
        ((SOLD, ended()), "lacks PositionChanged of the leg on perp (line 12)"),
        ((BOUGHT, ended()), "lacks Swap of the leg on pool (line 10)"),
        ((SOLD, BOUGHT), "does not hold the end of operation 0xaa"),
        ((SOLD, BOUGHT, ended(OTHER)), "does not hold the end of operation 0xaa"),
        ((swapped(0, 0), BOUGHT, ended()), "a swap of nothing"),
        ((SOLD, moved(0, 0, 0), ended()), "a change of position by nothing"),
    ],
)
def test_a_receipt_that_does_not_show_a_leg_says_which(logs: tuple[Any, ...], says: str) -> None:
    with pytest.raises(OutcomeError, match=re.escape(says)):
        made(*logs)


@pytest.mark.parametrize(
    "garbage",
    [{}, {"logs": None}, {"logs": [None]}, {"logs": [{}]}, {"logs": [{"address": "0x", "topics": None}]},
     receipt(SOLD | {"data": "0x12"}, ended()), receipt(SOLD | {"data": "many"}, ended())],
)  # fmt: skip
def test_garbage_for_a_receipt_is_an_outcome_that_is_not_known(garbage: dict[str, Any]) -> None:
    with pytest.raises(OutcomeError):
        fills(PLAN, AT, (SELL,), landing(), garbage, T, SPOT)


def test_margin_moves_as_much_as_was_ordered() -> None:
    (fill,) = made(ended(), orders=(order(1, 500 * CENT, kind="top up", rule=2),))
    assert (fill.units, fill.venue) == (500 * CENT, "perp")


@given(st.integers(1, 10**22), st.integers(1, 10**13), st.integers(0, 10**16))
def test_the_book_pays_what_the_chain_took_never_less(size: int, paid: int, gas: int) -> None:
    """To one part in 10**6 of the quote: a price is a float, and money is rounded up from it."""
    logs = receipt(swapped(-size * 10**9, paid), ended())
    (fill,) = fills(BUYING, AT, (order(1, size),), landing(gas), logs, T, SPOT)
    assert fill.units == size
    assert fill.units / LOT * fill.price * CENT == pytest.approx(paid, rel=1e-12)
    assert fill.gas == ceil(gas * 2_000 / 10**12)


def test_gas_is_rounded_up() -> None:
    assert gas_cost(landing(1), 2_000.0) == 1
    assert gas_cost(landing(10**15), 2_000.0) == 2 * CENT
