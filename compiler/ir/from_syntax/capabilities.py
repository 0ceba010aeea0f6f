"""E3xx: what venues and routes can and cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax.venues import LINEAR_KINDS, linear_of
from stratc.compiler.ir.from_syntax.words import OPTIONS, UNISWAP_V3
from stratc.compiler.suggest import words
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl import syntax

CANNOT_TRADE = declare(
    "E301",
    "venue that cannot trade this",
    explanation="""
A venue of kind `options` trades options; `perpetual`, `spot` and `uniswap_v3` trade the asset itself;
liquidity is provided on `uniswap_v3`.
""",
    bad='venue desk: options "ETH"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on desk\n',
    good='venue perp: perpetual "ETH-PERP"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on perp\n',
)
NO_VENUE = declare(
    "E302",
    "no declared venue can trade this",
    explanation="""
A program that declares venues sends its orders to these only. Options need a venue of kind `options`,
liquidity one of kind `uniswap_v3`.
""",
    bad='venue perp: perpetual "ETH-PERP"\nevery 7 d:\n    sell 10 ETH call at delta 0.25 expiring in 7 d\n',
    good='venue desk: options "ETH"\nevery 7 d:\n    sell 10 ETH call at delta 0.25 expiring in 7 d\n',
)
NOT_ATOMIC = declare(
    "E303",
    "body that cannot be atomic",
    explanation="""
All orders of a rule's body are done, or none is. An order that is split over time, or sent as an intent
or to an auction, which somebody else fills, cannot be tied to another order; nor can two orders on
different routes. Put it in a rule of its own.
""",
    bad="every 7 d:\n    sell 1 ETH via auction\n    buy 1 ETH call at delta 0.25 expiring in 7 d\n",
    good="every 7 d:\n    sell 1 ETH\n    buy 1 ETH call at delta 0.25 expiring in 7 d\n",
)

_FILLED_BY_OTHERS = ("intent", "auction")
Order = ir.Hedge | ir.Trade | ir.Close | ir.Roll | ir.MoveMargin | ir.Liquidity


def place(
    cx: Context, node: syntax.Action, traded: ir.Instrument | None, terms: ir.Terms, *, keep: bool = False
) -> ir.Instrument | None:
    """The instrument as its venue has it, or None after reporting that no venue trades it.

    With `keep` the program named the instrument itself; else the linear one is that of the venue.
    """
    if traded is None:
        return None
    is_option = isinstance(traded, ir.OptionShape)
    if terms.venue is None:
        if is_option and cx.venues and not any(v.kind_of == OPTIONS for v in cx.venues.values()):
            _report_none(cx, node, "options", f'`venue desk: options "{cx.scope.base}"`')
            return None
        return traded
    venue = cx.venues[terms.venue]
    if is_option != (venue.kind_of == OPTIONS) and venue.kind_of in (*LINEAR_KINDS, OPTIONS):
        _report_cannot(cx, node, venue, "options" if is_option else f"{cx.scope.base} itself")
        return None
    return traded if is_option or keep else linear_of(venue)


def place_liquidity(cx: Context, node: syntax.Liquidity, terms: ir.Terms) -> bool:
    """Whether a venue takes liquidity between two prices; reports it if not."""
    if terms.venue is not None:
        venue = cx.venues[terms.venue]
        if venue.kind_of != UNISWAP_V3:
            _report_cannot(cx, node, venue, "liquidity")
            return False
    elif not any(venue.kind_of == UNISWAP_V3 for venue in cx.venues.values()):
        _report_none(cx, node, "liquidity", f'`venue pool: uniswap_v3 "{cx.scope.base}/{cx.scope.quote}"`')
        return False
    return True


def _report_cannot(cx: Context, node: syntax.Action, venue: ir.Venue, what: str) -> None:
    clause = next(clause for clause in node.clauses if clause.kind == "on")
    refuses = "takes no liquidity" if what == "liquidity" else f"does not trade {what}"
    message = f"`{venue.name}` is of kind {venue.kind_of} and {refuses}"
    can = [other.name for other in cx.venues.values() if (other.kind_of == OPTIONS) == (what == "options")]
    notes = (Note(f"declared for that: {words(can)}"),) if can and what != "liquidity" else ()
    cx.report(CANNOT_TRADE, message, clause.span, notes)


def _report_none(cx: Context, node: syntax.Action, what: str, declaration: str) -> None:
    cx.report(
        NO_VENUE, f"none of the declared venues trades {what}", node.span, (Note(f"add {declaration}"),)
    )


def check_atomic(cx: Context, body: tuple[syntax.Action, ...], actions: list[ir.Action | None]) -> None:
    """Report a body whose orders cannot all be done or none."""
    pairs = [(n, a) for n, a in zip(body, actions, strict=True) if isinstance(a, Order)]
    if len(pairs) < 2:
        return
    for node, order in pairs:
        if order.terms.split > 1 or order.terms.route in _FILLED_BY_OTHERS:
            how = (
                "split over time"
                if order.terms.split > 1
                else f"filled by others (`via {order.terms.route}`)"
            )
            note = Note("put it in a rule of its own")
            cx.report(
                NOT_ATOMIC,
                f"this order is {how}, and cannot be tied to the others of its body",
                node.span,
                (note,),
            )
            return
    routes = {order.terms.route for _, order in pairs}
    if len(routes) > 1 and None not in routes:
        names = words(sorted(f"`{route}`" for route in routes))
        message = f"the orders of this body go different ways: {names}"
        cx.report(NOT_ATOMIC, message, pairs[1][0].span, (Note("send them the same way"),))
