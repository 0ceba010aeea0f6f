"""From the actions of a rule to the legs of its operation."""

from __future__ import annotations

from stratc.compiler.backends.userop.capabilities import NO_ADAPTER, Order, found, of_order
from stratc.compiler.backends.userop.places import place
from stratc.compiler.backends.userop.venues.site import Site
from stratc.compiler.ir import nodes as ir
from stratc.dsl.diagnostics import Diagnostic
from stratc.runtime.bundle import Instrument, Leg, Side, Token
from stratc.runtime.deployment import Deployment

_TRADES: tuple[Side, ...] = ("buy", "sell")


class Tokens:
    """The program's two tokens on the chain."""

    __slots__ = ("base", "quote")

    def __init__(self, base: Token, quote: Token) -> None:
        """The market's base and quote."""
        self.base = base
        self.quote = quote


def legs_of(
    action: ir.Action, position: int, program: ir.Program, deployment: Deployment, tokens: Tokens
) -> tuple[list[Leg], list[Diagnostic]]:
    """The legs that an action can need, and what stands in their way; none for one that sends nothing."""
    if not isinstance(action, Order):
        return [], []
    if isinstance(action, ir.Liquidity) or not (traded := _traded(action, program, deployment)):
        what = "a range of liquidity" if isinstance(action, ir.Liquidity) else "options"
        return [], [found(NO_ADAPTER, f"there are no calls for {what} yet", action.where, _INSTEAD)]
    findings = of_order(action, program, guarded=deployment.guard is not None)
    legs: list[Leg] = []
    for instrument in traded:
        made = _leg(action, position, instrument, program, deployment, tokens)
        if isinstance(made, Leg):
            legs.append(made)
        else:
            findings.append(made)
    return legs, findings


_INSTEAD = "trade the asset itself, or a perpetual"


def _leg(
    action: Order,
    position: int,
    traded: Instrument,
    program: ir.Program,
    deployment: Deployment,
    tokens: Tokens,
) -> Leg | Diagnostic:
    at = place(action, traded, program, deployment)
    if isinstance(at, Diagnostic):
        return at
    site = Site(at.name, deployment.venues[at.name], deployment.account.address, tokens.base, tokens.quote)
    every = at.calls(site)
    return Leg(
        action=position,
        line=action.where.line,
        do=do_of(action),
        venue=at.name,
        kind=at.kind,
        instrument=traded,
        sides={side: every[side] for side in _sides(action)},
    )


def do_of(action: Order) -> str:
    """The action's word, as outcomes have it."""
    if isinstance(action, ir.Trade):
        return "buy" if action.side == 1 else "sell"
    return action.verb if isinstance(action, ir.MoveMargin | ir.Liquidity) else action.kind


def _sides(action: Order) -> tuple[Side, ...]:
    if isinstance(action, ir.MoveMargin):
        return (action.verb,)
    if isinstance(action, ir.Trade):
        return ("buy",) if action.side == 1 else ("sell",)
    return _TRADES


def _traded(action: Order, program: ir.Program, deployment: Deployment) -> tuple[Instrument, ...]:
    """What the action trades; nothing when that is options."""
    if isinstance(action, ir.MoveMargin):
        return ("money",)
    if isinstance(action, ir.Close) and action.instrument is None:
        return _closed(action.what, program, deployment)
    instrument = action.instrument if isinstance(action, ir.Hedge | ir.Trade | ir.Close) else None
    if not isinstance(instrument, ir.Linear):
        return ()
    return ("perpetual",) if instrument.perpetual else ("asset",)


def _closed(what: str | None, program: ir.Program, deployment: Deployment) -> tuple[Instrument, ...]:
    """What `close` can find: a perpetual or the asset only where the program's venues trade it."""
    if what == "perpetual":
        return ("perpetual",)
    if what not in ("position", "all"):
        return ()
    kinds = {deployment.venues[v.name].kind for v in program.venues if v.name in deployment.venues}
    both: tuple[tuple[Instrument, str], ...] = (("perpetual", "perp_curie"), ("asset", "uniswap_v3"))
    return tuple(traded for traded, kind in both if kind in kinds) or ("perpetual",)
