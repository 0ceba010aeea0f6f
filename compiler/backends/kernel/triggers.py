"""When a rule would fire, and its trigger's state after a tick on which no rule does.

On such a tick no rule sees what another did, so all of them are written without a branch, and their new states are
stored together when it is certain that nothing fires (`Tick.later`).
"""

from __future__ import annotations

from stratc.compiler.backends.kernel.expressions import Reader
from stratc.compiler.backends.kernel.interval import BoundsReader
from stratc.compiler.backends.kernel.text import FALSE, NAN, TRUE, number
from stratc.compiler.backends.kernel.tick import Tick
from stratc.compiler.ir import nodes as ir

_ZERO = number(0.0)


class Triggers:
    """Writes the triggers of a program's rules at one tick."""

    def __init__(self, tick: Tick, reader: Reader | BoundsReader, t: str, block: str) -> None:
        """`t` and `block` are the tick's, as doubles."""
        self.tick, self.body, self.reader = tick, tick.body, reader
        self._clocks = {"s": t, "block": block}

    def fires(self, rule: ir.Rule) -> str:
        """Whether Python must look at the rule at this tick."""
        match rule.trigger:
            case ir.Level():
                hit = self._level(rule, rule.trigger)
            case ir.Edge():
                hit = self._edge(rule, rule.trigger)
            case ir.Every():
                now = self._clocks[rule.trigger.period.clock]
                return self.body.compare("oge", now, self.tick.get(f"due_{rule.index}"))
            case _:  # an input that goes, a fill, an expiry, the start: ticks that Python does anyway
                return FALSE
        return self.body.both(hit, self._ready(rule))

    def _ready(self, rule: ir.Rule) -> str:
        """What `Machine.ready` asks; mode, once and what is in flight come as one flag."""
        free = self.body.icompare("eq", self.tick.get(f"barred_{rule.index}", "i64"), "0")
        if rule.cooldown is None:
            return free
        over = self.body.f("fadd", self.tick.get(f"fired_{rule.index}"), number(rule.cooldown.amount))
        return self.body.both(free, self.body.compare("ole", over, self._clocks[rule.cooldown.clock]))

    def _level(self, rule: ir.Rule, trigger: ir.Level) -> str:
        hit = self.reader.holds(trigger.condition)
        if rule.hold is None:
            return hit
        since, long = self._held(rule, rule.hold, hit, self.tick.get(f"since_{rule.index}"))
        self.tick.later(f"since_{rule.index}", since)
        return self.body.both(hit, long)

    def _held(self, rule: ir.Rule, hold: ir.Duration, hit: str, before: str) -> tuple[str, str]:
        """Since when the condition has held (NaN: it does not), and whether that is long enough."""
        body, now = self.body, self._clocks[hold.clock]
        begun = body.choose(body.compare("uno", before, before), now, before)
        long = body.compare("oge", body.f("fsub", now, begun), number(hold.amount))
        return body.choose(hit, begun, NAN), long

    def _edge(self, rule: ir.Rule, edge: ir.Edge) -> str:
        body, tick, k = self.body, self.tick, rule.index
        armed = self._arming(rule, edge)
        now = self.reader.read(edge.condition)
        before, truth = tick.get(f"last_{k}"), tick.truth(now.text)
        changed = body.both(now.known, body.compare("une", truth, before))
        rose = body.both(self._rose(rule, edge, now.text, before), armed)
        tick.later(f"last_{k}", body.choose(now.known, truth, before))
        if rule.hold is None:
            return body.both(changed, rose)
        return self._pending(rule, rule.hold, now.known, changed, rose)

    def _rose(self, rule: ir.Rule, edge: ir.Edge, now: str, before: str) -> str:
        """Whether a change from `before` (1.0, 0.0, or -1.0 for never known) is the edge."""
        body = self.body
        if edge.both:
            known = body.compare("oge", before, _ZERO)
            return body.either(known, now) if rule.on_start else known
        if rule.on_start:
            return body.both(now, body.compare("une", before, number(1.0)))
        return body.both(now, body.compare("oeq", before, _ZERO))

    def _arming(self, rule: ir.Rule, edge: ir.Edge) -> str:
        if edge.rearm is None:
            return TRUE
        place = f"armed_{rule.index}"
        was = self.body.compare("une", self.tick.get(place), _ZERO)
        armed = self.body.either(was, self.reader.holds(edge.rearm))
        self.tick.later(place, self.tick.truth(armed))
        return armed

    def _pending(self, rule: ir.Rule, hold: ir.Duration, known: str, changed: str, rose: str) -> str:
        """An edge that has to hold: it is pending from the change on, and is used up when its time has come."""
        body, tick, k = self.body, self.tick, rule.index
        was = body.compare("une", tick.get(f"pending_{k}"), _ZERO)
        waits = body.op(f"select i1 {changed}, i1 {rose}, i1 {was}")
        before = body.choose(changed, NAN, tick.get(f"since_{k}"))
        active = body.both(known, waits)
        since, long = self._held(rule, hold, active, before)
        due = body.both(active, long)
        # While it is known and not pending, the time stays what it was: nothing reads it until the next change.
        since = body.choose(body.both(known, body.no(waits)), before, since)
        tick.later(f"since_{k}", since)
        tick.later(f"pending_{k}", tick.truth(body.both(waits, body.no(due))))
        return due
