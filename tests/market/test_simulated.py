from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
import pytest

from stratc.runtime.market.open import open_market
from stratc.runtime.market.presets import PRESETS
from stratc.runtime.market.problems import DataError, UnknownMarket
from stratc.runtime.market.simulated import START, simulated

SEEDS = range(12)


def _worst_fall(spot: np.ndarray) -> float:
    return float((spot / np.maximum.accumulate(spot) - 1.0).min())


@pytest.mark.parametrize("preset", PRESETS)
def test_ticks_are_complete_and_plausible(preset: str) -> None:
    market = simulated(preset, 3)
    ticks = list(market)
    assert len(ticks) == len(market) == market.length == 4_320
    for tick in ticks:
        assert set(tick.signals) == {"spot", "mark", "iv", "funding_rate", "gas_price", "gas_cost"}
        values = {name: float(value) for name, value in tick.signals.items() if value is not None}
        assert values["spot"] > 0.0
        assert 0.2 <= values["iv"] <= 3.0
        assert 1e-10 < values["gas_price"] < 1e-6
        assert abs(values["funding_rate"]) * 86_400 <= 0.0225 + 1e-9
        assert values["gas_cost"] == pytest.approx(300_000 * values["gas_price"] * values["spot"])
    assert all(b.t - a.t == 60.0 and b.block - a.block == 5 for a, b in pairwise(ticks))
    assert preset in market.describe()
    assert "2026-11-01T00:00:00Z" in market.describe()


def test_a_seed_fixes_the_market_and_another_changes_it() -> None:
    assert list(simulated("crash", 5)) == list(simulated("crash", 5))
    market = simulated("crash", 5)
    assert list(market) == list(market), "iterating again starts again"
    assert list(simulated("crash", 5)) != list(simulated("crash", 6))


def test_the_market_of_a_seed_never_changes() -> None:
    """A change here changes every documented run: note it in the changelog."""
    text = "\n".join(
        f"{t.t:.0f} {t.signals['spot']:.6g} {t.signals['iv']:.4f} {float(t.signals['gas_price'] or 0) * 1e9:.2f}"
        for t in simulated("crash", 1)
    )
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "662b75d042f17d12"


@pytest.mark.parametrize("seed", SEEDS)
def test_crash_falls_by_about_45_percent_with_all_that_goes_with_it(seed: int) -> None:
    columns = simulated("crash", seed).table.columns
    assert -0.55 < _worst_fall(columns["spot"]) < -0.43
    calm, low = slice(0, 600), int(columns["spot"].argmin())
    assert columns["iv"][low] > 2.0 * columns["iv"][calm].mean()
    assert columns["gas_price"].max() > 10.0 * np.median(columns["gas_price"][calm])
    assert columns["funding_rate"][low] < 0.0 < columns["funding_rate"][calm].mean()
    assert columns["spot"][-1] > 1.05 * columns["spot"][low], "it recovers in part"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_other_presets_do_what_their_names_say(seed: int) -> None:
    calm, rally, chop = (simulated(name, seed).table.columns["spot"] for name in ("calm", "rally", "chop"))
    assert _worst_fall(calm) > -0.15
    assert 1.25 < rally[-1] / rally[0] < 1.45
    assert abs(chop[-1] / chop[0] - 1.0) < 0.05
    assert _worst_fall(chop) < -0.08
    jumps = np.abs(np.diff(np.log(simulated("jumps", seed).table.columns["spot"])))
    assert (jumps > 0.01).sum() >= 5 > (np.abs(np.diff(np.log(calm))) > 0.02).sum()


def test_volatility_comes_in_regimes() -> None:
    returns = np.diff(np.log(simulated("crash", 4).table.columns["spot"]))
    hourly = np.array([part.std() for part in np.array_split(returns, 72)])
    assert hourly[26:37].mean() > 2.5 * hourly[:20].mean()


def test_more_steps_only_add_ticks_at_the_end() -> None:
    short, long = simulated("crash", 2, steps=500), simulated("crash", 2, steps=9_000)
    assert list(short) == list(long)[:500]
    assert len(long) == 9_000
    assert 0.2 < long.table.columns["spot"][-1] / long.table.columns["spot"][4_319] < 5.0, "no second crash"


def test_a_span_is_a_cut() -> None:
    whole, part = simulated("chop", 1), simulated("chop", 1, start=START + 3_600, end=START + 7_200)
    assert list(part) == [tick for tick in whole if START + 3_600 <= tick.t < START + 7_200]
    assert len(part) == 60
    with pytest.raises(DataError, match="no tick between 2030"):
        simulated("chop", 1, start=1_900_000_000.0)


def test_start_spot_scales_and_iv_can_be_fixed() -> None:
    small, usual = simulated("rally", 1, 0.0032), simulated("rally", 1)
    assert small.table.columns["spot"] == pytest.approx(usual.table.columns["spot"] * 1e-6, rel=1e-5)
    assert set(simulated("rally", 1, iv=0.8).table.columns["iv"]) == {0.8}


def test_a_tenor_that_the_program_reads_is_given_flat() -> None:
    tick = next(iter(simulated("calm", 1, signals=("iv(30 d)", "alpha"))))
    assert tick.signals["iv(30 d)"] == tick.signals["iv"]
    assert "alpha" not in tick.signals, "nobody knows a model's output here"


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ({"start_spot": -1.0}, "start spot is -1"),
        ({"start_spot": float("nan")}, "start spot is nan"),
        ({"steps": 0}, "0 ticks"),
        ({"step_seconds": 0.0}, "step is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"iv": 0.0}, "implied volatility is 0"),
    ],
)
def test_numbers_that_make_no_sense(arguments: dict[str, float], cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        simulated("calm", **{"seed": 1, **arguments})  # type: ignore[arg-type]


def test_an_unknown_market_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownMarket, match="did you mean crash\\? markets: calm, crash, rally, chop, jumps"):
        open_market("crahs")
    with pytest.raises(UnknownMarket, match="no market of this name"):
        simulated("tulips", 1)
