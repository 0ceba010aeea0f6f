"""Transactions that a sequencer takes only while conditions hold (ERC-7796): no failure is paid for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.gas import GasLimits
from stratc.runtime.execution.parcel import Answer, Parcel
from stratc.runtime.execution.routes.base import answer_to, answer_with
from stratc.runtime.execution.routes.executor import Executor
from stratc.runtime.execution.userop.operation import UserOperation

KnownAccounts = Mapping[str, str | Mapping[str, str]]
"""By address: the storage root, or values of single slots, that must be there."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """`eth_sendRawTransactionConditional`; the deadline goes along as the last timestamp."""

    executor: Executor
    sequencer: Rpc
    patience: float = 10.0
    known_accounts: KnownAccounts = field(default_factory=dict)
    block_number_max: int | None = None

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
        return self.executor.pack(operation, own, others, self.block_number_max)

    def again(self, parcel: Parcel) -> bool:
        """While the key's nonce is free."""
        return self.executor.again(parcel)

    def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
        """Hand it to the sequencer with its conditions."""
        method = "eth_sendRawTransactionConditional"
        try:
            told = self.sequencer.call(method, parcel.raw, self._conditions(parcel, deadline))
        except ChainError as error:
            return answer_to(error)
        return answer_with(told, parcel.hash)

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether the node has it waiting."""
        return self.executor.holds(parcel)

    def _conditions(self, parcel: Parcel, deadline: int | None) -> dict[str, object]:
        told: dict[str, object] = {"knownAccounts": dict(self.known_accounts)}
        if parcel.until is not None:
            told["blockNumberMax"] = hex(parcel.until)
        if deadline is not None:
            told["timestampMax"] = hex(deadline)
        return told
