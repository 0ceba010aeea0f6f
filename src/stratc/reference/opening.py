"""What is held before the first tick."""

from __future__ import annotations

from decimal import Decimal

from stratc.compiler.ir import nodes as ir
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.instruments import listed_expiry
from stratc.runtime.engine.messages import LOT, Contract
from stratc.runtime.plan import Plan


def money(plan: Plan) -> Book:
    """An account with the money a program's `book:` states."""
    return Book(plan.base, plan.book.cash, plan.book.margin)


def positions(book: Book, program: ir.Program, t: float) -> None:
    """Put what `book:` lists into the account; `expiring in D` counts from `t`, the first tick (epoch s)."""
    for entry in program.book:
        if entry.account != "position":
            continue
        units = exact_lots(entry.amount)
        shape = entry.instrument
        if isinstance(shape, ir.OptionShape):
            if shape.strike is None:
                raise ValueError(f"line {entry.where.line}: an option the book starts with needs a strike")
            expiry = listed_expiry(t, shape.expiring_in or 0.0) if shape.expiry is None else shape.expiry
            book.hold(Contract(shape.right, shape.strike, expiry), units)
        elif shape is not None and shape.perpetual:
            book.perp += units
        else:
            book.spot += units


def exact_lots(amount: str) -> int:
    """An exact decimal in LOT, what is finer cut off."""
    return int(Decimal(amount) * LOT)
