"""A policy as a file for people and machines: each call with its arguments by name, and what each may be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from stratc.runtime.bundle import Hash
from stratc.runtime.deployment import Address
from stratc.runtime.market.times import iso, parse_time
from stratc.runtime.policy import (
    LARGEST,
    MOST_BOUNDS,
    MOST_RULES,
    MOST_WORDS,
    Bound,
    Permission,
    Place,
    Policy,
)
from stratc.runtime.signatures import SignatureError, Value, flat, shown, word

_ON_ONE_LINE = re.compile(r"\{[^{}\[\]]*\}|(?<=\"of\": )\[[^\]]*\]")
_LARGEST = 1 << 20


class PolicyFileError(ValueError):
    """A policy file that cannot be understood; the message says what, where and what to do."""


def _is_moment(text: str) -> str:
    try:
        parse_time(text)
    except ValueError:
        raise ValueError(f"{text!r:.40} is no time; write 2027-01-31T00:00:00Z") from None
    return text


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Argument(_Record):
    """An argument: `only` one value, or from `least` to `most`; an end that is not given is open."""

    name: str
    only: int | bool | str | None = None
    least: int | str | None = None
    most: int | str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.only is not None and (self.least, self.most) != (None, None):
            raise ValueError(f"argument {self.name} is `only` one value, or from `least` to `most`, not both")
        return self


class Allowed(_Record):
    """A call that the key may make; `what` and `of` are for people."""

    what: str
    of: tuple[str, ...]
    target: Address
    function: str
    arguments: tuple[Argument, ...] = Field(max_length=MOST_WORDS)
    place: Literal["prepares", "trades", "tidies"]

    @model_validator(mode="after")
    def _fits_its_signature(self) -> Self:
        try:
            named = [(one.name or one.type) for one in flat(self.function)]
            if named != [one.name for one in self.arguments]:
                raise ValueError(f"{self.function} takes {', '.join(named) or 'no arguments'}, in this order")
            bounds = list(_bounds(self))
        except SignatureError as error:
            raise ValueError(str(error)) from None
        for bound in bounds:
            if bound.low > bound.high:
                raise ValueError(f"argument {named[bound.word]} is from {bound.low} to {bound.high}")
        if len(bounds) > MOST_BOUNDS:
            raise ValueError(f"{len(bounds)} bounds, and a validator has room for {MOST_BOUNDS}")
        return self


class PolicyFile(_Record):
    """What a session key of an account may do, for which program, on which chain."""

    version: Literal[1]
    program: str
    ir_hash: Hash
    chain_id: int = Field(ge=1)
    account: Address
    expires: Annotated[str, AfterValidator(_is_moment)] | None
    """The last second at which its operations are valid, UTC; null: not said yet."""
    max_fee: int = Field(ge=0, lt=1 << 64)
    """Wei a unit of gas."""
    max_gas: int = Field(ge=0, lt=1 << 53)
    """Of one operation."""
    permissions: tuple[Allowed, ...] = Field(max_length=MOST_RULES)
    budgets: tuple[str, ...]
    """What the guard holds each batch to, with its lines; the policy's calls cannot leave the guard out."""

    def policy(self) -> Policy:
        """As the validator takes it."""
        expiry = None if self.expires is None else int(parse_time(self.expires))
        permissions = tuple(map(_permission, self.permissions))
        return Policy(self.account, expiry, self.max_fee, self.max_gas, permissions)


def moment(seconds: int | None) -> str | None:
    """A last second (epoch) as the file has it."""
    return None if seconds is None else iso(seconds)


def arguments(function: str, permission: Permission) -> tuple[Argument, ...]:
    """A permission's bounds by the names of the function's parameters."""
    bounds = {bound.word: bound for bound in permission.bounds}
    return tuple(
        _argument(one.name or one.type, one.type, bounds.get(at)) for at, one in enumerate(flat(function))
    )


def to_text(file: PolicyFile) -> str:
    """The file as JSON: the same bytes for the same policy."""
    plain = file.model_dump(mode="json")
    for allowed in plain["permissions"]:
        allowed["arguments"] = [
            {key: value for key, value in one.items() if value is not None} for one in allowed["arguments"]
        ]
    text = json.dumps(plain, indent=2, ensure_ascii=False)
    return _ON_ONE_LINE.sub(lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text) + "\n"


def from_text(text: str, name: str = "policy.json") -> PolicyFile:
    """Read a policy back.

    Raises:
        PolicyFileError: not a policy, or with something in it that no policy has.
    """
    if len(text) > _LARGEST:
        raise PolicyFileError(f"{name} is {len(text):,} characters long; a policy has at most {_LARGEST:,}")
    try:
        json.loads(text)
        return PolicyFile.model_validate_json(text)
    except ValidationError as error:
        raise PolicyFileError(_told(error, name)) from None
    except (ValueError, RecursionError) as error:
        raise PolicyFileError(f"{name} is not JSON ({error}); write it with `stratc policy`") from None


def _argument(name: str, kind: str, bound: Bound | None) -> Argument:
    if bound is None:
        return Argument(name=name)
    if bound.low == bound.high:
        return Argument(name=name, only=_plain(shown(kind, bound.low)))
    least = None if bound.low == 0 else str(bound.low)
    return Argument(name=name, least=least, most=None if bound.high == LARGEST else str(bound.high))


def _plain(value: Value) -> Value:
    """Numbers too large for JSON readers stand as text."""
    return str(value) if not isinstance(value, str) and abs(value) >= 1 << 53 else value


def _permission(allowed: Allowed) -> Permission:
    place = Place[allowed.place.upper()]
    return Permission(
        allowed.target, allowed.function, len(allowed.arguments), tuple(_bounds(allowed)), place
    )


def _bounds(allowed: Allowed) -> Iterator[Bound]:
    for at, (parameter, one) in enumerate(zip(flat(allowed.function), allowed.arguments, strict=True)):
        if one.only is not None:
            number = _number(parameter.type, one.only)
            yield Bound(at, number, number)
        elif (one.least, one.most) != (None, None):
            least, most = 0 if one.least is None else one.least, LARGEST if one.most is None else one.most
            yield Bound(at, _number("uint256", least), _number("uint256", most))


def _number(kind: str, value: object) -> int:
    return int.from_bytes(word(kind, value), "big")


def _told(error: ValidationError, name: str) -> str:
    first: Any = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    return (
        f"{name}: {place or 'the policy'}: {said[:1].lower()}{said[1:]}; write it anew with `stratc policy`"
    )
