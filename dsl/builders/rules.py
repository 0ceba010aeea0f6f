"""Builders for rules, triggers and modifiers."""

from __future__ import annotations

from stratc.dsl import syntax as s
from stratc.dsl.builders.context import MAX_RULES, Builder, Children, Context
from stratc.dsl.source import Span


def head(context: Context, start: int, end: int, c: Children) -> tuple[Span, s.Trigger, list[s.Modifier]]:
    """Trigger and modifiers, up to the colon."""
    _only_once(context, c[1])
    return Span(start, end), c[0], c[1]


def once_head(
    context: Context, start: int, end: int, c: Children
) -> tuple[Span, s.Trigger, list[s.Modifier]]:
    """`once` before the trigger."""
    _only_once(context, [c[0], *c[2]])
    return Span(start, end), c[1], [c[0], *c[2]]


def _only_once(context: Context, modifiers: list[s.Modifier]) -> None:
    seen: set[str] = set()
    for modifier in modifiers:
        kind = modifier.kind.split()[0]
        if kind in seen:
            context.report("repeated", modifier.span, modifier.kind)
        seen.add(kind)


def rule(context: Context, start: int, end: int, c: Children) -> s.Rule:
    """A head and its body, on the same line or indented below."""
    context.rules += 1
    span, trigger, modifiers = c[0]
    if context.rules > MAX_RULES:
        context.refuse("too many rules", span)
    return s.Rule(Span(start, end), span, trigger, tuple(modifiers), tuple(c[2] if len(c) == 3 else c[4]))


def in_mode(context: Context, start: int, end: int, c: Children) -> s.InMode:
    """`in MODE:` and its rules."""
    return s.InMode(Span(start, end), c[1], tuple(c[5]))


def when(context: Context, start: int, end: int, c: Children) -> s.When:
    """`when C`."""
    return s.When(Span(start, end), c[1])


def crossing(context: Context, start: int, end: int, c: Children) -> s.Crossing:
    """`when X rises above Y`."""
    return s.Crossing(Span(start, end), c[1], " ".join(c[2:-1]), c[-1])


def becomes(context: Context, start: int, end: int, c: Children) -> s.Becomes:
    """`when C becomes true`."""
    return s.Becomes(Span(start, end), c[1])


def every(context: Context, start: int, end: int, c: Children) -> s.Every:
    """`every D at HH:MM UTC`."""
    return s.Every(Span(start, end), c[1], c[3] if len(c) > 2 else None)


def on_event(context: Context, start: int, end: int, c: Children) -> s.On:
    """`on stale SIGNAL`, `on fill`, `on expiry`, `on start`."""
    return s.On(Span(start, end), c[1], c[2] if len(c) > 2 else None)


def modifier(context: Context, start: int, end: int, c: Children) -> s.Modifier:
    """`for D`, `cooldown D`, `rearm below X`."""
    return s.Modifier(Span(start, end), " ".join(c[:-1]), c[-1])


def word_modifier(context: Context, start: int, end: int, c: Children) -> s.Modifier:
    """`once`, `on start fire`."""
    return s.Modifier(Span(start, end), " ".join(c), None)


BUILDERS: dict[str, Builder] = {
    f.__name__: f
    for f in (
        *(head, once_head, rule, in_mode, when, crossing, becomes, every, on_event, modifier, word_modifier),
    )
}
