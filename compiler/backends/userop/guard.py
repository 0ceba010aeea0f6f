"""A program's limits as the guard contract holds them, and what stays with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.compiler.analysis.ranges import Ranges
from stratc.compiler.backends.userop.guard_amounts import at_most, moves
from stratc.compiler.backends.userop.guard_measures import (
    PARTS_DECIMALS,
    Number,
    Scales,
    gas_price,
    of_flow,
    of_order,
    of_state,
)
from stratc.compiler.backends.userop.guard_sight import Sight, sight
from stratc.compiler.explain.expressions import Phrases
from stratc.compiler.explain.limits import bounded
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.json_form import ir_hash
from stratc.runtime.guard import FLOWS, Check, Flow, GuardLimits, GuardPlan, Held, Left, Measure

_LARGER_IS_TIGHTER = ("exposure_low", "cash")
_SMALLEST, _LARGEST, _USUAL = 16, 4096, 256
_PRICE = "spot"


def guard_plan(
    program: ir.Program, base_decimals: int, quote_decimals: int, *, book: bool = False
) -> GuardPlan:
    """The guard of a program; `book` says that it can read what the account holds at venues."""
    work = _Work(program, Scales(base_decimals, quote_decimals), sight(program, book=book))
    work.oracle()
    for limit in program.limits:
        work.limit(limit)
    work.assumed_gas_price()
    return GuardPlan(
        strategy=ir_hash(program),
        base=program.base,
        quote=program.quote,
        base_decimals=base_decimals,
        quote_decimals=quote_decimals,
        prices_gas=work.seen.gas is None,
        capacity=capacity(work.flows),
        limits=GuardLimits(**work.numbers, flows=tuple(work.flows)),
        held=tuple(work.held),
        left=tuple(work.left),
    )


def capacity(flows: list[Flow]) -> int:
    """How many batches to remember: more than a window allows, a power of two."""
    wanted = max((flow.bound + 1 for flow in flows if flow.measure is Measure.ORDERS), default=_USUAL)
    size = _SMALLEST
    while size < wanted and size < _LARGEST:
        size *= 2
    return size


class _Work:
    """What has been found so far."""

    def __init__(self, program: ir.Program, scales: Scales, seen: Sight) -> None:
        self.program, self.scales, self.seen = program, scales, seen
        self.phrases = Phrases(program)
        self.numbers: dict[str, Any] = {}
        self.flows: list[Flow] = []
        self.held: list[Held] = []
        self.left: list[Left] = []

    def oracle(self) -> None:
        """The age of the price, and how far its sources may be apart."""
        for oracle in self.program.oracles:
            if oracle.signal != _PRICE:
                self.left.append(
                    Left(f"oracle {oracle.signal}", oracle.where.line, "the contract reads `spot` only")
                )
                continue
            for number in _of_oracle(oracle):
                self._take(number, f"oracle {oracle.signal}", oracle.where.line)
            for source in oracle.sources[2:]:
                why = "the contract compares two sources, the first two"
                self.left.append(Left(f'{source.provider} "{source.feed}"', oracle.where.line, why))

    def limit(self, limit: ir.Limit) -> None:
        """One limit: held, or left with a reason."""
        text, line = f"limit {bounded(self.phrases, limit)}", limit.where.line
        if limit.scope == "flow":
            self._flow(limit, text, line)
            return
        of = of_order if limit.scope == "order" else of_state
        found = of(self.program, limit, self.scales, self.seen)
        if isinstance(found, str):
            self.left.append(Left(text, line, found))
            return
        for number in found:
            self._take(self._noted(number, limit), text, line)

    def assumed_gas_price(self) -> None:
        """An assumption about the price of gas: where it fails, the engine lets only exits through."""
        ranges = Ranges(self.program)
        for assume in self.program.assumptions:
            for node in _inputs(assume.condition):
                high = ranges.of(node).high
                if node.name == "gas_price" and high != float("inf"):
                    self._take(gas_price(high), f"assume {assume.text}", assume.where.line)

    def _flow(self, limit: ir.Limit, text: str, line: int) -> None:
        found = of_flow(self.program, limit, self.scales, self.seen)
        if isinstance(found, str):
            self.left.append(Left(text, line, found))
        elif len(self.flows) == FLOWS:
            self.left.append(Left(text, line, f"the contract has room for {FLOWS} limits over a window"))
        else:
            flow, unit, note = found
            self.held.append(Held(Check.FLOW + len(self.flows), text, line, unit, note))
            self.flows.append(flow)

    def _noted(self, number: Number, limit: ir.Limit) -> Number:
        if not moves(self.program, limit):
            return number
        return number._replace(
            note="; ".join(filter(None, (number.note, "the loosest its parameters allow")))
        )

    def _take(self, number: Number, text: str, line: int) -> None:
        """Keep the tightest of a field; its promise comes last, so that a refusal is told by it."""
        new = [Held(check, text, line, number.unit, number.note) for check in number.checks]
        old = self.numbers.get(number.field)
        larger = number.field in _LARGER_IS_TIGHTER
        if old is None or (number.bound > old if larger else number.bound < old):
            self.numbers[number.field] = number.bound
            self.held += new
        else:
            self.held[:0] = new


def _of_oracle(oracle: ir.Oracle) -> Iterator[Number]:
    if oracle.max_age is not None:
        yield Number("max_age", at_most(oracle.max_age, 0), (Check.PRICE_AGE,), "s")
    if oracle.agree_within is not None and len(oracle.sources) > 1:
        bound = at_most(oracle.agree_within, PARTS_DECIMALS)
        yield Number("agreement", bound, (Check.PRICE_AGREEMENT,), "parts")


def _inputs(condition: ir.Expr) -> Iterator[ir.Input]:
    if isinstance(condition, ir.Input):
        yield condition
    elif isinstance(condition, ir.Apply):
        for arg in condition.args:
            yield from _inputs(arg)
