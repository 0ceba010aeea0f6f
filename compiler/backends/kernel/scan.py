"""The function `scan`: steps quiet ticks, and stops at the first at which something happens.

`i64 @scan(ptr columns, i64 start, i64 end, ptr state, ptr windows, ptr options, ptr pnl, ptr fired)` gives the
number of the tick that Python has to do, or `end`. At that tick the windows have taken their samples and everything
else in the state is as before it. Columns are t, block (i64), spot, iv, funded (i64) and the program's inputs,
doubles, NaN where unavailable.
"""

from __future__ import annotations

from stratc.compiler.backends.kernel.ahead import Ahead, near
from stratc.compiler.backends.kernel.expressions import Reader
from stratc.compiler.backends.kernel.fires import Fires, fires_natively
from stratc.compiler.backends.kernel.frame import DECLARED, FIRST_COLUMNS, HEAD, LOOK
from stratc.compiler.backends.kernel.interval import BoundsReader, decidable, sees_book
from stratc.compiler.backends.kernel.options import options_function
from stratc.compiler.backends.kernel.signals import Signals, sums_of
from stratc.compiler.backends.kernel.sketch import sketch_function
from stratc.compiler.backends.kernel.text import Function, number
from stratc.compiler.backends.kernel.tick import NOTHING, Layout, Tick, Value
from stratc.compiler.backends.kernel.triggers import Triggers
from stratc.compiler.backends.kernel.windows import pusher
from stratc.compiler.backends.python_plan.lower import expressions, lower
from stratc.compiler.ir import nodes as ir


