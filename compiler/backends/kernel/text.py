"""Writing LLVM IR as text: values have names, blocks have ends, and everything is double, i64 or i1 (marks are i8).

No fast-math flag is ever written, and nothing is contracted: an operation here is the operation of the plan, bit
for bit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ALIGNED = {"i8": 1}
TRUE, FALSE = "true", "false"
NAN = "0x7FF8000000000000"


def number(value: float) -> str:
    """A double as LLVM writes it without rounding: its bits."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


class Function:
    """The body of one function, written from the top down."""

    def __init__(self, head: str) -> None:
        """`head` is everything before the body: `i64 @scan(ptr %state)`."""
        self._head = head
        self._slots: list[str] = []
        self._lines: list[str] = []
        self._count = 0

    def text(self) -> str:
        """The whole definition."""
        body = [f"  {line}" if not line.endswith(":") else line for line in self._lines]
        slots = [f"  {line}" for line in self._slots]
        return "\n".join([f"define {self._head} {{", "entry:", *slots, *body, "}"])

    def write(self, line: str) -> None:
        """An instruction without a result, or a label."""
        self._lines.append(line)

    def op(self, text: str) -> str:
        """An instruction's result."""
        name = self._name()
        self.write(f"{name} = {text}")
        return name

    def _name(self) -> str:
        self._count += 1
        return f"%v{self._count}"

    # --- values ---------------------------------------------------------------------------------------------

    def f(self, op: str, *args: str) -> str:
        """Arithmetic on doubles: fadd, fsub, fmul, fdiv, fneg."""
        return self.op(f"{op} double {', '.join(args)}")

    def i(self, op: str, *args: str) -> str:
        """Arithmetic on i64."""
        return self.op(f"{op} i64 {', '.join(args)}")

    def compare(self, how: str, one: str, other: str) -> str:
        """A comparison of doubles (`olt`, `oge`, `une`, …)."""
        return self.op(f"fcmp {how} double {one}, {other}")

    def icompare(self, how: str, one: str, other: str) -> str:
        """A comparison of i64 (`eq`, `slt`, …)."""
        return self.op(f"icmp {how} i64 {one}, {other}")

    def both(self, *conditions: str) -> str:
        """Whether all conditions hold; constants disappear."""
        return self._joined("and", TRUE, FALSE, conditions)

    def either(self, *conditions: str) -> str:
        """Whether any condition holds; constants disappear."""
        return self._joined("or", FALSE, TRUE, conditions)

    def _joined(self, op: str, neutral: str, absorbing: str, conditions: tuple[str, ...]) -> str:
        left = [c for c in dict.fromkeys(conditions) if c != neutral]
        if absorbing in left:
            return absorbing
        made = left[0] if left else neutral
        for condition in left[1:]:
            made = self.op(f"{op} i1 {made}, {condition}")
        return made

    def no(self, condition: str) -> str:
        """The opposite of a condition."""
        if condition in (TRUE, FALSE):
            return FALSE if condition == TRUE else TRUE
        return self.op(f"xor i1 {condition}, true")

    def choose(self, condition: str, one: str, other: str, kind: str = "double") -> str:
        """One value or the other."""
        if condition in (TRUE, FALSE):
            return one if condition == TRUE else other
        return self.op(f"select i1 {condition}, {kind} {one}, {kind} {other}")

    def call(self, name: str, *args: str, kind: str = "double") -> str:
        """A function of doubles."""
        return self.op(f"call {kind} @{name}({', '.join(f'double {a}' for a in args)})")

    # --- memory ---------------------------------------------------------------------------------------------

    def at(self, base: str, index: str | int) -> str:
        """The address of 8-byte element `index`."""
        return self.op(f"getelementptr i64, ptr {base}, i64 {index}")

    def load(self, address: str, kind: str = "double") -> str:
        """What is in memory."""
        return self.op(f"load {kind}, ptr {address}, align {_ALIGNED.get(kind, 8)}")

    def store(self, address: str, value: str, kind: str = "double") -> None:
        """Put a value into memory."""
        self.write(f"store {kind} {value}, ptr {address}, align {_ALIGNED.get(kind, 8)}")

    def variable(self, value: str, kind: str = "double") -> str:
        """A place for a value that changes; LLVM makes a register of it."""
        name = self._name()
        self.room(name, kind)
        self.store(name, value, kind)
        return name

    def room(self, name: str, kind: str) -> None:
        """A named place for this call."""
        self._slots.append(f"{name} = alloca {kind}, align 8")

    # --- control --------------------------------------------------------------------------------------------

    @contextmanager
    def when(self, condition: str, odds: str = "") -> Iterator[None]:
        """What is done only if a condition holds."""
        inside, after = self.label(), self.label()
        self.write(f"br i1 {condition}, label %{inside}, label %{after}{odds}")
        self.write(f"{inside}:")
        yield
        self.go(after)

    @contextmanager
    def loop(self, condition: Callable[[], str]) -> Iterator[None]:
        """What is done again as long as a condition, computed each time, holds."""
        top, inside, after = self.label(), self.label(), self.label()
        self.go(top)
        self.write(f"br i1 {condition()}, label %{inside}, label %{after}")
        self.write(f"{inside}:")
        yield
        self.write(f"br label %{top}")
        self.write(f"{after}:")

    def label(self) -> str:
        """A new block's name."""
        self._count += 1
        return f"b{self._count}"

    def go(self, label: str) -> None:
        """Go on in a new block."""
        self.write(f"br label %{label}")
        self.write(f"{label}:")
