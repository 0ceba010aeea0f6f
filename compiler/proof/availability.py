"""Which expressions surely have a value when a rule's order is sent.

An assumption or a guard's bound that has no value at a tick says nothing: the assumption has not failed, and
the guard lets what reduces through. Neither may then be taken for a fact. What an order was worked out from
does have a value, and so has all that is made from it without division, roots and the like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import hedged, nodes, of_action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.compiler.proof.holdings import Holdings

_PARTIAL = ("sqrt", "exp", "log")
_FROM_PRICES = ("delta", "gamma", "vega", "theta", "equity", "margin", "leverage", "margin_ratio")
"""Signals of the book that spot and, for options, implied volatility are enough for."""

_MADE_FROM = {
    "leverage": ("equity", "spot"),
    "margin_ratio": ("margin", "equity", "spot"),
    "margin": ("equity",),
    "pnl": ("equity",),
    "drawdown": ("equity",),
    "distance_to_liquidation": ("margin", "equity", "spot"),
    ir.JUMP_DELTA: ("delta",),
}
"""What has a value wherever a signal of the book does."""


class Availability:
    """What is known while a rule's order is looked at."""

    def __init__(self, program: ir.Program, holds: Holdings, read: Iterable[ir.Expr]) -> None:
        """`read` are the expressions that had a value."""
        self._program = program
        self._holds = holds
        self._lets = {let.name: let.value for let in program.lets}
        self._read = {part for expr in read for part in self._parts(expr)}
        named = (part.name for part in self._read if isinstance(part, ir.Input | ir.BookSignal))
        self._names = {name for one in named for name in (one, *_MADE_FROM.get(one, ()))}

    def sure(self, expr: ir.Expr) -> bool:
        """Whether an expression has a value."""
        match expr:
            case ir.Const() | ir.ParamRef():
                return True
            case ir.Input():
                return expr.name in self._names
            case ir.BookSignal():
                return self._of_book(expr.name)
            case ir.WindowRef():
                return expr in self._read
            case ir.LetRef():
                return self.sure(self._lets[expr.name])
            case ir.Apply():
                known = expr in self._read and not self._has_book(expr)
                return known or (self._total(expr) and all(map(self.sure, expr.args)))

    def alone(self, condition: ir.Expr) -> bool:
        """Whether a condition is about one value only, and known whenever that is."""
        parts = set(self._parts(condition))
        values = {part for part in parts if isinstance(part, ir.Input | ir.BookSignal | ir.WindowRef)}
        return len(values) <= 1 and all(map(self._total, parts))

    def usable(self, condition: ir.Expr) -> bool:
        """Whether an assumption that has not failed holds: it has a value, or bounds one input by itself."""
        book = any(isinstance(part, ir.BookSignal | ir.WindowRef) for part in self._parts(condition))
        return (self.alone(condition) and not book) or self.sure(condition)

    def _of_book(self, name: str) -> bool:
        if name in self._names or name in ("position", "cash"):
            return True
        if name in ("delta", ir.JUMP_DELTA) and self._holds.linear_only:
            return True
        prices = {"spot", "iv"} if self._holds.sides else {"spot"}
        return name in _FROM_PRICES and prices <= self._names

    def _total(self, expr: ir.Expr) -> bool:
        """Whether an operator has a result for any arguments."""
        if not isinstance(expr, ir.Apply):
            return True
        if expr.op != "/":
            return expr.op not in _PARTIAL
        divisor = expr.args[1]
        if isinstance(divisor, ir.ParamRef):
            param = next(one for one in self._program.params if one.name == divisor.name)
            low, high = (param.value, param.value) if param.low is None else (param.low, param.high or 0.0)
            return low > 0.0 or high < 0.0
        return isinstance(divisor, ir.Const) and divisor.value != 0.0

    def _has_book(self, expr: ir.Expr) -> bool:
        return any(isinstance(part, ir.BookSignal) for part in self._parts(expr))

    def _parts(self, expr: ir.Expr) -> Iterator[ir.Expr]:
        """An expression's parts, through lets; windows are looked up, not looked into."""
        pending, seen = [expr], set[str]()
        while pending:
            for part in nodes(pending.pop()):
                yield part
                if isinstance(part, ir.LetRef) and part.name not in seen:
                    seen.add(part.name)
                    pending.append(self._lets[part.name])


def read_by(rule: ir.Rule, condition: bool) -> Iterator[ir.Expr]:
    """What had a value if a rule sends orders; `condition` says whether its condition was looked at then."""
    if condition and isinstance(rule.trigger, ir.Level | ir.Edge):
        yield rule.trigger.condition
    for action in rule.body:
        if not isinstance(action, ir.Alert):
            yield from of_action(action)
        if isinstance(action, ir.Hedge):
            yield ir.BookSignal(name=hedged(action), unit="")
        if isinstance(action, ir.MoveMargin):
            yield from (ir.BookSignal(name=name, unit="") for name in ("equity", "margin", "margin_ratio"))
        yield from (ir.Input(name=name, unit="") for name in _prices_of(action))


def read_by_limit(limit: ir.Limit | None) -> Iterator[ir.Expr]:
    """What has a value where a limit speaks: where one is missing, only what reduces is let through."""
    if limit is not None:
        yield limit.bound
        if limit.state is not None:
            yield limit.state
        if limit.measure == "order notional":
            yield ir.Input(name="spot", unit="")


def _prices_of(action: ir.Action) -> tuple[str, ...]:
    """Prices without which an action sends nothing."""
    if isinstance(action, ir.Hedge | ir.Trade) and isinstance(action.instrument, ir.OptionShape):
        return ("spot", "iv")
    return ("spot",) if isinstance(action, ir.MoveMargin | ir.Liquidity) else ()
