"""Price and Greeks of a European option, elementwise: the one formula of the numpy and the numba backend."""

import math

from stratc.runtime.pricing.elementary import Flags, Values, exp, log, normal_cdfs, positive, select, sqrt

Row = tuple[Values, Values, Values, Values, Values, Values]

INV_SQRT_2PI = 1.0 / math.sqrt(2.0 * math.pi)
# Standard deviation used in divisions where it is zero: pushes d1 and d2 to infinity on the right side.
_NO_DEVIATION = 1e-150


def price_and_greeks(
    call: Flags, spot: Values, strike: Values, t_years: Values, vol: Values, rate: Values, dividend: Values
) -> Row:
    """Price, delta, gamma, vega, theta (per year) and rho; units as in :class:`..vector.GreekArrays`.

    The generalised Black-Scholes formula of Haug (2007), section 1.1.6, with cost of carry rate - dividend,
    after Merton (1973); Greeks from Haug (2007), chapter 2.
    """
    sign = select(call, 1.0, -1.0)
    nan_if_bad = (spot + strike + t_years + vol + rate + dividend) * 0.0
    nan_if_bad = select(positive(spot) * positive(strike) > 0.0, nan_if_bad, math.nan)
    t = positive(t_years)
    vol = positive(vol)

    root_t = sqrt(t)
    deviation = vol * root_t
    uncertain = deviation > 0.0
    per_spot = 1.0 / (select(uncertain, deviation, _NO_DEVIATION) * spot)
    per_deviation = per_spot * spot
    d1 = (log(spot / strike) + (rate - dividend) * t) * per_deviation + 0.5 * deviation
    d2 = d1 - deviation

    carry = exp(-dividend * t) + nan_if_bad
    fwd = spot * carry
    cash = strike * exp(-rate * t) + nan_if_bad
    density = exp(-0.5 * d1 * d1)
    n1, cash_n2 = normal_cdfs(d1, d2, sign, density, fwd, cash)
    cash_leg = sign * cash_n2
    delta = sign * carry * n1
    spot_leg = spot * delta

    density = carry * select(uncertain, density * INV_SQRT_2PI, 0.0)
    vega = spot * density * root_t
    decay = 0.5 * spot * density * vol * vol * per_deviation
    theta = select(t > 0.0, dividend * spot_leg - rate * cash_leg - decay, nan_if_bad)
    gamma = density * per_spot
    return spot_leg - cash_leg, delta, gamma, vega, theta, t * cash_leg
