"""Reading a kernel's text: checked before a line of it is compiled."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from stratc.runtime.plan import KERNEL_VERSION

MARK = "; stratc kernel"


class KernelError(ValueError):
    """A kernel that cannot be trusted, understood or run; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kernel's code and what must be known to call it."""

    module: str
    """LLVM IR."""
    digest: str
    ir: str
    """Hash of the program it was compiled from."""
    state: tuple[str, ...]
    """What each 8-byte place of the state holds."""
    columns: tuple[str, ...]
    windows: int
    losses: bool
    """Whether it writes down the profit and loss of every tick, for limits on losses."""
    native: dict[int, dict[str, float | None]]
    """The rules that fire without Python, and the clauses their orders carry."""
    hears: frozenset[str]
    """The events that rules are `on`: fill, expiry, start, stale."""


def read_source(text: str) -> Source:
    """The kernel of a text.

    Raises:
        KernelError: not a kernel, of another version, or edited after it was compiled.
    """
    head, _, body = text.partition("\n")
    words = head.split()
    if not head.startswith(MARK) or len(words) != 5:
        raise KernelError(f"not a stratc kernel: its first line is not `{MARK} VERSION sha256:…`")
    if words[3] != str(KERNEL_VERSION):
        raise KernelError(
            f"a kernel of version {words[3]}, this runtime reads version {KERNEL_VERSION}; compile the program again"
        )
    digest = hashlib.sha256(body.encode()).hexdigest()
    if words[4] != f"sha256:{digest}":
        raise KernelError(
            f"the kernel was changed after it was compiled: it says {words[4][:19]}…, its content is "
            f"sha256:{digest[:12]}…; compile the program again"
        )
    told, _, module = body.partition("\n")
    facts = json.loads(told.removeprefix("; "))
    return Source(
        module=module,
        digest=digest,
        ir=facts["ir"],
        state=tuple(facts["state"]),
        columns=tuple(facts["columns"]),
        windows=facts["windows"],
        losses=facts["losses"],
        native={int(index): clauses for index, clauses in facts["native"].items()},
        hears=frozenset(facts["hears"]),
    )