class Scan:
    """Writes the module of one program."""

    def __init__(self, program: ir.Program) -> None:
        """Decide what is needed; `module` writes it."""
        self.program = program
        self.layout = Layout()
        self.names = frozenset(e.name for e in expressions(program) if isinstance(e, ir.BookSignal))
        self.tracks = lower(program, "").tracks_equity
        if self.tracks:
            self.names |= {"equity", "pnl"}
        self.losses = any(limit.measure == "loss" for limit in program.limits)
        self.lets = {let.name: let.value for let in program.lets}
        self.native = self._native()
        if any(isinstance(program.rules[index - 1].body[0], ir.Hedge) for index in self.native):
            self.names |= {"delta"}
        self.sketched = self._sketches()
        self.book_lets = [let.name for let in program.lets if sees_book(let.value, self.lets)]
        self._known: dict[tuple[str, object], Value] = {}

    def _native(self) -> frozenset[int]:
        """The rules that fire without Python, where the venue fills at once."""
        rules = self.program.rules
        hears_fills = any(isinstance(r.trigger, ir.On) and r.trigger.event == "fill" for r in rules)
        if hears_fills or self.tracks or not self.names <= {"delta", "position"}:
            return frozenset()
        return frozenset(rule.index for rule in rules if fires_natively(rule, self.program))

    def _sketches(self) -> bool:
        """Whether nearly knowing delta may decide that a tick is quiet."""
        if self.tracks or "delta" not in self.names or not self.names <= {"delta", "position"}:
            return False
        asked = [assume.condition for assume in self.program.assumptions]
        for rule in self.program.rules:
            if isinstance(rule.trigger, (ir.Level, ir.Edge)):
                asked.append(rule.trigger.condition)
            if isinstance(rule.trigger, ir.Edge) and rule.trigger.rearm is not None:
                asked.append(rule.trigger.rearm)
        looks = any(sees_book(condition, self.lets) for condition in asked)
        return looks and all(decidable(condition, self.lets) for condition in asked)

    def module(self) -> str:
        """Everything: declarations, functions of the windows in use, options, `scan`."""
        look = self._look() if self.sketched and not self.program.windows else None
        scan = self._scan(marks=look is not None)
        parts = [pusher(name) for name in sorted({w.function for w in self.program.windows})]
        parts += [sketch_function()] if self.sketched else []
        parts += [] if look is None else [look]
        return "\n\n".join(["\n".join(DECLARED), *parts, options_function(sums_of(self.names)), scan, ""])

    def _look(self) -> str | None:
        """`void @look(…)`: marks the ticks that are not certainly quiet; None where quiet ticks change a trigger."""
        body = self.body = Function(LOOK)
        index = body.variable("0", "i64")
        with body.loop(lambda: body.icompare("slt", body.load(index, "i64"), "%n")):
            at = body.load(index, "i64")
            tick = Tick(body, self.layout, body.i("add", "%first", at))
            self._shared(tick)
            doubts = self._nearly(tick, body.load(body.at("%sketch", at)))
            if not tick.unchanged():
                return None
            mark = body.op(f"zext i1 {body.no(tick.quiet(*doubts))} to i8")
            body.store(body.op(f"getelementptr i8, ptr %marks, i64 {at}"), mark, "i8")
            body.store(index, body.i("add", at, "1"), "i64")
        body.write("ret void")
        return body.text()

    def _scan(self, *, marks: bool) -> str:
        body = self.body = Function(HEAD)
        row = body.variable("%start", "i64")
        body.room("%sums", "[8 x double]")
        body.room("%ok", "i1")
        if self.sketched:
            self.ahead = Ahead(body, self.layout)
        with body.loop(lambda: body.icompare("slt", body.load(row, "i64"), "%end")):
            tick = Tick(body, self.layout, body.load(row, "i64"))
            if marks:
                with body.when(self.ahead.marked(tick.row)):
                    self._shared(tick)
                    self._exactly(tick)
                    self.ahead.forget(tick.row)
            else:
                self._shared(tick)
                (self._sketchily if self.sketched else self._exactly)(tick)
            body.store(row, body.i("add", tick.row, "1"), "i64")
        body.write("ret i64 %end")
        return body.text()

    def _shared(self, tick: Tick) -> None:
        """What does not depend on the book: inputs, windows, and whether Python is due anyway."""
        self.tick = tick
        self._known.clear()
        self.t = tick.column(0)
        self.block = self.body.op(f"sitofp i64 {tick.column(1, 'i64')} to double")
        self.spot, self.vol = (tick.available(tick.column(2 + at)) for at in range(2))
        self._inputs(tick)
        self.reader = Reader(self.body, self._leaf)
        for let in self.program.lets:
            if not sees_book(let.value, self.lets):
                self._leaf(ir.LetRef(name=let.name, unit=let.unit))
        for index, window in enumerate(self.program.windows):
            self._leaf(ir.WindowRef(index=index, unit=window.unit))
        tick.stops.append(self.body.compare("oge", self.t, tick.get("wake")))

    def _sketchily(self, tick: Tick) -> None:
        """Try the tick on a sketch of delta, and price exactly only where that leaves a doubt or something happens."""
        body = self.body
        trial = Tick(body, self.layout, tick.row)
        trial.stops += tick.stops
        doubts = self._nearly(trial, self.ahead.options(tick.row))
        done = body.variable(trial.quiet(*doubts), "i1")
        with body.when(body.no(body.load(done, "i1"))):
            self._exactly(tick)
        with body.when(body.load(done, "i1")):
            trial.commit()

    def _nearly(self, tick: Tick, options: str) -> list[str]:
        """The rules on bounds of delta; gives what is in doubt."""
        reader = BoundsReader(self.reader, self.lets, *near(tick, options, self.spot, self.vol))
        self._rules(tick, reader)
        return reader.doubts

    def _exactly(self, tick: Tick) -> None:
        """The tick as the plan does it: stop if anything happens, else note what it changes."""
        body = self.body
        self.signals = Signals(tick, self.names, self.spot, self.vol, self.t)
        if self.tracks:
            self.signals.track()
        for name in self.book_lets:
            self._once(("let", name))
        self._rules(tick, self.reader)
        if self.losses:
            pnl = self.signals.read("pnl")
            body.store(body.at("%pnl", tick.row), body.choose(pnl.known, pnl.text, NOTHING.text))
        with body.when(body.no(tick.quiet())):
            tick.report()
            body.write(f"ret i64 {tick.row}")
            body.write(f"{body.label()}:")  # never reached: a block must not go on after its end
        tick.commit()

    def _rules(self, tick: Tick, reader: Reader | BoundsReader) -> None:
        for index, assume in enumerate(self.program.assumptions):
            self._assumption(tick, index, reader.read(assume.condition))
        triggers = Triggers(tick, reader, self.t, self.block)
        if isinstance(reader, BoundsReader) or not self.native:
            tick.stops += [triggers.fires(rule) for rule in self.program.rules]
            return
        self._fire(tick, reader, triggers)

    def _fire(self, tick: Tick, reader: Reader, triggers: Triggers) -> None:
        """Visit the rules in order, each on the book that those before it leave."""
        fires = Fires(tick, self.program, self.spot, self._forget)
        self.signals.moves_with(fires.position)
        may = self.body.icompare("ne", tick.get("at_once", "i64"), "0")
        for rule in self.program.rules:
            self._forget()
            hit = triggers.fires(rule)
            if rule.index not in self.native:
                tick.stops.append(hit)
                continue
            tick.stops.append(self.body.both(hit, self.body.no(may)))
            clock = rule.cooldown.clock if rule.cooldown is not None else "s"
            fires.fire(rule, hit, reader, self.signals, self.t if clock == "s" else self.block)
        self._forget()
        fires.finish()

    def _forget(self) -> None:
        """Values that the book decides are read again."""
        for name in self.book_lets:
            self._known.pop(("let", name), None)

    def _inputs(self, tick: Tick) -> None:
        """Each input, and a stop when the set of those that are missing changes."""
        body, missing = self.body, "0"
        for index, spec in enumerate(self.program.inputs):
            if spec.name in ("spot", "iv"):
                value = self.spot if spec.name == "spot" else self.vol
            else:
                value = tick.available(tick.column(len(FIRST_COLUMNS) + index))
            self._known["input", spec.name] = value
            bit = body.op(f"select i1 {value.known}, i64 0, i64 {1 << index}")
            missing = body.i("or", missing, bit)
        if self.program.inputs:
            tick.stops.append(body.icompare("ne", missing, tick.get("missing", "i64")))

    def _assumption(self, tick: Tick, index: int, value: Value) -> None:
        body = self.body
        said = body.icompare("ne", tick.get(f"assumed_{index}", "i64"), "0")
        tick.stops.append(body.both(value.known, body.no(value.text), body.no(said)))

    def _leaf(self, expr: ir.Expr) -> Value:
        match expr:
            case ir.ParamRef():
                return Value(self.tick.get(f"param_{expr.name}"))
            case ir.BookSignal():
                return self.signals.read(expr.name)
            case ir.Input():
                return self._known["input", expr.name]
            case ir.LetRef():
                return self._once(("let", expr.name))
            case ir.WindowRef():
                return self._once(("window", expr.index))
        raise AssertionError(expr)

    def _once(self, key: tuple[str, object]) -> Value:
        if key not in self._known:
            kind, which = key
            made = self.reader.read(self.lets[str(which)]) if kind == "let" else self._window(int(str(which)))
            self._known[key] = made
        return self._known[key]

    def _window(self, index: int) -> Value:
        """Push this tick's sample, if there is one; the value is reported to Python at a stop."""
        body, window = self.body, self.program.windows[index]
        sample = self.reader.read(window.argument)
        at = self.t if window.duration.clock == "s" else self.block
        found, known = body.variable(NOTHING.text), body.variable(NOTHING.known, "i1")
        with body.when(sample.known):
            memory = body.load(body.at("%windows", index), "ptr")
            length = number(window.duration.amount)
            value = body.op(
                f"call double @push_{window.function}(ptr {memory}, double {at}, double {sample.text}, "
                f"double {self.t}, double {length}, ptr %ok)"
            )
            body.store(found, value)
            body.store(known, body.load("%ok", "i1"), "i1")
        made = Value(body.load(found), body.load(known, "i1"))
        self.tick.stopping.append((f"window_{index}", made.text, "double"))
        self.tick.stopping.append((f"window_known_{index}", self.tick.truth(made.known), "double"))
        return made
