"""A comparison as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import columns, joined
from stratc.runtime.report.quantities import moment, money, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.cli.side_by_side import Money, Parting, Replayed
    from stratc.compiler.proof.diff.results import Change, Comparison, Difference, Place, RulePair

_BY = {"intervals": "intervals", "solver": "the solver"}


def as_text(found: Comparison, names: tuple[str, str], replayed: Replayed | None) -> str:
    """For people."""
    lines = [f"A: {names[0]}", f"B: {names[1]}", ""]
    if found.unmet:
        lines += ["No market meets the assumptions of both: rules are only compared by the letter.", ""]
    if found.changes:
        lines += ["Declarations", *(line for change in found.changes for line in _change(change)), ""]
    if found.rules:
        lines += ["Rules", *(line for pair in found.rules for line in _pair(pair)), ""]
    if replayed is not None:
        lines += [*_replayed(replayed), ""]
    return "\n".join([*lines, _verdict(found)])


def _verdict(found: Comparison) -> str:
    if found.verdict == "same":
        where = "market that meets the assumptions" if found.assumed else "market"
        return f"No decision differs, on any {where} and any book."
    differing = sum(pair.verdict == "differs" or pair.moved for pair in found.rules)
    unknown = sum(pair.verdict == "unknown" for pair in found.rules)
    parts = []
    if differing:
        parts.append(f"{differing} of {len(found.rules)} rules")
    if found.changes:
        parts.append(f"{len(found.changes)} declaration{'s' * (len(found.changes) != 1)}")
    text = f"They differ: {joined(parts)}." if parts else "No difference was found."
    rest = f"{unknown} rule{'s' * (unknown != 1)} not settled: give it more time with --timeout."
    return f"{text} {rest}" if unknown else text


def _change(change: Change) -> Iterator[str]:
    name = change.section
    if change.a is not None and change.b is not None:
        yield f"  {name}: {_written(change.a, 'A')}"
        yield f"  {' ' * len(name)}  {_written(change.b, 'B')}"
    elif change.a is not None or change.b is not None:
        place, version = (change.a, "A") if change.a is not None else (change.b, "B")
        yield f"  {name}: only in {_written(place, version)}"
    else:
        yield f"  {name}"
    if change.note:
        yield f"    {change.note}"


def _written(place: Place | None, version: str) -> str:
    if place is None:
        return version
    return f"{version}, line {place.line}: {place.text}" if place.line else f"{version}: {place.text}"


def _pair(pair: RulePair) -> Iterator[str]:
    yield f"  {_heads(pair)}"
    if pair.moved:
        yield "    visited in another order: another rule may act before it"
    if pair.verdict == "same":
        yield f"    same{_proof(pair)}"
    for difference in pair.differences:
        yield f"    differs: {_told(difference)}"
    for question in pair.unknown:
        yield f"    not settled: {question}"


def _heads(pair: RulePair) -> str:
    a, b = pair.a, pair.b
    if a is None or b is None:
        place = a or b
        assert place is not None
        return f"only in {'A' if b is None else 'B'}, line {place.line}: {place.text}"
    if a.text == b.text:
        return f"{a.text}  (line {a.line}{f', in B line {b.line}' if a.line != b.line else ''})"
    return f"A, line {a.line}: {a.text}  |  B, line {b.line}: {b.text}"


def _proof(pair: RulePair) -> str:
    proved = f"proved by {joined([_BY[by] for by in pair.by if by in _BY])}"
    if pair.a is None or pair.b is None:
        return f": it never does anything, {proved}"
    return ": to the letter" if "letter" in pair.by else f": {proved}" if pair.by else ": in every word"


def _told(difference: Difference) -> str:
    said = f"A {difference.a}, B {difference.b}"
    state = [
        f"{name} missing" if difference.what == "availability" else f"{name} = {value}"
        for name, value in difference.state.items()
    ]
    text = f"with {joined(state)}: {said}" if state else said
    notes = [difference.note] if difference.note else []
    if difference.confirmed:
        notes.insert(0, "as the interpreter confirms")
    return f"{text} ({'; '.join(notes)})" if notes else text


# --- money --------------------------------------------------------------------------------------------


def _replayed(replayed: Replayed) -> Iterator[str]:
    yield f"Replayed on {replayed.market}"
    rows = [("", "A", "B", "B - A")]
    for name, digits in _MEASURES.items():
        a, b = getattr(replayed.a, name), getattr(replayed.b, name)
        rows.append((_NAMES[name], digits(a), digits(b), _more(a, b, name)))
    yield from columns(rows)
    if replayed.first is None:
        yield f"  no decision differed in {replayed.ticks:,} ticks"
        return
    yield f"  decisions differed in {replayed.differing:,} of {replayed.ticks:,} ticks; {_parting(replayed.first)}"


_NAMES = {
    "pnl": "profit and loss",
    "orders": "orders",
    "turnover": "turnover",
    "fees": "fees",
    "gas": "gas",
    "drawdown": "worst drawdown",
}
_MEASURES = {
    name: percent if name == "drawdown" else number if name == "orders" else money for name in _NAMES
}


def _more(a: float | None, b: float | None, name: str) -> str:
    if a is None or b is None:
        return "-"
    return f"{b - a:+,d}" if name == "orders" else "" if name == "drawdown" else money(b - a, sign=True)


def _parting(first: Parting) -> str:
    price = "" if first.spot is None else f", spot {number(first.spot)}"
    a, b = (", ".join(said) or "nothing" for said in (first.a, first.b))
    return f"first at {moment(first.t)}{price}: A {a}; B {b}"


# --- JSON ---------------------------------------------------------------------------------------------


def as_json(found: Comparison, names: tuple[str, str], replayed: Replayed | None) -> dict[str, object]:
    """For programs."""
    told: dict[str, object] = {
        "a": names[0],
        "b": names[1],
        "verdict": found.verdict,
        "assumptions_exclude_each_other": found.unmet,
        "declarations": [
            {"section": one.section, "a": _place(one.a), "b": _place(one.b), "note": one.note}
            for one in found.changes
        ],
        "rules": [_rule(pair) for pair in found.rules],
    }
    if replayed is not None:
        told["replay"] = _runs(replayed)
    return told


def _place(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    told: dict[str, object] = {"line": place.line or None, "text": place.text}
    return told if place.number is None else {"rule": place.number, **told}


def _rule(pair: RulePair) -> dict[str, object]:
    return {
        "a": _place(pair.a),
        "b": _place(pair.b),
        "verdict": pair.verdict,
        "by": list(pair.by),
        "moved": pair.moved,
        "differences": [{**one._asdict(), "state": dict(one.state)} for one in pair.differences],
        "not_settled": list(pair.unknown),
    }


def _runs(replayed: Replayed) -> dict[str, object]:
    def run(one: Money) -> dict[str, object]:
        return dict(one._asdict())

    first = replayed.first
    return {
        "market": replayed.market,
        "ticks": replayed.ticks,
        "a": run(replayed.a),
        "b": run(replayed.b),
        "differing_ticks": replayed.differing,
        "first": None if first is None else {**first._asdict(), "a": list(first.a), "b": list(first.b)},
    }
