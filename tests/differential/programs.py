"""Whole programs, well typed, at random: few names, small numbers, so that things collide.

Every strategy gives text. N is a pure number, E an amount of ETH, U an amount of USDC.
"""

from __future__ import annotations

from hypothesis import strategies as st

Text = st.SearchStrategy[str]

DURATION = st.sampled_from(["1 s", "2 s", "3 s", "10 s", "1 block", "2 blocks", "3 blocks"])
SECONDS = st.sampled_from(["1 s", "2 s", "3 s", "1 min"])
NUMBER = st.sampled_from(["0", "0.5", "1", "2", "-1"])
LOTS = st.sampled_from(["0 ETH", "0.5 ETH", "1 ETH", "2 ETH", "-1 ETH"])
MONEY = st.sampled_from(["0 USDC", "100 USDC", "2_000 USDC", "5_000 USDC"])
COMPARE = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
WINDOWED = ("change", "mean", "stdev", "high", "low", "realized_vol")


def joined(*parts: Text | str, by: str = " ") -> Text:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map(by.join)


def weighted(*choices: tuple[int, Text]) -> Text:
    """One of the choices, as often as its weight says (`one_of` counts a repeated strategy once)."""
    urn = [choice for weight, choice in choices for _ in range(weight)]
    return st.sampled_from(urn).flatmap(lambda chosen: chosen)


def maybe(part: Text, weight: int = 1) -> Text:
    """The part after a comma, or, `weight` times as often, nothing."""
    return weighted((weight, st.just("")), (1, part.map(lambda text: f", {text}")))


PLAIN_N = st.sampled_from(
    ["x", "y", "p", "margin_ratio", "leverage", "drawdown", "distance_to_liquidation", "iv", "iv(30 d)"]
)
WINDOW_N = st.one_of(
    joined(
        st.sampled_from(WINDOWED), joined("(", st.sampled_from(["x", "x + y", "n1"]), by=""), "over", DURATION
    )
    .map(lambda text: f"{text})")
    .map(lambda text: text.replace(" (", "(")),
    joined("change(spot over", DURATION).map(lambda text: f"{text})"),
)
N = st.one_of(
    PLAIN_N,
    st.sampled_from(["x", "y", "n1", "x - y", "x * p"]),
    WINDOW_N,
    st.sampled_from(
        ["1 / x", "sqrt(x)", "log(y)", "exp(x)", "min(x, y, 1)", "max(x, y)", "abs(x)", "-x", "delta / 1 ETH"]
    ),
)
E = st.one_of(
    LOTS,
    st.sampled_from(["delta", "position(ETH)", "e1", "e2", "q", "x * 1 ETH", "q * y", "e1 - delta", "q / x"]),
)
U = st.sampled_from(["equity", "pnl", "cash", "margin", "vega", "spot * delta", "spot * 1 ETH"])
SIZE = st.one_of(
    st.sampled_from(["0.5 ETH", "1 ETH", "2 ETH", "2 ETH, limit price 2_000"]),
    E.filter(lambda text: text[-1] != "H"),
)
COMPARISON = weighted(
    (3, joined("x", COMPARE, NUMBER)),
    (3, joined(N, COMPARE, NUMBER)),
    (2, joined(E, COMPARE, LOTS)),
    (1, joined(U, COMPARE, MONEY)),
    (1, joined("spot", COMPARE, st.sampled_from(["1_900", "2_000"]))),
)
CONDITION = weighted(
    (4, COMPARISON),
    (1, joined(COMPARISON, st.sampled_from(["and", "or"]), COMPARISON)),
    (1, joined("not", COMPARISON).map(lambda text: f"({text})")),
)

CALL_OR_PUT = st.sampled_from(["call", "put"])
EXPIRY = st.sampled_from(["expiring 1970-01-03", "expiring 1970-02-01"])
OPTION = st.one_of(
    joined(CALL_OR_PUT, st.sampled_from(["strike 1_900", "strike 2_000"]), EXPIRY),
    joined(CALL_OR_PUT, "at delta", st.sampled_from(["0.25", "0.5"]), st.sampled_from(["expiring in 1 d"])),
)


