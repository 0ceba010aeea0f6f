"""What is told of two versions of a rule without a proof: cooldowns, clauses, events, in the words of `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.actions import action
from stratc.compiler.explain.expressions import Phrases
from stratc.compiler.explain.words import duration, seconds
from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.diff.results import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator


def told(what: str, a: str, b: str) -> Difference | None:
    """A difference in words, if there is one."""
    return None if a == b else Difference(what, {}, a, b)


def cadence(a: ir.Rule, b: ir.Rule) -> Iterator[Difference]:
    """How often and when the rules can fire, apart from their conditions."""
    for one in (
        told("fires", _mode(a), _mode(b)),
        told("fires", _start(a.trigger), _start(b.trigger)),
        told("fires", _hold(a), _hold(b)),
        told("fires", _cooldown(a), _cooldown(b)),
        told("fires", _once(a), _once(b)),
        told("fires", _first(a), _first(b)),
        told("fires", _rearms(a), _rearms(b)),
    ):
        if one is not None:
            yield one


def _mode(rule: ir.Rule) -> str:
    return "lives in every mode" if rule.mode is None else f"lives in mode {rule.mode}"


def _start(trigger: ir.Trigger) -> str:
    match trigger:
        case ir.Level():
            return "fires at every tick where its condition holds"
        case ir.Edge():
            return f"fires when its condition turns true{' or false' if trigger.both else ''}"
        case ir.Every():
            at = "" if trigger.at is None else f" at {seconds(trigger.at)} after midnight UTC"
            return f"fires every {duration(trigger.period)}{at}"
        case ir.On():
            return f"fires on {trigger.event}" + (f" {trigger.signal}" if trigger.signal else "")


def _hold(rule: ir.Rule) -> str:
    return f"waits until it has held for {duration(rule.hold)}" if rule.hold else "fires at once"


def _cooldown(rule: ir.Rule) -> str:
    return f"has a cooldown of {duration(rule.cooldown)}" if rule.cooldown else "has no cooldown"


def _once(rule: ir.Rule) -> str:
    return "fires once in a run" if rule.once else "fires again and again"


def _first(rule: ir.Rule) -> str:
    start = "also fires" if rule.on_start else "does not fire"
    return f"{start} where its condition holds at the first tick"


def _rearms(rule: ir.Rule) -> str:
    rearmed = isinstance(rule.trigger, ir.Edge) and rule.trigger.rearm is not None
    return "has to be rearmed" if rearmed else "needs no rearming"


def carried(a: ir.Terms, b: ir.Terms) -> Iterator[Difference]:
    """Clauses of two orders that are words or whole numbers, or that only one of them has."""
    for name in ("venue", "deadline_blocks", "retries", "recheck", "split", "split_over", "route"):
        mine, other = getattr(a, name), getattr(b, name)
        if mine != other:
            yield Difference("order", {}, _clause(name, mine), _clause(name, other))
    for name in ("limit_price", "slippage", "gas"):
        mine, other = getattr(a, name), getattr(b, name)
        if (mine is None) != (other is None):
            yield Difference("order", {}, _has(name, mine), _has(name, other))


def _clause(name: str, value: object) -> str:
    match name, value:
        case "venue", None:
            return "trades on the best venue"
        case "venue", _:
            return f"trades on {value}"
        case "deadline_blocks", int():
            return f"gives it {value} blocks"
        case "retries", _:
            return f"tries again up to {value} times" if value else "does not try again"
        case "recheck", _:
            return "tries again only if the rule still wants it" if value else "tries again without a look"
        case "split", _:
            return f"sends {value} parts" if value != 1 else "sends it whole"
        case "split_over", ir.Duration():
            return f"spreads it over {duration(value)}"
        case "route", str():
            return f"goes {value}"
    return f"says nothing of the {name.replace('_', ' ').removesuffix(' blocks')}"


def _has(name: str, value: object) -> str:
    name = name.replace("_", " ")
    return f"carries no {name} of its own" if value is None else f"carries a {name} of its own"


def doing(program: ir.Program, what: ir.Action) -> str:
    """An action in words."""
    return action(Phrases(program), what)


def doings(program: ir.Program, rule: ir.Rule) -> str:
    """A whole body in words."""
    return ", then ".join(doing(program, what) for what in rule.body)
