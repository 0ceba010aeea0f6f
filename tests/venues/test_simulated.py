from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT, LOT, CashFlow, Contract, Fill, Order, Snapshot
from stratc.runtime.venues.simulated import REST_TICKS, SimulatedVenues
from stratc.runtime.venues.terms import KINDS, VenueTerms, venue_terms

SPOT = 2_000.0
QUIET = {"spread": 0.0, "noise": 0.0, "gas": 0.0, "depth": 1e12}
"""Properties of a venue that costs nothing but its fee."""


def _tick(n: int = 0, spot: float | None = SPOT, **signals: float | None) -> Snapshot:
    known: dict[str, float | None] = {
        "spot": spot,
        "iv": 0.5,
        "gas_cost": 3.0,
        "funding_rate": 0.0,
        **signals,
    }
    return Snapshot(60.0 * n, 5 * n, known)


def _order(units: float = 1.0, n: int = 0, **clauses: Any) -> Order:
    order = Order(
        id=clauses.pop("id", f"{n}.1.1"), rule=1, tick=n, t=60.0 * n, block=5 * n, kind="trade",
        symbol="ETH-PERP", contract=None, units=round(units * LOT), mark=SPOT,
    )  # fmt: skip
    return replace(order, **clauses)


def _venue(
    kind: str = "perpetual", name: str = "perp", fee: float | None = None, **properties: float
) -> VenueTerms:
    return venue_terms(kind, name, None, fee, properties)


def _fills(events: Sequence[Fill | CashFlow]) -> list[Fill]:
    return [event for event in events if isinstance(event, Fill)]


def _run(venues: SimulatedVenues, orders: Sequence[Order], ticks: int = 60) -> list[Fill]:
    fills = venues.submit_set(orders, _tick())
    for n in range(1, ticks):
        fills += _fills(venues.advance(_tick(n), 0))
    return fills


