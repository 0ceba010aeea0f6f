"""Orders that are written down before they are sent: a process that is killed in between has fired all the same."""

from __future__ import annotations

from pathlib import Path

from stratc.runtime.engine.messages import LOT, Frame, Order, Outcome, Snapshot, TickResult, Valuation
from stratc.runtime.journal import Journal, RunWriter
from tests.journal.test_journal import begin

NOTHING = Valuation(*[None] * 2, 0.0, *[None] * 11, 0.0, 0.0, 0.0)  # type: ignore[arg-type]  # numbers or None


def order(tick: int, rule: int) -> Order:
    return Order(
        f"{tick}.{rule}.1", rule, tick, 60.0 * tick, tick, "trade", "ETH", None, LOT, 2_000.0, perpetual=False
    )


def frame(tick: int, *rules: int) -> Frame:
    """A tick at which these rules buy."""
    at = Snapshot(60.0 * tick, tick, {"spot": 2_000.0})
    made = tuple(Outcome(tick, at.t, rule, "sent", "buy", "ETH", LOT, (), "active") for rule in rules)
    sent = tuple(order(tick, rule) for rule in rules)
    return Frame(at, NOTHING, TickResult(tick, made, sent, (), (), "active", ""), (), NOTHING)


def decided(journal: Journal) -> list[tuple[int, int]]:
    return [(one.tick, one.rule) for one in journal.read().outcomes()]


def killed(writer: RunWriter) -> None:
    """Nothing more is written, as of a process that is no more."""
    writer._stop.set()
    writer._thread.join()


def test_a_rule_has_fired_though_its_tick_was_never_recorded(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "j") as journal:
        writer = begin(journal)
        writer.announce([order(0, 3)])
        killed(writer)
    with Journal.open(tmp_path / "j") as journal:
        assert journal.fired_once("abc") == {3}
        assert list(journal.read()) == [], "there is no tick to replay"


def test_what_was_announced_is_told_once_when_its_tick_is_recorded(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "j") as journal:
        writer = begin(journal)
        for tick in range(3):
            writer.announce([order(tick, 1)])
            writer.announce([order(tick, 2)])
            writer.on_frame(frame(tick, 1, 2))
        writer.announce([order(3, 4)])
        writer.finish(True)
        assert decided(journal)[:6] == [(tick, rule) for tick in range(3) for rule in (1, 2)]
        assert decided(journal)[6:] == [(3, 4)], "of the tick that was broken off"
        replayed = [[one.rule for one in outcomes] for _, outcomes in journal.read()]
        assert replayed == [[1, 2]] * 3
        assert journal.fired_once("abc") == {1, 2, 4}
