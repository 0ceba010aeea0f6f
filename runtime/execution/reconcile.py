"""An operation whose fate is unknown: where is it? Asked after its landing was looked for, before anything is sent."""

from __future__ import annotations

from typing import Literal

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.entry_point import next_nonce
from stratc.runtime.execution.outbox import Entry, Outbox
from stratc.runtime.execution.routes.base import Route
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.operation import key_and_sequence

Fate = Literal["waiting", "absent", "unclear"]
"""`waiting`: the route has it. `absent`: neither chain nor route knows it, and its nonce is free. `unclear`: it
cannot be said yet."""


def fate(rpc: Rpc, at: EntryPoint, outbox: Outbox, route: Route, entry: Entry) -> Fate:
    """Where an operation is that no block was found to hold.

    Raises:
        ChainError: chain or route do not say.
    """
    key, _ = key_and_sequence(entry.operation.nonce)
    if next_nonce(rpc, at, entry.operation.sender, key) > entry.operation.nonce:
        return "unclear"  # the nonce is used, and by what is for the next look at the logs
    told = [route.holds(parcel) for parcel in outbox.parcels(entry.hash)]
    if True in told:
        return "waiting"
    return "unclear" if None in told else "absent"