VENUES = st.builds(
    lambda kind, name, fee, **properties: venue_terms(kind, name, None, fee, properties),
    st.sampled_from([kind for kind in KINDS if kind != "options"]),
    st.sampled_from(["a", "b", "c"]),
    st.floats(0.0, 0.01),
    spread=st.floats(1e-6, 0.01),
    depth=st.floats(0.01, 1e5),
    impact=st.sampled_from([0.5, 1.0]),
    latency=st.sampled_from([0.0, 0.0, 90.0]),
    lot=st.sampled_from([0.0, 0.001, 0.5]),
    tick=st.sampled_from([0.0, 0.01, 0.5]),
    sandwich=st.floats(0.0, 0.001),
)
UNITS = st.floats(0.0001, 500.0).flatmap(lambda size: st.sampled_from([size, -size]))
CLAUSES = st.fixed_dictionaries(
    {
        "perpetual": st.booleans(),
        "venue": st.sampled_from([None, None, "a", "z"]),
        "slippage": st.none() | st.floats(0.0, 0.05),
        "limit_price": st.none() | st.floats(1_900.0, 2_100.0),
        "gas_cap": st.none() | st.floats(0.0, 10.0),
        "deadline_block": st.none() | st.integers(0, 100),
        "retries": st.integers(0, 3),
        "split": st.sampled_from([1, 1, 2, 7]),
        "split_seconds": st.sampled_from([0.0, 300.0]),
        "route": st.sampled_from([None, "public", "private"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(VENUES, max_size=4),
    st.lists(st.tuples(UNITS, CLAUSES), min_size=1, max_size=3),
    st.integers(0, 5),
)
def test_every_order_ends_once_with_nothing_lost(
    terms: list[VenueTerms], wanted: list[tuple[float, dict[str, Any]]], seed: int
) -> None:
    thinnest = min((venue.depth for venue in terms), default=inf)
    assume(sum(abs(units) for units, _ in wanted) <= 300 * thinnest)  # else they are not done in 400 ticks
    orders = [_order(units, id=f"0.1.{leg}", **clauses) for leg, (units, clauses) in enumerate(wanted)]
    fills = _run(SimulatedVenues(terms, seed), orders, 400)
    started = {order.id: False for order in orders}
    for order in orders:
        own = [fill for fill in fills if fill.order == order.id]
        assert [fill.final for fill in own] == [False] * (len(own) - 1) + [True], "the last fill ends it"
        filled = sum(fill.units for fill in own)
        assert filled == order.units or own[-1].reason, "what was cancelled has a reason"
        assert abs(filled) <= abs(order.units)
        started[order.id] = filled != 0
        for fill in own:
            assert fill.fee >= 0
            assert fill.gas >= 0
            assert fill.units * order.units >= 0
            if fill.units:
                assert fill.price > SPOT if order.units > 0 else fill.price < SPOT, "worse than mid"
                if order.slippage is not None:
                    assert abs(fill.price / SPOT - 1.0) <= order.slippage + 1e-9
                if order.limit_price is not None:
                    assert (order.limit_price - fill.price) * order.units >= 0.0
                if order.deadline_block is not None:
                    assert fill.t / 12 <= order.deadline_block
    assert len(set(started.values())) == 1, "legs start together or not at all"


@settings(max_examples=60, deadline=None)
@given(st.lists(VENUES, max_size=3), UNITS, CLAUSES)
def test_an_order_meets_the_same_luck_whatever_others_do(
    terms: list[VenueTerms], units: float, clauses: dict[str, Any]
) -> None:
    alone = _run(SimulatedVenues(terms, 1), [_order(units, id="0.9.1", **clauses)])
    busy = SimulatedVenues(terms, 1)
    busy.submit_set([_order(3.0, id="0.2.1")], _tick())
    assert [f for f in _run(busy, [_order(units, id="0.9.1", **clauses)]) if f.order == "0.9.1"] == alone


def test_seeds_differ() -> None:
    prices = {SimulatedVenues([_venue()], seed).submit_set([_order()], _tick())[0].price for seed in range(5)}
    assert len(prices) == 5


def test_fee_and_gas_are_charged_in_full_cents() -> None:
    venue = SimulatedVenues([_venue(fee=0.0005, **{**QUIET, "gas": 1.23456789})])
    [fill] = venue.submit_set([_order(1.5)], _tick())
    assert fill.price == pytest.approx(SPOT, rel=1e-6)
    assert fill.fee == pytest.approx(1.5 * CENT, rel=1e-6)
    assert fill.gas == 1_234_568, "rounded up"


def test_gas_is_that_of_the_tick_when_the_venue_states_none() -> None:
    assert SimulatedVenues([_venue()]).submit_set([_order()], _tick(gas_cost=7.5))[0].gas == 7_500_000


@pytest.mark.parametrize(("impact", "share"), [(1.0, 0.005), (0.5, 0.01 / 1.5)])
def test_impact_of_trading_the_whole_depth(impact: float, share: float) -> None:
    venue = SimulatedVenues([_venue(**{**QUIET, "depth": 10.0, "impact": impact})])
    assert venue.submit_set([_order(10.0)], _tick())[0].price == pytest.approx(SPOT * (1.0 + share))
    assert venue.submit_set([_order(-10.0, id="2")], _tick())[0].price == pytest.approx(SPOT * (1.0 - share))


def test_spread_widens_with_volatility() -> None:
    venue = SimulatedVenues([_venue(**{**QUIET, "spread": 0.002})])
    calm = venue.submit_set([_order(id="1")], _tick())[0].price
    wild = venue.submit_set([_order(id="1")], _tick(iv=1.8))[0].price
    assert calm / SPOT - 1.0 == pytest.approx(0.001, rel=1e-3)
    assert wild / SPOT - 1.0 == pytest.approx(0.003, rel=1e-3)


def test_prices_are_on_the_grid_against_the_trader() -> None:
    venue = SimulatedVenues([_venue(tick=0.5)])
    assert venue.submit_set([_order()], _tick())[0].price == 2_000.5
    assert venue.submit_set([_order(-1.0, id="2")], _tick())[0].price == 1_999.5


def test_amounts_are_in_lots() -> None:
    venue = SimulatedVenues([_venue(lot=0.01)])
    fills = _run(venue, [_order(1.2345)])
    assert fills[0].units == round(1.23 * LOT)
    assert (fills[-1].units, fills[-1].final) == (0, True)
    assert fills[-1].reason == "0.0045 is below the lot of 0.01"


def test_too_much_slippage_ends_the_order() -> None:
    [fill] = SimulatedVenues([_venue(spread=0.01, noise=0.0)]).submit_set([_order(slippage=0.002)], _tick())
    assert (fill.units, fill.fee, fill.gas, fill.final) == (0, 0, 0, True)
    assert fill.reason.startswith("slippage of 50.")
    assert fill.reason.endswith("is above 20 bps")


def test_retries_meet_the_next_ticks_unless_the_engine_rechecks() -> None:
    venue = SimulatedVenues([_venue(**QUIET)])
    assert venue.submit_set([_order(id="a", slippage=0.001, retries=2)], _tick(spot=2_010.0)) == []
    assert venue.advance(_tick(1, 2_010.0), 0) == []
    [fill] = _fills(venue.advance(_tick(2), 0))
    assert fill.units == LOT
    [refused] = venue.submit_set([_order(id="b", slippage=0.001, retries=2, recheck=True)], _tick(3, 2_010.0))
    assert refused.final


def test_gas_above_the_cap_ends_the_order() -> None:
    [fill] = SimulatedVenues().submit_set([_order(gas_cap=2.0)], _tick())
    assert (fill.units, fill.reason) == (0, "gas of 3.00 is above 2.00")


def test_a_limit_price_waits_and_gives_up() -> None:
    venue = SimulatedVenues([_venue(**QUIET)])
    assert venue.submit_set([_order(limit_price=1_990.0)], _tick()) == []
    assert venue.advance(_tick(1), 0) == []
    [fill] = _fills(venue.advance(_tick(2, 1_989.0), 0))
    assert fill.final
    assert fill.price <= 1_990.0
    fills = _run(SimulatedVenues([_venue(**QUIET)]), [_order(limit_price=1_990.0)])
    assert [f.t for f in fills] == [60.0 * REST_TICKS]
    assert "beyond the limit price 1,990" in fills[0].reason


def test_latency_fills_at_a_later_price() -> None:
    venue = SimulatedVenues([_venue(**{**QUIET, "latency": 61.0})])
    assert venue.submit_set([_order()], _tick()) == []
    assert venue.advance(_tick(1), 0) == []
    [fill] = _fills(venue.advance(_tick(2, 2_100.0), 0))
    assert (fill.t, fill.final) == (120.0, True)
    assert fill.price == pytest.approx(2_100.0, rel=1e-5)


def test_a_deadline_passes_on_the_way() -> None:
    venue = SimulatedVenues([_venue(latency=600.0)])
    venue.submit_set([_order(deadline_block=4)], _tick())
    [fill] = _fills(venue.advance(_tick(1), 0))
    assert (fill.units, fill.final, fill.reason) == (0, True, "the deadline has passed")


def test_what_exceeds_the_depth_fills_at_later_ticks() -> None:
    fills = _run(SimulatedVenues([_venue(**{**QUIET, "depth": 4.0})]), [_order(10.0)])
    assert [(fill.t, fill.units / LOT, fill.final) for fill in fills] == [
        (0.0, 4.0, False), (60.0, 4.0, False), (120.0, 2.0, True),
    ]  # fmt: skip


def test_a_split_order_trades_in_equal_parts_over_its_time() -> None:
    fills = _run(SimulatedVenues([_venue(**QUIET)]), [_order(9.0, split=3, split_seconds=360.0)])
    assert [(fill.t, fill.units / LOT) for fill in fills] == [(0.0, 3.0), (120.0, 3.0), (240.0, 3.0)]


def test_a_later_part_is_measured_from_the_price_of_its_time() -> None:
    venue = SimulatedVenues([_venue(**QUIET)])
    venue.submit_set([_order(2.0, split=2, split_seconds=60.0, slippage=0.001)], _tick())
    [fill] = _fills(venue.advance(_tick(1, 2_500.0), 0))
    assert fill.units == LOT


def test_small_parts_wait_until_they_make_a_lot() -> None:
    venue = SimulatedVenues([_venue(**{**QUIET, "lot": 1.0})])
    fills = _run(venue, [_order(2.0, split=10, split_seconds=600.0)])
    assert [fill.units / LOT for fill in fills] == [1.0, 1.0]


def test_an_order_goes_where_it_is_told() -> None:
    terms = [_venue(name="dear", fee=0.01), _venue(name="cheap", fee=0.0)]
    assert SimulatedVenues(terms).submit_set([_order(venue="dear")], _tick())[0].venue == "dear"
    assert SimulatedVenues(terms).submit_set([_order()], _tick())[0].venue == "cheap"


def test_spot_orders_never_become_perpetual_ones() -> None:
    terms = [_venue(fee=0.0), _venue("spot", "cash", 0.001), _venue("uniswap_v3", "pool", 0.02)]
    assert SimulatedVenues(terms).submit_set([_order(perpetual=False)], _tick())[0].venue == "cash"


def test_public_orders_pay_for_being_seen_and_private_ones_do_not() -> None:
    pool = [_venue("uniswap_v3", "pool", sandwich=0.01)]
    public, private = (
        SimulatedVenues(pool).submit_set([_order(perpetual=False, route=route)], _tick())[0].price
        for route in ("public", "private")
    )
    assert public > private


CALL = Contract("call", 2_000.0, 30 * 86_400.0)


def _option(units: float, mark: float = 100.0, **clauses: Any) -> Order:
    return _order(units, contract=CALL, symbol="ETH-CALL", mark=mark, **clauses)


def test_options_trade_around_their_mark_for_a_fee_on_the_underlying() -> None:
    desk = [venue_terms("options", fee=0.0003, properties={**QUIET, "spread": 0.04})]
    [bought] = SimulatedVenues(desk).submit_set([_option(1.0)], _tick())
    [sold] = SimulatedVenues(desk).submit_set([_option(-1.0)], _tick())
    assert bought.price == pytest.approx(102.0, rel=1e-5)
    assert sold.price == pytest.approx(98.0, rel=1e-5)
    assert bought.fee == pytest.approx(0.0003 * SPOT * CENT, rel=1e-5)


def test_an_options_fee_takes_at_most_an_eighth_of_the_premium() -> None:
    [fill] = SimulatedVenues().submit_set([_option(-2.0, mark=0.8)], _tick())
    assert fill.fee == pytest.approx(0.125 * 2.0 * fill.price * CENT, rel=1e-5)


def test_a_worthless_option_still_costs_something_to_buy_and_nothing_to_lose() -> None:
    assert SimulatedVenues().submit_set([_option(1.0, mark=0.0)], _tick())[0].price > 0.0
    assert SimulatedVenues().submit_set([_option(-1.0, mark=0.0)], _tick())[0].price == 0.0


def test_an_option_is_valued_anew_at_a_later_tick() -> None:
    desk = [venue_terms("options", properties={**QUIET, "latency": 60.0, "spread": 0.0, "floor": 0.0})]
    venue = SimulatedVenues(desk)
    venue.submit_set([_option(1.0)], _tick())
    [fill] = _fills(venue.advance(_tick(1, 2_600.0), 0))
    assert fill.price > 600.0
    late = SimulatedVenues(desk)
    late.submit_set([_option(1.0)], _tick())
    [fill] = _fills(late.advance(_tick(10**6), 0))
    assert (fill.units, fill.reason) == (0, "the option has expired")


def test_legs_start_together_or_not_at_all() -> None:
    legs = [_order(1.0, id="0.1.1"), _option(1.0, id="0.1.2", slippage=0.0001)]
    fills = SimulatedVenues().submit_set(legs, _tick())
    assert [(fill.order, fill.units, fill.final) for fill in fills] == [
        ("0.1.1", 0, True),
        ("0.1.2", 0, True),
    ]
    assert fills[0].reason.startswith("no leg was filled: slippage of")
    legs[1] = _option(1.0, id="0.1.2")
    assert [fill.units for fill in SimulatedVenues().submit_set(legs, _tick())] == [LOT, LOT]


def test_a_leg_without_depth_stops_its_set() -> None:
    legs = [_order(1.0, id="0.1.1"), _order(9.0, id="0.1.2")]
    fills = SimulatedVenues([_venue(depth=5.0)]).submit_set(legs, _tick())
    assert [fill.units for fill in fills] == [0, 0]
    assert fills[0].reason == "no leg was filled: there is depth for 5 of 9 ETH-PERP"


def test_margin_and_liquidity_move_at_once_for_gas() -> None:
    for kind in ("top up", "withdraw", "provide", "remove"):
        order = replace(_order(), kind=kind, units=500 * CENT)
        [fill] = SimulatedVenues().submit_set([order], _tick())
        assert (fill.units, fill.price, fill.fee, fill.gas, fill.final) == (
            500 * CENT,
            SPOT,
            0,
            3 * CENT,
            True,
        )


def test_longs_pay_funding_for_the_time_since_the_last_tick() -> None:
    venue = SimulatedVenues()
    rate = 0.0001 / 28_800
    assert venue.advance(_tick(0, funding_rate=rate), 10 * LOT) == [], "nothing has passed yet"
    exact = 10 * SPOT * rate * 60 * CENT
    [flow] = venue.advance(_tick(1, 3_000.0, funding_rate=-rate), 10 * LOT)
    assert isinstance(flow, CashFlow)
    assert flow.kind == "funding"
    assert -exact - 1 <= flow.amount <= -exact + 1e-3, (
        "at the rate and price before, rounded against the trader"
    )
    [flow] = venue.advance(_tick(2, funding_rate=0.0), -10 * LOT)
    assert isinstance(flow, CashFlow)
    assert -1.5 * exact - 1 <= flow.amount <= -1.5 * exact + 1e-3
    assert venue.advance(_tick(3), 10 * LOT) == []


def test_a_missing_spot_is_the_last_known_one() -> None:
    venue = SimulatedVenues([_venue(**QUIET)])
    venue.advance(_tick(0, 1_500.0), 0)
    assert venue.submit_set([_order()], _tick(1, None))[0].price == pytest.approx(1_500.0, rel=1e-5)


def test_terms_that_make_no_sense() -> None:
    for arguments, cause in (
        (("perpetal",), "no venue is of kind 'perpetal'; known: perpetual, spot"),
        (("spot", "a", None, -0.1), "fee is -0.1"),
        (("spot", "a", None, 0.1, {"speed": 1.0}), "a venue has no 'speed'"),
        (("spot", "a", None, 0.1, {"depth": 0.0}), "depth and impact must be above 0"),
        (("spot", "a", None, float("nan")), "fee is nan"),
    ):
        with pytest.raises(ValueError, match=cause):
            venue_terms(*arguments)  # type: ignore[arg-type]


def test_an_order_before_the_first_price_is_refused() -> None:
    venues = SimulatedVenues([_venue()], seed=1)
    (end,) = _fills(venues.submit_set([_order(mark=0.0)], _tick(spot=None))) or _fills(
        venues.advance(_tick(1, spot=None), 0)
    )
    assert (end.units, end.final, end.reason) == (0, True, "there is no price yet")
