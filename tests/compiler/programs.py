"""Random programs of one rule, for properties of everything that a program goes through."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

FEW = settings(max_examples=40, deadline=None)
"""For properties that compile a program: it takes a millisecond, and drawing one takes longer."""

_NUMBERS = st.one_of(st.integers(0, 10**6).map(str), st.decimals(0, 1000, places=3).map(str))
_SIGNALS = {
    "ETH": ["delta", "position(ETH)", "abs(delta)", "band"],
    "USDC/ETH": ["spot", "mark", "mean(spot over 5 min)", "high(spot over 20 blocks)", "price"],
    "1": ["iv", "iv(30 d)", "leverage", "drawdown", "change(spot over 1 h)", "alpha"],
    "USDC": ["equity", "cash", "vega", "delta * spot"],
}
_POWER = {"ETH": " ETH", "USDC/ETH": " USDC/ETH", "1": "", "USDC": " USDC"}


def quantities(unit: str) -> st.SearchStrategy[str]:
    """Expressions in a unit."""
    leaves = st.one_of(st.sampled_from(_SIGNALS[unit]), _NUMBERS.map(lambda n: f"({n}{_POWER[unit]})"))

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        ratio = st.one_of(st.sampled_from(_SIGNALS["1"]), _NUMBERS.map(lambda n: f"({n})"))
        return st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-"]), inner).map(lambda t: f"({' '.join(t)})"),
            st.tuples(inner, st.sampled_from(["*", "/"]), ratio).map(lambda t: f"({' '.join(t)})"),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
            inner.map(lambda x: f"(-{x})"),
            inner.map(lambda x: f"abs({x})"),
        )

    return st.recursive(leaves, larger, max_leaves=6)


COMPARISONS = st.sampled_from(sorted(_SIGNALS)).flatmap(
    lambda unit: st.tuples(
        quantities(unit), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), quantities(unit)
    ).map(" ".join)
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda x: f"(not ({x}))"),
    ),
    max_leaves=4,
)
DECLARATIONS = (
    "signal alpha: number\nparam band = 0.5 ETH in 0.1 ETH .. 2 ETH\nlet price = mean(spot over 1 h)\n"
    "assume spot in 100 .. 50_000 USDC/ETH\nlimit leverage <= 3 else reject\n"
)


def program(condition: str) -> str:
    """A whole program with one rule on a condition."""
    return f"{DECLARATIONS}when {condition}:\n    hedge to 0 ETH\n"
