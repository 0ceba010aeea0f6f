"""The projected book's signals, against differences of its equity and against sums done by hand."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.liquidity import Range
from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.engine.view import BOOK_SIGNALS, View
from stratc.runtime.pricing.scalar import bs_greeks
from tests.engine.books import CALL, DAY, PUT, T0, book, trade, view, whole

SIZES = st.integers(-20 * LOT, 20 * LOT)


def mixed(perp: float = 3.0, spot: float = -1.0, call: float = -10.0, put: float = 5.0) -> View:
    return view(book(whole(perp), whole(spot), {CALL: whole(call), PUT: whole(put)}))


def known(of: View, name: str) -> float:
    value = of.observe(name)
    assert value is not None
    return value


def bumped(name: str, step: float, signal: str, t: float = T0) -> float:
    """The difference of a signal of the mixed book over `step` in spot, iv or time."""
    held = mixed().book
    if signal == "t":
        return known(view(held, T0 + step), name) - known(view(held, T0), name)
    base = {"spot": 2_000.0, "iv": 0.8}[signal]
    up, down = view(held, t, **{signal: base + step / 2}), view(held, t, **{signal: base - step / 2})
    return known(up, name) - known(down, name)


def test_the_greeks_are_the_derivatives_of_equity() -> None:
    of = mixed()
    assert known(of, "delta") == pytest.approx(bumped("equity", 0.2, "spot") / 0.2, abs=1e-5)
    assert known(of, "gamma") == pytest.approx(bumped("delta", 0.2, "spot") / 0.2, rel=1e-5)
    assert known(of, "vega") == pytest.approx(bumped("equity", 1e-4, "iv") / 1e-4, rel=1e-6)
    assert known(of, "theta") == pytest.approx(bumped("equity", 60.0, "t") / 60.0, rel=1e-3)


def test_equity_is_money_and_marks() -> None:
    of = mixed()
    years = [(c.expiry - T0) / (365 * DAY) for c in (CALL, PUT)]
    call = bs_greeks(True, 2_000.0, 2_000.0, years[0], 0.8)[0]
    put = bs_greeks(False, 2_000.0, 1_900.0, years[1], 0.8)[0]
    expected = 100_000.0 + 2.0 * 2_000.0 - 10.0 * call + 5.0 * put
    assert known(of, "equity") == pytest.approx(expected, rel=1e-12)
    assert known(of, "pnl") == pytest.approx(expected - 100_000.0, rel=1e-9)
    assert known(of, "position") == 2.0
    gross = 2.0 + 10.0 * bs_greeks(True, 2_000.0, 2_000.0, years[0], 0.8)[1]
    gross += 5.0 * abs(bs_greeks(False, 2_000.0, 1_900.0, years[1], 0.8)[1])
    assert known(of, "leverage") == pytest.approx(gross * 2_000.0 / expected, rel=1e-12)


def test_an_empty_book_has_no_risk_and_needs_no_price() -> None:
    of = View(book(), T0, {}, None, None)
    assert [of.observe(name) for name in ("delta", "gamma", "vega", "theta", "position")] == [0.0] * 5
    assert known(of, "equity") == 100_000.0
    assert of.observe("margin_ratio") is None
    assert of.observe("pnl") is None
    assert known(view(book()), "margin_ratio") == inf
    assert known(view(book()), "leverage") == 0.0


def test_what_needs_a_missing_price_is_unavailable_not_zero() -> None:
    options = book(options={CALL: LOT})
    for missing in ("spot", "iv"):
        of = view(options, T0, **{missing: None})
        unknown = {name for name in BOOK_SIGNALS - {"pnl"} if of.observe(name) is None}
        assert {"delta", "gamma", "vega", "theta", "equity", "leverage", "margin", "drawdown"} <= unknown
        assert not unknown & {"position", "cash"}
    linear = view(book(perp=LOT), spot=None, iv=None)
    assert (linear.observe("delta"), linear.observe("equity")) == (1.0, None)


def test_the_requirement_is_a_tenth_of_perpetuals_and_the_usual_of_short_options() -> None:
    assert view(book(perp=-5 * LOT)).requirement() == pytest.approx(5 * 2_000.0 * 0.10)
    assert view(book(spot=-5 * LOT)).requirement() == 0.0
    assert view(book(options={CALL: 5 * LOT})).requirement() == 0.0
    price = bs_greeks(True, 2_000.0, 2_000.0, 30 / 365, 0.8)[0]
    assert view(book(options={CALL: -LOT})).requirement() == pytest.approx(0.15 * 2_000.0 + price)
    far = CALL._replace(strike=4_000.0)
    price = bs_greeks(True, 2_000.0, 4_000.0, 30 / 365, 0.8)[0]
    assert view(book(options={far: -LOT})).requirement() == pytest.approx(0.10 * 2_000.0 + price)
    ratio = known(view(book(perp=-50 * LOT)), "margin_ratio")
    assert ratio == pytest.approx((100_000.0 - 50 * 2_000.0) / (50 * 2_000.0 * 0.10), abs=1e-9)


def test_a_wallet_apart_is_equity_but_not_margin() -> None:
    of = view(book(cash=30_000 * CENT))
    assert (of.observe("equity"), of.observe("margin"), of.observe("cash")) == (80_000.0, 50_000.0, 30_000.0)


def test_drawdown_is_from_the_peak_and_never_negative() -> None:
    assert View(book(), T0, {"equity": 75_000.0}, 100_000.0, None).observe("drawdown") == 0.25
    assert View(book(), T0, {"equity": 130_000.0}, 100_000.0, None).observe("drawdown") == 0.0
    assert View(book(), T0, {}, None, None).observe("drawdown") is None


@given(SIZES, SIZES, SIZES)
def test_projection_counts_orders_as_done_and_copies_are_independent(perp: int, spot: int, call: int) -> None:
    of = mixed()
    trial = of.copy()
    trial.project(trade(perp), perp)
    trial.project(trade(spot, perpetual=False), spot)
    trial.project(trade(call, CALL), call)
    done = book(3 * LOT + perp, -LOT + spot, {CALL: -10 * LOT + call, PUT: 5 * LOT})
    for name in ("delta", "gamma", "vega", "theta", "position"):
        assert trial.observe(name) == pytest.approx(known(view(done), name), abs=1e-12)
    assert trial.requirement() == pytest.approx(view(done).requirement(), rel=1e-12)
    assert [of.observe(name) for name in sorted(BOOK_SIGNALS)] == [
        mixed().observe(name) for name in sorted(BOOK_SIGNALS)
    ]


def test_margin_on_its_way_counts_at_once() -> None:
    of = view(book(perp=-40 * LOT))
    need = of.margin_to_reach(4.0)
    assert need == pytest.approx(4.0 * 8_000.0 - 20_000.0)
    of.project(replace(trade(0), kind="top up"), 12_000 * CENT)
    assert known(of, "margin_ratio") == pytest.approx(4.0)
    of.project(replace(trade(0), kind="withdraw"), 12_000 * CENT)
    assert known(of, "margin_ratio") == pytest.approx(2.5)


def test_signals_told_from_outside_override_the_book_and_move_with_what_is_on_its_way() -> None:
    of = view(book(), delta=7.0, vega=-300.0, equity=50_000.0)
    assert (of.observe("delta"), of.observe("vega"), of.observe("equity")) == (7.0, -300.0, 50_000.0)
    of.project(trade(-2 * LOT), -2 * LOT)
    assert (of.observe("delta"), of.observe("vega")) == (5.0, -300.0)
    assert of.observe("position") == -2.0
    assert view(book(perp=LOT), delta=None).observe("delta") is None


def test_a_margin_ratio_told_from_outside_implies_the_requirement() -> None:
    of = view(book(), margin_ratio=1.25)
    assert of.margin_to_reach(1.5) == pytest.approx(100_000.0 / 1.25 * 0.25)
    of.project(replace(trade(0), kind="top up"), 20_000 * CENT)
    assert known(of, "margin_ratio") == pytest.approx(1.5)
    assert of.margin_to_reach(1.5) == pytest.approx(0.0, abs=1e-6)


def test_liquidity_is_base_below_quote_above_and_short_gamma_between() -> None:
    of = view(book())
    of.project(replace(trade(0), kind="provide", between=Range(1_500.0, 2_500.0)), 10_000 * CENT)
    inside = known(of, "delta")
    assert 0.0 < inside < 10_000.0 / 2_000.0
    assert known(of, "gamma") < 0.0
    below, above = of.copy(), of.copy()
    below.signals, above.signals = {"spot": 1_000.0, "iv": 0.8}, {"spot": 3_000.0, "iv": 0.8}
    assert known(below, "delta") > inside
    assert (known(above, "delta"), known(above, "gamma"), known(below, "gamma")) == (0.0, 0.0, 0.0)
    of.project(replace(trade(0), kind="remove", between=Range(1_500.0, 2_500.0)), 1)
    assert known(of, "delta") == 0.0
