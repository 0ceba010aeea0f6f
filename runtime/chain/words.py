"""What a contract answers, as whole words: for functions whose results are numbers."""

from __future__ import annotations

from stratc.runtime.chain.reads import data, odd
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.signatures import Argument, encoded

WORD = 32
_SIGN = 1 << 255


def ask(
    rpc: Rpc, to: str, function: str, *arguments: Argument, block: str = "latest", wanted: int = 0
) -> tuple[int, ...]:
    """The words that `function(types)` at an address answers, each as an unsigned number.

    With `wanted` exactly as many: what follows them is left out, fewer are no answer.

    Raises:
        ChainError: the node does not say, the call is reverted, or nothing is at the address.
    """
    call = {"to": to, "data": "0x" + encoded(function, arguments).hex()}
    told = data(rpc, "eth_call", call, block)
    if not told or len(told) % WORD or len(told) < wanted * WORD:
        raise odd(rpc, f"eth_call of {function} at {to}", f"{wanted or 'whole'} words")
    return words(told)[: wanted or None]


def words(data: bytes) -> tuple[int, ...]:
    """Bytes as unsigned numbers of 32 bytes each; what does not fill a word is left out."""
    ends = range(WORD, len(data) + 1, WORD)
    return tuple(int.from_bytes(data[end - WORD : end], "big") for end in ends)


def signed(word: int) -> int:
    """A word as a signed number."""
    return word - (_SIGN << 1) if word >= _SIGN else word
