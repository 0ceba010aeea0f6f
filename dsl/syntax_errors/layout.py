"""E004, E005: tabs and indentation."""

from __future__ import annotations

from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, Note, declare
from stratc.dsl.lexer import Misaligned, Token
from stratc.dsl.source import Source, Span
from stratc.dsl.syntax_errors.failure import block_end
from stratc.dsl.syntax_errors.phrases import ACTIONS, CLAUSES

E004 = declare(
    "E004",
    "a tab in the indentation",
    explanation="""
Lines are indented with spaces, four a level. A tab is as wide as the editor pleases, so two people
could read two programs.
""",
    bad="when delta > 0.1 ETH:\n\thedge to 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E005 = declare(
    "E005",
    "the line is indented wrongly",
    explanation="""
Declarations and rules begin at the start of the line; the actions of a rule are indented below it,
all by the same number of spaces. A line may be indented deeper to go on with the one above, when
that one ends in a comma or an operator or has an open parenthesis.
""",
    bad='when delta > 0.1 ETH:\n    hedge to 0 ETH\n      alert "hedged"\n',
    good='when delta > 0.1 ETH:\n    hedge to 0 ETH\n    alert "hedged"\n',
)


def tabs(source: Source, spans: list[Span]) -> Diagnostic:
    """Explain the tabs of a whole file at once, where the first is."""
    edits = tuple(Edit(span, source.slice(span).replace("\t", "    ")) for span in spans)
    more = len(spans) - 1
    notes = (Note(f"{more} more line{'s are' if more > 1 else ' is'} indented with tabs"),) if more else ()
    return Diagnostic(
        E004,
        "this line is indented with a tab, and a tab has no width of its own",
        spans[0],
        notes,
        Fix("indent with spaces, four for a tab", edits),
    )


def misaligned(source: Source, odd: Misaligned) -> Diagnostic:
    """Explain a line that stands between two indentations."""
    width = odd.span.end - odd.span.start
    return Diagnostic(
        E005,
        f"this line is indented by {_spaces(width)}, and the lines of its block by {odd.wanted}",
        odd.span,
        (),
        Fix(f"indent it by {_spaces(odd.wanted)}", (Edit(odd.span, " " * odd.wanted),)),
    )


def unexpected_indent(source: Source, tokens: list[Token], position: int) -> tuple[Diagnostic, int]:
    """Explain an INDENT that opens nothing, and take it out of the tokens; return where to go on."""
    word = tokens[position + 1]
    line = source.position(word.start).line
    begin = word.start - source.position(word.start).column + 1
    width = word.start - begin
    del tokens[block_end(tokens, position)]
    if position and word.kind in CLAUSES and tokens[position - 1].kind == "<newline>":
        end = tokens[position - 1].end
        found = Diagnostic(
            E005,
            "this line seems to go on with the one above, which does not end in a comma",
            Span(word.start, word.end),
            (),
            Fix("end the line above with a comma", (Edit(Span(end, end), ","),)),
        )
        tokens[position - 1 : position + 1] = [Token(",", ",", end, end)]
        while (position > 0 and tokens[position - 1].kind[:1] != "<") or tokens[position - 1].kind in _INSIDE:
            position -= 1
        return found, position
    del tokens[position]
    above = 0
    if position:
        last = source.line_text(source.position(tokens[position - 1].start).line)
        above = len(last) - len(last.lstrip())
    return (
        Diagnostic(
            E005,
            f"this line is indented by {_spaces(width)}, but nothing above it opens a block",
            Span(begin, word.start),
            (Note("a block follows a line that ends in a colon"),) if line > 1 else (),
            Fix(
                f"indent it by {_spaces(above)}" if above else "begin it at the start of the line",
                (Edit(Span(begin, word.start), " " * above),),
            ),
        ),
        position,
    )


def missing_indent(source: Source, tokens: list[Token], position: int) -> Diagnostic:
    """Explain actions that stand below the head of their rule without being indented, and indent them."""
    first, ends = tokens[position], position
    edits = []
    while tokens[ends].kind in ACTIONS:
        edits.append(Edit(Span(tokens[ends].start, tokens[ends].start), "    "))
        while tokens[ends].kind != "<newline>":
            ends += 1
        ends += 1
    head, last = tokens[position - 1].end, tokens[ends - 1].end
    tokens.insert(ends, Token("<dedent>", "", last, last))
    tokens.insert(position, Token("<indent>", "", head, head))
    return Diagnostic(
        E005,
        "this action belongs to the rule above it, and is not indented",
        Span(first.start, first.end),
        (),
        Fix("indent it by four spaces", tuple(edits)),
    )


_INSIDE = ("<number>", "<string>", "<date>", "<time>")


def _spaces(width: int) -> str:
    return "1 space" if width == 1 else f"{width} spaces"
