"""The batch of eth-infinitism's accounts from v0.8 on: an array of (target, value, data)."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.execution.userop.abi import Call, calls_argument, encoded
from stratc.runtime.execution.userop.accounts.base import at_least_one
from stratc.runtime.keccak import selector

_EXECUTE_BATCH = selector("executeBatch((address,uint256,bytes)[])")


def simple_batch(calls: Sequence[Call]) -> bytes:
    """Call data of `executeBatch`; with more than one call a failure says which (`ExecuteError`)."""
    return _EXECUTE_BATCH + encoded(calls_argument(at_least_one(calls)))
