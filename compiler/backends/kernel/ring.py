"""A window's memory, in the function that pushes: a head of places, then a ring of entries.

An entry is (at, value, squared return, time). Entries are counted from the run's first, so that start and end only
grow, but for peaks that are taken back from the end.
"""

from __future__ import annotations

from collections.abc import Callable

from stratc.compiler.backends.kernel.text import FALSE, TRUE, Function

CAPACITY = 65_536
RING = 2 * CAPACITY
HEAD = 16
STRIDE = 4
_PLACES = ("start", "end", "first", "bucket", "now", "now_at", "now_t", "sum", "squares", "origin", "based")


class Ring:
    """The memory of one window, in the function that pushes."""

    def __init__(self, body: Function) -> None:
        """Written into `body`, whose `%w` is the memory and `%horizon` the end of what is forgotten."""
        self.body = body

    def get(self, place: str, kind: str = "double") -> str:
        """What a place of the head holds."""
        return self.body.load(self._place(place), kind)

    def put(self, place: str, value: str, kind: str = "double") -> None:
        """Write a place of the head."""
        self.body.store(self._place(place), value, kind)

    def _place(self, place: str) -> str:
        return self.body.at("%w", _PLACES.index(place))

    def entry(self, index: str, field: int) -> str:
        """The address of a field of entry number `index` (they are counted from the run's first)."""
        body = self.body
        slot = body.i("and", index, str(RING - 1))
        return body.at("%w", body.i("add", body.i("mul", slot, str(STRIDE)), str(HEAD + field)))

    def oldest(self, field: int = 0) -> str:
        """A field of the oldest entry."""
        return self.body.load(self.entry(self.get("start", "i64"), field))

    def newest(self, field: int) -> str:
        """A field of the newest entry."""
        return self.body.load(self.entry(self.body.i("sub", self.get("end", "i64"), "1"), field))

    def size(self) -> str:
        """How many entries there are."""
        return self.body.i("sub", self.get("end", "i64"), self.get("start", "i64"))

    def empty(self) -> str:
        """Whether there is none."""
        return self.body.icompare("eq", self.size(), "0")

    def append(self, *fields: str) -> None:
        """Add an entry behind the newest."""
        end = self.get("end", "i64")
        for at, value in enumerate(fields):
            self.body.store(self.entry(end, at), value)
        self.put("end", self.body.i("add", end, "1"), "i64")

    def step(self, place: str, by: int) -> None:
        """Move the start or the end."""
        self.put(place, self.body.i("add", self.get(place, "i64"), str(by)), "i64")

    def add(self, place: str, value: str, op: str = "fadd") -> None:
        """Add to (or, by `op`, take from) a place of the head."""
        self.put(place, self.body.f(op, self.get(place), value))

    def first_out(self, take: Callable[[], None]) -> None:
        """Take entries that are at or before the horizon from the front, oldest first."""
        body = self.body
        going = body.variable(TRUE, "i1")
        with body.loop(lambda: body.load(going, "i1")):
            body.store(going, FALSE, "i1")
            with body.when(body.no(self.empty())), body.when(body.compare("ole", self.oldest(), "%horizon")):
                take()
                body.store(going, TRUE, "i1")
