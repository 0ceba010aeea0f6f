"""Signatures as people write them, and calls encoded by them, against eth-abi."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.addresses import checksummed
from stratc.runtime.signatures import Argument, SignatureError, encoded, signature, word

ADDRESSES = st.binary(min_size=20, max_size=20).filter(any).map(checksummed)


def _values(kind: str) -> st.SearchStrategy[Argument]:
    if kind == "address":
        return ADDRESSES
    if kind == "bool":
        return st.booleans()
    if kind.startswith("bytes"):
        size = int(kind.removeprefix("bytes"))
        return st.binary(min_size=size, max_size=size).map(lambda value: "0x" + value.hex())
    bits = int(kind.lstrip("uint"))
    low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return st.integers(low, high) | st.sampled_from([low, high])


KINDS = ["address", "bool", "uint256", "uint24", "int256", "int24", "bytes32", "bytes4"]


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[str], list[Argument]]:
    """Types (`(a,b)` is a struct) and arguments for them."""
    types: list[str] = []
    values: list[Argument] = []
    for _ in range(draw(st.integers(0, 4))):
        parts = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
        inner = [draw(_values(kind)) for kind in parts]
        struct = len(parts) > 1
        types.append(f"({','.join(parts)})" if struct else parts[0])
        values.append(tuple(inner) if struct else inner[0])
    return types, values


def _plain(value: Argument) -> object:
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in value)
    return bytes.fromhex(value[2:]) if isinstance(value, str) and len(value) != 42 else value


@given(calls())
def test_calls_are_encoded_as_eth_abi_does(call: tuple[list[str], list[Argument]]) -> None:
    types, values = call
    expected = keccak(f"f({','.join(types)})".encode())[:4] + encode(types, [_plain(v) for v in values])
    named = ", ".join(f"{kind} name{place}" for place, kind in enumerate(types))
    assert encoded(f"f({named})", values) == expected


def test_structs_are_lists_and_names_are_for_people() -> None:
    text = "function open((address base, bool isLong, uint24 fee) params, uint256 deadline)"
    assert signature(text).canonical == "open((address,bool,uint24),uint256)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no function"),
        ("approve", "is no function"),
        ("approve(uint256", "lacks a comma or a closing bracket"),
        ("approve(uint256,", "lacks a closing bracket"),
        ("approve(uint256))", "goes on after its last bracket"),
        ("approve(uint256 a b)", "lacks a comma"),
        ("approve(uint7 a)", "no type of one word"),
        ("approve(bytes33 a)", "no type of one word"),
        ("approve(bytes a)", "no type of one word"),
        ("approve(uint256[] a)", "cannot be read from character 16 on"),
        ("approve(,)", "no type of one word"),
        ("9(uint256)", "cannot be read"),
    ],
)
def test_what_is_no_signature(text: str, said: str) -> None:
    with pytest.raises(SignatureError, match=said):
        signature(text)


@given(st.text(alphabet="f(),uint256 addresbol[]x", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        signature(text)
    except SignatureError:
        return


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("uint256", 2**256, "does not fit uint256"),
        ("uint256", -1, "does not fit uint256"),
        ("uint24", 2**24, "0 .. 2\\^24 - 1"),
        ("int24", 2**23, "-2\\^23 .. 2\\^23 - 1"),
        ("uint256", True, "True is no uint256"),
        ("uint256", 1.5, "1.5 is no uint256"),
        ("uint256", "ten", "'ten' is no uint256"),
        ("bool", 1, "1 is no bool"),
        ("bytes32", "0x00", "is no bytes32; write 0x and 64"),
        ("address", "0x0000000000000000000000000000000000000000", "zero address"),
        ("address", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "has no checksum"),
        ("address", 5, "5 is no address"),
    ],
)
def test_values_must_fit(kind: str, value: object, said: str) -> None:
    with pytest.raises(SignatureError, match=said):
        word(kind, value)


def test_large_numbers_may_be_text() -> None:
    assert word("uint256", str(2**256 - 1)) == b"\xff" * 32


def test_the_number_of_arguments_must_be_right() -> None:
    with pytest.raises(SignatureError, match="f takes 1 arguments and gets 2"):
        encoded("f(uint256 a)", (1, 2))
    with pytest.raises(SignatureError, match="f takes a list for pair, not 1"):
        encoded("f((uint256 a, uint256 b) pair)", (1,))
