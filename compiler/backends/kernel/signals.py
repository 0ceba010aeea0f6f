"""The signals of the book at a tick on which nothing is in flight: as `stratc.runtime.engine.view` values them."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from stratc.compiler.backends.kernel.options import SUMS, YEAR
from stratc.compiler.backends.kernel.text import TRUE, number
from stratc.compiler.backends.kernel.tick import Tick, Value

LOT, CENT = 1e9, 1e6
PERP_MARGIN = 0.10
FUNDED = 4
"""The column that says how much (CENT) was paid for the position since the last tick that Python did."""
NATIVE = frozenset(
    "delta gamma vega theta position equity cash margin pnl leverage margin_ratio drawdown".split()
)
_ZERO = number(0.0)
_NEEDS = {
    "delta": {"delta"},
    "gamma": {"gamma"},
    "vega": {"vega"},
    "theta": {"theta"},
    "position": set[str](),
    "cash": set[str](),
    "equity": {"value"},
    "margin": {"value"},
    "pnl": {"value"},
    "drawdown": {"value"},
    "leverage": {"value", "delta", "gross"},
    "margin_ratio": {"value", "required"},
}


def sums_of(names: frozenset[str]) -> frozenset[str]:
    """The sums over the options that these signals need."""
    return frozenset(need for name in names for need in _NEEDS[name])


class Signals:
    """Book signals, each written once, when first asked for; `begin` writes what all of them share."""

    def __init__(self, tick: Tick, names: frozenset[str], spot: Value, vol: Value, t: str) -> None:
        """Prepare for these signals; a price or volatility that is not finite is left to Python."""
        self.tick, self.body = tick, tick.body
        self.spot, self.names = spot, names
        self._made: dict[str, Value] = {}
        self._moving: Callable[[], str] | None = None
        self._sums = sums_of(names)
        body = self.body
        self.linear = self._amount("linear", LOT)
        count = tick.get("options", "i64")
        none = body.icompare("eq", count, "0")
        good = body.both(
            spot.known, vol.known, body.compare("ogt", spot.text, _ZERO), body.compare("ogt", vol.text, _ZERO)
        )
        self.priced = body.either(none, good)
        if self._sums:
            self._price(none, good, count, vol, t)

    def _amount(self, place: str, scale: float) -> str:
        exact = self.tick.get(place, "i64")
        return self.body.f("fdiv", self.body.op(f"sitofp i64 {exact} to double"), number(scale))

    def _price(self, none: str, good: str, count: str, vol: Value, t: str) -> None:
        body, tick = self.body, self.tick
        starts = dict.fromkeys(SUMS, _ZERO)
        if "gross" in self._sums:
            starts["gross"] = body.call("llvm.fabs.f64", self.linear)
        if "required" in self._sums:
            perp = body.call("llvm.fabs.f64", self._amount("perp", LOT))
            starts["required"] = body.f("fmul", body.f("fmul", perp, self.spot.text), number(PERP_MARGIN))
        places = [body.at("%sums", place) for place in range(len(SUMS))]
        for place, name in zip(places, SUMS, strict=True):
            if name in self._sums:
                body.store(place, starts[name])
        with body.when(body.both(body.no(none), good)):
            body.write(
                f"call void @options(ptr %options, i64 {count}, double {self.spot.text}, double {vol.text}, "
                f"double {t}, ptr %sums)"
            )
        self.total = {
            name: body.load(place) for place, name in zip(places, SUMS, strict=True) if name in self._sums
        }
        endless = body.call("llvm.fabs.f64", body.f("fadd", self.spot.text, vol.text))
        tick.stops.append(body.both(body.no(none), body.compare("oeq", endless, number(inf))))

    def read(self, name: str) -> Value:
        """A signal by its name in the language."""
        if name not in self._made or self._moving is not None:
            self._made[name] = getattr(self, f"_{name}")()
        return self._made[name]

    def moves_with(self, position: Callable[[], str]) -> None:
        """From now on read delta and position afresh each time, off a linear position that moves within the tick."""
        self._moving = position
        self._made.clear()

    def _position(self) -> Value:
        return Value(self.linear if self._moving is None else self._moving())

    def _delta(self) -> Value:
        return Value(self.body.f("fadd", self._position().text, self.total["delta"]), self.priced)

    def _gamma(self) -> Value:
        return Value(self.total["gamma"], self.priced)

    def _vega(self) -> Value:
        return Value(self.total["vega"], self.priced)

    def _theta(self) -> Value:
        return Value(self.body.f("fdiv", self.total["theta"], number(YEAR)), self.priced)

    def _cash(self) -> Value:
        return Value(self._amount("cash", CENT))

    def _equity(self) -> Value:
        body = self.body
        none = body.icompare("eq", self.tick.get("linear", "i64"), "0")
        marked = body.f("fmul", self.linear, self.spot.text)
        worth = body.choose(none, _ZERO, marked)
        exact = body.i("add", self.tick.get("money", "i64"), self.tick.column(FUNDED, "i64"))
        money = body.f("fdiv", body.op(f"sitofp i64 {exact} to double"), number(CENT))
        total = body.f("fadd", body.f("fadd", money, worth), self.total["value"])
        return Value(total, body.both(self.priced, body.either(none, self.spot.known)))

    def _margin(self) -> Value:
        equity = self.read("equity")
        free = self.body.f("fsub", equity.text, self._amount("cash", CENT))
        return Value(self.body.f("fadd", free, _ZERO), equity.known)

    def track(self) -> None:
        """Follow the first and the highest equity, as every tick of the plan does before its decisions."""
        body, equity = self.body, self.read("equity")
        start, peak = self.tick.get("start"), self.tick.get("peak")
        first = body.both(equity.known, body.compare("uno", start, start))
        higher = body.both(
            equity.known, body.either(body.compare("uno", peak, peak), body.compare("ogt", equity.text, peak))
        )
        self.start = body.choose(first, equity.text, start)
        self.peak = body.choose(higher, equity.text, peak)
        self.tick.later("start", self.start)
        self.tick.later("peak", self.peak)

    def _pnl(self) -> Value:
        body, equity = self.body, self.read("equity")
        gain = body.f("fsub", body.f("fsub", equity.text, self.start), self._amount("deposits", CENT))
        return Value(gain, body.both(equity.known, body.compare("ord", self.start, self.start)))

    def _drawdown(self) -> Value:
        body, equity = self.body, self.read("equity")
        fallen = body.f("fsub", number(1.0), body.f("fdiv", equity.text, self.peak))
        down = body.choose(body.compare("ogt", fallen, _ZERO), fallen, _ZERO)
        return Value(down, body.both(equity.known, body.compare("ogt", self.peak, _ZERO)))

    def _leverage(self) -> Value:
        body, equity = self.body, self.read("equity")
        gross = self.total["gross"]
        ratio = body.f("fdiv", body.f("fmul", gross, self.spot.text), equity.text)
        ratio = body.choose(body.compare("ogt", equity.text, _ZERO), ratio, number(inf))
        ratio = body.choose(body.compare("oeq", gross, _ZERO), _ZERO, ratio)
        return Value(ratio, body.both(equity.known, self.spot.known))

    def _margin_ratio(self) -> Value:
        body, margin = self.body, self.read("margin")
        required = self.total["required"]
        ratio = body.f("fdiv", margin.text, required)
        ratio = body.choose(body.compare("ogt", required, _ZERO), ratio, number(inf))
        return Value(ratio, body.both(margin.known, self.spot.known, TRUE))
