"""The artefact's schema: everything the compiler and the runtime share.

A plan is these records, which say what the program is made of, and a generated subclass of
`stratc.runtime.engine.machine.Machine`, which says what it decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

PLAN_VERSION = 2
"""Raised when the runtime no longer understands older plans."""
KERNEL_VERSION = 1
"""The same of kernels."""

Length = tuple[float, str]
"""An amount of time and its clock, "s" or "block"."""


@dataclass(frozen=True, slots=True)
class LinearPlan:
    """The base asset itself or a perpetual on it."""

    symbol: str
    perpetual: bool


@dataclass(frozen=True, slots=True)
class OptionPlan:
    """An option by strike or |delta| (given at run time), expiring at a time or in so many seconds.

    What is None does not matter, when the shape only selects what is held.
    """

    right: Literal["call", "put"]
    strike: float | None
    by_delta: bool
    expiry: float | None
    expiring_in: float | None


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """What an action is; the numbers that can change from tick to tick come with each firing (`Values`)."""

    do: str
    greek: Literal["delta", "vega", "gamma", "delta[merton]"] | None = None
    what: str | None = None
    instrument: LinearPlan | OptionPlan | None = None
    to: OptionPlan | None = None
    venue: str | None = None
    deadline_blocks: int | None = None
    retries: int = 0
    recheck: bool = False
    split: int = 1
    split_seconds: float = 0.0
    route: str | None = None
    text: str = ""
    texts: tuple[str, ...] = ()
    seconds: float | None = None


class Values(NamedTuple):
    """The numbers of one action at one firing, in canonical units."""

    amount: float | None = None
    """Target, size, ratio, or the low end of a range."""
    high: float | None = None
    at_most: float | None = None
    limit_price: float | None = None
    slippage: float | None = None
    gas: float | None = None
    at_delta: float | None = None
    shown: tuple[float | None, ...] = ()
    """What an alert's braces say."""


@dataclass(frozen=True, slots=True)
class RulePlan:
    """When a rule may fire, apart from its condition."""

    index: int
    line: int
    head: str
    mode: str | None
    level: bool
    cooldown: Length | None
    once: bool
    body: tuple[ActionPlan, ...]


@dataclass(frozen=True, slots=True)
class LimitPlan:
    """A limit; `policy` None is a theorem, which the engine still enforces, by rejecting."""

    name: str
    line: int
    scope: Literal["order", "state", "flow"]
    measure: str
    op: Literal["<=", ">="]
    policy: str | None
    rolling: Length | None
    calendar: str | None


@dataclass(frozen=True, slots=True)
class VenuePlan:
    """A venue the program names: kind as written, fee as a number, further options in canonical units."""

    name: str
    kind: str
    symbol: str | None
    fee: float
    options: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class HoldingPlan:
    """A position the book starts with; `units` in LOT, signed."""

    units: int
    option: OptionPlan | None
    perpetual: bool = False
    """For a linear position: a perpetual's, entered at the first price, or the asset itself."""


@dataclass(frozen=True, slots=True)
class BookPlan:
    """The starting book; cash and margin in CENT of the quote, None when not stated."""

    cash: int | None
    margin: int | None
    holdings: tuple[HoldingPlan, ...]


@dataclass(frozen=True, slots=True)
class ParamPlan:
    """A parameter, its value and its range."""

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class InputPlan:
    """An input; `responds`: some `on stale` rule answers for its absence."""

    name: str
    unit: str
    declared: bool
    responds: bool


@dataclass(frozen=True, slots=True)
class JumpsPlan:
    """Jumps of the price: how many a year, the mean change in one (-0.12), the deviation of its logarithm."""

    intensity: float
    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class AssumePlan:
    """An assumption as written, with its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class ProofPlan:
    """What was proved of the program's limits when it was compiled; nothing where nobody asked."""

    certificate: str = ""
    """SHA-256 that the certificate of `stratc prove --emit` gives under `theorems`."""
    proved: tuple[str, ...] = ()
    """Names of limits without `else` that every order of every rule keeps."""
    guarded: tuple[str, ...] = ()
    """Names of limits that are looked at when an order leaves."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled program, apart from its generated code."""

    version: int
    name: str
    base: str
    quote: str
    ir_hash: str
    compiler: str
    linear: LinearPlan
    book: BookPlan
    venues: tuple[VenuePlan, ...]
    params: tuple[ParamPlan, ...]
    inputs: tuple[InputPlan, ...]
    assumptions: tuple[AssumePlan, ...]
    limits: tuple[LimitPlan, ...]
    modes: tuple[str, ...]
    rules: tuple[RulePlan, ...]
    tracks_equity: bool
    """Whether drawdown, pnl or a loss limit needs the equity of every tick."""
    proof: ProofPlan = ProofPlan()
    jumps: JumpsPlan | None = None
    """What `delta[merton]` is worked out from."""
