"""E304 to E309: what a deployment's venues, account and EntryPoint cannot do for a program."""

from __future__ import annotations

from stratc.compiler.ir import nodes as ir
from stratc.dsl.diagnostics import Code, Diagnostic, Note, declare
from stratc.dsl.source import Span

NO_ADAPTER = declare(
    "E304",
    "order that no venue of the deployment can take",
    explanation="""
On a chain each order goes to one venue of the deployment file: the one it names with `on`, or the only one
that can take it. `uniswap_v3` trades the asset itself, `perp_curie` perpetuals, `lyra` options; `aave_v3` and
`perp_curie` take and return margin. Ranges of liquidity have no calls yet. Bind the venue in the deployment
file, or name another one.
""",
    bad='venue perp: perpetual "ETH-PERP"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on perp, slippage <= 30 bps\n",
    good='venue pool: uniswap_v3 "ETH/USDC"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on pool, slippage <= 30 bps\n",
)
NOT_ONE_OPERATION = declare(
    "E305",
    "order that does not fit in one operation",
    explanation="""
All orders of a rule's body, their approvals and the guard's calls are one operation of the account: all of it
happens, or nothing. An order that is split over time, or filled by others (`via intent`, `via auction`), cannot
be in it; nor can two calls where the account makes one call at a time.
""",
    bad='venue pool: uniswap_v3 "ETH/USDC"\nevery 1 d:\n'
    "    sell 6 ETH on pool, slippage <= 30 bps, split into 3 over 1 h\n",
    good='venue pool: uniswap_v3 "ETH/USDC"\nevery 8 h:\n    sell 2 ETH on pool, slippage <= 30 bps\n',
)
NO_PRICE_BOUND = declare(
    "E306",
    "order that would take any price",
    explanation="""
What an order may pay or must get is fixed when it is signed, from the oracle's price and `slippage <=` or
`limit price`. An order without either could be filled at any price, by whoever sees it coming. State one, or
`limit order slippage` for all orders.
""",
    bad='venue pool: uniswap_v3 "ETH/USDC"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on pool\n',
    good='venue pool: uniswap_v3 "ETH/USDC"\nlimit order slippage <= 30 bps\n'
    "when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH on pool\n",
)
WRONG_ENTRY_POINT = declare(
    "E307",
    "account that does not work with the EntryPoint",
    explanation="""
Each kind of smart account is written for certain versions of the EntryPoint contract; the deployment file
names one that this kind does not obey. Name an EntryPoint that it does, or another account.
""",
    bad='venue pool: uniswap_v3 "ETH/USDC"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on pool, slippage <= 30 bps\n",
    good='when abs(delta) > 0.1 ETH:\n    alert "delta is {delta}"\n',
)
NO_TOKEN = declare(
    "E308",
    "token that is not in the deployment",
    explanation="""
The assets of `market BASE in QUOTE` are tokens on a chain, whose addresses and decimals the deployment file
states, one table each. Add the missing one.
""",
    bad='market ETH in DAI\nvenue pool: uniswap_v3 "ETH/DAI"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on pool, slippage <= 30 bps\n",
    good='market ETH in USDC\nvenue pool: uniswap_v3 "ETH/USDC"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on pool, slippage <= 30 bps\n",
)
NEEDS_GUARD = declare(
    "E309",
    "deadline that nothing on the chain holds",
    explanation="""
A deadline in blocks is held by the guard contract, the first call of each operation. The deployment file
names no guard. Deploy one, or leave the deadline out: an operation that is not carried out is replaced.
""",
    bad='venue pool: uniswap_v3 "ETH/USDC"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on pool, slippage <= 30 bps, deadline 3 blocks\n",
    good='venue pool: uniswap_v3 "ETH/USDC"\nwhen abs(delta) > 0.1 ETH:\n'
    "    hedge to 0 ETH on pool, slippage <= 30 bps\n",
)

Order = ir.Hedge | ir.Trade | ir.Close | ir.Roll | ir.MoveMargin | ir.Liquidity
_BY_OTHERS = ("intent", "auction")


def found(code: Code, message: str, where: ir.Where, *notes: str) -> Diagnostic:
    """A finding at a place of the program."""
    return Diagnostic(code, message, Span(where.start, where.end), tuple(Note(note) for note in notes))


def of_order(order: Order, program: ir.Program, *, guarded: bool) -> list[Diagnostic]:
    """What an order's clauses ask for that no operation can give."""
    terms, findings = order.terms, []
    if terms.split > 1:
        message = f"this order is split into {terms.split} over time, which is not one operation"
        findings.append(
            found(NOT_ONE_OPERATION, message, order.where, "order a part at a time: `every D: …`")
        )
    if terms.route in _BY_OTHERS:
        message = f"`via {terms.route}` lets others fill the order, outside the account's operation"
        note = "leave it out, or write `via private`"
        findings.append(found(NOT_ONE_OPERATION, message, order.where, note))
    if terms.deadline_blocks is not None and not guarded:
        message = f"nothing holds this order to its deadline of {terms.deadline_blocks} blocks"
        findings.append(found(NEEDS_GUARD, message, order.where, "the deployment has no guard; deploy one"))
    if not isinstance(order, ir.MoveMargin) and not _is_bounded(terms, program):
        message = "this order states no slippage and no limit price, and would take any price"
        note = "write `slippage <= 30 bps`, or `limit order slippage <= 30 bps` for all orders"
        findings.append(found(NO_PRICE_BOUND, message, order.where, note))
    return findings


def _is_bounded(terms: ir.Terms, program: ir.Program) -> bool:
    if terms.slippage is not None or terms.limit_price is not None:
        return True
    return any(limit.measure == "order slippage" and limit.op == "<=" for limit in program.limits)
