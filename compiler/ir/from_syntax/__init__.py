"""Syntax tree to IR: names resolved, units checked, everything wrong reported in one go."""

from __future__ import annotations

from typing import TypeVar

from stratc.compiler.context import Context
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import declarations, names, venues
from stratc.compiler.ir.from_syntax.book import book
from stratc.compiler.ir.from_syntax.header import header
from stratc.compiler.ir.from_syntax.inputs import inputs
from stratc.compiler.ir.from_syntax.limits import limit
from stratc.compiler.ir.from_syntax.models import models
from stratc.compiler.ir.from_syntax.rules import rules
from stratc.compiler.typing.scope import Scope
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.source import Source

ItemT = TypeVar("ItemT", bound=syntax.Item)


def lower(program: syntax.Program, source: Source) -> tuple[ir.Program | None, list[Diagnostic]]:
    """The program's IR (None when there are errors) and everything found on the way."""
    head = header(program, source)
    cx = Context(source, Scope(head.base, head.quote))
    cx.diagnostics += head.diagnostics

    declared = names.collect(cx, program.items)
    oracles = declarations.oracles(cx, _all(program, syntax.Oracle))
    all_venues = venues.venues(cx, _all(program, syntax.Venue))
    cx.modes = declarations.modes(cx, _all(program, syntax.Modes))
    all_models = models(cx, _all(program, syntax.Model))
    for item in declared:
        if isinstance(item, syntax.Signal):
            declarations.signal(cx, item)
        elif isinstance(item, syntax.Param):
            declarations.param(cx, item)
    sorted_lets = names.ordered(cx, [item for item in declared if isinstance(item, syntax.Let)])
    lets = tuple(let for item in sorted_lets if (let := declarations.let(cx, item)))
    entries = tuple(entry for item in _all(program, syntax.Book)[:1] for entry in book(cx, item))
    assumptions = tuple(a for item in _all(program, syntax.Assume) if (a := declarations.assume(cx, item)))
    limits = tuple(one for item in _all(program, syntax.Limit) if (one := limit(cx, item)))
    all_rules = rules(cx, program)

    if any(found.severity == "error" for found in cx.diagnostics):
        return None, cx.diagnostics
    lowered = ir.Program(
        ir.IR_VERSION, head.name, head.base, head.quote, oracles, all_venues, venues.linear(cx), entries,
        tuple(cx.params.values()), (), tuple(cx.windows), lets, assumptions, limits, cx.modes, all_rules,
        all_models,
    )  # fmt: skip
    return lowered.but(inputs=inputs(cx, lowered)), cx.diagnostics


def _all(program: syntax.Program, kind: type[ItemT]) -> list[ItemT]:
    return [item for item in program.items if isinstance(item, kind)]
