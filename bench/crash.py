"""Prices by the models that know crashes, and fits of smiles: stratc beside what one writes with numpy and scipy."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from scipy.integrate import quad
from scipy.optimize import least_squares
from scipy.special import ndtr
from timing import table, turns

from stratc.runtime.pricing import american, bates, heston, merton, svi
from stratc.runtime.pricing.models import Bates, Heston, Jumps, Merton

SPOT, T, RATE = 100.0, 0.5, 0.03
MANY, SOME, FEW = 100_000, 1_000, 50
MICROSECOND = 1e-6
CRASH = Merton(0.3, Jumps(2.0, -0.2, 0.15))
STOCHASTIC = Heston(0.04, 4.0, 0.25, 1.0, -0.5)
Work = dict[str, Callable[[], object]]


def strikes(count: int) -> np.ndarray:
    return np.linspace(50.0, 200.0, count)


def numpy_merton(strike: np.ndarray, terms: int = 20) -> np.ndarray:
    """The series with a fixed number of terms, whole arrays at a time."""
    jumps, total = CRASH.jumps, np.zeros_like(strike)
    k = math.exp(jumps.mean + 0.5 * jumps.deviation**2) - 1.0
    for n in range(terms):
        weight = math.exp(-jumps.intensity * T) * (jumps.intensity * T) ** n / math.factorial(n)
        forward = SPOT * math.exp((RATE - jumps.intensity * k) * T) * (1.0 + k) ** n
        spread = math.sqrt(CRASH.vol**2 * T + n * jumps.deviation**2)
        d1 = np.log(forward / strike) / spread + 0.5 * spread
        total += weight * math.exp(-RATE * T) * (forward * ndtr(d1) - strike * ndtr(d1 - spread))
    return total


def quad_heston(strike: float) -> float:
    """Lewis (2001): one adaptive integral a strike."""
    forward = SPOT * math.exp(RATE * T)
    k = math.log(strike / forward)

    def integrand(u: float) -> float:
        log = heston.transform(STOCHASTIC, np.array([u - 0.5j]), T).log[0]
        return float(np.exp(log - 1j * (u - 0.5j) * k).real) / (u * u + 0.25)

    integral = quad(integrand, 0.0, np.inf, epsabs=1e-10, limit=500)[0]
    return math.exp(-RATE * T) * (forward - strike / math.pi * integral)


def laguerre_heston(strike: np.ndarray, nodes: int = 96) -> np.ndarray:
    """The same integral for all strikes, Gauss-Laguerre, one matrix of strikes by nodes."""
    u, w = np.polynomial.laguerre.laggauss(nodes)
    forward = SPOT * math.exp(RATE * T)
    k = np.log(strike / forward)
    log = heston.transform(STOCHASTIC, u - 0.5j, T).log
    waves = np.exp(log + u - 1j * np.outer(k, u - 0.5j)).real
    return math.exp(-RATE * T) * (forward - strike / math.pi * (waves @ (w / (u * u + 0.25))))


def binomial_put(strike: np.ndarray, steps: int = 1000) -> np.ndarray:
    """Cox, Ross and Rubinstein (1979), all strikes at once."""
    up = math.exp(0.3 * math.sqrt(T / steps))
    p = (math.exp(0.02 * T / steps) - 1.0 / up) / (up - 1.0 / up)
    discount = math.exp(-0.05 * T / steps)
    spot = SPOT * up ** np.arange(-steps, steps + 1.0, 2.0)
    value = np.maximum(strike[:, None] - spot, 0.0)
    for step in range(steps - 1, -1, -1):
        spot = SPOT * up ** np.arange(-step, step + 1.0, 2.0)
        value = discount * (p * value[:, 1:] + (1.0 - p) * value[:, :-1])
        np.maximum(value, strike[:, None] - spot, out=value)
    return value[:, 0]


def plain_svi(k: np.ndarray, w: np.ndarray) -> object:
    """Least squares alone: nothing looks for arbitrage, nothing for a start."""

    def miss(x: np.ndarray) -> np.ndarray:
        return x[0] + x[1] * (x[2] * (k - x[3]) + np.sqrt((k - x[3]) ** 2 + x[4] ** 2)) - w

    return least_squares(miss, [0.02, 0.1, 0.0, 0.0, 0.3], xtol=1e-15, ftol=1e-15, gtol=1e-15)


def _closed_form() -> Work:
    many = strikes(MANY)
    both = Bates(STOCHASTIC, CRASH.jumps)
    work: Work = {}
    for backend in ("numba", "numpy") if find_spec("numba") else ("numpy",):
        named = f"stratc, {backend}"
        work[f"{named}: Merton"] = lambda b=backend: merton.price(True, SPOT, many, T, CRASH, RATE, backend=b)
        work[f"{named}: Heston"] = lambda b=backend: heston.price(
            True, SPOT, many, T, STOCHASTIC, RATE, backend=b
        )
        work[f"{named}: Bates"] = lambda b=backend: bates.price(True, SPOT, many, T, both, RATE, backend=b)
        work[f"{named}: Heston, price and Greeks"] = lambda b=backend: heston.greeks(
            True, SPOT, many, T, STOCHASTIC, RATE, backend=b
        )
    work["numpy and ndtr: Merton, 20 terms"] = lambda: numpy_merton(many)
    work["numpy, Gauss-Laguerre of 96: Heston"] = lambda: laguerre_heston(many)
    return work


def _chain() -> Work:
    few = strikes(FEW)
    work: Work = {
        "stratc: Heston": lambda: heston.price(True, SPOT, few, T, STOCHASTIC, RATE),
        "scipy.integrate.quad: Heston": lambda: [quad_heston(float(k)) for k in few],
    }
    if find_spec("QuantLib"):
        work["QuantLib, AnalyticHestonEngine"] = _quantlib_heston(few)
    return work


def _american() -> Work:
    some = strikes(SOME)
    work: Work = {
        "stratc: American puts": lambda: american.price(False, SPOT, some, T, 0.3, 0.05, 0.03),
        "stratc: American puts, 7 points": lambda: american.price(
            False, SPOT, some, T, 0.3, 0.05, 0.03, points=7, nodes=16, iterations=4
        ),
        "numpy, binomial tree of 1000 steps": lambda: binomial_put(some),
    }
    if find_spec("QuantLib"):
        work["QuantLib, QdFpAmericanEngine (accurate)"] = _quantlib_american(some)
    return work


def _fits() -> Work:
    k = np.linspace(-1.0, 1.0, 21)
    w = svi.variance(svi.Svi(0.04, 0.1, -0.4, 0.05, 0.2), k).value
    return {"stratc: svi.fit": lambda: svi.fit(k, w), "scipy.optimize.least_squares": lambda: plain_svi(k, w)}


def _quantlib(
    maturity: object,
    engine: Callable[[object, object, object, object], object],
    exercise: str,
    rates: tuple[float, float],
):
    """Option pricers of QuantLib on one market: what makes an option of a strike worth something."""
    import QuantLib as ql  # noqa: PLC0415, N813  # a peer that may be missing; its own short name

    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    days = ql.Actual365Fixed()
    flat = [ql.YieldTermStructureHandle(ql.FlatForward(today, rate, days)) for rate in rates]
    spot = ql.QuoteHandle(ql.SimpleQuote(SPOT))
    vol = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.3, days))
    end = today + round(365 * T)
    when = ql.EuropeanExercise(end) if exercise == "european" else ql.AmericanExercise(today, end)
    return ql, engine(ql, flat, spot, vol), when


def _quantlib_heston(some: np.ndarray) -> Callable[[], object]:
    def engine(ql, flat, spot, vol):
        h = STOCHASTIC
        process = ql.HestonProcess(*flat, spot, h.variance, h.speed, h.mean, h.vol_of_vol, h.correlation)
        return ql.AnalyticHestonEngine(ql.HestonModel(process), 1e-10, 10_000)

    return _quantlib_values(*_quantlib(T, engine, "european", (RATE, 0.0)), some)


def _quantlib_american(some: np.ndarray) -> Callable[[], object]:
    def engine(ql, flat, spot, vol):
        process = ql.BlackScholesMertonProcess(spot, flat[1], flat[0], vol)
        return ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.accurateScheme())

    return _quantlib_values(*_quantlib(T, engine, "american", (0.05, 0.03)), some)


def _quantlib_values(ql, engine, when, some: np.ndarray) -> Callable[[], object]:
    def one(strike: float) -> float:
        option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Put, strike), when)
        option.setPricingEngine(engine)
        return option.NPV()

    return lambda: [one(float(k)) for k in some]


def main() -> None:
    """Print the tables, and how far apart the answers are."""
    fewer = strikes(FEW)
    ours = heston.price(True, SPOT, fewer, T, STOCHASTIC, RATE)
    integrals = np.array([quad_heston(float(k)) for k in fewer])
    print(f"\nlargest gap, Heston to quad: {np.max(np.abs(integrals - ours)):.1e}")
    print(f"largest gap, Heston to Gauss-Laguerre of 96: {np.max(np.abs(laguerre_heston(fewer) - ours)):.1e}")
    early = american.price(False, SPOT, fewer, T, 0.3, 0.05, 0.03)
    print(
        f"largest gap, American put to a tree of 1000 steps: {np.max(np.abs(binomial_put(fewer) - early)):.1e}"
    )
    for title, work, first, count in (
        ("100,000 strikes of one expiry, µs an option", _closed_form(), 0, MANY),
        ("50 strikes of one expiry, µs an option", _chain(), 0, FEW),
        ("1,000 American puts, µs an option", _american(), 0, SOME),
        ("a fit of SVI to 21 quotes, µs", _fits(), 0, 1),
    ):
        table(title, MICROSECOND, "µs", turns(work, repeats=5), list(work)[first], count)


if __name__ == "__main__":
    main()