def orders() -> Text:
    """An action that makes an order, with clauses."""
    at_most = maybe(joined("at most", st.sampled_from(["0.5 ETH", "1 ETH", "q", "x * 1 ETH"])), 2)
    clauses = joined(
        at_most,
        maybe(joined("slippage <=", st.sampled_from(["10 bps", "50 bps", "x * 10 bps"])), 3),
        maybe(st.sampled_from(["gas <= 5 USDC", "deadline 2 blocks", "retry 1 recheck", "via private"]), 4),
        by="",
    )
    linear = st.one_of(joined("hedge to", E), joined(st.sampled_from(["buy", "sell"]), SIZE))
    greek = joined("hedge", st.sampled_from(["vega to 0 USDC", "gamma to 0", "vega to x * 100 USDC"]))
    option = joined(st.sampled_from(["buy", "sell"]), st.sampled_from(["0.5 ETH", "1 ETH", "2 ETH"]), OPTION)
    close = joined("close", st.sampled_from(["all", "options", "calls", "puts", "perpetual", "position"]))
    roll = joined("roll", st.sampled_from(["calls", "puts", "options"]), "to", OPTION)
    order = weighted((8, linear), (2, option), (2, close), (1, greek), (1, roll))
    return joined(order, clauses, by="")


def margin() -> Text:
    limit = maybe(joined("at most", st.sampled_from(["50 USDC", "1_000 USDC", "x * 100 USDC"])))
    verb = st.sampled_from(["top up margin to", "withdraw margin to"])
    ratio = st.sampled_from(["1", "2", "5", "x"])
    return joined(joined(verb, ratio), limit, by="")


LIQUIDITY = st.sampled_from(
    [
        "provide liquidity between 1_800 and 2_100, at most 500 USDC",
        "provide liquidity between 1_950 and 2_050, at most x * 100 USDC",
        "remove liquidity between 1_800 and 2_100",
        "remove liquidity between 1_950 and 2_050",
    ]
)
ALERT = st.sampled_from(
    ['alert "a"', 'alert "x {x} of {delta}"', 'alert "{y} {equity} {position(ETH)}"', 'alert "{1 / x}{e1}"']
)
LASTING = weighted((6, joined(" for", SECONDS)), (1, st.just("")), (1, st.just(" until manual")))
LATCH = joined(
    st.sampled_from(["reduce only", "halt"]), st.sampled_from(["", ' "r"', ' "s"']), LASTING, by=""
)
ENTER = st.sampled_from(["enter normal", "enter calm", "enter wild"])
ACTION = weighted((16, orders()), (2, margin()), (1, LIQUIDITY), (3, ALERT), (1, LATCH), (1, ENTER))

HOLD = maybe(joined("for", DURATION), 2)
COOLDOWN = maybe(joined("cooldown", DURATION), 2)
ONCE = maybe(st.just("once"), 6)


@st.composite
def heads(draw: st.DrawFn) -> str:
    """A trigger with its modifiers."""
    kind = draw(st.sampled_from(["level", "level", "edge", "edge", "edge", "every", "on"]))
    if kind == "level":
        return draw(joined(joined("when", CONDITION), HOLD, COOLDOWN, ONCE, by=""))
    if kind == "edge":
        return draw(edges())
    if kind == "every":
        period = draw(st.sampled_from(["1 s", "2 s", "3 s", "0.3 s", "1 block", "2 blocks", "1 d", "1 h"]))
        anchor = draw(st.sampled_from(["", " at 08:00 UTC"])) if period in ("1 d", "1 h") else ""
        return f"every {period}{anchor}" + draw(joined(COOLDOWN, ONCE, by=""))
    event = draw(st.sampled_from(["stale x", "stale y", "stale spot", "stale iv", "fill", "expiry", "start"]))
    return f"on {event}" + draw(joined(COOLDOWN, ONCE, by=""))


@st.composite
def edges(draw: st.DrawFn) -> str:
    value, level = draw(st.sampled_from([("x", NUMBER), ("x", NUMBER), (None, NUMBER), ("delta", LOTS)]))
    value = value or draw(N)
    verb, back = draw(
        st.sampled_from([("rises above", "below"), ("falls below", "above"), ("crosses", "below")])
    )
    rearm = draw(maybe(joined("rearm", back, level), 2))
    head = f"when {value} {verb} {draw(level)}"
    if draw(st.integers(0, 4)) == 0:
        head, rearm = f"when {draw(CONDITION)} becomes true", ""
    return head + draw(joined(HOLD, rearm, COOLDOWN, maybe(st.just("on start fire"), 3), ONCE, by=""))


