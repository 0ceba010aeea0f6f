"""Alert texts: `"delta is {delta}"` becomes literal pieces and expressions in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing.infer import infer
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare
from stratc.dsl.parser import parse
from stratc.dsl.source import Source, Span

if TYPE_CHECKING:
    from stratc.compiler.context import Context

BAD_TEXT = declare(
    "E044",
    "braces that cannot be read",
    explanation="""
In an alert's text `{…}` holds an expression, whose value is put in its place. A brace itself is written
twice: `{{` and `}}`.
""",
    bad='when abs(delta) > 5 ETH, cooldown 1 h:\n    alert "delta is {delta"\n',
    good='when abs(delta) > 5 ETH, cooldown 1 h:\n    alert "delta is {delta}"\n',
)

_HEAD = "let value = ("


def alert(cx: Context, node: syntax.Alert) -> ir.Alert | None:
    """An alert with its expressions, or None after reporting what is wrong in it."""
    pieces = _split(cx, node.text)
    if pieces is None:
        return None
    values = [_expression(cx, node.text, text) for text in pieces[1::2]]
    exprs = tuple(value for value in values if value is not None)
    if len(exprs) < len(values):
        return None
    return ir.Alert(tuple(pieces[0::2]), exprs, cx.where(node.span))


def _split(cx: Context, text: syntax.Text) -> list[str] | None:
    """Literal, expression, literal, …, literal; None after reporting a brace without its partner."""
    pieces, inside, at = [""], False, 0
    while at < len(text.value):
        char = text.value[at]
        doubled = not inside and char in "{}" and text.value.startswith(char, at + 1)
        at += 2 if doubled else 1
        if doubled or char not in "{}":
            pieces[-1] += char
        elif inside == (char == "}"):
            inside = not inside
            pieces.append("")
        else:
            inside = True
            break
    if inside:
        note = Note("a brace itself is written twice: `{{` or `}}`")
        cx.report(BAD_TEXT, "a brace has no partner in this text", text.span, (note,))
        return None
    return pieces


def _expression(cx: Context, text: syntax.Text, written: str) -> ir.Expr | None:
    """Parse and infer what stands in braces; its findings are reported at the braces."""
    place = _place(cx, text, written)
    inner = Source(cx.source.name, f"{_HEAD}{written})\n")
    program = parse(inner).program if written.strip() and "\n" not in written else None
    item = program.items[0] if program is not None and len(program.items) == 1 else None
    if not isinstance(item, syntax.Let) or not isinstance(item.value, syntax.Paren):
        note = Note("put one expression there, such as `{delta}` or `{abs(delta) * 2}`")
        cx.report(BAD_TEXT, f"`{{{written}}}` is not an expression", place, (note,))
        return None
    cx.inside = inner, place
    typed = infer(cx, item.value)
    cx.inside = None
    return typed.expr if typed.type.what != "error" else None


def _place(cx: Context, text: syntax.Text, written: str) -> Span:
    at = cx.source.slice(text.span).find(f"{{{written}}}")
    if at < 0:
        return text.span
    start = text.span.start + at
    return Span(start, start + len(written) + 2)
