"""From the actions of a rule to the legs of its operation."""

from __future__ import annotations

from stratc.compiler.backends.userop.capabilities import NO_ADAPTER, Order, found, of_order
from stratc.compiler.backends.userop.places import place
from stratc.compiler.backends.userop.venues import lyra
from stratc.compiler.backends.userop.venues.site import Site
from stratc.compiler.ir import nodes as ir
from stratc.dsl.diagnostics import Diagnostic
from stratc.runtime.bundle import Instrument, Leg, OptionSide, Right, Side, Token
from stratc.runtime.deployment import Deployment, LyraAt

_TRADES: tuple[Side, ...] = ("buy", "sell")
_CLOSE_LONG: tuple[OptionSide, ...] = ("close long", "force close long")
_CLOSE_SHORT: tuple[OptionSide, ...] = (
    "close short",
    "pay and close short",
    "force close short",
    "pay and force close short",
)
_CLOSES: tuple[OptionSide, ...] = (*_CLOSE_LONG, *_CLOSE_SHORT)
_BUYS: tuple[OptionSide, ...] = ("open long", *_CLOSE_SHORT)
_SELLS: tuple[OptionSide, ...] = ("open short", *_CLOSE_LONG)
_RIGHTS: tuple[Right, ...] = ("call", "put")


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
    if isinstance(action, ir.Liquidity):
        message = "there are no calls for a range of liquidity yet"
        return [], [found(NO_ADAPTER, message, action.where, _INSTEAD)]
    findings = of_order(action, program, guarded=deployment.guard is not None)
    legs: list[Leg] = []
    for instrument in _traded(action, program, deployment):
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
    quote = _paid_in(at.name, tokens, deployment)
    if traded in _RIGHTS and quote.decimals != lyra.DECIMALS:
        message = f"`{at.name}` counts its money with {lyra.DECIMALS} decimals, and {quote.symbol} has {quote.decimals}"
        note = f'say what it is paid in: `quote = "sUSD"` under [venues.{at.name}]'
        return found(NO_ADAPTER, message, action.where, note)
    site = Site(at.name, deployment.venues[at.name], deployment.account.address, tokens.base, quote)
    every = at.calls(site)
    return Leg(
        action=position,
        line=action.where.line,
        do=do_of(action),
        venue=at.name,
        kind=at.kind,
        instrument=traded,
        sides={side: every[side] for side in _sides(action, traded)},
    )


def _paid_in(venue: str, tokens: Tokens, deployment: Deployment) -> Token:
    """The token that a venue takes and gives: the program's quote asset, but for a market with its own."""
    there = deployment.venues[venue]
    if not isinstance(there, LyraAt) or there.quote is None:
        return tokens.quote
    token = deployment.tokens[there.quote]
    return Token(symbol=there.quote, address=token.address, decimals=token.decimals)


def do_of(action: Order) -> str:
    """The action's word, as outcomes have it."""
    if isinstance(action, ir.Trade):
        return "buy" if action.side == 1 else "sell"
    return action.verb if isinstance(action, ir.MoveMargin | ir.Liquidity) else action.kind


def _sides(action: Order, traded: Instrument) -> tuple[Side, ...]:
    if isinstance(action, ir.MoveMargin):
        return (action.verb,)
    if traded in _RIGHTS:
        return _option_sides(action)
    if isinstance(action, ir.Trade):
        return ("buy",) if action.side == 1 else ("sell",)
    return _TRADES


def _option_sides(action: Order) -> tuple[OptionSide, ...]:
    """A trade closes what is held against it, and opens the rest."""
    if isinstance(action, ir.Close):
        return _CLOSES
    if isinstance(action, ir.Trade):
        return _BUYS if action.side == 1 else _SELLS
    return (*_BUYS, *_SELLS)


def _traded(action: Order, program: ir.Program, deployment: Deployment) -> tuple[Instrument, ...]:
    """What the action trades, in the order in which its orders come."""
    if isinstance(action, ir.MoveMargin):
        return ("money",)
    if isinstance(action, ir.Roll):
        return _rolled(action)
    instrument = action.instrument if isinstance(action, ir.Hedge | ir.Trade | ir.Close) else None
    if instrument is None:
        return _closed(action.what if isinstance(action, ir.Close) else None, program, deployment)
    return (_named(instrument),)


def _named(instrument: ir.Instrument) -> Instrument:
    if isinstance(instrument, ir.OptionShape):
        return instrument.right
    return "perpetual" if instrument.perpetual else "asset"


def _rolled(action: ir.Roll) -> tuple[Instrument, ...]:
    """What is closed, then what is opened for it."""
    old: tuple[Instrument, ...] = (
        _rights(action.what) if action.instrument is None else (_named(action.instrument),)
    )
    return old if old[-1:] == (action.to.right,) else (*old, action.to.right)


def _rights(what: str | None) -> tuple[Right, ...]:
    return tuple(right for right in _RIGHTS if what in ("all", "options", right + "s"))


def _closed(what: str | None, program: ir.Program, deployment: Deployment) -> tuple[Instrument, ...]:
    """What `close` can find: a perpetual or the asset only where the program's venues trade it."""
    if what == "perpetual":
        return ("perpetual",)
    if what in ("options", "calls", "puts"):
        return _rights(what)
    kinds = {deployment.venues[v.name].kind for v in program.venues if v.name in deployment.venues}
    both: tuple[tuple[Instrument, str], ...] = (("perpetual", "perp_curie"), ("asset", "uniswap_v3"))
    linear = tuple(traded for traded, kind in both if kind in kinds)
    return (*linear, *(_rights(what) if "lyra" in kinds else ())) or ("perpetual",)