ORDER_LIMITS = [
    "order size <= 1 ETH",
    "order size <= q",
    "order size <= x * 1 ETH",
    "order notional <= 2_500 USDC",
    "order slippage <= 30 bps",
    "order slippage <= y * 10 bps",
    "order gas <= 3 USDC",
    "topup <= 80 USDC",
    "abs(position(ETH)) <= 2 ETH",
    "abs(delta) <= q",
    "abs(delta) <= x * 1 ETH",
    "delta <= 1 ETH",
    "leverage <= 0.05",
    "drawdown <= 1%",
    "abs(vega) <= 100 USDC",
    "abs(delta) * y <= 1 ETH",
]
FLOORS = ["order size >= 0.5 ETH", "position(ETH) >= -1 ETH", "margin_ratio >= 1.5"]
COUNTS = ["orders <= 1", "orders <= 2", "orders <= x", "gas_spent <= 6 USDC"]
TURNOVERS = ["turnover <= 3_000 USDC", "turnover <= 5_000 USDC"]
LOSSES = ["loss <= 50 USDC", "loss <= x * 100 USDC"]
STOPS = ["reject", "reduce only", "halt"]


def limits() -> Text:
    """A guard: proofs are not the engines' business."""
    over = st.one_of(joined("per rolling", DURATION), st.sampled_from(["per day", "per hour", "per week"]))
    of = st.sampled_from

    def guard(measures: list[str], policies: list[str], window: Text | None = None) -> Text:
        parts = [of(measures), *([] if window is None else [window])]
        return joined("limit", *parts, "else", of(policies))

    return weighted(
        (5, guard(ORDER_LIMITS, ["clamp", "clamp", "clamp", *STOPS])),
        (1, guard(FLOORS, STOPS)),
        (3, guard(COUNTS, ["defer", "defer", "defer", *STOPS], over)),
        (1, guard(TURNOVERS, ["clamp", "defer", *STOPS], over)),
        (1, guard(LOSSES, ["defer", *STOPS], over)),
    )


def guards(count: int) -> st.SearchStrategy[list[str]]:
    """So many limits, each of another measure: two of the same may contradict each other."""

    def measure(text: str) -> str:
        return text.partition("<=")[0].partition(">=")[0]

    return st.lists(limits(), min_size=count, max_size=count, unique_by=measure)


def books(*more: str) -> st.SearchStrategy[list[str]]:
    entry = st.sampled_from(
        [
            "long 1 ETH",
            "long 3 ETH",
            *more,
            "short 2 ETH",
            "short 1 ETH call strike 2_000 expiring 1970-01-03",
            "long 2 ETH put strike 1_900 expiring 1970-02-01",
            "cash 1_000 USDC",
            "margin 300 USDC",
        ]
    )
    return st.lists(entry, max_size=3, unique=True)


ASSUMPTIONS = ["x in -1 .. 2", "spot in 1_950 .. 9_000 USDC/ETH", "x < y + 4"]
ANSWERED = [f'on stale {name}:\n    alert "no {name}"' for name in ("x", "y", "spot")]


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program of one to four rules."""
    lines = ["market ETH in USDC", "signal x: number", "signal y: number", "mode normal, calm, wild"]
    lines += ["param p = 1 in 0 .. 5", "param q = 1 ETH in 0.5 ETH .. 3 ETH"]
    lines += [f"let n1 = {draw(st.sampled_from(['x + 1', 'x / y', 'mean(x over 2 s)', 'min(x, p)']))}"]
    lines += [
        f"let e1 = {draw(st.sampled_from(['q', 'delta / 2', 'x * q', 'n1 * 1 ETH']))}",
        "let e2 = e1 + delta",
    ]
    venues = ['venue perp: perpetual "ETH-PERP", fee 5 bps'] if draw(st.booleans()) else []
    lines += [*venues, 'venue pool: uniswap_v3 "ETH/USDC", fee 5 bps', 'venue opt: options "ETH", fee 3 bps']
    # A perpetual can be held only where one is traded.
    if entries := draw(books('long 2 ETH "ETH-PERP"') if venues else books()):
        lines += ["book:", *(f"    {entry}" for entry in entries)]
    if draw(st.integers(0, 4)) == 4:
        lines.append(f"assume {draw(st.sampled_from(ASSUMPTIONS))}")
    lines += draw(st.sampled_from([1, 2, 3, 0]).flatmap(guards))
    lines += draw(st.sampled_from([ANSWERED, ANSWERED, []]))
    for _ in range(draw(st.sampled_from([2, 3, 4, 1, 5]))):
        indent = ""
        if draw(st.integers(0, 7)) == 7:
            lines.append(f"in {draw(st.sampled_from(['normal', 'calm', 'wild']))}:")
            indent = "    "
        lines.append(f"{indent}{draw(heads())}:")
        lines += [f"{indent}    {draw(ACTION)}" for _ in range(draw(st.sampled_from([1, 1, 2, 3])))]
    return "\n".join(lines) + "\n"
