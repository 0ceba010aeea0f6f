"""Hedge bands: what a hedge costs, what gamma makes of the move before it, and the band that formulas choose."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.analysis.hedge_bands import (
    HedgeBand,
    as_it_runs,
    constant,
    hedge_bands,
    rate_of,
)
from stratc.compiler.analysis.option_books import YEAR, OptionBook, option_books
from stratc.compiler.explain.expressions import Phrases
from stratc.compiler.explain.words import number, percent, quantity, seconds
from stratc.compiler.explain.world import Known, World, known
from stratc.compiler.ir import nodes as ir
from stratc.runtime.pricing import hedging_band

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.analysis.ranges import Ranges

DATED = 30 * 86_400.0
"""Life (s) of options that expire on a date: what is left of it depends on when the program runs."""
_LEAST, _MOST = 1e-9, 1e12
"""Base: what is smaller or larger is not reasoned about."""
_SPANS = (("d", 86_400.0), ("h", 3_600.0), ("min", 60.0))


class _Case(NamedTuple):
    """One band in numbers: `curve` is |gamma| x spot in base, 0 without options."""

    program: ir.Program
    band: HedgeBand
    width: float
    spot: float
    vol: float
    aversion: float
    rate: float
    gas: float
    curve: float
    years: float

    @property
    def gamma(self) -> float:
        return self.curve / self.spot

    def base(self, value: float) -> str:
        return quantity(_short(value), self.program.base)

    def quote(self, value: float) -> str:
        return quantity(_short(value), self.program.quote)


def bands(program: ir.Program, given: World) -> list[str]:
    """Every hedge rule with a band, in the world as far as it is `given`, assumed or usual."""
    found = list(hedge_bands(program))
    if not found:
        return []
    ranges, world = as_it_runs(program), known(program, given)
    books = option_books(program, ranges)
    book = max(books, key=lambda each: each.curvature(world.vol, DATED), default=None) if books else None
    lines = ["Hedge bands", f"  {world.told}", f"  {_opened(program, books, book, world)}"]
    for band in found:
        lines += _band(program, ranges, band, book, world)
    return lines


def _opened(
    program: ir.Program, books: list[OptionBook] | None, book: OptionBook | None, world: Known
) -> str:
    """The options that move delta most, and by how much."""
    if books is None:
        return "How many options it opens cannot be known before it runs: what gamma makes is left out."
    if book is None:
        return "It opens no options: the price does not move its delta, and no gamma pays for a hedge."
    by = "in the book at the start" if book.rule is None else f"opened by rule {book.rule}"
    life = f"{seconds(book.seconds or DATED)} to live" + (
        " (taken for their date)" if book.seconds is None else ""
    )
    shift = quantity(_short(book.curvature(world.vol, DATED) / 100.0), program.base)
    return (
        f"{number(book.amount)} options {by}, at the money or at the delta they are chosen by, {life}: "
        f"delta shifts by {shift} when the price moves by 1%."
    )


def _band(
    program: ir.Program, ranges: Ranges, band: HedgeBand, book: OptionBook | None, world: Known
) -> Iterator[str]:
    phrases, width = Phrases(program), constant(ranges, band.band)
    written, to = phrases.text(band.band), phrases.text(band.hedge.target)
    if width is None or not _LEAST <= width <= _MOST:
        why = "moves with the market" if width is None else "is no band"
        yield f"  rule {band.rule.index} hedges at {written} from {to}, which {why}"
        return
    case = _case(program, band, width, book, world)
    at = case.base(width)
    yield f"  rule {band.rule.index} hedges at {at if written == at else f'{written} = {at}'} from {to}"
    yield f"     costs    {_costs(case, phrases)}"
    if _LEAST <= case.curve <= _MOST:
        yield f"     between  {_between(case)}"
        yield f"     pays     {_pays(case)}"
        yield f"     chosen   {_chosen(case)}"


def _case(program: ir.Program, band: HedgeBand, width: float, book: OptionBook | None, world: Known) -> _Case:
    rate = rate_of(program, band.hedge)
    gas = rate.gas if world.gas is None else world.gas
    curve = 0.0 if book is None else book.curvature(world.vol, DATED)
    life = (book.seconds if book is not None else None) or DATED
    told = (world.spot, world.vol, world.aversion)
    return _Case(program, band, width, *told, rate.share, gas, curve, life / YEAR)


def _costs(case: _Case, phrases: Phrases) -> str:
    cost = hedging_band.hedge_cost(case.width, case.spot, case.rate, case.gas)
    worth = case.quote(case.width * case.spot)
    told = f"{case.quote(cost)} a hedge: {percent(case.rate)} of {worth}"
    told += f" and {case.quote(case.gas)} of gas" if case.gas else ""
    clause = rate_of(case.program, case.band.hedge).most
    most = None if clause is None else constant(as_it_runs(case.program), clause)
    if clause is None or most is None:
        return told
    worst = case.quote(cost + most * case.width * case.spot)
    return f"{told}; {worst} if it slips by all of the {phrases.share(clause)} that it allows"


def _between(case: _Case) -> str:
    """The move from one hedge to the next."""
    wait = YEAR / hedging_band.hedges_a_year(case.width, case.gamma, case.spot, case.vol)
    worth = case.quote(hedging_band.gamma_value(case.width, case.gamma))
    told = f"the price moves by {percent(_short(case.width / case.curve))}, once in about {_about(wait)}"
    drifts = case.curve * case.vol * sqrt(case.band.pause / YEAR)
    if drifts > case.width:
        told += f" (the rule's pause lets delta drift by {case.base(drifts)})"
    return f"{told}; gamma makes {worth} of it, earned if bought, lost if sold"


def _pays(case: _Case) -> str:
    least = hedging_band.break_even_band(case.gamma, case.spot, case.rate, case.gas)
    if not least:
        return "at any band: a hedge costs nothing"
    if case.width < least:
        return f"from {case.base(least)} on; the band is narrower than its cost"
    return f"from {case.base(least)} on; the band is {number(_short(case.width / least))} times as wide"


def _chosen(case: _Case) -> str:
    """What the formulas give."""
    gamma, spot, rate, aversion = case.gamma, case.spot, case.rate, case.aversion
    middle = hedging_band.middle_band(gamma, spot, rate, case.gas, aversion)
    edge = hedging_band.whalley_wilmott_band(gamma, spot, rate, aversion)
    fitted = hedging_band.zakamouline_band(gamma, spot, rate, case.vol, case.years, aversion)
    gas = " and without gas" if case.gas else ""
    return (
        f"{case.base(middle)} for a hedge back to the target; for one to the edge of the band{gas} {case.base(edge)} "
        f"(Whalley and Wilmott 1997) or {case.base(fitted)} (Zakamouline 2006)"
    )


def _short(value: float) -> float:
    """Three digits."""
    return float(f"{value:.3g}")


def _about(length: float) -> str:
    """`3.2 h`: two digits in the largest unit that is not longer."""
    for name, unit in _SPANS:
        if length >= unit:
            return f"{number(float(f'{length / unit:.2g}'))} {name}"
    return f"{number(float(f'{length:.2g}'))} s"
