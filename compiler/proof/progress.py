"""Whether a step brings a condition closer to being false: its comparisons hold by less than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.linear import less
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import FALSE, Term, both, either, no, sub

if TYPE_CHECKING:
    from stratc.compiler.proof.world import Book, World

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def progress(world: World, condition: ir.Expr, before: Book, after: Book) -> Term:
    """That a condition is nearer to being false on the book after than on the one before."""
    return _Progress(world, before, after)(condition)


class _Progress:
    def __init__(self, world: World, before: Book, after: Book) -> None:
        self._was, self._now = Reader(world, before), Reader(world, after)
        self._lets = {let.name: let.value for let in world.program.lets}

    def __call__(self, condition: ir.Expr) -> Term:
        match condition:
            case ir.LetRef(name=name):
                return self(self._lets[name])
            case ir.Apply(op="and", args=args):
                return either(*map(self, args))
            case ir.Apply(op="or", args=args):
                return both(*(either(no(self._now(arg)), self(arg)) for arg in args))
            case ir.Apply(op="not", args=(ir.Apply(op=op, args=args) as inner,)) if op in _OPPOSITE:
                return self(inner.but(op=_OPPOSITE[op]))
            case ir.Apply(op="<" | "<=", args=(low, high)):
                return self._shrinks(low, high)
            case ir.Apply(op=">" | ">=", args=(high, low)):
                return self._shrinks(low, high)
            case _:
                return FALSE

    def _shrinks(self, low: ir.Expr, high: ir.Expr) -> Term:
        """That high - low is smaller than it was."""
        return less(sub(self._now(high), self._now(low)), sub(self._was(high), self._was(low)))
