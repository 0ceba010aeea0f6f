"""Ratios against their definitions, their errors against simulation, deflation against the paper's own example."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from stratc.runtime.backtest.statistics import (
    deflated_sharpe,
    expected_shortfall,
    luckiest,
    probability,
    sharpe,
    sortino,
)

DRAWS = np.random.default_rng(5)


def test_the_error_of_a_sharpe_ratio_of_normal_returns_is_los() -> None:
    returns = DRAWS.normal(0.001, 0.01, 20_000)
    found = sharpe(returns, 1.0)
    assert found is not None
    assert found.value == pytest.approx(returns.mean() / returns.std(ddof=1))
    assert found.error == pytest.approx(sqrt((1 + found.value**2 / 2) / len(returns)), rel=0.02)
    year = sharpe(returns, 365.0)
    assert year is not None
    assert year.value == pytest.approx(found.value * sqrt(365.0))
    assert year.error == pytest.approx(found.error * sqrt(365.0))


@pytest.mark.parametrize("ratio", [sharpe, sortino])
def test_errors_are_the_spread_of_repeated_experiments_even_for_skewed_returns(ratio) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(1)
    samples = [0.3 - rng.exponential(1.0, 400) ** 1.2 + 0.9 for _ in range(800)]
    found = [ratio(sample, 1.0) for sample in samples]
    spread = np.std([each.value for each in found])
    assert np.mean([each.error for each in found]) == pytest.approx(spread, rel=0.08)


def test_the_shortfall_is_the_mean_of_the_tail_and_its_error_what_repetition_shows() -> None:
    assert expected_shortfall(np.arange(100.0)).value == pytest.approx(2.0)  # type: ignore[union-attr]
    rng = np.random.default_rng(2)
    found = [expected_shortfall(rng.normal(size=2_000)) for _ in range(400)]
    assert np.mean([e.value for e in found if e]) == pytest.approx(-2.063, abs=0.01)
    assert np.mean([e.error for e in found if e]) == pytest.approx(
        np.std([e.value for e in found if e]), rel=0.1
    )


def test_luck_is_the_expected_maximum_of_so_many_normal_numbers() -> None:
    highest = np.random.default_rng(3).normal(size=(20_000, 100)).max(axis=1).mean()
    assert luckiest(1.0, 100) == pytest.approx(highest, rel=0.02)


def test_the_best_of_many_without_skill_is_not_taken_for_skill() -> None:
    rng = np.random.default_rng(4)
    fooled = 0
    for _ in range(60):
        runs = rng.normal(0.0, 0.01, (50, 500))
        ratios = runs.mean(axis=1) / runs.std(axis=1, ddof=1)
        best = runs[ratios.argmax()]
        found = deflated_sharpe(best, ratios.tolist())
        assert found is not None
        alone = sharpe(best, 1.0)
        assert alone is not None
        fooled += found > 0.95
        assert alone.low > 0.0 or found < 0.95  # on its own it often looks significant
    assert fooled <= 8
    skilled = rng.normal(0.004, 0.01, 500)
    assert (deflated_sharpe(skilled, [*rng.normal(0, 0.045, 49), 0.4]) or 0.0) > 0.99


def test_a_probability_that_never_happened_still_has_an_error() -> None:
    assert probability(0, 1_000).value == 0.0
    assert probability(0, 1_000).error == pytest.approx(0.001, rel=0.1)
    assert probability(300, 1_000).error == pytest.approx(sqrt(0.3 * 0.7 / 1_000), rel=0.01)


def test_what_cannot_be_said_is_none() -> None:
    assert sharpe(np.zeros(50), 1.0) is None
    assert sortino(np.ones(50), 1.0) is None
    assert expected_shortfall(np.zeros(1)) is None
    assert deflated_sharpe(DRAWS.normal(size=9), [0.1]) is None
