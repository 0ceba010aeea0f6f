"""An ERC-4337 bundler: takes operations as they are and makes the transactions itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stratc.runtime.addresses import checksummed
from stratc.runtime.chain.errors import ChainError, Refused
from stratc.runtime.chain.reads import odd, quantity, record
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.gas import GasLimits
from stratc.runtime.execution.parcel import Answer, Parcel
from stratc.runtime.execution.routes.base import answer_to, answer_with
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.rpc_form import to_rpc

_ESTIMATE = "eth_estimateUserOperationGas"
_STATUS = "pimlico_getUserOperationStatus"
_WAITING = ("not_submitted", "submitted")
_LANDED = ("included", "failed", "reverted")
_SOMEBODY = bytes.fromhex("00" * 18 + "4337")


@dataclass(frozen=True, slots=True)
class Bundler:
    """`eth_sendUserOperation`, with the bundler's own estimates of gas."""

    rpc: Rpc
    entry_point: EntryPoint
    placeholder: bytes
    """A signature as long as the account's, of nobody (`Account.placeholder`)."""
    patience: float = 36.0
    pays: str = ""
    carrier: bytes = _SOMEBODY
    authorization: Mapping[str, object] | None = None
    """Signed (EIP-7702), for the first operation of an account that delegates with it."""

    def limits(self, operation: UserOperation) -> GasLimits:
        """The bundler's estimate."""
        asked = to_rpc(
            operation._replace(signature=self.placeholder), self.entry_point.version, self.authorization
        )
        told = record(self.rpc, _ESTIMATE, asked, checksummed(self.entry_point.address))
        names = ("callGasLimit", "verificationGasLimit", "preVerificationGas")
        if not all(name in told for name in names):
            raise odd(self.rpc, _ESTIMATE, "an estimate of gas")
        return GasLimits(*(quantity(self.rpc, _ESTIMATE, told[name]) for name in names))

    def pack(
        self, operation: UserOperation, hash_: str, own: Collection[int], others: Collection[int]
    ) -> Parcel:
        """The operation itself."""
        return Parcel(hash_)

    def again(self, parcel: Parcel) -> bool:
        """Always: the bundler knows an operation by its hash."""
        return True

    def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
        """Hand it to the bundler."""
        told = to_rpc(operation, self.entry_point.version, self.authorization)
        try:
            answer = self.rpc.call("eth_sendUserOperation", told, checksummed(self.entry_point.address))
        except ChainError as error:
            return answer_to(error)
        return answer_with(answer, parcel.hash)

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether the bundler knows it and has not seen it in a block.

        One that the bundler says has landed is looked for on the chain once more. Some bundlers (alto) show by its
        hash only what is in a block, and have a method of their own for what waits.
        """
        if isinstance(self.rpc.call("eth_getUserOperationReceipt", parcel.hash), dict):
            return None
        if isinstance(self.rpc.call("eth_getUserOperationByHash", parcel.hash), dict):
            return True
        return self._waits(parcel)

    def _waits(self, parcel: Parcel) -> bool | None:
        try:
            told = self.rpc.call(_STATUS, parcel.hash)
        except Refused:
            return False  # it has no such method
        status = told.get("status") if isinstance(told, dict) else None
        return None if status in _LANDED else status in _WAITING
