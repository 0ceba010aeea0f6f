"""Declarations that are not the same in both versions, and what follows where that is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import quantity
from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.diff.forms import form
from stratc.compiler.proof.diff.results import Change, Place, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FATES = {
    None: "cannot be sent by",
    "clamp": "is made smaller in",
    "reject": "is rejected by",
    "defer": "waits in",
    "reduce only": "puts into reduce only",
    "halt": "halts",
}


def changes(a: Version, b: Version) -> Iterator[Change]:
    """Everything outside the rules that can change a decision."""
    yield from _market(a, b)
    if (a.program.base, a.program.quote) != (b.program.base, b.program.quote):
        return  # nothing else can be compared
    for section, key in _SECTIONS.items():
        yield from _paired(a, b, section, key)
    yield from _inputs(a, b)
    if a.program.modes != b.program.modes:
        yield Change("modes", _modes(a), _modes(b))
    if [form(a.program, x) for x in a.program.limits] != [form(b.program, x) for x in b.program.limits]:
        yield from _order_of_limits(a, b)


def _modes(version: Version) -> Place | None:
    modes = version.program.modes
    return Place(0, f"mode {', '.join(modes)}") if modes else None


def _market(a: Version, b: Version) -> Iterator[Change]:
    def told(version: Version) -> Place:
        program = version.program
        kind = "perpetual" if program.linear.perpetual else "spot"
        return Place(0, f"{program.base} in {program.quote}, {kind} {program.linear.symbol}")

    if told(a) != told(b):
        yield Change("market", told(a), told(b))


_SECTIONS: dict[str, Callable[[ir.Program, object], object]] = {
    "oracles": lambda _, one: getattr(one, "signal", None),
    "venues": lambda _, one: getattr(one, "name", None),
    "book": lambda program, one: (
        getattr(one, "account", None),
        form(program, getattr(one, "instrument", None)),
    ),
    "models": lambda _, one: getattr(one, "name", None),
    "params": lambda _, one: getattr(one, "name", None),
    "assumptions": form,
    "limits": lambda program, one: (
        form(program, getattr(one, "state", None)) or getattr(one, "measure", None),
        getattr(one, "op", None),
        form(program, getattr(one, "window", None)),
    ),
}
"""What makes two declarations the same one, changed or not."""


def _paired(
    a: Version, b: Version, section: str, key: Callable[[ir.Program, object], object]
) -> Iterator[Change]:
    left = list(getattr(b.program, section))
    for one in getattr(a.program, section):
        wanted, whole = key(a.program, one), form(a.program, one)
        same = [other for other in left if key(b.program, other) == wanted]
        exact = [other for other in same if form(b.program, other) == whole]
        found = (exact or same or [None])[0]
        if found is not None:
            left.remove(found)
        if not exact:
            yield _change(a, b, section, one, found)
    for other in left:
        yield _change(a, b, section, None, other)


def _change(a: Version, b: Version, section: str, one: object, other: object) -> Change:
    note = ""
    if isinstance(one, ir.Limit) and isinstance(other, ir.Limit):
        note = _between(one, other)
    elif isinstance(one, ir.Param) and isinstance(other, ir.Param):
        note = _params(one, other)
    return Change(section, _place(a, one), _place(b, other), note)


def _place(version: Version, one: object) -> Place | None:
    if one is None:
        return None
    if isinstance(one, ir.Venue) and not version.line(one.where).startswith("venue"):
        return Place(0, f'{one.kind_of} "{one.symbol}", which no line declares')
    where: ir.Where = one.where  # type: ignore[attr-defined]  # every declaration has its place
    return Place(where.line, version.line(where))


def _between(one: ir.Limit, other: ir.Limit) -> str:
    """What a value between two bounds means in each."""
    if not isinstance(one.bound, ir.Const) or not isinstance(other.bound, ir.Const):
        return ""
    x, y = one.bound.value, other.bound.value
    if x == y:
        return ""
    middle = quantity(float(f"{(x + y) / 2:.3g}"), one.unit)
    kept, fate = ("A", "B") if (x > y) == (one.op == "<=") else ("B", "A")
    breaking = other if fate == "B" else one
    if one.scope == "order":
        return f"an {one.measure} of {middle} passes {kept} and {_FATES[breaking.policy]} {fate}"
    return f"{one.measure} = {middle} is inside the limit of {kept} and outside that of {fate}"


def _params(one: ir.Param, other: ir.Param) -> str:
    if one.value != other.value:
        return "each version's rules are looked at with its own value"
    if None in (one.low, other.low) or None in (one.high, other.high):
        return ""
    return "rules are compared for the values that both take"


def _inputs(a: Version, b: Version) -> Iterator[Change]:
    """What the market has to supply, and what its absence does."""
    for spec, only in _only(a.program, b.program):
        missing = "" if spec.responds else ": while it is missing that version is in reduce only"
        place = Place(0, spec.name)
        mine, other = (place, None) if only == "A" else (None, place)
        yield Change("inputs", mine, other, f"only {only} reads it{missing}")
    theirs = {spec.name: spec for spec in b.program.inputs}
    for spec in a.program.inputs:
        other_spec = theirs.get(spec.name, spec)
        if (spec.unit, spec.responds) != (other_spec.unit, other_spec.responds):
            yield Change("inputs", _input(spec), _input(other_spec))


def _only(a: ir.Program, b: ir.Program) -> Iterator[tuple[ir.InputSpec, str]]:
    names = [{spec.name for spec in program.inputs} for program in (a, b)]
    for spec in a.inputs:
        if spec.name not in names[1]:
            yield spec, "A"
    for spec in b.inputs:
        if spec.name not in names[0]:
            yield spec, "B"


def _input(spec: ir.InputSpec) -> Place:
    stale = "a rule answers when it is stale" if spec.responds else "reduce only while it is missing"
    return Place(0, f"{spec.name} ({spec.unit}): {stale}")


def _order_of_limits(a: Version, b: Version) -> Iterator[Change]:
    """Limits that are all there, in another order: the first to stop an order has the say."""
    mine = [form(a.program, limit) for limit in a.program.limits]
    other = [form(b.program, limit) for limit in b.program.limits]
    common = [one for one in mine if one in other]
    if common != [one for one in other if one in mine]:
        yield Change("limits", None, None, "limits that both have are looked at in another order")
