"""A chain at the edge: blocks that a test mines, contracts that answer what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stratc.runtime.keccak import selector
from stratc.runtime.live.holdings import Account
from stratc.runtime.live.inputs import Inputs
from stratc.runtime.live.market import ChainMarket
from stratc.runtime.live.oracle import Oracle
from tests.execution.nodes import Node, error

GWEI = 10**9
Word = int | str
"""A number, or an address."""


def hexed(words: tuple[Word, ...]) -> str:
    """Words as a contract returns them, negative numbers in two's complement."""
    numbers = (int(word, 16) if isinstance(word, str) else word for word in words)
    return "0x" + "".join((number % 2**256).to_bytes(32, "big").hex() for number in numbers)


def block(number: int, time: int, hash_: str = "") -> dict[str, Any]:
    """A block as a node tells it."""
    return {
        "number": hex(number),
        "timestamp": hex(time),
        "hash": hash_ or f"0x{number:064x}",
        "baseFeePerGas": hex(GWEI),
    }


class Chain:
    """Answers `eth_call` by contract and function, `eth_getBlockByNumber` with the newest block."""

    def __init__(self) -> None:
        self.newest: Any = block(100, 1_800_000_000)
        self.calls: dict[tuple[str, str], Any] = {}
        self.asked_at: list[str] = []
        self.node = Node(
            eth_call=self._call,
            eth_getBlockByNumber=lambda _: self.newest() if callable(self.newest) else self.newest,
            eth_syncing=False,
        )
        self.rpc = self.node.rpc

    def says(self, at: str, function: str, *words: Word) -> None:
        """From now on a contract's function returns these words."""
        self.calls[at.lower(), "0x" + selector(function).hex()] = hexed(words)

    def refuses(self, at: str, function: str, reason: str = "execution reverted") -> None:
        """From now on it reverts."""
        self.calls[at.lower(), "0x" + selector(function).hex()] = error(reason, 3)

    def _call(self, params: list[Any]) -> Any:
        call, at = params
        self.asked_at.append(at)
        return self.calls.get((call["to"].lower(), call["data"][:10]), "0x")


def market_of(
    chain: Chain, oracle: Oracle, tell: Callable[[str], None] = lambda _: None, **more: Any
) -> ChainMarket:
    """The chain as a market with a price and nothing else; it never sleeps."""
    account = Account("0x" + "11" * 20, None, None)
    return ChainMarket(
        chain.rpc, Inputs(oracle, account, ()), tell, pause=more.pop("pause", lambda _: None), **more
    )
