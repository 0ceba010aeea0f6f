"""Which venue of the deployment an order goes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from stratc.compiler.backends.userop.capabilities import NO_ADAPTER, Order, found
from stratc.compiler.backends.userop.venues import aave_v3, lyra, perp_curie, uniswap_v3
from stratc.compiler.backends.userop.venues.site import Site
from stratc.compiler.ir import nodes as ir
from stratc.compiler.suggest import words
from stratc.dsl.diagnostics import Diagnostic
from stratc.runtime.bundle import Call, Instrument, Side
from stratc.runtime.deployment import Deployment

Calls = Callable[[Site[Any]], dict[Side, tuple[Call, ...]]]

CALLS: dict[tuple[str, Instrument], Calls] = {
    ("uniswap_v3", "asset"): uniswap_v3.trade,
    ("perp_curie", "perpetual"): perp_curie.trade,
    ("perp_curie", "money"): perp_curie.money,
    ("aave_v3", "money"): aave_v3.money,
    ("lyra", "call"): lyra.calls,
    ("lyra", "put"): lyra.puts,
}
"""What makes the calls, by the kind of venue and what is traded there."""

_WHAT: dict[Instrument, str] = {
    "asset": "the asset itself",
    "perpetual": "perpetuals",
    "money": "margin",
    "call": "options",
    "put": "options",
}


class Place(NamedTuple):
    """A venue by its name in the deployment, and what makes the calls there."""

    name: str
    kind: str
    instrument: Instrument
    calls: Calls


def place(
    order: Order, traded: Instrument, program: ir.Program, deployment: Deployment
) -> Place | Diagnostic:
    """The venue the order goes to, or what is said when there is none or more than one."""
    named = order.terms.venue
    able = [name for name, venue in deployment.venues.items() if (venue.kind, traded) in CALLS]
    if named is not None:
        return (
            _place(named, traded, deployment)
            if named in able
            else _unable(order, named, traded, able, deployment)
        )
    choice = _preferred(able, traded, program, deployment)
    if len(choice) == 1:
        return _place(choice[0], traded, deployment)
    return _undecided(order, traded, choice)


def _preferred(able: list[str], traded: Instrument, program: ir.Program, deployment: Deployment) -> list[str]:
    """The program's own venues; for the margin of a program that trades no perpetuals, those that lend."""
    own = [venue.name for venue in program.venues if venue.name in able]
    lending = [name for name in able if traded == "money" and deployment.venues[name].kind == "aave_v3"]
    return own or lending or able


def _place(name: str, traded: Instrument, deployment: Deployment) -> Place:
    kind = deployment.venues[name].kind
    return Place(name, kind, traded, CALLS[kind, traded])


def _unable(
    order: Order, named: str, traded: Instrument, able: list[str], deployment: Deployment
) -> Diagnostic:
    venue = deployment.venues.get(named)
    if venue is None:
        message = f"`{named}` is not among the deployment's venues"
        note = f"it has {words(deployment.venues)}" if deployment.venues else "it has none"
    else:
        message = f"`{named}` is of kind {venue.kind} there, which does not take {_WHAT[traded]}"
        note = f"{words(able)} can" if able else f"add one of kind {_kinds(traded)}"
    return found(NO_ADAPTER, message, order.where, note)


def _undecided(order: Order, traded: Instrument, choice: list[str]) -> Diagnostic:
    if choice:
        message = f"this order names no venue, and {words(sorted(choice), 'and')} can take it"
        fix = "keep one in the deployment file" if traded == "money" else f"write `on {min(choice)}`"
        return found(NO_ADAPTER, message, order.where, fix)
    message = f"no venue of the deployment takes {_WHAT[traded]}"
    return found(NO_ADAPTER, message, order.where, f"add one of kind {_kinds(traded)}")


def _kinds(traded: Instrument) -> str:
    return words([kind for kind, what in CALLS if what == traded])
