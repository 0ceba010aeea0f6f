"""A funded key that carries operations to the EntryPoint in transactions of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from stratc.runtime.addresses import checksummed
from stratc.runtime.chain.reads import number, quantity
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.gas import GasLimits, carrying, estimated
from stratc.runtime.execution.parcel import Parcel
from stratc.runtime.execution.transaction import Transaction, signed
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.signer import Signer


@dataclass(frozen=True, slots=True)
class Executor:
    """What the routes share that send transactions of a key; operations pay it back for their gas."""

    rpc: Rpc
    entry_point: EntryPoint
    signer: Signer

    @property
    def carrier(self) -> bytes:
        """The key's address."""
        return self.signer.address

    @property
    def pays(self) -> str:
        """The same as text."""
        return checksummed(self.signer.address)

    def limits(self, operation: UserOperation) -> GasLimits:
        """Limits by the node's own estimate of the batch."""
        return estimated(self.rpc, self.entry_point, operation)

    def pack(
        self,
        operation: UserOperation,
        own: Collection[int],
        others: Collection[int],
        until: int | None = None,
    ) -> Parcel:
        """A signed transaction with the fees of the operation, at the key's lowest free nonce.

        Raises:
            ChainError: the nonce cannot be known.
        """
        transaction = Transaction(
            self.entry_point.chain_id,
            self._nonce(own, others),
            operation.max_priority_fee_per_gas,
            operation.max_fee_per_gas,
            carrying(operation),
            self.entry_point.address,
            0,
            handle_ops([operation], self.signer.address, self.entry_point.version),
        )
        raw = signed(transaction, self.signer)
        return Parcel("0x" + raw.hash.hex(), self.pays, transaction.nonce, "0x" + raw.data.hex(), until)

    def again(self, parcel: Parcel) -> bool:
        """Whether the key has not used the transaction's nonce yet."""
        return parcel.nonce >= self._next()

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether a node has the transaction waiting.

        One in a block whose operation was not found there is only given up when it was reverted as a whole.
        """
        told = self.rpc.call("eth_getTransactionByHash", parcel.hash)
        if not isinstance(told, dict):
            return False
        if told.get("blockNumber") is None:
            return True
        receipt = self.rpc.call("eth_getTransactionReceipt", parcel.hash)
        if not isinstance(receipt, dict):
            return None
        status = quantity(self.rpc, "eth_getTransactionReceipt", receipt.get("status"))
        return False if status == 0 else None

    def _nonce(self, own: Collection[int], others: Collection[int]) -> int:
        first = self._next()
        free = [nonce for nonce in own if nonce >= first]
        if free:
            return min(free)
        return next(nonce for nonce in range(first, first + len(others) + 1) if nonce not in others)

    def _next(self) -> int:
        return number(self.rpc, "eth_getTransactionCount", self.pays, "latest")
