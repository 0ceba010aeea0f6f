"""A chain in this process, on py-evm: slow, and on every Python."""

from __future__ import annotations

from eth._utils.address import generate_contract_address
from eth.abc import ComputationAPI
from eth.constants import BLANK_ROOT_HASH, CREATE_CONTRACT_ADDRESS
from eth.db.atomic import AtomicDB
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.cancun.state import CancunState
from eth.vm.forks.cancun.transaction_context import CancunTransactionContext
from eth.vm.message import Message
from eth_utils import to_canonical_address, to_checksum_address

from tests.chain.evm import ANYBODY, Chain, Reverted

GAS = 10**9
_ANYBODY = to_canonical_address(ANYBODY)


class PythonEvm(Chain):
    """A chain in this process; every transaction finds cold what the one before it warmed."""

    def __init__(self) -> None:
        self.state = CancunState(AtomicDB(), _context(1, 1_800_000_000), BLANK_ROOT_HASH)
        self.at(1, 1_800_000_000)
        self.state.set_balance(_ANYBODY, 10**30)

    def at(self, block: int, time: int) -> None:
        """Go to a block."""
        self.block, self.time = block, time
        self.state.execution_context = _context(block, time)

    def create(self, code: bytes) -> str:
        """Deploy."""
        made = generate_contract_address(_ANYBODY, self.state.get_nonce(_ANYBODY))
        self.state.increment_nonce(_ANYBODY)
        message = Message(GAS, CREATE_CONTRACT_ADDRESS, _ANYBODY, 0, b"", code, create_address=made)
        run = self.state.computation_class.apply_create_message
        self._ended(run(self.state, message, self._context_of(_ANYBODY)))
        return to_checksum_address(made)

    def send(self, by: str, to: str, data: bytes) -> bytes:
        """One transaction: what it changed stays, what was transient goes."""
        sender, target = to_canonical_address(by), to_canonical_address(to)
        message = Message(GAS, target, sender, 0, data, self.state.get_code(target))
        run = self.state.computation_class.apply_message
        return self._ended(run(self.state, message, self._context_of(sender)))

    @property
    def gas_used(self) -> int:
        """Gas of the last transaction."""
        return self._used

    def _context_of(self, sender: bytes) -> CancunTransactionContext:
        return CancunTransactionContext(self.gas_price, sender, [])

    def _ended(self, done: ComputationAPI) -> bytes:
        """What the transaction returned; what it touched and what was transient goes."""
        self._used = GAS - done.get_gas_remaining() + _intrinsic(bytes(done.msg.data))
        self.state.clear_transient_storage()
        self.state.lock_changes()
        if done.is_error:
            raise Reverted(bytes(done.output))
        return bytes(done.output)


def _intrinsic(data: bytes) -> int:
    """Gas of a transaction before it runs (EIP-2028)."""
    return 21_000 + sum(16 if byte else 4 for byte in data)


def _context(block: int, time: int) -> ExecutionContext:
    return ExecutionContext(bytes(20), time, block, 0, bytes(32), GAS, (), 1, 0, 0)
