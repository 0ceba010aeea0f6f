"""Implied volatility of European options, to machine precision, deep wings included.

Method and sources: :mod:`stratc.runtime.pricing.implied_formula`. Rates and yields are continuously
compounded, per year; prices, spot and strike in one currency.
"""

from math import exp, isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stratc.runtime.pricing import implied_formula
from stratc.runtime.pricing.blocks import Arguments, Array, run
from stratc.runtime.pricing.vector import Backend, load_kernels

_on_floats: Any = implied_formula.implied_volatility  # typed for arrays


def implied_volatilities(
    call: ArrayLike,
    price: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
    threads: int | None = None,
) -> Array:
    """Volatilities (per root year) at which the options are worth ``price``; the broadcast shape, float64.

    With fwd = spot e^(-dividend t) and cash = strike e^(-rate t), a call is worth at least max(fwd - cash, 0)
    and less than fwd, a put at least max(cash - fwd, 0) and less than cash. NaN for a price outside, for
    t_years, spot or strike not positive, anything not finite, or fwd and cash a factor e^40 apart. 0.0 at
    the lower bound. Backends and threads as for :func:`stratc.runtime.pricing.vector.price`.
    Raises ValueError for shapes that do not broadcast.
    """
    kernels = load_kernels(backend)
    arguments = Arguments(call, (price, spot, strike, t_years, rate, dividend), kernels.BLOCK)
    out = np.empty(arguments.shape)
    run(kernels.implied_volatility, arguments, [out], kernels.BLOCK, threads)
    return out


def implied_volatility(
    call: bool,
    price: float,
    spot: float,
    strike: float,
    t_years: float,
    rate: float = 0.0,
    dividend: float = 0.0,
) -> float:
    """Volatility (per root year) at which one option is worth ``price``; 0.0 at its lower bound.

    Raises ValueError, with the bounds, for a price no volatility gives, and for other bad numbers.
    """
    numbers = f"spot {spot}, strike {strike}, t_years {t_years}, rate {rate}, dividend {dividend}"
    if not (
        spot > 0.0 and strike > 0.0 and t_years > 0.0 and isfinite(spot + strike + t_years + rate + dividend)
    ):
        raise ValueError(f"spot, strike and t_years must be positive and every number finite: {numbers}")
    try:
        fwd, cash = spot * exp(-dividend * t_years), strike * exp(-rate * t_years)
    except OverflowError:
        raise ValueError(f"rate or dividend times t_years is out of range: {numbers}") from None
    low, high = (max(fwd - cash, 0.0), fwd) if call else (max(cash - fwd, 0.0), cash)
    if not low <= price < high:
        kind = "call" if call else "put"
        raise ValueError(
            f"no volatility gives a {kind} price of {price}: it must be in [{low}, {high}); {numbers}"
        )
    if price == low:
        return 0.0
    try:
        vol: float = _on_floats(call, price, spot, strike, t_years, rate, dividend)
    except (ArithmeticError, ValueError):
        vol = nan
    if isfinite(vol):
        return vol
    raise ValueError(f"forward and strike, or price and strike, are too far apart: price {price}, {numbers}")
