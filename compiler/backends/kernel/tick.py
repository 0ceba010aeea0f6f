"""One tick in the making: its columns, the places of the state, and what is known so far."""

from __future__ import annotations

from typing import NamedTuple

from stratc.compiler.backends.kernel.text import FALSE, NAN, TRUE, Function


class Value(NamedTuple):
    """A number or a truth value, and whether it is available (both LLVM names)."""

    text: str
    known: str = TRUE


class Layout:
    """Which 8-byte place of the state holds what; places are named when they are first asked for."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.names: list[str] = []

    def place(self, name: str) -> int:
        """The number of a place."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


class Tick:
    """The function `scan` while its loop body is written.

    Nothing is written to the state until the tick is known to be quiet: `later` collects what is.
    """

    def __init__(self, body: Function, layout: Layout, row: str) -> None:
        """`row` is the index of the tick in the columns."""
        self.body = body
        self.layout = layout
        self.row = row
        self.stops: list[str] = []
        self.stopping: list[tuple[str, str, str]] = []
        """What is stored if Python is to do this tick."""
        self._later: dict[str, tuple[str, str]] = {}

    def column(self, number: int, kind: str = "double") -> str:
        """This tick's element of a column."""
        base = self.body.load(self.body.at("%columns", number), "ptr")
        return self.body.load(self.body.at(base, self.row), kind)

    def get(self, name: str, kind: str = "double") -> str:
        """What a place of the state held before this tick."""
        return self.body.load(self.body.at("%state", self.layout.place(name)), kind)

    def later(self, name: str, value: str, kind: str = "double") -> None:
        """What a place holds after the tick, if it is quiet."""
        self._later[name] = (value, kind)

    def unchanged(self) -> bool:
        """Whether a quiet tick leaves the state as it was."""
        return not self._later

    def commit(self) -> None:
        """Write what `later` has collected."""
        for name, (value, kind) in self._later.items():
            self.body.store(self.body.at("%state", self.layout.place(name)), value, kind)

    def quiet(self, *doubts: str) -> str:
        """Whether nothing happens at this tick, without a doubt."""
        return self.body.no(self.body.either(*self.stops, *doubts))

    def report(self) -> None:
        """Write what Python must know to do this tick."""
        for name, value, kind in self.stopping:
            self.body.store(self.body.at("%state", self.layout.place(name)), value, kind)

    def available(self, value: str) -> Value:
        """A value that is unavailable where it is NaN."""
        return Value(value, self.body.compare("ord", value, value))

    def truth(self, condition: str) -> str:
        """A condition as a place holds it: 1.0 or 0.0."""
        return self.body.op(f"uitofp i1 {condition} to double")


NOTHING = Value(NAN, FALSE)
