"""What holds for every program, and for every text that is none."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stratc.dsl.decode import decode
from stratc.dsl.format import format_source
from stratc.dsl.parser import ParseResult, parse
from stratc.dsl.render import apply_fixes, render_github, render_json, render_sarif, render_text
from stratc.dsl.source import Source
from stratc.dsl.syntax import Comment, Program
from tests.dsl.programs import programs
from tests.dsl.trees import nodes, shape

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parsed(text: str) -> Program:
    result = parse(Source("p.strat", text))
    assert result.diagnostics == (), render_text(result.diagnostics, Source("p.strat", text), colour=False)
    assert result.program is not None
    return result.program


@MANY
@given(programs())
def test_formatting_keeps_the_meaning_and_settles(text: str) -> None:
    program = parsed(text)
    formatted = format_source(Source("p.strat", text), program)
    again = parsed(formatted)
    assert shape(again) == shape(program)
    assert format_source(Source("p.strat", formatted), again) == formatted
    assert "\n\n\n" not in formatted
    assert not any(line != line.rstrip() for line in formatted.split("\n"))


@MANY
@given(programs())
def test_spans_are_exact(text: str) -> None:
    """A node's text begins and ends with something of its own and lies in its parent's."""
    program = parsed(text)
    for node, parent in nodes(program):
        piece = text[node.span.start : node.span.end]
        if node is not program:
            assert piece == piece.strip() != ""
            assert isinstance(node, Comment) or piece[0] not in "#,"
        if parent is not None:
            assert parent.span.start <= node.span.start
            assert node.span.end <= parent.span.end


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Draw a program with a few pieces cut out, doubled or put in."""
    text = draw(programs())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        junk = st.one_of(
            st.just(""),
            st.text(max_size=3),
            st.sampled_from(
                [
                    "(",
                    ")",
                    "\n",
                    "\t",
                    ":",
                    ",",
                    '"',
                    " when ",
                    "    ",
                    "\n    ",
                    "%",
                    "else",
                    "=",
                    "<",
                    "hedge ",
                ]
            ),
            st.just(text[start:end] * 2),
        )
        text = text[:start] + draw(junk) + text[end:]
    return text


def check_any_text(text: str) -> ParseResult:
    source = Source("p.strat", text)
    result = parse(source)
    assert (result.program is None) == bool(result.diagnostics)
    assert list(result.diagnostics) == sorted(result.diagnostics, key=lambda d: d.span)
    for found in result.diagnostics:
        spans = [found.span, *(note.span for note in found.notes if note.span)]
        spans += [edit.span for edit in found.fix.edits] if found.fix else []
        assert all(0 <= span.start <= span.end <= len(text) for span in spans)
        assert len(found.message) < 300
    render_text(result.diagnostics, source, colour=True)
    files = [(source, result.diagnostics)]
    assert len(json.loads(render_json(files))) == len(result.diagnostics)
    assert len(json.loads(render_sarif(files))["runs"][0]["results"]) == len(result.diagnostics)
    assert render_github(files).count("\n") == len(result.diagnostics)
    return result


@MANY
@given(damaged())
@example("in a:\n    when x: halt\n  5\n")
@example("when x:\n   halt\n  when")
@example("  # c\n   when x:\n\thalt")
def test_damaged_programs_are_explained(text: str) -> None:
    result = check_any_text(text)
    parse(Source("p.strat", apply_fixes(Source("p.strat", text), result.diagnostics)))


@MANY
@given(st.text(max_size=80))
def test_any_text_is_explained(text: str) -> None:
    check_any_text(text)


@MANY
@given(
    st.lists(
        st.sampled_from(
            ["when", "(", ")", "\n", "    ", "hedge", "to", "5", "ETH", ":", ",", "%", '"', "not", "-"]
        )
    )
)
def test_any_words_are_explained(words: list[str]) -> None:
    check_any_text(" ".join(words))


@MANY
@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    source, found = decode("p.strat", data)
    render_text(found, source, colour=False)
    if not found:
        check_any_text(source.text)
