"""Paths by number: the same in any batch, fair, and priced as the models' own formulas price."""

from __future__ import annotations

import numpy as np
import pytest

from stratc.runtime.market.simulated import simulated
from stratc.runtime.pricing.models import Bates, Heston, Jumps, Merton
from stratc.runtime.pricing.scalar import bs_price
from stratc.runtime.stress.models import Draw, Model, defaults, paths
from stratc.runtime.stress.worlds import World

YEAR = 365.0 * 86_400.0
DATA = simulated("crash", 5, steps=400, step_seconds=3600.0).table
ALL = ["bs", "merton", "heston", "bates", "crash", "bootstrap", "history"]


def world(model: str, **more: object) -> World:
    given = {"seed": 3, "spot": 2000.0, "vol": 0.8, "steps": 60, "dt": 3600.0, "data": DATA} | more
    return World(model, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ALL)
def test_a_path_is_the_same_in_any_batch(model: str) -> None:
    together = world(model).tables(0, 70)
    for number in (0, 1, 33, 69):
        (alone,) = world(model).tables(number, 1)
        assert set(alone.columns) == set(together[number].columns)
        for name, column in alone.columns.items():
            assert np.array_equal(column, together[number].columns[name]), name
    assert not np.array_equal(together[0].columns["spot"], together[1].columns["spot"])
    (other,) = world(model, seed=4).tables(1, 1)
    assert not np.array_equal(other.columns["spot"], together[1].columns["spot"])


@pytest.mark.parametrize("model", ALL)
def test_every_path_starts_at_the_price_asked_for_and_has_what_a_market_has(model: str) -> None:
    for table in world(model).tables(0, 3):
        assert len(table.t) == 60
        assert table.columns["spot"][0] == pytest.approx(2000.0, rel=1e-5)
        assert (table.columns["spot"] > 0.0).all()
        assert (table.columns["iv"] > 0.0).all()
        assert {"mark", "funding_rate", "gas_price", "gas_cost"} <= set(table.columns)


@pytest.mark.parametrize("model", ["bs", "merton", "heston", "bates"])
def test_the_price_is_fair(model: str) -> None:
    spot, _ = paths(defaults(model, 0.8), Draw(1, 0, 4_000), 1.0, 60, 86_400.0)
    for at in (1, 30, 60):
        error = spot[:, at].std() / np.sqrt(len(spot))
        assert abs(spot[:, at].mean() - 1.0) < 4.0 * error


def call(
    model: Model, strike: float, sobol: bool = False, count: int = 8_000, seed: int = 1
) -> tuple[float, float]:
    """A three-month call by simulation, with its error."""
    spot, _ = paths(model, Draw(seed, 0, count, sobol), 100.0, 128, YEAR / 4 / 128)
    payoff = np.maximum(spot[:, -1] - strike, 0.0)
    return float(payoff.mean()), float(payoff.std() / np.sqrt(count))


JUMPS = Jumps(intensity=4.0, mean=-0.1, deviation=0.1)
HESTON = Heston(variance=0.36, speed=4.0, mean=0.36, vol_of_vol=1.0, correlation=-0.5)


@pytest.mark.parametrize("strike", [80.0, 100.0, 120.0])
@pytest.mark.parametrize("model", [0.6, Merton(0.5, JUMPS), HESTON, Bates(HESTON, JUMPS)])
def test_calls_cost_what_the_formulas_say(model: Model, strike: float) -> None:
    found, error = call(model, strike)
    assert abs(found - formula(model, strike)) < 4.0 * error + 0.02  # the second is the step of 17 hours


def formula(model: Model, strike: float) -> float:
    if isinstance(model, float):
        return bs_price(True, 100.0, strike, 0.25, model)
    from stratc.runtime.pricing import bates, heston, merton

    module = {Merton: merton, Heston: heston, Bates: bates}[type(model)]
    return price_of(module, model, strike)


def price_of(module, model, strike: float) -> float:  # type: ignore[no-untyped-def]
    found = module.greeks(True, 100.0, strike, 0.25, model)
    return float(np.asarray(found.price).ravel()[0])


def test_quasi_random_paths_are_surer_of_the_same_price() -> None:
    exact = bs_price(True, 100.0, 100.0, 0.25, 0.6)
    plain = [call(0.6, 100.0, False, 512, seed)[0] - exact for seed in range(8)]
    quasi = [call(0.6, 100.0, True, 512, seed)[0] - exact for seed in range(8)]
    assert np.std(quasi) < 0.5 * np.std(plain)
    assert abs(np.mean(quasi)) < 0.3


def test_a_bootstrap_is_made_of_returns_of_the_data_in_their_order() -> None:
    (table,) = world("bootstrap").tables(7, 1)
    own = np.diff(np.log(DATA.columns["spot"]))
    taken = np.diff(np.log(table.columns["spot"]))
    where = np.array([int(np.argmin(abs(own - each))) for each in taken])
    assert abs(own[where] - taken).max() < 1e-9
    assert (np.diff(where) == 1).mean() > 0.8


def test_a_piece_of_history_is_one_piece() -> None:
    (table,) = world("history").tables(2, 1)
    shape = table.columns["spot"] / table.columns["spot"][0]
    own = DATA.columns["spot"]
    assert any(np.allclose(own[at : at + 60] / own[at], shape) for at in range(len(own) - 60))
