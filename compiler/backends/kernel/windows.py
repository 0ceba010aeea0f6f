"""A window's push as LLVM IR: the same operations, in the same order, as `stratc.runtime.engine.windows`."""

from __future__ import annotations

from collections.abc import Callable

from stratc.compiler.backends.kernel.ring import CAPACITY, Ring
from stratc.compiler.backends.kernel.text import FALSE, NAN, TRUE, Function, number

YEAR = 365.0 * 86_400.0
_ZERO = number(0.0)


def pusher(function: str) -> str:
    """`double @push_FUNCTION(ptr %w, double %at, double %x, double %t, double %length)`: the value, NaN for none."""
    body = Function(
        f"double @push_{function}(ptr noalias %w, double %at, double %x, double %t, double %length, ptr noalias %ok)"
    )
    ring = Ring(body)
    keep, evict, value = _FUNCTIONS[function]
    scaled = body.f("fdiv", body.f("fmul", "%at", number(float(CAPACITY))), "%length")
    bucket = body.call("llvm.floor.f64", scaled)
    first = ring.get("first")
    fresh = body.compare("uno", first, first)
    other = body.compare("une", bucket, ring.get("bucket"))
    with body.when(fresh):
        ring.put("first", "%at")
    with body.when(body.both(body.no(fresh), other)):
        keep(ring, ring.get("now_at"), ring.get("now"))
    for place, new in (("bucket", bucket), ("now", "%x"), ("now_at", "%at"), ("now_t", "%t")):
        ring.put(place, new)
    body.write("%horizon = fsub double %at, %length")
    evict(ring)
    filled = body.compare("oge", body.f("fsub", "%at", ring.get("first")), "%length")
    found = body.variable(NAN)
    known = body.variable(FALSE, "i1")
    with body.when(filled):
        result, there = value(ring)
        body.store(found, result)
        body.store(known, there, "i1")
    body.store("%ok", body.load(known, "i1"), "i1")
    body.write(f"ret double {body.load(found)}")
    return body.text()


def _keep_plain(ring: Ring, at: str, x: str) -> None:
    ring.append(at, x)


def _evict_change(ring: Ring) -> None:
    """All but the last that is at or before the horizon."""
    body = ring.body
    going = body.variable(TRUE, "i1")
    with body.loop(lambda: body.load(going, "i1")):
        body.store(going, FALSE, "i1")
        with body.when(body.icompare("sgt", ring.size(), "1")):
            second = body.load(ring.entry(body.i("add", ring.get("start", "i64"), "1"), 0))
            with body.when(body.compare("ole", second, "%horizon")):
                ring.step("start", 1)
                body.store(going, TRUE, "i1")


def _change(ring: Ring) -> tuple[str, str]:
    body = ring.body
    base = ring.oldest(1)
    return (
        body.f("fsub", body.f("fdiv", ring.get("now"), base), number(1.0)),
        body.compare("une", base, _ZERO),
    )


def _keep_mean(ring: Ring, at: str, x: str) -> None:
    ring.append(at, x)
    ring.add("sum", x)


def _evict_mean(ring: Ring) -> None:
    def take() -> None:
        x = ring.oldest(1)
        ring.step("start", 1)
        ring.add("sum", x, "fsub")

    ring.first_out(take)
    with ring.body.when(ring.empty()):
        ring.put("sum", _ZERO)


def _count(ring: Ring) -> str:
    """How many samples there are, the newest included."""
    body = ring.body
    return body.op(f"sitofp i64 {body.i('add', ring.size(), '1')} to double")


def _mean(ring: Ring) -> tuple[str, str]:
    body = ring.body
    return body.f("fdiv", body.f("fadd", ring.get("sum"), ring.get("now")), _count(ring)), TRUE


def _keep_stdev(ring: Ring, at: str, x: str) -> None:
    body = ring.body
    with body.when(body.compare("oeq", ring.get("based"), _ZERO)):
        ring.put("origin", x)
        ring.put("based", number(1.0))
    shifted = body.f("fsub", x, ring.get("origin"))
    ring.append(at, shifted)
    ring.add("sum", shifted)
    ring.add("squares", body.f("fmul", shifted, shifted))


def _evict_stdev(ring: Ring) -> None:
    body = ring.body

    def take() -> None:
        shifted = ring.oldest(1)
        ring.step("start", 1)
        ring.add("sum", shifted, "fsub")
        ring.add("squares", body.f("fmul", shifted, shifted), "fsub")

    ring.first_out(take)
    with body.when(ring.empty()):
        ring.put("sum", _ZERO)
        ring.put("squares", _ZERO)


