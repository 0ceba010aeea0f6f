"""How far a book's delta may drift before a hedge is worth what it costs.

Every band is a half width in base: delta may be anywhere in target ± band. `gamma` is the book's (base²/quote; its
sign does not matter), `spot` in quote/base, `rate` what trading costs as a share of notional, `fixed` what an order
costs besides (gas, quote), `aversion` per quote, `vol` per root year. Numbers that make no sense are a ValueError.
"""

from __future__ import annotations

from math import inf, isfinite, sqrt

AVERSION = 1e-4
"""Risk aversion where none is given, per quote: a deviation of 10,000 weighs like a certain loss of 5,000."""


def hedge_cost(size: float, spot: float, rate: float, fixed: float = 0.0) -> float:
    """What one hedge of `size` (base) costs, in quote."""
    _check(size=size, spot=spot, rate=rate, fixed=fixed)
    return rate * spot * size + fixed


def gamma_value(drift: float, gamma: float) -> float:
    """What gamma makes of the move that shifts delta by `drift` (base), in quote: earned if long, lost if short.

    The move is drift / |gamma|, half gamma times its square is drift² / (2 |gamma|).
    """
    size = abs(gamma)
    _check(drift=drift, gamma=size)
    return drift * drift / (2.0 * size) if size else inf


def break_even_band(gamma: float, spot: float, rate: float, fixed: float = 0.0) -> float:
    """The drift at which `gamma_value` is `hedge_cost`: a hedge below it costs more than what moved delta there."""
    size = abs(gamma)
    _check(gamma=size, spot=spot, rate=rate, fixed=fixed)
    if size == 0.0:
        return 0.0
    slope = rate * spot
    return size * (slope + sqrt(slope * slope + 2.0 * fixed / size))


def whalley_wilmott_band(gamma: float, spot: float, rate: float, aversion: float = AVERSION) -> float:
    """The best band for small proportional costs where a hedge goes to the nearest edge of the band.

    (3/2 rate spot gamma² / aversion)^(1/3), E. Whalley and P. Wilmott, *An asymptotic analysis of an optimal hedging
    model for option pricing with transaction costs* (Mathematical Finance 7, 1997), without interest.
    """
    size = abs(gamma)
    _check(gamma=size, spot=spot, rate=rate)
    return float((1.5 * rate * spot * size * size / _above(aversion=aversion)) ** (1.0 / 3.0))


def middle_band(
    gamma: float, spot: float, rate: float, fixed: float = 0.0, aversion: float = AVERSION
) -> float:
    """The best band for small costs where a hedge goes back to the target, as `hedge delta to` does.

    The same trade-off as Whalley and Wilmott's. Between hedges delta leaves ±b after b² / (gamma spot vol)² years on
    average, and is spread there in a triangle, of variance b² / 6. Cost a year plus half the aversion times the
    variance a year is least where aversion b⁴ / 6 = rate spot gamma² b + 2 fixed gamma². Without `fixed` that is
    4^(1/3) of their band; without `rate` it is their band for fixed costs (*Optimal hedging of options with small but
    arbitrary transaction cost structure*, European Journal of Applied Mathematics 10, 1999).
    """
    size = abs(gamma)
    _check(gamma=size, spot=spot, rate=rate, fixed=fixed)
    slope = 6.0 * rate * spot * size * size / _above(aversion=aversion)
    constant = 12.0 * fixed * size * size / aversion
    band: float = slope ** (1.0 / 3.0) + constant**0.25  # not below the root of b⁴ = slope b + constant
    while band:
        step = (band**4 - slope * band - constant) / (4.0 * band**3 - slope)
        if not step > 1e-15 * band:
            break
        band -= step
    return band


def zakamouline_band(
    gamma: float, spot: float, rate: float, vol: float, years: float, aversion: float = AVERSION
) -> float:
    """The best band for proportional costs of any size, to the nearest edge, for options with `years` to live.

    H0 + H1, fitted to numerical solutions by V. Zakamouline, *Efficient analytic approximation of the optimal hedging
    strategy for a European call option with proportional transaction costs* (Quantitative Finance 6, 2006), without
    interest. `gamma` is Black and Scholes's at `vol`.
    """
    size = abs(gamma)
    _check(gamma=size, spot=spot, rate=rate)
    _above(spot=spot, vol=vol, years=years, aversion=aversion)
    flat = rate / (aversion * spot * vol * vol * years)
    curved = 1.12 * rate**0.31 * years**0.05 * vol**-0.25 * sqrt(size / aversion)
    return float(flat + curved)


def zakamouline_volatility(
    gamma: float, spot: float, rate: float, vol: float, years: float, aversion: float = AVERSION
) -> float:
    """The volatility at which to hedge a short option in that band; 0 where the fit does not reach.

    vol sqrt(1 + K), K = -4.76 rate^0.78 years^-0.02 vol^-0.25 (aversion spot² |gamma|)^0.15, as above.
    """
    size = abs(gamma)
    _check(gamma=size, spot=spot, rate=rate)
    _above(spot=spot, vol=vol, years=years, aversion=aversion)
    k = -4.76 * rate**0.78 * years**-0.02 * vol**-0.25 * (aversion * spot * spot * size) ** 0.15
    return vol * sqrt(max(0.0, 1.0 + k))


def hedges_a_year(band: float, gamma: float, spot: float, vol: float) -> float:
    """How often delta drifts by `band` from the target, hedged back each time: (gamma spot vol / band)²."""
    size = abs(gamma)
    _check(gamma=size, spot=spot, vol=vol)
    return float((size * spot * vol / _above(band=band)) ** 2)


def _above(**numbers: float) -> float:
    """The last of numbers that must be above 0."""
    for name, value in numbers.items():
        if not (isfinite(value) and value > 0.0):
            raise ValueError(f"{name} is {value}; it must be finite and above 0")
    return value


def _check(**numbers: float) -> None:
    for name, value in numbers.items():
        if not (isfinite(value) and value >= 0.0):
            raise ValueError(f"{name} is {value}; it must be finite and not negative")
