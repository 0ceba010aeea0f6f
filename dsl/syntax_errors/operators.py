"""E013 to E016: signs of other languages, unknown characters, comparisons, missing values."""

from __future__ import annotations

from stratc.dsl.diagnostics import declare
from stratc.dsl.source import Span
from stratc.dsl.syntax_errors.failure import Failure, Finding
from stratc.dsl.syntax_errors.phrases import ACTIONS, COMPARE, OPERATORS

E013 = declare(
    "E013",
    "an operator of another language",
    explanation="""
The operators are `+ - * /`, `< <= > >= == !=`, and the words `and`, `or`, `not`. A name is given
its value with one `=`, two things are compared with `==`. Signs such as ≤ have a spelling in plain
letters.
""",
    bad="when delta > 1 ETH && spot < 2000:\n    hedge to 0 ETH\n",
    good="when delta > 1 ETH and spot < 2000:\n    hedge to 0 ETH\n",
)
E014 = declare(
    "E014",
    "a character that has no meaning",
    explanation="""
Outside texts and comments a program uses plain (ASCII) letters, digits and signs. Names are of
letters, digits and `_`. A comment begins with `#`, a line needs no `;`, and blocks are made by
indentation, not by braces.
""",
    bad="when Δ > 0.1 ETH:\n    hedge to 0 ETH;\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E015 = declare(
    "E015",
    "comparisons in a chain",
    explanation="""
A comparison has two sides. What is between two bounds is said with `and`, or in an assumption and
for a parameter with `in LOW .. HIGH`.
""",
    bad="when 0.1 ETH < delta < 5 ETH:\n    hedge to 0 ETH\n",
    good="when 0.1 ETH < delta and delta < 5 ETH:\n    hedge to 0 ETH\n",
)
E016 = declare(
    "E016",
    "a value or an operator is missing",
    explanation="""
An operator such as `>` or `+` stands between two values, and two values have an operator between
them.
""",
    bad="when abs(delta) >:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_FOREIGN = {
    "&&": "and", "||": "or", "!": "not ", "=>": ">=", "=<": "<=", "<>": "!=", ":=": "=", "≤": "<=",
    "≥": ">=", "≠": "!=", "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "÷": "/", "∧": "and",
    "∨": "or", "¬": "not ", "…": "..", "...": "..", "&": "and", "|": "or", "⩽": "<=", "⩾": ">=", "≔": "=",
}  # fmt: skip
_LETTERS = {"Δ": "delta", "δ": "delta", "Γ": "gamma", "γ": "gamma", "ν": "vega", "Θ": "theta", "θ": "theta"}


def foreign(f: Failure) -> Finding | None:
    """`&&`, `=>`, `≤` and their like."""
    plain = _FOREIGN.get(f.token.text)
    if plain is None:
        return None
    if f.token.text == "=>" and f.next is not None and f.next.kind in ACTIONS:
        plain = ":"
    start, end = f.token.start, f.token.end
    if plain == ":" and f.before is not None:
        start = f.before.end
    left = " " if plain[0].isalpha() and not f.source.text[start - 1 : start].isspace() else ""
    right = " " if plain.isalpha() and not f.source.text[end : end + 1].isspace() else ""
    changes = ((start, end, f"{left}{plain}{right}"),)
    return f.finding(
        E013,
        f"`{f.token.text}` is written `{plain.strip()}`",
        fix=f"write `{plain.strip()}`" if f.helps(*changes) else None,
        changes=changes,
    )


def equals(f: Failure) -> Finding | None:
    """`=` for `==` or `<=`, and `==` or `:` for `=`."""
    kind = f.token.kind
    if kind not in ("=", "==", ":"):
        return None
    signs = {"=": ("==", "<=", ":"), "==": ("=",), ":": ("=",)}[kind]
    better = next((sign for sign in signs if f.accepts(sign)), None)
    if better is None or (better == ":" and f.first not in ("signal", "venue")):
        return None
    if better == "==" and (f.first == "limit" or (f.before and f.before.kind in ("slippage", "gas"))):
        better = "<="
    reason = {
        "==": "`=` gives a name its value; two things are compared with `==`",
        "=": f"a name is given its value with `=`, not `{kind}`",
        "<=": "a bound is written with `<=`, not `=`",
        ":": f"here stands a `:`, not `{kind}`",
    }[better]
    glued = f.before is not None and f.before.end == f.token.start
    start = f.before.end if better == ":" and f.before is not None else f.token.start
    changes = ((start, f.token.end, f" {better}" if glued and better != ":" else better),)
    fix = f"write `{better}`" if f.helps(*changes) else None
    return f.finding(E013, reason, fix=fix, changes=changes)


