"""Options in a live run: what an account holds of them, and what an operation did, as the market logged it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from stratc.runtime.chain.words import words
from stratc.runtime.deployment import LyraAt
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import LOT, Contract, Order, Transfer
from stratc.runtime.live.logs import Log, OutcomeError, Traded, topic
from stratc.runtime.venues.onchain.listed import WAD, Listed, Strike

_TRADE = (
    "Trade(address,uint256,uint256,"
    "(uint256,uint256,uint8,uint8,uint256,uint256,bool,uint256,uint256,uint256),"
    "(uint256,uint256,uint256,uint256,(int256,int256,uint256,uint256,uint256,uint256),"
    "(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256),"
    "uint256,uint256,uint256,uint256,uint256)[],"
    "(address,address,uint256,uint256,uint256,uint256,uint256,uint256),uint256)"
)
_CALLS, _SOLD = (0, 2, 3), (2, 3, 4)
"""Kinds of options that are calls, and those that were sold."""


class _Part(NamedTuple):
    """One trade that the market logged: of which option, how much was bought (negative: sold), what it cost in all."""

    contract: Contract
    bought: Fraction
    cost: Fraction


def held(markets: Mapping[str, Listed]) -> dict[Contract, int]:
    """LOT of each option that the account holds; what it has sold is negative."""
    found: dict[Contract, int] = {}
    for listed in markets.values():
        strikes = {strike.number: strike for strike in listed.strikes}
        for one in listed.positions:
            contract = _contract(one.right, strikes[one.strike])
            units = one.amount * LOT // WAD
            found[contract] = found.get(contract, 0) + (-units if one.short else units)
    return {contract: units for contract, units in found.items() if units}


def moved(book: Book, markets: Mapping[str, Listed], t: float) -> list[Transfer]:
    """What makes a book hold the options that the account does; expired ones are the book's to settle.

    What no market lists now, as while a board is frozen, stays as it is.
    """
    there = held(markets)
    known = {one for one in book.options if one.expiry > t and _is_listed(one, markets)}
    apart = {one: there.get(one, 0) - book.options.get(one, 0) for one in sorted(known | set(there))}
    return [Transfer("option", units, t, contract) for contract, units in apart.items() if units]


def _is_listed(contract: Contract, markets: Mapping[str, Listed]) -> bool:
    return any(listed.strike(contract) is not None for listed in markets.values())


def traded(logs: list[Log], market: LyraAt, owner: str, order: Order) -> Traded:
    """What an order for options did: all of its trades, at their mean price with the market's fees in it.

    Takes the logs it read out of the list.

    Raises:
        OutcomeError: the market logged less than the order.
    """
    wanted = Fraction(order.units, LOT)
    bought, cost = Fraction(0), Fraction(0)
    for log in list(logs):
        part = _part(log, market, owner)
        if part is None or part.contract != order.contract or bought == wanted:
            continue
        logs.remove(log)
        bought, cost = bought + part.bought, cost + part.cost
    if bought != wanted:
        raise OutcomeError(
            f"the receipt shows {float(bought):g} of {order.symbol}, and the order was for {float(wanted):g}"
        )
    return Traded(bought, cost / abs(bought))


def _part(log: Log, market: LyraAt, owner: str) -> _Part | None:
    """A trade of the account's on the market; None for any other log."""
    if log["address"].lower() != market.address.lower() or log["topics"][:1] != [topic(_TRADE)]:
        return None
    if int(log["topics"][1], 16) != int(owner, 16):
        return None
    expiry, price, kind, direction, amount, *_, cost = words(bytes.fromhex(log["data"][2:]))[:10]
    contract = _contract("call" if kind in _CALLS else "put", Strike(0, price, expiry))
    sells = (kind in _SOLD) == (direction == 0)
    return _Part(contract, Fraction(-amount if sells else amount, WAD), Fraction(cost, WAD))


def _contract(right: str, strike: Strike) -> Contract:
    return Contract("call" if right == "call" else "put", strike.price / WAD, float(strike.expiry))
