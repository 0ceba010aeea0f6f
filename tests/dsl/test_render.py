"""Rendering: places, widths, escapes, and the machine formats."""

from __future__ import annotations

import json

from stratc.dsl.diagnostics import Code, Diagnostic, Edit, Fix, Note
from stratc.dsl.parser import parse
from stratc.dsl.render import apply_fixes, render_github, render_json, render_sarif, render_text
from stratc.dsl.source import Source, Span

# built, not declared: the catalogue is for real codes
CODE = Code("E999", "error", "a title", "An explanation.", "bad", "good")
WARNING = CODE._replace(id="W999", severity="warning")


def test_text_with_a_second_place_and_a_fix() -> None:
    source = Source("a.strat", "let a = 5\nlet b = a\n")
    found = Diagnostic(
        CODE,
        "something is wrong",
        Span(4, 5),
        (Note("a plain note"), Note("because of this", Span(14, 15))),
        Fix("write c", (Edit(Span(4, 5), "c"), Edit(Span(18, 19), "c"))),
    )
    assert render_text([found], source, colour=False) == (
        "error[E999]: something is wrong\n"
        " --> a.strat:1:5\n"
        "  |\n"
        "1 | let a = 5\n"
        "  |     ^\n"
        "  = note: a plain note\n"
        "  = fix: write c\n"
        "1 + let c = 5\n"
        "2 + let b = c\n"
        "note: because of this\n"
        " --> a.strat:2:5\n"
        "  |\n"
        "2 | let b = a\n"
        "  |     ^\n"
        "\n"
    )


def caret_line(text: str, span: Span) -> tuple[str, str]:
    lines = render_text([Diagnostic(CODE, "m", span)], Source("a", text), colour=False).split("\n")
    return lines[3].removeprefix("1 | "), lines[4].removeprefix("  | ")


def test_tabs_and_wide_characters_keep_the_carets_below() -> None:
    assert caret_line("\tab", Span(1, 3)) == ("    ab", "    ^^")
    assert caret_line('"価格" x', Span(5, 6)) == ('"価格" x', "       ^")
    assert caret_line("e\u0301 x", Span(3, 4)) == ("e\u0301 x", "  ^")


def test_long_lines_are_cropped_around_the_place() -> None:
    shown, carets = caret_line("a" * 500 + "HERE" + "b" * 500, Span(500, 504))
    assert len(shown) < 110
    assert shown[carets.index("^") :].startswith("HERE")
    shown, carets = caret_line("x" * 5_000, Span(0, 5_000))
    assert len(carets) <= len(shown) < 110


def test_what_a_terminal_acts_on_is_not_passed_on() -> None:
    source = Source("a\x1b[2J", "x\x1b[2J")
    text = render_text([Diagnostic(CODE, "m\x1b[2J\u202e", Span(0, 3))], source, colour=False)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_colour_only_adds_escapes() -> None:
    source = Source("a", "when x\n    halt\n")
    found = parse(source).diagnostics
    plain, coloured = (render_text(found, source, colour=colour) for colour in (False, True))
    assert "\x1b[1;31m" in coloured
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_only_so_many_are_shown() -> None:
    found = [Diagnostic(CODE, f"number {n}", Span(0, 1)) for n in range(1_234)]
    text = render_text(found, Source("a", "x"), colour=False)
    assert text.count("error[") == 100
    assert text.endswith("and 1,134 more\n\n")


def test_json_is_what_the_reference_says() -> None:
    source = Source("a.strat", "when delta > 1 ETH\n    halt\n")
    assert json.loads(render_json([(source, parse(source).diagnostics)])) == [
        {
            "code": "E006",
            "severity": "error",
            "message": "the head of the rule does not end in a colon",
            "file": "a.strat",
            "line": 1,
            "column": 19,
            "end_line": 1,
            "end_column": 19,
            "notes": [],
            "fix": {
                "message": "put a colon here",
                "edits": [{"line": 1, "column": 19, "end_line": 1, "end_column": 19, "text": ":"}],
            },
        }
    ]
    notes = (Note("here", Span(0, 4)), Note("nowhere"))
    made = json.loads(render_json([(source, [Diagnostic(CODE, "m", Span(0, 1), notes)])]))
    assert made[0]["fix"] is None
    assert made[0]["notes"] == [
        {"message": "here", "line": 1, "column": 1, "end_line": 1, "end_column": 5},
        {"message": "nowhere", "line": None, "column": None, "end_line": None, "end_column": None},
    ]
    assert render_json([]) == "[]\n"


def test_sarif_has_rules_results_and_fixes() -> None:
    source = Source("my strategies/a.strat", "when delta > 1 ETH\n    halt\n")
    log = json.loads(render_sarif([(source, parse(source).diagnostics)]))
    run = log["runs"][0]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E006"]
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("E006", 0, "error")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "my%20strategies/a.strat"
    assert location["region"] == {"startLine": 1, "startColumn": 19, "endLine": 1, "endColumn": 19}
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": ":"}


def test_github_commands_are_escaped() -> None:
    found = Diagnostic(WARNING._replace(title="a, b: c"), "50% off", Span(0, 1), (Note("why"),))
    text = render_github([(Source("a,b:c.strat", "x"), [found])])
    assert text == (
        "::warning file=a%2Cb%3Ac.strat,line=1,endLine=1,col=1,endColumn=2,"
        "title=W999%3A a%2C b%3A c::50%25 off%0Anote: why\n"
    )


def fixing(*edits: Edit) -> Diagnostic:
    return Diagnostic(CODE, "m", edits[0].span, (), Fix("f", edits))


def test_fixes_that_touch_are_left_for_the_next_time() -> None:
    source = Source("a", "abcdef")
    first = fixing(Edit(Span(0, 2), "X"), Edit(Span(4, 5), "Y"))
    overlapping = fixing(Edit(Span(5, 6), "Q"), Edit(Span(1, 3), "Z"))
    beside = fixing(Edit(Span(2, 3), "C"))
    same = fixing(Edit(Span(0, 2), "X"))
    assert apply_fixes(source, [first, overlapping, beside, same]) == "XCdYf"
    assert apply_fixes(source, [Diagnostic(CODE, "m", Span(0, 1))]) == "abcdef"
