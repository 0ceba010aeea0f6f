"""An options market read from a node: its boards, what the account holds, and answers that are none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.chain.errors import Unreachable
from stratc.runtime.deployment import LyraAt
from stratc.runtime.keccak import selector
from stratc.runtime.venues.onchain.listed import WAD, Position, Strike
from stratc.runtime.venues.onchain.lyra_market import listed
from tests.execution.bundles import ACCOUNT, GREEKS, OPTION_MARKET, OPTION_TOKEN
from tests.execution.nodes import Node, error

VENUE = LyraAt(kind="lyra", address=OPTION_MARKET, option_token=OPTION_TOKEN, greek_cache=GREEKS)
NOW, EXPIRY = 1_795_000_000, 1_798_185_600
BOARDS = (32, 1, 7)
"""One board, number 7."""
ROW = (5, 2_000 * WAD, 1, 0, 0, 0, 0, 0, 7)
"""A strike, 5, at 2,000."""


def board(expiry: int = EXPIRY, *, frozen: bool = False) -> tuple[int, ...]:
    head = (7, expiry, WAD, int(frozen), 5 * 32, 1, 5)
    return (4 * 32, (4 + len(head)) * 32, 0, 0, *head, 1, *ROW)


def positions(*rows: tuple[int, ...]) -> tuple[int, ...]:
    return (32, len(rows), *(word for row in rows for word in row))


def answering(boards: Any = BOARDS, details: Any = None, held: Any = (32, 0), close: Any = "0x") -> Node:
    """A node that answers the four questions in words, or whatever it is given."""
    answers = {
        selector("getLiveBoards()"): boards,
        selector("getBoardAndStrikeDetails(uint256)"): board() if details is None else details,
        selector("getOwnerPositions(address)"): held,
    }

    def answer(params: list[Any]) -> Any:
        told = answers.get(bytes.fromhex(params[0]["data"][2:10]), close)
        if isinstance(told, tuple):
            return "0x" + b"".join(word.to_bytes(32, "big") for word in told).hex()
        return told

    return Node(eth_call=answer)


def test_strikes_and_positions() -> None:
    rows = ((1, 5, 3, WAD, 2_000 * WAD, 1), (2, 5, 1, 2 * WAD, 0, 1))
    found = listed(answering(held=positions(*rows)).rpc, VENUE, ACCOUNT, NOW)
    assert found.strikes == (Strike(5, 2_000 * WAD, EXPIRY),)
    assert found.positions == (
        Position(1, 5, "call", True, WAD, 2_000 * WAD),
        Position(2, 5, "put", False, 2 * WAD, 0),
    )


def test_what_is_over_is_not_listed() -> None:
    held = positions((1, 5, 3, WAD, WAD, 1))
    found = listed(answering(details=board(expiry=NOW), held=held).rpc, VENUE, ACCOUNT, NOW)
    assert (found.strikes, found.positions) == ((), ())


def test_what_is_frozen_is_still_held() -> None:
    held = positions((1, 5, 3, WAD, WAD, 1))
    found = listed(answering(details=board(frozen=True), held=held).rpc, VENUE, ACCOUNT, NOW)
    assert found.strikes == (Strike(5, 2_000 * WAD, EXPIRY, trading=False),)
    assert len(found.positions) == 1


@pytest.mark.parametrize("row", [(1, 5, 3, WAD, WAD, 2), (1, 5, 2, WAD, WAD, 1), (1, 6, 3, WAD, WAD, 1)])
def test_positions_that_are_closed_of_another_kind_or_of_no_live_strike_are_left_out(
    row: tuple[int, ...],
) -> None:
    assert listed(answering(held=positions(row)).rpc, VENUE, ACCOUNT, NOW).positions == ()


@pytest.mark.parametrize(
    ("refusal", "forced"),
    [
        ("TradingCutoffReached(address,uint256,uint256,uint256)", True),
        ("TradeDeltaOutOfRange(address,int256,int256,int256)", True),
        ("TotalCostOutsideOfSpecifiedBounds(address,uint256,uint256,uint256)", False),
    ],
)
def test_the_market_says_itself_where_it_takes_only_a_forced_close(refusal: str, forced: bool) -> None:
    close = error("execution reverted", 3, data="0x" + selector(refusal).hex() + "00" * 128)
    node = answering(held=positions((1, 5, 3, WAD, WAD, 1)), close=close)
    (found,) = listed(node.rpc, VENUE, ACCOUNT, NOW).positions
    assert found.forced is forced
    (asked,) = [params[0] for method, params in node.asked if params[0].get("from")]
    assert asked["from"] == ACCOUNT


@given(
    st.lists(st.sampled_from([0, 1, 2, 3, 5, 32, 64, 160, 224, 2**64, 2**255]), max_size=12).map(tuple),
    st.sampled_from(["boards", "details", "held"]),
)
def test_an_answer_of_another_shape_is_no_answer(words: tuple[int, ...], which: str) -> None:
    """It is read, or the error is the chain's own."""
    node = answering(**{which: words})
    with suppress(Unreachable):
        listed(node.rpc, VENUE, ACCOUNT, NOW)
