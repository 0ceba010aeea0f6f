"""Venues: where orders go, what each kind can trade, and the default one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.names import TWICE
from stratc.compiler.ir.from_syntax.words import (
    OPTIONS,
    PERPETUAL,
    SPOT,
    UNISWAP_V3,
    VENUE_KINDS,
    VENUE_OPTIONS,
    known,
)  # fmt: skip
from stratc.compiler.suggest import did_you_mean, words
from stratc.compiler.typing import unit_errors
from stratc.compiler.typing.types import NUMBER, Type, quantity
from stratc.compiler.typing.units import SECOND
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl import syntax

UNKNOWN_VENUE = declare(
    "E036",
    "unknown venue",
    explanation="""
`on VENUE` names a venue that the program declares with `venue NAME: KIND "SYMBOL"`.
""",
    bad='venue perp: perpetual "ETH-PERP"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on prep\n',
    good='venue perp: perpetual "ETH-PERP"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on perp\n',
)

_FEE = 0.0005
_OPTIONS_FEE = 0.0003
"""Of a venue that states none, as a share of notional (for options of the underlying's): common taker fees."""

_RATIOS = ("fee", "spread", "sandwich", "noise", "floor")
LINEAR_KINDS = (PERPETUAL, SPOT, UNISWAP_V3)


def venues(cx: Context, items: list[syntax.Venue]) -> tuple[ir.Venue, ...]:
    """The declared venues, or the default one: a perpetual on the base asset."""
    first: dict[str, syntax.Venue] = {}
    for item in items:
        before = first.setdefault(item.name.name, item)
        if before is not item:
            note = Note("it is first declared here", before.name.span)
            cx.report(TWICE, f"venue `{item.name.name}` is already declared", item.name.span, (note,))
            continue
        cx.venues[item.name.name] = _venue(cx, item)
    return tuple(cx.venues.values()) or (_default(cx),)


def _default(cx: Context) -> ir.Venue:
    return ir.Venue("perp", PERPETUAL, f"{cx.scope.base}-PERP", _FEE, (), ir.Where(0, 0, 1))


def _venue(cx: Context, item: syntax.Venue) -> ir.Venue:
    known(cx, item.kind, VENUE_KINDS, "kind of venue")
    options: dict[str, float] = {}
    for option in item.options:
        if not known(cx, option.name, VENUE_OPTIONS, "property of a venue"):
            continue
        if option.name.name in options:
            cx.report(TWICE, f"`{option.name.name}` is already stated for this venue", option.name.span)
            continue
        options[option.name.name] = _option(cx, option)
    fee = options.pop("fee", _OPTIONS_FEE if item.kind.name == OPTIONS else _FEE)
    symbol = item.target.value if item.target else _default_symbol(cx, item.kind.name)
    return ir.Venue(
        item.name.name, item.kind.name, symbol, fee, tuple(sorted(options.items())), cx.where(item.name.span)
    )


def _option(cx: Context, option: syntax.VenueOption) -> float:
    """A property in canonical units; 0 after an error."""
    scope, name = cx.scope, option.name.name
    what = f"`{name}`"
    if name in _RATIOS:
        typed = values.ratio(cx, option.value, what)
    else:
        wanted: dict[str, Type] = {
            "depth": scope.base_type,
            "lot": scope.base_type,
            "tick": scope.price_type,
            "gas": scope.quote_type,
            "latency": quantity(SECOND),
            "impact": NUMBER,
        }
        typed = values.positive(cx, option.value, wanted[name], what, zero=name in ("latency", "gas"))
    if typed is None:
        return 0.0
    if typed.exact is None:
        unit_errors.not_constant(cx, what, option.value.span)
        return 0.0
    return typed.exact.value()


def _default_symbol(cx: Context, kind: str) -> str | None:
    if kind == PERPETUAL:
        return f"{cx.scope.base}-PERP"
    return None if kind == OPTIONS else f"{cx.scope.base}/{cx.scope.quote}"


def linear(cx: Context) -> ir.Linear:
    """What is traded when no venue is named: the first perpetual, else the first spot market."""
    for kinds in ((PERPETUAL,), (SPOT, UNISWAP_V3)):
        for venue in cx.venues.values():
            if venue.kind_of in kinds and venue.symbol is not None:
                return linear_of(venue)
    return ir.Linear(f"{cx.scope.base}-PERP", perpetual=True)


def linear_of(venue: ir.Venue) -> ir.Linear:
    """The linear instrument of a venue."""
    return ir.Linear(venue.symbol or "", perpetual=venue.kind_of == PERPETUAL)


def find(cx: Context, name: syntax.Ident) -> ir.Venue | None:
    """The venue of a name, or None after reporting that there is none."""
    venue = cx.venues.get(name.name)
    if venue is not None:
        return venue
    notes, fix = did_you_mean(name.name, name.span, cx.venues)
    if not notes:
        example = f'declare it: `venue {name.name}: perpetual "{cx.scope.base}-PERP"`'
        notes = (Note(f"declared are {words(cx.venues)}" if cx.venues else example),)
    cx.report(UNKNOWN_VENUE, f"no venue is called `{name.name}`", name.span, notes, fix)
    return None
