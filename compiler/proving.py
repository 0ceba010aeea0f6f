"""What a caller lends to the proofs: time, a memory of earlier results, a judge of counterexamples.

The compiler itself reads no file and starts no engine; the command line does, and hands these in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratc.compiler.ir import nodes as ir

TIMEOUT = 2.0
"""Seconds that the solver has for one obligation unless told otherwise."""


class Witness(NamedTuple):
    """A state in which a rule is said to send an order that breaks a limit (canonical units)."""

    rule: int
    limit: str
    position: float
    asset: float
    """Of the position, the asset itself."""
    signals: Mapping[str, float]
    """Inputs, and signals of the book that cannot be worked out from the position."""
    params: Mapping[str, float]
    windows: tuple[float | None, ...]


class Judge(Protocol):
    """Runs a rule in the reference interpreter."""

    def __call__(self, program: ir.Program, witness: Witness) -> bool:
        """Whether the rule's order breaks the limit there."""


class Memory(Protocol):
    """Keeps what was worked out, by a key that changes with everything it depends on."""

    def get(self, key: str) -> str | None:
        """What was kept, if anything."""

    def put(self, key: str, text: str) -> None:
        """Keep something."""


class Proving(NamedTuple):
    """All of these."""

    timeout: float = TIMEOUT
    memory: Memory | None = None
    judge: Judge | None = None
