"""A three-call user operation filled, hashed and signed: stratc beside eth-abi and eth-account."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib.util import find_spec

from eth_abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_hash.auto import keccak
from timing import Times, table, turns

from stratc.runtime.addresses import parsed
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts.simple_07 import Simple07
from stratc.runtime.execution.userop.entry_points import CANONICAL, EntryPoint
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner
from stratc.runtime.execution.userop.signing import signed
from stratc.runtime.execution.userop.template import BatchTemplate, Hole
from stratc.runtime.keccak import keccak256, selector

COUNT = 500
MICROSECOND = 1e-6
KEY = keccak256(b"a key of the benchmark")
ENTRY_POINT = EntryPoint(parsed(CANONICAL["0.7"]), "0.7", 1)
ACCOUNT = Simple07(keccak256(b"account")[12:])
TOKEN, ROUTER, GUARD = (keccak256(name)[12:] for name in (b"token", b"router", b"guard"))
SELECTORS = [
    selector("approve(address,uint256)"),
    selector("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))"),
    selector("after_legs(uint256,uint256)"),
]
TYPES = [
    ["address", "uint256"],
    ["(address,address,uint24,address,uint256,uint256,uint160)"],
    ["uint256", "uint256"],
]
ADDRESS = ["0x" + a.hex() for a in (ACCOUNT.address, TOKEN, ROUTER, GUARD, parsed(CANONICAL["0.7"]))]
FEES = (400_000, 150_000, 60_000, 3 * 10**10, 10**9)
Numbers = tuple[int, int, int]


def _arguments(numbers: Numbers) -> list[list[object]]:
    amount, least, deadline = numbers
    account, token, router, guard, _ = ADDRESS
    return [[router, amount], [(token, guard, 500, account, amount, least, 0)], [amount, deadline]]


def generic_data(numbers: Numbers) -> bytes:
    """The batch through eth-abi."""
    parts = zip(SELECTORS, TYPES, _arguments(numbers), strict=True)
    calls = [head + encode(types, values) for head, types, values in parts]
    batch = [[ADDRESS[1], ADDRESS[2], ADDRESS[3]], [0, 0, 0], calls]
    head = selector("executeBatch(address[],uint256[],bytes[])")
    return head + encode(["address[]", "uint256[]", "bytes[]"], batch)


def generic_hash(nonce: int, data: bytes) -> bytes:
    """`userOpHash` of v0.7 through eth-abi and eth-hash."""
    call, verification, before, fee, priority = FEES
    limits, fees = (
        (verification << 128 | call).to_bytes(32, "big"),
        (priority << 128 | fee).to_bytes(32, "big"),
    )
    types = ["address", "uint256", "bytes32", "bytes32", "bytes32", "uint256", "bytes32", "bytes32"]
    hashes = keccak(b""), keccak(data)
    body = encode(types, [ADDRESS[0], nonce, *hashes, limits, before, fees, keccak(b"")])
    return keccak(encode(["bytes32", "address", "uint256"], [keccak(body), ADDRESS[4], 1]))


def _template() -> BatchTemplate:
    blanks = zip((TOKEN, ROUTER, GUARD), SELECTORS, TYPES, _arguments((0, 0, 0)), strict=True)
    calls = [Call(to, 0, head + encode(types, values)) for to, head, types, values in blanks]
    holes = [("approved", 0, 36), ("amount", 1, 132), ("least", 1, 164), ("spent", 2, 4), ("deadline", 2, 36)]
    return BatchTemplate(ACCOUNT, calls, [Hole(*hole) for hole in holes])


class Run:
    """The same operations each way, from the same numbers."""

    def __init__(self) -> None:
        rng = random.Random(7)
        self.numbers = [
            (rng.randrange(10**20), rng.randrange(10**12), rng.randrange(2**32)) for _ in range(COUNT)
        ]
        self.template, self.signer, self.key = _template(), LocalSigner(Secret(KEY)), KEY
        self.datas = [self.data(numbers) for numbers in self.numbers]
        self.hashes = [user_op_hash(self.operation(i, d), ENTRY_POINT) for i, d in enumerate(self.datas)]

    def data(self, numbers: Numbers) -> bytes:
        amount, least, deadline = numbers
        return self.template.fill((amount, amount, least, amount, deadline))

    def operation(self, nonce: int, data: bytes) -> UserOperation:
        return UserOperation(ACCOUNT.address, nonce, data, *FEES)

    def whole(self) -> list[tuple[bytes, bytes]]:
        done = []
        for nonce, numbers in enumerate(self.numbers):
            operation = self.operation(nonce, self.data(numbers))
            sealed = signed(operation, ACCOUNT, ENTRY_POINT, self.signer)
            done.append((sealed.call_data, sealed.signature))
        return done

    def generic(self) -> list[tuple[bytes, bytes]]:
        done = []
        for nonce, numbers in enumerate(self.numbers):
            data = generic_data(numbers)
            done.append((data, self.generic_sign(generic_hash(nonce, data))))
        return done

    def generic_sign(self, hashed: bytes) -> bytes:
        return bytes(Account.sign_message(encode_defunct(hashed), self.key).signature)


def main() -> None:
    """Print the tables."""
    run = Run()
    if run.whole() != run.generic():
        raise RuntimeError("the two ways give different operations")
    backend = "coincurve" if find_spec("coincurve") else "pure Python"
    print(f"\nuser operations: the same bytes and signatures both ways; eth-account signs with {backend}")
    _show(
        "three calls filled, hashed and signed, us an operation",
        {"stratc": run.whole, "eth-abi and eth-account": run.generic},
    )
    _show(
        "the batch's call data",
        {
            "stratc": lambda: [run.data(n) for n in run.numbers],
            "eth-abi": lambda: [generic_data(n) for n in run.numbers],
        },
    )
    _show(
        "userOpHash",
        {
            "stratc": lambda: [
                user_op_hash(run.operation(i, d), ENTRY_POINT) for i, d in enumerate(run.datas)
            ],
            "eth-abi": lambda: [generic_hash(i, d) for i, d in enumerate(run.datas)],
        },
    )
    _show(
        "a signature",
        {
            "stratc": lambda: [run.signer.sign(h) for h in run.hashes],
            "eth-account": lambda: [run.generic_sign(h) for h in run.hashes],
        },
    )


def _show(title: str, work: dict[str, Callable[[], object]]) -> None:
    times: dict[str, Times] = turns(work)
    table(title, MICROSECOND, "us", times, "stratc", COUNT)


if __name__ == "__main__":
    main()
