"""Elementary functions for numba that LLVM vectorises: polynomials, bit operations and selects, no branches.

Importing this module teaches numba these versions of the names in :mod:`stratc.runtime.pricing.elementary`.
Only + - * / and sqrt in a fixed order, no fastmath and no contraction to FMA: the same bits on every
processor. The exp and log polynomials are Chebyshev interpolants computed in 50 digits, with an error of
their own below 2e-17.
"""
# mypy: disable-error-code="no-untyped-def, no-any-return, no-untyped-call, call-arg, arg-type, var-annotated"
# What numba compiles has no Python types to declare, and an intrinsic hides its first parameter from callers.

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

from stratc.runtime.pricing import elementary

_LOG2_E = 1.0 / math.log(2.0)
_LN2_HI = 6.93147180369123816490e-01  # 33 bits: k * _LN2_HI is exact for |k| < 2^20 (fdlibm, e_log.c)
_LN2_LO = 1.90821492927058770002e-10
_ROUND = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to an integer, kept in the low bits
_EXP_MIN, _EXP_MAX = -708.0, 709.0
_TAIL = 40.0  # N(-40) is 4e-350, zero in float64, and Hart's polynomials are finite up to here
_BIAS = np.uint64(1023)
_MANTISSA_BITS = np.uint64(52)
_EXPONENT_MASK = np.uint64(0xFFF0_0000_0000_0000)
_ONE = np.uint64(0x3FF0_0000_0000_0000)
_FROM_ROOT_HALF = np.uint64(0x3FF0_0000_0000_0000 - 0x3FE6_A09E_667F_3BCD)  # bits of 1 less bits of sqrt(1/2)
_TWO_52 = np.uint64(0x4330_0000_0000_0000)
_TWO_52_AND_BIAS = 4503599627370496.0 + 1023.0


# Everything must end up inside one loop, or LLVM vectorises nothing of it. The numpy error model divides by
# zero instead of raising, which would be a branch.
JIT_OPTIONS = {"forceinline": True, "error_model": "numpy"}
inlined = register_jitable(**JIT_OPTIONS)


@intrinsic
def _bits(typingctx, x):
    return types.uint64(types.float64), lambda ctx, builder, sig, args: builder.bitcast(
        args[0], ir.IntType(64)
    )


@intrinsic
def _from_bits(typingctx, x):
    return types.float64(types.uint64), lambda ctx, builder, sig, args: builder.bitcast(
        args[0], ir.DoubleType()
    )


@intrinsic
def _select(typingctx, condition, x, y):
    signature = types.float64(types.boolean, types.float64, types.float64)
    return signature, lambda ctx, builder, sig, args: builder.select(*args)


@inlined
def _exp_parts(x):
    """(2^k, e^r - 1) with e^x = 2^k e^r and |r| <= ln2 / 2."""
    shifted = x * _LOG2_E + _ROUND
    k = shifted - _ROUND
    r = (x - k * _LN2_HI) - k * _LN2_LO
    r2 = r * r
    r4 = r2 * r2
    low = (0.5 + r * 0.16666666666666667453) + r2 * (0.041666666666624127873 + r * 0.0083333333333300618325)
    mid = (0.0013888888917213716901 + r * 0.00019841269863053616878) + r2 * (
        2.4801521295954375131e-05 + r * 2.7557268459997064772e-06
    )
    high = 2.7620088445409748161e-07 + r * 2.5100385495510319078e-08
    return _from_bits((_bits(shifted) + _BIAS) << _MANTISSA_BITS), r + r2 * (low + r4 * (mid + r4 * high))


@inlined
def _clamp(x):
    x = _select(x > _EXP_MIN, x, _EXP_MIN)
    return _select(x < _EXP_MAX, x, _EXP_MAX)


@inlined
def _exp(x):
    scale, fraction = _exp_parts(_clamp(x))
    return _select(x > _EXP_MIN, scale + scale * fraction, 0.0)


@inlined
def _expm1(x):
    scale, fraction = _exp_parts(_clamp(x))
    return (scale - 1.0) + scale * fraction


@inlined
def _log(x):
    """k ln2 + ln m, x = 2^k m, sqrt(1/2) <= m < sqrt(2), ln m = 2 atanh((m - 1) / (m + 1)); x normal, > 0."""
    bits = _bits(x)
    shifted = bits + _FROM_ROOT_HALF
    k = _from_bits((shifted >> _MANTISSA_BITS) | _TWO_52) - _TWO_52_AND_BIAS
    f = _from_bits(bits - (shifted & _EXPONENT_MASK) + _ONE) - 1.0
    s = f / (2.0 + f)
    w = s * s
    w2 = w * w
    low = (0.66666666666666696929 + w * 0.39999999999899310681) + w2 * (
        0.28571428626063380364 + w * 0.22222211120449298486
    )
    high = (0.18182890170313970214 + w * 0.15331686868638428253) + w2 * 0.14616878919029820754
    return k * _LN2_HI + (2.0 * s + (s * w * (low + w2 * w2 * high) + k * _LN2_LO))


@inlined
def _log1p(x):
    y = 1.0 + x
    return _log(y) + (x - (y - 1.0)) / y


@inlined
def _sqrt(x):
    return np.sqrt(x)


@inlined
def _positive(x):
    return _select(x < 0.0, 0.0, x)


@inlined
def _choose(condition, x, y):
    return _select(condition, x, y)


@inlined
def _hart(y):
    """(p, q) with N(-y) = e^(-y²/2) p / q, y >= 0: Hart et al. (1968), as in West (2005); error 1e-16."""
    y2 = y * y
    y4 = y2 * y2
    p = ((220.206867912376 + y * 221.213596169931) + y2 * (112.079291497871 + y * 33.912866078383)) + y4 * (
        (6.37396220353165 + y * 0.700383064443688) + y2 * 0.0352624965998911
    )
    q = ((440.413735824752 + y * 793.826512519948) + y2 * (637.333633378831 + y * 296.564248779674)) + y4 * (
        (86.7807322029461 + y * 16.064177579207) + y2 * (1.75566716318264 + y * 0.0883883476483184)
    )
    return p, q


@inlined
def _normal_cdfs(d1, d2, sign, density, fwd, cash):
    a1 = abs(d1)
    a2 = abs(d2)
    p1, q1 = _hart(_select(a1 < _TAIL, a1, _TAIL))
    p2, q2 = _hart(_select(a2 < _TAIL, a2, _TAIL))
    scale = density / (q1 * q2)
    tail1 = p1 * q2 * scale
    cash_tail2 = fwd * (p2 * q1 * scale)
    cdf1 = _select(sign * d1 > 0.0, 1.0 - tail1, tail1)
    return cdf1, _select(sign * d2 > 0.0, cash - cash_tail2, cash_tail2)


def _replace(function, compiled):
    overload(function, jit_options=JIT_OPTIONS)(compiled)


_replace(elementary.exp, lambda x: _exp)
_replace(elementary.expm1, lambda x: _expm1)
_replace(elementary.log, lambda x: _log)
_replace(elementary.log1p, lambda x: _log1p)
_replace(elementary.sqrt, lambda x: _sqrt)
_replace(elementary.select, lambda condition, x, y: _choose)
_replace(elementary.positive, lambda x: _positive)
_replace(elementary.normal_cdfs, lambda d1, d2, sign, density, fwd, cash: _normal_cdfs)
