"""The prover broken on purpose, in one way after another: fixed verdicts catch each."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof import flows, invariants, measures, orders, prover, reading, situation, world
from stratc.compiler.proof import terms as t
from stratc.compiler.proof.availability import Availability
from stratc.compiler.proof.cadence import Often
from stratc.compiler.proof.holdings import Holdings
from stratc.compiler.proof.measures import Judged
from stratc.compiler.proof.situation import Situation
from tests.proof.verdicts import CASES, breaks, proves

Patch = pytest.MonkeyPatch
Mutant = Callable[[Patch], None]
MUTANTS: dict[str, tuple[Mutant, str]] = {}
"""By what it does: the mutant, and the case that catches it."""


def caught_by(case: str) -> Callable[[Mutant], Mutant]:
    """Register a mutant under its docstring."""

    def register(mutant: Mutant) -> Mutant:
        MUTANTS[(mutant.__doc__ or "").rstrip(".")] = mutant, case
        return mutant

    return register


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    case = CASES[name]
    assert proves(case) == case.proved
    if not case.proved:
        assert breaks(case), "not proved, so events are to show why"


# --- conditions and bounds ----------------------------------------------------------------------------


@caught_by("a condition turned round")
def _no_negation(patch: Patch) -> None:
    """Drops the negation of a condition."""
    patch.setitem(reading._SIMPLE, "not", lambda condition: condition)


@caught_by("a size above its bound")
def _flipped_bound(patch: Patch) -> None:
    """Flips a bound."""
    patch.setattr(measures, "holds", lambda value, op, bound: t.le(bound, value))


@caught_by("either way across")
def _one_way_edges(patch: Patch) -> None:
    """Takes `crosses` for `rises above`."""
    trigger = Situation._trigger

    def known(self: Situation) -> None:
        trigger(self)
        if isinstance(self.rule.trigger, ir.Edge):
            condition = reading.Reader(self.world, self.book)(self.rule.trigger.condition)
            self.world.facts.add("the condition", "trigger", condition)

    patch.setattr(Situation, "_trigger", known)


@caught_by("at most")
def _no_cap(patch: Patch) -> None:
    """Takes `at most` for absent."""
    patch.setattr(orders.Desk, "_capped", lambda self, action, units: units)


@caught_by("no at most")
def _always_capped(patch: Patch) -> None:
    """Takes `at most` for present."""
    patch.setattr(
        orders.Desk, "_capped", lambda self, action, units: t.greatest(t.num(-1), t.least(t.ONE, units))
    )


@caught_by("a parameter's range")
def _fixed_parameters(patch: Patch) -> None:
    """Takes a parameter for its value."""

    def param(self: world.World, name: str) -> t.Term:
        return t.num(next(one.value for one in self.program.params if one.name == name))

    patch.setattr(world.World, "param", param)


# --- the book -----------------------------------------------------------------------------------------


@caught_by("the orders of one body")
def _no_earlier_legs(patch: Patch) -> None:
    """Forgets the earlier orders of a body."""
    patch.setattr(situation, "after", lambda world, leg, units: leg.before)


@caught_by("the rules before in the tick")
def _no_earlier_rules(patch: Patch) -> None:
    """Forgets the earlier rules of the tick."""
    patch.setattr(Situation, "_earlier", lambda self: [])


@caught_by("the rules before in the tick")
def _assumed_mid_tick(patch: Patch) -> None:
    """Takes assumptions about the book to hold within a tick."""
    trigger = Situation._trigger

    def assumed(self: Situation) -> None:
        for one in self.program.assumptions:
            self.world.facts.add(one.text, "assumption", reading.Reader(self.world, self.book)(one.condition))
        trigger(self)

    patch.setattr(Situation, "_trigger", assumed)


@caught_by("a rule of another mode, sent late")
def _only_this_mode(patch: Patch) -> None:
    """Forgets that a firing held back is sent in any mode."""
    earlier = Situation._earlier

    def same(self: Situation) -> list[ir.Rule]:
        return [rule for rule in earlier(self) if rule.mode in (None, self.rule.mode)]

    patch.setattr(Situation, "_earlier", same)


@caught_by("on start, after another rule")
def _alone_at_first(patch: Patch) -> None:
    """Lets no other rule fire at the first tick."""
    patch.setattr(situation, "_can_fire_first", lambda rule: False)


@caught_by("delta of options held")
def _no_options(patch: Patch) -> None:
    """Takes the delta of the options held for zero."""
    patch.setattr(Holdings, "linear_only", property(lambda self: True))


@caught_by("delta of options traded")
def _no_delta_of_orders(patch: Patch) -> None:
    """Takes the delta of an option that is traded for zero."""
    made = orders.Desk._some_contract
    patch.setattr(orders.Desk, "_some_contract", lambda self, right: made(self, right)._replace(delta=t.ZERO))


@caught_by("a hedge against jumps ends where it says")
def _hedges_delta(patch: Patch) -> None:
    """Takes a hedge against jumps for one of delta."""
    patch.setattr(orders, "hedged", lambda action: action.greek)


@caught_by("delta after a hedge against jumps")
def _no_jumps(patch: Patch) -> None:
    """Takes delta against jumps for delta."""
    made = world.World.__init__

    def without(self: world.World, typed: ir.Program) -> None:
        made(self, typed)
        self.jumps = False

    patch.setattr(world.World, "__init__", without)


@caught_by("hedge ratios of options traded")
def _no_ratio_of_orders(patch: Patch) -> None:
    """Takes the hedge ratio of an option that is traded for zero."""
    made = orders.Desk._some_contract

    def zero(self: orders.Desk, right: str) -> orders.Contract:
        return made(self, right)._replace(jump_delta=t.ZERO)

    patch.setattr(orders.Desk, "_some_contract", zero)


@caught_by("liquidity is no leverage")
def _no_liquidity(patch: Patch) -> None:
    """Forgets that liquidity holds some of the asset."""
    holdings = world.holdings
    patch.setattr(world, "holdings", lambda program: holdings(program)._replace(ranges=False))


@caught_by("margin on its way")
def _nothing_in_flight(patch: Patch) -> None:
    """Forgets the orders in flight."""
    book = world.World.book
    patch.setattr(world.World, "book", lambda self, when="": book(self, when)._replace(posted=t.ZERO))


@caught_by("rules that fire once")
def _nothing_fired(patch: Patch) -> None:
    """Forgets that rules that fire once have fired."""
    patch.setattr(prover, "reach", lambda moves, rule, start: (start, start))


@caught_by("an infinite ratio")
def _finite_ratios(patch: Patch) -> None:
    """Takes every ratio for finite."""
    patch.setattr(reading, "_RATIOS", ())


# --- guards and clamps --------------------------------------------------------------------------------


@caught_by("a guard behind")
def _guards_behind(patch: Patch) -> None:
    """Takes guards behind the limit for facts."""
    passed = Situation.passed
    patch.setattr(Situation, "passed", lambda self, leg, position=None: passed(self, leg))


@caught_by("turnover before a guard behind")
def _guards_behind_a_flow(patch: Patch) -> None:
    """Counts what guards behind a flow's limit let through."""
    each = flows._each

    def generous(given: situation.Given, rule: ir.Rule, position: int) -> Fraction | None:
        with pytest.MonkeyPatch.context() as inner:
            _guards_behind(inner)
            return each(given, rule, position)

    patch.setattr(flows, "_each", generous)


