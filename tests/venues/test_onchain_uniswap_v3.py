"""Spot orders in tokens: never looser than the clause, never more than asked, nonsense refused."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given

from stratc.runtime.engine.messages import LOT
from stratc.runtime.venues.onchain.asked import Asked, FillError
from stratc.runtime.venues.onchain.uniswap_v3 import fill
from tests.venues.onchain import DECIMALS, PRICES, SLIPPAGES, UNITS, asked


def test_a_sale_asks_for_the_oracles_price_less_slippage() -> None:
    assert fill(asked()) == {"amount": 10**18, "minimum_out": 1_994_000_000}


def test_a_purchase_pays_at_most_the_oracles_price_and_slippage() -> None:
    assert fill(asked(units=LOT)) == {"amount": 10**18, "maximum_in": 2_006_000_000}


def test_a_slippage_is_the_decimal_it_was_written_as() -> None:
    """0.003 as a binary number is a little less; a bound from that would be off by one unit in 10**15."""
    made = fill(asked(1.0, 18, 18, units=-(10**6) * LOT))
    assert made["minimum_out"] == 997_000 * 10**18


def test_what_does_not_come_out_even_is_rounded_against_the_trader() -> None:
    assert fill(asked(price=1 / 3, slippage=0.0))["minimum_out"] == 333_334
    assert fill(asked(price=1 / 3, slippage=0.0, units=LOT))["maximum_in"] == 333_333


def test_the_tighter_of_two_clauses_holds() -> None:
    assert fill(asked(limit_price=1_999.0))["minimum_out"] == 1_999_000_000
    assert fill(asked(limit_price=1_900.0))["minimum_out"] == 1_994_000_000
    assert fill(asked(units=LOT, limit_price=2_001.0))["maximum_in"] == 2_001_000_000
    assert fill(asked(units=LOT, limit_price=2_100.0))["maximum_in"] == 2_006_000_000
    assert fill(asked(slippage=None, limit_price=1_900.0))["minimum_out"] == 1_900_000_000


def _worth(units: int, price: float, base: int, quote: int) -> float:
    """The smaller of both sides, in the tokens' last units: below one there is nothing to trade."""
    size = units / LOT
    return min(size * 10.0**base, size * price * 10.0**quote)


@given(UNITS, PRICES, SLIPPAGES, DECIMALS, DECIMALS)
def test_a_bound_is_never_looser_than_the_clause(
    units: int, price: float, slippage: float, base: int, quote: int
) -> None:
    """Held against decimals of 400 places; one unit tighter than need be, at most."""
    with localcontext(prec=400):
        for sign in (-1, 1):
            order = asked(price, base, quote, units=sign * units, slippage=slippage)
            try:
                made = fill(order)
            except FillError:
                assert _worth(units, price * (1 + sign * slippage), base, quote) < 1 + 1e-9
                continue
            whole = Decimal(made["amount"]) / 10**base
            clause = Decimal(repr(price)) * (1 + sign * Decimal(repr(slippage))) * whole * 10**quote
            bound = made["minimum_out"] if sign < 0 else made["maximum_in"]
            assert 0 <= -sign * (bound - clause) < 1


@given(UNITS, DECIMALS)
def test_the_amount_is_what_was_asked_but_for_the_tokens_last_unit(units: int, decimals: int) -> None:
    order = asked(units=-units, base_decimals=decimals, quote_decimals=18)
    exactly = units * 10**decimals
    try:
        amount = fill(order)["amount"]
    except FillError:
        assert exactly < LOT
        return
    assert 0 <= exactly - amount * LOT < LOT


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (asked(units=0), "smallest unit"),
        (
            asked(units=1, base_decimals=6),
            r"1e-09 ETH is less than its smallest unit .* 6 decimals; order more",
        ),
        (asked(units=1, price=1e-3), "worth less than one of USDC; order more"),
        (asked(slippage=1.0), "bound is zero; lower the slippage"),
        (asked(slippage=7.0), "bound is zero; lower the slippage"),
        (asked(slippage=-0.1), "slippage is -0.1; it must be zero or more"),
        (asked(slippage=None), "no slippage and no limit price"),
        (asked(slippage=float("nan")), "slippage is nan"),
        (asked(price=0.0), "price of ETH is 0 USDC"),
        (asked(price=-5.0), "price of ETH is -5 USDC"),
        (asked(price=float("inf")), "price of ETH is inf"),
        (asked(price=float("nan")), "price of ETH is nan"),
        (asked(units=-(2**63), base_decimals=77), "does not fit 256 bits; order less"),
        (asked(units=2**63, price=1e300, quote_decimals=18), "does not fit 256 bits; order less"),
    ],
)
def test_what_cannot_be_bounded_is_an_error_that_says_why(order: Asked, said: str) -> None:
    with pytest.raises(FillError, match=said):
        fill(order)


def test_the_largest_amount_still_fits() -> None:
    """2**256 - 1 of the quote's units is accepted, one more is not."""
    edge = 2**256 // 10**58
    assert fill(asked(units=LOT, price=float(1), slippage=0.0, quote_decimals=77))["maximum_in"] == 10**77
    with pytest.raises(FillError, match="256 bits"):
        fill(asked(units=edge * LOT, price=1.0, slippage=0.0, base_decimals=0, quote_decimals=77))
