"""Each fault does what it says, at the worst hour of the path, and nothing before or after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stratc.runtime.engine.messages import Fill, Order, Snapshot
from stratc.runtime.market.simulated import simulated
from stratc.runtime.stress.adversary import Sandwicher
from stratc.runtime.stress.faults import FAULTS, Eyes, Fault, placed
from stratc.runtime.stress.shaken import ShakenVenues
from tests.stress.programs import guarded

PLAN = guarded().plan
LOT = 1_000_000_000
KINDS = {fault.kind: fault for fault in FAULTS}


def at(kind: str) -> Fault:
    """A fault from t = 1,000 on."""
    return replace(KINDS[kind], start=1_000.0)  # type: ignore[index]


def tick(t: float, spot: float = 2_000.0) -> Snapshot:
    signals = {"spot": spot, "mark": spot, "iv": 0.6, "gas_price": 1e-8, "gas_cost": 6.0, "funding_rate": 0.0}
    return Snapshot(t, int(t // 12), signals)


def order(t: float, units: int = LOT, **clauses: object) -> Order:
    return Order(f"{t:g}.1.0", 1, 0, t, int(t // 12), "trade", "ETH-PERP", None, units, 2_000.0, **clauses)  # type: ignore[arg-type]


def venue(kind: str, acts: bool = False) -> tuple[ShakenVenues, Sandwicher]:
    watcher = Sandwicher(acts)
    return ShakenVenues(PLAN, 1, at(kind), watcher), watcher


def test_a_fault_starts_with_the_hour_of_the_largest_move() -> None:
    table = simulated("crash", 7, steps=432, step_seconds=600.0).table
    fault = placed(KINDS["oracle frozen"], table)
    spot = table.columns["spot"]
    moves = abs(np.log(spot[6:] / spot[:-6]))
    assert fault.start == table.t[int(np.argmax(moves))]
    assert moves.max() > 0.05


def test_what_the_oracle_tells() -> None:
    for kind, told in (
        ("oracle frozen", 2_000.0),
        ("oracle wrong", 1_980.0),
        ("oracle down", None),
        ("none", 1_800.0),
    ):
        eyes = Eyes(at(kind))
        assert eyes.seen(tick(990.0)).signals["spot"] == 2_000.0
        seen = eyes.seen(tick(1_000.0, 1_800.0)).signals["spot"]
        assert seen == (told if told is None else pytest.approx(told)), kind
        after = eyes.seen(tick(1_000.0 + 7_200.0, 1_700.0)).signals["spot"]
        assert after == 1_700.0


def test_gas_is_dearer_for_the_program_and_for_its_orders() -> None:
    eyes = Eyes(at("gas spike"))
    world = eyes.true(tick(1_200.0))
    assert world.signals["gas_cost"] == 300.0
    shaken, _ = venue("gas spike")
    assert shaken.submit_set([order(1_200.0)], world)[0].gas == 300_000_000
    assert eyes.true(tick(990.0)).signals["gas_cost"] == 6.0


@pytest.mark.parametrize(
    "kind", ["venue halted", "relay drops", "reorg", "sequencer down", "depth gone", "latency spike"]
)
def test_before_and_after_it_orders_fill(kind: str) -> None:
    for t in (500.0, 1_000.0 + 6.5 * 3_600.0):
        shaken, _ = venue(kind)
        (fill,) = shaken.submit_set([order(t)], tick(t))
        assert fill.units == LOT
        assert fill.final


def test_a_halted_venue_refuses_and_says_so() -> None:
    shaken, _ = venue("venue halted")
    (fill,) = shaken.submit_set([order(1_200.0)], tick(1_200.0))
    assert (fill.units, fill.final, fill.reason) == (0, True, "the venue is halted")


def test_a_relay_drops_four_of_five_and_the_same_ones_again() -> None:
    lost = []
    for _ in range(2):
        shaken, _ = venue("relay drops")
        times = [1_000.0 + 10.0 * n for n in range(400)]
        lost.append([not shaken.submit_set([order(t)], tick(t))[0].units for t in times])
    assert lost[0] == lost[1]
    assert 0.74 < np.mean(lost[0]) < 0.86


def test_a_sequencer_that_is_down_includes_everything_when_it_is_back() -> None:
    shaken, _ = venue("sequencer down")
    assert shaken.submit_set([order(1_200.0)], tick(1_200.0)) == []
    assert shaken.advance(tick(8_000.0), 0) == []
    (fill,) = shaken.advance(tick(8_200.0, 1_900.0), 0)
    assert isinstance(fill, Fill)
    assert fill.units == LOT
    assert 1_900.0 < fill.price < 1_910.0


def test_a_deadline_still_holds_after_an_outage() -> None:
    shaken, _ = venue("sequencer down")
    shaken.submit_set([order(1_200.0, deadline_block=105)], tick(1_200.0))
    (fill,) = shaken.advance(tick(8_200.0), 0)
    assert isinstance(fill, Fill)
    assert (fill.units, fill.reason) == (0, "the deadline has passed")


def test_a_reorganisation_delays_all_and_loses_half() -> None:
    shaken, _ = venue("reorg")
    fates = []
    for n in range(200):
        t = 1_000.0 + 10.0 * n
        assert shaken.submit_set([order(t)], tick(t)) == []
    for event in shaken.advance(tick(9_000.0), 0):
        assert isinstance(event, Fill)
        fates.append(event.units != 0)
    assert len(fates) == 200
    assert 0.38 < np.mean(fates) < 0.62


def test_without_depth_a_large_order_fills_in_part() -> None:
    shaken, _ = venue("depth gone")
    (fill,) = shaken.submit_set([order(1_200.0, 500 * LOT)], tick(1_200.0))
    assert fill.units == 200 * LOT  # 2% of 20 M at 2,000
    assert not fill.final


def test_latency_is_five_minutes_longer() -> None:
    shaken, _ = venue("latency spike")
    assert shaken.submit_set([order(1_200.0)], tick(1_200.0)) == []
    assert shaken.advance(tick(1_490.0), 0) == []
    assert len(shaken.advance(tick(1_500.0), 0)) == 1


@pytest.mark.parametrize("units", [LOT, -LOT])
def test_a_sandwicher_takes_what_the_clause_allows_and_no_more(units: int) -> None:
    shaken, watcher = venue("adversary", acts=True)
    (fill,) = shaken.submit_set([order(1_200.0, units, slippage=0.005)], tick(1_200.0))
    assert fill.price == pytest.approx(2_000.0 + (10.0 if units > 0 else -10.0))
    assert 0.0 < watcher.taken <= watcher.bound == pytest.approx(10.0)
    assert watcher.beyond == 0


def test_a_private_route_shows_it_nothing() -> None:
    shaken, watcher = venue("adversary", acts=True)
    (fill,) = shaken.submit_set([order(1_200.0, slippage=0.005, route="private")], tick(1_200.0))
    assert fill.price < 2_001.0
    assert watcher.taken == watcher.bound == 0.0


def test_an_order_without_a_bound_is_counted() -> None:
    shaken, watcher = venue("adversary", acts=True)
    shaken.submit_set([order(1_200.0)], tick(1_200.0))
    assert watcher.unbounded == 1
    assert watcher.taken > 15.0
