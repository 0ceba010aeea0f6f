"""Certificates: the same bytes each time, confirmed by another solver, and refused when forged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stratc.compiler.backends.python_plan.lower import lower
from stratc.compiler.driver import understand
from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.carried import carried
from stratc.compiler.proof.certificate import Certificate, body, certificate, digest, files
from stratc.compiler.proof.certificate_check import (
    CertificateError,
    read_index,
    wrong_with_file,
    wrong_with_index,
    wrong_with_program,
)
from stratc.compiler.proof.second_solver import Name, second_solver
from stratc.compiler.proof.verdicts import Asker, judge
from stratc.compiler.proving import Proving
from stratc.dsl.source import Source
from stratc.runtime.plan import ProofPlan
from stratc.runtime.report.proofs import proof_line

KEPT = """\
param goal = 0 ETH in -1 ETH .. 1 ETH
assume spot in 20 .. 50_000 USDC/ETH
limit order notional <= 250_000 USDC
limit abs(position(ETH)) <= 10 ETH else reject
limit orders <= 60 per rolling 1 h
when abs(delta - goal) > 0.1 ETH, cooldown 1 min:
    hedge delta to goal, at most 5 ETH
"""
WIDER = KEPT.replace("250_000", "300_000")


def program(text: str) -> ir.Program:
    understood = understand(Source("kept.strat", text)).ir
    assert understood is not None
    return understood


def made(text: str) -> Certificate:
    asker = Asker(program(text))
    return certificate(asker.program, judge(asker), "z3 test")


def folder(given: Certificate) -> dict[str, str]:
    return dict(files(given))


def texts(given: Certificate) -> dict[str, str]:
    return {entry.file: text for entry, text in zip(given.entries, given.scripts, strict=True)}


def test_the_same_program_gives_the_same_bytes() -> None:
    assert folder(made(KEPT)) == folder(made(KEPT))
    assert made(KEPT).hash == made(KEPT).hash != made(WIDER).hash
    assert made(KEPT).theorems != made(WIDER).theorems


def test_the_index_reads_back_as_it_was() -> None:
    given = made(KEPT)
    assert read_index(folder(given)["certificate.json"]) == given._replace(scripts=())
    assert read_index(folder(given)["certificate.json"]).hash == given.hash
    assert list(wrong_with_index(given)) == []


def test_what_is_proved_is_in_it_and_what_is_guarded_is_not() -> None:
    given = made(KEPT)
    assert given.limits == (
        ("order notional", 3, "proved"),
        ("abs(position(ETH))", 4, "cannot trip"),
        ("orders", 5, "proved"),
    )
    guarded = made(KEPT.replace("hedge delta to goal, at most 5 ETH", "buy 5 ETH"))
    assert guarded.limits[1] == ("abs(position(ETH))", 4, "guarded")
    assert [entry.about for entry in guarded.entries if entry.limit_line == 4] == ["start"]


def test_a_proof_names_the_assumption_it_leans_on() -> None:
    (entry,) = [entry for entry in made(KEPT).entries if entry.limit == "order notional"]
    assert ("assumption", "spot in 20 .. 50_000 USDC/ETH (line 2)") in entry.used


@pytest.mark.parametrize("solver", ["cvc5", "z3"])
def test_another_solver_confirms_every_script_and_misses_a_fact_that_was_taken_out(solver: Name) -> None:
    ask, _ = second_solver(solver, 10.0)
    given = made(KEPT)
    assert [ask(text).said for text in given.scripts] == ["unsat"] * len(given.scripts)
    (notional,) = [
        text for entry, text in zip(given.entries, given.scripts, strict=True) if entry.limit_line == 3
    ]
    less = "\n".join(line for line in notional.split("\n") if " assumption: " not in line)
    assert less != notional
    assert ask(less).said == "sat"
    assert ask("(assert").said == "unreadable"


def test_it_is_held_to_its_program() -> None:
    given = made(KEPT)
    assert list(wrong_with_program(given, texts(given), program(KEPT))) == []
    (other,) = wrong_with_program(given, texts(given), program(WIDER))
    assert "it is for a program with the hash" in other


def forged(given: Certificate, file: str, text: str) -> Certificate:
    """With another text for a file, and every hash set right."""
    entries = tuple(e._replace(sha256=digest(text)) if e.file == file else e for e in given.entries)
    scripts = tuple(text if e.file == file else s for e, s in zip(given.entries, given.scripts, strict=True))
    return given._replace(entries=entries, scripts=scripts)


def test_a_script_that_proves_something_else_is_refused() -> None:
    given = made(KEPT)
    file = given.entries[0].file
    easy = "(set-logic QF_LRA)\n(assert (! false :named |no|))\n(check-sat)\n"
    assert wrong_with_file(given.entries[0], easy) is not None
    fake = forged(given, file, easy)
    assert wrong_with_file(fake.entries[0], easy) is None
    assert f"{file} is not what the program gives rise to" in list(
        wrong_with_program(fake, texts(fake), program(KEPT))
    )


def test_a_proof_that_is_left_out_is_missed() -> None:
    given = made(KEPT)
    less = given._replace(entries=given.entries[1:], scripts=given.scripts[1:])
    (missed,) = wrong_with_program(less, texts(less), program(KEPT))
    assert missed.startswith("order notional (line 3) is said to be proved without limit1.")


def test_a_limit_that_is_not_proved_cannot_be_said_to_be() -> None:
    text = KEPT.replace("at most 5 ETH", "at most 6 ETH")  # 6 ETH at 50 000 break the first limit
    given = made(text)
    assert given.limits[0][2] == "refuted"
    lying = given._replace(limits=(("order notional", 3, "proved"), *given.limits[1:]))
    assert any("is said to be proved without" in one for one in wrong_with_program(lying, {}, program(text)))


def test_an_entry_that_says_something_else_than_its_script_is_refused() -> None:
    given = made(KEPT)
    first = given.entries[0]._replace(limit_line=5)
    lying = given._replace(entries=(first, *given.entries[1:]))
    assert list(wrong_with_program(lying, texts(lying), program(KEPT))) == [
        f"the index does not say of {first.file} what it is about"
    ]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/b.smt2", "", "..smt2/..", "ä.smt2"])
def test_a_file_outside_the_folder_is_no_script(name: str) -> None:
    given = made(KEPT)
    first = given.entries[0]._replace(file=name)
    found = list(wrong_with_index(given._replace(entries=(first, *given.entries[1:]))))
    assert any("no name of a script" in one for one in found)


def test_an_index_that_contradicts_itself_is_told() -> None:
    given = made(KEPT)
    assert [
        "the hash of its theorems" in one for one in wrong_with_index(given._replace(theorems="0" * 64))
    ] == [True]
    twice = given._replace(entries=(*given.entries, given.entries[-1]))
    assert any("named twice" in one for one in wrong_with_index(twice))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "[" * 100_000, '{"format": "stratc certificate", "version": 2}', "\x00"],
)
def test_what_is_no_index_is_said_to_be_none(text: str) -> None:
    with pytest.raises(CertificateError):
        read_index(text)


def test_any_part_that_is_missing_or_of_another_kind_is_an_error() -> None:
    whole = json.loads(folder(made(KEPT))["certificate.json"])
    for name in ("program", "ir_hash", "prover", "solver", "theorems", "limits", "obligations"):
        for other in (None, 1.5, [1], [{}]):
            with pytest.raises(CertificateError):
                read_index(json.dumps({**whole, name: other}))
    for name in whole["obligations"][0]:
        if name != "rule_line":
            with pytest.raises(CertificateError):
                read_index(json.dumps({**whole, "obligations": [{**whole["obligations"][0], name: 7.5}]}))


def test_the_head_says_what_a_script_is_and_is_no_part_of_it() -> None:
    given = made(KEPT)
    head = [line for line in given.scripts[0].split("\n") if line.startswith(";")]
    assert "; limit order notional (line 3), rule on line 6" in head
    assert body(given.scripts[0]).startswith("(set-logic")


def test_shipped_strategies_are_confirmed() -> None:
    ask, _ = second_solver("cvc5", 10.0)
    root = Path(__file__).parents[2] / "strategies"
    for path in sorted(root.glob("*/strategy.strat")):
        given = made(path.read_text("utf-8"))
        assert given.entries, path
        assert [ask(text).said for text in given.scripts] == ["unsat"] * len(given.scripts), path
        assert list(wrong_with_program(given, texts(given), program(path.read_text("utf-8")))) == [], path


class Kept(dict[str, str]):
    """A memory that is a dictionary."""

    def put(self, key: str, text: str) -> None:
        self[key] = text


def test_a_plan_carries_the_hash_of_the_theorems() -> None:
    memory = Kept()
    proving = Proving(memory=memory)
    found = carried(program(KEPT), proving)
    assert found == ProofPlan(made(KEPT).theorems, ("order notional", "orders"), ("abs(position(ETH))",))
    (key,) = memory
    assert carried(program(KEPT), proving) == found
    for rubbish in ("", "7", "[1]", "null"):
        memory[key] = rubbish
        assert carried(program(KEPT), proving) == found


def test_what_is_not_proved_is_neither_carried_as_proved_nor_remembered() -> None:
    memory = Kept()
    found = carried(program(KEPT.replace("at most 5 ETH", "at most 6 ETH")), Proving(memory=memory))
    assert found.proved == ("orders",)
    assert memory == {}


def test_one_line_tells_what_is_proved() -> None:
    proof = carried(program(KEPT), Proving())
    assert proof_line(lower(program(KEPT), "test", proof)) == (
        "proved: order notional, orders; guarded: abs(position(ETH)) (line 4)"
    )
    assert proof_line(lower(program(KEPT), "test")) == (
        "not proved: order notional (line 3), orders (line 5); guarded: abs(position(ETH)) (line 4)"
    )


@pytest.mark.parametrize("solver", ["cvc5", "z3"])
def test_what_stands_in_a_script_many_times_is_written_once(solver: Name) -> None:
    lets = "".join(f"let x{n} = abs(x{n - 1} - {n} ETH)\n" for n in range(1, 60))
    text = (
        f"param p = 1 ETH in 0 ETH .. 2 ETH\nlet x0 = abs(delta - p)\n{lets}limit order size <= 5 ETH\n"
        "when x59 > 0.1 ETH, cooldown 1 h: hedge to x59, at most 5 ETH\n"
    )
    (script,) = made(text).scripts
    assert "(let (($1 " in script
    assert len(script) < 20_000
    assert second_solver(solver, 10.0)[0](script).said == "unsat"
