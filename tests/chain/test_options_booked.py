"""What a book is told of options on a chain: the fills that the market logged, and what the account then holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import LyraAt
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import LOT, Fill, Order, Transfer
from stratc.runtime.live.logs import OutcomeError
from stratc.runtime.live.options import held, moved, traded
from tests.chain.straddles import CASH, WAD, Optioned, spread


def logs_of(made: Optioned) -> list[Any]:
    """Those of the newest block, in which the operation is alone."""
    return list(made.rpc.call("eth_getLogs", {"fromBlock": "latest", "toBlock": "latest"}))


def market(made: Optioned) -> LyraAt:
    found = made.at.venues["options"]
    assert isinstance(found, LyraAt)
    return found


def booked(made: Optioned, book: Book, orders: list[Order]) -> None:
    logs = logs_of(made)
    for order in orders:
        was = traded(logs, market(made), made.account, order)
        book.apply_fill(
            order, Fill(order.id, order.t, int(was.base * LOT), float(was.price), 0, 0, final=True)
        )


def test_a_book_holds_what_the_account_does_and_has_paid_what_it_has(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made, book = Optioned(deployer, world, spread(rpc, world)), Book("ETH")
    orders = made.opened()
    assert made.send(orders) is None
    booked(made, book, orders)
    assert book.options == held(made.listed()) == {orders[0].contract: LOT, orders[1].contract: -LOT}
    assert moved(book, made.listed(), orders[0].t) == []
    assert abs(book.option_money * 10**12 - (made.dollars() - CASH + 2_200 * WAD)) < 2 * 10**12
    made.fill(orders)
    made.sent = 0
    closing = made.decide(spot=2_150.0, iv=0.8)
    assert made.send(closing) is None
    booked(made, book, closing)
    assert book.options == held(made.listed()) == {}
    assert abs(book.option_money * 10**12 - (made.dollars() - CASH)) < 4 * 10**12


def test_what_the_book_does_not_know_is_a_transfer(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made, book = Optioned(deployer, world, spread(rpc, world)), Book("ETH")
    orders = made.opened()
    assert made.send(orders) is None
    t = orders[0].t
    assert moved(book, made.listed(), t) == [
        Transfer("option", LOT, t, orders[0].contract),
        Transfer("option", -LOT, t, orders[1].contract),
    ]
    for one in moved(book, made.listed(), t):
        book.apply_transfer(one)
    assert moved(book, made.listed(), t) == []
    contract = orders[0].contract
    assert contract is not None
    book.hold(contract._replace(expiry=t - 1.0), LOT)
    assert moved(book, made.listed(), t) == [], "what has expired is settled, not moved"
    frozen = {name: one._replace(strikes=(), positions=()) for name, one in made.listed().items()}
    assert moved(book, frozen, t) == [], "what the market does not list now stays"


def test_a_receipt_that_shows_less_than_the_order_is_no_outcome(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = Optioned(deployer, world, spread(rpc, world))
    orders = made.opened()
    assert made.send(orders) is None
    with pytest.raises(OutcomeError, match=r"shows 1 of ETH-.*-2000-C, and the order was for 2"):
        traded(logs_of(made), market(made), made.account, replace(orders[0], units=2 * LOT))
    with pytest.raises(OutcomeError, match="shows 0 of"):
        traded(logs_of(made), market(made), market(made).address, orders[0])
