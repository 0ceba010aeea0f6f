"""The issue's acceptance: the short straddle through 12-13 March 2020, hedged back inside its band."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stratc.cli.engines import runnable
from stratc.cli.markets import Choice, opened
from stratc.runtime.engine.messages import Frame
from stratc.runtime.session import run
from stratc.runtime.venues.of_plan import venue_of
from tests.cli.shell import stratc
from tests.strategies.rehearsal import SHELF

CRASH = (1_583_971_200.0, 1_584_144_000.0)
"""12 March 2020, 00:00 UTC, to the end of the 13th."""


@dataclass
class Hedges:
    """|delta| right after each tick with a hedge that was sent whole, and prices of the crash."""

    left: list[tuple[float, float]] = field(default_factory=list)
    in_crash: int = 0
    prices: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def on_frame(self, frame: Frame) -> None:
        t, spot = frame.snapshot.t, frame.snapshot.signals.get("spot")
        inside = CRASH[0] <= t <= CRASH[1]
        self.ends.append(t)
        if inside and spot is not None:
            self.prices.append(spot)
        hedges = [
            o for o in frame.result.outcomes if o.do == "hedge" and o.verdict == "sent" and not o.limits
        ]
        if hedges and frame.after.delta is not None:
            self.left.append((t, abs(frame.after.delta)))
            self.in_crash += inside

    def finish(self, interrupted: bool) -> None:
        assert not interrupted


@pytest.fixture(scope="module")
def prices(shared: Path) -> Path:
    path = shared / "data" / "ethusdt_1h_2020-02_2020-04.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the folder `shared`")
    return path


@pytest.fixture(scope="module")
def hedges(prices: Path) -> Hedges:
    target = runnable(str(SHELF / "short_straddle"))
    market = opened(Choice(str(prices), 1, None, None, None), tuple(s.name for s in target.plan.inputs))
    seen = Hedges()
    run(target.machine(), market, venue_of(target.plan, 1), [seen])
    return seen


def test_delta_is_back_inside_its_band_after_every_hedge_the_limits_allow(hedges: Hedges) -> None:
    (band,) = [p.value for p in runnable(str(SHELF / "short_straddle")).plan.params if p.name == "band"]
    assert [(t, left) for t, left in hedges.left if left > band] == []
    assert len(hedges.left) > 50


def test_the_crash_is_in_it_and_was_hedged(hedges: Hedges) -> None:
    assert hedges.in_crash >= 5
    assert max(hedges.prices) > 190.0
    assert min(hedges.prices) < 110.0
    assert hedges.ends[-1] > CRASH[1]


def test_the_command_goes_through_it(prices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = stratc(
        "run",
        "short_straddle",
        "--market",
        prices,
        "--from",
        "2020-03-10",
        "--to",
        "2020-03-15",
        "--report",
        "r.html",
    )
    assert said.code == 0
    assert "2020-03-12" in said.out
    assert (tmp_path / "r.html").stat().st_size > 10_000
    assert stratc("replay", "--from-journal", "short_straddle.journal").code == 0
