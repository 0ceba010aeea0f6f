"""Pricing models: what `model merton: …` says of jumps, and Greeks that name their model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.declarations import OUT_OF_RANGE
from stratc.compiler.ir.from_syntax.names import twice
from stratc.compiler.ir.from_syntax.words import MODELS, known
from stratc.compiler.typing.infer import POISONED
from stratc.compiler.typing.name_errors import NO_FUNCTION
from stratc.compiler.typing.scope import Typed
from stratc.compiler.typing.types import NUMBER
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl import syntax

NOT_DECLARED = declare(
    "E048",
    "model without its numbers",
    explanation="""
`delta[merton]` is the number of units of the base asset against which an option varies least when prices also
jump (Merton, 1976). How often they jump, how far on average and how differently is for the program to say:
`model merton: jumps 0.8 per year, mean -12%, spread 18%`.
""",
    bad="limit order size <= 5 ETH else clamp\nwhen abs(delta[merton]) > 0.1 ETH:\n    hedge delta[merton] to 0 ETH\n",
    good=(
        "model merton: jumps 0.8 per year, mean -12%, spread 18%\nlimit order size <= 5 ETH else clamp\n"
        "when abs(delta[merton]) > 0.1 ETH:\n    hedge delta[merton] to 0 ETH\n"
    ),
)

_MERTON = "merton"


def model(cx: Context, item: syntax.Model) -> ir.Model | None:
    """The jumps of a model, or None when they are in error."""
    if not known(cx, item.name, (_MERTON,), "model that has numbers"):
        return None
    parts = (
        (item.jumps, "the number of jumps per year", (0.0, 365.0), "0 and 365"),
        (item.mean, "the mean jump", (-0.95, 4.0), "-95% and 400%"),
        (item.spread, "the spread of the jumps", (0.0, 2.0), "0 and 200%"),
    )
    found = [_number(cx, *part) for part in parts]
    jumps, mean, spread = found
    if jumps is None or mean is None or spread is None:
        return None
    return ir.Model(item.name.name, jumps, mean, spread, cx.where(item.span))


def models(cx: Context, items: list[syntax.Model]) -> tuple[ir.Model, ...]:
    """All models, each declared once; their names are known to `greek_by` from then on."""
    first: dict[str, syntax.Model] = {}
    for item in items:
        before = first.setdefault(item.name.name, item)
        if before is not item:
            twice(cx, item.name, "model", before.name.span)
    cx.models = frozenset(first)
    return tuple(found for item in first.values() if (found := model(cx, item)))


def _number(
    cx: Context, node: syntax.Expr, what: str, ends: tuple[float, float], within: str
) -> float | None:
    exact = values.fixed(cx, node, NUMBER, what)
    if exact is None:
        return None
    value = exact.value()
    if ends[0] <= value <= ends[1]:
        return value
    cx.report(OUT_OF_RANGE, f"{what} is {cx.written(node.span)}, and must be within {within}", node.span)
    return None


def is_known(cx: Context, name: syntax.Ident, greek: str) -> bool:
    """Whether a Greek can be taken by a model here; reports it if not."""
    if not known(cx, name, MODELS, "pricing model"):
        return False
    if name.name != _MERTON:
        return True
    if greek != "delta":
        note = Note(
            "`delta[merton]` is the hedge ratio against jumps; the other Greeks are those of Black and Scholes"
        )
        cx.report(NO_FUNCTION, f"`{greek}` is not worked out by `merton`", name.span, (note,))
        return False
    if name.name not in cx.models:
        note = Note("declare it: `model merton: jumps 0.8 per year, mean -12%, spread 18%`")
        cx.report(NOT_DECLARED, "no line says how prices jump", name.span, (note,))
        return False
    return True


def greek_by(cx: Context, node: syntax.OfModel) -> Typed:
    """`delta[merton]` as a value."""
    name = node.greek.name
    symbol = cx.scope.values.get(name)
    if name not in ("delta", "gamma", "vega") or symbol is None:
        note = Note("a model stands behind `delta`, `gamma` or `vega`: `delta[merton]`")
        cx.report(NO_FUNCTION, f"`{name}` is not worked out by a model", node.greek.span, (note,))
        return POISONED
    if not is_known(cx, node.model, name):
        return POISONED
    if node.model.name != _MERTON:
        return symbol.typed
    kind = symbol.typed.type
    return Typed(ir.BookSignal(ir.JUMP_DELTA, kind.ir_text()), kind)
