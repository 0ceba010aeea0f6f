"""The market and the book as unknowns: a variable for each value, and what is known of it by its nature.

Prices and Greeks are bounded unknowns: a call's delta is in [0, 1], a put's in [-1, 0], gamma and vega of one
contract are not negative, theta not positive (F. Black and M. Scholes, 1973, without interest). So is the hedge
ratio against jumps, which has the bounds of delta: a price that never falls as spot rises, and never faster than
spot. No proof depends on more of a model than that.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.text import expression, number
from stratc.compiler.proof.facts import Facts
from stratc.compiler.proof.holdings import holdings
from stratc.compiler.proof.terms import (
    ZERO,
    Term,
    absolute,
    add,
    both,
    eq,
    implies,
    ite,
    le,
    lt,
    mul,
    num,
    sub,
    var,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

PERPETUAL_MARGIN = Fraction(1, 10)
"""Initial margin of a perpetual as a share of its notional, as the engine takes it."""

AT_START = " at the tick's start"
"""Marks the values of the book before any rule of the tick has acted."""

INFINITE = num(Fraction(10**30))
"""Stands for infinity, which leverage without equity and a margin ratio without requirement are."""

TICK_SIGNALS = frozenset(("equity", "pnl", "drawdown"))
"""Signals of the book that no order changes within a tick."""
_POSITIVE = ("spot", "mark", "iv")


class Book(NamedTuple):
    """The projected book at one moment of a tick (base asset, quote asset, ETH²/USDC and so on)."""

    position: Term
    asset: Term
    """Of the position, the asset itself; the rest are perpetuals."""
    delta: Term
    gamma: Term
    vega: Term
    theta: Term
    gross: Term
    """Sum of |delta| over the options held."""
    required: Term
    """Margin that short options require (quote)."""
    posted: Term
    """Quote on its way from the wallet to the margin."""
    jump_delta: Term
    """Delta by the model of the program's jumps; delta itself where it has none."""

    def signal(self, name: str) -> Term:
        """A sum over the book by its name in the language."""
        value: Term = self.jump_delta if name == ir.JUMP_DELTA else getattr(self, name)
        return value

    @property
    def perpetual(self) -> Term:
        """The position in perpetuals."""
        return sub(self.position, self.asset)


