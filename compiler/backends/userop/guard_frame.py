"""The guard's calls around the legs of every operation."""

from __future__ import annotations

from stratc.runtime.bundle import Call, Guarding, Hole, HoleName
from stratc.runtime.deployment import Address

_UINT = "uint256"


def guarding(address: Address, ir_hash: str) -> Guarding:
    """First, between two legs, last."""
    begin = Call(
        what="the guard: the program is current, in time, and the price is good",
        to=address,
        function="begin(bytes32 strategy, uint256 deadline_block, uint256 deadline_time)",
        args=("0x" + ir_hash, _hole("deadline_block", "block"), _hole("deadline_time", "s")),
    )
    mark = Call(
        what="the guard: hold the leg before to the limits and its slippage",
        to=address,
        function="mark(uint256 slippage)",
        args=(_slippage(),),
    )
    finish = Call(
        what="the guard: the same for the last leg, then what the account is left with",
        to=address,
        function="finish(uint256 slippage, uint256 orders, uint256 hints)",
        args=(_slippage(), _hole("orders", "orders"), _hole("hints", "")),
    )
    return Guarding(address=address, begin=begin, mark=mark, finish=finish)


def _slippage() -> Hole:
    return _hole("slippage", "ratio", 9)


def _hole(name: HoleName, unit: str, decimals: int = 0) -> Hole:
    return Hole(hole=name, type=_UINT, unit=unit, decimals=decimals, rounding="down")
