"""A whole test: reproducible, its estimates right, a naive program caught, a planted bug of the compiler caught."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from stratc.cli.engines import Runnable
from stratc.runtime.backtest.statistics import expected_shortfall
from stratc.runtime.loader import MARK, checksum
from stratc.runtime.plan import PLAN_VERSION
from stratc.runtime.report.html import ReportRecorder
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.stress.faults import FAULTS
from stratc.runtime.stress.study import COLUMNS, Batch, Outcomes, Study
from stratc.runtime.stress.verdict import Verdict
from stratc.runtime.stress.worlds import World
from tests.stress.programs import guarded, naive

NONE, *_, ADVERSARY = FAULTS
SOME = tuple(f for f in FAULTS if f.kind in ("none", "oracle frozen", "gas spike", "adversary"))


def study(target: Runnable, model: str = "crash", faults=SOME, steps: int = 144, **more: object) -> Study:  # type: ignore[no-untyped-def]
    world = World(model, 5, 3_200.0, 0.8, steps, 1_800.0, **more)  # type: ignore[arg-type]
    return Study(target.code, world, faults, {})


def verdict(given: Study, paths: int, workers: int = 1) -> Verdict:
    found = Verdict(given.faults, given.world.sobol)
    for batch in given.found(paths, workers):
        found.add(batch)
    return found


@pytest.fixture(scope="module")
def crash() -> Verdict:
    return verdict(study(guarded()), 24)


def column(found: Verdict, name: str, fault: int = 0) -> np.ndarray:
    return np.concatenate(list(found.variants[fault].outcomes.pieces(name)))


def test_the_naive_program_is_liquidated_where_the_guarded_one_survives(crash: Verdict) -> None:
    alone = verdict(study(naive(), faults=(NONE,)), 24).variants[0]
    kept = crash.variants[0]
    assert alone.liquidated >= 18
    assert kept.liquidated == 0
    assert alone.broke["liquidated"].distance < -0.1
    assert (
        alone.liquidation.value - 2.0 * alone.liquidation.error
        > kept.liquidation.value + 2.0 * kept.liquidation.error
    )


def test_no_theorem_is_broken_by_any_fault(crash: Verdict) -> None:
    assert crash.breaches == []
    assert sum(variant.outcomes.count for variant in crash.variants) == 24 * len(SOME)


def test_faults_cost_what_they_should(crash: Verdict) -> None:
    none, _, gas, adversary = crash.variants
    assert gas.mean("gas").value > 5.0 * none.mean("gas").value
    lost = adversary.against(none)
    assert lost.value + 3.0 * lost.error < 0.0
    assert 0.0 < adversary.total("taken") <= adversary.total("bound")
    assert none.total("taken") == 0.0


def test_every_estimate_is_that_of_the_outcomes(crash: Verdict) -> None:
    pnl = column(crash, "pnl")
    found = crash.variants[0]
    assert found.mean("pnl").value == pytest.approx(pnl.mean())
    assert found.mean("pnl").error == pytest.approx(pnl.std(ddof=1) / np.sqrt(len(pnl)))
    assert [each[0] for each in found.worst] == sorted(pnl)[:10]
    difference = column(crash, "pnl", 2) - pnl
    assert crash.variants[2].against(found).value == pytest.approx(difference.mean())


@pytest.mark.parametrize("count", [40, 1_000])
def test_a_shortfall_read_from_disk_in_pieces_is_that_of_all(tmp_path: Path, count: int) -> None:
    values = np.round(np.random.default_rng(count).normal(size=count), 2)  # with ties
    rows = np.zeros((count, len(COLUMNS)))
    rows[:, 1] = values
    found = Verdict((NONE,))
    found.variants[0].outcomes = Outcomes(tmp_path / "rows")
    found.variants[0].outcomes.PIECE = 100  # type: ignore[misc]
    found.variants[0].outcomes.add(rows)
    mine, whole = found.variants[0].shortfall, expected_shortfall(values)
    assert whole is not None
    assert mine.value == pytest.approx(whole.value)
    if count > 100:
        assert mine.error == pytest.approx(whole.error, rel=0.05)
    assert found.variants[0].quantile(7) == pytest.approx(sorted(values)[6], abs=1e-9)


def test_a_path_run_again_alone_comes_out_the_same(crash: Verdict) -> None:
    given = study(guarded())
    for fault in (0, 3):
        pnl, number = crash.variants[fault].worst[0]
        recorder = ReportRecorder(RunMeta("guarded"))
        again = given.replayed(number, SOME[fault], [recorder])
        assert again.pnl == pnl
        assert recorder.summary().ticks == 144


@pytest.mark.parametrize("model", ["bates", "crash"])
def test_batches_are_the_same_however_they_are_cut(model: str) -> None:
    given = study(guarded(), model, (NONE,), 40)
    whole = given(Batch(0, 6)).rows
    parts = np.concatenate([given(Batch(0, 2)).rows, given(Batch(2, 4)).rows], axis=1)
    assert np.array_equal(whole, parts, equal_nan=True)


@pytest.mark.slow  # two fresh processes
def test_two_workers_find_what_one_finds() -> None:
    given = study(guarded(), "bates", (NONE, ADVERSARY), 60)
    alone, both = verdict(given, 48), verdict(given, 48, 2)
    for at in range(2):
        for name in COLUMNS:
            assert np.array_equal(column(alone, name, at), column(both, name, at), equal_nan=True)
        assert alone.variants[at].worst == both.variants[at].worst


def test_quasi_random_errors_are_those_of_independent_blocks() -> None:
    given = study(guarded(), "bs", (NONE,), 12, sobol=True)
    found = verdict(given, 192)
    blocks = column(found, "pnl").reshape(3, 64).mean(axis=1)
    assert found.variants[0].mean("pnl").error == pytest.approx(blocks.std(ddof=1) / np.sqrt(3))


def with_bug(code: str, right: str, wrong: str) -> str:
    """The plan as a compiler with this mistake would have written it."""
    body = code.partition("\n")[2]
    assert right in body
    body = body.replace(right, wrong)
    return f"{MARK} {PLAN_VERSION} sha256:{checksum(body)}\n{body}".replace(
        f"{MARK} {PLAN_VERSION}", code.partition("sha256:")[0].strip(), 1
    )


BUGS = {
    "a bound of 5 read as 50": ("at_most=5.0", "at_most=50.0"),
    "a slippage of 1% read as 10%": ("slippage=0.01", "slippage=0.1"),
}


def test_a_planted_bug_of_the_compiler_is_caught() -> None:
    """The proofs were made of the program; a plan that does something else breaks them."""
    target = guarded()
    bad = with_bug(target.code, *bug_in(target.code))
    found = verdict(Study(bad, study(target).world, (NONE,), {}), 16)
    assert found.breaches
    fault, path, told = found.breaches[0]
    assert "order slippage" in told
    assert "would have broken" in told
    again = Study(bad, study(target).world, (NONE,), {}).replayed(path, fault, [])
    assert told in again.breaches


def bug_in(code: str) -> tuple[str, str]:
    return next((right, wrong) for right, wrong in BUGS.values() if right in code and "slippage" in right)


def test_memory_does_not_grow_with_paths() -> None:
    """Batches as a study finds them, many times over: what is held is the same, the rest is on disk."""
    batch = study(guarded(), faults=(NONE,), steps=40)(Batch(0, 16))

    def held(times: int) -> int:
        found = Verdict((NONE,))
        tracemalloc.start()
        for _ in range(times):
            found.add(batch)
        assert found.variants[0].paths == 16 * times
        assert found.variants[0].shortfall.value <= found.variants[0].mean("pnl").value
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    held(200)
    assert held(1_200) < held(400) + 100_000
