"""Nonces: one lane a rule, so that rules do not wait for each other, and one nonce a firing."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.engine.messages import Order
from stratc.runtime.execution.entry_point import next_nonce
from stratc.runtime.execution.outbox import Activation, Outbox
from stratc.runtime.execution.userop.accounts.base import Account
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.operation import key_and_sequence


class LaneBusy(RuntimeError):
    """What was sent last on a lane is still under way: nothing new may follow it."""

    def __init__(self, before: Activation, state: str) -> None:
        """`before` is what the lane waits for."""
        told = f": {before.reason}" if before.reason else ""
        super().__init__(
            f"lane {before.lane} waits for {before.id}, which is {state}{told}; ask again when it has ended"
        )
        self.before = before


def activation_of(run: str, orders: Sequence[Order]) -> str:
    """The name of a firing: its run and the part that its orders' ids share (`tick.rule`)."""
    names = {order.id.rpartition(".")[0] for order in orders}
    if len(names) != 1:
        raise ValueError(f"orders of {len(names)} firings; one operation carries those of one")
    return f"{run}:{names.pop()}"


def free_nonce(rpc: Rpc, at: EntryPoint, account: Account, outbox: Outbox, lane: int) -> int:
    """The nonce of a lane's next operation: the chain's, or the one after what the outbox knows to have landed.

    Raises:
        LaneBusy: the fate of the one before is not known.
        ChainError: the chain does not say.
    """
    before = outbox.busy(lane)
    if before is not None:
        raise LaneBusy(before, outbox.state(before.id))
    key = account.nonce_key(lane)
    told, known = next_nonce(rpc, at, account.address, key), outbox.sequence_after(lane)
    return max(told, known) if key_and_sequence(known)[0] == key else told
