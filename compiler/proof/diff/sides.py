"""The unknowns that both versions look at: the same name is the same value, and the book is one book."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.diff.forms import form, window_name
from stratc.compiler.proof.facts import Facts
from stratc.compiler.proof.holdings import Holdings, holdings
from stratc.compiler.proof.orders import Contract, Desk
from stratc.compiler.proof.terms import Term, both, le, num, var
from stratc.compiler.proof.world import Book, World

if TYPE_CHECKING:
    from stratc.compiler.proof.facts import Fact


class Common:
    """What two sides share."""

    def __init__(self, a: ir.Program, b: ir.Program) -> None:
        """Nothing is known but the programs."""
        self.holds = _either(holdings(a), holdings(b))
        self.marks = count(1)
        self.ratios: dict[tuple[str, Book], Term] = {}
        self.quotients: dict[tuple[str, Term], Term] = {}
        self.contracts: dict[object, Contract] = {}
        models = [[form(program, model) for model in program.models] for program in (a, b)]
        self.jumps = any(models)
        self.unlike = all(models) and models[0] != models[1]
        """Whether each has jumps of its own."""
        values = {param.name: param.value for param in a.params}
        self.own = frozenset(p.name for p in b.params if p.name in values and values[p.name] != p.value)
        """Parameters with another value in each version: each is looked at with its own."""
        inputs = {spec.name for program in (a, b) for spec in program.inputs}
        self.ambiguous = inputs & {param.name for program in (a, b) for param in program.params}
        """Names of a parameter in one version that are an input in the other."""


class Side(World):
    """One version's unknowns."""

    def __init__(self, program: ir.Program, common: Common) -> None:
        """Where the two can hold different things, the book is one that either can hold."""
        super().__init__(program)
        self.common = common
        self.holds = common.holds
        self.jumps = common.jumps
        self._ratios = common.ratios
        self._jump_deltas: dict[Book, Term] = {}
        self.memo = _Memo(common.quotients)

    def mark(self) -> str:
        """What tells further books and values apart, on either side."""
        return f" #{next(self.common.marks)}"

    def signal(self, name: str, book: Book) -> Term:
        """A signal of the book at a moment; where jumps are unlike, their delta is an unknown on either side."""
        if name != ir.JUMP_DELTA or not self.common.unlike or self.holds.linear_only:
            return super().signal(name, book)
        if book not in self._jump_deltas:
            self._jump_deltas[book] = self.fresh(name)
        return self._jump_deltas[book]

    def param(self, name: str) -> Term:
        """A parameter: anything in its range, or its own value where the versions have two."""
        param = next(one for one in self.program.params if one.name == name)
        if name in self.common.own:
            return num(param.value)
        if name not in self.common.ambiguous or param.low is None or param.high is None:
            return super().param(name)
        value = var(f"param {name}")
        term = both(le(num(param.low), value), le(value, num(param.high)))
        self.facts.add(f"param {name}", "parameter", term)
        return value

    def window(self, index: int) -> Term:
        """A window's value, which both versions have where it is the same window."""
        name = window_name(self.program, self.program.windows[index], self.common.own)
        self.windows[name] = index
        return var(name)

    def taken(self) -> tuple[Fact, ...]:
        """The facts since the last time they were taken; what is read again brings its facts again."""
        found = self.facts.all()
        self.facts = Facts()
        self.memo.clear()
        return found


class _Memo(dict[tuple[str, Term], Term]):
    """What one side has made up, except for quotients, which are the same on both."""

    def __init__(self, shared: dict[tuple[str, Term], Term]) -> None:
        super().__init__()
        self._shared = shared

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self._shared

    def __getitem__(self, key: tuple[str, Term]) -> Term:
        return self._shared[key] if key in self._shared else super().__getitem__(key)

    def __setitem__(self, key: tuple[str, Term], value: Term) -> None:
        if key[0] == "/":
            self._shared[key] = value
        else:
            super().__setitem__(key, value)


class SharedDesk(Desk):
    """Sizes one version's orders; an option of the same shape is the same contract in both."""

    def __init__(self, side: Side, book: Book) -> None:
        """The body begins on `book`."""
        super().__init__(side, book)
        self.side = side

    def contract(self, shape: ir.OptionShape) -> Contract:
        """The option that a shape means at this tick."""
        known = self.side.common.contracts
        key = form(self.side.program, shape)
        if key not in known:
            known[key] = super().contract(shape)
        return known[key]


def _either(a: Holdings, b: Holdings) -> Holdings:
    """What either book can hold."""
    if a == b:
        return a
    same_start = a.at_start == b.at_start
    return Holdings(
        position=a.position if a.position == b.position else Fraction(0),
        asset=a.asset if a.asset == b.asset else Fraction(0),
        trades_asset=a.trades_asset or b.trades_asset,
        trades_perpetual=a.trades_perpetual or b.trades_perpetual,
        opens_asset=a.opens_asset or b.opens_asset or a.asset != b.asset,
        opens_perpetual=a.opens_perpetual
        or b.opens_perpetual
        or a.position - a.asset != b.position - b.asset,
        sides=a.sides | b.sides,
        at_start=a.at_start if same_start else (),
        opens=a.opens or b.opens or not same_start,
        ranges=a.ranges or b.ranges,
    )
