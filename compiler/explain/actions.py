"""Actions with their sizes and clauses, and which way they move risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.instruments import instrument, shape
from stratc.compiler.explain.words import duration, seconds
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from stratc.compiler.explain.expressions import Phrases

_WHAT = {
    "all": "everything it holds",
    "options": "every option it holds",
    "calls": "every call it holds",
    "puts": "every put it holds",
    "perpetual": "its perpetual position",
    "position": "its whole linear position, perpetual and spot",
}
_NEUTRAL = (ir.Alert, ir.SetState, ir.Enter)


def action(phrases: Phrases, what: ir.Action) -> str:
    """One action as a sentence without its full stop."""
    match what:
        case ir.Alert():
            return f"says {_alert(phrases, what)}"
        case ir.SetState():
            until = "until an operator lifts it" if what.seconds is None else f"for {seconds(what.seconds)}"
            verb = "lets only reducing orders through" if what.verb == "reduce only" else "stops every order"
            return f"{verb} {until}" + (f', because "{what.reason}"' if what.reason else "")
        case ir.Enter():
            return f"enters mode {what.mode}"
    return ", ".join([_order(phrases, what), *_terms(phrases, what.terms)])


def _alert(phrases: Phrases, what: ir.Alert) -> str:
    said = what.texts[0]
    for value, text in zip(what.values, what.texts[1:], strict=True):
        said += f"{{{phrases.text(value)}}}{text}"
    return f'"{said}"'


def _order(phrases: Phrases, what: ir.Action) -> str:
    base = phrases.program.base
    match what:
        case ir.Hedge():
            model = f"[{what.model}]" if what.model else ""
            traded = instrument(phrases, what.instrument, base)
            return f"trades {traded} until {what.greek}{model} is {phrases.text(what.target)}"
        case ir.Trade():
            side = "buys" if what.side == 1 else "sells"
            of = "of the" if isinstance(what.instrument, ir.OptionShape) else "of"
            return f"{side} {phrases.text(what.amount)} {of} {instrument(phrases, what.instrument, base)}"
        case ir.Close():
            return f"closes {_selected(phrases, what.what, what.instrument)}"
        case ir.Roll():
            old = _selected(phrases, what.what, what.instrument)
            return f"closes {old} and opens as much in a {shape(phrases, what.to)}"
        case ir.MoveMargin():
            moves = "moves cash into margin up" if what.verb == "top up" else "takes cash out of margin down"
            return f"{moves} to a margin ratio of {phrases.text(what.target)}"
        case ir.Liquidity():
            verb = "provides liquidity" if what.verb == "provide" else "takes back the liquidity"
            return f"{verb} between {phrases.text(what.low)} and {phrases.text(what.high)}"
    raise AssertionError(what)


def _selected(phrases: Phrases, word: str | None, what: ir.Instrument | None) -> str:
    return _WHAT[word] if word else f"what it holds of {instrument(phrases, what, phrases.program.base)}"


def _terms(phrases: Phrases, terms: ir.Terms) -> list[str]:
    said = {
        "on {}": terms.venue,
        "at most {}": terms.at_most and phrases.text(terms.at_most),
        "limit price {}": terms.limit_price and phrases.text(terms.limit_price),
        "slippage at most {}": terms.slippage and phrases.share(terms.slippage),
        "gas at most {}": terms.gas and phrases.text(terms.gas),
        "within {} blocks or not at all": terms.deadline_blocks,
        "tried again up to {} times"
        + (" if the rule still wants it" if terms.recheck else ""): terms.retries,
        "via {}": terms.route,
    }
    told = [words.format(value) for words, value in said.items() if value]
    if terms.split_over:
        told.append(f"in {terms.split} parts over {duration(terms.split_over)}")
    return told


def direction(body: tuple[ir.Action, ...]) -> str:
    """What becomes of a firing while only reducing orders may pass."""
    acting = [part for part in body if not isinstance(part, _NEUTRAL)]
    if not acting:
        return "goes on: it sends no order"
    if any(_never_reduces(part) for part in acting):
        return "blocked: it cannot take risk down"
    if all(_always_reduces(part) for part in acting):
        return "passes: it can only take risk down"
    return "passes if each order brings |delta| down, and not past zero"


def _always_reduces(what: ir.Action) -> bool:
    return (
        isinstance(what, ir.Close)
        or (isinstance(what, ir.MoveMargin) and what.verb == "top up")
        or (isinstance(what, ir.Liquidity) and what.verb == "remove")
    )


def _never_reduces(what: ir.Action) -> bool:
    return (isinstance(what, ir.MoveMargin) and what.verb == "withdraw") or (
        isinstance(what, ir.Liquidity) and what.verb == "provide"
    )
