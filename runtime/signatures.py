"""Function signatures as people write them, and calls encoded by them: for arguments of one word each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from stratc.runtime.addresses import AddressError, checksummed, parsed
from stratc.runtime.keccak import selector

Value = int | bool | str
"""A number, a truth value; an address or `bytesN` as text; a large number as decimal text."""
Argument = Value | Sequence["Argument"]

_TOKEN = re.compile(r"\s*([A-Za-z_$][\w$]*|[(),])")
_WORD = re.compile(r"(u?int|bytes)(\d+)|address|bool")
_MODIFIERS = ("function", "calldata", "memory")


class SignatureError(ValueError):
    """A signature that cannot be read, or a value that does not fit its type; the message gives both."""


class Parameter(NamedTuple):
    """A parameter: its type, or the parameters of a struct, and its name (may be empty)."""

    type: str
    name: str
    parts: tuple[Parameter, ...] = ()


class Signature(NamedTuple):
    """A function's name and parameters."""

    name: str
    parameters: tuple[Parameter, ...]

    @property
    def canonical(self) -> str:
        """As it is hashed: `approve(address,uint256)`."""
        return f"{self.name}({','.join(map(_canonical, self.parameters))})"


@lru_cache(maxsize=256)
def signature(text: str) -> Signature:
    """Read `approve(address spender, uint256 amount)`; structs are parameters in brackets.

    Raises:
        SignatureError: it is no signature, or has a parameter that is not one word (`bytes`, `T[]`).
    """
    tokens = [found for found in _tokens(text) if found not in _MODIFIERS]
    if len(tokens) < 3 or not tokens[0].isidentifier() or tokens[1] != "(":
        raise SignatureError(f"{text!r} is no function; write name(type name, …)")
    parts, end = _parameters(text, tokens, 2)
    if end != len(tokens):
        raise SignatureError(f"{text!r} goes on after its last bracket")
    return Signature(tokens[0], parts)


def encoded(function: str, arguments: Sequence[Argument]) -> bytes:
    """The call: four bytes of the function, then the arguments.

    Raises:
        SignatureError: too many or too few arguments, or one that does not fit its type.
    """
    read = signature(function)
    return _selector(read.canonical) + _words(read.name, read.parameters, arguments)


def leaves(function: str, arguments: Sequence[object]) -> list[tuple[Parameter, object]]:
    """Every argument with its parameter, structs taken apart.

    Raises:
        SignatureError: their shapes differ.
    """
    read = signature(function)
    return _paired(read.name, read.parameters, arguments)


def flat(function: str) -> list[Parameter]:
    """Every parameter that is one word, structs taken apart."""
    return _flat(signature(function).parameters)


def shown(kind: str, number: int) -> Value:
    """The value that a word, read as an unsigned number, is of a type: what `word` makes it of."""
    if kind == "bool" and number < 2:
        return bool(number)
    if kind == "address" and number >> 160 == 0:
        return checksummed(number.to_bytes(20, "big"))
    if kind.startswith("bytes"):
        return "0x" + number.to_bytes(32, "big")[: int(kind.removeprefix("bytes"))].hex()
    return number - (1 << 256) if kind.startswith("int") and number >> 255 else number


def word(kind: str, value: object) -> bytes:
    """One value in 32 bytes.

    Raises:
        SignatureError: it does not fit the type.
    """
    try:
        if kind == "address" and isinstance(value, str):
            return bytes(12) + parsed(value)
    except AddressError as error:
        raise SignatureError(str(error)) from None
    if kind == "bool" and isinstance(value, bool):
        return int(value).to_bytes(32, "big")
    if kind.startswith("bytes") and isinstance(value, str):
        return _fixed_bytes(kind, value)
    if kind.startswith(("uint", "int")) and not isinstance(value, bool):
        return _number(kind, value)
    raise SignatureError(f"{value!r} is no {kind}")


