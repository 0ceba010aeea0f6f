"""What blocks hold of what was sent, how deep, and whether it is still there."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.chain.reads import number, odd, quantity, record
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.entry_point import Landing, landings, next_nonce
from stratc.runtime.execution.outbox import Activation, Entry, Outbox, has_ended
from stratc.runtime.execution.reasons import GuardWords, explained
from stratc.runtime.execution.states import allows
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.operation import key_and_sequence

NOTHING = "its nonce was used by an operation that does nothing, to withdraw it"


BACK = 64
"""How many blocks before the one an operation was planned at are searched for it."""
UNSENT = "the process ended before anything was sent"


class Head(NamedTuple):
    """The newest block, and the newest that is deep enough not to be reorganised away."""

    newest: int
    settled: int
    settled_time: int
    """Epoch seconds of the latter."""


class Watch:
    """Looks for the operations of one account; writes what it finds into the outbox."""

    def __init__(
        self,
        rpc: Rpc,
        at: EntryPoint,
        sender: bytes,
        confirmations: int = 1,
        guard: GuardWords | None = None,
    ) -> None:
        """`confirmations` is how many blocks deep counts as settled; 1 is its own block."""
        self._rpc = rpc
        self._at = at
        self._sender = sender
        self._depth = confirmations
        self._guard = guard

    def look(self, outbox: Outbox) -> Head:
        """Bring every open activation up to what the chain says now.

        Raises:
            ChainError: the chain does not say; what was written is true all the same.
        """
        head = self._head()
        activations = outbox.open_activations()
        if activations:
            first = min(one.first_block for one in activations)
            # A reorganised chain may be shorter, and hold an operation in an earlier block than we sent it at.
            first = max(0, min(first, head.newest) - BACK)
            found = landings(self._rpc, self._at, self._sender, first, head.newest)
            for activation in activations:
                self._update(outbox, activation, found.get(activation.nonce), head)
        return head

    def _head(self) -> Head:
        newest = number(self._rpc, "eth_blockNumber")
        settled = max(0, newest - self._depth + 1)
        block = record(self._rpc, "eth_getBlockByNumber", hex(settled), False)
        return Head(newest, settled, quantity(self._rpc, "eth_getBlockByNumber", block.get("timestamp")))

    def _update(self, outbox: Outbox, activation: Activation, landing: Landing | None, head: Head) -> None:
        entries = outbox.entries(activation.id)
        ours = next((one for one in entries if landing is not None and one.hash == landing.hash), None)
        if landing is None or ours is None:
            self._unplaced(outbox, activation, entries, landing, head)
        else:
            self._placed(outbox, ours, entries, landing, head)
        _ended(outbox, activation)

    def _placed(
        self, outbox: Outbox, ours: Entry, entries: list[Entry], landing: Landing, head: Head
    ) -> None:
        for other in entries:
            if other.hash != ours.hash and other.state in ("planned", "sent", "unknown"):
                outbox.record(other.hash, "superseded", f"{ours.hash} landed in its place")
            elif other.hash != ours.hash and other.state == "included":
                outbox.record(other.hash, "vanished", "the block it was in is no longer part of the chain")
                outbox.record(other.hash, "superseded", f"{ours.hash} landed in its place")
        if ours.state != "included" or ours.landing != landing:
            outbox.record(ours.hash, "found", landing=landing)
        if landing.block <= head.settled and self._still_there(landing):
            self._settle(outbox, ours, landing)

    def _settle(self, outbox: Outbox, ours: Entry, landing: Landing) -> None:
        if not landing.success:
            outbox.record(ours.hash, "reverted", explained(landing.reason, self._guard), landing)
        elif ours.nothing:
            outbox.record(ours.hash, "reverted", NOTHING, landing)
        else:
            outbox.record(ours.hash, "settled", landing=landing)

    def _still_there(self, landing: Landing) -> bool:
        block = record(self._rpc, "eth_getBlockByNumber", hex(landing.block), False)
        return block.get("hash") == landing.block_hash

    def _unplaced(
        self,
        outbox: Outbox,
        activation: Activation,
        entries: list[Entry],
        other: Landing | None,
        head: Head,
    ) -> None:
        for entry in entries:
            if entry.state == "included":
                outbox.record(entry.hash, "vanished", "the block it was in is no longer part of the chain")
        why = self._dead(activation, other, _last_deadline(entries), head)
        if not why:
            return
        for entry in outbox.entries(activation.id):
            if allows(entry.state, "dead"):
                outbox.record(entry.hash, "dead", why)

    def _dead(self, activation: Activation, other: Landing | None, deadline: int | None, head: Head) -> str:
        """Why nothing sent for it can do anything any more; empty when something still may."""
        if other is not None:
            deep = other.block <= head.settled and self._still_there(other)
            return f"operation {other.hash} of somebody else's used its nonce" if deep else ""
        if deadline is None or head.settled_time <= deadline:
            return ""
        # Logs that a node left out would say the same as none: the nonce itself must be unused at that depth.
        key, _ = key_and_sequence(activation.nonce)
        unused = next_nonce(self._rpc, self._at, self._sender, key, hex(head.settled))
        if unused >> 64 != key:
            raise odd(self._rpc, "eth_call", "the lane's nonce")
        late = head.settled_time - deadline
        return (
            f"its deadline passed {late} s before block {head.settled}" if unused <= activation.nonce else ""
        )


def _ended(outbox: Outbox, activation: Activation) -> None:
    """End an activation of which nothing can become any more, with the reason of the operation that decided it."""
    entries = outbox.entries(activation.id)
    if not has_ended(entries) and not _decided(entries):
        return
    landed = next(
        (one for one in entries if one.landing is not None and one.state in ("final", "failed")), None
    )
    decisive = landed or (entries[-1] if entries else None)
    outbox.end(activation.id, decisive.reason if decisive is not None else activation.reason or UNSENT)


def _last_deadline(entries: list[Entry]) -> int | None:
    """When the last of them can do nothing any more; None when one always can."""
    deadlines = [entry.deadline for entry in entries if not entry.nothing]
    known = [deadline for deadline in deadlines if deadline is not None]
    return max(known) if known and len(known) == len(deadlines) else None


def _decided(entries: list[Entry]) -> bool:
    """Whether one landed for good: its nonce is used, so that the others never can."""
    return any(entry.state in ("final", "failed") and entry.landing is not None for entry in entries)
