"""Why a call was reverted, in words: what contracts return when they refuse, read back."""

from __future__ import annotations

import re
from collections.abc import Callable

from stratc.runtime.execution.options_words import options_words
from stratc.runtime.execution.userop.abi import WORD
from stratc.runtime.guard import Check
from stratc.runtime.keccak import selector

GuardWords = Callable[[int, int, int], str]
"""What the guard's check (its number, the value, the bound) says of the program."""

_TEXT = selector("Error(string)")
_PANIC = selector("Panic(uint256)")
_FAILED = selector("FailedOp(uint256,string)")
_FAILED_WITH = selector("FailedOpWithRevert(uint256,string,bytes)")
_POST_OP = selector("PostOpReverted(bytes)")
_ONE_OF_BATCH = selector("ExecuteError(uint256,bytes)")
_GUARD = selector("Refused(uint256,int256,int256)")
_RETURNED = re.compile(r"\b0x((?:[0-9a-fA-F]{8}(?:[0-9a-fA-F]{64})*)?)(?!\w)")
"""An error's selector and words, or nothing; an address or a hash is neither."""
_CODE = re.compile(r"\bAA\d\d\b")
_SAID = {
    Check.PAUSED: "the guard is paused; its account resumes it",
    Check.OTHER_STRATEGY: "the guard holds another strategy than this batch is of: compile the program that its "
    "account accepted, or let the account accept this one",
}
"""Refusals without numbers."""
_LONGEST = 200
_DEEPEST = 4

_PANICS = {
    0x00: "a panic of the compiler's",
    0x01: "an assertion failed",
    0x11: "a number overflowed",
    0x12: "a division by zero",
    0x21: "a number that is no member of its enumeration",
    0x22: "storage that is encoded wrongly",
    0x31: "nothing left to take from a list",
    0x32: "an index outside its list",
    0x41: "too much memory was asked for",
    0x51: "an empty function was called",
}
_CODES = {
    "AA10": "the account is there already",
    "AA13": "the account could not be made",
    "AA14": "the factory makes another account",
    "AA20": "the account is not there; name its factory in the deployment",
    "AA21": "the account cannot pay for its gas; send it ether or deposit some at the EntryPoint",
    "AA22": "the operation has expired or is not valid yet",
    "AA23": "the account refuses to validate the operation",
    "AA24": "the signature is not the owner's",
    "AA25": "the nonce is not the lane's next",
    "AA26": "validation takes more gas than was allowed",
    "AA40": "validation takes more gas than was allowed",
    "AA51": "the gas cost more than was paid in advance",
    "AA95": "the transaction carries too little gas",
}


_VENUES = {
    "STF": "the account has too little of a token, or allowed too little of it",
    "Too little received": "the pool would give less than the slippage allows",
    "Too much requested": "the pool would take more than the slippage allows",
    "Transaction too old": "the deadline has passed",
    "CH_TE": "the deadline has passed",
    "CH_TLRS": "the exchange would give less than the slippage allows",
    "CH_TLRL": "the exchange would give less than the slippage allows",
    "CH_TMRS": "the exchange would take more than the slippage allows",
    "CH_TMRL": "the exchange would take more than the slippage allows",
    "CH_NEFCI": "there is too little margin for the position",
    "CH_EAV": "the account can be liquidated",
    "EX_OPLBS": "the market's price is too far from the last block's",
    "EX_OPLAS": "the order would move the market's price too far in one block",
}
"""What a venue's own word for a refusal means."""


def venue_words(text: str) -> str:
    """A venue's reason with what it means, where that is known."""
    meaning = _VENUES.get(text)
    return text if meaning is None else f"{meaning} ({text})"


def explained(data: bytes, guard: GuardWords | None = None) -> str:
    """Why, as a clause; `guard` puts a guard's refusal in words."""
    return _explained(data, guard or guard_check, 0)


def guard_check(check: int, value: int, bound: int) -> str:
    """A guard's refusal in its own words, else by the check's name."""
    if check in _SAID:
        return _SAID[Check(check)]
    name = Check(check).name if check in set(Check) else f"FLOW {check - Check.FLOW + 1}"
    return f"the guard refuses ({name.replace('_', ' ').lower()}): {value} against {bound}"


def is_nonce_refusal(data: bytes) -> bool:
    """Whether what an EntryPoint returned says that the nonce is not its lane's next (AA25)."""
    try:
        return data[:4] == _FAILED and is_nonce_code(_text(data[4:], 1))
    except (IndexError, ValueError):
        return False


def is_nonce_code(text: str) -> bool:
    """The same of an EntryPoint's code, as a bundler repeats it."""
    return "AA25" in text


def refused(text: str, returned: str = "", guard: GuardWords | None = None) -> str:
    """Why a node or a bundler refused: what the call returned (in hex, or in the text), else its code, in words."""
    if len(returned) > len("0x"):
        return explained(bytes.fromhex(returned.removeprefix("0x")), guard)
    found = _RETURNED.search(text)
    return validation(text) if found is None else explained(bytes.fromhex(found[1]), guard)


def validation(text: str) -> str:
    """An EntryPoint's code (`AA21 didn't pay prefund`) with what it means."""
    found = _CODE.search(text)
    meaning = None if found is None else _CODES.get(found[0])
    return text if meaning is None else f"{meaning} ({text})"


def _explained(data: bytes, guard: GuardWords, depth: int) -> str:
    if not data:
        return "a call was reverted without a reason"
    try:
        return _known(data[:4], data[4:], guard, depth)
    except (IndexError, ValueError):
        return f"a call was reverted with 0x{data[:_LONGEST].hex()}"


def _known(kind: bytes, body: bytes, guard: GuardWords, depth: int) -> str:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if kind == _TEXT:
        return venue_words(_text(body, 0))
    if kind == _PANIC:
        code = _word(body, 0)
        return _PANICS.get(code, f"panic 0x{code:02x}")
    if kind == _GUARD:
        return guard(_word(body, 0), _signed(body, 1), _signed(body, 2))
    if kind == _FAILED:
        return validation(_text(body, 1))
    if kind == _FAILED_WITH:
        return f"{validation(_text(body, 1))}: {_explained(_bytes(body, 2), guard, depth + 1)}"
    if kind == _POST_OP:
        return f"after the batch: {_explained(_bytes(body, 0), guard, depth + 1)}"
    if kind == _ONE_OF_BATCH:
        return f"call {_word(body, 0) + 1} of the batch: {_explained(_bytes(body, 1), guard, depth + 1)}"
    told = options_words(kind, [_word(body, at) for at in range(len(body) // WORD)])
    if told is None:
        raise ValueError("not known")
    return told


def _word(body: bytes, index: int) -> int:
    piece = body[index * WORD : (index + 1) * WORD]
    if len(piece) != WORD:
        raise IndexError(index)
    return int.from_bytes(piece, "big")


def _signed(body: bytes, index: int) -> int:
    value = _word(body, index)
    return value - (1 << 256) if value >> 255 else value


def _bytes(body: bytes, index: int) -> bytes:
    at = _word(body, index)
    length = int.from_bytes(body[at : at + WORD], "big")
    found = body[at + WORD : at + WORD + length]
    if len(found) != length:
        raise IndexError(index)
    return found


def _text(body: bytes, index: int) -> str:
    text = _bytes(body, index).decode("utf-8", "replace")
    shown = "".join(c if c.isprintable() else "?" for c in text[:_LONGEST])
    return shown or "a call was reverted with an empty reason"
