"""Transactions of an ordinary key (EIP-1559): what carries user operations where no bundler does."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.signer import Signer
from stratc.runtime.keccak import keccak256

_TYPE = b"\x02"
_SHORT = 56
Item = bytes | list["Item"]


class Transaction(NamedTuple):
    """A call by an ordinary key; fees are wei a unit of gas."""

    chain_id: int
    nonce: int
    tip: int
    max_fee: int
    gas: int
    to: bytes
    value: int
    data: bytes


class Raw(NamedTuple):
    """A signed transaction as it goes over the wire, and its hash."""

    data: bytes
    hash: bytes


def signed(transaction: Transaction, signer: Signer) -> Raw:
    """The transaction, signed.

    Raises:
        OperationError: a number is negative.
    """
    fields = _fields(transaction)
    signature = signer.sign(keccak256(_TYPE + rlp(fields)))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    sealed: list[Item] = [*fields, _number(signature[64] - 27), _number(r), _number(s)]
    data = _TYPE + rlp(sealed)
    return Raw(data, keccak256(data))


def _fields(transaction: Transaction) -> list[Item]:
    t = transaction
    numbers: list[Item] = [_number(n) for n in (t.chain_id, t.nonce, t.tip, t.max_fee, t.gas)]
    return [*numbers, t.to, _number(t.value), t.data, []]


def rlp(item: Item) -> bytes:
    """The item in Ethereum's own encoding."""
    if isinstance(item, list):
        return _headed(b"".join(rlp(part) for part in item), 0xC0)
    if len(item) == 1 and item[0] < 0x80:
        return item
    return _headed(item, 0x80)


def _headed(body: bytes, base: int) -> bytes:
    if len(body) < _SHORT:
        return bytes((base + len(body),)) + body
    length = _number(len(body))
    return bytes((base + _SHORT - 1 + len(length),)) + length + body


def _number(value: int) -> bytes:
    if value < 0:
        raise OperationError(f"a transaction cannot hold {value}; its numbers are 0 or more")
    return value.to_bytes((value.bit_length() + 7) // 8, "big")
