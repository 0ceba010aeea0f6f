"""The public mempool: `handleOps` in a transaction of a funded key, seen by all (`via public`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.execution.gas import GasLimits
from stratc.runtime.execution.parcel import Answer, Parcel
from stratc.runtime.execution.routes.base import answer_to, answer_with
from stratc.runtime.execution.routes.executor import Executor
from stratc.runtime.execution.userop.operation import UserOperation


@dataclass(frozen=True, slots=True)
class Public:
    """`eth_sendRawTransaction` to the executor's node, or to any endpoint that takes it (MEV Blocker's)."""

    executor: Executor
    patience: float = 36.0

    @property
    def carrier(self) -> bytes:
        """The executor's key."""
        return self.executor.carrier

    @property
    def pays(self) -> str:
        """The executor's key."""
        return self.executor.pays

    def limits(self, operation: UserOperation) -> GasLimits:
        """By the node's own estimate."""
        return self.executor.limits(operation)

    def pack(
        self, operation: UserOperation, hash_: str, own: Collection[int], others: Collection[int]
    ) -> Parcel:
        """A signed transaction."""
        return self.executor.pack(operation, own, others)

    def again(self, parcel: Parcel) -> bool:
        """While the key's nonce is free."""
        return self.executor.again(parcel)

    def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
        """Hand it to the node."""
        try:
            return answer_with(self.executor.rpc.call("eth_sendRawTransaction", parcel.raw), parcel.hash)
        except ChainError as error:
            return answer_to(error)

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether the node has it waiting."""
        return self.executor.holds(parcel)
