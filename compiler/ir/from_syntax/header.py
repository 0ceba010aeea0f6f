"""What a program says once: its name, its market, its book."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.typing.units import FIXED
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from stratc.dsl.source import Source

REPEATED = declare(
    "E041",
    "said twice",
    explanation="""
A program has one name, one market, one book, and one list of modes. The second one is not read.
""",
    bad="market ETH in USDC\nmarket BTC in USDC\nwhen abs(delta) > 0.1:\n    hedge to 0\n",
    good="market ETH in USDC\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
BAD_MARKET = declare(
    "E046",
    "market that cannot be",
    explanation="""
A market trades one asset in another: two different names, neither of which is already a unit of
something else.
""",
    bad="market ETH in ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="market ETH in USDC\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_ONCE = {syntax.Strategy: "strategy", syntax.Market: "market", syntax.Book: "book", syntax.Modes: "mode"}
_DEFAULT_NAME = "strategy"


class Header(NamedTuple):
    """Name and market, and what is wrong with them."""

    name: str
    base: str
    quote: str
    diagnostics: list[Diagnostic]


def header(program: syntax.Program, source: Source) -> Header:
    """Read the name (default: of the file) and the market (default: ETH in USDC)."""
    found: list[Diagnostic] = []
    first: dict[type, syntax.Item] = {}
    for item in program.items:
        kind = type(item)
        if kind in first:
            note = Note("it is said here first", first[kind].span)
            found.append(Diagnostic(REPEATED, f"`{_ONCE[kind]}` is said twice", item.span, (note,)))
        elif kind in _ONCE:
            first[kind] = item
    name, base, quote = _stem(source.name), "ETH", "USDC"
    strategy, market = first.get(syntax.Strategy), first.get(syntax.Market)
    if isinstance(strategy, syntax.Strategy):
        name = strategy.name.name
    if isinstance(market, syntax.Market):
        problem = _problem(market)
        if problem:
            found.append(
                Diagnostic(BAD_MARKET, problem, market.span, (Note("for example `market ETH in USDC`"),))
            )
        else:
            base, quote = market.base.name, market.quote.name
    return Header(name, base, quote, found)


def _problem(market: syntax.Market) -> str | None:
    base, quote = market.base.name, market.quote.name
    if base == quote:
        return f"{base} cannot be traded in itself"
    taken = next((name for name in (base, quote) if name in FIXED), None)
    return f"`{taken}` is a unit already and cannot be an asset" if taken else None


def _stem(name: str) -> str:
    """The file's name without folder and ending, or the default where it has none (standard input)."""
    stem = name.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    return stem if stem.isidentifier() else _DEFAULT_NAME
