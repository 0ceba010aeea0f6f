"""Holds every order against the limits the compiler proved, apart from the engine that also does: a breach is a bug."""

from __future__ import annotations

from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import TickResult
from stratc.runtime.report.tally import ORDER_MEASURES

_SLACK = 1e-9


class Monitor:
    """Watches one run of one machine."""

    def __init__(self, machine: Machine) -> None:
        """Theorems are the limits without a policy."""
        self._machine = machine
        self._theorems = [(i, limit) for i, limit in enumerate(machine.plan.limits) if limit.policy is None]
        self._names = {limit.name for _, limit in self._theorems}
        self.breaches: list[str] = []
        self.assumed = True
        """Until an assumption fails nothing is excused; afterwards proofs say nothing."""

    def look(self, result: TickResult) -> None:
        """One tick's decisions, before anything of them fills."""
        if any(alert.startswith("reduce only: assumption failed") for alert in result.alerts):
            self.assumed = False
        if not self.assumed or not self._theorems:
            return
        for outcome in result.outcomes:
            for name in self._names.intersection(outcome.limits):
                self.breaches.append(
                    f"tick {outcome.tick}: rule {outcome.rule} would have broken {name}, and was {outcome.verdict}"
                )
        if result.orders:
            self._orders(result)

    def _orders(self, result: TickResult) -> None:
        view = self._machine.view()
        for index, limit in self._theorems:
            measure = ORDER_MEASURES.get(limit.measure)
            bound = self._machine.bound(index, view)
            if measure is None or bound is None:
                continue
            for order in result.orders:
                value = measure(order)
                if value is None:
                    continue
                over = value - bound if limit.op == "<=" else bound - value
                if over > _SLACK * max(1.0, abs(bound)):
                    self.breaches.append(
                        f"tick {result.tick}: rule {order.rule} sent {limit.measure} {value:g}, "
                        f"which {limit.name} bounds by {bound:g}"
                    )
