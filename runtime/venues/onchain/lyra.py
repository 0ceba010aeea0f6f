"""Lyra: which positions an order closes and what it opens, each premium bounded by the model's price."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.bundle import OptionSide
from stratc.runtime.engine.instruments import symbol_of
from stratc.runtime.engine.messages import Contract
from stratc.runtime.venues.onchain.amounts import base_amount, least_received, most_paid
from stratc.runtime.venues.onchain.asked import Asked, Filled, FillError
from stratc.runtime.venues.onchain.listed import WAD, Listed, Position, Strike

DECIMALS = 18
"""Of every amount there, of options and of money."""


class Part(NamedTuple):
    """One trade of an order, and the numbers of its calls."""

    side: OptionSide
    numbers: Filled


class Made(NamedTuple):
    """The trades of an order, and what they leave to the next one: positions opened have no number yet."""

    parts: tuple[Part, ...]
    left: Listed


def fill(asked: Asked, listed: Listed) -> Made:
    """Close what is held against the order, the oldest first, and open the rest; options sold are fully secured.

    Raises:
        FillError: the market does not list the option, or an amount or a premium cannot be bounded.
    """
    contract = asked.order.contract
    if contract is None:
        raise FillError(f"order {asked.order.id} is for no option, and went to an options market")
    strike = _strike(asked, contract, listed)
    buys, rest = asked.order.units > 0, base_amount(asked, DECIMALS)
    parts: list[Part] = []
    for one in sorted(listed.positions):
        if rest and _is_of(one, strike, contract) and one.short == buys:
            closed = min(rest, one.amount)
            left = one._replace(amount=one.amount - closed, collateral=_secures(one, closed))
            parts.append(_close(asked, one, left, closed))
            listed = _with(listed, one, left)
            rest -= closed
    if rest:
        part, listed = _open(asked, strike, contract, listed, rest)
        parts.append(part)
    return Made(tuple(parts), listed)


def _strike(asked: Asked, contract: Contract, listed: Listed) -> Strike:
    found = listed.strike(contract)
    if found is not None and not found.trading:
        raise FillError(f"the options market has stopped trading {asked.order.symbol}; wait until it goes on")
    if found is not None:
        return found
    near = listed.near(contract)
    if near is None:
        raise FillError(
            f"the options market lists nothing to trade now, so {asked.order.symbol} cannot be had there"
        )
    other = Contract(contract.right, near.price / WAD, float(near.expiry))
    raise FillError(
        f"the options market does not list {asked.order.symbol}; the nearest to it is "
        f"{symbol_of(asked.order.symbol.split('-')[0], other)}"
    )


def _is_of(one: Position, strike: Strike, contract: Contract) -> bool:
    return one.strike == strike.number and one.right == contract.right and one.amount > 0


def _secures(one: Position, closed: int) -> int:
    """What goes on securing a position that is closed in part: as much for each option as before, rounded up."""
    return -(-one.collateral * (one.amount - closed) // one.amount)


def _close(asked: Asked, one: Position, left: Position, closed: int) -> Part:
    numbers: Filled = {"strike": one.strike, "position": one.number, "amount": closed}
    if one.short:
        most = most_paid(asked, closed, DECIMALS, DECIMALS)
        return _buy_back(one, left, numbers | {"maximum_in": most}, most)
    side: OptionSide = "force close long" if one.forced else "close long"
    return Part(side, numbers | {"minimum_out": least_received(asked, closed, DECIMALS, DECIMALS)})


def _buy_back(one: Position, left: Position, numbers: Filled, most: int) -> Part:
    """Paid from what no longer secures the position; what it can cost beyond that, the account lets be taken."""
    numbers |= {"collateral_after": left.collateral}
    shortfall = most - (one.collateral - left.collateral)
    if shortfall <= 0:
        return Part("force close short" if one.forced else "close short", numbers)
    side: OptionSide = "pay and force close short" if one.forced else "pay and close short"
    return Part(side, numbers | {"shortfall": shortfall})


def _open(
    asked: Asked, strike: Strike, contract: Contract, listed: Listed, amount: int
) -> tuple[Part, Listed]:
    """More of a position that the account has, or a new one."""
    short = asked.order.units < 0
    fits = (one for one in listed.positions if _is_of(one, strike, contract) and one.short == short)
    held = next(fits, Position(0, strike.number, contract.right, short, 0, 0))
    numbers: Filled = {"strike": strike.number, "position": held.number, "amount": amount}
    if not short:
        most = most_paid(asked, amount, DECIMALS, DECIMALS)
        after = held._replace(amount=held.amount + amount)
        return Part("open long", numbers | {"maximum_in": most}), _with(listed, held, after)
    adds = -(-strike.price * amount // WAD)
    after = held._replace(amount=held.amount + amount, collateral=held.collateral + adds)
    secured: Filled = {"collateral": adds, "collateral_after": after.collateral}
    least: Filled = {"minimum_out": least_received(asked, amount, DECIMALS, DECIMALS)}
    return Part("open short", numbers | secured | least), _with(listed, held, after)


def _with(listed: Listed, old: Position, new: Position) -> Listed:
    """After a trade; a position that is new cannot be traded again before it has a number."""
    if not old.number:
        return listed
    return listed._replace(positions=tuple(new if one is old else one for one in listed.positions))