@caught_by("a clamp shrinks")
def _no_shrinking(patch: Patch) -> None:
    """Forgets that clamps shrink."""
    patch.setattr(Situation, "_shrunk", lambda self, leg, units: units)


@caught_by("a clamp of turnover shrinks")
def _flows_do_not_clamp(patch: Patch) -> None:
    """Forgets that turnover clamps too."""
    clamps = Situation._clamps

    def only_orders(self: Situation, leg: orders.Leg, limits: tuple[ir.Limit, ...]) -> bool:
        return clamps(self, leg, tuple(limit for limit in limits if limit.scope != "flow"))

    patch.setattr(Situation, "_clamps", only_orders)


@caught_by("a guard that a clamp undoes")
def _always_between(patch: Patch) -> None:
    """Takes every guard to hold for a smaller order."""
    patch.setattr(invariants, "_between", lambda limit: True)


@caught_by("a guard that lets through what reduces")
def _reduce_only_keeps(patch: Patch) -> None:
    """Takes `else reduce only` for a guard that lets nothing through."""
    patch.setattr(invariants, "_POLICIES", (*invariants._POLICIES, "reduce only"))


@caught_by("a guard that the start breaks")
def _any_start(patch: Patch) -> None:
    """Takes every limit to hold at the start."""
    patch.setattr(prover, "opening_claim", lambda world, limit: t.TRUE)


