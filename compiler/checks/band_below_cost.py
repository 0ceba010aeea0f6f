"""W414: a hedge band so narrow that each hedge costs more than the move that asked for it was worth."""

from __future__ import annotations

from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.analysis.hedge_bands import HedgeBand, Rate, as_it_runs, constant, hedge_bands, rate_of
from stratc.compiler.analysis.subject import Subject, trigger_span
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.text import number
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.analysis.option_books import OptionBook

CODE = declare(
    "W414",
    "hedge band narrower than its cost",
    explanation="""
Delta drifts by a band when the price moves by band / gamma, and gamma makes half of band x move of that. The
hedge that follows pays the venue's fee, half its spread and the gas that the venue states. Below a
break-even (without gas: twice the rate x gamma x price) the hedge costs more than all that gamma made of the
move. This is said only where it is so for the options as the program opens them, at every volatility that it
assumes possible (up to 300% where it assumes nothing of `iv`). Widen the band, or hedge where it is cheaper.
`stratc explain` tells what band the formulas of Whalley and Wilmott and of Zakamouline would choose.
""",
    bad=(
        'venue options: options "ETH"\nvenue pool: uniswap_v3 "ETH/USDC", fee 30 bps\n'
        "assume iv in 20% .. 150%\nlimit order size <= 10 ETH else clamp\n\n"
        "on start:\n    sell 5 ETH call at delta 0.5 expiring in 30 d on options\n"
        "    sell 5 ETH put at delta 0.5 expiring in 30 d on options\n\n"
        "when abs(delta) > 0.02 ETH:\n    hedge delta to 0 ETH on pool, slippage <= 20 bps\n"
    ),
    good=(
        'venue options: options "ETH"\nvenue pool: uniswap_v3 "ETH/USDC", fee 30 bps\n'
        "assume iv in 20% .. 150%\nlimit order size <= 10 ETH else clamp\n\n"
        "on start:\n    sell 5 ETH call at delta 0.5 expiring in 30 d on options\n"
        "    sell 5 ETH put at delta 0.5 expiring in 30 d on options\n\n"
        "when abs(delta) > 0.2 ETH:\n    hedge delta to 0 ETH on pool, slippage <= 20 bps\n"
    ),
)

CEILING = 3.0
"""The highest volatility where a program assumes nothing of it."""
_DAY = 86_400.0
"""An option lives this much longer than it says, at most: it expires at 08:00 UTC."""


_DEAREST = 1e12
"""The highest price where a program assumes nothing of it."""


class _Found(NamedTuple):
    """A band that is too narrow, and the least that is not (base)."""

    width: float
    least: float
    rate: Rate


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each band that no volatility assumed can pay for."""
    bands = {band.rule.index: band for band in hedge_bands(subject.program)}
    vol = _highest(subject, "iv", CEILING)
    books = _books(subject.program) if bands else []
    if not books:
        return
    for rule, node in subject.rules:
        band = bands.get(rule.index)
        found = _narrow(subject, band, books, vol) if band else None
        if found is not None:
            message, notes = _told(subject.program, vol, found)
            yield Diagnostic(CODE, message, trigger_span(node), notes)


def _told(program: ir.Program, vol: float, found: _Found) -> tuple[str, tuple[Note, ...]]:
    base, least = program.base, found.least
    message = (
        f"a hedge at {number(found.width)} {base} costs more than gamma makes of the move that asks for it"
    )
    paid = f"the hedge pays {number(round(found.rate.share * 1e4, 6))} bps of what it trades"
    if found.rate.gas:
        paid += f" and {number(found.rate.gas)} {program.quote} of gas"
    earned = f"gamma makes as much from {least:.3g} {base} on at a volatility of {vol * 100:.4g}%"
    return message, (
        Note(f"{paid}; {earned}, and from further on at a lower one"),
        Note(f"widen the band beyond {least:.3g} {base}"),
    )


def _books(program: ir.Program) -> list[OptionBook]:
    """What the program opens, if its gamma is known: chosen by delta, without a date, nothing rolled."""
    if not any(isinstance(part, ir.Trade) for rule in program.rules for part in rule.body):
        return []
    from stratc.compiler.analysis.option_books import option_books  # noqa: PLC0415  # pricing, rarely needed

    books = option_books(program, as_it_runs(program)) or []
    known = all(leg.at_delta is not None and leg.seconds for book in books for leg in book.legs)
    return books if known else []


def _narrow(subject: Subject, band: HedgeBand, books: list[OptionBook], vol: float) -> _Found | None:
    """The band, its rate and its break-even, if it is below that of all books."""
    from stratc.compiler.analysis.option_books import YEAR  # noqa: PLC0415  # as above
    from stratc.runtime.pricing.hedging_band import break_even_band  # noqa: PLC0415  # as above

    width, rate = constant(as_it_runs(subject.program), band.band), rate_of(subject.program, band.hedge)
    spot = min(_highest(subject, "spot", _DEAREST), _DEAREST)  # the dearer, the less gas matters

    def least(curvature: float) -> float:
        return break_even_band(curvature / spot, spot, rate.share, rate.gas)

    if width is None or width <= 0.0 or width >= min(least(book.most(vol)) for book in books):
        return None
    curvature = min(book.curvature(vol, inf, _DAY) for book in books)
    drifts = curvature * vol * sqrt(band.pause / YEAR)
    return _Found(width, least(curvature), rate) if max(width, drifts) < least(curvature) else None


def _highest(subject: Subject, name: str, usual: float) -> float:
    """The highest value of an input that the program assumes possible."""
    inputs = [spec for spec in subject.program.inputs if spec.name.partition("(")[0] == name]
    tops = [subject.ranges.of(ir.Input(spec.name, spec.unit)).high for spec in inputs]
    known = [top for top in tops if isfinite(top)]
    return max(known) if known else usual
