"""What a report says about a run besides its ticks: the program, where it came from, how to repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LimitMeta:
    """A limit as the program states it. `name` is what outcomes and `LimitUse` call it."""

    name: str
    text: str
    """Its source, on one line."""
    line: int
    proved: bool
    """True: a theorem, no order of the program can break it. False: a guard, enforced as the run goes."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RunMeta:
    """A run's particulars; whatever is not known may be left out."""

    program_name: str
    source_text: str = ""
    rule_heads: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    """Rule number (from 1) to its line (from 1) and head: `{1: (21, "when delta > 0.1")}`."""
    limits: Sequence[LimitMeta] = ()
    market: str = ""
    """One line about the market."""
    seed: int | None = None
    ir_hash: str = ""
    command: str = ""
    """The command that repeats the run."""
    version: str = ""
    """Of stratc."""
    engine: str = "plan"
    base: str = "ETH"
    quote: str = "USDC"
    params: Mapping[str, str] = field(default_factory=dict)
    """Parameter to its value with unit."""
    length: int | None = None
    """Ticks the market will give, None when it does not know."""
    delta_target: float | None = None
    """In base; drawn in the report's delta chart when given."""
    delta_band: float | None = None
    """How far from the target delta may go before a rule acts, in base."""

    def world(self) -> str:
        """The market, with the seed unless its line says it already."""
        if self.seed is None or "seed" in self.market:
            return self.market
        return f"{self.market}, seed {self.seed}" if self.market else f"seed {self.seed}"

    def head(self, rule: int) -> str:
        """A rule's head, or its number when the head is not known."""
        known = self.rule_heads.get(rule)
        return known[1] if known else f"rule {rule}"

    def line(self, rule: int) -> int | None:
        """The line a rule starts on."""
        known = self.rule_heads.get(rule)
        return known[0] if known else None

    def unit(self, limit: str) -> str:
        """The unit of a limit's measure, empty when not known."""
        return next((known.unit for known in self.limits if known.name == limit), "")
