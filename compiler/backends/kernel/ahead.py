"""Sketching delta some ticks ahead of the scan, so that the work is done for many ticks at once."""

from __future__ import annotations

from stratc.compiler.backends.kernel.interval import Bounds
from stratc.compiler.backends.kernel.text import FALSE, Function, number
from stratc.compiler.backends.kernel.tick import Layout, Tick, Value

FIRST, MOST = 32, 512
"""Ticks sketched at first, and at most; each time twice as many, since a scan may stop soon."""
ROUNDING = 1e-12
"""Share of the position that rounding may add to the sketch's error, with room."""


class Ahead:
    """The sketch in the function `scan`: a buffer, from which tick it is, and up to which."""

    def __init__(self, body: Function, layout: Layout) -> None:
        """Nothing sketched yet."""
        self.body, self.layout = body, layout
        body.room("%sketch", f"[{MOST} x double]")
        self._from = body.variable("%start", "i64")
        self._to = body.variable("%start", "i64")
        self._length = body.variable(str(FIRST), "i64")

    def delta(self, tick: Tick, spot: Value, vol: Value) -> tuple[Bounds, str]:
        """Bounds of this tick's delta, and the linear position."""
        body = self.body
        count = tick.get("options", "i64")
        none = body.icompare("eq", count, "0")
        behind = body.icompare("sge", tick.row, body.load(self._to, "i64"))
        with body.when(body.both(behind, body.no(none))):
            self._refill(tick.row, count)
        options = body.variable(number(0.0))
        with body.when(body.no(none)):
            at = body.i("sub", tick.row, body.load(self._from, "i64"))
            body.store(options, body.load(body.at("%sketch", at)))
        linear = tick.get("linear_near")
        rounding = body.f("fmul", number(ROUNDING), body.call("llvm.fabs.f64", linear))
        error = body.f("fadd", tick.get("doubt"), rounding)
        near = body.f("fadd", linear, body.load(options))
        good = body.both(
            spot.known,
            vol.known,
            body.compare("ogt", spot.text, number(0.0)),
            body.compare("ogt", vol.text, number(0.0)),
        )
        known = body.op(f"select i1 {none}, i1 true, i1 {good}") if good != FALSE else none
        return Bounds(body.f("fsub", near, error), body.f("fadd", near, error), known), linear

    def _refill(self, row: str, count: str) -> None:
        body = self.body
        length, left = body.load(self._length, "i64"), body.i("sub", "%end", row)
        length = body.choose(body.icompare("slt", left, length), left, length, "i64")
        bases = [body.at(body.load(body.at("%columns", column), "ptr"), row) for column in (2, 3, 0)]
        body.write(
            f"call void @sketch(ptr %options, i64 {count}, ptr {bases[0]}, ptr {bases[1]}, ptr {bases[2]}, "
            f"i64 {length}, ptr %sketch)"
        )
        body.store(self._from, row, "i64")
        body.store(self._to, body.i("add", row, length), "i64")
        twice = body.i("shl", body.load(self._length, "i64"), "1")
        most = body.icompare("sgt", twice, str(MOST))
        body.store(self._length, body.choose(most, str(MOST), twice, "i64"), "i64")
