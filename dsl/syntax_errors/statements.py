"""E008, E009: lines that begin with a word that begins no line there."""

from __future__ import annotations

from stratc.dsl.diagnostics import declare
from stratc.dsl.spelling import closest
from stratc.dsl.syntax_errors.failure import Failure, Finding
from stratc.dsl.syntax_errors.phrases import ACTIONS, CLAUSES, ENTRIES, RULES, STATEMENTS, form

E008 = declare(
    "E008",
    "the line begins with a word that begins no declaration and no rule",
    explanation="""
A line of a program begins with `strategy`, `market`, `oracle`, `venue`, `book`, `param`, `signal`,
`let`, `assume`, `limit`, `mode`, `model` or `in`, or it is a rule and begins with `when`, `every`,
`on` or `once`. The lines of a book begin with `long`, `short`, `cash` or `margin`. There is no `if` and no
`else`: each rule says in full when it holds.
""",
    bad="if delta > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E009 = declare(
    "E009",
    "the line is no action, or stands where none can",
    explanation="""
The lines indented below a rule are its actions: `hedge`, `buy`, `sell`, `close`, `roll`, `top up
margin`, `withdraw margin`, `provide` and `remove liquidity`, `alert`, `halt`, `reduce only`,
`enter`. Actions stand in rules only, and rules do not stand in rules.
""",
    bad="when delta > 0.1 ETH:\n    hegde to 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_OTHER_STATEMENTS = {
    "if": "when", "whenever": "when", "while": "when", "unless": "when not", "def": "let", "const": "let",
    "var": "let", "set": "let", "define": "let", "parameter": "param", "input": "signal", "each": "every",
    "position": "book", "positions": "book", "portfolio": "book", "exchange": "venue", "mode": "in",
    "require": "limit", "assert": "limit", "name": "strategy", "feed": "oracle", "after": "every",
}  # fmt: skip
_OTHER_ACTIONS = {
    "rebalance": "hedge", "notify": "alert", "log": "alert", "print": "alert", "warn": "alert",
    "message": "alert", "stop": "halt", "pause": "halt", "exit": "close all", "liquidate": "close all",
    "flatten": "close all", "long": "buy", "short": "sell", "deposit": "top up margin", "switch": "enter",
    "add": "top up margin", "goto": "enter", "reduce_only": "reduce only", "topup": "top up margin",
}  # fmt: skip
_OTHER_ENTRIES = {"buy": "long", "sell": "short", "usdc": "cash", "collateral": "margin"}
_ALMOST_CERTAIN = ("if", "whenever", "while", "reduce_only", "long", "short")


def bullet(f: Failure) -> Finding | None:
    """`- hedge to 0`, as in a list."""
    if f.at != 0 or f.token.kind not in ("-", "*", "+") or f.next is None:
        return None
    changes = ((f.token.start, f.next.start, ""),)
    code = E009 if f.level == "body" else E008
    fix = f"leave the `{f.token.kind}` out" if f.fits(*changes) else None
    return f.finding(code, "lines begin without a bullet", fix=fix, changes=changes)


def misspelt(f: Failure) -> Finding | None:
    """A first word that is nearly right, or is the word of another language."""
    if f.at != 0 or not f.is_word() or f.token.kind in ("else", "elif", "otherwise"):
        return None
    known, other, code, what = {
        "body": (ACTIONS, _OTHER_ACTIONS, E009, "an action"),
        "book": (ENTRIES, _OTHER_ENTRIES, E008, "an entry of a book"),
        "mode": (RULES, _OTHER_STATEMENTS, E008, "a rule"),
        "program": (STATEMENTS, _OTHER_STATEMENTS, E008, "a declaration or a rule"),
    }[f.level]
    word = f.token.text
    if word in (*STATEMENTS, *ACTIONS) and word not in other:
        return None
    better = other.get(word.lower()) or closest(word, known)
    if better is None:
        return None
    changes = ((f.token.start, f.token.end, better),)
    helps = f.helps(*changes)
    certain = helps and (word.lower() not in other or word in _ALMOST_CERTAIN)
    return f.finding(
        code,
        f"`{word}` is not {what}; did you mean `{better}`?",
        notes=() if certain else form(better.split()[0]),
        fix=f"write `{better}`" if certain else None,
        changes=changes if helps else (),
    )


def otherwise(f: Failure) -> Finding | None:
    """`else:` after a rule."""
    if f.at != 0 or f.token.kind not in ("else", "elif", "otherwise"):
        return None
    return f.finding(
        E008 if f.level != "body" else E009,
        f"a rule has no `{f.token.text}`",
        notes=("write a second rule whose `when` says the opposite, such as `when not (…):`",),
    )


def assignment(f: Failure) -> Finding | None:
    """`band = 0.1 ETH` without its `let`."""
    equals = f.next is not None and f.next.kind in ("=", ":=")
    if f.at != 0 or not f.is_word() or not equals or f.level != "program":
        return None
    start, end = f.token.start, f.token.start
    changes = ((start, end, "let "),)
    fix = "put `let` before it" if f.fits(*changes) else None
    return f.finding(E008, f"`{f.token.text}` is given a value without `let`", fix=fix, changes=changes)


def condition(f: Failure) -> Finding | None:
    """`if` before an action."""
    if f.at != 0 or f.token.kind not in ("if", "unless", "while") or f.level != "body":
        return None
    return f.finding(
        E009,
        "an action has no condition of its own",
        notes=("write a rule of its own, whose `when` says both conditions, joined with `and`",),
    )


def misplaced(f: Failure) -> Finding | None:
    """A known word where its line cannot stand."""
    if f.at != 0:
        return None
    word, level = f.token.kind, f.level
    if level in ("program", "mode") and word in (*ACTIONS, *CLAUSES):
        return f.finding(
            E009,
            f"`{word}` is part of a rule's body, and this line is not indented below a rule",
            notes=("indent it by four spaces, below a line such as `when delta > 0.1 ETH:`",),
        )
    if level == "body" and word in RULES:
        return f.finding(
            E009,
            "a rule cannot stand inside another rule",
            notes=("begin it at the start of the line; join conditions with `and`",),
        )
    if level == "body" and word in CLAUSES:
        return f.finding(
            E009, f"`{word}` goes with the action above it", notes=("end the line above with a comma",)
        )
    if word in (*STATEMENTS, *ACTIONS, *ENTRIES):
        place = {"mode": "a mode", "body": "the body of a rule", "book": "a book"}.get(level, "the program")
        where = f"`{word}` cannot stand in {place}"
        return f.finding(E009 if level == "body" else E008, where, notes=_members(level))
    return None


def unknown(f: Failure) -> Finding | None:
    """A first word, number or sign that is like nothing known."""
    if f.at != 0:
        return None
    what = {"body": "action", "book": "entry of a book", "mode": "rule"}.get(
        f.level, "declaration and no rule"
    )
    return f.finding(
        E009 if f.level == "body" else E008,
        f"`{f.token.text}` begins no {what}",
        notes=_members(f.level),
    )


def _members(level: str) -> tuple[str, ...]:
    if level == "body":
        return (
            "actions begin with hedge, buy, sell, close, roll, top up, withdraw, alert, halt or reduce only",
        )
    if level == "book":
        return ("the entries of a book begin with long, short, cash or margin",)
    if level == "mode":
        return ("in a mode stand rules, which begin with when, every, on or once",)
    return ("lines begin with a word such as market, venue, limit, let, when or every",)