def _number(kind: str, value: object) -> bytes:
    signed, bits = kind.startswith("int"), int(kind.lstrip("uint"))
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,78}", value):
        value = int(value)
    if not isinstance(value, int):
        raise SignatureError(f"{value!r} is no {kind}")
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if not low <= value <= high:
        bounds = f"-2^{bits - 1} .. 2^{bits - 1} - 1" if signed else f"0 .. 2^{bits} - 1"
        raise SignatureError(f"{value} does not fit {kind}, which holds {bounds}")
    return value.to_bytes(32, "big", signed=signed)


def _fixed_bytes(kind: str, value: str) -> bytes:
    size = int(kind.removeprefix("bytes"))
    if not re.fullmatch(rf"0x[0-9a-fA-F]{{{2 * size}}}", value):
        raise SignatureError(f"{value!r} is no {kind}; write 0x and {2 * size} hexadecimal digits")
    return bytes.fromhex(value[2:]).ljust(32, b"\0")


def _words(name: str, parameters: tuple[Parameter, ...], arguments: Sequence[object]) -> bytes:
    pairs = _paired(name, parameters, arguments)
    return b"".join(word(parameter.type, value) for parameter, value in pairs)


def _paired(
    name: str, parameters: tuple[Parameter, ...], arguments: Sequence[object]
) -> list[tuple[Parameter, object]]:
    if len(arguments) != len(parameters):
        raise SignatureError(f"{name} takes {len(parameters)} arguments and gets {len(arguments)}")
    pairs: list[tuple[Parameter, object]] = []
    for parameter, value in zip(parameters, arguments, strict=True):
        if not parameter.parts:
            pairs.append((parameter, value))
        elif isinstance(value, list | tuple):
            pairs += _paired(f"{name}.{parameter.name or 'struct'}", parameter.parts, value)
        else:
            raise SignatureError(f"{name} takes a list for {parameter.name or 'its struct'}, not {value!r}")
    return pairs


@lru_cache(maxsize=256)
def _selector(canonical: str) -> bytes:
    return selector(canonical)


def _flat(parameters: tuple[Parameter, ...]) -> list[Parameter]:
    return [leaf for one in parameters for leaf in (_flat(one.parts) if one.parts else [one])]


def _canonical(parameter: Parameter) -> str:
    return f"({','.join(map(_canonical, parameter.parts))})" if parameter.parts else parameter.type


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise SignatureError(
                f"{text!r} cannot be read from character {at + 1} on; write name(type name, …)"
            )
        tokens.append(found[1])
        at = found.end()
    return tokens


def _parameters(text: str, tokens: list[str], at: int) -> tuple[tuple[Parameter, ...], int]:
    """The parameters up to a closing bracket, and where it is past."""
    found: list[Parameter] = []
    while True:
        if at >= len(tokens):
            raise SignatureError(f"{text!r} lacks a closing bracket")
        if tokens[at] == ")" and not found:
            return (), at + 1
        kind = tokens[at]
        parts: tuple[Parameter, ...] = ()
        if kind == "(":
            parts, at = _parameters(text, tokens, at + 1)
        else:
            _one_word(text, kind)
            at += 1
        name = tokens[at] if at < len(tokens) and _is_name(tokens[at]) else ""
        found.append(Parameter("struct" if parts else kind, name, parts))
        at += bool(name)
        if at < len(tokens) and tokens[at] == ")":
            return tuple(found), at + 1
        if at >= len(tokens) or tokens[at] != ",":
            raise SignatureError(f"{text!r} lacks a comma or a closing bracket")
        at += 1


def _is_name(token: str) -> bool:
    return token not in ("(", ")", ",")


def _one_word(text: str, kind: str) -> None:
    found = _WORD.fullmatch(kind)
    size = int(found[2]) if found and found[2] else 0
    fits = found and (
        not found[2] or (1 <= size <= 32 if found[1] == "bytes" else size % 8 == 0 and 0 < size <= 256)
    )
    if not fits:
        raise SignatureError(
            f"{kind!r} in {text!r} is no type of one word: those are uintN, intN, bytesN, address, bool"
        )
