"""The forms of the IR: JSON both ways, its hash, its schema, and what a loader refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from stratc.compiler.driver import check
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.json_form import ir_hash, to_json
from stratc.compiler.ir.schema import BadIR, json_schema, load
from stratc.compiler.ir.verify import verify
from stratc.dsl.source import Source
from tests.compiler import programs
from tests.conftest import ROOT

PROGRAM = """
venue perp: perpetual "ETH-PERP"
signal x: number
mode calm, wild
limit orders <= 60 per rolling 1 h else defer
let wide = mean(x over 1 h) * 2
when wide > 3: enter wild
in wild:
    when abs(delta) rises above 0.1 ETH: hedge to 0 ETH on perp
on stale x: alert "x was {x}"
every 7 d: sell 1 ETH call at delta 0.25 expiring in 7 d
"""


def lowered(text: str) -> ir.Program:
    program = check(
        Source("strategy.strat", text.replace("venue perp", "venue desk: options\nvenue perp"))
    ).ir
    assert program is not None
    return program


@programs.FEW
@given(programs.CONDITIONS)
def test_json_round_trip(condition: str) -> None:
    program = check(Source("", programs.program(condition))).ir
    assume(program is not None)
    assert program is not None
    text = to_json(program)
    assert load(text) == program
    assert to_json(load(text)) == text
    assert verify(program) == []


def test_every_kind_of_node_goes_round() -> None:
    program = lowered(PROGRAM)
    assert load(to_json(program)) == program


def test_hash_is_of_the_meaning() -> None:
    program = lowered(PROGRAM)
    assert ir_hash(program) == ir_hash(lowered(PROGRAM))
    assert ir_hash(program) != ir_hash(lowered(PROGRAM.replace("<= 60", "<= 61")))


def test_json_is_canonical() -> None:
    text = to_json(lowered(PROGRAM))
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text


def _change(edit: Callable[[dict[str, Any]], object]) -> str:
    data = json.loads(to_json(lowered(PROGRAM)))
    edit(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda d: d.update(version=2), "version: this is IR version 2, and 1 is read here"),
        (lambda d: d.update(name=3), "name: input should be a valid string"),
        (lambda d: d.update(more=3), "more: unexpected keyword argument"),
        (lambda d: d.pop("rules"), "rules: field required"),
        (lambda d: d["rules"][0].update(index=7), "rules[0]: its index is 7, and must be 1"),
        (
            lambda d: d["rules"][0]["trigger"].update(kind="sometimes"),
            "rules[0].trigger: no node of this kind",
        ),
        (
            lambda d: d["rules"][0]["trigger"]["condition"]["args"][0].update(name="narrow"),
            "rule 1: there is no let 'narrow' before it",
        ),
        (
            lambda d: d["rules"][0]["trigger"]["condition"].update(op="%"),
            "rule 1: there is no operator '%' of 2",
        ),
        (
            lambda d: d["rules"][0]["trigger"]["condition"]["args"][1].update(value="3"),
            "rules[0].trigger.condition.args[1].value: input should be a valid number",
        ),
        (lambda d: d["rules"][0]["body"][0].update(mode="lost"), "rule 1: there is no mode 'lost'"),
        (lambda d: d["rules"][1].update(mode="lost"), "rule 2: there is no mode 'lost'"),
        (lambda d: d["rules"][1]["body"][0]["terms"].update(venue="x"), "rule 2: there is no venue 'x'"),
        (lambda d: d["rules"][2]["body"][0].update(texts=["x"]), "rule 3: 1 texts cannot hold 1 values"),
        (lambda d: d.update(inputs=[]), "window 0: there is no input 'x'"),
        (lambda d: d.update(windows=[]), "let wide: there is no window 0 before it"),
        (lambda d: d.update(params=[{"name": "q"}]), "params[0].value: field required"),
    ],
)
def test_refused(edit: Callable[[dict[str, Any]], object], message: str) -> None:
    with pytest.raises(BadIR) as caught:
        load(_change(edit))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"version": NaN}'])
def test_no_program(text: str) -> None:
    with pytest.raises(BadIR):
        load(text)


def test_numbers_are_finite() -> None:
    edited = _change(lambda d: d["rules"][0]["trigger"]["condition"]["args"][1].update(value=float("inf")))
    with pytest.raises(BadIR, match="finite"):
        load(edited)


def test_schema_is_fresh(golden: Callable[[str, Path], None]) -> None:
    golden(json_schema(), ROOT / "docs" / "ir.schema.json")
