"""One European option at a time, in pure Python: what the trading engine calls each tick.

Black-Scholes with a continuous dividend yield, Merton (1973); Greeks from Haug (2007), chapter 2. Rates,
yields and volatilities are per year, rates and yields continuously compounded; 0.05 is 5 %. Black (1976), on
a forward or future, is the case dividend = rate.

Conventions at the edges:

- At or after expiry (t_years <= 0) the price is the intrinsic value, delta 1 or 0 (puts -1 or 0), half of
  that exactly at the strike; the other Greeks are 0.
- Without volatility (vol <= 0) the price is the discounted intrinsic value of the forward, delta the
  discounted 1, 1/2 or 0 by the forward; gamma and vega are 0, theta and rho those of the discounted legs.
"""

from math import copysign, erfc, exp, inf, isfinite, log, pi, sqrt
from typing import NamedTuple

_INV_SQRT_2 = 1.0 / sqrt(2.0)
_INV_SQRT_2PI = 1.0 / sqrt(2.0 * pi)


class Greeks(NamedTuple):
    """Price and sensitivities of one option on one unit of the underlying, in the currency of spot."""

    price: float
    delta: float  # per 1 of spot
    gamma: float  # of delta, per 1 of spot
    vega: float  # per 1.00 of vol
    theta: float  # per calendar year: what the price gains as one year passes; / 365 for a day
    rho: float  # per 1.00 of rate, dividend held


def bs_price(
    call: bool,
    spot: float,
    strike: float,
    t_years: float,
    vol: float,
    rate: float = 0.0,
    dividend: float = 0.0,
) -> float:
    """Black-Scholes-Merton price, in the currency of spot.

    Raises ValueError for a spot or strike that is not positive, or any argument that is not finite.
    """
    _, carry, discount, n1, n2, _ = _parts(call, spot, strike, t_years, vol, rate, dividend)
    price = spot * carry * n1 - strike * discount * n2
    return price if call else -price


def bs_greeks(
    call: bool,
    spot: float,
    strike: float,
    t_years: float,
    vol: float,
    rate: float = 0.0,
    dividend: float = 0.0,
) -> Greeks:
    """Price, delta, gamma, vega, theta (per calendar year) and rho; units at :class:`Greeks`.

    Raises ValueError for a spot or strike that is not positive, or any argument that is not finite.
    """
    d1, carry, discount, n1, n2, deviation = _parts(call, spot, strike, t_years, vol, rate, dividend)
    sign = 1.0 if call else -1.0
    delta = sign * carry * n1
    cash = sign * strike * discount * n2
    price = spot * delta - cash
    if t_years <= 0.0:
        return Greeks(price, delta, 0.0, 0.0, 0.0, 0.0)
    theta = dividend * spot * delta - rate * cash
    if deviation == 0.0:
        return Greeks(price, delta, 0.0, 0.0, theta, t_years * cash)
    density = carry * _INV_SQRT_2PI * exp(-0.5 * d1 * d1)
    vega = spot * density * sqrt(t_years)
    theta -= 0.5 * vega * vol / t_years
    return Greeks(price, delta, density / (spot * deviation), vega, theta, t_years * cash)


def black76_price(
    call: bool, forward: float, strike: float, t_years: float, vol: float, rate: float = 0.0
) -> float:
    """Black (1976) price of an option on a forward, discounted at ``rate``; errors as `bs_price`."""
    return bs_price(call, forward, strike, t_years, vol, rate, rate)


def black76_greeks(
    call: bool, forward: float, strike: float, t_years: float, vol: float, rate: float = 0.0
) -> Greeks:
    """Greeks of an option on a forward or future; delta and gamma are per 1 of forward.

    rho holds the forward: -t_years * price. Errors as `bs_greeks`.
    """
    greeks = bs_greeks(call, forward, strike, t_years, vol, rate, rate)
    return greeks._replace(rho=-max(t_years, 0.0) * greeks.price)


def strike_for_delta(
    call: bool,
    delta: float,
    spot: float,
    t_years: float,
    vol: float,
    rate: float = 0.0,
    dividend: float = 0.0,
) -> float:
    """Strike at which the option has this spot delta; a put's delta is negative.

    d1 from delta by the inverse normal, then the strike in closed form (Haug 2007, eq. 2.3).
    Raises ValueError for a delta no strike has, t_years or vol not positive, or a bad spot.
    """
    from statistics import NormalDist  # noqa: PLC0415  # 25 ms to load; few choose strikes by delta

    _check(spot, spot, t_years, vol, rate, dividend)
    if t_years <= 0.0 or vol <= 0.0:
        raise ValueError(f"no strike has delta {delta}: t_years {t_years} and vol {vol} must be positive")
    carry = exp(-dividend * t_years)
    n1 = (delta if call else -delta) / carry
    if not 0.0 < n1 < 1.0:
        low, high = (0.0, carry) if call else (-carry, 0.0)
        kind = "call" if call else "put"
        raise ValueError(f"no {kind} has delta {delta}: it lies between {low} and {high:.6g}")
    d1 = NormalDist().inv_cdf(n1)
    deviation = vol * sqrt(t_years)
    if not call:
        d1 = -d1
    return spot * exp((rate - dividend) * t_years - deviation * (d1 - 0.5 * deviation))


def _parts(
    call: bool, spot: float, strike: float, t_years: float, vol: float, rate: float, dividend: float
) -> tuple[float, float, float, float, float, float]:
    """d1, e^(-dividend t), e^(-rate t), N(±d1), N(±d2) (+ for calls) and vol sqrt(t)."""
    _check(spot, strike, t_years, vol, rate, dividend)
    t = max(t_years, 0.0)
    deviation = vol * sqrt(t) if vol > 0.0 else 0.0
    carry = exp(-dividend * t)
    discount = exp(-rate * t)
    moneyness = log(spot / strike) + (rate - dividend) * t
    if deviation > 0.0:
        d1 = moneyness / deviation + 0.5 * deviation
    elif moneyness != 0.0:
        d1 = copysign(inf, moneyness)
    else:
        d1 = 0.0
    scale = -_INV_SQRT_2 if call else _INV_SQRT_2
    n1 = 0.5 * erfc(scale * d1)
    n2 = 0.5 * erfc(scale * (d1 - deviation))
    return d1, carry, discount, n1, n2, deviation


def _check(spot: float, strike: float, t_years: float, vol: float, rate: float, dividend: float) -> None:
    if spot > 0.0 and strike > 0.0 and isfinite(spot + strike + t_years + vol + rate + dividend):
        return
    numbers = f"spot {spot}, strike {strike}, t_years {t_years}, vol {vol}, rate {rate}, dividend {dividend}"
    raise ValueError(f"spot and strike must be positive and every number finite: {numbers}")
