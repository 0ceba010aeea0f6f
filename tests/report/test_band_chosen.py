"""On a month of real minutes: the band that one run's data would choose costs and risks least when it is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratc.cli.engines import runnable
from stratc.runtime import session
from stratc.runtime.engine.messages import Frame
from stratc.runtime.market.replay import replay
from stratc.runtime.market.table import TableMarket
from stratc.runtime.pricing.hedging_band import middle_band
from stratc.runtime.report.hedge_costs import Hedged, Hedging
from stratc.runtime.venues.of_plan import venue_of

AVERSION = 1e-2
TARGET = runnable("gamma_scalper")


class Burden:
    """What hedges cost, and the squares of what the price made of the delta left between them, in quote."""

    def __init__(self) -> None:
        self.hedging = Hedging()
        self.squares = 0.0
        self._last: tuple[float, float] | None = None

    def on_frame(self, frame: Frame) -> None:
        self.hedging.add(frame)
        spot, delta = frame.after.spot, frame.after.delta
        if self._last is not None and spot is not None:
            self.squares += (self._last[1] * (spot - self._last[0])) ** 2
        self._last = None if spot is None or delta is None else (spot, delta)

    def finish(self, interrupted: bool) -> None:
        """Nothing to close."""

    def total(self) -> float:
        hedged = self.hedging.result()
        paid = hedged.count * (hedged.cost * hedged.spot * hedged.size + hedged.gas)
        return paid + AVERSION / 2.0 * self.squares


@pytest.fixture(scope="module")
def minutes(shared: Path) -> TableMarket:
    path = shared / "data" / "ethusdt_perp_1min_2024-12-19_2025-01-18.csv.gz"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the folder `shared`")
    return replay(path)


def run(market: TableMarket, band: float) -> tuple[Hedged, float]:
    machine, seen = TARGET.machine({"band": band}), Burden()
    session.run(machine, market, venue_of(TARGET.plan, 1), [seen])
    return seen.hedging.result(), seen.total()


@pytest.mark.slow
def test_the_band_that_a_run_advises_is_better_than_narrower_and_wider_ones(
    minutes: TableMarket,
) -> None:
    start, narrow = run(minutes, 0.6)
    advised = middle_band(start.moved, start.spot, start.cost, start.gas, AVERSION)
    assert 1.2 < advised < 1.6
    (_, best), (_, half), (_, wide) = (run(minutes, band) for band in (advised, advised / 2, 2.0))
    assert best < min(narrow, half, wide)
