"""W410: an order in public view without a bound on its slippage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir import nodes as ir
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W410",
    "order that can be sandwiched",
    explanation="""
An order to an automated market maker waits in public view before it is filled, and whoever sees it can
move the price against it first. It needs a price that it does not go beyond: `slippage <= 30 bps`,
`limit price`, or `limit order slippage` for all orders; or a route that hides it: `via private`, `via
bundle`.
""",
    bad=(
        'venue pool: uniswap_v3 "ETH/USDC"\nlimit order size <= 5 ETH else clamp\n'
        "when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on pool\n"
    ),
    good=(
        'venue pool: uniswap_v3 "ETH/USDC"\nlimit order size <= 5 ETH else clamp\n'
        "when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on pool, slippage <= 30 bps\n"
    ),
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each order that has no bound on its price and is seen before it is filled."""
    if any(limit.measure == "order slippage" for limit in subject.program.limits):
        return
    kinds = {venue.name: venue.kind_of for venue in subject.program.venues}
    for rule, node in subject.rules:
        for action, written in zip(rule.body, node.body, strict=True):
            if not isinstance(action, ir.Hedge | ir.Trade | ir.Close | ir.Roll):
                continue
            terms = action.terms
            seen = terms.route == "public" or (
                terms.route is None and kinds.get(terms.venue or "") == "uniswap_v3"
            )
            if seen and terms.slippage is None and terms.limit_price is None:
                notes = (Note("add `, slippage <= 30 bps`, or send it `via private`"),)
                message = "this order is seen before it is filled, and nothing bounds its price"
                yield Diagnostic(CODE, message, written.span, notes)