def power(f: Failure) -> Finding | None:
    """`x ** 2`."""
    if f.token.text not in ("**", "^"):
        return None
    return f.finding(E013, "there is no operator for powers", notes=("multiply: `x * x`",))


def character(f: Failure) -> Finding | None:
    """Any other character that begins nothing."""
    if f.token.kind not in ("<bad character>", "//", "->"):
        return None
    text, place = f.token.text, (f.token.start, f.token.end)
    if text in _LETTERS:
        change = (*place, _LETTERS[text])
        return f.finding(
            E014, f"`{text}` is written `{change[2]}`", fix=f"write `{change[2]}`", changes=(change,)
        )
    if text == ";":
        fix = "leave it out" if f.next is None else None
        return f.finding(E014, "lines are not ended with `;`", fix=fix, changes=((*place, ""),))
    if text == "//":
        message = "a comment begins with `#`, not `//`"
        return f.finding(E014, message, fix="write `#`", changes=((*place, "#"),))
    if text in "{}":
        return _brace(f)
    shown = f"`{text}`" if text.isprintable() else "a character"
    number = "" if text.isascii() and text.isprintable() else f" (U+{ord(text):04X})"
    return f.finding(E014, f"{shown}{number} has no meaning here")


def _brace(f: Failure) -> Finding:
    message = "blocks are made by indentation, not by braces"
    if f.token.text == "}" or f.next is not None or f.before is None or not f.accepts(":"):
        return f.finding(E014, message)
    return f.finding(E014, message, fix="write `:`", changes=((f.before.end, f.token.end, ":"),))


def chain(f: Failure) -> Finding | None:
    """`a < b < c`."""
    if f.token.kind not in COMPARE or f.accepts("<name>"):
        return None
    depth, first = 0, f.at - 1
    while first >= 0:
        kind = f.line[first].kind
        depth += (kind == ")") - (kind == "(")
        if depth < 0 or (depth == 0 and kind in ("and", "or", "not", "when", ",")):
            return None
        if depth == 0 and kind in COMPARE:
            break
        first -= 1
    if first < 0 or first + 1 >= f.at:
        return None
    middle = f.source.slice(f.span(first + 1, f.at - 1))
    changes = ((f.token.start, f.token.start, f"and {middle} "),)
    fits = f.fits(*changes)
    return f.finding(
        E015,
        "a comparison has two sides, and this is a second one in a chain",
        fix=f"write `and {middle} {f.token.text} …`" if fits else None,
        changes=changes,
    )


def nothing_after_operator(f: Failure) -> Finding | None:
    """`delta >:`, or an operator at the end of a line, with the body below taken for its right side."""
    last = f.at - 1
    if last >= 0 and f.line[last].kind in OPERATORS and f.accepts("<number>"):
        operator = f.line[last]
    else:
        found = next((i for i in range(1, f.at + 1) if i < len(f.line) and _swallowed(f, i)), None)
        if found is None:
            return None
        operator = f.line[found - 1]
    return f.finding(
        E016, f"nothing follows `{operator.text}` that it could work on", Span(operator.start, operator.end)
    )


def _swallowed(f: Failure, i: int) -> bool:
    """Whether token i is an action that was read as the value after an operator at a line's end."""
    before, token = f.line[i - 1], f.line[i]
    gap = f.source.text[before.end : token.start]
    return "\n" in gap and before.kind in OPERATORS and token.kind in ACTIONS


def no_operator(f: Failure) -> Finding | None:
    """`when delta 0.1 ETH`."""
    value = f.token.kind in ("<number>", "(") or (
        f.is_word() and f.before is not None and f.before.kind == ")"
    )
    if not value or f.before is None or not f.accepts(">"):
        return None
    return f.finding(
        E016,
        f"there is no operator between `{f.before.text}` and `{f.token.text}`",
        notes=("for example `>`, `+` or `and`",),
    )
