"""Reading a certificate that may be anybody's, and holding it to a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stratc.compiler.ir.json_form import ir_hash
from stratc.compiler.proof.certificate import (
    FORMAT,
    VERSION,
    Certificate,
    Entry,
    body,
    digest,
    theorems_hash,
)
from stratc.compiler.proof.obligation import Solved
from stratc.compiler.proof.prover import Prover
from stratc.compiler.proof.results import PROVER_VERSION
from stratc.compiler.proof.smtlib import script
from stratc.compiler.proof.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.obligation import Obligation

_COMMANDS = ("(declare-const |", "(assert (! ")
_LOGICS = ("(set-logic QF_LRA)", "(set-logic QF_NRA)")
_SOUND = ("proved", "cannot trip")


class CertificateError(ValueError):
    """What is no certificate, or not one to be trusted; the message says why."""


def read_index(text: str) -> Certificate:
    """The certificate an index describes, its scripts still to be read.

    Raises:
        CertificateError: it is no index, or of another version.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"it is not JSON ({str(error)[:80]})") from None
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise CertificateError(f'it does not say "format": "{FORMAT}"')
    if given.get("version") != VERSION:
        raise CertificateError(f"it is of version {given.get('version')!r}; this stratc reads {VERSION}")
    try:
        entries = tuple(_entry(one) for one in given["obligations"])
        limits = tuple(
            (_is(one["name"], str), _is(one["line"], int), _is(one["verdict"], str))
            for one in given["limits"]
        )
        texts = [_is(given[name], str) for name in ("program", "ir_hash", "solver", "theorems")]
        prover = _is(given["prover"], int)
    except (KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"a part is missing or of the wrong kind ({error})") from None
    return Certificate(texts[0], texts[1], prover, texts[2], limits, texts[3], entries, ())


def _entry(given: Mapping[str, Any]) -> Entry:
    line = given["rule_line"]
    return Entry(
        file=_is(given["file"], str),
        sha256=_is(given["sha256"], str),
        limit=_is(given["limit"], str),
        limit_line=_is(given["limit_line"], int),
        rule_line=None if line is None else _is(line, int),
        about=_is(given["about"], str),
        verdict=_is(given["verdict"], str),
        by=_is(given["by"], str),
        used=tuple((_is(kind, str), _is(label, str)) for kind, label in given["used"]),
    )


def _is(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{str(value)[:40]!r} is no {kind.__name__}")
    return value


def wrong_with_file(entry: Entry, text: str) -> str | None:
    """What is wrong with a script, apart from the answer to it."""
    found = digest(text)
    if found != entry.sha256:
        return f"changed: the index says sha256 {entry.sha256[:12]}…, the file is {found[:12]}…"
    lines = body(text).rstrip("\n").split("\n")
    framed = lines[0] in _LOGICS and lines[-1] == "(check-sat)"
    if not framed or not all(line.startswith(_COMMANDS) for line in lines[1:-1]):
        return "not a script of stratc: declarations, assertions, and one (check-sat) at the end"
    return None


def wrong_with_index(given: Certificate) -> Iterator[str]:
    """What an index contradicts itself in."""
    guards = {(name, line) for name, line, said in given.limits if said in ("guarded", "cannot trip")}
    theorems = [
        [entry.file, entry.sha256]
        for entry in given.entries
        if (entry.limit, entry.limit_line) not in guards or entry.about == "start"
    ]
    found = theorems_hash(given.ir_hash, given.prover, theorems)
    if found != given.theorems:
        yield f"the hash of its theorems is {found[:12]}…, not {given.theorems[:12]}…"
    names = [entry.file for entry in given.entries]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} is named twice"
    for entry in given.entries:
        if not _plain(entry.file):
            yield f"{entry.file[:60]!r} is no name of a script"


def _plain(name: str) -> bool:
    """Whether a name stays in its folder."""
    stem = name.removesuffix(".smt2")
    return stem != name and len(name) < 100 and stem.replace(".", "").isalnum() and stem.isascii()


def wrong_with_program(given: Certificate, texts: Mapping[str, str], program: ir.Program) -> Iterator[str]:
    """Where a certificate is not one of this program: everything is worked out again but the proofs."""
    identity = ir_hash(program)
    if given.ir_hash != identity:
        yield f"it is for a program with the hash {given.ir_hash[:12]}…, and this one's is {identity[:12]}…"
        return
    if given.prover != PROVER_VERSION:
        yield f"it is by prover {given.prover}, and this is prover {PROVER_VERSION}: make it again"
        return
    questions = Questions(program)
    expected: dict[str, Entry] = {}
    said = {(name, line): word for name, line, word in given.limits}
    if [(limit.name, limit.where.line) for limit in program.limits] != [at[:2] for at in given.limits]:
        yield "its limits are not those of the program"
        return
    for position, limit in enumerate(program.limits):
        word = said[limit.name, limit.where.line]
        if word != verdict(limit, "proved") and word in _SOUND:
            yield f"{limit.name} (line {limit.where.line}) cannot be {word!r}"
        entries = questions.about(position)
        missing = [entry.file for entry in entries if entry.file not in texts]
        if word in _SOUND and missing:
            yield f"{limit.name} (line {limit.where.line}) is said to be {word} without {', '.join(missing)}"
        expected.update((entry.file, entry) for entry in entries)
    for entry in given.entries:
        yield from _strange(entry, expected.get(entry.file), texts.get(entry.file), questions)


def _strange(entry: Entry, expected: Entry | None, text: str | None, questions: Questions) -> Iterator[str]:
    if expected is None:
        yield f"{entry.file} is nothing that the program gives rise to"
        return
    if entry._replace(by="", used=(), sha256="") != expected:
        yield f"the index does not say of {entry.file} what it is about"
    if text is not None and body(text) not in questions.asked[entry.file]:
        yield f"{entry.file} is not what the program gives rise to"


class Questions(Prover):
    """Asks everything that a proof may rest on and answers nothing, save what the book is at the start."""

    def __init__(self, program: ir.Program) -> None:
        """Of one program."""
        super().__init__(program)
        self.asked: dict[str, set[str]] = {}
        """Texts that the file of an obligation can have: with few facts, or with more."""

    def solve(self, one: Obligation, simple: bool = True) -> Solved:
        """Note a question."""
        self.asked.setdefault(f"{one.name}.smt2", set()).add(script(one.assertions))
        if one.name.endswith(".start"):
            return super().solve(one, simple)
        return Solved("unknown", "solver")

    def about(self, position: int) -> list[Entry]:
        """What the index says of each obligation about a limit."""
        limit = self.program.limits[position]
        return [
            Entry(
                file=f"{tried.obligation.name}.smt2",
                sha256="",
                limit=limit.name,
                limit_line=limit.where.line,
                rule_line=None if claim.rule is None else self.program.rules[claim.rule - 1].where.line,
                about=claim.about,
                verdict=verdict(limit, "proved"),
                by="",
                used=(),
            )
            for claim in self.claims(position)
            for tried in claim.tries
        ]
