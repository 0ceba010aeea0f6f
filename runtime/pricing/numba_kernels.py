"""The numba kernels: the same formulas compiled to SIMD code, one loop over a block, without the GIL.

Compiled at the first import and cached on disk; import lazily. The signatures are explicit, so that read-only
and writable inputs share one compilation.
"""
# mypy: disable-error-code="no-untyped-def, untyped-decorator, no-untyped-call, arg-type"
# What numba compiles has no Python types to declare.

import zlib
from pathlib import Path

from numba import njit, types

from stratc.runtime.pricing import formula, implied_formula, simd

BLOCK = 16_384

_FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
_IN = types.Array(types.float64, 1, "C", readonly=True)
_OUT = types.Array(types.float64, 1, "C")


def _kernel(outputs):
    signature = types.void(_FLAGS, *[_IN] * 6, *[_OUT] * outputs)
    return njit(signature, nogil=True, cache=True, error_model="numpy")


for _function in (
    formula.price_and_greeks,
    implied_formula._guess,
    implied_formula._horner,
    implied_formula._polynomial_p,
    implied_formula._polynomial_q,
    implied_formula._householder,
    implied_formula.implied_volatility,
):
    simd.inlined(_function)


def _compiled(sources):
    """The three kernels. numba's cache watches this file and the variables enclosed, so it must enclose the
    sources of the formulas: edited, they would else go on running as they were.
    """

    @_kernel(outputs=1)
    def price(call, spot, strike, t_years, vol, rate, dividend, value):
        _ = sources
        for i in range(value.size):
            value[i] = formula.price_and_greeks(
                call[i], spot[i], strike[i], t_years[i], vol[i], rate[i], dividend[i]
            )[0]

    @_kernel(outputs=6)
    def greeks(call, spot, strike, t_years, vol, rate, dividend, value, delta, gamma, vega, theta, rho):
        _ = sources
        for i in range(value.size):
            value[i], delta[i], gamma[i], vega[i], theta[i], rho[i] = formula.price_and_greeks(
                call[i], spot[i], strike[i], t_years[i], vol[i], rate[i], dividend[i]
            )

    @_kernel(outputs=1)
    def implied_volatility(call, price, spot, strike, t_years, rate, dividend, vol):
        _ = sources
        for i in range(vol.size):
            vol[i] = implied_formula.implied_volatility(
                call[i], price[i], spot[i], strike[i], t_years[i], rate[i], dividend[i]
            )

    return price, greeks, implied_volatility


def _checksum():
    return zlib.crc32(b"".join(Path(m.__file__).read_bytes() for m in (formula, implied_formula, simd)))


price, greeks, implied_volatility = _compiled(_checksum())
