"""Firings that need no Python: one linear order at once, which every limit lets through as it is.

What the machine, the book and a venue that fills at once would do with such an order is written out here: the size
cut to whole units, the money rounded against the trader. Where anything else would happen (a limit that acts, an order
of size zero, a price that is missing, a state other than active) the tick is left to Python, before anything is stored.
"""

from __future__ import annotations

from collections.abc import Callable

from stratc.compiler.backends.kernel.expressions import Reader
from stratc.compiler.backends.kernel.interval import sees_book
from stratc.compiler.backends.kernel.signals import Signals
from stratc.compiler.backends.kernel.text import FALSE, TRUE, number
from stratc.compiler.backends.kernel.tick import Tick, Value
from stratc.compiler.ir import nodes as ir

MOST = 65_536
"""Firings a call can write down; a full list stops the scan."""
ROW = 3
"""What is written of each: tick, rule, signed units."""
_LOT, _CENT, _NOISE = number(1e9), number(1e6), number(1e-3)
_ZERO = number(0.0)
_EXACT = number(2.0**53)


def fires_natively(rule: ir.Rule, program: ir.Program) -> bool:
    """Whether the body is one linear order, and every limit one that is asked here."""
    lets = {let.name: let.value for let in program.lets}
    if rule.once or len(rule.body) != 1 or not isinstance(rule.trigger, (ir.Level, ir.Edge)):
        return False
    if isinstance(rule.trigger, ir.Edge) and rule.trigger.rearm is not None:
        return False
    action = rule.body[0]
    if not (isinstance(action, (ir.Hedge, ir.Trade)) and isinstance(action.instrument, ir.Linear)):
        return False
    if isinstance(action, ir.Hedge) and (action.greek != "delta" or action.model is not None):
        return False
    clauses = (action.terms.slippage, action.terms.limit_price, action.terms.gas)
    if any(clause is not None and not isinstance(clause, ir.Const) for clause in clauses):
        return False
    return all(_asked(limit, action.terms, lets) for limit in program.limits)


def _asked(limit: ir.Limit, terms: ir.Terms, lets: dict[str, ir.Expr]) -> bool:
    if limit.measure == "topup":
        return True
    if limit.measure == "order slippage":
        own, bound = terms.slippage, limit.bound
        if not isinstance(bound, ir.Const) or limit.op != "<=":
            return False
        return own is None or (isinstance(own, ir.Const) and own.value <= bound.value)
    if sees_book(limit.bound, lets):
        return False
    return limit.scope == "state" or limit.measure == "order size"


