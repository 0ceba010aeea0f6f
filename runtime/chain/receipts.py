"""Receipts: a node can know a transaction and still have none, so they are asked for until they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from stratc.runtime.chain.errors import NoReceipt
from stratc.runtime.chain.rpc import Rpc

FIRST_WAIT = 0.005
"""Seconds between the first two questions; doubled up to `LONGEST_WAIT`."""
LONGEST_WAIT = 1.0


def receipt_of(
    rpc: Rpc,
    transaction: str,
    *,
    timeout: float = 30.0,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """The receipt of the transaction with this hash, waited for up to `timeout` seconds.

    Raises:
        NoReceipt: there was none in that time; the transaction may still land.
    """
    end = clock() + timeout
    wait = FIRST_WAIT
    while True:
        receipt = rpc.call("eth_getTransactionReceipt", transaction)
        if isinstance(receipt, dict) and receipt.get("blockNumber") is not None:
            return receipt
        if clock() + wait > end:
            raise NoReceipt(transaction, timeout)
        pause(wait)
        wait = min(2 * wait, LONGEST_WAIT)
