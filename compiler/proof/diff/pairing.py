"""Which rule of A became which rule of B: equal ones first, then those that share most, in order."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.diff.forms import form

if TYPE_CHECKING:
    from collections.abc import Callable


class Paired(NamedTuple):
    """Two rules that belong together, or one that stands alone."""

    a: ir.Rule | None
    b: ir.Rule | None
    moved: bool = False


def paired(a: ir.Program, b: ir.Program) -> list[Paired]:
    """Every rule of both programs once, in the order of A, added ones where B has them."""
    partner: dict[int, int] = {}
    for key in (_whole, _body, _trigger, _actions, _kinds):
        _match(a, b, key, partner)
    steady = _steady([partner[index] for index in sorted(partner)])
    found = [
        Paired(rule, b.rules[partner[rule.index] - 1], partner[rule.index] not in steady)
        if rule.index in partner
        else Paired(rule, None)
        for rule in a.rules
    ]
    taken = set(partner.values())
    for rule in b.rules:
        if rule.index not in taken:
            found.insert(_place(found, rule), Paired(None, rule))
    return found


def _match(
    a: ir.Program, b: ir.Program, key: Callable[[ir.Program, ir.Rule], object], partner: dict[int, int]
) -> None:
    """Pair the rules left over that have the same key, in order."""
    taken = set(partner.values())
    free = [(key(b, rule), rule.index) for rule in b.rules if rule.index not in taken]
    for rule in a.rules:
        if rule.index in partner:
            continue
        wanted = key(a, rule)
        found = next((one for one in free if one[0] == wanted), None)
        if found is not None:
            partner[rule.index] = found[1]
            free.remove(found)


def _whole(program: ir.Program, rule: ir.Rule) -> object:
    return form(program, rule)


def _body(program: ir.Program, rule: ir.Rule) -> object:
    return rule.mode, form(program, rule.body), rule.trigger.kind


def _actions(program: ir.Program, rule: ir.Rule) -> object:
    return form(program, rule.body)


def _trigger(program: ir.Program, rule: ir.Rule) -> object:
    return rule.mode, form(program, rule.trigger)


def _kinds(program: ir.Program, rule: ir.Rule) -> object:
    """Rules of the same make: what starts them, and what they do."""
    event = rule.trigger.event if isinstance(rule.trigger, ir.On) else ""
    return event or rule.trigger.kind, tuple(action.kind for action in rule.body)


def _steady(order: list[int]) -> set[int]:
    """A longest rising part of a sequence: the rules that kept their order."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for at, value in enumerate(order):
        length = bisect_left(tails, value)
        before.append(ends[length - 1] if length else None)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [at]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(order[last])
        last = before[last]
    return kept


def _place(found: list[Paired], rule: ir.Rule) -> int:
    """Behind the last rule that comes before it in B."""
    earlier = [at for at, pair in enumerate(found) if pair.b is not None and pair.b.index < rule.index]
    return earlier[-1] + 1 if earlier else 0
