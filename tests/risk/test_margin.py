"""What positions require, by hand; and that no rounding is in the account's favour."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine import view
from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.pricing.scalar import bs_price
from stratc.runtime.risk import portfolio, standard
from stratc.runtime.risk.account import Account
from stratc.runtime.risk.collateral import counted
from stratc.runtime.risk.instruments import Option, payoff
from stratc.runtime.risk.portfolio import Model, Scenario, contingency, span, worst_loss
from stratc.runtime.risk.standard import Margin, Terms
from stratc.runtime.risk.units import PARTS, PRICE, RiskError, share_down, share_up, worth
from tests.risk.markets import CALL, DAY, PERP, PUT, RULES, T0, WETH, prices

UNITS = st.integers(-(10**13), 10**13)


@given(UNITS, st.integers(0, 10**14))
def test_a_value_is_rounded_down_and_a_trade_against_both_sides(units: int, price: int) -> None:
    exact = Fraction(units * price * CENT, LOT * PRICE)
    assert exact - 1 < worth(units, price) <= exact
    paid, received = -worth(-units, price), worth(units, price)
    assert 0 <= paid - received <= 1


@given(st.integers(0, 10**15), st.integers(0, 2 * PARTS))
def test_a_share_owed_is_never_smaller_than_one_received(amount: int, parts: int) -> None:
    exact = Fraction(amount * parts, PARTS)
    assert share_down(amount, parts) <= exact <= share_up(amount, parts)
    assert share_up(amount, parts) - share_down(amount, parts) <= 1


def test_the_initial_shares_are_the_languages() -> None:
    terms = Terms()
    assert terms.perpetual_initial == view.PERP_MARGIN * PARTS
    assert terms.option_initial == view.OPTION_MARGIN * PARTS
    assert terms.option_floor == view.OPTION_MARGIN_FLOOR * PARTS


def test_standard_margin_by_hand() -> None:
    def of(**held: int) -> Margin:
        positions = {{"perp": PERP, "call": CALL, "put": PUT}[name]: units for name, units in held.items()}
        return standard.requirement(positions, prices(), Terms())

    assert of(perp=-5 * LOT) == (1_000 * CENT, 500 * CENT)
    assert of(call=LOT) == (0, 0)  # a long option cannot lose more than it is worth
    assert of(call=-LOT) == (200 * CENT, 150 * CENT)  # 10 % out of the money: 15 - 10 is less than the floor
    in_the_money = {Option("put", 2_100 * PRICE, T0 + DAY): -2 * LOT}
    assert standard.requirement(in_the_money, prices(), Terms()) == (600 * CENT, 300 * CENT)
    assert of(perp=LOT, call=-LOT) == (400 * CENT, 250 * CENT)  # no offsets


@given(st.integers(100, 10**5), st.integers(5, 300), st.integers(1, 700), st.booleans())
def test_marks_are_the_librarys_rounded_against_the_holder(
    spot: int, vol: int, days: int, call: bool
) -> None:
    option = Option("call" if call else "put", 2_000 * PRICE, T0 + days * DAY)
    now = prices(spot, vol / 100)
    exact = PRICE * bs_price(call, spot, 2_000.0, days * DAY / (365 * DAY), round(vol * 10_000) / 1e6)
    assert now.mark(option, LOT) == floor(max(0.0, exact))
    assert now.mark(option, -LOT) == ceil(max(0.0, exact))


@pytest.mark.parametrize(("spot", "call", "put"), [(2_500, 300, 0), (1_500, 0, 300), (2_000, 0, 0)])
def test_options_pay_their_intrinsic_value(spot: int, call: int, put: int) -> None:
    for option, paid in ((CALL, call), (PUT, put)):
        assert payoff(option, 2 * LOT, spot * PRICE) == 2 * paid * CENT
        assert payoff(option, -2 * LOT, spot * PRICE) == -2 * paid * CENT


def test_the_worst_of_the_scenarios_by_hand() -> None:
    """A perpetual alone loses 16 % of its notional, with 1 % of it as contingency."""
    long = {PERP: 10 * LOT}
    assert worst_loss(long, prices(), Model().scenarios) == (3_200 * CENT, (-160_000, -250_000, PARTS))
    assert contingency(long, prices(), Model()) == 200 * CENT
    assert portfolio.requirement(long, prices(), Model()) == (4_420 * CENT, 3_400 * CENT)
    nothing: dict[Option, int] = {}
    assert worst_loss({**nothing}, prices(), Model().scenarios) == (0, None)


def test_a_hedge_is_seen_by_the_portfolio_and_not_by_the_standard() -> None:
    covered = {PERP: LOT // 2, CALL: -LOT}
    alone = {CALL: -LOT}
    assert portfolio.requirement(covered, prices(), Model()) < portfolio.requirement(alone, prices(), Model())
    assert standard.requirement(covered, prices(), Terms()) > standard.requirement(alone, prices(), Terms())


def test_an_offset_short_option_still_has_its_contingency() -> None:
    flat = {CALL: -LOT, Option("call", 2_200 * PRICE, T0 + 31 * DAY): LOT}
    assert contingency(flat, prices(), Model()) == 20 * CENT


def test_spans_sixteen() -> None:
    scenarios = span(150_000, 250_000)
    assert len(scenarios) == len(set(scenarios)) == 16
    assert scenarios[-1] == Scenario(-300_000, 0, 330_000)
    assert worst_loss({PERP: LOT}, prices(), scenarios)[0] == 300 * CENT  # 33 % of 30 % is less than 15 %


@given(st.dictionaries(st.sampled_from([PERP, CALL, PUT]), st.integers(-50, 50)), st.integers(1, 4))
def test_portfolio_margin_is_homogeneous_and_never_negative(held: dict[Option, int], times: int) -> None:
    one = {instrument: units * LOT for instrument, units in held.items()}
    many = {instrument: units * times for instrument, units in one.items()}
    small = portfolio.requirement({**one}, prices(), Model())
    large = portfolio.requirement({**many}, prices(), Model())
    assert 0 <= small.maintenance <= small.initial
    assert abs(large.maintenance - times * small.maintenance) <= 10 * times


@given(UNITS, UNITS)
def test_two_positions_require_no_more_than_each_alone(perp: int, call: int) -> None:
    def of(held: dict[object, int]) -> int:
        return portfolio.requirement({**held}, prices(), Model()).maintenance  # type: ignore[dict-item]  both kinds

    assert of({PERP: perp, CALL: call}) <= of({PERP: perp}) + of({CALL: call}) + 3


def test_collateral_counts_after_its_haircut_rounded_down() -> None:
    assert counted(WETH, 3 * 10**18, prices()) == 5_100 * CENT
    assert counted(WETH, 1, prices()) == 0
    with pytest.raises(RiskError, match="WETH is collateral and has no price"):
        counted(WETH, 1, prices()._replace(assets={}))


def test_what_was_paid_is_of_what_is_held_now() -> None:
    account = Account()
    account.trade(PERP, 4 * LOT, 2_000 * PRICE)
    account.trade(PERP, -LOT, 2_500 * PRICE)  # closing takes its share of it, whatever the price
    assert account.paid == {PERP: 6_000 * CENT}
    account.trade(PERP, -5 * LOT, 2_400 * PRICE)  # what goes past zero is new
    assert account.paid == {PERP: -4_800 * CENT}
    account.trade(PERP, 2 * LOT, 2_300 * PRICE)
    assert account.paid == account.positions == {}


@given(st.lists(st.tuples(st.integers(-(10**10), 10**10).filter(bool), st.integers(1, 4_000)), max_size=12))
def test_an_accounts_equity_is_its_profit(trades: list[tuple[int, int]]) -> None:
    """Of a perpetual: what each trade made since, to a unit a trade, and never more."""
    account = Account()
    for units, price in trades:
        account.trade(PERP, units, price * PRICE)
    exact = sum(Fraction(units * (2_000 - price) * CENT, LOT) for units, price in trades)
    got = account.equity(prices(), RULES)
    assert exact - len(trades) - 1 <= got <= exact
    held = sum(units for units, _ in trades)
    assert account.positions == ({PERP: held} if held else {})
    assert account.positions.keys() == account.paid.keys()