class Fires:
    """The book in the making during one tick, and the firings written down in it."""

    def __init__(self, tick: Tick, program: ir.Program, spot: Value, forget: Callable[[], None]) -> None:
        """Begin with the book as it was before the tick; `forget` has what depends on the book read again."""
        self._forget = forget
        self.tick, self.body, self.program, self.spot = tick, tick.body, program, spot
        body = tick.body
        self._linear = body.variable(tick.get("linear", "i64"), "i64")
        self._perp = body.variable(tick.get("perp", "i64"), "i64")
        self._money = body.variable(tick.get("money", "i64"), "i64")
        self._count = body.variable(tick.get("count", "i64"), "i64")
        self._python = body.variable(FALSE, "i1")
        self._active = body.icompare("ne", tick.get("active", "i64"), "0")

    def position(self) -> str:
        """The linear position now, what has fired included."""
        body = self.body
        return body.f("fdiv", body.op(f"sitofp i64 {body.load(self._linear, 'i64')} to double"), _LOT)

    def fire(self, rule: ir.Rule, hit: str, reader: Reader, signals: Signals, now: str) -> None:
        """Fire a rule where it is hit; `now` is the time its cooldown is counted in."""
        body = self.body
        last = body.variable(self.tick.get(f"fired_{rule.index}")) if rule.cooldown is not None else ""
        with body.when(hit):
            action = rule.body[0]
            assert isinstance(action, (ir.Hedge, ir.Trade))
            asked = self._quantity(action, reader, signals)
            size, negative = self._units(action, asked.text, reader)
            good = body.both(asked.known, self.spot.known, self._active)
            good = body.both(good, body.compare("ogt", size, _ZERO), body.compare("olt", size, _EXACT))
            full = body.icompare("sge", body.load(self._count, "i64"), str(MOST))
            good = body.both(good, body.no(full), self._within(size, reader))
            safe = body.choose(good, size, _ZERO)
            self._trade(action, safe, negative)
            self._forget()
            good = body.both(good, self._bounded(reader), self._sound())
            self._note(rule, safe, negative)
            if last:
                body.store(last, now)
            self._leave(body.no(good))
            self._forget()
        if last:
            self.tick.later(f"fired_{rule.index}", body.load(last))

    def _quantity(self, action: ir.Hedge | ir.Trade, reader: Reader, signals: Signals) -> Value:
        """How much to trade, signed; for a sale the amount as it is written."""
        if isinstance(action, ir.Hedge):
            target, delta = reader.read(action.target), signals.read("delta")
            known = self.body.both(target.known, delta.known)
            return Value(self.body.f("fsub", target.text, delta.text), known)
        return reader.read(action.amount)

    def _units(self, action: ir.Hedge | ir.Trade, asked: str, reader: Reader) -> tuple[str, str]:
        """Whole units as a double, not signed, and whether they are sold."""
        body = self.body
        size = self._lots(asked)
        negative = body.compare("olt", asked, _ZERO)
        if isinstance(action, ir.Trade):
            size = body.choose(negative, _ZERO, size)
            negative = TRUE if action.side == -1 else FALSE
        most = action.terms.at_most
        if most is None:
            return size, negative
        bound = reader.read(most)
        within = self._lots_within(bound)
        return body.choose(body.compare("olt", within, size), within, size), negative

    def _lots(self, quantity: str) -> str:
        """As `amounts.lots`, without the sign."""
        body = self.body
        scaled = body.f("fmul", body.call("llvm.fabs.f64", quantity), _LOT)
        return body.call("llvm.floor.f64", body.f("fadd", scaled, _NOISE))

    def _lots_within(self, bound: Value) -> str:
        """As `amounts.lots_within`, but nothing (so Python) where it is unavailable or takes a second step down."""
        body = self.body
        units = body.choose(body.compare("olt", bound.text, _ZERO), _ZERO, self._lots(bound.text))
        above = body.compare("ogt", body.f("fdiv", units, _LOT), bound.text)
        units = body.choose(above, body.f("fsub", units, number(1.0)), units)
        good = body.both(bound.known, body.compare("ole", body.f("fdiv", units, _LOT), bound.text))
        return body.choose(good, units, _ZERO)

    def _within(self, size: str, reader: Reader) -> str:
        """Whether every limit on the order's size lets it through."""
        body, good = self.body, TRUE
        for limit in self.program.limits:
            if limit.measure == "order size":
                bound = reader.read(limit.bound)
                how = "ole" if limit.op == "<=" else "oge"
                fits = body.compare(how, body.f("fdiv", size, _LOT), bound.text)
                good = body.both(good, bound.known, fits)
        return good

    def _bounded(self, reader: Reader) -> str:
        """Whether every limit on the state holds on the book as it is now."""
        body, good = self.body, TRUE
        for limit in self.program.limits:
            if limit.scope == "state" and limit.state is not None:
                bound, value = reader.read(limit.bound), reader.read(limit.state)
                how = "ole" if limit.op == "<=" else "oge"
                good = body.both(good, bound.known, value.known, body.compare(how, value.text, bound.text))
        return good

    def _trade(self, action: ir.Hedge | ir.Trade, size: str, negative: str) -> None:
        """Fill the order at spot: position and money, rounded as `Book` does."""
        body = self.body
        units = self._signed(size, negative)
        perpetual = isinstance(action.instrument, ir.Linear) and action.instrument.perpetual
        for place in (self._linear, self._perp)[: 1 + perpetual]:
            body.store(place, body.i("add", body.load(place, "i64"), units), "i64")
        value = body.f("fmul", body.f("fmul", body.f("fdiv", size, _LOT), self.spot.text), _CENT)
        received = body.call("llvm.floor.f64", body.f("fadd", value, _NOISE))
        paid = body.f("fneg", body.call("llvm.ceil.f64", body.f("fsub", value, _NOISE)))
        moved = body.choose(negative, received, paid)
        self._leave(body.no(body.compare("olt", body.call("llvm.fabs.f64", moved), _EXACT)))
        cents = body.op(f"call i64 @llvm.fptosi.sat.i64.f64(double {moved})")
        body.store(self._money, body.i("add", body.load(self._money, "i64"), cents), "i64")

    def _signed(self, size: str, negative: str) -> str:
        body = self.body
        whole = body.op(f"call i64 @llvm.fptosi.sat.i64.f64(double {size})")
        return body.choose(negative, body.i("sub", "0", whole), whole, "i64")

    def _sound(self) -> str:
        """Whether position and money are still whole numbers that a double holds."""
        body, good = self.body, TRUE
        for place in (self._linear, self._money):
            size = body.op(f"call i64 @llvm.abs.i64(i64 {body.load(place, 'i64')}, i1 false)")
            good = body.both(good, body.icompare("slt", size, str(2**53)))
        return good

    def _note(self, rule: ir.Rule, size: str, negative: str) -> None:
        body = self.body
        count = body.load(self._count, "i64")
        last = body.choose(body.icompare("slt", count, str(MOST)), count, str(MOST - 1), "i64")
        row = body.at("%fired", body.i("mul", last, str(ROW)))
        for place, value in enumerate((self.tick.row, str(rule.index), self._signed(size, negative))):
            body.store(body.at(row, place), value, "i64")
        body.store(self._count, body.i("add", count, "1"), "i64")

    def _leave(self, condition: str) -> None:
        """Leave the tick to Python where a condition holds."""
        body = self.body
        body.store(self._python, body.either(body.load(self._python, "i1"), condition), "i1")

    def finish(self) -> None:
        """Stop for what is left to Python; else the book is what the tick made of it."""
        body, tick = self.body, self.tick
        tick.stops.append(body.load(self._python, "i1"))
        for name, place in (("linear", self._linear), ("perp", self._perp), ("money", self._money)):
            tick.later(name, body.load(place, "i64"), "i64")
        tick.later("count", body.load(self._count, "i64"), "i64")
        tick.later("linear_near", self.position())


def clauses_of(rule: ir.Rule, program: ir.Program) -> dict[str, float | None]:
    """What the order of a native rule carries, its own or inherited from a limit; all of it constant."""
    action = rule.body[0]
    assert isinstance(action, (ir.Hedge, ir.Trade))
    terms = action.terms
    own = {"slippage": terms.slippage, "limit_price": terms.limit_price, "gas_cap": terms.gas}
    found = {name: expr.value if isinstance(expr, ir.Const) else None for name, expr in own.items()}
    inherited = [
        limit.bound.value
        for limit in program.limits
        if limit.measure == "order slippage" and isinstance(limit.bound, ir.Const)
    ]
    if found["slippage"] is None and inherited:
        found["slippage"] = min(inherited)
    return found