def _stdev(ring: Ring) -> tuple[str, str]:
    body = ring.body
    now, origin = ring.get("now"), ring.get("origin")
    newest = body.f("fsub", now, body.choose(body.compare("oeq", ring.get("based"), _ZERO), now, origin))
    count = _count(ring)
    mean = body.f("fdiv", body.f("fadd", ring.get("sum"), newest), count)
    squares = body.f("fadd", ring.get("squares"), body.f("fmul", newest, newest))
    spread = body.f("fsub", body.f("fdiv", squares, count), body.f("fmul", mean, mean))
    positive = body.choose(body.compare("ogt", spread, _ZERO), spread, _ZERO)
    return body.call("llvm.sqrt.f64", positive), TRUE


def _peaks(
    sign: float,
) -> tuple[Callable[[Ring, str, str], None], Callable[[Ring], None], Callable[[Ring], tuple[str, str]]]:
    """High (sign 1) and low (-1): a ring of samples each above all that came after it."""

    def keep(ring: Ring, at: str, x: str) -> None:
        body = ring.body
        signed = body.f("fmul", x, number(sign))
        going = body.variable(TRUE, "i1")
        with body.loop(lambda: body.load(going, "i1")):
            body.store(going, FALSE, "i1")
            with body.when(body.no(ring.empty())), body.when(body.compare("ole", ring.newest(1), signed)):
                ring.step("end", -1)
                body.store(going, TRUE, "i1")
        ring.append(at, signed)

    def value(ring: Ring) -> tuple[str, str]:
        body = ring.body
        best = body.variable(body.f("fmul", ring.get("now"), number(sign)))
        with body.when(body.no(ring.empty())):
            peak = ring.oldest(1)
            with body.when(body.compare("ogt", peak, body.load(best))):
                body.store(best, peak)
        return body.f("fmul", body.load(best), number(sign)), TRUE

    return keep, lambda ring: ring.first_out(lambda: ring.step("start", 1)), value


def _squared_return(body: Function, before: str, after: str) -> str:
    squared = body.variable(_ZERO)
    with body.when(
        body.both(body.no(body.compare("ole", before, _ZERO)), body.no(body.compare("ole", after, _ZERO)))
    ):
        step = body.call("log", body.f("fdiv", after, before))
        body.store(squared, body.f("fmul", step, step))
    return body.load(squared)


def _keep_vol(ring: Ring, at: str, x: str) -> None:
    body = ring.body
    squared = body.variable(_ZERO)
    with body.when(body.no(ring.empty())):
        body.store(squared, _squared_return(body, ring.newest(1), x))
        ring.add("squares", body.load(squared))
    ring.append(at, x, body.load(squared), ring.get("now_t"))


def _evict_vol(ring: Ring) -> None:
    body = ring.body

    def take() -> None:
        ring.step("start", 1)
        with body.when(body.no(ring.empty())):
            ring.add("squares", ring.oldest(2), "fsub")

    ring.first_out(take)
    with body.when(body.icompare("slt", ring.size(), "2")):
        ring.put("squares", _ZERO)


def _vol(ring: Ring) -> tuple[str, str]:
    body = ring.body
    found = body.variable(_ZERO)
    there = body.variable(FALSE, "i1")
    with body.when(body.no(ring.empty())):
        newest = _squared_return(body, ring.newest(1), ring.get("now"))
        squares = body.f("fadd", ring.get("squares"), newest)
        elapsed = body.f("fsub", ring.get("now_t"), ring.oldest(3))
        body.store(there, body.compare("ogt", elapsed, _ZERO), "i1")
        with body.when(
            body.no(body.either(body.compare("ole", elapsed, _ZERO), body.compare("olt", squares, _ZERO)))
        ):
            yearly = body.f("fmul", body.f("fdiv", squares, elapsed), number(YEAR))
            body.store(found, body.call("llvm.sqrt.f64", yearly))
            body.store(there, TRUE, "i1")
    return body.load(found), body.load(there, "i1")


_Parts = tuple[Callable[[Ring, str, str], None], Callable[[Ring], None], Callable[[Ring], tuple[str, str]]]
_FUNCTIONS: dict[str, _Parts] = {
    "change": (_keep_plain, _evict_change, _change),
    "mean": (_keep_mean, _evict_mean, _mean),
    "stdev": (_keep_stdev, _evict_stdev, _stdev),
    "high": _peaks(1.0),
    "low": _peaks(-1.0),
    "realized_vol": (_keep_vol, _evict_vol, _vol),
}
