"""Which positions an order closes on an options market and what it opens, to the smallest unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import LOT, Contract
from stratc.runtime.venues.onchain.asked import Asked, FillError
from stratc.runtime.venues.onchain.listed import WAD, Listed, Position, Strike
from stratc.runtime.venues.onchain.lyra import Made, fill
from tests.venues.onchain import SLIPPAGES, UNITS, asked

EXPIRY = 1_798_185_600
CALL = Contract("call", 2_000.0, float(EXPIRY))
STRIKES = (Strike(1, 1_800 * WAD, EXPIRY), Strike(2, 2_000 * WAD, EXPIRY), Strike(3, 2_000 * WAD, EXPIRY + 1))
MARK = 180.0


def position(number: int, amount: int, *, short: bool, collateral: int = 0, **parts: Any) -> Position:
    return Position(number, 2, "call", short, amount, collateral, **parts)


def order(units: int, slippage: float = 0.1, **parts: Any) -> Asked:
    named: dict[str, Any] = {"contract": CALL, "symbol": "ETH-25DEC26-2000-C", "slippage": slippage}
    return asked(MARK, units=units, perpetual=False, **named | parts)


def sides(made: Made) -> list[str]:
    return [part.side for part in made.parts]


def test_an_option_sold_is_secured_by_its_strike() -> None:
    made = fill(order(-LOT // 2), Listed(STRIKES))
    assert made.parts == (
        (
            "open short",
            {
                "strike": 2,
                "position": 0,
                "amount": WAD // 2,
                "collateral": 1_000 * WAD,
                "collateral_after": 1_000 * WAD,
                "minimum_out": 81 * WAD,
            },
        ),
    )


def test_an_option_bought_is_paid_at_most_the_mark_and_its_slippage() -> None:
    made = fill(order(LOT), Listed(STRIKES))
    assert made.parts == (
        ("open long", {"strike": 2, "position": 0, "amount": WAD, "maximum_in": 198 * WAD}),
    )


def test_what_was_sold_is_bought_back_first_the_oldest_before_the_others() -> None:
    sold = (
        position(9, WAD, short=True, collateral=2_000 * WAD),
        position(7, 2 * WAD, short=True, collateral=4_000 * WAD),
    )
    made = fill(order(5 * LOT // 2), Listed(STRIKES, sold))
    assert sides(made) == ["close short", "close short"]
    assert [part.numbers["position"] for part in made.parts] == [7, 9]
    assert [part.numbers["amount"] for part in made.parts] == [2 * WAD, WAD // 2]
    assert [part.numbers["collateral_after"] for part in made.parts] == [0, 1_000 * WAD]
    assert [one.amount for one in made.left.positions] == [WAD // 2, 0]


def test_the_rest_is_opened() -> None:
    held = (position(7, WAD, short=False),)
    made = fill(order(-3 * LOT), Listed(STRIKES, held))
    assert sides(made) == ["close long", "open short"]
    assert [part.numbers["amount"] for part in made.parts] == [WAD, 2 * WAD]
    assert made.parts[1].numbers["position"] == 0


def test_more_of_the_same_is_added_to_the_position() -> None:
    sold = (position(7, WAD, short=True, collateral=2_500 * WAD),)
    (part,) = fill(order(-LOT), Listed(STRIKES, sold)).parts
    assert part.numbers["position"] == 7
    assert (part.numbers["collateral"], part.numbers["collateral_after"]) == (2_000 * WAD, 4_500 * WAD)


def test_two_orders_of_one_operation_do_not_close_a_position_twice() -> None:
    first = fill(order(LOT), Listed(STRIKES, (position(7, WAD, short=True, collateral=2_000 * WAD),)))
    second = fill(order(LOT), first.left)
    assert (sides(first), sides(second)) == (["close short"], ["open long"])


@pytest.mark.parametrize(("short", "side"), [(True, "force close short"), (False, "force close long")])
def test_where_the_market_takes_nothing_else_it_is_closed_by_force(short: bool, side: str) -> None:
    held = (position(7, WAD, short=short, collateral=2_000 * WAD, forced=True),)
    assert sides(fill(order(LOT if short else -LOT), Listed(STRIKES, held))) == [side]


@pytest.mark.parametrize("forced", [False, True])
def test_what_can_cost_more_than_what_secures_it_is_paid_by_the_account(forced: bool) -> None:
    held = (position(7, 2 * WAD, short=True, collateral=300 * WAD, forced=forced),)
    (part,) = fill(order(LOT), Listed(STRIKES, held)).parts
    assert part.side == ("pay and force close short" if forced else "pay and close short")
    assert part.numbers["maximum_in"] == 198 * WAD
    assert part.numbers["shortfall"] == 48 * WAD, "half of what secures two is there for one"
    assert part.numbers["collateral_after"] == 150 * WAD


def test_positions_of_other_options_are_left_alone() -> None:
    others = (Position(1, 2, "put", True, WAD, WAD), Position(2, 3, "call", True, WAD, WAD))
    assert sides(fill(order(LOT), Listed(STRIKES, others))) == ["open long"]


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        (CALL._replace(strike=1_850.0), "does not list .*; the nearest to it is ETH-25DEC26-1800-C"),
        (CALL._replace(expiry=EXPIRY + 86_400.0), "does not list"),
    ],
)
def test_what_is_not_listed_exactly_is_not_traded(contract: Contract, told: str) -> None:
    with pytest.raises(FillError, match=told):
        fill(order(LOT, contract=contract), Listed(STRIKES))
    with pytest.raises(FillError, match="lists nothing to trade now"):
        fill(order(LOT, contract=contract), Listed(()))


def test_what_the_market_has_stopped_trading_waits() -> None:
    frozen = tuple(one._replace(trading=False) for one in STRIKES)
    with pytest.raises(FillError, match="has stopped trading ETH-25DEC26-2000-C; wait"):
        fill(order(LOT), Listed(frozen))
    with pytest.raises(FillError, match="nearest to it is ETH-25DEC26-1800-C"):
        fill(order(LOT, contract=CALL._replace(strike=2_010.0)), Listed((*frozen[1:], STRIKES[0])))


@pytest.mark.parametrize("parts", [{"slippage": None}, {"slippage": 1.0}, {"units": 0}])
def test_a_sale_at_any_price_or_of_nothing_is_not_sent(parts: dict[str, Any]) -> None:
    with pytest.raises(FillError):
        fill(order(**{"units": -LOT, **parts}), Listed(STRIKES))


@given(UNITS, SLIPPAGES, st.lists(st.integers(1, 10**30), max_size=4), st.booleans())
def test_the_parts_are_the_order_and_each_is_bounded_against_the_trader(
    units: int, slippage: float, amounts: list[int], buys: bool
) -> None:
    held = tuple(
        position(at, amount, short=buys, collateral=amount * 2_000) for at, amount in enumerate(amounts, 1)
    )
    made = fill(order(units if buys else -units, slippage), Listed(STRIKES, held))
    assert sum(part.numbers["amount"] for part in made.parts) * LOT == units * WAD
    edge = Fraction(180) * (1 + Fraction(str(slippage)) * (1 if buys else -1))
    for part in made.parts:
        paid = part.numbers.get("maximum_in", part.numbers.get("minimum_out"))
        assert paid is not None
        off = edge * part.numbers["amount"] - paid
        assert 0 <= (off if buys else -off) < 1
    closed = {part.numbers["position"]: part.numbers["amount"] for part in made.parts if "close" in part.side}
    assert all(closed.get(one.number, 0) <= one.amount for one in held)


@given(st.integers(1, 10**24), st.integers(1, 10**24), st.integers(0, 10**28))
def test_what_is_left_stays_secured_as_well_as_before(amount: int, closed: int, collateral: int) -> None:
    held = (position(7, amount, short=True, collateral=collateral),)
    units = -(-closed * LOT // WAD)
    made = fill(order(units, 0.5), Listed(STRIKES, held))
    (left,) = made.left.positions
    if left.amount:
        assert 0 <= Fraction(left.collateral) - Fraction(collateral * left.amount, amount) < 1
    else:
        assert left.collateral == 0
