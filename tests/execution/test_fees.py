"""Bids for gas: enough for the next blocks, never above the cap, and high enough to take another's place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stratc.runtime.chain.errors import Unreachable
from stratc.runtime.engine.messages import Order
from stratc.runtime.execution.fees import (
    WEI,
    Bid,
    CannotBid,
    Market,
    a_unit,
    bid,
    cap_of,
    market,
    read_history,
    replacement,
)
from tests.execution.nodes import Node

fees = st.integers(0, 10**13)
markets = st.builds(Market, base_fee=fees, tip=st.integers(1, 10**12))
caps = st.none() | st.integers(0, 10**14)
ORDER = Order("3.1.0", 1, 3, 0.0, 0, "trade", "ETH", None, 10**9, 2000.0)


@given(markets, caps)
def test_a_bid_is_under_the_cap_and_takes_the_next_block_or_is_refused(now: Market, cap: int | None) -> None:
    try:
        offered = bid(now, cap)
    except CannotBid:
        assert cap is not None
        assert cap < now.base_fee + 1
        return
    assert cap is None or offered.max_fee <= cap
    assert 1 <= offered.tip <= offered.max_fee - now.base_fee
    assert cap is not None or offered.max_fee * 8**4 >= now.base_fee * 9**4 + offered.tip * 8**4


@given(st.builds(Bid, max_fee=st.integers(1, 10**13), tip=st.integers(0, 10**13)), markets, caps)
def test_a_replacement_outbids_both_fees_by_a_tenth_and_keeps_the_cap(
    before: Bid, now: Market, cap: int | None
) -> None:
    assume(before.tip <= before.max_fee)
    try:
        after = replacement(before, now, cap)
    except CannotBid:
        assert cap is not None
        assert cap < max(before.max_fee + 1, -(-before.max_fee * 11 // 10), now.base_fee + 1)
        return
    assert cap is None or after.max_fee <= cap
    assert after.max_fee * 10 >= before.max_fee * 11
    assert after.tip * 10 >= before.tip * 11
    assert after.max_fee > before.max_fee
    assert after.tip > before.tip
    assert after.max_fee >= after.tip
    assert after.max_fee > now.base_fee


@given(
    st.floats(0, 1e9, allow_nan=False).filter(lambda x: x == 0 or x > 1e-9),
    st.floats(1e-6, 1e9, allow_nan=False),
)
def test_a_cap_in_wei_is_never_more_than_the_cap_in_the_quote_asset(cap: float, price: float) -> None:
    wei = cap_of([replace(ORDER, gas_cap=cap)], price)
    assert wei is not None
    assert Fraction(wei, WEI) * Fraction(price) <= Fraction(cap)
    assert Fraction(wei + 1, WEI) * Fraction(price) > Fraction(cap)


def test_the_smallest_cap_of_a_batch_holds() -> None:
    orders = [replace(ORDER, gas_cap=cap) for cap in (9.0, None, 5.0)]
    assert cap_of(orders, 2000.0) == int(Decimal(5) / 2000 * WEI)
    assert cap_of([ORDER], None) is None
    assert a_unit(None, 7) is None
    assert a_unit(100, 7) == 14


@pytest.mark.parametrize("price", [None, 0.0, -1.0, float("nan")])
def test_a_cap_without_a_price_stops_the_order(price: float | None) -> None:
    with pytest.raises(CannotBid, match="no price to convert"):
        cap_of([replace(ORDER, gas_cap=5.0)], price)


def test_what_cannot_be_sent_is_told_with_its_numbers() -> None:
    with pytest.raises(CannotBid, match="allows 9 wei a unit of gas, and the next block takes 11"):
        bid(Market(10, 2), 9)
    with pytest.raises(
        CannotBid, match="allows 109 wei a unit of gas, and to replace a bid of 100 takes 110"
    ):
        replacement(Bid(100, 1), Market(10, 2), 109)


def test_the_market_is_read_from_blocks_that_are_not_empty() -> None:
    node = Node(
        eth_feeHistory={
            "oldestBlock": "0x1",
            "baseFeePerGas": ["0x1", "0x2", "0x3", "0x9"],
            "gasUsedRatio": [0.5, 0.0, 0.1],
            "reward": [["0x5"], ["0x0"], ["0x7"]],
        }
    )
    assert market(node.rpc) == Market(9, 5)
    assert node.asked == [("eth_feeHistory", ["0xa", "latest", [50]])]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"baseFeePerGas": [], "gasUsedRatio": []},
        {"baseFeePerGas": ["x"], "gasUsedRatio": []},
        {"baseFeePerGas": None},
        {"baseFeePerGas": ["0x1"], "gasUsedRatio": [1], "reward": [[]]},
    ],
)
def test_garbage_is_no_market(told: dict[str, object]) -> None:
    with pytest.raises(Unreachable):
        read_history(Node().rpc, told)
