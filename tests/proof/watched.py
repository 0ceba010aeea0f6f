"""The reference interpreter with somebody who watches its orders for what the prover says cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.holdings import holdings
from stratc.compiler.proof.prover import Claim, Prover
from stratc.reference.bodies import AtomicSet
from stratc.reference.evaluate import Scene, evaluate
from stratc.reference.interpreter import Reference
from stratc.reference.ledger import counted
from stratc.reference.limits import Leg, Setting, admissible, flow_measure, judge, order_measure
from stratc.runtime.engine.messages import Order, Snapshot, TickResult


class Breach(NamedTuple):
    """Something that happened although it was proved that it cannot."""

    tick: int
    rule: int
    limit: str
    what: str


def distinct(program: ir.Program) -> ir.Program:
    """The program with its limits' names made different, so that an outcome says which one it was."""
    named = (limit.but(name=f"limit {n}: {limit.name}") for n, limit in enumerate(program.limits, 1))
    return program.but(limits=tuple(named))


class Proofs:
    """What is proved of one program."""

    def __init__(self, prover: Prover) -> None:
        self.program = prover.program
        self.holds = holdings(prover.program)
        self.claims = [list(prover.claims(n)) for n in range(len(self.program.limits))]
        self.invariants = [
            n for n, limit in enumerate(self.program.limits) if limit in prover.given.invariants
        ]
        self.orders: dict[int, set[int]] = defaultdict(set)
        self.flows: set[int] = set()
        self.starts: set[int] = set()
        for claim in self.proved:
            if claim.about == "orders" and claim.rule is not None:
                self.orders[claim.rule].add(claim.limit)
            else:
                (self.flows if claim.about == "flow" else self.starts).add(claim.limit)
        self.lasting = {n for n, limit in enumerate(self.program.limits) if limit.scope == "state"}
        self.lasting &= {
            *self.invariants,
            *(n for n, x in enumerate(self.program.limits) if x.policy is None),
        }
        """State limits that hold for what leaves in the end, whatever clamps come behind them."""
        self.moves = prover.given.reach is None
        """Whether nothing is known of how far the position can have moved."""
        theorems = [n for n in self.invariants if self.program.limits[n].policy is None]
        self.inductive = all(one.status == "proved" for n in theorems for one in self.claims[n])
        """Whether the state limits that proofs lean on are all proved themselves."""

    @property
    def proved(self) -> list[Claim]:
        return [claim for of_limit in self.claims for claim in of_limit if claim.status == "proved"]

    @property
    def limits(self) -> list[int]:
        """Limits of which everything there is to prove is proved."""
        return [n for n, of in enumerate(self.claims) if of and all(one.status == "proved" for one in of)]


