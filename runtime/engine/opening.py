"""What is held before the first tick."""

from __future__ import annotations

from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import Contract
from stratc.runtime.plan import Plan


def opening_book(plan: Plan) -> Book:
    """The account that a program's `book:` states.

    An amount of the base asset is the asset itself; a perpetual is entered at the first price.

    Raises:
        ValueError: an option whose strike or expiry is not known before the first tick.
    """
    book = Book(plan.base, plan.book.cash, plan.book.margin)
    for holding in plan.book.holdings:
        shape = holding.option
        if shape is None and holding.perpetual:
            book.perp += holding.units
            book.unpriced += holding.units
        elif shape is None:
            book.spot += holding.units
        elif shape.strike is None or shape.expiry is None:
            raise ValueError("an option to hold at the start needs a strike and a date of expiry")
        else:
            book.hold(Contract(shape.right, shape.strike, shape.expiry), holding.units)
    return book
