from __future__ import annotations

from dataclasses import replace

from stratc.runtime.engine.messages import LOT, Contract, Fill, Order, Snapshot
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.none import NoVenue

ORDER = Order("4.1.1", 1, 4, 40.0, 4, "trade", "ETH-PERP", None, -2 * LOT, 2_000.0)


def _tick(spot: float | None) -> Snapshot:
    return Snapshot(40.0, 4, {"spot": spot, "gas_cost": 5.0})


def test_a_linear_order_fills_at_spot_without_cost() -> None:
    assert InstantVenue().submit_set([ORDER], _tick(2_010.0)) == [
        Fill("4.1.1", 40.0, -2 * LOT, 2_010.0, 0, 0, final=True, venue="instant")
    ]


def test_without_spot_at_the_last_known_one_or_else_the_mark() -> None:
    venue = InstantVenue()
    assert venue.submit_set([ORDER], _tick(None))[0].price == 2_000.0
    assert venue.advance(_tick(1_900.0), 0) == []
    assert venue.submit_set([ORDER], _tick(None))[0].price == 1_900.0


def test_an_option_fills_at_its_mark() -> None:
    option = replace(ORDER, contract=Contract("put", 1_800.0, 1e6), mark=33.0)
    assert InstantVenue().submit_set([option, ORDER], _tick(2_010.0))[0].price == 33.0


def test_no_venue_never_answers() -> None:
    venue = NoVenue()
    assert venue.submit_set([ORDER], _tick(2_000.0)) == []
    assert venue.advance(_tick(2_000.0), 5 * LOT) == []
