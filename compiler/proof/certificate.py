"""What proves a program's limits, as files that another solver can check: one SMT-LIB script an obligation.

A script asserts the facts and the goal's negation; that no values satisfy them all is the proof.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.compiler.ir.json_form import ir_hash
from stratc.compiler.proof.results import PROVER_VERSION
from stratc.compiler.proof.smtlib import script
from stratc.compiler.proof.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.prover import Claim, Try
    from stratc.compiler.proof.verdicts import Judgement

INDEX = "certificate.json"
FORMAT = "stratc certificate"
VERSION = 1


class Entry(NamedTuple):
    """A script with what it shows."""

    file: str
    sha256: str
    limit: str
    limit_line: int
    rule_line: int | None
    """None: all rules together, or the book at the start."""
    about: str
    """orders, flow or start."""
    verdict: str
    by: str
    used: tuple[tuple[str, str], ...]
    """(kind, label) of the facts that the proof used."""


class Certificate(NamedTuple):
    """Everything that was proved of one program."""

    program: str
    ir_hash: str
    prover: int
    solver: str
    """Name and version of the one that was there for what intervals do not settle."""
    limits: tuple[tuple[str, int, str], ...]
    """Name, line and verdict of every limit."""
    theorems: str
    """SHA-256 of what the limits without `else` rest on: the same, whichever solver proves it."""
    entries: tuple[Entry, ...]
    scripts: tuple[str, ...]
    """The text of each entry's file."""

    @property
    def hash(self) -> str:
        """The SHA-256 of the canonical index, which names the hash of every file."""
        return digest(canonical(index(self)))


def certificate(program: ir.Program, judged: tuple[Judgement, ...], solver: str) -> Certificate:
    """The certificate of whatever is proved of a program's limits."""
    identity = ir_hash(program)
    entries, scripts, theorems = [], [], []
    for one in judged:
        for claim, tried in _proved(one):
            text = _script(program, identity, one.limit, claim, tried)
            entry = _entry(program, one.limit, claim, tried, text)
            entries.append(entry)
            scripts.append(text)
            if one.limit.policy is None or claim.about == "start":
                theorems.append([entry.file, entry.sha256])
    return Certificate(
        program=program.name,
        ir_hash=identity,
        prover=PROVER_VERSION,
        solver=solver,
        limits=tuple((one.limit.name, one.limit.where.line, one.verdict) for one in judged),
        theorems=theorems_hash(identity, PROVER_VERSION, theorems),
        entries=tuple(entries),
        scripts=tuple(scripts),
    )


def theorems_hash(identity: str, prover: int, files: list[list[str]]) -> str:
    """The hash over the scripts of theorems and of the book at the start: [file, SHA-256] each."""
    return digest(canonical([identity, prover, files]))


def index(given: Certificate) -> dict[str, Any]:
    """The index as JSON has it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": given.program,
        "ir_hash": given.ir_hash,
        "prover": given.prover,
        "solver": given.solver,
        "theorems": given.theorems,
        "limits": [{"name": name, "line": line, "verdict": verdict} for name, line, verdict in given.limits],
        "obligations": [
            {**entry._asdict(), "used": [list(fact) for fact in entry.used]} for entry in given.entries
        ],
    }


def files(given: Certificate) -> Iterator[tuple[str, str]]:
    """Name and text of every file, the index last: where it stands, all stand."""
    yield from zip((entry.file for entry in given.entries), given.scripts, strict=True)
    yield INDEX, json.dumps(index(given), indent=1, ensure_ascii=False) + "\n"


def canonical(value: Any) -> str:
    """JSON on one line, names sorted."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """The SHA-256 of a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def body(text: str) -> str:
    """A script without the comments at its head."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if not line.startswith(";")), len(lines))
    return "\n".join(lines[start:])


def _proved(one: Judgement) -> Iterable[tuple[Claim, Try]]:
    for claim in one.claims:
        if claim.status == "proved":
            yield from ((claim, tried) for tried in claim.tries)


def _entry(program: ir.Program, limit: ir.Limit, claim: Claim, tried: Try, text: str) -> Entry:
    return Entry(
        file=f"{tried.obligation.name}.smt2",
        sha256=digest(text),
        limit=limit.name,
        limit_line=limit.where.line,
        rule_line=_line(program, claim),
        about=claim.about,
        verdict=verdict(limit, claim.status),
        by=tried.solved.by,
        used=tried.solved.used,
    )


def _line(program: ir.Program, claim: Claim) -> int | None:
    return None if claim.rule is None else program.rules[claim.rule - 1].where.line


def _script(program: ir.Program, identity: str, limit: ir.Limit, claim: Claim, tried: Try) -> str:
    line = _line(program, claim)
    whose = {"flow": "all rules together", "start": "the book at the start"}.get(
        claim.about, f"rule on line {line}"
    )
    head = [
        f"{tried.obligation.name} of {program.name}",
        f"IR sha256 {identity}",
        f"prover {PROVER_VERSION}",
        f"limit {limit.name} (line {limit.where.line}), {whose}",
        f"{verdict(limit, claim.status)}, by {tried.solved.by}: what is asserted cannot all hold, unsat",
    ]
    return script(tried.obligation.assertions, [" ".join(line.split()) for line in head])
