"""The lines that decide whether a rule fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.backends.python_plan.expressions import Code
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from stratc.compiler.backends.python_plan.emit import Emitter

_FAILURES = "(ArithmeticError, ValueError)"


def arm_lines(program: ir.Program) -> list[str]:
    """The trigger state each rule starts with."""
    lines = []
    for rule in program.rules:
        k, trigger = rule.index, rule.trigger
        if isinstance(trigger, ir.Edge):
            lines.append(f"self.last_{k} = None")
            lines += [f"self.armed_{k} = True"] if trigger.rearm is not None else []
            lines += [f"self.pending_{k} = False"] if rule.hold is not None else []
        if isinstance(trigger, ir.Every):
            lines.append(f"self.due_{k} = -inf")
        if rule.hold is not None:
            lines.append(f"self.since_{k} = None")
    return lines


def rule_lines(rule: ir.Rule, emitter: Emitter) -> list[str]:
    """Retry what the rule holds, then look at its trigger."""
    lines = []
    if emitter.defers:
        lines += [
            f"done = {rule.index} in self.held and self.retry({rule.index}, known)",
            "if done:",
            f"    {emitter.again()}",
        ]
    match rule.trigger:
        case ir.Level():
            return lines + _level(rule, emitter.translate.code(rule.trigger.condition), emitter)
        case ir.Edge():
            return lines + _edge(rule, rule.trigger, emitter)
        case ir.Every():
            return lines + _every(rule, rule.trigger, emitter)
        case ir.On():
            return lines + _fire(rule, _event(rule.trigger, emitter), emitter)


def _fire(rule: ir.Rule, condition: str, emitter: Emitter, after: tuple[str, ...] = ()) -> list[str]:
    """`if CONDITION and ready and fired:` and what follows a firing."""
    tests = [condition] if condition else []
    tests += ["not done"] if emitter.defers else []
    tests += [f"self.ready({rule.index})", f"self.fire({rule.index}, known)"]
    return [f"if {' and '.join(tests)}:", *(f"    {line}" for line in after), f"    {emitter.again()}"]


def _now(clock: str) -> str:
    return "t" if clock == "s" else "block"


def _available(code: Code) -> str:
    return f"not missing & {code.mask:#x}" if code.mask else ""


def _hit(code: Code) -> str:
    """Available and true, for code that cannot fail."""
    return " and ".join(part for part in (_available(code), code.text) if part)


def _level(rule: ir.Rule, code: Code, emitter: Emitter) -> list[str]:
    lines: list[str] = []
    hit = _hit(code)
    if code.partial:
        lines = ["try:", f"    hit = {hit}", f"except {_FAILURES}:", "    hit = False"]
        hit = "hit"
    if rule.hold is None:
        return lines + _fire(rule, hit, emitter)
    return lines + [
        f"if {hit}:",
        *_indented(_held(rule, rule.hold, emitter, ())),
        "else:",
        f"    self.since_{rule.index} = None",
    ]


def _held(rule: ir.Rule, hold: ir.Duration, emitter: Emitter, after: tuple[str, ...]) -> list[str]:
    now, since = _now(hold.clock), f"self.since_{rule.index}"
    return [
        f"if {since} is None:",
        f"    {since} = {now}",
        *_fire(rule, f"{now} - {since} >= {hold.amount!r}", emitter, after),
    ]


def _edge(rule: ir.Rule, edge: ir.Edge, emitter: Emitter) -> list[str]:
    k, code = rule.index, emitter.translate.code(edge.condition)
    lines = _arming(k, edge, emitter)
    before = f"self.last_{k}"
    if edge.both:
        rose = f"{before} is not None" if not rule.on_start else f"({before} is not None or now)"
    else:
        rose = f"now and {before} is not True" if rule.on_start else f"now and {before} is False"
    after = (f"self.armed_{k} = False",) if edge.rearm is not None else ()
    armed = f" and self.armed_{k}" if edge.rearm is not None else ""
    look = ["if now is not None:"] if code.partial else []
    if rule.hold is None:
        body = [
            f"if now is not {before}:",
            f"    rose = {rose}{armed}",
            f"    {before} = now",
            *_indented(_fire(rule, "rose", emitter, after)),
        ]
    else:
        body = [
            f"if now is not {before}:",
            f"    self.pending_{k} = {rose}{armed}",
            f"    {before} = now",
            f"    self.since_{k} = None",
            f"if self.pending_{k}:",
            *_indented(_pending(rule, rule.hold, emitter, after)),
        ]
    otherwise = [f"    self.since_{k} = None"] if rule.hold is not None else []
    if code.partial:
        guard = _available(code)
        evaluate = f"{code.text} if {guard} else None" if guard else code.text
        lines += ["try:", f"    now = {evaluate}", f"except {_FAILURES}:", "    now = None"]
        return lines + look + _indented(body) + (["else:", *otherwise] if otherwise else [])
    if not code.mask:
        return [*lines, f"now = {code.text}", *body]
    lines += [f"if {_available(code)}:", f"    now = {code.text}", *_indented(body)]
    return lines + (["else:", *otherwise] if otherwise else [])


def _pending(rule: ir.Rule, hold: ir.Duration, emitter: Emitter, after: tuple[str, ...]) -> list[str]:
    k, now = rule.index, _now(hold.clock)
    return [
        f"if self.since_{k} is None:",
        f"    self.since_{k} = {now}",
        f"if {now} - self.since_{k} >= {hold.amount!r}:",
        f"    self.pending_{k} = False",
        *_indented(_fire(rule, "", emitter, after)),
    ]


def _arming(k: int, edge: ir.Edge, emitter: Emitter) -> list[str]:
    if edge.rearm is None:
        return []
    code = emitter.translate.code(edge.rearm)
    lines = [f"if {' and '.join([f'not self.armed_{k}', _hit(code)])}:", f"    self.armed_{k} = True"]
    if code.partial:
        return ["try:", *_indented(lines), f"except {_FAILURES}:", "    pass"]
    return lines


def _every(rule: ir.Rule, trigger: ir.Every, emitter: Emitter) -> list[str]:
    k, period = rule.index, trigger.period.amount
    now = _now(trigger.period.clock)
    if trigger.at is None:
        origin = "self.t0" if now == "t" else "self.block0"
        first = f"{origin} + {period!r}"
    else:
        origin = repr(trigger.at)
        first = f"due_from({now}, {origin}, {period!r})"
    return [
        f"if {now} >= self.due_{k}:",
        "    if self.ticks == 0:",
        f"        self.due_{k} = {first}",
        f"    if {now} >= self.due_{k}:",
        f"        self.due_{k} = due_after({now}, {origin}, {period!r})",
        *_indented(_indented(_fire(rule, "", emitter))),
    ]


def _event(trigger: ir.On, emitter: Emitter) -> str:
    if trigger.event == "stale":
        return f"gone & {emitter.translate.names['input', trigger.signal].mask:#x}"
    return {"fill": "self.filled", "expiry": "self.expired", "start": "self.ticks == 0"}[trigger.event]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
