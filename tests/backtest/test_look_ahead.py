"""Decisions cannot depend on what comes later; a market that knows its own future is found out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stratc.cli.engines import runnable
from stratc.runtime.backtest.look_ahead import first_peek
from stratc.runtime.market.replay import replay
from stratc.runtime.market.simulated import simulated
from stratc.runtime.market.table import TableMarket
from stratc.runtime.venues.of_plan import venue_of

TARGET = runnable("short_straddle")
CUT = 300


def prefix(market: TableMarket, rows: int = CUT) -> TableMarket:
    table = market.table
    return replace(
        market,
        table=type(table)(
            table.t[:rows], table.block[:rows], {k: v[:rows] for k, v in table.columns.items()}
        ),
    )


def peek(whole: TableMarket, cut: TableMarket) -> tuple[float, str] | None:
    return first_peek(TARGET.machine, lambda: venue_of(TARGET.plan, 1), whole, cut)


def file_of(path: Path, prices: np.ndarray) -> Path:
    rows = [f"{1_600_000_000 + 600 * at},{price!r}" for at, price in enumerate(prices.tolist())]
    path.write_text("\n".join(["time,price", *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def prices() -> np.ndarray:
    return np.asarray(simulated("crash", 3, steps=500, step_seconds=600.0).table.columns["spot"])


def test_a_file_cut_short_gives_the_same_decisions_up_to_the_cut(tmp_path: Path, prices: np.ndarray) -> None:
    """Volatility is estimated from the file: from what was before each tick alone."""
    whole = replay(file_of(tmp_path / "whole.csv", prices))
    cut = replay(file_of(tmp_path / "cut.csv", prices[:CUT]))
    assert len(cut) == CUT
    assert peek(whole, cut) is None


def test_a_simulated_market_does_not_know_its_end() -> None:
    long, short = (simulated("jumps", 2, steps=steps, step_seconds=600.0) for steps in (432, 300))
    assert peek(long, short) is None


def planted(market: TableMarket) -> TableMarket:
    """Volatility smoothed over ticks that have not come yet: the mistake people make with centred windows."""
    iv = market.table.columns["iv"]
    padded = np.concatenate([np.repeat(iv[:1], 5), iv, np.repeat(iv[-1:], 5)])
    smooth = np.convolve(padded, np.ones(11) / 11, "valid")
    return replace(market, table=replace(market.table, columns={**market.table.columns, "iv": smooth}))


def test_a_planted_peek_is_found_at_the_tick_that_shows_it(prices: np.ndarray, tmp_path: Path) -> None:
    whole = replay(file_of(tmp_path / "whole.csv", prices))
    found = peek(planted(whole), planted(prefix(whole)))
    assert found is not None
    t, told = found
    assert told == "the market shows another iv"
    first, last = whole.table.t[CUT - 5], whole.table.t[CUT - 1]
    assert first <= t <= last


def test_an_engine_that_reads_ahead_is_found_by_what_it_decides() -> None:
    """A machine with the market's last price in its pocket."""
    whole = simulated("crash", 3, steps=500, step_seconds=600.0)
    cut = prefix(whole)

    class Oracle(TARGET.machine):  # type: ignore[misc,name-defined]
        market: TableMarket = whole

        def step(self, snapshot):  # type: ignore[no-untyped-def]
            last = float(self.market.table.columns["spot"][-1])
            return super().step(replace(snapshot, signals={**snapshot.signals, "spot": last}))

    class Shorter(Oracle):
        market = cut

    machines = iter([Oracle(), Shorter()])
    found = first_peek(machines.__next__, lambda: venue_of(TARGET.plan, 1), whole, cut)
    assert found == (float(whole.table.t[0]), "decisions differ")
