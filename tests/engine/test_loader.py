"""A plan file is what the compiler wrote, unchanged, of this version, doing nothing but decide."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stratc.compiler.backends.python_plan import compile_plan
from stratc.runtime.loader import MARK, PlanError, checksum, load_plan
from stratc.runtime.plan import PLAN_VERSION, ProofPlan
from tests.engine.acting import tick
from tests.engines import program

TEXT = """
param band = 0.1 ETH in 0.05 ETH .. 1 ETH
limit order size <= 5 ETH else clamp
limit orders <= 3 per rolling 1 h else defer
when abs(delta) rises above band for 2 s, rearm below band / 2: hedge to 0 ETH
when change(spot over 5 min) < -10%: halt "crash" for 30 min
on stale spot: reduce only "no price"
"""
PLAN = compile_plan(program(TEXT), "1.2.3")


def sealed(body: str, version: int = PLAN_VERSION) -> str:
    """A body with a first line that fits it."""
    return f"{MARK} {version} sha256:{checksum(body)}\n{body}"


def test_a_plan_comes_back_as_what_was_compiled() -> None:
    machine = load_plan(PLAN)
    assert (machine.plan.compiler, machine.plan.base, len(machine.plan.rules)) == ("1.2.3", "ETH", 3)
    assert [limit.name for limit in machine.plan.limits] == ["order size", "orders"]
    assert tick(machine()).outcomes == ()
    body = PLAN.partition("\n")[2]
    assert sealed(body) == PLAN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (PLAN.replace("0.05", "0.01", 1), "was changed after it was compiled"),
        (PLAN[: len(PLAN) // 2], "was changed after it was compiled"),
        (PLAN + "\n", "was changed after it was compiled"),
        (PLAN.replace("\n", "\r\n"), "was changed|not a stratc plan"),
        (PLAN.partition("\n")[0], "was changed after it was compiled"),
        (
            sealed(PLAN.partition("\n")[2], PLAN_VERSION + 1),
            f"version {PLAN_VERSION + 1}, this runtime reads",
        ),
        ("", "not a stratc plan"),
        ("when delta > 0.1: hedge to 0", "not a stratc plan"),
        ("\x00\x01" * 100, "not a stratc plan"),
        (f"{MARK} one", "not a stratc plan"),
        ("#" * (16 * 1024 * 1024 + 1), "16,777,217 characters long; a plan has at most 16,777,216"),
    ],
)
def test_what_is_no_plan_or_no_longer_one_is_refused(text: str, why: str) -> None:
    with pytest.raises(PlanError, match=why) as caught:
        load_plan(text, "my.plan.py")
    assert "my.plan.py" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("import os\n", "line 1 imports os"),
        ("from os import path\n", "line 1 imports os"),
        ("import math, subprocess\n", "line 1 imports subprocess"),
        ("from . import machine\n", r"line 1 imports \.; a plan"),
        ("import stratc.cli.main\n", "line 1 imports stratc.cli.main"),
        ("x = 1\n__import__('os').remove('x')\n", "line 2 uses __import__"),
        ("x = __builtins__\n", "line 1 uses __builtins__"),
        ("x = (1).__class__.__mro__[1].__subclasses__()\n", "line 1 uses __"),
        ("open('/etc/passwd')\n", "line 1 uses open"),
        ("eval('1')\n", "line 1 uses eval"),
        ("getattr(1, 'real')\n", "line 1 uses getattr"),
        ("x = 1\n", "no class Strategy"),
        ("class Strategy:\n    pass\n", "no class Strategy"),
        ("def f(:\n", "cannot be read|can be read"),
        ("(" * 100_000 + "\n", "cannot be read|can be read"),
        ("x = '\x00'\n", "cannot be read|can be read"),
    ],
)
def test_a_plan_that_does_what_no_plan_does_is_refused_even_with_a_good_checksum(body: str, why: str) -> None:
    with pytest.raises(PlanError, match=why):
        load_plan(sealed(body), "my.plan.py")


def test_a_plan_is_the_same_byte_for_byte_every_time() -> None:
    program.cache_clear()
    assert compile_plan(program(TEXT), "1.2.3") == PLAN


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_a_plan_does_not_depend_on_the_order_of_hashes(seed: str, tmp_path: Path) -> None:
    source = tmp_path / "test.strat"
    source.write_text(TEXT, encoding="utf-8")
    code = (
        "import sys\nfrom tests.engines import program\n"
        "from stratc.compiler.backends.python_plan import compile_plan\n"
        "sys.stdout.buffer.write(compile_plan(program(open(sys.argv[1]).read()), '1.2.3').encode())"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(source)],
        env=os.environ | {"PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    assert found.stdout.decode() == PLAN


def test_a_plan_says_what_was_proved_and_by_which_certificate() -> None:
    proof = ProofPlan("c" * 64, (), ("order size", "orders"))
    assert load_plan(compile_plan(program(TEXT), "1.2.3", proof)).plan.proof == proof
    assert load_plan(PLAN).plan.proof == ProofPlan()


@pytest.mark.parametrize(
    ("proof", "why"),
    [
        (ProofPlan("c" * 64, ("order size",)), "calls order size proved or guarded"),
        (ProofPlan("c" * 64, ("leverage",)), "calls leverage proved or guarded"),
        (ProofPlan("c" * 64, (), ("topup",)), "calls topup proved or guarded"),
    ],
)
def test_a_plan_that_calls_proved_what_is_not_is_refused(proof: ProofPlan, why: str) -> None:
    with pytest.raises(PlanError, match=why):
        load_plan(compile_plan(program(TEXT), "1.2.3", proof))


def test_a_plan_that_names_no_certificate_proves_nothing() -> None:
    text = TEXT.replace("<= 5 ETH else clamp", "<= 5 ETH")
    with pytest.raises(PlanError, match="names no certificate"):
        load_plan(compile_plan(program(text), "1.2.3", ProofPlan("", ("order size",))))
