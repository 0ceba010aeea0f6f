"""The bundle plan: for every rule that sends orders, the contract calls that make them, shared by compiler and runtime.

What is known only when a rule fires is a hole in a call: an amount, the least to receive, a deadline. Everything
else stands in the plan: a person can read which contracts a strategy calls, and in what order.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stratc.runtime.deployment import AccountAt, Address, EntryPointAt
from stratc.runtime.signatures import Parameter, SignatureError, leaves, signature, word

BUNDLE_VERSION = 1
"""Raised when the runtime no longer understands older bundle plans."""

HoleName = Literal[
    "amount",
    "minimum_out",
    "maximum_in",
    "deadline_time",
    "deadline_block",
    "slippage",
    "orders",
    "hints",
    "strike",
    "position",
    "collateral",
    "collateral_after",
    "shortfall",
]
OptionSide = Literal[
    "open long",
    "open short",
    "close long",
    "close short",
    "pay and close short",
    "force close long",
    "force close short",
    "pay and force close short",
]
"""What a trade in options does to a position of the account; an order can take more than one of them.

What was sold is paid for from what secures it; where that can be too little, the account pays the rest.
"""
Side = Literal["buy", "sell", "top up", "withdraw"] | OptionSide
Right = Literal["call", "put"]
Instrument = Literal["asset", "perpetual", "money"] | Right
_LARGEST = 16 * 1024 * 1024
_SAFE_INTEGER = 2**53
_ON_ONE_LINE = re.compile(r"\[[^\[\]{}]*\]|\{\s*\"hole\"[^{}]*\}")


class BundleError(ValueError):
    """A bundle plan that cannot be trusted or understood; the message says what, where and what to do."""


Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Hole(_Record):
    """A number filled in when the rule fires: an integer in the smallest part of `unit`, rounded as it says."""

    hole: HoleName
    type: str
    unit: str
    decimals: int = Field(ge=0, le=77)
    rounding: Literal["up", "down"]


Literals = bool | int | str
Argument = Hole | Literals | tuple[Hole | Literals, ...]


class Call(_Record):
    """One call of a contract; `what` says in words what it is for, `value` is wei sent along."""

    what: str
    to: Address
    function: str
    args: tuple[Argument, ...]
    value: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _fits_its_signature(self) -> Self:
        try:
            signature(self.function)
            for parameter, value in leaves(self.function, self.args):
                _fits(parameter, value)
        except SignatureError as error:
            raise ValueError(str(error)) from None
        return self

    def holes(self) -> list[Hole]:
        """What must be filled in, in order."""
        return [value for _, value in leaves(self.function, self.args) if isinstance(value, Hole)]


class Token(_Record):
    """A token of the program: its symbol there, its address and decimals on the chain."""

    symbol: str
    address: Address
    decimals: int = Field(ge=0, le=36)


class Leg(_Record):
    """One action of a rule: the calls for each side that it can take.

    `action` counts the rule's actions from 1 in source order, `kind` is the adapter that fills the holes.
    """

    action: int = Field(ge=1)
    line: int = Field(ge=1)
    do: str
    venue: str
    kind: str
    instrument: Instrument
    sides: dict[Side, tuple[Call, ...]]


class RuleBundle(_Record):
    """The legs of one rule, in order; one operation makes all of them or none. `lane` is its nonce lane."""

    rule: int = Field(ge=1)
    line: int = Field(ge=1)
    head: str
    lane: int = Field(ge=0)
    legs: tuple[Leg, ...]


class Guarding(_Record):
    """The guard's calls: before the first leg, between two, after the last."""

    address: Address
    begin: Call
    mark: Call
    finish: Call


class Bundle(_Record):
    """A strategy's operations on one chain, for one account."""

    version: Literal[1]
    program: str
    ir_hash: Hash
    compiler: str
    chain_id: int = Field(ge=1)
    entry_point: EntryPointAt
    account: AccountAt
    base: Token
    quote: Token
    guard: Guarding | None
    rules: tuple[RuleBundle, ...]

    def rule(self, index: int) -> RuleBundle:
        """The legs of a rule.

        Raises:
            BundleError: the rule sends nothing here.
        """
        for rule in self.rules:
            if rule.rule == index:
                return rule
        raise BundleError(
            f"rule {index} of {self.program} sends no orders in this bundle; compile the program again"
        )

    def calls(self) -> list[Call]:
        """Every call that the plan can make."""
        legs = (leg for rule in self.rules for leg in rule.legs)
        found = [call for leg in legs for calls in leg.sides.values() for call in calls]
        return found if self.guard is None else [*found, self.guard.begin, self.guard.mark, self.guard.finish]


def to_text(bundle: Bundle) -> str:
    """The plan as JSON for people and machines: the same bytes for the same plan."""
    text = json.dumps(bundle.model_dump(mode="json"), indent=2, ensure_ascii=False)
    return _ON_ONE_LINE.sub(lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text) + "\n"


def from_text(text: str, name: str = "bundle.json") -> Bundle:
    """Read a plan back.

    Raises:
        BundleError: not a bundle plan, of another version, or with something in it that no plan has.
    """
    if len(text) > _LARGEST:
        raise BundleError(f"{name} is {len(text):,} characters long; a bundle plan has at most {_LARGEST:,}")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{name} is not JSON ({error}); compile the program again") from None
    _of_our_version(found, name)
    try:
        return Bundle.model_validate_json(text)
    except ValidationError as error:
        raise BundleError(_told(error, name)) from None


def _of_our_version(found: Any, name: str) -> None:
    if not isinstance(found, dict) or "version" not in found:
        raise BundleError(f"{name} is not a bundle plan: it states no version; compile the program again")
    if found["version"] != BUNDLE_VERSION:
        raise BundleError(
            f"{name} is a bundle plan of version {found['version']!r:.20}, this runtime reads version "
            f"{BUNDLE_VERSION}; compile the program again"
        )


def _told(error: ValidationError, name: str) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if not str(part).startswith(("tuple[", "Hole")))
    said = first["msg"].removeprefix("Value error, ")
    return f"{name}: {place or 'the plan'}: {said[:1].lower()}{said[1:]}; compile the program again"


def _fits(parameter: Parameter, value: object) -> None:
    if isinstance(value, Hole):
        if value.type != parameter.type:
            raise SignatureError(f"a hole of type {value.type} stands where {parameter.type} must")
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE_INTEGER:
        raise SignatureError(f"the number {value} is too large for JSON readers; write it as text")
    else:
        word(parameter.type, value)
