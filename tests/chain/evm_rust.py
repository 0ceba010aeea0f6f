"""A chain in this process, on pyrevm."""

from __future__ import annotations

import pyrevm

from tests.chain.evm import ANYBODY, Chain, Reverted


class RustEvm(Chain):
    """A chain in this process.

    `gas_used` is right for the first transaction only: what one has touched is warm for the next.
    """

    def __init__(self) -> None:
        self.evm = pyrevm.EVM(spec_id="CANCUN")
        self.at(1, 1_800_000_000)
        self.evm.set_balance(ANYBODY, 10**30)

    def at(self, block: int, time: int) -> None:
        """Go to a block."""
        self.block, self.time = block, time
        self.evm.set_block_env(pyrevm.BlockEnv(number=block, timestamp=time, basefee=0, gas_limit=10**9))

    def create(self, code: bytes) -> str:
        """Deploy."""
        try:
            return str(self.evm.deploy(ANYBODY, code))
        except RuntimeError as wrong:
            raise Reverted(_revert_data(wrong)) from wrong

    def send(self, by: str, to: str, data: bytes) -> bytes:
        """One transaction: what it changed stays, what was transient goes."""
        self.evm.set_tx_env(pyrevm.TxEnv(caller=by, gas_price=self.gas_price))
        before = self.evm.snapshot()
        try:
            answer = bytes(self.evm.message_call(by, to, calldata=data, gas_price=self.gas_price))
        except RuntimeError as wrong:
            self.evm.revert(before)
            raise Reverted(_revert_data(wrong)) from wrong
        finally:
            self.evm.reset_transient_storage()
        self.evm.commit()
        return answer

    @property
    def gas_used(self) -> int:
        """Gas of the last transaction."""
        return int(self.evm.result.gas_used)


def _revert_data(wrong: RuntimeError) -> bytes:
    told = str(wrong)
    assert "output: 0x" in told, told
    return bytes.fromhex(told.partition("output: 0x")[2].split()[0].rstrip(",)}"))