@caught_by("a bound that reads the book")
def _bounds_stand_still(patch: Patch) -> None:
    """Takes a bound that reads the book for fixed."""
    patch.setattr(invariants, "reached", lambda program, expr: ())


def _judged_as(patch: Patch, admissible: Callable[[Judged], t.Term]) -> None:
    state = measures._state

    def judged(
        of: world.World, limit: ir.Limit, measured: ir.Expr, leg: orders.Leg, units: t.Term, bound: t.Term
    ) -> Judged:
        found = state(of, limit, measured, leg, units, bound)
        return found._replace(admissible=admissible(found))

    patch.setattr(measures, "_state", judged)


@caught_by("broken, and brought nearer")
def _no_breach_clause(patch: Patch) -> None:
    """Drops the clause for limits that are broken already."""
    _judged_as(patch, lambda found: found.kept)


@caught_by("broken, and brought farther")
def _any_breach(patch: Patch) -> None:
    """Lets everything through where a limit is broken already."""
    _judged_as(patch, lambda found: t.implies(found.kept_before, found.kept))


# --- what has no value --------------------------------------------------------------------------------


@caught_by("an assumption about what is missing")
def _always_monitored(patch: Patch) -> None:
    """Takes an assumption to hold while a value is missing."""
    patch.setattr(Availability, "usable", lambda self, condition: True)


@caught_by("an assumption about a root")
def _roots_of_anything(patch: Patch) -> None:
    """Takes a root for a number that always is."""
    patch.setattr(Availability, "_total", lambda self, expr: True)


@caught_by("a guard whose bound is missing")
def _bounds_are_known(patch: Patch) -> None:
    """Takes a guard to hold while its bound is missing."""
    patch.setattr(Availability, "sure", lambda self, expr: True)


# --- flows and deferrals ------------------------------------------------------------------------------


@caught_by("a firing sent late")
def _nothing_deferred(patch: Patch) -> None:
    """Trusts the condition of a firing that was held back."""
    patch.setattr(prover, "deferrable", lambda program, given: frozenset())


def _counted_as(patch: Patch, often: Callable[[ir.Rule, ir.Duration, bool], Often | None]) -> None:
    patch.setattr(flows, "most_firings", often)


@caught_by("as often as the cooldown lets")
def _half_as_often(patch: Patch) -> None:
    """Halves how often rules fire."""
    most = flows.most_firings

    def half(rule: ir.Rule, window: ir.Duration, deferrable: bool) -> Often | None:
        found = most(rule, window, deferrable)
        return found and found._replace(times=found.times // 2)

    _counted_as(patch, half)


@caught_by("no more often than the cooldown lets")
def _once_more(patch: Patch) -> None:
    """Lets rules fire once more than they can."""
    most = flows.most_firings

    def more(rule: ir.Rule, window: ir.Duration, deferrable: bool) -> Often | None:
        found = most(rule, window, deferrable)
        return found and found._replace(times=found.times + 1)

    _counted_as(patch, more)


@caught_by("two firings together, one of them late")
def _late_ones_count_once(patch: Patch) -> None:
    """Forgets that a firing held back can fall together with the next."""
    most = flows.most_firings
    _counted_as(patch, lambda rule, window, deferrable: most(rule, window, False))


@caught_by("two calendar hours in one")
def _no_overlap(patch: Patch) -> None:
    """Ignores that a rolling window overlaps two calendar periods."""
    windows = flows._windows

    def covering(guard: ir.LimitWindow, limit: ir.LimitWindow) -> int | None:
        return windows(limit if guard.calendar is not None else guard, limit)

    patch.setattr(flows, "_windows", covering)


@caught_by("a put can cost more than the asset")
def _cheap_puts(patch: Patch) -> None:
    """Takes a put to cost no more than the asset."""
    patch.setattr(flows, "_price", lambda world, leg: world.input("spot"))


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_caught(name: str, monkeypatch: Patch) -> None:
    mutant, by = MUTANTS[name]
    mutant(monkeypatch)
    assert proves(CASES[by]) != CASES[by].proved, f"not caught by {by!r}"


def test_there_are_many_mutants() -> None:
    assert len(MUTANTS) >= 30
    assert all(case in CASES for _, case in MUTANTS.values())
