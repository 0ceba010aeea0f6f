"""What is proved does not happen: programs at random, every limit proved, and events that try to break them.

The reference interpreter runs; `Watched` holds each of its orders against the claims.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import NamedTuple

import pytest

from stratc.compiler.proof.prover import Prover
from stratc.runtime.engine.messages import Snapshot
from tests.engines import program
from tests.proof.events import Run, run, states_of, watch
from tests.proof.programs import text_of
from tests.proof.watched import Breach, Proofs, distinct

FILLS = ("instant", "instant", "slow", "none")
TIMEOUT = 0.5
"""Seconds that the solver has: what takes longer is not proved, and there is nothing to test."""


class Tally(NamedTuple):
    """What a test has looked at."""

    programs: int
    pairs: int
    """Programs with one of their limits, of which everything is proved."""
    orders: int
    """Orders that a proof was held against."""
    families: Counter[str]
    """Claims proved, by what they are about."""

    def told(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.families.items()))
        return (
            f"{self.programs} programs, {self.pairs} pairs of a program and a proved limit, {self.orders} orders "
            f"held against proofs; claims proved: {kinds}"
        )


def families(proofs: Proofs) -> Iterable[str]:
    for claim in proofs.proved:
        limit = proofs.program.limits[claim.limit]
        kind = "theorem" if limit.policy is None else "guard"
        yield f"{'start' if claim.about == 'start' else limit.scope} {kind}"


def told(seed: int, text: str, made: Run, breach: Breach) -> str:
    """Everything that it takes to see a breach again."""
    ticks = [json.dumps({"t": s.t, "block": s.block, "signals": dict(s.signals)}) for s in made.ticks]
    return "\n".join(
        [
            f"program {seed}: {breach}",
            text,
            f"params {made.params}, fills {made.fills}",
            *ticks[: breach.tick + 1],
        ]
        + [f"positions moved to before ticks: {made.positions}"]
    )


def check(seed: int, runs: int, solved: bool) -> tuple[Proofs, int]:
    """Prove all limits of one program and try to break what is proved; how many orders were looked at."""
    text, random = text_of(seed), Random(seed)
    prover = Prover(distinct(program(text)), TIMEOUT)
    proofs = Proofs(prover)
    states = states_of(prover, proofs, 6) if solved else []
    orders = 0
    for _ in range(runs if proofs.proved else 0):
        made = run(random, proofs.program, states, random.choice(FILLS))
        engine = watch(proofs, made)
        orders += engine.looked_at
        assert not engine.breaches, told(seed, text, made, engine.breaches[0])
    return proofs, orders


def check_all(seeds: Iterable[int], runs: int, pairs: int | None = None) -> Tally:
    """Check programs, until there are so many pairs."""
    tally = Tally(0, 0, 0, Counter())
    for seed in seeds:
        proofs, orders = check(seed, runs, solved=seed % 4 == 0)
        tally.families.update(families(proofs))
        tally = Tally(
            tally.programs + 1, tally.pairs + len(proofs.limits), tally.orders + orders, tally.families
        )
        if pairs is not None and tally.pairs >= pairs:
            break
    return tally


def test_a_few_programs() -> None:
    tally = check_all(range(100), 8)
    assert tally.pairs >= 45, tally.told()
    assert tally.orders >= 1_000, tally.told()
    assert {"order theorem", "state theorem", "state guard", "start guard"} <= set(tally.families), (
        tally.told()
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_many_programs(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    """500 pairs of a program and a proved limit in each part, so that several processes can share the work."""
    first = 10_000 + 1_500 * part
    tally = check_all(range(first, first + 1_500), 16, pairs=500)
    with capsys.disabled():
        print(f"\n{tally.told()}")  # noqa: T201  # how much was looked at is what to know of a long run
    assert tally.pairs >= 500, tally.told()
    assert tally.orders >= 20_000, tally.told()
    for scope in ("order", "state", "start", "flow"):
        for kind in ("theorem", "guard"):
            assert tally.families[f"{scope} {kind}"] >= 15, tally.told()


def test_the_watcher_sees_a_breach() -> None:
    """A claim that is not true is told: the tests above do not pass for want of looking."""
    text = "limit order size <= 1 ETH\nwhen x > 0:\n    buy 2 ETH\nsignal x: number\n"
    proofs = Proofs(Prover(distinct(program(text))))
    assert not proofs.proved
    proofs.orders[1].add(0)
    made = Run({}, (Snapshot(0.0, 1, {"spot": 2_000.0, "x": 1.0}),), {}, "instant")
    (breach,) = watch(proofs, made).breaches
    assert (breach.tick, breach.rule) == (0, 1)
    assert "2000000000 units" in breach.what
