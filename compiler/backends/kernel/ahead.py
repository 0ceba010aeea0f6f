"""Sketching delta some ticks ahead of the scan, so that the work is done for many ticks at once."""

from __future__ import annotations

from stratc.compiler.backends.kernel.interval import Bounds
from stratc.compiler.backends.kernel.text import Function, number
from stratc.compiler.backends.kernel.tick import Layout, Tick, Value

FIRST, MOST = 32, 512
"""Ticks sketched at first, and at most; each time twice as many, since a scan may stop soon."""
ROUNDING = 1e-12
"""Share of the position that rounding may add to the sketch's error, with room."""


def near(tick: Tick, options: str, spot: Value, vol: Value) -> tuple[Bounds, str]:
    """Bounds of a tick's delta from the sketch of its options, and the linear position."""
    body = tick.body
    none = body.icompare("eq", tick.get("options", "i64"), "0")
    linear = tick.get("linear_near")
    rounding = body.f("fmul", number(ROUNDING), body.call("llvm.fabs.f64", linear))
    error = body.f("fadd", tick.get("doubt"), rounding)
    middle = body.f("fadd", linear, body.choose(none, number(0.0), options))
    positive = [body.compare("ogt", each.text, number(0.0)) for each in (spot, vol)]
    known = body.either(none, body.both(spot.known, vol.known, *positive))
    return Bounds(body.f("fsub", middle, error), body.f("fadd", middle, error), known), linear


class Ahead:
    """The sketch in the function `scan` (a buffer, from which tick it is, and up to which), and marks of the same kind.

    The function `look` marks the ticks that are not certainly quiet, where quiet ticks change nothing.
    """

    def __init__(self, body: Function, layout: Layout) -> None:
        """Nothing sketched yet."""
        self.body, self.layout = body, layout
        body.room("%sketch", f"[{MOST} x double]")
        body.room("%marks", f"[{MOST} x i8]")
        self._from, self._to = body.variable("%start", "i64"), body.variable("%start", "i64")
        self._marked_from, self._marked_to = body.variable("%start", "i64"), body.variable("%start", "i64")
        self._length, self._marking = body.variable(str(FIRST), "i64"), body.variable(str(FIRST), "i64")

    def options(self, row: str) -> str:
        """The options' delta at a tick."""
        self.refill(row)
        at = self.body.i("sub", row, self.body.load(self._from, "i64"))
        return self.body.load(self.body.at("%sketch", at))

    def marked(self, row: str) -> str:
        """Whether a tick is not certainly quiet."""
        body = self.body
        with body.when(body.icompare("sge", row, body.load(self._marked_to, "i64"))):
            self.refill(row)
            self._mark(row)
        at = body.i("sub", row, body.load(self._marked_from, "i64"))
        mark = body.load(body.op(f"getelementptr i8, ptr %marks, i64 {at}"), "i8")
        return body.op(f"icmp ne i8 {mark}, 0")

    def forget(self, row: str) -> None:
        """What was marked after this tick may be otherwise now: the book has changed."""
        self.body.store(self._marked_to, self.body.i("add", row, "1"), "i64")
        self.body.store(self._marking, str(FIRST), "i64")

    def _mark(self, row: str) -> None:
        body = self.body
        behind = body.i("sub", row, body.load(self._from, "i64"))
        length = self._some(self._marking, body.i("sub", body.load(self._to, "i64"), row))
        body.write(
            f"call void @look(ptr %columns, i64 {row}, i64 {length}, ptr %state, "
            f"ptr {body.at('%sketch', behind)}, ptr %marks)"
        )
        body.store(self._marked_from, row, "i64")
        body.store(self._marked_to, body.i("add", row, length), "i64")

    def refill(self, row: str) -> None:
        """Sketch on from a tick that the sketch does not reach."""
        body = self.body
        with body.when(body.icompare("sge", row, body.load(self._to, "i64"))):
            length = self._some(self._length, body.i("sub", "%end", row))
            count = body.load(body.at("%state", self.layout.place("options")), "i64")
            bases = [body.at(body.load(body.at("%columns", column), "ptr"), row) for column in (2, 3, 0)]
            body.write(
                f"call void @sketch(ptr %options, i64 {count}, ptr {bases[0]}, ptr {bases[1]}, ptr {bases[2]}, "
                f"i64 {length}, ptr %sketch)"
            )
            body.store(self._from, row, "i64")
            body.store(self._to, body.i("add", row, length), "i64")

    def _some(self, place: str, left: str) -> str:
        """How many ticks to do now, at most `left`; the next time twice as many."""
        body = self.body
        length = body.load(place, "i64")
        twice = body.i("shl", length, "1")
        most = body.icompare("sgt", twice, str(MOST))
        body.store(place, body.choose(most, str(MOST), twice, "i64"), "i64")
        return body.choose(body.icompare("slt", left, length), left, length, "i64")
