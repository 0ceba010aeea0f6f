"""State limits that hold whenever a rule looks at the book, because nothing but the program's orders moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached
from stratc.compiler.proof.availability import Availability
from stratc.compiler.proof.measures import holds
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.world import World

if TYPE_CHECKING:
    from stratc.compiler.proof.terms import Term
    from stratc.compiler.proof.world import Book

_POLICIES = (None, "clamp", "reject", "defer", "halt")
"""Theorems, and guards that let no order through which breaks them (`reduce only` lets what reduces)."""


def is_controlled(world: World, limit: ir.Limit) -> bool:
    """Whether only orders can move a state limit's measure (the position, and delta where that is the position)
    and nothing its bound, and both always have a value.
    """
    if limit.state is None:
        return False
    fixed = {param.name for param in world.program.params if param.low is None}
    lets = {let.name: let.value for let in world.program.lets}
    signals = {"position", "delta"} if world.holds.linear_only else {"position"}
    if any(isinstance(part, ir.BookSignal) for part in reached(world.program, limit.bound)):
        return False
    pending = [limit.state, limit.bound]
    while pending:
        part = pending.pop()
        match part:
            case ir.Const():
                continue
            case ir.BookSignal(name=name) if name in signals:
                continue
            case ir.ParamRef(name=name) if name in fixed:
                continue
            case ir.LetRef(name=name):
                pending.append(lets[name])
            case ir.Apply(args=args):
                pending += args
            case _:
                return False
    return all(map(Availability(world.program, world.holds, ()).sure, (limit.state, limit.bound)))


def opening_claim(world: World, limit: ir.Limit) -> Term:
    """That the book the program starts with meets a limit."""
    book = world.opening()
    read = Reader(world, book)
    return holds(read(limit.state or limit.bound), limit.op, read(limit.bound))


def invariants(world: World, limits: tuple[ir.Limit, ...], book: Book) -> list[tuple[ir.Limit, Term]]:
    """What the limits of `limits` say of a book, each with its limit."""
    found = []
    for limit in limits:
        read = Reader(world, book)
        found.append((limit, holds(read(limit.state or limit.bound), limit.op, read(limit.bound))))
    return found


def candidates(program: ir.Program) -> tuple[ir.Limit, ...]:
    """The controlled state limits that keep what they say from one order to the next, if they hold at the start.

    A guard that is followed by a clamp is looked at before the order has its size: only where the measure
    lies between what it was and what it would have been (a signal, or its distance from zero) does it hold
    for the smaller order too.
    """
    world = World(program)
    kept = []
    for position, limit in enumerate(program.limits):
        shrinks = any(later.policy == "clamp" for later in program.limits[position + 1 :])
        if limit.policy not in _POLICIES or not is_controlled(world, limit):
            continue
        if limit.policy is None or not shrinks or _between(limit):
            kept.append(limit)
    return tuple(kept)


def _between(limit: ir.Limit) -> bool:
    """Whether what holds at both ends of an order holds in between: x <= b, x >= b, |x| <= b."""
    match limit.state:
        case ir.BookSignal():
            return True
        case ir.Apply(op="abs", args=(ir.BookSignal(),)):
            return limit.op == "<="
        case _:
            return False
