"""Hypothesis strategies for program texts that cover the whole grammar, in any layout an author might use."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = st.sampled_from(
    # some are keywords elsewhere, which takes nothing from them here
    [
        "spot",
        "delta",
        "band",
        "alpha",
        "x",
        "gas",
        "price",
        "size",
        "fill",
        "start",
        "most",
        "order2",
        "_q",
        "limits",
    ]
)
ASSETS = st.sampled_from(["ETH", "USDC", "WBTC"])
NUMBERS = st.sampled_from(["0", "1", "0.10", "50_000", "1e-3", "3.5E2", "12"])
QUANTITIES = st.builds(
    lambda number, unit: f"{number}{unit}",
    NUMBERS,
    st.sampled_from(
        ["", " ETH", "ETH", " bps", "%", " %", "x", " x", " min", " gwei", " USDC/ETH", " USDC / ETH"]
    ),
)
DURATIONS = st.sampled_from(["5 s", "10 min", "1 h", "3 blocks", "window", "2 * window", "7d"])
TEXTS = st.sampled_from(['"x"', '"flash # crash"', r'"say \"{delta}\" \\"', '"σ and Δ"', '""'])
DATES = st.sampled_from(["2026-12-25", "2024-02-29"])
BREAK = "\n"
"""In a list of words: here the line may be broken."""


def _joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    made = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*made).map(lambda texts: " ".join(text for text in texts if text))


def _maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), strategy)


_ATOMS = st.one_of(QUANTITIES, NAMES, ASSETS, st.sampled_from(["delta[merton]", "delta [ merton ]"]))


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    functions = st.sampled_from(["abs", "position", "change", "mean", "min", "max", "iv"])
    return st.one_of(
        st.builds(lambda a, op, b: f"{a} {op} {b}", inner, st.sampled_from("+-*/"), inner),
        st.builds(lambda a, op, b: f"({a}{op}{b})", inner, st.sampled_from(["+", "-", " * ", "/"]), inner),
        st.builds(lambda f, a: f"{f}({a})", functions, inner),
        st.builds(lambda f, a, b: f"{f} ( {a} ,{b} )", functions, inner, inner),
        st.builds(lambda f, a, d: f"{f}({a} over {d})", functions, inner, DURATIONS),
        st.builds(lambda a: f"-{a}", inner),
        st.builds(lambda a: f"- ({a})", inner),
        st.just("now_is()"),
    )


SUMS = st.recursive(_ATOMS, _larger, max_leaves=5)
COMPARISONS = st.builds(
    lambda a, op, b: f"{a} {op} {b}", SUMS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), SUMS
)
CONDITIONS = st.recursive(
    st.one_of(COMPARISONS, NAMES),
    lambda inner: st.one_of(
        st.builds(lambda a, op, b: f"{a} {op} {b}", inner, st.sampled_from(["and", "or"]), inner),
        st.builds(lambda a: f"not {a}", inner),
        st.builds(lambda a: f"not({a})", inner),
    ),
    max_leaves=4,
)

# --- instruments and actions ----------------------------------------------------------------------

_STRIKES = st.one_of(_joined("strike", SUMS), _joined("at delta", SUMS))
_EXPIRIES = st.one_of(_joined("expiring", DATES), _joined("expiring in", DURATIONS))
OPTIONS = _joined(
    st.sampled_from(["call", "put", "calls", "puts"]),
    st.one_of(
        _maybe(_STRIKES), _maybe(_EXPIRIES), _joined(_STRIKES, _EXPIRIES), _joined(_EXPIRIES, _STRIKES)
    ),
)
INSTRUMENTS = st.one_of(ASSETS, TEXTS, OPTIONS, _joined(ASSETS, OPTIONS))
TRADED = st.one_of(st.just(""), TEXTS, OPTIONS)

_CLAUSE_FORMS = (
    _joined("on", NAMES),
    _joined("via", st.sampled_from(["public", "private", "bundle", "intent", "auction"])),
    _joined("with", INSTRUMENTS),
    _joined(st.sampled_from(["at most", "at  most"]), SUMS),
    _joined("limit price", SUMS),
    _joined("slippage", st.sampled_from(["<="]), SUMS),
    _joined("gas <=", SUMS),
    _joined("deadline", st.sampled_from(["3 blocks", "n"])),
    _joined("retry", st.sampled_from(["3", "n"]), st.sampled_from(["", "recheck"])),
    _joined("split into", SUMS, "over", DURATIONS),
)


@st.composite
def _with_parts(draw: st.DrawFn, head: str, forms: tuple[st.SearchStrategy[str], ...], most: int = 4) -> str:
    """Draw some of the forms, each once, with or without a comma before it; a comma may break the line."""
    for form in draw(st.lists(st.sampled_from(forms), max_size=most, unique_by=id)):
        comma = draw(st.sampled_from([" ", ", ", " , ", f",{BREAK}", f"{BREAK}, "]))
        head += comma + draw(form)
    return head


_GREEKS = st.sampled_from(["", "delta", "vega", "gamma", "delta[merton]", "delta [ merton ]"])
_ORDERS = st.one_of(
    _joined("hedge", _GREEKS, "to", SUMS),
    _joined(st.sampled_from(["buy", "sell"]), SUMS, TRADED),
    _joined(
        "close", st.one_of(INSTRUMENTS, st.sampled_from(["all", "options", "calls", "perpetual", "position"]))
    ),
    _joined("roll", st.one_of(INSTRUMENTS, st.sampled_from(["options", "puts"])), "to", INSTRUMENTS),
    _joined(st.sampled_from(["top up margin to", "withdraw margin to"]), SUMS),
    _joined(st.sampled_from(["provide", "remove"]), "liquidity between", SUMS, "and", SUMS),
)
ACTIONS = st.one_of(
    _ORDERS.flatmap(lambda head: _with_parts(head, _CLAUSE_FORMS)),
    _joined("alert", TEXTS),
    _joined(
        st.sampled_from(["halt", "reduce only"]),
        _maybe(TEXTS),
        st.one_of(st.just(""), _joined("for", DURATIONS), st.just("until manual")),
    ),
    _joined("enter", NAMES),
)

# --- rules and declarations -----------------------------------------------------------------------

_MODIFIER_FORMS = (
    _joined("for", DURATIONS),
    _joined("cooldown", DURATIONS),
    _joined(st.sampled_from(["rearm below", "rearm above"]), SUMS),
    st.just("on start fire"),
)
TRIGGERS = st.one_of(
    _joined("when", CONDITIONS),
    _joined("when", SUMS, st.sampled_from(["rises above", "falls below", "crosses"]), SUMS),
    _joined("when", CONDITIONS, "becomes true"),
    _joined("every", DURATIONS, st.sampled_from(["", "at 08:00 UTC"])),
    _joined("on stale", NAMES),
    st.sampled_from(["on fill", "on expiry", "on start"]),
)
_HEADS = st.tuples(st.sampled_from(["", "once "]), TRIGGERS).flatmap(
    lambda pair: _with_parts("".join(pair), (*_MODIFIER_FORMS, st.just("once"))[: 4 if pair[0] else 5], 3)
)
_UNITS = st.sampled_from(["number", "ETH", "USDC/ETH", "USDC / ETH", "(ETH*d)/USDC", "ETH * ETH / USDC"])
_SOURCES = _joined(NAMES, TEXTS)
_OPTIONS = st.lists(_joined(NAMES, SUMS), max_size=3).map(
    lambda parts: "".join(f", {part}" for part in parts)
)
_WINDOWS = st.one_of(
    st.just(""), _joined("per rolling", DURATIONS), st.sampled_from(["per day", "per hour", "per week"])
)
_POLICIES = st.sampled_from(["", "else clamp", "else reject", "else defer", "else reduce only", "else halt"])
_MEASURES = st.one_of(
    st.sampled_from(["order size", "order notional", "order slippage", "order gas"]),
    SUMS.map(lambda e: f"({e})"),
)
DECLARATIONS = st.one_of(
    _joined("strategy", NAMES),
    _joined("market", ASSETS, "in", ASSETS),
    st.lists(_SOURCES, min_size=1, max_size=3).flatmap(
        lambda sources: st.sampled_from(
            [
                f"oracle spot from {', '.join(sources)}{end}"
                for end in ("", ", max age 30 s, agree within 50 bps")
            ]
        )
    ),
    st.builds(
        lambda n, k, t, o: f"venue {n}: {k}{t}{o}", NAMES, NAMES, TEXTS.map(lambda t: f" {t}"), _OPTIONS
    ),
    _joined("param", NAMES, "=", SUMS, st.one_of(st.just(""), _joined("in", SUMS, "..", SUMS))),
    _joined("signal", NAMES, ":", _UNITS),
    _joined("let", NAMES, "=", CONDITIONS),
    _joined("assume", CONDITIONS),
    _joined("assume", SUMS, "in", SUMS, "..", SUMS),
    _joined("limit", _MEASURES, st.sampled_from(["<=", ">="]), SUMS, _WINDOWS, _POLICIES),
    st.lists(NAMES, min_size=1, max_size=3).map(lambda names: f"mode {' , '.join(names)}"),
    _joined("model", NAMES, ":", "jumps", SUMS, "per year ,", "mean", SUMS, ", spread", SUMS),
)
_ENTRIES = st.one_of(
    _joined(st.sampled_from(["long", "short"]), SUMS, TRADED),
    _joined(st.sampled_from(["cash", "margin"]), SUMS),
)
_COMMENTS = st.sampled_from(["", "", "", "  # why", "# tight", '   #: (unclosed "and'])
_BETWEEN = st.sampled_from(["", "", "", "\n", "\n\n\n", "# note\n", "    # indented note\n", "  \n"])


@st.composite
def _block(draw: st.DrawFn, head: str, lines: st.SearchStrategy[str], margin: int) -> str:
    """Draw the lines of a block below a head, or one on its line."""
    if draw(st.booleans()):
        return _line(draw, f"{head}: {draw(lines)}", margin)
    inner = margin + draw(st.integers(1, 6))
    text = _line(draw, f"{head}{draw(st.sampled_from([':', ' :']))}", margin)
    for line in draw(st.lists(lines, min_size=1, max_size=3)):
        text += draw(_BETWEEN) + _line(draw, line, inner)
    return text


def _line(draw: st.DrawFn, line: str, margin: int) -> str:
    """Indent a statement; where it may be broken, break it to a deeper line, perhaps with a comment."""
    parts = line.split(BREAK)
    text = " " * margin + parts[0]
    for part in parts[1:]:
        deeper = margin + draw(st.integers(1, 9))
        text += draw(st.sampled_from(["", "  # more"])) + "\n" + " " * deeper + part
    return f"{text}{draw(_COMMENTS)}\n"


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Draw a program's text."""
    text = draw(_BETWEEN)
    for kind in draw(st.lists(st.sampled_from(["declaration", "rule", "rule", "book", "mode"]), max_size=5)):
        if kind == "declaration":
            text += _line(draw, draw(DECLARATIONS), 0)
        elif kind == "rule":
            text += draw(_block(draw(_HEADS), ACTIONS, 0))
        elif kind == "book":
            text += draw(_block("book", _ENTRIES, 0))
        else:
            margin = draw(st.integers(1, 5))
            text += f"in {draw(NAMES)}:\n"
            for _ in range(draw(st.integers(1, 2))):
                text += draw(_block(draw(_HEADS), ACTIONS, margin))
        text += draw(_BETWEEN)
    return text
