"""From an order to token amounts: exact, and rounded against the trader."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, isfinite

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.venues.onchain.asked import Asked, FillError

LARGEST = 2**256 - 1
"""The largest amount a token can hold."""


def exact(number: float, what: str) -> Fraction:
    """A float as the decimal it is written as: 0.002 is 2/1000, not the binary number next to it.

    Raises:
        FillError: it is no number.
    """
    if not isfinite(number):
        raise FillError(f"{what} is {number}, which is no number; nothing can be bounded by it")
    return Fraction(repr(float(number)))


def price_of(asked: Asked) -> Fraction:
    """The oracle's price, quote per base.

    Raises:
        FillError: it is missing, zero or negative.
    """
    price = exact(asked.price, f"the price of {asked.base}")
    if price <= 0:
        raise FillError(
            f"the price of {asked.base} is {asked.price:g} {asked.quote}; an order needs one above zero"
        )
    return price


def base_amount(asked: Asked, decimals: int | None = None) -> int:
    """The order's size in the base token's smallest units (or of so many decimals), never more than asked.

    Raises:
        FillError: nothing is left of it, or it does not fit 256 bits.
    """
    decimals = asked.base_decimals if decimals is None else decimals
    units = abs(asked.order.units)
    return _held(units * 10**decimals // LOT, units / LOT, asked.base, decimals)


def money_amount(asked: Asked) -> int:
    """The money an order moves, in the quote token's smallest units, never more than asked.

    Raises:
        FillError: nothing is left of it, or it does not fit 256 bits.
    """
    units = abs(asked.order.units)
    return _held(units * 10**asked.quote_decimals // CENT, units / CENT, asked.quote, asked.quote_decimals)


def least_received(asked: Asked, amount: int, decimals: int, quote_decimals: int) -> int:
    """The least quote to take for `amount` of base: from the oracle's price and the order's clauses, rounded up.

    Raises:
        FillError: no clause bounds the price, or the bound is zero.
    """
    price = price_of(asked)
    prices = []
    if asked.order.slippage is not None:
        prices.append(price * (1 - min(_share(asked), Fraction(1))))
    if asked.order.limit_price is not None:
        prices.append(exact(asked.order.limit_price, "the limit price"))
    least = ceil(max(_bounded(prices, asked)) * amount * Fraction(10) ** (quote_decimals - decimals))
    if least <= 0:
        raise FillError(
            f"selling {asked.order.symbol} would ask for nothing in return: the price's bound is zero; "
            "lower the slippage"
        )
    return _fitting(least, asked.quote)


def most_paid(asked: Asked, amount: int, decimals: int, quote_decimals: int) -> int:
    """The most quote to give for `amount` of base: from the oracle's price and the order's clauses, rounded down.

    Raises:
        FillError: no clause bounds the price, or the bound is below the quote's smallest unit.
    """
    price = price_of(asked)
    prices = []
    if asked.order.slippage is not None:
        prices.append(price * (1 + _share(asked)))
    if asked.order.limit_price is not None:
        prices.append(exact(asked.order.limit_price, "the limit price"))
    most = floor(min(_bounded(prices, asked)) * amount * Fraction(10) ** (quote_decimals - decimals))
    if most <= 0:
        raise FillError(
            f"buying {amount} of the smallest units of {asked.base} is worth less than one of {asked.quote}; "
            "order more"
        )
    return _fitting(most, asked.quote)


def _share(asked: Asked) -> Fraction:
    share = exact(asked.order.slippage or 0.0, "the slippage")
    if share < 0:
        raise FillError(f"the slippage is {asked.order.slippage:g}; it must be zero or more")
    return share


def _bounded(prices: list[Fraction], asked: Asked) -> list[Fraction]:
    if not prices:
        raise FillError(
            f"the order {asked.order.id} has no slippage and no limit price; an order on chain needs one of them"
        )
    return prices


def _held(amount: int, asked_for: float, symbol: str, decimals: int) -> int:
    if amount <= 0:
        raise FillError(
            f"{asked_for:.9g} {symbol} is less than its smallest unit on chain, which has {decimals} decimals; "
            "order more"
        )
    return _fitting(amount, symbol)


def _fitting(amount: int, symbol: str) -> int:
    if amount > LARGEST:
        raise FillError(
            f"about 10^{len(str(amount)) - 1} of the smallest units of {symbol} does not fit 256 bits; order less"
        )
    return amount
