"""Rules that hedge delta back to its target once it has drifted by a band, and what the hedge pays to trade."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.analysis.ranges import Ranges, conjuncts
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_SECONDS = 12.0
"""A block, where a pause counts them."""


class HedgeBand(NamedTuple):
    """A rule that fires once delta is further than `band` (an expression) from what its hedge makes it."""

    rule: ir.Rule
    hedge: ir.Hedge
    band: ir.Expr

    @property
    def pause(self) -> float:
        """Seconds that delta may go on drifting beyond the band: the cooldown, and how long it must hold."""
        pauses = [length for length in (self.rule.cooldown, self.rule.hold) if length is not None]
        return sum(each.amount * (1.0 if each.clock == "s" else BLOCK_SECONDS) for each in pauses)


class Rate(NamedTuple):
    """What a hedge pays as shares of notional and in quote; `most` is its slippage clause, None without one."""

    fee: float
    half_spread: float
    gas: float
    most: ir.Expr | None

    @property
    def share(self) -> float:
        """What it pays in any case, as a share of notional."""
        return self.fee + self.half_spread


def hedge_bands(program: ir.Program) -> Iterator[HedgeBand]:
    """Every `when abs(delta - X) > BAND: hedge delta to X`, in whatever way that is written."""
    for rule in program.rules:
        if not isinstance(rule.trigger, ir.Level | ir.Edge):
            continue
        hedges = [part for part in rule.body if isinstance(part, ir.Hedge) and part.greek == "delta"]
        if len(hedges) != 1 or not isinstance(hedges[0].instrument, ir.Linear):
            continue
        atoms = conjuncts(rule.trigger.condition)
        bands = [band for atom in atoms if (band := _band(program, atom, hedges[0])) is not None]
        if len(bands) == 1:
            yield HedgeBand(rule, hedges[0], bands[0])


def as_it_runs(program: ir.Program) -> Ranges:
    """Ranges with every parameter at its own value."""
    told = {name: getattr(program, name) for name in ir.Program.fields}
    told["params"] = tuple(
        ir.Param(param.name, param.value, None, None, param.unit, param.where) for param in program.params
    )
    return Ranges(ir.Program(**told))


def constant(ranges: Ranges, expr: ir.Expr) -> float | None:
    """The value of an expression that has only one; None of one that moves with the market."""
    low, high = ranges.of(expr)
    return low if low == high and isfinite(low) else None


def rate_of(program: ir.Program, hedge: ir.Hedge) -> Rate:
    """The terms of the venue that the hedge names, or of the cheapest that trades its instrument."""
    named = [venue for venue in program.venues if venue.name == hedge.terms.venue]
    open_to = named or [venue for venue in program.venues if venue.kind_of != "options"]
    costs = [
        (v.fee, dict(v.options).get("spread", 0.0) / 2.0, dict(v.options).get("gas", 0.0)) for v in open_to
    ]
    fee, half, gas = min(costs, key=lambda cost: cost[0] + cost[1], default=(0.0, 0.0, 0.0))
    inherited = (
        limit.bound for limit in program.limits if limit.measure == "order slippage" and limit.op == "<="
    )
    return Rate(fee, half, gas, hedge.terms.slippage or next(inherited, None))


def _band(program: ir.Program, atom: ir.Expr, hedge: ir.Hedge) -> ir.Expr | None:
    """The band of one comparison; None where it compares something else."""
    if not isinstance(atom, ir.Apply) or atom.op not in ("<", "<=", ">", ">="):
        return None
    left, right = atom.args
    if atom.op in ("<", "<="):
        left, right = right, left
    drift = _inlined(program, left)
    if isinstance(drift, ir.Apply) and drift.op == "abs":
        drift = _inlined(program, drift.args[0])
    return right if _is_drift(program, drift, hedge) else None


def _is_drift(program: ir.Program, expr: ir.Expr, hedge: ir.Hedge) -> bool:
    """Whether an expression is the delta that is hedged less the target, or the target less it."""
    moved, target = f"delta[{hedge.model}]" if hedge.model else "delta", hedge.target
    if _is(moved, expr):
        return isinstance(target, ir.Const) and target.value == 0.0
    if not isinstance(expr, ir.Apply) or expr.op != "-":
        return False
    left, right = expr.args
    other = right if _is(moved, left) else left if _is(moved, right) else None
    return other is not None and _inlined(program, other) == _inlined(program, target)


def _is(signal: str, expr: ir.Expr) -> bool:
    return isinstance(expr, ir.BookSignal) and expr.name == signal


def _inlined(program: ir.Program, expr: ir.Expr) -> ir.Expr:
    """What a name stands for."""
    while isinstance(expr, ir.LetRef):
        name = expr.name
        expr = next(let.value for let in program.lets if let.name == name)
    return expr
