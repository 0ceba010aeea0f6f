"""A rule that only one version has: a state in which it does something, or that it never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.proof.diff.questions import NOTHING, Questions, never
from stratc.compiler.proof.diff.results import Difference
from stratc.compiler.proof.diff.states import decision, state
from stratc.compiler.proof.diff.words import doings
from stratc.compiler.proof.facts import Fact
from stratc.compiler.proof.terms import FALSE

if TYPE_CHECKING:
    from stratc.compiler.proof.obligation import Model


def alone(questions: Questions, removed: bool) -> Questions:
    """Whether a rule ever does something; both halves of the questions are that rule."""
    question = "whether it ever fires"
    if questions.settled(questions.solve(never(questions)), question):
        facts = (*questions.facts, Fact("its condition", "trigger", questions.conditions[0]))
        model = questions.model(facts, FALSE, questions.moves(0))
        said = _said(questions, model)
        told = {} if model is None else state(questions.a, questions.b, questions.conditions, model)
        pair = (said, NOTHING) if removed else (NOTHING, said)
        questions.differences.append(Difference("fires", told, *pair))
    return questions


def _said(questions: Questions, model: Model | None) -> str:
    if model is None:
        return doings(questions.a.program, questions.a.rule)
    return decision(questions.a, questions.doings[0], model)
