"""Prices with five Greeks, and implied volatilities, of a million options: stratc beside its peers."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from scipy.special import ndtr
from timing import Times, table, turns

from stratc.runtime.pricing import implied, scalar, vector

COUNT = 1_000_000
FEW = 2_000  # of them, for what takes one option a call
RATE, DIVIDEND = 0.05, 0.02
NANOSECOND = 1e-9
Work = dict[str, Callable[[], object]]


def _book() -> dict[str, np.ndarray]:
    random = np.random.default_rng(20)
    return {
        "call": random.random(COUNT) < 0.5,
        "spot": random.uniform(80.0, 120.0, COUNT),
        "strike": random.uniform(80.0, 120.0, COUNT),
        "t_years": random.uniform(0.05, 2.0, COUNT),
        "vol": random.uniform(0.1, 1.0, COUNT),
    }


def plain_numpy(call, spot, strike, t_years, vol):
    """What one writes with numpy and scipy.special.ndtr, whole arrays at a time."""
    sign = np.where(call, 1.0, -1.0)
    root_t = np.sqrt(t_years)
    deviation = vol * root_t
    d1 = (np.log(spot / strike) + (RATE - DIVIDEND) * t_years) / deviation + 0.5 * deviation
    carry = np.exp(-DIVIDEND * t_years)
    cash = strike * np.exp(-RATE * t_years)
    n1, n2 = ndtr(sign * d1), ndtr(sign * (d1 - deviation))
    density = np.exp(-0.5 * d1 * d1) / np.sqrt(2.0 * np.pi)
    price = sign * (spot * carry * n1 - cash * n2)
    vega = spot * carry * density * root_t
    theta = sign * (DIVIDEND * spot * carry * n1 - RATE * cash * n2) - 0.5 * vega * vol / t_years
    gamma = carry * density / (spot * deviation)
    return price, sign * carry * n1, gamma, vega, theta, sign * t_years * cash * n2


def _greeks(book: dict[str, np.ndarray]) -> Work:
    arguments = (*book.values(), RATE, DIVIDEND)
    out = vector.greeks(*arguments)
    work: Work = {}
    if find_spec("numba"):
        work["stratc, numba"] = lambda: vector.greeks(*arguments, backend="numba", out=out)
        work["stratc, numba, 1 thread"] = lambda: vector.greeks(
            *arguments, backend="numba", threads=1, out=out
        )
        work["stratc, numba, new arrays each time"] = lambda: vector.greeks(*arguments, backend="numba")
    work["stratc, numpy"] = lambda: vector.greeks(*arguments, backend="numpy", out=out)
    work["stratc, numpy, 1 thread"] = lambda: vector.greeks(*arguments, backend="numpy", threads=1, out=out)
    work["numpy and scipy.special.ndtr, in one piece"] = lambda: plain_numpy(*book.values())
    return work


def _implied(book: dict[str, np.ndarray]) -> Work:
    call, spot, strike, t_years, vol = book.values()
    # Out of the money, where a price in float64 still says what the volatility was.
    call = strike * np.exp((DIVIDEND - RATE) * t_years) > spot
    price = vector.price(call, spot, strike, t_years, vol, RATE, DIVIDEND)
    arguments = (call, price, spot, strike, t_years, RATE, DIVIDEND)
    work: Work = {}
    if find_spec("numba"):
        work["stratc, numba"] = lambda: implied.implied_volatilities(*arguments, backend="numba")
        work["stratc, numba, 1 thread"] = lambda: implied.implied_volatilities(
            *arguments, backend="numba", threads=1
        )
    work["stratc, numpy"] = lambda: implied.implied_volatilities(*arguments, backend="numpy")
    again = vector.price(
        call, spot, strike, t_years, implied.implied_volatilities(*arguments), RATE, DIVIDEND
    )
    print(
        f"\nprice at the implied volatility, largest miss: {np.max(np.abs(again - price) / spot):.1e} of spot"
    )
    return work


def _one_by_one(book: dict[str, np.ndarray]) -> Work:
    rows = list(zip(*(column[:FEW].tolist() for column in book.values()), strict=True))
    work: Work = {
        "stratc, scalar.bs_greeks": lambda: [scalar.bs_greeks(*row, RATE, DIVIDEND) for row in rows],
        "stratc, scalar.bs_price": lambda: [scalar.bs_price(*row, RATE, DIVIDEND) for row in rows],
    }
    if find_spec("QuantLib"):
        work["QuantLib, BlackCalculator"] = _quantlib_greeks(rows)
    return work


def _implied_one_by_one(book: dict[str, np.ndarray]) -> Work:
    rows = []
    for row in zip(*(column[:FEW].tolist() for column in book.values()), strict=True):
        call, spot, strike, t_years, _ = row
        call = spot < strike
        rows.append((call, scalar.black76_price(call, spot, strike, t_years, row[-1]), spot, strike, t_years))
    work: Work = {"stratc, implied_volatility": lambda: [implied.implied_volatility(*row) for row in rows]}
    if find_spec("py_lets_be_rational"):
        from py_lets_be_rational import implied_volatility_from_a_transformed_rational_guess as peer  # noqa: PLC0415

        work["py_lets_be_rational"] = lambda: [peer(p, s, k, t, 1 if c else -1) for c, p, s, k, t in rows]
    if find_spec("QuantLib"):
        import QuantLib  # noqa: PLC0415  # a peer that may be missing

        kind = {True: QuantLib.Option.Call, False: QuantLib.Option.Put}
        work["QuantLib, blackFormulaImpliedStdDev"] = lambda: [
            QuantLib.blackFormulaImpliedStdDev(kind[c], k, s, p) / t**0.5 for c, p, s, k, t in rows
        ]
    return work


def _quantlib_greeks(rows: list[tuple[bool, float, float, float, float]]) -> Callable[[], object]:
    import QuantLib  # noqa: PLC0415  # a peer that may be missing

    def one(call: bool, spot: float, strike: float, t: float, vol: float) -> tuple[float, ...]:
        payoff = QuantLib.PlainVanillaPayoff(QuantLib.Option.Call if call else QuantLib.Option.Put, strike)
        forward = spot * np.exp((RATE - DIVIDEND) * t)
        black = QuantLib.BlackCalculator(payoff, forward, vol * np.sqrt(t), np.exp(-RATE * t))
        greeks = black.delta(spot), black.gamma(spot), black.vega(t), black.theta(spot, t), black.rho(t)
        return black.value(), *greeks

    return lambda: [one(*row) for row in rows]


def main() -> None:
    """Print the tables."""
    book = _book()
    first = "stratc, numba" if find_spec("numba") else "stratc, numpy"
    _show("price and five Greeks of a million options, ns an option", _greeks(book), first, COUNT)
    _show("implied volatility of a million options, ns an option", _implied(book), first, COUNT)
    _show("one option a call, price and five Greeks", _one_by_one(book), "stratc, scalar.bs_greeks", FEW)
    _show(
        "one option a call, implied volatility", _implied_one_by_one(book), "stratc, implied_volatility", FEW
    )


def _show(title: str, work: Work, ours: str, count: int) -> None:
    times: dict[str, Times] = turns(work)
    table(title, NANOSECOND, "ns", times, ours, count)


if __name__ == "__main__":
    main()
