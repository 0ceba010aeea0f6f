"""What was proved, as a table and as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.cli.programs import colours, count
from stratc.compiler.proof.verdicts import assumptions, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.pace import Pace
    from stratc.compiler.proof.prover import Claim
    from stratc.compiler.proof.verdicts import Judgement, Tally

_HEADS = ("line", "limit", "rule", "verdict", "by", "      ms", "rests on")
_STYLES = {
    "proved": "green",
    "cannot trip": "green",
    "guarded": "yellow",
    "refuted": "bold red",
    "unknown": "bold red",
}
_SETTLED = ("proved", "cannot trip")


class Told(NamedTuple):
    """All that is to be told."""

    program: ir.Program
    judged: tuple[Judgement, ...]
    tally: Tally
    pace: Pace
    seconds: float


def show(told: Told) -> None:
    """Print the table, the pace and the sum."""
    if sys.stdout.isatty():
        _rich(told)
        return
    rows = [_HEADS, *_rows(told)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    if told.judged:
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        print()
    print(pace_line(told.pace))
    print(summary_line(told))


def _rich(told: Told) -> None:
    from rich.console import Console  # noqa: PLC0415  # only for a terminal
    from rich.table import Table  # noqa: PLC0415  # only for a terminal
    from rich.text import Text  # noqa: PLC0415  # only for a terminal

    console = Console(no_color=not colours(sys.stdout), highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for name in _HEADS:
        right = name in ("line", "rule")
        table.add_column(name, justify="right" if right else "left", no_wrap=name != "rests on")
    for row in _rows(told):
        cells = [Text(cell) for cell in row]
        cells[3].stylize(_STYLES[row[3]])
        table.add_row(*cells)
    if told.judged:
        console.print(table)
        console.print()
    console.print(Text(pace_line(told.pace)))
    console.print(Text(summary_line(told), style="bold"))


def _rows(told: Told) -> Iterator[tuple[str, ...]]:
    for one in told.judged:
        line, name = str(one.limit.where.line), one.limit.name
        if not one.claims:
            yield line, name, "none", one.verdict, "-", "       -", "no order that it concerns"
        for claim in one.claims:
            said = verdict(one.limit, claim.status)
            by = _by(claim)
            rests = rests_on(claim) if said in _SETTLED else "-" if claim.status == "refuted" else "no answer"
            yield line, name, _rule(told.program, claim), said, by, f"{claim.seconds * 1000:8.1f}", rests


def _rule(program: ir.Program, claim: Claim) -> str:
    if claim.rule is None:
        return {"flow": "all", "start": "start"}.get(claim.about, "-")
    return str(program.rules[claim.rule - 1].where.line)


def _by(claim: Claim) -> str:
    """How a claim was settled: where it failed, by what failed it; else by the strongest means it took."""
    if claim.failed is not None:
        return claim.failed.solved.by
    found = [one.solved.by for one in claim.tries]
    return "solver" if "solver" in found else found[0] if found else "-"


def rests_on(claim: Claim) -> str:
    """The assumptions that a proof used, then whatever else it did."""
    assumed = assumptions(claim.used)
    others = tuple(dict.fromkeys(label for kind, label in claim.used if kind != "assumption"))
    first = "; ".join(f"assume {label}" for label in assumed) or "no assumption"
    return "; ".join([first, *others])


def pace_line(pace: Pace) -> str:
    """The most orders in an hour."""
    if pace.orders is not None:
        return f"orders per hour, at worst: {pace.orders:,}"
    return f"orders per hour, at worst: unbounded: {'; '.join(pace.reasons)}"


def summary_line(told: Told) -> str:
    """How many theorems and guards there are, and the time it took."""
    tally = told.tally
    parts = [f"{count(tally.proved, 'theorem')} proved"] if tally.proved or not tally.theorems else []
    parts += [
        f"{count(number, 'theorem')} {word}"
        for number, word in ((tally.refuted, "refuted"), (tally.unknown, "unknown"))
        if number
    ]
    idle = f", {tally.idle} of them cannot trip" if tally.guards > 1 else ", which cannot trip"
    guards = count(tally.guards, "guard") + (idle if tally.idle else "")
    return f"{', '.join([*parts, guards])}; {told.seconds:.2f} s"


def as_json(told: Told) -> dict[str, Any]:
    """Everything, for a machine."""
    from stratc.compiler.ir.json_form import ir_hash  # noqa: PLC0415  # only for this format

    return {
        "program": told.program.name,
        "ir_hash": ir_hash(told.program),
        "limits": [
            {
                "name": one.limit.name,
                "line": one.limit.where.line,
                "policy": one.limit.policy,
                "verdict": one.verdict,
                "claims": [_claim(told.program, one.limit, claim) for claim in one.claims],
            }
            for one in told.judged
        ],
        "orders_per_hour": {"most": told.pace.orders, "unbounded": list(told.pace.reasons)},
        "theorems": {
            "proved": told.tally.proved,
            "refuted": told.tally.refuted,
            "unknown": told.tally.unknown,
        },
        "guards": {"all": told.tally.guards, "cannot_trip": told.tally.idle},
        "seconds": round(told.seconds, 6),
    }


def _claim(program: ir.Program, limit: ir.Limit, claim: Claim) -> dict[str, Any]:
    settled = claim.status == "proved"
    return {
        "about": claim.about,
        "rule": claim.rule,
        "rule_line": None if claim.rule is None else program.rules[claim.rule - 1].where.line,
        "verdict": verdict(limit, claim.status),
        "status": claim.status,
        "by": _by(claim),
        "orders": sum(one.sent is not None for one in claim.tries),
        "assumptions": list(assumptions(claim.used)) if settled else [],
        "facts": [{"kind": kind, "fact": label} for kind, label in claim.used] if settled else [],
        "seconds": round(claim.seconds, 6),
    }
