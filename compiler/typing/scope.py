"""What names mean: the values of a program, the units of its market, and the functions of the language."""

from __future__ import annotations

from typing import NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing.exact import Exact
from stratc.compiler.typing.types import NUMBER, Type, per_day, quantity
from stratc.compiler.typing.units import SECOND, Scaled, generator, table
from stratc.dsl.source import Span


class Typed(NamedTuple):
    """An inferred expression.

    `exact` is its value where that is a constant (canonical units); `bare` marks a literal without a unit,
    which takes that of the quantity next to it.
    """

    expr: ir.Expr
    type: Type
    exact: Exact | None = None
    bare: bool = False


class Symbol(NamedTuple):
    """A name that has a value; `span` is where it was declared (None for what every program has)."""

    role: str
    typed: Typed
    span: Span | None = None


FUNCTIONS = ("abs", "min", "max", "sqrt", "exp", "log")
WINDOWS = ("change", "mean", "stdev", "high", "low", "realized_vol")
OTHER_CALLS = ("position", "iv")
MEASURES = ("orders", "turnover", "gas_spent", "loss", "topup")
"""Names that only a limit can measure."""
ORDER_MEASURES = ("size", "notional", "slippage", "gas")
"""What a limit measures of an order, after the word `order`."""


class Scope:
    """The names of one program; `values` grows as declarations are read, `used` as names are resolved."""

    __slots__ = ("base", "quote", "units", "used", "values")

    def __init__(self, base: str, quote: str) -> None:
        """Begin with what every program on the market base in quote has."""
        self.base = base
        self.quote = quote
        self.units: dict[str, Scaled] = table(base, quote)
        self.used: set[str] = set()
        self.values: dict[str, Symbol] = _built_in(base, quote)

    def asset(self, name: str) -> Type:
        """The type of amounts of an asset."""
        return quantity(generator(name))

    @property
    def base_type(self) -> Type:
        """Amounts of the base asset."""
        return self.asset(self.base)

    @property
    def quote_type(self) -> Type:
        """Amounts of the quote asset."""
        return self.asset(self.quote)

    @property
    def price_type(self) -> Type:
        """Prices: quote per base."""
        return quantity(generator(self.quote).per(generator(self.base)))

    @property
    def gamma_type(self) -> Type:
        """Gamma: change of delta per change of price, base squared per quote."""
        return quantity(generator(self.base).power(2).per(generator(self.quote)))


def _built_in(base: str, quote: str) -> dict[str, Symbol]:
    """The market's inputs and the book's signals."""
    of_base, of_quote = generator(base), generator(quote)
    price = quantity(of_quote.per(of_base))
    money = quantity(of_quote)
    inputs = {
        "spot": price,
        "mark": price,
        "iv": NUMBER,
        "gas_price": quantity(generator("ETH")),
        "funding_rate": per_day(SECOND.power(-1)),
    }
    book = {
        "delta": quantity(of_base),
        "gamma": quantity(of_base.power(2).per(of_quote)),
        "vega": money,
        "theta": per_day(of_quote.per(SECOND)),
        "equity": money,
        "cash": money,
        "margin": money,
        "pnl": money,
        "leverage": NUMBER,
        "margin_ratio": NUMBER,
        "drawdown": NUMBER,
        "distance_to_liquidation": NUMBER,
    }
    values = {name: Symbol("input", Typed(ir.Input(name, t.ir_text()), t)) for name, t in inputs.items()}
    values |= {name: Symbol("book", Typed(ir.BookSignal(name, t.ir_text()), t)) for name, t in book.items()}
    return values
