"""Programs at random whose limits can often be proved: every kind of limit, rule, clause and assumption.

Small numbers that meet each other, so that proofs are near their bounds. The same seed is the same program.
"""

from __future__ import annotations

import re
from random import Random

from tests.proof.verdicts import CASES, HEAD

SIZES = ("0.5 ETH", "1 ETH", "2 ETH", "3 ETH", "q", "cap", "k")
AMOUNTS = (*SIZES, "x * 1 ETH", "min(q, 1 ETH)", "max(1 ETH, want)", "abs(gap)", "q / 2", "abs(delta)")
TARGETS = ("0 ETH", "0 ETH", "1 ETH", "-1 ETH", "want", "cap", "delta / 2", "q - 1 ETH")
STATES = ("clamp", "reject", "halt", "reduce only")
DURATIONS = ("1 s", "10 s", "1 min", "10 min", "1 h", "5 blocks")
WINDOWS = (
    *("per rolling 1 h", "per rolling 10 min", "per rolling 1 min", "per rolling 10 s", "per rolling 1 d"),
    *("per rolling 20 blocks", "per hour", "per day"),
)
EXPIRIES = ("expiring 1970-01-03", "expiring 1970-02-01")
ASSUMPTIONS = (
    ("x in -1 .. 3", "x in 0 .. 2", "x <= 2"),
    ("y in 0 .. 2", "x <= y + 1"),
    ("spot in 500 .. 4_000 USDC/ETH", "spot in 1_000 .. 2_500 USDC/ETH"),
    ("abs(delta) <= 4 ETH", "delta in -2 ETH .. 3 ETH", "position(ETH) in -3 ETH .. 3 ETH"),
    ("equity >= 20_000 USDC", "leverage <= 2", "drawdown <= 50%", "distance_to_liquidation > 2%"),
)
LIMITS: tuple[tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    # weight, measures with their operator, bounds, policies besides none
    (5, ("order size <=",), ("0.5 ETH", "1 ETH", "2 ETH", "3 ETH", "6 ETH", "q", "k", "x * 1 ETH"), STATES),
    (1, ("order size >=",), ("0.1 ETH", "0.5 ETH"), ("reject",)),
    (3, ("order notional <=",), ("2_000 USDC", "5_000 USDC", "12_000 USDC", "spot * k"), STATES),
    (1, ("order slippage <=",), ("10 bps", "30 bps", "50 bps"), STATES),
    (1, ("order gas <=",), ("3 USDC", "10 USDC"), STATES),
    (2, ("topup <=",), ("500 USDC", "5_000 USDC", "x * 500 USDC"), STATES),
    (4, ("abs(position(ETH)) <=", "position(ETH) <=", "delta <=", "max(delta, position(ETH)) <="),
     ("2 ETH", "3 ETH", "5 ETH", "k"), STATES),
    (2, ("position(ETH) >=", "delta >="), ("-3 ETH", "-1 ETH", "0 ETH"), ("reject", "halt")),
    (3, ("abs(delta) <=", "abs(delta - position(ETH)) <="), ("3 ETH", "5 ETH", "q", "x * 1 ETH + 2 ETH"), STATES),
    (1, ("abs(delta) * spot <=",), ("8_000 USDC", "20_000 USDC"), STATES),
    (1, ("position(ETH) * 2 - delta <=",), ("4 ETH", "8 ETH"), STATES),
    (1, ("abs(vega) <=", "vega <="), ("0 USDC", "500 USDC"), STATES),
    (1, ("vega >=",), ("0 USDC", "-500 USDC"), ("reject",)),
    (1, ("leverage <=",), ("0.1", "1", "3"), STATES),
    (1, ("margin_ratio >=",), ("1.2",), ("reject", "halt")),
    (1, ("distance_to_liquidation >=",), ("5%",), ("reject", "halt")),
)  # fmt: skip
FLOWS: tuple[tuple[int, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (4, "orders <=", ("1", "2", "4", "7", "12", "25", "61", "200"), ("defer", "defer", "reject", "halt")),
    (
        2,
        "turnover <=",
        ("5_000 USDC", "25_000 USDC", "90_000 USDC", "400_000 USDC"),
        ("clamp", "defer", "reject"),
    ),
    (1, "gas_spent <=", ("20 USDC", "1_000 USDC"), ("defer", "reject")),
    (1, "loss <=", ("100 USDC", "1_000 USDC"), ("reject", "halt")),
)
CONDITIONS = (
    "abs(delta) > 1 ETH", "abs(delta) > 0.5 ETH", "delta > 1 ETH", "delta < 0 ETH", "position(ETH) < 1 ETH",
    "position(ETH) > 0 ETH", "x > 0", "x > 1", "x < y", "x <= 2 and x > 0", "spot > 2_000", "gap > 0.5 ETH",
    "abs(gap) > 0.1 ETH and abs(gap) <= 2 ETH", "x > 0 and abs(delta) < 2 ETH", "drawdown > 1%",
    "leverage > 0.05", "margin_ratio < 50", "distance_to_liquidation < 1", "change(spot over 3 s) < -2%",
    "mean(x over 3 s) > 0.5", "high(x over 2 s) <= 1", "not (x > y)", "delta == 0 ETH", "vega > 1 USDC",
    "equity > 99_000 USDC", "x != 1",
)  # fmt: skip
EDGES = (
    "delta rises above 1 ETH", "delta falls below -1 ETH", "x rises above 1", "x crosses 1", "delta crosses 0 ETH",
    "abs(delta) rises above 1 ETH for 1 s, rearm below 0.5 ETH", "x rises above 1, rearm below 0.5",
    "abs(delta) > 1 ETH becomes true", "x > y becomes true", "spot falls below 1_950, on start fire",
)  # fmt: skip


class Writer:
    """Makes the parts of one program."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.options = self.chance(0.25)
        self.ranges = self.chance(0.05)
        self.modes = self.chance(0.2)
        self.paced = self.chance(0.35)
        """Whether it is about flows: limits on them, and rules with a cadence."""

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def text(self) -> str:
        lines = ["market ETH in USDC", "signal x: number", "signal y: number"]
        lines += ["param q = 1 ETH in 0.5 ETH .. 2 ETH", "param k = 2 ETH"]
        lines += ["let want = x * 1 ETH", "let gap = want - delta", "let cap = min(q, 1.5 ETH)"]
        lines += ["mode normal, calm"] if self.modes else []
        perpetual = self.chance(0.5)
        lines += ['venue perp: perpetual "ETH-PERP", fee 5 bps'] if perpetual else []
        lines += ['venue pool: uniswap_v3 "ETH/USDC", fee 5 bps', 'venue opt: options "ETH", fee 3 bps']
        lines += self.book(perpetual) + self.assumptions() + self.limits()
        if self.chance(0.7):
            lines += [f'on stale {name}:\n    alert "no {name}"' for name in ("x", "y", "spot", "iv")]
        for _ in range(self.random.choice((1, 1, 2, 2, 3, 4))):
            lines += self.rule()
        return "\n".join(lines) + "\n"

    def book(self, perpetual: bool) -> list[str]:
        entries = ["long 1 ETH", "short 2 ETH", "long 3 ETH", "cash 1_000 USDC", "margin 3_000 USDC"]
        entries += ['long 2 ETH "ETH-PERP"'] if perpetual else []
        if self.options:
            entries = [*entries, *(self.held() for _ in range(4))]
        chosen = self.random.sample(entries, k=self.random.choice((0, 0, 1, 2)))
        return ["book:", *(f"    {entry}" for entry in dict.fromkeys(chosen))] if chosen else []

    def held(self) -> str:
        side, right = self.one("long", "short"), self.one("call", "put")
        return f"{side} {self.one('1', '2')} ETH {right} strike {self.one('1_900', '2_000')} {self.one(*EXPIRIES)}"

    def assumptions(self) -> list[str]:
        return [f"assume {self.one(*about)}" for about in ASSUMPTIONS if self.chance(0.45)]

    def limits(self) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.choice((1, 2, 2, 3, 3, 4))):
            if self.chance(0.7 if self.paced else 0.1):
                weights = [weight for weight, *_ in FLOWS]
                _, measure, bounds, policies = self.random.choices(FLOWS, weights)[0]
                window = " " + self.one(*WINDOWS)
            else:
                weights = [weight for weight, *_ in LIMITS]
                _, measures, bounds, policies = self.random.choices(LIMITS, weights)[0]
                measure, window = self.one(*measures), ""
            policy = f" else {self.one(*policies)}" if self.chance(0.5) else ""
            lines.append(f"limit {measure} {self.one(*bounds)}{window}{policy}")
        return list(dict.fromkeys(lines))

    def rule(self) -> list[str]:
        body = [self.action() for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        mode = self.modes and self.chance(0.4)
        if self.modes and self.chance(0.3):
            body.append(self.one("enter calm", "enter normal"))
        lines = [f"{self.head()}:", *(f"    {action}" for action in body)]
        return [f"in {self.one('normal', 'calm')}:", *(f"    {line}" for line in lines)] if mode else lines

    def head(self) -> str:
        kind = self.random.random()
        often = f", cooldown {self.one(*DURATIONS)}" if self.chance(0.9 if self.paced else 0.3) else ""
        often += ", once" if self.chance(0.1) else ""
        if kind < 0.55:
            held = f" for {self.one('1 s', '2 blocks')}" if self.chance(0.15) else ""
            return f"when {self.one(*CONDITIONS)}{held}{often}"
        if kind < 0.75:
            return f"when {self.one(*EDGES)}{often}"
        if kind < 0.9:
            return f"every {self.one(*DURATIONS, '1 d at 08:00 UTC')}{often}"
        return f"on {self.one('start', 'start', 'fill', 'expiry')}{often}"

    def action(self) -> str:
        kind = self.random.random()
        if self.ranges and kind < 0.3:
            verb, most = self.one("provide", "remove"), ", at most 20_000 USDC"
            return f"{verb} liquidity between 1_000 and 3_000{most if verb == 'provide' else ''}"
        if self.options and kind < 0.4:
            return self.with_clauses(self.on_options())
        if kind < 0.85:
            return self.with_clauses(self.linear())
        if kind < 0.95:
            verb, most = (
                self.one("top up", "withdraw"),
                self.one("", ", at most 500 USDC", ", at most x * 500 USDC"),
            )
            return f"{verb} margin to {self.one('1.5', '3', '100', 'x')}{most}"
        return self.one('alert "{delta}"', "reduce only for 2 s", 'alert "a"')

    def linear(self) -> str:
        kind = self.random.random()
        if kind < 0.5:
            return f"hedge to {self.one(*TARGETS)}"
        if kind < 0.85:
            return f"{self.one('buy', 'sell')} {self.one(*AMOUNTS)}"
        return f"close {self.one('position', 'all', 'perpetual')}"

    def on_options(self) -> str:
        right, contracts = self.one("call", "put"), self.one("0.5 ETH", "1 ETH", "2 ETH")
        shape = self.one(
            f"strike {self.one('1_900', '2_000')} {self.one(*EXPIRIES)}", "at delta 0.25 expiring in 1 d"
        )
        kind = self.random.random()
        if kind < 0.35:
            return f"{self.one('buy', 'sell')} {contracts} {right} {shape}"
        if kind < 0.7:
            return f"close {self.one('options', 'calls', 'puts', 'all')}"
        if kind < 0.85:
            return f"roll {self.one('calls', 'puts', 'options')} to {right} {shape}"
        return f"hedge {self.one('vega to 0 USDC', 'gamma to 0')}"

    def with_clauses(self, order: str) -> str:
        order += f", at most {self.one(*SIZES, 'x * 1 ETH')}" if self.chance(0.5) else ""
        order += f", slippage <= {self.one('10 bps', '50 bps', 'x * 10 bps')}" if self.chance(0.2) else ""
        return order + (", gas <= 5 USDC" if self.chance(0.1) else "")


NUMBER = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)(?= ETH\b(?! call| put)| per | s\b|:|$)", re.MULTILINE)


def varied(seed: int) -> str:
    """One of the programs with known verdicts, some of its numbers changed and some rules and limits added."""
    random, writer = Random(seed), Writer(seed)
    writer.options = writer.ranges = writer.modes = False
    text = HEAD + random.choice(sorted(case.text for case in CASES.values()))
    lines = text.splitlines()
    text = "\n".join(line if line.startswith("param") else _changed(random, line) for line in lines)
    param = "" if "param q" in text else "param q = 1 ETH in 0.5 ETH .. 2 ETH\n"
    names = "param k = 2 ETH\nlet want = x * 1 ETH\nlet gap = want - delta\nlet cap = min(q, 1.5 ETH)\n"
    limits = writer.limits()[:1] if random.random() < 0.5 else []
    rules = writer.rule() if random.random() < 0.3 else []
    return param + names + "\n".join([*limits, text, *rules]) + "\n"


def _changed(random: Random, line: str) -> str:
    return NUMBER.sub(
        lambda found: random.choice(("1", "2", "3", "5")) if random.random() < 0.3 else found[0], line
    )


def text_of(seed: int) -> str:
    """The program with this number."""
    return varied(seed) if seed % 3 == 0 else Writer(seed).text()
