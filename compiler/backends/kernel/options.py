"""The options of the book, priced one after the other: the scalar formula of `stratc.runtime.pricing.scalar`.

No rate and no dividend, as the engine prices: what a factor of one would do is left out. The transcendental
functions are the C library's, which are Python's too.
"""

from __future__ import annotations

from math import inf, pi, sqrt

from stratc.compiler.backends.kernel.text import Function, number

YEAR = 365.0 * 86_400.0
ROW = 4
"""Doubles an option takes: 1 for a call, strike, expiry, signed contracts."""
SUMS = ("value", "delta", "gamma", "vega", "theta", "gross", "required")
"""What is summed over the options, each onto what its place holds before."""
OPTION_MARGIN, OPTION_MARGIN_FLOOR = 0.15, 0.10

_INV_SQRT_2 = 1.0 / sqrt(2.0)
_INV_SQRT_2PI = 1.0 / sqrt(2.0 * pi)
_ZERO, _HALF = number(0.0), number(0.5)


def options_function(wanted: frozenset[str]) -> str:
    """`void @options(…)`: adds each option's part to the sums that are wanted."""
    body = Function(
        "void @options(ptr noalias %options, i64 %count, double %spot, double %vol, double %t, ptr noalias %sums)"
    )
    index = body.variable("0", "i64")
    with body.loop(lambda: body.icompare("slt", body.load(index, "i64"), "%count")):
        at = body.load(index, "i64")
        row = body.at("%options", body.i("mul", at, str(ROW)))
        fields = [body.load(body.at(row, place)) for place in range(ROW)]
        _add(body, wanted, *fields)
        body.store(index, body.i("add", at, "1"), "i64")
    body.write("ret void")
    return body.text()


def _add(body: Function, wanted: frozenset[str], right: str, strike: str, expiry: str, units: str) -> None:
    call = body.compare("ogt", right, _ZERO)
    greeks = _greeks(body, wanted, call, strike, expiry)
    for place, name in enumerate(SUMS):
        if name not in wanted:
            continue
        address = body.at("%sums", place)
        total = body.load(address)
        if name == "gross":
            each = body.call("llvm.fabs.f64", body.f("fmul", units, greeks["delta"]))
        elif name == "required":
            each = _required(body, call, strike, units, greeks["value"])
        else:
            each = body.f("fmul", units, greeks[name])
        body.store(address, body.f("fadd", total, each))


def _greeks(body: Function, wanted: frozenset[str], call: str, strike: str, expiry: str) -> dict[str, str]:
    left = body.f("fdiv", body.f("fsub", expiry, "%t"), number(YEAR))
    years = body.choose(body.compare("ogt", left, _ZERO), left, _ZERO)
    root = body.call("llvm.sqrt.f64", years)
    deviation = body.f("fmul", "%vol", root)
    moves = body.compare("ogt", deviation, _ZERO)
    moneyness = body.call("log", body.f("fdiv", "%spot", strike))
    d1 = body.f("fadd", body.f("fdiv", moneyness, deviation), body.f("fmul", _HALF, deviation))
    side = body.choose(body.compare("olt", moneyness, _ZERO), number(-inf), number(inf))
    still = body.choose(body.compare("une", moneyness, _ZERO), side, _ZERO)
    d1 = body.choose(moves, d1, still)
    sign = body.choose(call, number(1.0), number(-1.0))
    scale = body.choose(call, number(-_INV_SQRT_2), number(_INV_SQRT_2))
    n1 = body.f("fmul", _HALF, body.call("erfc", body.f("fmul", scale, d1)))
    found = {"delta": body.f("fmul", sign, n1)}
    if wanted & {"value", "required"}:
        d2 = body.f("fsub", d1, deviation)
        n2 = body.f("fmul", _HALF, body.call("erfc", body.f("fmul", scale, d2)))
        cash = body.f("fmul", body.f("fmul", sign, strike), n2)
        found["value"] = body.f("fsub", body.f("fmul", "%spot", found["delta"]), cash)
    if wanted & {"gamma", "vega", "theta"}:
        found |= _curvature(body, d1, deviation, root, years, moves)
    return found


def _curvature(body: Function, d1: str, deviation: str, root: str, years: str, moves: str) -> dict[str, str]:
    power = body.f("fmul", body.f("fmul", number(-0.5), d1), d1)
    density = body.f("fmul", number(_INV_SQRT_2PI), body.call("exp", power))
    vega = body.f("fmul", body.f("fmul", "%spot", density), root)
    decay = body.f("fdiv", body.f("fmul", body.f("fmul", _HALF, vega), "%vol"), years)
    found = {
        "gamma": body.f("fdiv", density, body.f("fmul", "%spot", deviation)),
        "vega": vega,
        "theta": body.f("fsub", _ZERO, decay),
    }
    return {name: body.choose(moves, value, _ZERO) for name, value in found.items()}


def _required(body: Function, call: str, strike: str, units: str, value: str) -> str:
    """Initial margin of a short option; nothing for one that is held."""
    away = body.choose(call, body.f("fsub", strike, "%spot"), body.f("fsub", "%spot", strike))
    out = body.choose(body.compare("ogt", away, _ZERO), away, _ZERO)
    share = body.f("fsub", number(OPTION_MARGIN), body.f("fdiv", out, "%spot"))
    floor = body.compare("ogt", number(OPTION_MARGIN_FLOOR), share)
    share = body.choose(floor, number(OPTION_MARGIN_FLOOR), share)
    each = body.f("fadd", body.f("fmul", share, "%spot"), value)
    needed = body.f("fmul", body.f("fneg", units), each)
    return body.choose(body.compare("olt", units, _ZERO), needed, _ZERO)
