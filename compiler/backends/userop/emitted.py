"""Every call that a bundle plan can make, with the range that each word of its arguments can take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stratc.compiler.backends.userop.filled import Filling, range_of
from stratc.compiler.ir import nodes as ir
from stratc.runtime.bundle import Bundle, Call, Hole
from stratc.runtime.policy import LARGEST, Place
from stratc.runtime.signatures import leaves

_ONE_ORDER = ("asset", "perpetual", "money")
"""What a leg has one order of; of options, one for each contract that is held."""
_GUARD = "the guard"


class Emitted(NamedTuple):
    """A call, where it comes from, and the least and largest value of each word as an unsigned number."""

    call: Call
    place: Place
    words: tuple[tuple[int, int], ...]
    rule: int = 0
    """0: the guard's own calls, of every rule."""
    line: int = 0
    side: str = _GUARD

    @property
    def where(self) -> str:
        """`rule 1 (line 9), sell`, or the guard."""
        return f"rule {self.rule} (line {self.line}), {self.side}" if self.rule else self.side


def emitted(bundle: Bundle, program: ir.Program | None = None) -> list[Emitted]:
    """The calls: the guard's begin, finish and mark first if there is one, then those of the legs as they come.

    Sizes follow from the program's limits and `at most` clauses, which the engine holds every order to; without a
    program, nothing is known of them.
    """
    found = list(_of_guard(bundle))
    for rule in bundle.rules:
        for leg in rule.legs:
            # An order for options can take a side of another leg that trades the same ones.
            alike = [one for one in rule.legs if (one.venue, one.instrument) == (leg.venue, leg.instrument)]
            filling = Filling(program, rule.rule, alike)
            for side, calls in leg.sides.items():
                trade = trade_at(calls)
                for at, call in enumerate(calls):
                    place = Place((at >= trade) + (at > trade))
                    found.append(Emitted(call, place, _words(call, filling), rule.rule, leg.line, side))
    return found


def trade_at(calls: tuple[Call, ...]) -> int:
    """Which of a leg's calls is the trade: the last that is more than taking an approval back."""
    return max((at for at, call in enumerate(calls) if not _takes_back(call)), default=0)


def _takes_back(call: Call) -> bool:
    return call.function.startswith("approve(") and call.args[-1] == 0


def _of_guard(bundle: Bundle) -> Iterator[Emitted]:
    if bundle.guard is None:
        return
    legs = [leg for rule in bundle.rules for leg in rule.legs]
    most = max((len(rule.legs) for rule in bundle.rules), default=0)
    if any(leg.instrument not in _ONE_ORDER for leg in legs):
        most = LARGEST
    for call in (bundle.guard.begin, bundle.guard.finish, bundle.guard.mark):
        words = tuple(
            (0, most) if isinstance(value, Hole) and value.hole == "orders" else range_of(kind.type, value)
            for kind, value in leaves(call.function, call.args)
        )
        yield Emitted(call, Place.PREPARES, words)


def _words(call: Call, filling: Filling) -> tuple[tuple[int, int], ...]:
    return tuple(
        filling.range(value) if isinstance(value, Hole) else range_of(parameter.type, value)
        for parameter, value in leaves(call.function, call.args)
    )
