"""The methods of a generated plan, as lines of Python.

Layout of a tick in `decide`: inputs, book signals, windows and lets in order of need, assumptions, rules.
`known` carries what stays the same all tick to the methods that run when a rule fires; `refresh` gives
again what depends on the projected book.
"""

from __future__ import annotations

from stratc.compiler.backends.python_plan.expressions import Code, Translator, identifier
from stratc.compiler.backends.python_plan.lower import expressions
from stratc.compiler.backends.python_plan.triggers import arm_lines, rule_lines
from stratc.compiler.ir import nodes as ir

_FAILURES = "(ArithmeticError, ValueError)"
_FLAT = {
    "delta": "self.linear",
    "delta[merton]": "self.linear",
    "position": "self.linear",
    "gamma": "0.0",
    "vega": "0.0",
    "theta": "0.0",
}
_TERMS = (("at_most", "at_most"), ("limit_price", "limit_price"), ("slippage", "slippage"), ("gas", "gas"))


class Emitter:
    """Lays out names and bits for one program, and writes its methods."""

    def __init__(self, program: ir.Program) -> None:
        """Give every input, book signal, window and fallible let its bit."""
        self.program = program
        self.translate = Translator()
        self._bits = 0
        names = self.translate.names
        for spec in program.inputs:
            names["input", spec.name] = Code(identifier("in", spec.name), self._bit(), False, False)
        used = {e.name for e in expressions(program) if isinstance(e, ir.BookSignal)}
        self.book = sorted(used)
        for name in self.book:
            names["book", name] = Code(identifier("book", name), self._bit(), False, True)
        self.defers = any(limit.policy == "defer" for limit in program.limits)
        self.steps = self._schedule()
        lets = [names["let", let.name] for let in program.lets]
        self.constant = [code.text for code in lets if not code.book]
        self.varying = [names["book", n].text for n in self.book] + [c.text for c in lets if c.book]
        self._book_bits = 0
        for (kind, _), code in names.items():
            if code.book and kind in ("book", "let"):
                self._book_bits |= self._own.get(code.text, 0)

    def _bit(self) -> int:
        self._bits += 1
        return 1 << (self._bits - 1)

    # --- the order of windows and lets ------------------------------------------------------------------

    def _schedule(self) -> list[tuple[str, bool]]:
        """Lines that define windows and lets in order of need, each with whether it depends on the book."""
        self._own = {
            self.translate.names["book", n].text: self.translate.names["book", n].mask for n in self.book
        }
        lines: list[tuple[str, bool]] = []
        lets = {let.name: let for let in self.program.lets}
        windows, names = self.program.windows, self.translate.names
        # An explicit stack: a chain of lets may be longer than Python's recursion allows.
        todo: list[tuple[str, object]] = [("let", let.name) for let in reversed(self.program.lets)]
        todo += [("window", i) for i in reversed(range(len(windows)))]
        while todo:
            key = todo[-1]
            if key in names:
                todo.pop()
                continue
            kind, which = key
            value = lets[str(which)].value if kind == "let" else windows[int(str(which))].argument
            needs = [k for k in map(_key, expressions(value)) if k is not None and k not in names]
            if needs:
                todo.extend(needs)
                continue
            todo.pop()
            code = self.translate.code(value)
            define = self._define_let if kind == "let" else self._define_window
            lines += define(which, code)
        return lines

    def _define_let(self, name: object, code: Code) -> list[tuple[str, bool]]:
        target = identifier("let", str(name))
        text = code.text if not code.mask else f"{code.text} if not missing & {code.mask:#x} else None"
        if not code.partial:
            self.translate.names["let", name] = Code(target, code.mask, False, code.book)
            return [(f"{target} = {text}", code.book)]
        bit = self._bit()
        self._own[target] = bit
        self.translate.names["let", name] = Code(target, bit, False, code.book)
        lines = ["try:", f"    {target} = {text}", f"except {_FAILURES}:", f"    {target} = None"]
        lines += [f"if {target} is None:", f"    missing |= {bit:#x}"]
        return [(line, code.book) for line in lines]

    def _define_window(self, index: object, code: Code) -> list[tuple[str, bool]]:
        duration = self.program.windows[int(str(index))].duration
        at = "t" if duration.clock == "s" else "block"
        target, bit = f"win_{index}", self._bit()
        self.translate.names["window", index] = Code(target, bit, False, False)
        push = f"self.window_{index}.push({at}, {code.text}, t)"
        guarded = f"{push} if not missing & {code.mask:#x} else None" if code.mask else push
        lines = [f"{target} = {guarded}"]
        if code.partial:
            lines = ["try:", f"    {lines[0]}", f"except {_FAILURES}:", f"    {target} = None"]
        lines += [f"if {target} is None:", f"    missing |= {bit:#x}"]
        return [(line, False) for line in lines]

    # --- methods ------------------------------------------------------------------------------------------

    def arm(self) -> list[str]:
        """The body of `arm`: windows and trigger state."""
        lines = [
            f"self.window_{i} = WINDOWS[{w.function!r}]({w.duration.amount!r})"
            for i, w in enumerate(self.program.windows)
        ]
        return lines + arm_lines(self.program) or ["pass"]

    def decide(self) -> list[str]:
        """The body of `decide`."""
        lines = self._inputs() + self._observe() + [line for line, _ in self.steps]
        lines.append(f"known = self.known = ({', '.join(['missing', *self.tick_names()])},)")
        for index, assume in enumerate(self.program.assumptions):
            lines += ["", f"# line {assume.where.line}: assume {assume.text}"]
            lines += self._assumption(index, self.translate.code(assume.condition))
        for rule in self.program.rules:
            lines += ["", f"# rule {rule.index}, line {rule.where.line}: {rule.head}"]
            lines += rule_lines(rule, self)
        return lines

    def tick_names(self) -> list[str]:
        """The names in `known` after the mask."""
        inputs = [self.translate.names["input", spec.name].text for spec in self.program.inputs]
        return [*inputs, *(f"win_{i}" for i in range(len(self.program.windows))), *self.constant]

    def _inputs(self) -> list[str]:
        lines = ["missing = 0"]
        for spec in self.program.inputs:
            code = self.translate.names["input", spec.name]
            fallback = ', signals.get("iv")' if spec.name.startswith("iv(") else ""
            lines.append(f"{code.text} = signals.get({spec.name!r}{fallback})")
            lines += [f"if {code.text} is None:", f"    missing |= {code.mask:#x}"]
        if self.program.inputs:
            lines.append("gone = self.missing_changed(missing) if missing != self.was_missing else 0")
        return lines

    def _observe(self) -> list[str]:
        """Book signals: read off the position while the book is plain, else off the view."""
        flat = [n for n in self.book if n in _FLAT]
        lines = []
        if flat:
            lines.append("if self.plain:")
            lines += [f"    {self.translate.names['book', n].text} = {_FLAT[n]}" for n in flat]
            lines.append("else:")
            for name in flat:
                lines += [f"    {line}" for line in self._look(name)]
        for name in self.book:
            if name not in _FLAT:
                lines += self._look(name)
        return lines

    def _look(self, name: str) -> list[str]:
        code = self.translate.names["book", name]
        return [
            f'{code.text} = self.observe("{name}")',
            f"if {code.text} is None:",
            f"    missing |= {code.mask:#x}",
        ]

    def refresh(self) -> list[str]:
        """The body of `refresh`: what depends on the projected book, again."""
        lines = [*self.unpack(), f"missing &= {~self._book_bits}"] if self._book_bits else [*self.unpack()]
        lines += self._observe() + [line for line, book in self.steps if book]
        return [*lines, f"return {', '.join(['missing', *self.varying])},"]

    def unpack(self) -> list[str]:
        """`known` back into names."""
        return [f"{', '.join(['missing', *self.tick_names()])}, = known"]

    def again(self) -> str:
        """The line after a firing: the later rules see the projected book."""
        return f"{', '.join(['missing', *self.varying])}, = self.refresh(known)"

    def _assumption(self, index: int, code: Code) -> list[str]:
        mask = f"not missing & {code.mask:#x} and " if code.mask else ""
        lines = [f"if {mask}not {code.text}:", f"    self.assumption({index})"]
        if code.partial:
            return ["try:", *(f"    {line}" for line in lines), f"except {_FAILURES}:", "    pass"]
        return lines

    def returned(self, codes: dict[str, Code], build: str) -> list[str]:
        """The body of a method that computes from `known` and returns `build`, or None when unavailable."""
        mask = 0
        for code in codes.values():
            mask |= code.mask
        lines = []
        if mask or any("let_" in code.text for code in codes.values()):
            lines += [*self.unpack()]
            if any(code.book for code in codes.values()):
                lines.append(self.again())
        if mask:
            lines += [f"if missing & {mask:#x}:", "    return None"]
        if any(code.partial for code in codes.values()):
            return [*lines, "try:", f"    return {build}", f"except {_FAILURES}:", "    return None"]
        return [*lines, f"return {build}"]

    def methods(self) -> list[tuple[str, str, list[str]]]:
        """Name, result type and body of every small method: values_R_L, bound_N, measure_N."""
        made = []
        for rule in self.program.rules:
            for leg, action in enumerate(rule.body):
                made.append((f"values_{rule.index}_{leg}", "Values | None", self._values(action)))
        for index, limit in enumerate(self.program.limits):
            code = self.translate.code(limit.bound)
            made.append((f"bound_{index}", "float | None", self.returned({"": code}, code.text)))
            if limit.state is not None:
                code = self.translate.code(limit.state)
                made.append((f"measure_{index}", "float | None", self.returned({"": code}, code.text)))
        return made

    def _values(self, action: ir.Action) -> list[str]:
        if isinstance(action, ir.Alert):
            return self._alert(action)
        codes = {name: self.translate.code(expr) for name, expr in _numbers(action)}
        build = ", ".join(f"{name}={code.text}" for name, code in codes.items())
        return self.returned(codes, f"Values({build})")

    def _alert(self, action: ir.Alert) -> list[str]:
        """An alert is said even when a number in it is unavailable."""
        codes = [self.translate.code(value) for value in action.values]
        if not codes:
            return ["return Values()"]
        lines = [*self.unpack(), *([self.again()] if any(c.book for c in codes) else []), "shown = []"]
        for code in codes:
            guarded = f"{code.text} if not missing & {code.mask:#x} else None" if code.mask else code.text
            line = f"shown.append({guarded})"
            if code.partial:
                lines += ["try:", f"    {line}", f"except {_FAILURES}:", "    shown.append(None)"]
            else:
                lines.append(line)
        return [*lines, "return Values(shown=tuple(shown))"]


def _key(expr: ir.Expr) -> tuple[str, object] | None:
    if isinstance(expr, ir.LetRef):
        return ("let", expr.name)
    return ("window", expr.index) if isinstance(expr, ir.WindowRef) else None


def _numbers(action: ir.Action) -> list[tuple[str, ir.Expr]]:
    """The expressions of an action by the field of `Values` they fill."""
    found: list[tuple[str, ir.Expr | None]] = []
    match action:
        case ir.Hedge() | ir.MoveMargin():
            found.append(("amount", action.target))
        case ir.Trade():
            found.append(("amount", action.amount))
        case ir.Liquidity():
            found += [("amount", action.low), ("high", action.high)]
    terms = getattr(action, "terms", None)
    if terms is not None:
        found += [(field, getattr(terms, name)) for field, name in _TERMS]
    shape = action.to if isinstance(action, ir.Roll) else getattr(action, "instrument", None)
    if isinstance(shape, ir.OptionShape):
        found.append(("at_delta", shape.at_delta))
    return [(name, expr) for name, expr in found if expr is not None]
