"""What `stratc run --liquidate` says of liquidations at the end."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.market.times import iso
from stratc.runtime.plan import Plan
from stratc.runtime.report.quantities import money, size
from stratc.runtime.risk.instruments import Perpetual
from stratc.runtime.venues.margined import Closed


def liquidations(closed: Sequence[Closed], plan: Plan) -> str:
    """How often, when first, how much was closed and what it cost, in a sentence."""
    if not closed:
        return "liquidated: never"
    times = len({one.t for one in closed})
    perpetuals = sum(abs(one.units) for one in closed if isinstance(one.instrument, Perpetual))
    options = sum(abs(one.units) for one in closed) - perpetuals
    what = [f"{size(perpetuals / LOT)} {plan.base} of perpetuals"] if perpetuals else []
    what += [f"{size(options / LOT)} options"] if options else []
    penalties = money(sum(one.penalty for one in closed) / CENT)
    often = "once, at" if times == 1 else f"{times} times, first at"
    return (
        f"liquidated: {often} {iso(closed[0].t)}; closed {' and '.join(what)}, "
        f"penalties of {penalties} {plan.quote}"
    )
