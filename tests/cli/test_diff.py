"""`stratc diff`: exit codes, both formats, and both versions on the same prices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import WRONG, stratc, written

OLD = """\
limit order size <= 5 ETH else clamp

book:
    long 3 ETH

when delta > 1 ETH, cooldown 1 h:
    hedge delta to 0 ETH

on stale spot:
    reduce only "no price"
"""
NEW = OLD.replace("delta > 1 ETH", "delta > 1 ETH and spot < 3_000").replace("5 ETH else", "2 ETH else")
SAME = OLD.replace("delta > 1 ETH", "2 * delta > 2 ETH")


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path, Path]:
    return (
        written(tmp_path, OLD, "old.strat"),
        written(tmp_path, NEW, "new.strat"),
        written(tmp_path, SAME, "same.strat"),
    )


def test_a_proof_that_nothing_differs(versions: tuple[Path, Path, Path]) -> None:
    said = stratc("diff", versions[0], versions[2])
    assert said.code == 0, said
    assert "No decision differs, on any market and any book." in said.out
    assert "same: proved by" in said.out


def test_a_difference(versions: tuple[Path, Path, Path]) -> None:
    said = stratc("diff", versions[0], versions[1])
    assert said.code == 1
    assert "an order size of 3.5 ETH passes A and is made smaller in B" in said.out
    assert "B does nothing (as the interpreter confirms)" in said.out
    assert said.out.endswith("They differ: 1 of 2 rules and 1 declaration.\n")


def test_json(versions: tuple[Path, Path, Path]) -> None:
    told = json.loads(stratc("diff", versions[0], versions[1], "--format", "json").out)
    assert told["verdict"] == "differs"
    rule, stale = told["rules"]
    assert (rule["verdict"], stale["verdict"], stale["by"]) == ("differs", "same", ["letter"])
    assert rule["a"] == {"rule": 1, "line": 6, "text": "when delta > 1 ETH, cooldown 1 h"}
    assert rule["differences"][0]["confirmed"] is True
    assert told["declarations"][0]["section"] == "limits"
    same = json.loads(stratc("diff", versions[0], versions[2], "--format", "json").out)
    assert (same["verdict"], same["declarations"]) == ("same", [])


def test_on_the_same_prices(versions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    rows = "".join(f"{60 * at},{price}\n" for at, price in enumerate((3_100, 3_100, 2_900, 2_500, 2_500)))
    prices = written(tmp_path, "timestamp,price\n" + rows, "prices.csv")
    said = stratc("diff", versions[0], versions[1], "--replay", prices)
    assert said.code == 1, said
    assert "decisions differed in 2 of 5 ticks" in said.out
    assert "first at 1970-01-01 00:00:00, spot 3,100: A hedge -3" in said.out
    told = json.loads(stratc("diff", versions[0], versions[1], "--replay", prices, "--format", "json").out)
    runs = told["replay"]
    assert (runs["a"]["orders"], runs["b"]["orders"], runs["differing_ticks"]) == (1, 1, 2)
    assert runs["a"]["turnover"] > runs["b"]["turnover"] > 0
    assert runs["a"]["fees"] > runs["b"]["fees"] > 0
    assert runs["a"]["pnl"] > runs["b"]["pnl"]  # it sold before the fall
    calm = stratc("diff", versions[0], versions[2], "--replay", prices)
    assert "no decision differed in 5 ticks" in calm.out


def test_what_is_wrong_is_said(versions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    wrong = stratc("diff", versions[0], written(tmp_path, WRONG, "wrong.strat"))
    assert (wrong.code, wrong.out) == (1, "")
    assert "E0" in wrong.err
    assert stratc("diff", versions[0], tmp_path / "none.strat").code == 3
    assert stratc("diff", versions[0]).code == 2
    assert stratc("diff", versions[0], versions[1], "--replay", "atlantis").code == 2
    alone = stratc("diff", versions[0], versions[1], "--seed", "3")
    assert alone.code == 2
    assert "--replay" in alone.err
