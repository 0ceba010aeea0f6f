"""What the book starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.instruments import instrument
from stratc.compiler.typing.infer import infer
from stratc.compiler.typing.unit_errors import NOT_CONSTANT

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl import syntax


def book(cx: Context, item: syntax.Book) -> tuple[ir.BookEntry, ...]:
    """The entries that are sound."""
    entries = (_entry(cx, entry) for entry in item.entries)
    return tuple(entry for entry in entries if entry is not None)


def _entry(cx: Context, node: syntax.BookEntry) -> ir.BookEntry | None:
    account: Literal["position", "cash", "margin"] = "position"
    if node.side == "cash" or node.side == "margin":
        account = "cash" if node.side == "cash" else "margin"
    elif node.instrument is None and _is_money(cx, node.amount):
        account = "cash"
    wanted = cx.scope.base_type if account == "position" else cx.scope.quote_type
    held: ir.Instrument | None = None
    if account == "position":
        held = instrument(cx, node.instrument, "hold") if node.instrument else _the_asset(cx)
    what = f"`{node.side}`"
    typed = values.positive(cx, node.amount, wanted, what)
    if typed is None or (account == "position" and held is None):
        return None
    digits = typed.exact.decimal() if typed.exact else None
    if digits is None:
        why = "has more than 30 decimals" if typed.exact else "changes while the strategy runs"
        cx.report(
            NOT_CONSTANT,
            f"{what} must be a constant, and `{cx.written(node.amount.span)}` {why}",
            node.amount.span,
        )
        return None
    sign = "-" if node.side == "short" else ""
    return ir.BookEntry(account, sign + digits, held, cx.where(node.span))


def _the_asset(cx: Context) -> ir.Linear:
    """What `long 10 ETH` holds: the asset itself, whatever the program trades."""
    return ir.Linear(cx.scope.base, perpetual=False)


def _is_money(cx: Context, node: syntax.Expr) -> bool:
    """Whether an amount is in the quote asset; looks without reporting."""
    found = len(cx.diagnostics)
    unit = infer(cx, node).type.unit
    del cx.diagnostics[found:]
    return unit == cx.scope.quote_type.unit
