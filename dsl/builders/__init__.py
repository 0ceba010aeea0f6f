"""One function for every alias in grammar.lark: the values of its symbols in, a piece of the tree out."""

from __future__ import annotations

from stratc.dsl.builders import actions, declarations, expressions, lists, rules
from stratc.dsl.builders.context import Builder

BUILDERS: dict[str, Builder] = (
    lists.BUILDERS | expressions.BUILDERS | declarations.BUILDERS | rules.BUILDERS | actions.BUILDERS
)
"""By alias."""
