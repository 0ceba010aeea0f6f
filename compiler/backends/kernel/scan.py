"""The function `scan`: steps quiet ticks, and stops at the first at which something happens.

`i64 @scan(ptr columns, i64 start, i64 end, ptr state, ptr windows, ptr options, ptr pnl)` gives the number of
the tick that Python has to do, or `end`. At that tick the windows have taken their samples and everything else in
the state is as before it. Columns are t, block, spot, iv and the program's inputs, doubles, NaN where unavailable.
"""

from __future__ import annotations

from stratc.compiler.backends.kernel.expressions import Reader
from stratc.compiler.backends.kernel.options import options_function
from stratc.compiler.backends.kernel.signals import Signals, sums_of
from stratc.compiler.backends.kernel.text import Function, number
from stratc.compiler.backends.kernel.tick import NOTHING, Layout, Tick, Value
from stratc.compiler.backends.kernel.triggers import Triggers
from stratc.compiler.backends.kernel.windows import pusher
from stratc.compiler.backends.python_plan.lower import expressions, lower
from stratc.compiler.ir import nodes as ir

HEAD = (
    "i64 @scan(ptr noalias %columns, i64 %start, i64 %end, ptr noalias %state, ptr noalias %windows, "
    "ptr noalias %options, ptr noalias %pnl)"
)
FIRST_COLUMNS = ("t", "block", "spot", "iv")
_DECLARED = (
    "declare double @log(double) #0",
    "declare double @exp(double) #0",
    "declare double @erfc(double) #0",
    "declare double @llvm.sqrt.f64(double)",
    "declare double @llvm.fabs.f64(double)",
    "declare double @llvm.floor.f64(double)",
    # The C library's functions as they are: nothing may be known of them but that they touch no memory.
    "attributes #0 = { nobuiltin nounwind willreturn memory(none) }",
)


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
        self._known: dict[tuple[str, object], Value] = {}

    def module(self) -> str:
        """Everything: declarations, functions of the windows in use, options, `scan`."""
        scan = self._scan()
        windows = [pusher(name) for name in sorted({w.function for w in self.program.windows})]
        return "\n\n".join(["\n".join(_DECLARED), *windows, options_function(sums_of(self.names)), scan, ""])

    def _scan(self) -> str:
        body = self.body = Function(HEAD)
        row = body.variable("%start", "i64")
        body._slots.append("%sums = alloca [8 x double], align 8")
        body._slots.append("%ok = alloca i1, align 8")
        with body.loop(lambda: body.icompare("slt", body.load(row, "i64"), "%end")):
            tick = self.tick = Tick(body, self.layout, body.load(row, "i64"))
            self._tick(tick)
            with body.when(tick.stop()):
                tick.report()
                body.write(f"ret i64 {tick.row}")
                body.write(f"{body.label()}:")  # never reached: a block must not go on after its end
            tick.commit()
            body.store(row, body.i("add", tick.row, "1"), "i64")
        body.write("ret i64 %end")
        return body.text()

    def _tick(self, tick: Tick) -> None:
        body, program = self.body, self.program
        self.t, self.block = tick.column(0), tick.column(1)
        self._known.clear()
        self._inputs(tick)
        spot, vol = (tick.available(tick.column(2 + at)) for at in range(2))
        self.signals = Signals(tick, self.names, spot, vol, self.t)
        if self.tracks:
            self.signals.track()
        reader = self.reader = Reader(body, self._leaf)
        for let in program.lets:
            self._leaf(ir.LetRef(name=let.name, unit=let.unit))
        for index, window in enumerate(program.windows):
            self._leaf(ir.WindowRef(index=index, unit=window.unit))
        tick.stops.append(body.compare("oge", self.t, tick.get("wake")))
        for index, assume in enumerate(program.assumptions):
            self._assumption(tick, index, reader.read(assume.condition))
        triggers = Triggers(tick, reader, self.t, self.block)
        tick.stops += [triggers.fires(rule) for rule in program.rules]
        if self.losses:
            pnl = self.signals.read("pnl")
            body.store(body.at("%pnl", tick.row), body.choose(pnl.known, pnl.text, NOTHING.text))

    def _inputs(self, tick: Tick) -> None:
        """Each input, and a stop when the set of those that are missing changes."""
        body, missing = self.body, "0"
        for index, spec in enumerate(self.program.inputs):
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
            if kind == "let":
                made = self.reader.read(next(let.value for let in self.program.lets if let.name == which))
            else:
                made = self._window(int(str(which)))
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
