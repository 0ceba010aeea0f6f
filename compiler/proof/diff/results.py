"""What a comparison of two versions comes to: data, which the command line shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proving import Witness

if TYPE_CHECKING:
    from stratc.compiler.ir.nodes import Where

Verdict = Literal["same", "differs", "unknown"]
Sent = tuple[tuple[str, float], ...]
"""(instrument, signed size) of the orders that leave."""
Judge = Callable[[ir.Program, Witness], Sent | None]
"""Runs a rule in the reference interpreter: what it sends in a state, None where it does not fire."""


class Version(NamedTuple):
    """One of the two programs, with its text to quote from."""

    program: ir.Program
    text: str

    def line(self, where: Where) -> str:
        """The line something starts on, as it is written, without its comment."""
        lines = self.text.splitlines()
        return lines[where.line - 1].split("#")[0].strip() if where.line <= len(lines) else ""


class Place(NamedTuple):
    """A rule or a declaration in its version."""

    line: int
    text: str
    number: int | None = None
    """Of a rule, from 1."""


class Difference(NamedTuple):
    """One way in which two versions of a rule decide differently."""

    what: str
    """`fires`, `order`, `words` (a clause, a cooldown: told without a state), `availability`."""
    state: Mapping[str, str]
    """Values by name, with their units; empty where every state will do."""
    a: str
    """What A does there."""
    b: str
    """What B does there."""
    confirmed: bool | None = None
    """Whether the reference interpreter decides differently there; None where it was not asked."""
    note: str = ""
    """What else there is to know of the state."""


class RulePair(NamedTuple):
    """A rule of A, the rule of B it became (None: added or removed), and what is known of them."""

    a: Place | None
    b: Place | None
    verdict: Verdict
    by: tuple[str, ...]
    """What a verdict of the same rests on: `letter`, `intervals`, `solver`, each once."""
    differences: tuple[Difference, ...] = ()
    moved: bool = False
    """Whether it is visited before rules that it came after."""
    unknown: tuple[str, ...] = ()
    """Questions that were not settled."""


class Change(NamedTuple):
    """A declaration that is not the same in both versions."""

    section: str
    a: Place | None
    b: Place | None
    note: str = ""
    """What follows from it."""


class Comparison(NamedTuple):
    """All of it."""

    changes: tuple[Change, ...]
    rules: tuple[RulePair, ...]
    unmet: bool = False
    """Whether no market meets the assumptions of both."""
    assumed: bool = False
    """Whether there are assumptions, which what is proved rests on."""

    @property
    def verdict(self) -> Verdict:
        """The same only where every rule is, in order, and every declaration."""
        verdicts = {pair.verdict for pair in self.rules}
        if self.changes or "differs" in verdicts or any(pair.moved for pair in self.rules):
            return "differs"
        return "unknown" if "unknown" in verdicts else "same"
