"""Rules: when each fires, how often at most, what it does, and whether it still acts in reduce only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.actions import action, direction
from stratc.compiler.explain.expressions import Phrases
from stratc.compiler.explain.words import duration, joined, seconds
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = {
    "fill": "after a trade of its own was filled",
    "expiry": "when options it holds expire",
    "start": "at the first tick",
}


def modes(program: ir.Program) -> list[str]:
    """Modes, and how each is left."""
    if not program.modes:
        return []
    lines = [f"  starts in {program.modes[0]}"]
    for rule in program.rules:
        for part in rule.body:
            if isinstance(part, ir.Enter):
                origin = f"from {rule.mode} " if rule.mode else ""
                lines.append(f"  {origin}to {part.mode} by rule {rule.index}, from the next tick on")
    return ["Modes", *lines]


def rules(program: ir.Program) -> list[str]:
    """Every rule."""
    phrases = Phrases(program)
    lines = ["Rules"]
    for rule in program.rules:
        lines += _rule(phrases, rule)
    return lines


def _rule(phrases: Phrases, rule: ir.Rule) -> Iterator[str]:
    place = f"line {rule.where.line}" + (f", lives in mode {rule.mode}" if rule.mode else "")
    yield f"  {rule.index}. {rule.head}  ({place})"
    yield f"     fires   {_fires(phrases, rule)}"
    often = _often(phrases, rule)
    if often:
        yield f"     often   {often}"
    for at, part in enumerate(rule.body):
        yield f"     {'does    ' if at == 0 else '        '}{action(phrases, part)}"
    if sum(not isinstance(part, ir.Alert | ir.SetState | ir.Enter) for part in rule.body) > 1:
        yield "             all of this or nothing"
    yield f"     in reduce only   {direction(rule.body)}"


def _fires(phrases: Phrases, rule: ir.Rule) -> str:
    trigger = rule.trigger
    held = f" has held for {duration(rule.hold)} without a gap" if rule.hold else ""
    match trigger:
        case ir.Level():
            return f"at every tick where {phrases.text(trigger.condition)}{held or ' holds'}"
        case ir.Edge():
            turns = "turns true or false again" if trigger.both else "turns true"
            start = ", also when it is true at the first tick" if rule.on_start else ""
            stays = f" and {held.strip()}" if held else ""
            return f"when {phrases.text(trigger.condition)} {turns}{stays}{start}"
        case ir.Every():
            if trigger.at is None:
                return f"once in {duration(trigger.period)}, counted from the first tick"
            clock = f"{trigger.at // 3600:02.0f}:{trigger.at % 3600 // 60:02.0f}"
            weekday = (
                " (a whole number of weeks: on Thursdays)" if trigger.period.amount % 604_800 == 0 else ""
            )
            return f"once in {seconds(trigger.period.amount)} at {clock} UTC{weekday}"
    if trigger.event == "stale":
        return f"at the first tick without {trigger.signal}, once an outage"
    return _EVENTS[trigger.event]


def _often(phrases: Phrases, rule: ir.Rule) -> str:
    parts = []
    if rule.once:
        parts.append("once in a run")
    if rule.cooldown:
        parts.append(f"not twice within {duration(rule.cooldown)}")
    if isinstance(rule.trigger, ir.Edge) and rule.trigger.rearm is not None:
        parts.append(f"again only after {phrases.text(rule.trigger.rearm)} was seen")
    if isinstance(rule.trigger, ir.Level):
        parts.append("not while an order of its own is on its way")
    return joined(parts)
