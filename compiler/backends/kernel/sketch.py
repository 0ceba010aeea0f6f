"""The options' delta for a block of ticks at once, nearly: where it is far from every threshold, that decides.

A sketch is within `ERROR` per contract of what the scalar formula gives, or NaN, and has no branch and no call, so
that LLVM makes vector code of its loop. A tick that it cannot decide is priced exactly (`options`), so its own
rounding is in no decision. N(x) is Abramowitz and Stegun (1964), eq. 26.2.17, error below 7.5e-8; exp and log are
the polynomials of `stratc.runtime.pricing.simd`, shortened.
"""

from __future__ import annotations

from math import log, pi, sqrt

from stratc.compiler.backends.kernel.options import ROW, YEAR
from stratc.compiler.backends.kernel.text import NAN, Function, number

ERROR = 1e-6
"""Bound of the error in delta of one contract, with room: 7.5e-8 and what rounding adds at `LEAST` deviation."""
LEAST = 1e-3
"""Volatility times root of time, below which (seconds before expiry) nothing is sketched."""
_LARGE = 1e200
_ROUND = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to an integer, kept in the low bits
_EXPONENT = -(1 << 52)
_FROM_ROOT_HALF = 0x3FF0_0000_0000_0000 - 0x3FE6_A09E_667F_3BCD
_TWO_52 = 0x4330_0000_0000_0000
_SMALLEST = -700.0
_EXP = (1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0)
_LOG = (2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0, 2.0 / 13.0, 2.0 / 15.0, 2.0 / 17.0)
_TAIL = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)


def sketch_function() -> str:
    """`void @sketch(…)`: adds each option's delta, times its contracts, to `out` for ticks 0 to n."""
    body = Function(
        "void @sketch(ptr noalias %options, i64 %count, ptr noalias %spot, ptr noalias %vol, ptr noalias %t, "
        "i64 %n, ptr noalias %out)"
    )
    _each(body, "%n", lambda at: body.store(body.at("%out", at), number(0.0)))

    def option(which: str) -> None:
        row = body.at("%options", body.i("mul", which, str(ROW)))
        call, strike, expiry, units = (body.load(body.at(row, place)) for place in range(ROW))
        put = body.f("fsub", number(1.0), call)
        per_strike = body.f("fdiv", number(1.0), strike)

        def tick(at: str) -> None:
            spot, vol, t = (body.load(body.at(base, at)) for base in ("%spot", "%vol", "%t"))
            delta = body.f("fsub", _call_delta(body, spot, vol, body.f("fsub", expiry, t), per_strike), put)
            place = body.at("%out", at)
            body.store(place, body.f("fadd", body.load(place), body.f("fmul", units, delta)))

        _each(body, "%n", tick)

    _each(body, "%count", option)
    body.write("ret void")
    return body.text()


def _each(body: Function, end: str, work: object) -> None:
    index = body.variable("0", "i64")
    with body.loop(lambda: body.icompare("slt", body.load(index, "i64"), end)):
        at = body.load(index, "i64")
        work(at)  # type: ignore[operator]
        body.store(index, body.i("add", at, "1"), "i64")


def _call_delta(body: Function, spot: str, vol: str, left: str, per_strike: str) -> str:
    years = body.f("fmul", left, number(1.0 / YEAR))
    safe = body.choose(body.compare("ogt", years, number(0.0)), years, number(0.0))
    deviation = body.f("fmul", vol, body.call("llvm.sqrt.f64", safe))
    moneyness = _log(body, body.f("fmul", spot, per_strike))
    d1 = body.f("fadd", body.f("fdiv", moneyness, deviation), body.f("fmul", number(0.5), deviation))
    good = (
        body.compare("oge", deviation, number(LEAST)),
        body.compare("ogt", spot, number(1.0 / _LARGE)),
        body.compare("olt", spot, number(_LARGE)),
    )
    return body.choose(body.both(*good), _normal(body, d1), NAN)


def _normal(body: Function, x: str) -> str:
    size = body.call("llvm.fabs.f64", x)
    k = body.f("fdiv", number(1.0), body.f("fadd", number(1.0), body.f("fmul", number(0.2316419), size)))
    power = body.f("fmul", body.f("fmul", number(-0.5), size), size)
    scaled = body.f("fmul", number(1.0 / sqrt(2.0 * pi)), _exp(body, power))
    tail = body.f("fmul", scaled, body.f("fmul", k, _series(body, k, _TAIL)))
    over = body.compare("ogt", x, number(0.0))
    return body.choose(over, body.f("fsub", number(1.0), tail), tail)


def _series(body: Function, x: str, terms: tuple[float, ...]) -> str:
    total = number(terms[-1])
    for term in reversed(terms[:-1]):
        total = body.f("fadd", number(term), body.f("fmul", x, total))
    return total


def _exp(body: Function, x: str) -> str:
    """e^x for x <= 0."""
    x = body.choose(body.compare("ogt", x, number(_SMALLEST)), x, number(_SMALLEST))
    shifted = body.f("fadd", body.f("fmul", x, number(1.0 / log(2.0))), number(_ROUND))
    k = body.f("fsub", shifted, number(_ROUND))
    rest = body.f("fsub", x, body.f("fmul", k, number(log(2.0))))
    bits = body.op(f"bitcast double {shifted} to i64")
    scale = body.op(f"bitcast i64 {body.i('shl', body.i('add', bits, '1023'), '52')} to double")
    return body.f("fmul", scale, _series(body, rest, _EXP))


def _log(body: Function, x: str) -> str:
    """ln x of a normal, positive x: k ln 2 + 2 atanh((m - 1) / (m + 1)), sqrt(1/2) <= m < sqrt(2)."""
    bits = body.op(f"bitcast double {x} to i64")
    shifted = body.i("add", bits, str(_FROM_ROOT_HALF))
    whole = body.i("or", body.i("lshr", shifted, "52"), str(_TWO_52))
    k = body.f("fsub", body.op(f"bitcast i64 {whole} to double"), number(4503599627370496.0 + 1023.0))
    kept = body.i(
        "add", body.i("sub", bits, body.i("and", shifted, str(_EXPONENT))), str(0x3FF0_0000_0000_0000)
    )
    f = body.f("fsub", body.op(f"bitcast i64 {kept} to double"), number(1.0))
    s = body.f("fdiv", f, body.f("fadd", number(2.0), f))
    w = body.f("fmul", s, s)
    tail = body.f("fmul", s, body.f("fmul", w, _series(body, w, _LOG)))
    mantissa = body.f("fadd", body.f("fmul", number(2.0), s), tail)
    return body.f("fadd", body.f("fmul", k, number(log(2.0))), mantissa)
