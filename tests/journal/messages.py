"""Hypothesis strategies for frames with every field at its extremes."""

from __future__ import annotations

from hypothesis import strategies as st

from stratc.runtime.engine.messages import (
    CashFlow,
    Contract,
    Fill,
    Frame,
    Order,
    Outcome,
    Snapshot,
    TickResult,
    Transfer,
    Valuation,
)

floats = st.floats(allow_nan=False)
texts = st.text(st.characters(codec="utf-8"), max_size=12)
units = st.integers(-(10**30), 10**30)
optional = st.none() | floats
contracts = st.builds(Contract, st.sampled_from(["call", "put"]), floats, floats)
snapshots = st.builds(Snapshot, floats, st.integers(0, 10**12), st.dictionaries(texts, optional, max_size=5))
fills = st.builds(Fill, texts, floats, units, floats, units, units, st.booleans(), texts, texts)
flows = st.builds(CashFlow, st.sampled_from(["funding", "deposit", "withdrawal", "interest"]), units, floats)
transfers = st.builds(
    Transfer,
    st.sampled_from(["asset", "perpetual", "option", "wallet", "margin"]),
    units,
    floats,
    st.none() | contracts,
)
outcomes = st.builds(
    Outcome,
    tick=st.integers(0, 9),
    t=floats,
    rule=st.integers(1, 9),
    verdict=st.sampled_from(["sent", "rejected", "deferred", "blocked"]),
    do=st.sampled_from(["hedge", "top up", "halt"]),
    symbol=st.none() | texts,
    units=st.none() | units,
    limits=st.lists(texts, max_size=3).map(tuple),
    state=st.sampled_from(["active", "reducing", "halted"]),
    text=texts,
)
orders = st.builds(
    Order,
    id=texts,
    rule=st.integers(1, 9),
    tick=st.integers(0, 9),
    t=floats,
    block=st.integers(0, 10**9),
    kind=st.sampled_from(["trade", "top up"]),
    symbol=texts,
    contract=st.none() | contracts,
    units=units,
    mark=floats,
    slippage=optional,
    route=st.none() | texts,
    between=st.none() | st.tuples(floats, floats),
)
NOTHING = Valuation(
    None, None, 0.0, None, None, None, None, None, None, None, None, None, None, None, 0.0, 0.0, 0.0
)


@st.composite
def runs(draw: st.DrawFn) -> list[Frame]:
    """The frames of a short run, numbered from tick 0."""
    frames = []
    for tick in range(draw(st.integers(1, 4))):
        events = draw(st.lists(fills | flows | transfers, max_size=4))
        result = TickResult(
            tick,
            tuple(draw(st.lists(outcomes, max_size=3))),
            tuple(draw(st.lists(orders, max_size=3))),
            (),
            (),
            "active",
            "normal",
        )
        pre = draw(st.integers(0, len(events)))
        frames.append(Frame(draw(snapshots), NOTHING, result, tuple(events), NOTHING, (), pre))
    return frames