class World:
    """The unknowns of one obligation and the facts that came up with them."""

    def __init__(self, program: ir.Program) -> None:
        """Nothing is known but the program."""
        self.program = program
        self.holds = holdings(program)
        self.jumps = bool(program.models)
        """Whether delta by the model of the jumps is an unknown of its own."""
        self.facts = Facts()
        self.windows: dict[str, int] = {}
        """Which windows came up, by their variable."""
        self.memo: dict[tuple[str, Term], Term] = {}
        """Variables for the roots, exponentials and logarithms that came up."""
        self._ratios: dict[tuple[str, Book], Term] = {}
        self._fresh = 0

    def mark(self) -> str:
        """What tells further books and values apart."""
        self._fresh += 1
        return f" #{self._fresh}"

    def fresh(self, name: str) -> Term:
        """A variable that nothing else is called."""
        return var(name + self.mark())

    # --- values of the tick -----------------------------------------------------------------------

    def input(self, name: str) -> Term:
        """A value the market supplies."""
        value = var(name)
        kind = name.partition("(")[0]
        if kind in _POSITIVE:
            self.facts.add(f"{name} > 0", "nature", lt(ZERO, value))
        elif kind == "gas_price":
            self.facts.add(f"{name} >= 0", "nature", le(ZERO, value))
        return value

    def param(self, name: str) -> Term:
        """A parameter: anything in its range, or its value where it has none."""
        param = next(one for one in self.program.params if one.name == name)
        if param.low is None or param.high is None:
            return num(param.value)
        value = var(name)
        term = both(le(num(param.low), value), le(value, num(param.high)))
        self.facts.add(f"param {name}", "parameter", term)
        return value

    def window(self, index: int) -> Term:
        """A window's value, which the tick's actions do not change."""
        name = window_text(self.program.windows[index])
        self.windows[name] = index
        return var(name)

    def of_tick(self, name: str) -> Term:
        """Equity, pnl or drawdown, or the cash that the book has without what is on its way."""
        value = var(name)
        if name == "drawdown":
            self.facts.add("drawdown >= 0", "nature", le(ZERO, value))
        return value

    # --- the book ---------------------------------------------------------------------------------

    def book(self, when: str = "") -> Book:
        """A book of which nothing is known but what the program can hold; `when` tells several apart."""
        holds = self.holds
        position = var(f"position({self.program.base}){when}")
        if not holds.trades_asset:
            asset = ZERO
        elif not holds.trades_perpetual:
            asset = position
        else:
            asset = var(f"{self.program.base} held{when}")
        zero = (ZERO,) * 5
        delta, (gamma, vega, theta, gross, required) = position, zero
        if not holds.linear_only:
            delta = var(f"delta{when}")
            gamma, vega, theta = (var(f"{name}{when}") for name in ("gamma", "vega", "theta"))
            gross, required = var(f"options' gross delta{when}"), var(f"options' margin{when}")
        jump_delta = var(f"{ir.JUMP_DELTA}{when}") if self.jumps and not holds.linear_only else delta
        posted = var(f"margin on its way{when}")
        book = Book(position, asset, delta, gamma, vega, theta, gross, required, posted, jump_delta)
        self.contents(book)
        return book

    def opening(self, when: str = "") -> Book:
        """The book that the program starts with, at the first tick's unknown prices."""
        book = self.book(when)
        holds = self.holds
        start = book._replace(position=num(holds.position), asset=num(holds.asset), posted=ZERO)
        if holds.linear_only:
            return start._replace(delta=start.position, jump_delta=start.position)
        if not holds.at_start:
            return Book(start.position, start.asset, start.position, *(ZERO,) * 6, start.position)
        ends = [amount if right == "call" else -amount for right, amount in holds.at_start]
        nothing = Fraction(0)
        low = sum((min(nothing, end) for end in ends), nothing)
        high = sum((max(nothing, end) for end in ends), nothing)
        for delta in (start.delta, start.jump_delta):
            self._between("what the book starts with", sub(delta, start.position), low, high)
        return start

    def contents(self, book: Book) -> None:
        """What follows from what the program can hold."""
        holds = self.holds
        for held, start, opens in (
            (book.asset, holds.asset, holds.opens_asset),
            (book.perpetual, holds.position - holds.asset, holds.opens_perpetual),
        ):
            if not opens and held.op != "num":
                nothing = Fraction(0)
                self._between(
                    "only what it starts with can be closed", held, min(nothing, start), max(nothing, start)
                )
        if holds.linear_only:
            return
        for delta in (book.delta, book.jump_delta):  # a hedge ratio has the bounds of a delta
            self._between("what options it can hold", sub(delta, book.position), *holds.delta_of_options)
        for greek, sign in ((book.gamma, 1), (book.vega, 1), (book.theta, -1)):
            if holds.long_only or holds.short_only:
                side = 1 if holds.long_only else -1
                term = le(ZERO, greek) if side == sign else le(greek, ZERO)
                self.facts.add("what options it can hold", "book", term)

    def _between(self, label: str, value: Term, low: Fraction | None, high: Fraction | None) -> None:
        if low is not None:
            self.facts.add(label, "book", le(num(low), value))
        if high is not None:
            self.facts.add(label, "book", le(value, num(high)))

    def signal(self, name: str, book: Book) -> Term:
        """A signal of the book at a moment."""
        if name in TICK_SIGNALS:
            return self.of_tick(name)
        if name == "cash":
            return (
                sub(self.of_tick("cash"), book.posted) if has_wallet(self.program) else self.of_tick("cash")
            )
        if name == "margin":
            return self._margin(book)
        if name == "leverage":
            return self._leverage(book)
        if name == "margin_ratio":
            return self._margin_ratio(book)
        if name == "distance_to_liquidation":
            return self._distance(book)
        return book.signal(name)

    def _margin(self, book: Book) -> Term:
        return add(sub(self.of_tick("equity"), self.of_tick("cash")), book.posted)

    def exposure(self, book: Book) -> Term:
        """Sum of all |delta| (base asset)."""
        if not self.holds.linear_only and not self.holds.ranges:  # which leverage leaves out
            of_options = sub(book.delta, book.position)
            self.facts.add("gross delta is the larger", "nature", le(absolute(of_options), book.gross))
        return add(absolute(book.position), book.gross)

    def _leverage(self, book: Book) -> Term:
        """Exposure times spot over equity; without equity, none or infinite."""
        exposure = self.exposure(book)
        equity, value = self.of_tick("equity"), self._made("leverage", book)
        notional = mul(exposure, self.input("spot"))
        self.facts.add("leverage", "nature", implies(lt(ZERO, equity), eq(mul(value, equity), notional)))
        self.facts.add("leverage", "nature", le(ZERO, value))
        return ite(eq(exposure, ZERO), ZERO, ite(lt(ZERO, equity), value, INFINITE))

    def requirement(self, book: Book) -> Term:
        """Initial margin (quote): a tenth of the perpetuals' notional and what short options require."""
        perpetuals = mul(mul(absolute(book.perpetual), self.input("spot")), num(PERPETUAL_MARGIN))
        if self.holds.sides:
            self.facts.add("options' margin >= 0", "nature", le(ZERO, book.required))
        return add(perpetuals, book.required)

    def _margin_ratio(self, book: Book) -> Term:
        required, value = self.requirement(book), self._made("margin_ratio", book)
        term = implies(lt(ZERO, required), eq(mul(value, required), self._margin(book)))
        self.facts.add("margin_ratio", "nature", term)
        return ite(lt(ZERO, required), value, INFINITE)

    def _distance(self, book: Book) -> Term:
        """Anything from zero on: what it takes to be liquidated is more than the book's sums tell."""
        value = self._made("distance_to_liquidation", book)
        self.facts.add("distance_to_liquidation >= 0", "nature", le(ZERO, value))
        return value

    def _made(self, name: str, book: Book) -> Term:
        """One variable for each signal and book; the first has the plain name."""
        if (name, book) not in self._ratios:
            plain = all(known != name for known, _ in self._ratios)
            self._ratios[name, book] = var(name) if plain else self.fresh(name)
        return self._ratios[name, book]


def window_text(window: ir.Window) -> str:
    """A window as it is written."""
    length = window.duration
    clock = "s" if length.clock == "s" else "blocks"
    return f"{window.function}({expression(window.argument)} over {number(length.amount)} {clock})"


def reads_book(program: ir.Program, expr: ir.Expr) -> bool:
    """Whether an expression's value can change within a tick."""
    still = TICK_SIGNALS if has_wallet(program) else TICK_SIGNALS | {"cash"}
    return any(isinstance(part, ir.BookSignal) and part.name not in still for part in _now(program, expr))


def has_wallet(program: ir.Program) -> bool:
    """Whether top-ups draw on a wallet: the program states its margin."""
    return any(entry.account == "margin" for entry in program.book)


def _now(program: ir.Program, expr: ir.Expr) -> Iterable[ir.Expr]:
    """The parts that are looked at when the expression is, which a window's argument is not."""
    lets = {let.name: let.value for let in program.lets}
    seen: set[str] = set()
    pending = [expr]
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, ir.Apply):
            pending += part.args
        elif isinstance(part, ir.LetRef) and part.name not in seen:
            seen.add(part.name)
            pending.append(lets[part.name])