class Watched(Reference):
    """Remembers every breach of a proof. After an assumption has failed there is nothing left to watch."""

    def __init__(self, proofs: Proofs, params: Mapping[str, float] | None = None, exact: bool = True) -> None:
        """`exact`: orders are filled as they were asked, so that state limits hold by induction."""
        super().__init__(proofs.program, params)
        self.proofs = proofs
        self.exact = exact
        self.void = self.unheld = False
        self.breaches: list[Breach] = []
        self.looked_at = 0
        """Orders that a proof was held against."""

    def step(self, snapshot: Snapshot) -> TickResult:
        result = super().step(snapshot)
        if self.now.tick == 0 and not self.void:
            self._look_at_the_start(snapshot)
        return result

    def _look_at_the_start(self, snapshot: Snapshot) -> None:
        fresh = Reference(self.program, self.params)
        scene = fresh._observe(snapshot)
        for n in self.proofs.starts:
            if self._excess(self.program.limits[n], self._state(n, scene), scene) > 0.0:
                self._tell(0, n, "the book at the start breaks it")

    def _monitor_assumptions(self) -> None:
        super()._monitor_assumptions()
        failed = (evaluate(one.condition, self.scene) is False for one in self.program.assumptions)
        self.void = self.void or any(failed)

    def _conclude(self, body: AtomicSet) -> None:
        if not self.void:
            self._look(body)
        super()._conclude(body)

    def _look(self, body: AtomicSet) -> None:
        """Hold each order of a body against the proofs, up to the first that is refused."""
        view, ledger = self.scene.view.copy(), self.ledger
        for leg in body.legs:
            if leg.effect == "blocked":
                return
            at = Setting(self.scene.on(view.copy()), ledger, self.now)
            self._look_at(body.rule, leg, at)
            if leg.effect is not None:
                return
            if leg.order is not None:
                view.project(leg.order, leg.order.units)
                ledger = ledger.plus(counted(leg.order, self.now, view.signals.get("gas_cost")))

    def _look_at(self, rule: int, leg: Leg, at: Setting) -> None:
        broken = [n for n in self.proofs.invariants if self._slack(n, at.scene) > 0.0]
        if broken and self.exact and self.proofs.inductive:
            self._tell(rule, broken[0], "taken to hold before every order, and does not")
        self.unheld = self.unheld or bool(broken)
        if broken:
            return
        watched = self.proofs.orders[rule] | (set() if self.unheld else self.proofs.flows)
        self.looked_at += bool(watched)
        for n in sorted(watched):
            limit = self.program.limits[n]
            if limit.name in leg.limits and self._breaks(limit, self._as_seen(leg, n, at), leg.do, at):
                self._tell(rule, n, f"stands in the way of {leg.asked.units} units")
            lasting = n in self.proofs.lasting and leg.effect is None
            sent = leg.order if lasting else None
            if sent is not None and self._breaks(limit, sent, leg.do, at):
                self._tell(rule, n, f"does not hold after {leg.order.units} units")

    def _as_seen(self, leg: Leg, position: int, at: Setting) -> Order:
        """The order when a limit looked at it: after the guards before it, or for a theorem after all guards."""
        limits, probe = self.program.limits, Leg(leg.do, leg.asked, leg.asked)
        before = limits if limits[position].policy is None else limits[:position]
        judge(probe, tuple(limit for limit in before if limit.policy is not None), at)
        return probe.order or leg.asked

    def _breaks(self, limit: ir.Limit, order: Order, do: str, at: Setting) -> bool:
        """Whether an order breaks a limit by more than amounts are rounded; not, where something is not known."""
        if admissible(limit, order, do, at):
            return False
        if limit.scope == "order":
            return self._excess(limit, order_measure(limit, order, at), at.scene) > 0.0
        if limit.scope == "flow":
            return self._excess(limit, flow_measure(limit, order, at), at.scene, len(at.ledger.sent)) > 0.0
        view = at.scene.view.copy()
        view.project(order, order.units)
        position = self.program.limits.index(limit)
        before, after = self._state(position, at.scene), self._state(position, at.scene.on(view))
        if before is None or after is None:
            return False
        nearer = self._excess(limit, before, at.scene) > 0.0 and abs(after - before) <= self._rounding(
            limit, before
        )
        return self._excess(limit, after, at.scene) > 0.0 and not nearer

    def _state(self, position: int, scene: Scene) -> float | None:
        state = self.program.limits[position].state
        value = None if state is None else evaluate(state, scene)
        return None if value is None else float(value)

    def _slack(self, position: int, scene: Scene) -> float:
        return self._excess(self.program.limits[position], self._state(position, scene), scene)

    def _excess(self, limit: ir.Limit, value: float | None, scene: Scene, orders: int = 0) -> float:
        """How far a value is beyond the bound and what rounding can do; zero where one is not known."""
        bound = evaluate(limit.bound, scene)
        if value is None or bound is None:
            return 0.0
        over = value - bound if limit.op == "<=" else bound - value
        return over - self._rounding(limit, float(bound)) * (1 + orders / 4)

    def _rounding(self, limit: ir.Limit, size: float) -> float:
        """A few units of the amount a limit measures: 1e-9 of the base asset, 1e-6 of the quote."""
        unit = {self.program.base: 4e-9, self.program.quote: 4e-6}.get(limit.unit, 1e-8)
        return unit * max(1.0, abs(size) / 1e6 if limit.unit == self.program.quote else abs(size))

    def _tell(self, rule: int, position: int, what: str) -> None:
        self.breaches.append(Breach(self.now.tick, rule, self.program.limits[position].name, what))
