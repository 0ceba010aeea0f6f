"""What a program declares: its market, its book, its inputs and names, and what it has to remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.expressions import Phrases
from stratc.compiler.explain.instruments import instrument
from stratc.compiler.explain.words import (
    columns,
    duration,
    joined,
    number,
    percent,
    quantity,
    seconds,
    unit_name,
)
from stratc.compiler.ir import nodes as ir
from stratc.compiler.memory import Bound, memory_bound

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_CAPITAL = 100_000
"""What a book that states no money starts with, in the quote asset."""


def market(program: ir.Program) -> list[str]:
    """The market, the venues and the oracles."""
    kind = "perpetual" if program.linear.perpetual else "spot market"
    rows = [(venue.name, _venue(venue)) for venue in program.venues]
    rows += [(f"oracle {oracle.signal}", _oracle(oracle)) for oracle in program.oracles]
    rows += [(f"model {model.name}", _model(model)) for model in program.models]
    traded = f"What names no instrument trades the {kind} {program.linear.symbol}."
    return ["Market", f"  Prices are {program.quote} for one {program.base}. {traded}", *columns(rows)]


def _venue(venue: ir.Venue) -> str:
    options = [f"{name} {_venue_option(name, value)}" for name, value in venue.options]
    kind = " ".join(filter(None, (venue.kind_of, venue.symbol)))
    return ", ".join([kind, f"fee {percent(venue.fee)}", *options])


def _model(model: ir.Model) -> str:
    mean, spread = percent(model.mean), percent(model.spread)
    return f"{number(model.jumps)} jumps of the price a year, {mean} on average, spread {spread}; else as `iv` says"


def _venue_option(name: str, value: float) -> str:
    if name == "spread":
        return percent(value)
    return seconds(value) if name == "latency" else number(value)


def _oracle(oracle: ir.Oracle) -> str:
    feeds = joined([f"{source.provider} {source.feed}" for source in oracle.sources])
    age = [] if oracle.max_age is None else [f"not older than {seconds(oracle.max_age)}"]
    agree = [] if oracle.agree_within is None else [f"agreeing within {percent(oracle.agree_within)}"]
    return ", ".join([f"from {feeds}", *age, *agree])


def account(program: ir.Program) -> list[str]:
    """What the book holds when a run begins."""
    entries = [entry for entry in program.book if entry.account == "position"]
    lines = [f"  {_held(program, entry)}" for entry in entries]
    money = {entry.account: entry for entry in program.book if entry.account != "position"}
    if not money:
        capital = f"{number(DEFAULT_CAPITAL)} {program.quote}"
        lines.append(
            f"  {capital}, all of it margin (the default; `cash` or `margin` in `book:` says otherwise)"
        )
    for where, entry in money.items():
        place = "as margin" if where == "margin" or "margin" not in money else "in the wallet, for top-ups"
        lines.append(f"  {number(float(entry.amount))} {program.quote} {place}")
    return ["The book at the start", *lines]


def _held(program: ir.Program, entry: ir.BookEntry) -> str:
    amount = float(entry.amount)
    side = "long" if amount > 0 else "short"
    return f"{side} {number(abs(amount))} {instrument(Phrases(program), entry.instrument, program.base)}"


def inputs(program: ir.Program) -> list[str]:
    """What is read at each tick, in which unit, and what happens when it goes missing."""
    rows = [(spec.name, unit_name(spec.unit), _when_missing(program, spec)) for spec in program.inputs]
    return ["What it reads at every tick", *columns(rows)] if rows else []


def _when_missing(program: ir.Program, spec: ir.InputSpec) -> str:
    names = (spec.name, spec.name.partition("(")[0])
    answers = [
        f"rule {rule.index}"
        for rule in program.rules
        if isinstance(rule.trigger, ir.On) and rule.trigger.event == "stale" and rule.trigger.signal in names
    ]
    return (
        f"when missing, {joined(answers)} answers"
        if answers
        else "when missing, reduce only until it is back"
    )


def names(program: ir.Program) -> list[str]:
    """Parameters with their ranges, and lets."""
    phrases = Phrases(program)
    rows = [(param.name, _param(param)) for param in program.params]
    rows += [(let.name, phrases.text(let.value)) for let in program.lets]
    return ["Names", *columns(rows)] if rows else []


def _param(param: ir.Param) -> str:
    value = quantity(param.value, param.unit)
    if param.low is None or param.high is None:
        return f"{value}, fixed"
    return (
        f"{value}, to be set between {quantity(param.low, param.unit)} and {quantity(param.high, param.unit)}"
    )


def memory(program: ir.Program) -> list[str]:
    """Every window and every count with the most it keeps."""
    phrases, bounds = Phrases(program), memory_bound(program)
    rows = [
        (phrases.window(window), _samples(bound), f"known {duration(window.duration)} after the start")
        for window, bound in zip(program.windows, bounds.windows, strict=True)
    ]
    rows += [(bound.what, _samples(bound), "") for bound in bounds.flows]
    return (
        [f"What it remembers (never more than {_size(bounds.bytes)} in all)", *columns(rows)] if rows else []
    )


def _samples(bound: Bound) -> str:
    return f"{bound.samples:,} sample{'' if bound.samples == 1 else 's'}"


def _size(count: int) -> str:
    """Bytes as people say them."""
    if count < 10_000:
        return f"{count:,} bytes"
    return f"{count / 1024:,.0f} KiB" if count < 1 << 20 else f"{count / (1 << 20):,.1f} MiB"


def assumptions(program: ir.Program) -> list[str]:
    """What proofs may take for granted."""
    lines = [f"  {text}" for text in _assumed(program)]
    return (
        ["What it assumes (watched: if one fails, reduce only until an operator lifts it)", *lines]
        if lines
        else []
    )


def _assumed(program: ir.Program) -> Iterator[str]:
    for assumption in program.assumptions:
        yield assumption.text.removeprefix("assume ")
